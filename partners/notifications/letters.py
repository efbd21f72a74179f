"""What the mails about partners say; each from plain values, in the language in force."""

import datetime

from django.utils.translation import gettext as _

from civportal.lib.mail import Letter, absolute, greeting
from civportal.ui import words

DAYS_UNTIL_ANSWER = 10
"""Working days within which the office says to answer an application."""


def application_received(*, name: str, organisation: str, url: str) -> Letter:
    """To the applicant: what happens next, and when."""
    return Letter(
        subject=_("We have your application: %(organisation)s") % {"organisation": organisation},
        greeting=greeting(name),
        paragraphs=[
            _("Thank you: %(organisation)s has applied to become a partner.")
            % {"organisation": organisation},
            _(
                "The programme office reads your application and answers within %(days)d working "
                "days. If something is not clear, we ask you on the site; you get a mail about it."
            )
            % {"days": DAYS_UNTIL_ANSWER},
            _("After a yes we plan a talk with you. You sign nothing before that."),
        ],
        action=(_("See my application"), absolute(url)),
        why=_("You applied to become a partner."),
    )


def question(*, name: str, organisation: str, text: str, url: str) -> Letter:
    """To the applicant: what the office wants to know."""
    return Letter(
        subject=_("A question about your application: %(organisation)s")
        % {"organisation": organisation},
        greeting=greeting(name),
        paragraphs=[
            _("The programme office has a question about the application of %(organisation)s:")
            % {"organisation": organisation},
            text,
            _("Once you have answered, we go on."),
        ],
        action=(_("Answer the question"), absolute(url)),
        why=_("You applied to become a partner."),
    )


def accepted(*, name: str, organisation: str, reason: str, url: str) -> Letter:
    """To the applicant: yes, and what one can do now."""
    return Letter(
        subject=_("Welcome: we would like to talk with %(organisation)s")
        % {"organisation": organisation},
        greeting=greeting(name),
        paragraphs=[
            _(
                "The programme office has accepted the application of %(organisation)s. We call "
                "or mail you to plan a talk."
            )
            % {"organisation": organisation},
            *([reason] if reason else []),
            _(
                "You can invite colleagues already, and write what your organisation offers and "
                "looks for. Others see that once the agreement is signed."
            ),
        ],
        action=(_("To our page"), absolute(url)),
        why=_("You applied to become a partner."),
    )


def declined(*, name: str, organisation: str, reason: str, url: str) -> Letter:
    """To the applicant: no, and why."""
    return Letter(
        subject=_("About your application: %(organisation)s") % {"organisation": organisation},
        greeting=greeting(name),
        paragraphs=[
            _("We do not go on with the application of %(organisation)s. This is why:")
            % {"organisation": organisation},
            reason,
            _("Do you see it differently, or has something changed? Do tell us."),
        ],
        action=(_("See my application"), absolute(url)),
        why=_("You applied to become a partner."),
    )


def new_application(*, name: str, organisation: str, applicant: str, url: str) -> Letter:
    """To the office."""
    return Letter(
        subject=_("New application: %(organisation)s") % {"organisation": organisation},
        greeting=greeting(name),
        paragraphs=[
            _("%(applicant)s has applied for %(organisation)s to become a partner.")
            % {"applicant": applicant, "organisation": organisation},
        ],
        action=(_("Read the application"), absolute(url)),
        why=_("You work in the programme office."),
    )


def answered(*, name: str, organisation: str, text: str, url: str) -> Letter:
    """To the office."""
    return Letter(
        subject=_("Answer about an application: %(organisation)s") % {"organisation": organisation},
        greeting=greeting(name),
        paragraphs=[
            _("%(organisation)s has answered your question:") % {"organisation": organisation},
            text,
        ],
        action=(_("Read the application"), absolute(url)),
        why=_("You work in the programme office."),
    )


def invitation(
    *, partner: str, inviter: str, centre: str, url: str, until: datetime.date
) -> Letter:
    """To an address that may have no account."""
    return Letter(
        subject=_("%(partner)s invites you to %(centre)s") % {"partner": partner, "centre": centre},
        greeting=_("Hello,"),
        paragraphs=[
            _("%(inviter)s invites you to join %(partner)s in the portal of %(centre)s.")
            % {"inviter": inviter, "partner": partner, "centre": centre}
            if inviter
            else _("You are invited to join %(partner)s in the portal of %(centre)s.")
            % {"partner": partner, "centre": centre},
        ],
        action=(_("See the invitation"), absolute(url)),
        after=[
            _("The link works until %(day)s, for this e-mail address.")
            % {"day": words.long_date(until)},
            _("Do you not know about this? Then do nothing."),
        ],
        why=_("Somebody of this organisation gave your e-mail address."),
    )


def wants_to_join(*, name: str, person: str, partner: str, text: str, url: str) -> Letter:
    """To the representatives."""
    return Letter(
        subject=_("%(person)s wants to join %(partner)s") % {"person": person, "partner": partner},
        greeting=greeting(name),
        paragraphs=[
            _("%(person)s asks to belong to %(partner)s in the portal.")
            % {"person": person, "partner": partner},
            *([text] if text else []),
        ],
        action=(_("Answer the request"), absolute(url)),
        why=_("You speak for this organisation, or work in the programme office."),
    )


