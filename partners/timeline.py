"""What happened to an application, in order, as the applicant and as the office read it."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from civportal.accounts.models import User
from partners.choices import DECIDED_APPLICATION, ApplicationState
from partners.models import Partner, PartnerApplication

LATE_AFTER = 14
"""Days after which an answer that was promised within ten working days is late."""


@dataclass(frozen=True, kw_only=True)
class Happened:
    """One thing that happened: who did it is empty for who is not told that."""

    at: datetime.datetime
    title: str
    who: str = ""
    text: str = ""
    language: str = ""


def steps_for_applicant(application: PartnerApplication, *, viewer: User) -> list[Happened]:
    """Sent, asked, answered, decided; the office is one voice, and links are its own business."""
    found = [Happened(at=application.created_at, title=_("You sent the application"))]
    if application.user_id != viewer.pk:
        found = [Happened(at=application.created_at, title=_("The application was sent"))]
    found += _talk(application, viewer=viewer, office=_("Programme office"))
    found += _decision(application, who="")
    return sorted(found, key=lambda each: each.at)


def steps_for_office(application: PartnerApplication, *, viewer: User) -> list[Happened]:
    """The same with who did it, when the address was confirmed, and which links were laid."""
    name = application.applicant_name
    found = [Happened(at=application.created_at, title=_("Application came in"), who=name)]
    confirmed = application.submitted_at
    if confirmed and confirmed - application.created_at > datetime.timedelta(minutes=1):
        found.append(Happened(at=confirmed, title=_("E-mail address confirmed"), who=name))
    found += _talk(application, viewer=viewer, office="")
    found += _links(application, viewer=viewer)
    decided_by = application.decided_by
    found += _decision(application, who=decided_by.get_full_name() if decided_by else "")
    return sorted(found, key=lambda each: each.at)


def _talk(application: PartnerApplication, *, viewer: User, office: str) -> Iterator[Happened]:
    for message in application.messages.visible_to(viewer).select_related("author"):
        author = message.author.get_full_name() if message.author else ""
        yield Happened(
            at=message.created_at,
            title=_("Question of the programme office") if message.from_office else _("Answer"),
            who=office or author if message.from_office else author,
            text=message.text,
            language=application.language,
        )


def _decision(application: PartnerApplication, *, who: str) -> Iterator[Happened]:
    if application.state in DECIDED_APPLICATION and application.decided_at:
        titles = {
            ApplicationState.ACCEPTED: _("Accepted"),
            ApplicationState.DECLINED: _("Declined"),
            ApplicationState.WITHDRAWN: _("Withdrawn"),
        }
        yield Happened(
            at=application.decided_at,
            title=titles[ApplicationState(application.state)],
            who=who,
            text=application.reason,
            language=application.language,
        )


def _links(application: PartnerApplication, *, viewer: User) -> Iterator[Happened]:
    """Each time that the office said which organisation it is about, from the history."""
    events: Any = application.events  # type: ignore[attr-defined]  # made by pghistory
    rows = list(events.select_related("pgh_context").order_by("pgh_id"))
    keys = {row.partner_id for row in rows} - {None}
    names = dict(Partner.objects.visible_to(viewer).filter(pk__in=keys).values_list("pk", "name"))
    users = {(row.pgh_context.metadata if row.pgh_context else {}).get("user") for row in rows}
    people = User.objects.in_bulk(users - {None}) if keys else {}
    before = None
    for row in rows:
        if row.partner_id != before:
            metadata = row.pgh_context.metadata if row.pgh_context else {}
            person = people.get(metadata.get("user"))
            name = names.get(row.partner_id, "…")
            yield Happened(
                at=row.pgh_created_at,
                title=_("Linked to %(name)s") % {"name": name}
                if row.partner_id
                else _("Link taken back"),
                who=person.get_full_name() if person else "",
            )
        before = row.partner_id


def days_waiting(application: PartnerApplication) -> int:
    """For how many days it has been there."""
    return (timezone.localdate() - timezone.localdate(application.submitted_at)).days
