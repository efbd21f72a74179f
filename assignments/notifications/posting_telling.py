"""Who hears of what about posting, called in the transaction of its cause."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from assignments.choices import SENT_TEAMS, State
from assignments.links import DAYS
from assignments.models import Assignment
from assignments.notifications import posting_letters as letters
from assignments.notifications import posting_names as names
from assignments.notifications.posting_about import about_of
from assignments.notifications.posting_names import subject_of
from assignments.querysets import SCHOOLS
from assignments.voices import Voice
from assignments.wording import Said, as_data, said
from civportal.accounts.models import User
from civportal.notifications.kinds import Message
from civportal.notifications.outbox import drop, notify, write_to_address
from partners.choices import MembershipRole, PartnerStatus
from partners.models import Membership
from partners.notifications.telling import office

WORKING_DAYS = 5
"""Working days after which the organisation is reminded of its answer, and the office told."""

ASKING = [names.CONFIRM, names.CONFIRM_AGAIN, names.REMINDER, names.LATE]

BY_ADDRESS = {
    names.CONFIRM: letters.confirm,
    names.CONFIRM_AGAIN: letters.confirm_again,
    names.REMINDER: letters.reminder,
    names.CHANGED: letters.changed,
    names.ADOPTED: letters.adopted,
    names.LET_GO: letters.let_go,
    names.PUBLISHED: letters.published,
    names.WITHDRAWN: letters.withdrawn,
}
"""What a contact person without an account hears of; the rest is for who works with the site."""


def reached(row: Assignment) -> tuple[int | None, str]:
    """Who is asked for the organisation: the account, or the address of who has none."""
    return row.contact_id, "" if row.contact_id else row.contact_email


def company_people(row: Assignment) -> list[int]:
    """The accounts that hear for the organisation: the contact person; without one who posted it
    for the organisation."""
    contact = row.contact
    if contact is not None and contact.is_active:
        return [contact.pk]
    if row.contact_email or row.partner_id is None:
        return []
    speaking = Membership.objects.filter(
        partner=row.partner_id,
        role__in=[MembershipRole.REPRESENTATIVE, MembershipRole.CONTACT],
        user__is_active=True,
    )
    return list(speaking.order_by("user").values_list("user", flat=True))


def _tell_company(
    row: Assignment, kind: str, *, key: str, data: dict[str, Any] | None = None
) -> None:
    """By account, or at the address of who has none."""
    data = data or {}
    people = company_people(row)
    if people:
        notify(people, kind=kind, subject=subject_of(row.pk), key=key, data=data)
    elif row.contact_id is None and row.contact_email:
        language = row.language or settings.LANGUAGE_CODE
        with translation.override(language):
            letter = BY_ADDRESS[kind](about_of(row, reader=None, data=data))
        write_to_address(
            row.contact_email,
            Message(letter=letter, language=language),
            purpose=f"{kind}:{key}:{row.contact_email}",
            expires_at=timezone.now() + datetime.timedelta(days=DAYS),
        )


def _tell(
    row: Assignment, kind: str, people: Iterable[int | None], *, key: str, **data: Any
) -> None:
    notify(
        sorted({person for person in people if person is not None}),
        kind=kind,
        subject=subject_of(row.pk),
        key=key,
        data=data,
    )


def _key(row: Assignment) -> str:
    """Tells one round of sending and answering from another."""
    sent = f"{row.submitted_at:%Y%m%dT%H%M%S%f}" if row.submitted_at else ""
    return f"{row.pk}:{sent}:{row.revision}"


def company_asked(row: Assignment) -> None:
    """For the first time, or another contact person."""
    drop(subject=subject_of(row.pk), kinds=ASKING)
    _tell_company(row, names.CONFIRM, key=f"{_key(row)}:{row.contact_id or row.contact_email}")


def company_asked_again(row: Assignment, *, by: Voice) -> None:
    """After the teacher changed something to which the organisation had said yes."""
    drop(subject=subject_of(row.pk), kinds=[*ASKING, names.TO_CHECK])
    data = {"by": by.name, "changes": _since(row, "company")}
    _tell_company(row, names.CONFIRM_AGAIN, key=f"{_key(row)}:company", data=data)


def teacher_asked(row: Assignment, *, by: Voice) -> None:
    """After the organisation changed something, or sent it anew."""
    drop(subject=subject_of(row.pk), kinds=[*ASKING, names.TO_CHECK])
    _tell(
        row,
        names.CONFIRM_AGAIN,
        [row.teacher_id],
        key=f"{_key(row)}:teacher",
        by=by.name,
        changes=_since(row, "teacher"),
    )


def _since(row: Assignment, side: str) -> list[list[Any]]:
    """What changed since this side's yes, as a notification keeps it."""
    before: Said | None = row.agreed.get(side)
    return as_data(before, said(row)) if before else []


def confirmed(row: Assignment, *, by: Voice) -> None:
    """One side said yes: the other hears it."""
    drop(subject=subject_of(row.pk), kinds=ASKING)
    key = f"{_key(row)}:{by.side}"
    if by.side == "teacher":
        people = company_people(row)
    else:
        people = [person for person in (row.teacher_id or row.posted_by_id,) if person]
    _tell(row, names.CONFIRMED, people, key=key, by=by.name)


def declined(row: Assignment, *, by: Voice) -> None:
    """The organisation said no: to who posted it, and the teacher."""
    drop(subject=subject_of(row.pk), kinds=[*ASKING, names.TO_CHECK])
    _tell(
        row,
        names.DECLINED,
        [row.posted_by_id, row.teacher_id],
        key=_key(row),
        by=by.name or row.returned_by,
        reason=row.returned_reason,
    )