def let_in(*, name: str, partner: str, accepted: bool, answer: str, url: str) -> Letter:
    """To who asked, with a word of who decided."""
    if accepted:
        subject = _("You belong to %(partner)s now") % {"partner": partner}
        text = _("Your request was accepted: you belong to %(partner)s in the portal now.")
    else:
        subject = _("Your request to join %(partner)s") % {"partner": partner}
        text = _("Your request to join %(partner)s was not accepted. Ask a colleague who does.")
    return Letter(
        subject=subject,
        greeting=greeting(name),
        paragraphs=[text % {"partner": partner}, *([answer] if answer else [])],
        action=(_("To the page of this partner"), absolute(url)),
        why=_("You asked to join this organisation."),
    )


def joined(*, name: str, person: str, partner: str, url: str) -> Letter:
    """To who invited them."""
    return Letter(
        subject=_("%(person)s has joined %(partner)s") % {"person": person, "partner": partner},
        greeting=greeting(name),
        paragraphs=[
            _("%(person)s has accepted your invitation and belongs to %(partner)s now.")
            % {"person": person, "partner": partner}
        ],
        action=(_("See our people"), absolute(url)),
        why=_("You invited this person."),
    )


def to_sign(
    *, name: str, agreement: str, partner: str, sign_by: datetime.date | None, url: str
) -> Letter:
    """To those who may sign."""
    return Letter(
        subject=_("Please sign: %(agreement)s") % {"agreement": agreement},
        greeting=greeting(name),
        paragraphs=[
            _("%(agreement)s is ready for %(partner)s to sign. Read it in the portal.")
            % {"agreement": agreement, "partner": partner},
            _("Who has a mandate signs there, with the password or a passkey."),
        ],
        facts=[(_("Sign by"), words.long_date(sign_by))] if sign_by else (),
        action=(_("Read and sign"), absolute(url)),
        why=_("You speak for this organisation."),
    )


def sign_reminder(
    *, name: str, agreement: str, partner: str, sign_by: datetime.date, url: str
) -> Letter:
    """To those who may sign, before the last day."""
    return Letter(
        subject=_("Still to be signed: %(agreement)s") % {"agreement": agreement},
        greeting=greeting(name),
        paragraphs=[
            _("%(partner)s has not signed %(agreement)s yet. The last day is %(day)s.")
            % {"partner": partner, "agreement": agreement, "day": words.long_date(sign_by)},
        ],
        action=(_("Read and sign"), absolute(url)),
        why=_("You speak for this organisation."),
    )


def signed(
    *,
    name: str,
    agreement: str,
    partner: str,
    signatory: str,
    mandate: str,
    how: str,
    moment: str,
    sha256: str,
    url: str,
    document: str,
) -> Letter:
    """To the office and the partner: what proves it, and where the document is."""
    return Letter(
        subject=_("Signed: %(agreement)s, %(partner)s")
        % {"agreement": agreement, "partner": partner},
        greeting=greeting(name),
        paragraphs=[
            _("%(partner)s has signed %(agreement)s.")
            % {"partner": partner, "agreement": agreement},
        ],
        facts=[
            (_("Signed by"), signatory),
            (_("Mandate"), mandate),
            (_("Signed on"), moment),
            (_("How"), how),
            (_("Mark of the document (SHA-256)"), sha256),
            (_("The document"), absolute(document)),
        ],
        action=(_("See the proof"), absolute(url)),
        why=_("You speak for this organisation, or work in the programme office."),
    )


def agreement_expires(*, name: str, agreement: str, until: datetime.date, url: str) -> Letter:
    """To the office and to who signed, while there is time to go on."""
    return Letter(
        subject=_("Runs out on %(day)s: %(agreement)s")
        % {"day": words.short_date(until), "agreement": agreement},
        greeting=greeting(name),
        paragraphs=[
            _("%(agreement)s holds until %(day)s.")
            % {"agreement": agreement, "day": words.long_date(until)},
            _(
                "Would you like to go on? Talk about it in time; the programme office makes a new "
                "version."
            ),
        ],
        action=(_("See the agreement"), absolute(url)),
        why=_("Your organisation has signed this agreement, or you work in the programme office."),
    )


def step_late(*, name: str, partner: str, step: str, due: datetime.date, url: str) -> Letter:
    """To who takes the step."""
    return Letter(
        subject=_("Overdue: %(step)s (%(partner)s)") % {"step": step, "partner": partner},
        greeting=greeting(name),
        paragraphs=[
            _("The next step with %(partner)s was due on %(day)s: %(step)s.")
            % {"partner": partner, "day": words.long_date(due), "step": step},
            _("Done already? Mark it there, or give it another day."),
        ],
        action=(_("To this organisation"), absolute(url)),
        why=_("This step is yours."),
    )


def new_partner(*, name: str, partner: str, text: str, url: str) -> Letter:
    """To who follows partners."""
    return Letter(
        subject=_("New partner: %(partner)s") % {"partner": partner},
        greeting=greeting(name),
        paragraphs=[
            _("%(partner)s has signed the cooperation agreement and is a partner now.")
            % {"partner": partner},
            *([text] if text else []),
        ],
        action=(_("Meet this partner"), absolute(url)),
        why=_("You follow the partners."),
    )
