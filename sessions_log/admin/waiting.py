"""What of the sessions waits for the office."""

from collections.abc import Iterator

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

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
        yield Waiting(
            _("imported reports to check"),
            imports.count(),
            reverse("admin:sessions_log_reportimport_changelist") + "?state__exact=review",
        )
    sessions = reverse("admin:sessions_log_worksession_changelist")
    if sees("worksession"):
        mine = WorkSession.objects.visible_to(user)
        yield Waiting(
            _("planned sessions whose day has passed"),
            mine.filter(status=SessionStatus.PLANNED, date__lt=today).count(),
            f"{sessions}?status__exact=planned&date__lt={today.isoformat()}",
        )
        yield Waiting(
            _("sessions held, without minutes"),
            mine.filter(status=SessionStatus.HELD, minutes__isnull=True).count(),
            f"{sessions}?status__exact=held&minutes=none",
        )
    if sees("minutes"):
        minutes = Minutes.objects.visible_to(user)
        address = reverse("admin:sessions_log_minutes_changelist")
        yield Waiting(
            _("minutes in draft"),
            minutes.filter(state=MinutesState.DRAFT).count(),
            f"{address}?state__exact=draft",
        )
        yield Waiting(
            _("minutes circulated, to be approved"),
            minutes.filter(state=MinutesState.CIRCULATED).count(),
            f"{address}?state__exact=circulated",
        )
    if sees("actionitem"):
        late = Q(state=ActionState.OPEN, due__lt=today)
        yield Waiting(
            _("action items past their date"),
            ActionItem.objects.visible_to(user).filter(late).count(),
            reverse("admin:sessions_log_actionitem_changelist") + "?late=yes",
        )
    if sees("attentionpoint"):
        points = AttentionPoint.objects.visible_to(user).filter(state=AttentionState.OPEN)
        yield Waiting(
            _("attention points without an answer"),
            points.count(),
            reverse("admin:sessions_log_attentionpoint_changelist") + "?state__exact=open",
        )


def shortcuts(request: HttpRequest) -> Iterator[Shortcut]:
    """Reading a report in, and planning a session."""
    if request.user.has_perm("sessions_log.add_reportimport"):
        yield Shortcut(_("Read a report in"), reverse("sessions_log:import_upload"))
    if request.user.has_perm("sessions_log.add_worksession"):
        yield Shortcut(_("Plan a session"), reverse("admin:sessions_log_worksession_add"))


register("sessions_log", order=10, waiting=waiting, shortcuts=shortcuts)
