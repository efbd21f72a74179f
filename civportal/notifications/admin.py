"""The admin of mail: what was sent, what people chose, addresses that fail, jobs on the clock."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from celery import current_app
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, URLResolver, path, reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from kombu.exceptions import OperationalError

from civportal.accounts.viewers import in_office
from civportal.admin import waiting
from civportal.admin.base import OfficeModelAdmin
from civportal.admin.readonly import ReadOnlyAdmin
from civportal.notifications.choices import Reason, State
from civportal.notifications.jobs import job_of
from civportal.notifications.ledger import kind_choices, kind_labels
from civportal.notifications.models import (
    DeadAddress,
    DigestSetting,
    Follow,
    JobRun,
    MailPolicy,
    Notification,
    Preference,
)
from civportal.notifications.sections import trouble


class KindFilter(admin.SimpleListFilter):
    """By kind, under the names that people know."""

    title = _("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return kind_choices()

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        return queryset.filter(kind=self.value()) if self.value() else queryset


class ReasonFilter(admin.SimpleListFilter):
    """By why it was not sent; without the empty reason, which has no name."""

    title = _("reason")
    parameter_name = "reason"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(reason.value, str(reason.label)) for reason in Reason if reason.value]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Any]") -> "QuerySet[Any]":
        return queryset.filter(reason=self.value()) if self.value() else queryset


@admin.register(Notification)
class NotificationAdmin(ReadOnlyAdmin):
    list_display = ["due_at", "recipient", "mail", "outcome"]
    list_filter = ["state", ReasonFilter, KindFilter, "due_at"]
    list_select_related = ["recipient"]
    search_fields = [
        "recipient__name",
        "recipient__email",
        "address",
        "title",
        "subject",
        "detail",
    ]
    date_hierarchy = "due_at"
    fields = [
        "recipient",
        "address",
        "kind_label",
        "subject",
        "title",
        "state",
        "reason",
        "detail",
        "attempts",
        "created_at",
        "due_at",
        "next_try_at",
        "expires_at",
        "settled_at",
        "key",
    ]

    @admin.display(description=_("mail"), ordering="title")
    def mail(self, obj: Notification) -> str:
        """The subject line; what sort of thing it is where there is none."""
        return obj.title or self.kind_label(obj)

    @admin.display(description=_("outcome"), ordering="state")
    def outcome(self, obj: Notification) -> str:
        """What became of it, and why."""
        state = State(obj.state).label
        return f"{state}: {Reason(obj.reason).label}" if obj.reason else str(state)

    @admin.display(description=_("kind"), ordering="kind")
    def kind_label(self, obj: Notification) -> str:
        return kind_labels().get(obj.kind, obj.kind)

    @admin.display(description=_("mark against sending twice"))
    def key(self, obj: Notification) -> str:
        return obj.dedupe_key


class OfPersonAdmin(ReadOnlyAdmin):
    """What someone chose: theirs to change, on their own page."""

    list_select_related = ["user"]
    search_fields = ["user__name", "user__email"]


@admin.register(Preference)
class PreferenceAdmin(OfPersonAdmin):
    list_display = ["user", "kind_label", "mode"]
    list_filter = ["mode", KindFilter]
    fields = ["user", "kind_label", "mode"]

    @admin.display(description=_("kind"), ordering="kind")
    def kind_label(self, obj: Preference) -> str:
        return kind_labels().get(obj.kind, obj.kind)


@admin.register(DigestSetting)
class DigestSettingAdmin(OfPersonAdmin):
    list_display = ["user", "frequency", "weekday", "hour", "paused_until", "next_at"]
    list_filter = ["frequency", "paused_until"]
    fields = [
        "user",
        "frequency",
        "weekday",
        "hour",
        "reminder_hours",
        "paused_until",
        "next_at",
    ]


@admin.register(Follow)
class FollowAdmin(OfPersonAdmin):
    list_display = ["user", "topic"]
    search_fields = ["user__name", "user__email", "topic"]
    fields = ["user", "topic"]


@admin.register(DeadAddress)
class DeadAddressAdmin(OfficeModelAdmin):
    office_may = ("view", "change")
    list_display = ["email", "state", "detail", "since"]
    list_filter = ["state", "since"]
    search_fields = ["email", "detail"]
    fields = ["email", "state", "detail", "since"]
    readonly_fields = ["email", "state", "detail", "since"]
    actions = ["works_again"]

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The action is the way, which says what it means."""
        return False

    @admin.action(description=_("Works again: send mail to it"), permissions=["change"])
    def works_again(self, request: HttpRequest, queryset: "QuerySet[DeadAddress]") -> None:
        """From now on mail goes there; what was not sent meanwhile is not sent after all."""
        count, _by_model = queryset.delete()
        said = ngettext(
            "%(count)s address gets mail again.", "%(count)s addresses get mail again.", count
        )
        self.message_user(request, said % {"count": count}, messages.SUCCESS)


