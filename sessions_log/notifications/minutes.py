"""Minutes on their way to approval: whom they ask for something, and whom they answer.

A mail says that there is something to read and where, and quotes none of it: what someone may
read is decided at the moment they look.
"""

import datetime
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from civportal.accounts.models import PROGRAMME_OFFICE, User
from civportal.lib.mail import Letter, absolute
from civportal.lib.text import shortened
from civportal.notifications import kinds
from civportal.notifications.choices import Reason
from civportal.notifications.kinds import Message, Withheld
from civportal.notifications.models import Notification
from civportal.notifications.outbox import drop, notify
from civportal.ui import words
from sessions_log.choices import BodyRole, MinutesState, ParticipationRole, RemarkState
from sessions_log.models import BodyMembership, Minutes, MinutesRemark, WorkSession
from sessions_log.notifications.common import example_session, named, session_key, subject_of
from sessions_log.querysets import active_on

TO_CHECK = "sessions_log.minutes_to_check"
TO_APPROVE = "sessions_log.minutes_to_approve"
REMARK_MADE = "sessions_log.remark_made"
REMARK_ANSWERED = "sessions_log.remark_answered"
BY_ITSELF = "sessions_log.minutes_approved_by_itself"
WAITING = (TO_CHECK, TO_APPROVE, REMARK_MADE)
"""Kinds that ask for something; they make no sense any more once the minutes are approved."""

REMARK_LENGTH = 300
"""Letters of one's own remark that the mail with its answer quotes."""


# --- whom to tell --------------------------------------------------------------------------------


def _people() -> "QuerySet[User]":
    return User.objects.filter(is_active=True)


def _officers(
    session: WorkSession, bodily: Sequence[BodyRole], acting: Sequence[ParticipationRole]
) -> set[int]:
    """Who has such a part in the session or its body today; the office where nobody has."""
    found = set(
        session.participations.filter(
            invited=True, role__in=acting, user__is_active=True
        ).values_list("user", flat=True)
    )
    if session.body_id:
        seats = BodyMembership.objects.current().filter(
            body=session.body_id, role__in=bodily, user__is_active=True
        )
        found |= set(seats.values_list("user", flat=True))
    if not found:
        found = set(_people().filter(groups__name=PROGRAMME_OFFICE).values_list("pk", flat=True))
    return {key for key in found if key is not None}


def chairs_of(session: WorkSession) -> set[int]:
    """Who approves (see ``permissions.can_approve``)."""
    return _officers(session, [BodyRole.CHAIR], [ParticipationRole.CHAIR])


def writers_of(session: WorkSession) -> set[int]:
    """Who works remarks in: secretaries and chairs."""
    return _officers(
        session,
        [BodyRole.SECRETARY, BodyRole.CHAIR],
        [ParticipationRole.SECRETARY, ParticipationRole.CHAIR],
    )


def readers_of_circulated(session: WorkSession) -> set[int]:
    """Those who attended, and the body as it was then or is now."""
    attended = Q(participations__session=session, participations__attended=True)
    rule = attended
    if session.body_id:
        seats = BodyMembership.objects.filter(
            active_on(session.date) | Q(pk__in=BodyMembership.objects.current()),
            body=session.body_id,
        )
        rule |= Q(body_memberships__in=seats)
    return set(_people().filter(rule).values_list("pk", flat=True))


# --- what happened -------------------------------------------------------------------------------


def _round(minutes: Minutes) -> str:
    """Which time they went round; a draft that went round again is asked about anew."""
    return minutes.circulated_at.isoformat() if minutes.circulated_at else ""


def minutes_go_round(minutes: Minutes, *, by: User) -> None:
    """Ask those who attended and the body to check; ask the chair to approve."""
    session = minutes.session
    subject, key = subject_of(session.pk), f"{session.pk}:{_round(minutes)}"
    chairs = chairs_of(session)
    notify(sorted(chairs), kind=TO_APPROVE, subject=subject, key=key, data=_data(minutes))
    others = readers_of_circulated(session) - chairs - {by.pk}
    notify(sorted(others), kind=TO_CHECK, subject=subject, key=key, data=_data(minutes))


