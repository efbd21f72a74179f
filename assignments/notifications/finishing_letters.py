"""What the mails about the end say; from plain values, in the language in force."""

import datetime

from django.utils.translation import gettext as _

from assignments.choices import Side
from civportal.lib.mail import Letter, absolute, greeting
from civportal.ui import words


def _why() -> str:
    return _("You take part in this assignment.")


def finished(*, name: str, team: str, title: str, speaks: bool, is_last: bool, url: str) -> Letter:
    """A team is done; ``speaks`` is whether the reader is asked for feedback."""
    paragraphs = [
        _("%(team)s has finished its work on “%(title)s”.") % {"team": team, "title": title}
    ]
    if is_last:
        paragraphs.append(_("That was the last team: the assignment is finished."))
    if speaks:
        paragraphs.append(
            _(
                "How was it to work together? Your feedback takes five minutes. The other side "
                "reads it once it has given its own, or after 30 days."
            )
        )
    paragraphs.append(_("Write down together what came out of it, and decide if it is public."))
    return Letter(
        subject=_("Finished: %(title)s (%(team)s)") % {"title": title, "team": team},
        greeting=greeting(name),
        paragraphs=paragraphs,
        action=(_("Give feedback"), absolute(url)) if speaks else (_("To the team"), absolute(url)),
        why=_why(),
    )


def feedback_due(*, name: str, team: str, title: str, day: datetime.date, url: str) -> Letter:
    """A reminder to who has not given feedback."""
    return Letter(
        subject=_("How was it to work with each other? %(title)s") % {"title": title},
        greeting=greeting(name),
        paragraphs=[
            _("%(team)s finished “%(title)s” on %(day)s. Your feedback is not there yet.")
            % {"team": team, "title": title, "day": words.short_date(day)},
            _("What went well, what could be better? It takes five minutes and helps next year."),
        ],
        action=(_("Give feedback"), absolute(url)),
        why=_why(),
    )


def feedback_given(
    *, name: str, who: str, team: str, title: str, readable: bool, url: str
) -> Letter:
    """The other side gave feedback; ``readable`` is whether the reader may read it by now."""
    return Letter(
        subject=_("%(who)s gave feedback: %(title)s") % {"who": who, "title": title},
        greeting=greeting(name),
        paragraphs=[
            _("%(who)s gave feedback on “%(title)s” (%(team)s).")
            % {"who": who, "title": title, "team": team},
            _("You can read it now.")
            if readable
            else _("You can read it once both sides have given theirs, or after 30 days."),
        ],
        action=(_("To the feedback"), absolute(url)),
        why=_why(),
    )


def to_agree(*, name: str, outcome: str, summary: str, title: str, url: str) -> Letter:
    """The text waits for the reader's yes."""
    return Letter(
        subject=_("May this be public? %(outcome)s") % {"outcome": outcome},
        greeting=greeting(name),
        paragraphs=[
            _("What came out of “%(title)s” has been written down:") % {"title": title},
            summary or outcome,
            _(
                "Read it, change it where it can be better, and say whether it may be public. It "
                "is only when the company and the team both agree to the same words."
            ),
        ],
        action=(_("Read the outcome"), absolute(url)),
        why=_why(),
    )


def changed(*, name: str, outcome: str, who: str, was_public: bool, url: str) -> Letter:
    """The words to which the reader agreed are others now."""
    paragraphs = [
        _("%(who)s changed the text of “%(outcome)s”.") % {"who": who, "outcome": outcome}
        if who
        else _("The text of “%(outcome)s” was changed.") % {"outcome": outcome},
        _("So the agreements to make it public no longer hold. Read it again."),
    ]
    if was_public:
        paragraphs.append(
            _("It was public and is off the site now. News about it stays until the office acts.")
        )
    return Letter(
        subject=_("Changed: %(outcome)s") % {"outcome": outcome},
        greeting=greeting(name),
        paragraphs=paragraphs,
        action=(_("Read the outcome"), absolute(url)),
        why=_why(),
    )


def public(*, name: str, outcome: str, title: str, url: str) -> Letter:
    """Both agreed."""
    return Letter(
        subject=_("Public: %(outcome)s") % {"outcome": outcome},
        greeting=greeting(name),
        paragraphs=[
            _("Company and team agree: what came out of “%(title)s” is public now.")
            % {"title": title},
            _("The programme office has a draft of a news item about it."),
        ],
        action=(_("See it on the site"), absolute(url)),
        why=_why(),
    )


def withdrawn(*, name: str, outcome: str, title: str, was_public: bool, url: str) -> Letter:
    """A yes was taken back."""
    return Letter(
        subject=_("An agreement was taken back: %(outcome)s") % {"outcome": outcome},
        greeting=greeting(name),
        paragraphs=[
            _("Somebody took back the agreement to make “%(outcome)s” public (“%(title)s”).")
            % {"outcome": outcome, "title": title},
            _("It is off the site now. News about it stays until the office acts.")
            if was_public
            else _("It does not become public until company and team both agree."),
        ],
        action=(_("Read the outcome"), absolute(url)),
        why=_why(),
    )


def new_outcome(*, name: str, outcome: str, summary: str, url: str) -> Letter:
    """To who follows a line, an organisation or a school."""
    return Letter(
        subject=_("What it brought: %(outcome)s") % {"outcome": outcome},
        greeting=greeting(name),
        paragraphs=[summary or outcome],
        action=(_("Read on"), absolute(url)),
        why=_("You get this mail because you follow what this is about."),
    )


def next_year(*, name: str, title: str, url: str) -> Letter:
    """Time to think of a copy."""
    return Letter(
        subject=_("Again next year? %(title)s") % {"title": title},
        greeting=greeting(name),
        paragraphs=[
            _("“%(title)s” began some ten months ago. A good moment to think of next year.")
            % {"title": title},
            _(
                "A copy has everything in it, with the dates a year on, and beside it stands the "
                "feedback of last time."
            ),
        ],
        action=(_("Make next year's copy"), absolute(url)),
        why=_why(),
    )


def examples(url: str) -> dict[str, Letter]:
    """One letter for each kind, by its name, in the language in force, without the database."""
    from assignments.notifications import finishing_telling as names  # noqa: PLC0415 - for names

    name, team, title = "Yara Pinas", "Team Kas", "Meten in de kas"
    outcome, summary = "Twee keer zo snel meten", "De kas meet nu elk uur, zonder extra handen."
    day = datetime.date(2021, 6, 18)
    return {
        names.FINISHED: finished(
            name=name, team=team, title=title, speaks=True, is_last=True, url=url
        ),
        names.FEEDBACK_DUE: feedback_due(name=name, team=team, title=title, day=day, url=url),
        names.FEEDBACK_GIVEN: feedback_given(
            name=name, who="De Groene Kas", team=team, title=title, readable=True, url=url
        ),
        names.TO_AGREE: to_agree(name=name, outcome=outcome, summary=summary, title=title, url=url),
        names.CHANGED: changed(
            name=name, outcome=outcome, who="Sem Okafor", was_public=False, url=url
        ),
        names.PUBLIC: public(name=name, outcome=outcome, title=title, url=url),
        names.WITHDRAWN: withdrawn(
            name=name, outcome=outcome, title=title, was_public=True, url=url
        ),
        names.NEW_OUTCOME: new_outcome(name=name, outcome=outcome, summary=summary, url=url),
        names.NEXT_YEAR: next_year(name=name, title=title, url=url),
    }


def side_name(side: str, *, team: str, company: str) -> str:
    """Who a side is, by name."""
    return company if side == Side.COMPANY else team
