"""What the mails about posting say; each from plain values, in the language in force."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from civportal.lib.mail import Letter, greeting


@dataclass(frozen=True, kw_only=True)
class About:
    """What a mail is about. ``page`` is the assignment's own page, ``answer`` where its reader
    says yes or no (with a secret link for the contact person), ``changes`` what became of what.
    """

    name: str
    title: str
    form: str
    partner: str
    teacher: str = ""
    by: str = ""
    reason: str = ""
    page: str = ""
    answer: str = ""
    check: str = ""
    edit: str = ""
    by_link: bool = False
    changes: Sequence[tuple[str, str]] = field(default_factory=list)

    @property
    def words(self) -> dict[str, str]:
        """To fill in sentences with."""
        return {
            "title": self.title,
            "form": self.form,
            "partner": self.partner,
            "teacher": self.teacher or _("the programme office"),
            "by": self.by,
        }

    @property
    def greeting(self) -> str:
        """``Hello Yara,``, or without a name where there is none."""
        return greeting(self.name)


def _link_holds(about: About) -> list[str]:
    if not about.by_link:
        return []
    return [
        _(
            "You need no account, and opening the link changes nothing. It works for 30 days and "
            "is meant for you alone: do not send it on."
        )
    ]


def _why_contact() -> str:
    return _("You get this mail because you are named as contact person.")


def _why_side() -> str:
    return _("You get this mail because you posted this assignment, adopted it or are its contact.")


def confirm(about: About) -> Letter:
    """To the contact person: is this yours, and may it be public?"""
    return Letter(
        subject=_("May we publish this in the name of %(partner)s? %(title)s") % about.words,
        greeting=about.greeting,
        paragraphs=[
            _(
                "%(teacher)s has written down an assignment together with %(partner)s: "
                "“%(title)s”. It becomes public when you say yes."
            )
            % about.words,
            _("Read it, and say yes, change it first, or say that it is not yours."),
        ],
        facts=[(_("Form of cooperation"), about.form)],
        action=(_("Read it and answer"), about.answer),
        after=_link_holds(about),
        why=_why_contact(),
    )


def confirm_again(about: About) -> Letter:
    """To the side whose yes was taken back by a change of the other."""
    return Letter(
        subject=_("Changed, do you still say yes? %(title)s") % about.words,
        greeting=about.greeting,
        paragraphs=[
            _("%(by)s changed “%(title)s” after you had said yes. This is what changed:")
            % about.words
            if about.changes
            else _("%(by)s asks for your yes to “%(title)s”.") % about.words,
        ],
        facts=about.changes,
        action=(_("Read it and answer"), about.answer),
        after=[_("It becomes public when you say yes again."), *_link_holds(about)],
        why=_why_side(),
    )


def reminder(about: About) -> Letter:
    """To the contact person, after five working days."""
    return Letter(
        subject=_("Still waiting for your answer: %(title)s") % about.words,
        greeting=about.greeting,
        paragraphs=[
            _(
                "A week ago we asked whether “%(title)s” may be published in the name of "
                "%(partner)s. Students and teachers cannot see it until you say yes."
            )
            % about.words,
            _("Is it not yours, or not now? Then say so; that helps as well."),
        ],
        action=(_("Read it and answer"), about.answer),
        after=_link_holds(about),
        why=_why_contact(),
    )


def late(about: About) -> Letter:
    """To the office: somebody may have to call."""
    return Letter(
        subject=_("No answer from %(partner)s yet: %(title)s") % about.words,
        greeting=about.greeting,
        paragraphs=[
            _(
                "%(partner)s has not answered for five working days whether “%(title)s” may be "
                "published. We have just reminded the contact person; perhaps a call helps."
            )
            % about.words
        ],
        action=(_("Open the assignment"), about.page),
        why=_("You work in the programme office."),
    )


def confirmed(about: About) -> Letter:
    """To the other side: yes."""
    return Letter(
        subject=_("A yes from %(by)s: %(title)s") % about.words,
        greeting=about.greeting,
        paragraphs=[
            _("%(by)s said yes to “%(title)s”.") % about.words,
            _("You need do nothing: we tell you when it is on the board."),
        ],
        action=(_("Open the assignment"), about.page),
        why=_why_side(),
    )


def declined(about: About) -> Letter:
    """To who posted it: the organisation says no."""
    return Letter(
        subject=_("Not in the name of %(partner)s: %(title)s") % about.words,
        greeting=about.greeting,
        paragraphs=[
            _("%(by)s does not want “%(title)s” published. This is why:") % about.words,
            about.reason,
            _("It is a draft of yours again. Change it and send it anew, or throw it away."),
        ],
        action=(_("Open the draft"), about.edit),
        why=_why_side(),
    )


def changed(about: About) -> Letter:
    """To the other side and the coaches: what is public says something else now."""
    return Letter(
        subject=_("Changed: %(title)s") % about.words,
        greeting=about.greeting,
        paragraphs=[_("%(by)s changed “%(title)s”. This is what changed:") % about.words],
        facts=about.changes,
        action=(_("Open the assignment"), about.page),
        after=[_("Is it not as you agreed? Then get in touch with each other.")],
        why=_("You get this mail because you take part in this assignment."),
    )


def new_need(about: About) -> Letter:
    """To teachers: an organisation looks for one."""
    return Letter(
        subject=_("%(partner)s looks for a teacher: %(title)s") % about.words,
        greeting=about.greeting,
        paragraphs=[
            _(
                "%(partner)s has a need that students could work on: “%(title)s”. It goes on the "
                "board once a teacher adopts it."
            )
            % about.words,
            _("Adopting it, you say what each level learns and delivers. The first one has it."),
        ],
        facts=[(_("Form of cooperation"), about.form)],
        action=(_("Read the need"), about.page),
        after=[],
        why=_("You get this mail because you teach at a school of this centre."),
    )


def adopted(about: About) -> Letter:
    """To the organisation: there is a teacher."""
    return Letter(
        subject=_("A teacher for your need: %(title)s") % about.words,
        greeting=about.greeting,
        paragraphs=[
            _("%(teacher)s adopts “%(title)s” and looks what each level can learn by it.")
            % about.words,
            _("When something changes we ask for your yes. After that it goes on the board."),
        ],
        action=(_("Open the assignment"), about.page),
        after=_link_holds(about),
        why=_why_side(),
    )


def let_go(about: About) -> Letter:
    """To the organisation: the teacher gave it back."""
    return Letter(
        subject=_("Looking for another teacher: %(title)s") % about.words,
        greeting=about.greeting,
        paragraphs=[
            _(
                "%(by)s cannot go on with “%(title)s”. Other teachers see it again and can adopt "
                "it; you need do nothing."
            )
            % about.words
        ],
        action=(_("Open the assignment"), about.page),
        after=_link_holds(about),
        why=_why_side(),
    )


def to_check(about: About) -> Letter:
    """To the office: both sides said yes."""
    return Letter(
        subject=_("To look at before it is public: %(title)s") % about.words,
        greeting=about.greeting,
        paragraphs=[
            _("Both sides said yes to “%(title)s” of %(partner)s. It waits for your look.")
            % about.words
        ],
        action=(_("Look at it"), about.check),
        why=_("You work in the programme office."),
    )


def published(about: About) -> Letter:
    """To both sides: it is on the board."""
    return Letter(
        subject=_("On the board: %(title)s") % about.words,
        greeting=about.greeting,
        paragraphs=[
            _("“%(title)s” is public now. Everyone can read it; share the link as you like.")
            % about.words
        ],
        action=(_("See it on the board"), about.page),
        why=_why_side(),
    )


def returned(about: About) -> Letter:
    """To who posted it: the office asks for changes."""
    return Letter(
        subject=_("Please change something: %(title)s") % about.words,
        greeting=about.greeting,
        paragraphs=[
            _("The programme office looked at “%(title)s” and asks you to change something:")
            % about.words,
            about.reason,
            _("It is a draft again. Once it is sent anew we go on."),
        ],
        action=(_("Open the assignment"), about.edit),
        why=_why_side(),
    )


def withdrawn(about: About) -> Letter:
    """To everyone who had to do with it."""
    return Letter(
        subject=_("Withdrawn: %(title)s") % about.words,
        greeting=about.greeting,
        paragraphs=[
            _("“%(title)s” of %(partner)s does not go on. %(by)s gives this reason:") % about.words,
            about.reason,
            _("There is nothing you need to do."),
        ],
        why=_("You get this mail because you took part in this assignment, or applied for it."),
    )