def _data(minutes: Minutes) -> dict[str, str]:
    return {"round": _round(minutes)}


def minutes_came_back(minutes: Minutes) -> None:
    """What still waits to be mailed asks for something that is not there any more."""
    drop(subject=subject_of(minutes.session_id), kinds=WAITING)


def minutes_settled(minutes: Minutes) -> None:
    """As when they came back."""
    drop(subject=subject_of(minutes.session_id), kinds=WAITING)


def remark_made(remark: MinutesRemark) -> None:
    """Tell the writers, but nobody of their own remark."""
    session = remark.minutes.session
    notify(
        sorted(writers_of(session) - {remark.author_id}),
        kind=REMARK_MADE,
        subject=subject_of(session.pk),
        key=str(remark.pk),
        data={"remark": str(remark.pk)},
    )


def remark_answered(remark: MinutesRemark) -> None:
    """Tell who asked; not who answers their own."""
    if remark.author_id is None or remark.author_id == remark.answered_by_id:
        return
    notify(
        [remark.author_id],
        kind=REMARK_ANSWERED,
        subject=subject_of(remark.minutes.session_id),
        key=str(remark.pk),
        data={"remark": str(remark.pk)},
    )


def approved_by_itself(minutes: Minutes) -> None:
    """Tell those who would have done it, and who wrote them."""
    session = minutes.session
    notify(
        sorted(chairs_of(session) | writers_of(session)),
        kind=BY_ITSELF,
        subject=subject_of(session.pk),
        key=str(session.pk),
    )


# --- the mails -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Known:
    """What the mails of a batch are about, and what each reader may see of it."""

    minutes: dict[int, Minutes]
    remarks: dict[int, MinutesRemark]
    readable: dict[int, set[int]]
    seen_remarks: dict[int, set[int]]


def _known(rows: Sequence[Notification]) -> _Known:
    found = Minutes.objects.filter(session__in={session_key(row) for row in rows})
    remarks = MinutesRemark.objects.filter(
        pk__in={int(row.data["remark"]) for row in rows if "remark" in row.data}
    )
    people = (
        User.objects.filter(pk__in={row.recipient_id for row in rows})
        .order_by()
        .annotate(
            readable=ArraySubquery(
                found.visible_to(OuterRef("pk")).order_by().values("session_id")
            ),
            seen=ArraySubquery(remarks.visible_to(OuterRef("pk")).order_by().values("pk")),
        )
        .values_list("pk", "readable", "seen")
    )
    rights = list(people)
    return _Known(
        minutes={one.session_id: one for one in found.select_related("session")},
        remarks={one.pk: one for one in remarks.select_related("author")},
        readable={pk: set(readable) for pk, readable, _seen in rights},
        # Where no mail of the batch is about a remark, the database is not asked and gives None.
        seen_remarks={pk: set(seen or ()) for pk, _readable, seen in rights},
    )


Write = Callable[[Minutes, MinutesRemark | None], Letter]
Judge = Callable[[Notification, Minutes, MinutesRemark | None], bool]


def _compose(
    rows: Sequence[Notification], *, write: Write, holds: Judge
) -> Mapping[int, Message | Withheld]:
    """A mail for each row whose reader may still read it, and for which it still holds."""
    known = _known(rows)
    made: dict[int, Message | Withheld] = {}
    for row in rows:
        minutes = known.minutes.get(session_key(row))
        wanted = int(row.data["remark"]) if "remark" in row.data else None
        remark = known.remarks.get(wanted) if wanted else None
        if minutes is None or (wanted and remark is None) or not holds(row, minutes, remark):
            made[row.pk] = Withheld(Reason.OUTDATED)
        elif minutes.session_id not in known.readable[row.recipient_id] or (
            remark is not None and remark.pk not in known.seen_remarks[row.recipient_id]
        ):
            made[row.pk] = Withheld(Reason.NO_LONGER_VISIBLE)
        else:
            with kinds.in_language_of(row.recipient):
                letter = write(minutes, remark)
                made[row.pk] = Message(letter=_greeted(letter, row.recipient.name))
    return made


