"""What of the sessions waits for the office."""

from collections.abc import Iterator

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from civportal.admin.waiting import Shortcut, Waiting, register
from sessions_log.choices import (
    ActionState,
    AttentionState,
    ImportState,
    MinutesState,
    SessionStatus,
)
from sessions_log.models import ActionItem, AttentionPoint, Minutes, ReportImport, WorkSession


def waiting(request: HttpRequest) -> Iterator[Waiting]:
    """Imports to check, sessions without minutes, minutes under way, what follows from them."""
    user, today = request.user, timezone.localdate()

    def sees(model: str) -> bool:
        return user.has_perm(f"sessions_log.view_{model}") or user.has_perm(
            f"sessions_log.change_{model}"
        )

    if sees("reportimport"):
        imports = ReportImport.objects.visible_to(user).filter(state=ImportState.REVIEW)
        number = imports.count()
        yield Waiting(
            ngettext("imported report to check", "imported reports to check", number),
            number,
            reverse("admin:sessions_log_reportimport_changelist") + "?state__exact=review",
        )
    sessions = reverse("admin:sessions_log_worksession_changelist")
    if sees("worksession"):
        mine = WorkSession.objects.visible_to(user)
        number = mine.filter(status=SessionStatus.PLANNED, date__lt=today).count()
        yield Waiting(
            ngettext(
                "planned session whose day has passed",
                "planned sessions whose day has passed",
                number,
            ),
            number,
            f"{sessions}?status__exact=planned&date__lt={today.isoformat()}",
        )
        number = mine.filter(status=SessionStatus.HELD, minutes__isnull=True).count()
        yield Waiting(
            ngettext("session held, without minutes", "sessions held, without minutes", number),
            number,
            f"{sessions}?status__exact=held&minutes=none",
        )
    if sees("minutes"):
        minutes = Minutes.objects.visible_to(user)
        address = reverse("admin:sessions_log_minutes_changelist")
        number = minutes.filter(state=MinutesState.DRAFT).count()
        yield Waiting(
            # Translators: the minutes of one session, and of several.
            ngettext("minutes in draft", "sets of minutes in draft", number),
            number,
            f"{address}?state__exact=draft",
        )
        number = minutes.filter(state=MinutesState.CIRCULATED).count()
        yield Waiting(
            ngettext(
                # Translators: the minutes of one session, and of several.
                "minutes circulated, to be approved",
                "sets of minutes circulated, to be approved",
                number,
            ),
            number,
            f"{address}?state__exact=circulated",
        )
    if sees("actionitem"):
        late = Q(state=ActionState.OPEN, due__lt=today)
        number = ActionItem.objects.visible_to(user).filter(late).count()
        yield Waiting(
            ngettext("action item past its date", "action items past their date", number),
            number,
            reverse("admin:sessions_log_actionitem_changelist") + "?late=yes",
        )
    if sees("attentionpoint"):
        points = AttentionPoint.objects.visible_to(user).filter(state=AttentionState.OPEN)
        number = points.count()
        yield Waiting(
            ngettext(
                "attention point without an answer", "attention points without an answer", number
            ),
            number,
            reverse("admin:sessions_log_attentionpoint_changelist") + "?state__exact=open",
        )


def shortcuts(request: HttpRequest) -> Iterator[Shortcut]:
    """Reading a report in, and planning a session."""
    if request.user.has_perm("sessions_log.add_reportimport"):
        yield Shortcut(_("Read a report in"), reverse("sessions_log:import_upload"))
    if request.user.has_perm("sessions_log.add_worksession"):
        yield Shortcut(_("Plan a session"), reverse("admin:sessions_log_worksession_add"))


register("sessions_log", order=10, waiting=waiting, shortcuts=shortcuts)