@admin.register(MailPolicy)
class MailPolicyAdmin(ReadOnlyAdmin):
    """Its history; changing it is done on the page that says what waits."""

    fields = ["stopped", "sandbox", "sandbox_addresses"]

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        """Straight to that page, which is the office's."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        return HttpResponseRedirect(reverse("mail_policy"))


LABELS = {
    "heartbeat": _("Sign of life of the workers"),
    "deliver notifications": _("Send what is due"),
    "look for reminders": _("Look which reminders fall due"),
    "look for digests": _("Look which digests fall due"),
    "tell of late steps": _("Tell of next steps with partners that are overdue"),
    "tell of expiring agreements": _("Tell of agreements with partners that run out"),
    "tidy up partners": _("Clear away what of partners may no longer be kept"),
    "approve minutes": _("Approve minutes whose day has come"),
    "erase names of students": _("Erase names of students whose time is over"),
    "archive assignments": _("Put away assignments that ended a year ago"),
    "clear sessions": _("Clear away old logins"),
}
"""What the jobs of the schedule are called; others go by the name they have there."""


@dataclass(frozen=True)
class Job:
    """A job on the clock with its latest run, if any."""

    name: str
    every: datetime.timedelta | str
    run: JobRun | None

    @property
    def label(self) -> str:
        """What it is called."""
        return str(LABELS.get(self.name, self.name))

    @property
    def every_in_words(self) -> str:
        """``15 seconds``, ``1 minute``, ``24 hours``."""
        if isinstance(self.every, str):
            return self.every
        seconds = int(self.every.total_seconds())
        if seconds % 3600 == 0:
            count = seconds // 3600
            return ngettext("%(count)s hour", "%(count)s hours", count) % {"count": count}
        if seconds % 60 == 0:
            count = seconds // 60
            return ngettext("%(count)s minute", "%(count)s minutes", count) % {"count": count}
        return ngettext("%(count)s second", "%(count)s seconds", seconds) % {"count": seconds}

    @property
    def is_late(self) -> bool:
        """Whether it should have begun again a while ago."""
        if self.run is None or isinstance(self.every, str):
            return False
        age = timezone.now() - self.run.started_at
        return age > self.every * 3 + datetime.timedelta(minutes=2)


def jobs() -> list[Job]:
    """Every job of the schedule in its order."""
    runs = {run.name: run for run in JobRun.objects.all()}
    found = []
    for name, entry in settings.CELERY_BEAT_SCHEDULE.items():
        every = entry["schedule"]
        if isinstance(every, int | float):
            every = datetime.timedelta(seconds=every)
        elif not isinstance(every, datetime.timedelta):
            every = str(every)
        found.append(Job(name, every, runs.get(job_of(str(entry["task"])))))
    return found


@admin.register(JobRun)
class JobRunAdmin(ReadOnlyAdmin):
    """The schedule, with what became of each job; whoever may change it can run one now."""

    office_may = ("view", "change")
    fields = ["name", "started_at", "finished_at", "summary", "error"]

    def get_urls(self) -> list[URLResolver | URLPattern]:  # type: ignore[override] # as its base has it
        run = self.admin_site.admin_view(self.run_view)
        return [path("run/", run, name="notifications_jobrun_run"), *super().get_urls()]

    def may_run(self, request: HttpRequest) -> bool:
        """Whether this person may start a job."""
        return bool(request.user.has_perm("notifications.change_jobrun"))

    def changelist_view(self, request: HttpRequest, extra_context: Any = None) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        request.current_app = self.admin_site.name
        context = {
            **self.admin_site.each_context(request),
            "title": _("Scheduled jobs"),
            "opts": self.opts,
            "jobs": jobs(),
            "may_run": self.may_run(request),
        }
        return TemplateResponse(request, "admin/jobs.html", context)

    def run_view(self, request: HttpRequest) -> HttpResponse:
        """Put a job of the schedule in the queue now."""
        if request.method != "POST" or not self.may_run(request):
            raise PermissionDenied
        name = request.POST.get("job", "")
        entry = settings.CELERY_BEAT_SCHEDULE.get(name)
        if entry is None:
            raise Http404
        current_app.loader.import_default_modules()  # a web process has not met the tasks yet
        try:
            current_app.tasks[entry["task"]].delay()
        except OperationalError:
            self.message_user(request, gettext("The queue cannot be reached."), messages.ERROR)
        else:
            self.message_user(
                request,
                gettext("“%(job)s” waits in the queue.") % {"job": LABELS.get(name, name)},
                messages.SUCCESS,
            )
        return HttpResponseRedirect(reverse("admin:notifications_jobrun_changelist"))


def _waiting(request: HttpRequest) -> Iterable[waiting.Waiting]:
    if not in_office(request.user):
        return
    found = trouble()
    if found["policy"].stopped:
        yield waiting.Waiting(gettext("All mail is stopped"), 1, reverse("mail_policy"))
    elif found["policy"].sandbox:
        yield waiting.Waiting(gettext("The try-out mode is on"), 1, reverse("mail_policy"))
    yield waiting.Waiting(
        ngettext("address does not take mail", "addresses do not take mail", found["dead"]),
        found["dead"],
        reverse("admin:notifications_deadaddress_changelist"),
    )
    yield waiting.Waiting(
        ngettext("mail given up this week", "mails given up this week", found["failed"]),
        found["failed"],
        f"{reverse('admin:notifications_notification_changelist')}?state__exact=failed",
    )
    late = sum(job.is_late or bool(job.run and job.run.error) for job in jobs())
    yield waiting.Waiting(
        ngettext("job late or failed", "jobs late or failed", late),
        late,
        reverse("admin:notifications_jobrun_changelist"),
    )


def _shortcuts(request: HttpRequest) -> Iterable[waiting.Shortcut]:
    if in_office(request.user):
        yield waiting.Shortcut(gettext("Mail by day"), reverse("ledger"))


waiting.register("notifications", order=80, waiting=_waiting, shortcuts=_shortcuts)