def _greeted(letter: Letter, name: str) -> Letter:
    greeting = _("Hello %(name)s,") % {"name": name} if name else _("Hello,")
    return Letter(
        subject=letter.subject,
        greeting=greeting,
        paragraphs=letter.paragraphs,
        facts=letter.facts,
        action=letter.action,
        why=letter.why,
    )


def _still_round(row: Notification, minutes: Minutes, remark: MinutesRemark | None) -> bool:
    return minutes.state == MinutesState.CIRCULATED and row.data.get("round") == _round(minutes)


def _still_open(row: Notification, minutes: Minutes, remark: MinutesRemark | None) -> bool:
    return remark is not None and remark.state == RemarkState.OPEN


def _answer_holds(row: Notification, minutes: Minutes, remark: MinutesRemark | None) -> bool:
    return minutes.state != MinutesState.DRAFT


def _is_settled(row: Notification, minutes: Minutes, remark: MinutesRemark | None) -> bool:
    return minutes.is_settled


def _check_page(minutes: Minutes) -> str:
    return absolute(reverse("sessions_log:check", args=[minutes.session_id]))


def _deadline(minutes: Minutes) -> list[str]:
    """Until when one can say something."""
    if minutes.approve_by_itself_on is None:
        return [_("After that the chair approves them.")]
    last = minutes.approve_by_itself_on - datetime.timedelta(days=1)
    return [
        _(
            "You can do that until %(last)s. If no remark is open then, the minutes are approved "
            "by themselves on %(day)s."
        )
        % {
            "last": words.long_date(last),
            "day": words.long_date(minutes.approve_by_itself_on),
        }
    ]


def _to_check(minutes: Minutes, remark: MinutesRemark | None) -> Letter:
    return Letter(
        subject=_("Please check: minutes of %(session)s") % {"session": named(minutes.session)},
        greeting="",
        paragraphs=[
            _(
                "The minutes of %(session)s are ready to be checked. Is something not as it was "
                "said? Then make a remark with that item."
            )
            % {"session": named(minutes.session)},
            *_deadline(minutes),
        ],
        action=(_("Check the minutes"), _check_page(minutes)),
        why=_("You get this mail because you attended, or sit in the body that met."),
    )


def _to_approve(minutes: Minutes, remark: MinutesRemark | None) -> Letter:
    page = absolute(reverse("sessions_log:approve", args=[minutes.session_id]))
    if minutes.approve_by_itself_on:
        until = _(
            "You can approve them as soon as no remark is open. If you do nothing, they are "
            "approved by themselves on %(day)s."
        ) % {"day": words.long_date(minutes.approve_by_itself_on)}
    else:
        until = _("You can approve them as soon as no remark is open.")
    return Letter(
        subject=_("To approve: minutes of %(session)s") % {"session": named(minutes.session)},
        greeting="",
        paragraphs=[
            _("The minutes of %(session)s went round to those who attended.")
            % {"session": named(minutes.session)},
            until,
        ],
        action=(_("Read and approve"), page),
        why=_("You get this mail because you approve the minutes of this session."),
    )


def _remark_made(minutes: Minutes, remark: MinutesRemark | None) -> Letter:
    assert remark is not None  # noqa: S101 - one that is gone is withheld before
    told = {"name": str(remark.author or _("Someone")), "session": named(minutes.session)}
    return Letter(
        subject=_("Remark on the minutes of %(session)s") % told,
        greeting="",
        paragraphs=[
            _("%(name)s made a remark on the minutes of %(session)s.") % told,
            _("Accept it and work it in, or answer why the text stays."),
        ],
        action=(_("Read the remark"), f"{_check_page(minutes)}"),
        why=_("You get this mail because you write the minutes of this session."),
    )