def changed(row: Assignment, before: Said, after: Said, *, by: Voice) -> None:
    """Something public says something else: to all others who have to do with it."""
    data = {"by": by.name, "changes": as_data(before, after)}
    key = f"{row.pk}:{row.revision}"
    author = by.user.pk if by.user else None
    people = {row.teacher_id, *_coaches(row)} - {author}
    if by.side != "company":
        if company_people(row):
            people |= set(company_people(row))
        else:
            _tell_company(row, names.CHANGED, key=key, data=data)
    _tell(row, names.CHANGED, people, key=key, **data)


def _coaches(row: Assignment) -> set[int | None]:
    """Of the teams that wait or were accepted."""
    waiting = row.teams.filter(state__in=SENT_TEAMS).exclude(state="declined")
    return set(waiting.values_list("coach", flat=True))


def teachers() -> list[int]:
    """Everyone who teaches at a school that is a partner."""
    rows = Membership.objects.filter(
        role=MembershipRole.TEACHER,
        partner__kind__in=SCHOOLS,
        partner__status=PartnerStatus.SIGNED,
        user__is_active=True,
    )
    return sorted(set(rows.values_list("user", flat=True)))


def new_need(row: Assignment) -> None:
    """An organisation looks for a teacher; told once each time that it is sent."""
    sent = f"{row.submitted_at:%Y%m%dT%H%M%S%f}" if row.submitted_at else ""
    people = [person for person in teachers() if person != row.posted_by_id]
    _tell(row, names.NEW_NEED, people, key=f"{row.pk}:{sent}")


def adopted(row: Assignment) -> None:
    """Other teachers need not look any more, and the organisation hears who it is."""
    drop(subject=subject_of(row.pk), kinds=[names.NEW_NEED])
    _tell_company(row, names.ADOPTED, key=f"{_key(row)}:{row.teacher_id}")


def let_go(row: Assignment, *, teacher: User) -> None:
    """The organisation hears that others can adopt it."""
    drop(subject=subject_of(row.pk), kinds=[names.TO_CHECK, names.CONFIRM_AGAIN])
    data = {"by": teacher.get_full_name()}
    # A teacher may adopt it and let it go more than once.
    key = f"{_key(row)}:{teacher.pk}:{timezone.now():%Y%m%dT%H%M%S%f}"
    _tell_company(row, names.LET_GO, key=key, data=data)


def waits_for_office(row: Assignment) -> None:
    """Both sides said yes."""
    _tell(row, names.TO_CHECK, office().values_list("pk", flat=True), key=_key(row))


def returned(row: Assignment) -> None:
    """The office asks for changes: to who posted it, and the teacher who adopted it."""
    drop(subject=subject_of(row.pk), kinds=[names.TO_CHECK, *ASKING])
    _tell(
        row,
        names.RETURNED,
        [row.posted_by_id, row.teacher_id],
        key=_key(row),
        reason=row.returned_reason,
    )


def published(row: Assignment) -> None:
    """To both sides."""
    drop(
        subject=subject_of(row.pk),
        kinds=[*ASKING, names.TO_CHECK, names.NEW_NEED, names.CONFIRMED],
    )
    people = {row.teacher_id, row.posted_by_id}
    if accounts := company_people(row):
        people |= set(accounts)
    else:
        _tell_company(row, names.PUBLISHED, key=_key(row))
    _tell(row, names.PUBLISHED, people, key=_key(row))


def withdrawn(row: Assignment, *, by: Voice) -> None:
    """To the other side, to all who applied, and to the office if it was looking.

    Who booked hears that each date is called off, with what takes it out of the calendar.
    """
    drop(
        subject=subject_of(row.pk),
        kinds=[*ASKING, names.TO_CHECK, names.NEW_NEED, names.CONFIRMED, names.CHANGED],
    )
    data = {"by": by.name, "reason": row.withdrawn_reason}
    people: set[int | None] = {row.teacher_id, row.posted_by_id, *_coaches(row)}
    if accounts := company_people(row):
        people |= set(accounts)
    elif by.side != "company" or by.user is not None:
        _tell_company(row, names.WITHDRAWN, key=str(row.pk), data=data)
    author = by.user.pk if by.user else None
    _tell(row, names.WITHDRAWN, people - {author}, key=str(row.pk), **data)


# --- who does not answer -------------------------------------------------------------------------


def working_days_before(day: datetime.date, number: int) -> datetime.date:
    """The day that lies this many working days (Monday to Friday) earlier."""
    while number:
        day -= datetime.timedelta(days=1)
        number -= day.weekday() < 5
    return day


def unanswered(now: datetime.datetime) -> int:
    """Remind organisations of an answer that is waited for since five working days, once.

    How many were reminded; the office hears of each as well.
    """
    zone = timezone.get_default_timezone()
    today = timezone.localdate(now, zone)
    before = datetime.datetime.combine(
        working_days_before(today, WORKING_DAYS) + datetime.timedelta(days=1),
        datetime.time(),
        tzinfo=zone,
    )
    late = Assignment.objects.filter(
        Q(reminded_at__isnull=True),
        state=State.SUBMITTED,
        company_yes_at__isnull=True,
        asked_at__lt=before,
    )
    number = 0
    for pk in late.order_by("pk").values_list("pk", flat=True):
        with transaction.atomic():
            row = late.select_for_update(of=("self",), skip_locked=True).filter(pk=pk).first()
            if row is None:
                continue
            row.reminded_at = now
            row.save(update_fields=["reminded_at", "changed_at"])
            key = f"{_key(row)}:{row.asked_at:%Y%m%dT%H%M%S%f}"
            _tell_company(row, names.REMINDER, key=key)
            _tell(row, names.LATE, office().values_list("pk", flat=True), key=key)
        number += 1
    return number