def _remark_answered(minutes: Minutes, remark: MinutesRemark | None) -> Letter:
    assert remark is not None  # noqa: S101 - one that is gone is withheld before
    if remark.state == RemarkState.ACCEPTED:
        outcome = _("Your remark on the minutes of %(session)s is taken over in the text.")
    else:
        outcome = _("Your remark on the minutes of %(session)s has an answer. The text stays.")
    facts = [(pgettext("in a mail", "Your remark"), shortened(remark.text, REMARK_LENGTH))]
    if remark.answer:
        facts.append((pgettext("in a mail", "Answer"), remark.answer))
    return Letter(
        subject=_("Answer to your remark: %(session)s") % {"session": named(minutes.session)},
        greeting="",
        paragraphs=[outcome % {"session": named(minutes.session)}],
        facts=facts,
        action=(
            pgettext("in a mail", "Read the minutes"),
            _check_page(minutes)
            if minutes.state == MinutesState.CIRCULATED
            else absolute(minutes.get_absolute_url()),
        ),
        why=_("You get this mail because you made a remark."),
    )


def _by_itself(minutes: Minutes, remark: MinutesRemark | None) -> Letter:
    told = {"session": named(minutes.session)}
    return Letter(
        subject=_("Approved: minutes of %(session)s") % told,
        greeting="",
        paragraphs=[
            _(
                "No remark was open on the last day for it, so the minutes of %(session)s are "
                "approved by themselves."
            )
            % told,
            _("They can be published now."),
        ],
        action=(
            pgettext("in a mail", "Read the minutes"),
            absolute(minutes.get_absolute_url()),
        ),
        why=_("You get this mail because you chair this session, or write its minutes."),
    )


# --- registration --------------------------------------------------------------------------------


def _example() -> tuple[Minutes, MinutesRemark]:
    minutes = Minutes(
        session=example_session(),
        state=MinutesState.CIRCULATED,
        circulated_at=datetime.datetime(2021, 2, 22, 9, tzinfo=datetime.UTC),
        approve_by_itself_on=datetime.date(2021, 3, 8),
    )
    remark = MinutesRemark(
        minutes=minutes,
        author=User(name="Bas Verhoef"),
        text="We spraken af om in mei te beginnen, niet in april.",
        state=RemarkState.ACCEPTED,
        answer="Klopt, het staat er nu goed.",
    )
    return minutes, remark


def _kind(
    name: str, label: str | Promise, help_text: str | Promise, write: Write, holds: Judge
) -> kinds.Kind:
    def compose(rows: Sequence[Notification]) -> Mapping[int, Message | Withheld]:
        return _compose(rows, write=write, holds=holds)

    def preview() -> Message:
        return Message(letter=_greeted(write(*_example()), "Yara Pinas"))

    return kinds.Kind(
        name=name,
        label=label,
        group=gettext_lazy("Sessions"),
        compose=compose,
        preview=preview,
        help_text=help_text,
    )


def register() -> None:
    """Make these kinds known."""
    for kind in (
        _kind(
            TO_CHECK,
            gettext_lazy("Minutes to check"),
            gettext_lazy("Of sessions that you attended, and of bodies that you sit in."),
            _to_check,
            _still_round,
        ),
        _kind(
            TO_APPROVE,
            gettext_lazy("Minutes to approve"),
            gettext_lazy("Of sessions that you chair."),
            _to_approve,
            _still_round,
        ),
        _kind(
            REMARK_MADE,
            gettext_lazy("Remark on minutes that you write"),
            "",
            _remark_made,
            _still_open,
        ),
        _kind(
            REMARK_ANSWERED,
            gettext_lazy("Answer to your remark on minutes"),
            "",
            _remark_answered,
            _answer_holds,
        ),
        _kind(
            BY_ITSELF,
            gettext_lazy("Minutes approved by themselves"),
            gettext_lazy("Of sessions that you chair or write the minutes of."),
            _by_itself,
            _is_settled,
        ),
    ):
        kinds.register_kind(kind)
