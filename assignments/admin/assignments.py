"""Assignments in the admin: their text, their people, and the steps that the office takes."""

from collections.abc import Callable, Iterator
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import quote, unquote
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Count, Q, QuerySet
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from assignments.actions.editorial import Before, before_of, follow
from assignments.actions.locks import locked
from assignments.actions.posting import ENDED_BY_WITHDRAWING, withdraw
from assignments.actions.publishing import ask_for_changes, has_both_yes, publish
from assignments.choices import State, TeamState
from assignments.errors import FewerTeamsThanAccepted, Refused
from assignments.forms.posting import ReasonForm
from assignments.models import Assignment, LevelGoal, SchoolPeriod
from assignments.permissions import can_check
from assignments.querysets import SCHOOLS
from assignments.voices import EDITABLE_WHEN_PUBLIC, Voice
from assignments.wording import PLAIN
from civportal.accounts.models import User
from civportal.admin.base import OfficeModelAdmin, OfficeModelForm, OfficeStackedInline
from civportal.admin.waiting import Shortcut, Waiting, register
from partners.models import Partner

PEOPLE = ["teacher", "school", "contact", "contact_name", "contact_email"]

STEPS = {
    "publish": _("Put it on the board"),
    "ask": _("Ask for changes"),
    "withdraw": _("Withdraw and tell everyone"),
}
"""What the steps are called, on their buttons too."""


class AssignmentForm(OfficeModelForm):
    """Says kindly what the database would refuse."""

    instance: Assignment

    def clean_contact_email(self) -> str:
        return str(self.cleaned_data["contact_email"]).lower()

    def clean_teams_wanted(self) -> int:
        """Not below those who were told yes."""
        wanted: int = self.cleaned_data["teams_wanted"]
        if wanted < self.instance.teams.filter(state=TeamState.ACCEPTED).count():
            raise ValidationError(str(FewerTeamsThanAccepted()))
        return wanted


class LevelGoalInline(OfficeStackedInline):
    """Part of the text: for who may change that, without a right of its own."""

    model = LevelGoal
    fields = ["level", "learns", "delivers"]

    def settled_reason(self, request: HttpRequest, parent: Assignment) -> str:
        return why_fixed(parent)

    def has_view_permission(self, request: HttpRequest, obj: Assignment | None = None) -> bool:
        return request.user.has_perm("assignments.view_assignment")

    def has_add_permission(self, request: HttpRequest, obj: Assignment | None = None) -> bool:
        return self.has_change_permission(request, obj) and not self._is_settled(request, obj)

    def has_change_permission(self, request: HttpRequest, obj: Assignment | None = None) -> bool:
        return self.may_change_parent(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Assignment | None = None) -> bool:
        return self.has_change_permission(request, obj) and not self._is_settled(request, obj)


def why_fixed(assignment: Assignment) -> str:
    """Why its text does not change here; empty where it does."""
    if assignment.state == State.SUBMITTED:
        return gettext("Both sides are asked for their yes to this text. Ask for changes instead.")
    if assignment.state != State.DRAFT and assignment.state not in EDITABLE_WHEN_PUBLIC:
        return gettext("This is over: its text stays as it was.")
    return ""


@admin.register(Assignment)
class AssignmentAdmin(OfficeModelAdmin):
    form = AssignmentForm
    list_display = ["__str__", "form", "state", "partner", "teacher", "teams_there", "published_at"]
    list_filter = ["state", "form", "lines", "mixed", "language"]
    list_select_related = ["partner", "teacher"]
    search_fields = ["title", "summary", "partner__name", "teacher__name", "contact_name"]
    date_hierarchy = "published_at"
    autocomplete_fields = ["teacher", "school", "contact", "partner"]
    filter_horizontal = ["lines"]
    inlines = [LevelGoalInline]
    actions = ["publish_chosen"]
    free_when_settled = PEOPLE
    office_may = ("view", "change")
    fieldsets = [
        (None, {"fields": ["title", "form", "state", "partner", "lines"]}),
        (_("Text"), {"fields": ["summary", "description", "result", "language"]}),
        (_("For whom"), {"fields": ["level_min", "level_max", "mixed", "disciplines"]}),
        (
            _("Teams and time"),
            {
                "fields": [
                    "teams_wanted", "team_size_min", "team_size_max", "hours_per_week", "weeks",
                    "starts_on", "apply_by",
                ]
            },
        ),
        (
            _("Place and help"),
            {"fields": ["place", "online", "guidance", "guidance_hours", "compensation"]},
        ),
        (
            _("Names of students"),
            {"fields": ["names_needed", "names_reason", "names_kept_days"]},
        ),
        (
            _("People"),
            {
                "fields": [*PEOPLE, "posted_by"],
                "description": _("Another teacher or contact person is asked for a yes again."),
            },
        ),
        (
            _("How far it is"),
            {
                "fields": [
                    "created_at", "submitted_at", "teacher_yes_at", "company_yes_at",
                    "company_yes_by", "asked_at", "reminded_at", "checked_at", "checked_by",
                    "published_at", "matched_at", "started_at", "finished_at", "withdrawn_at",
                    "withdrawn_reason", "returned_reason", "returned_by", "copied_from",
                ]
            },
        ),
    ]  # fmt: skip
    readonly_fields = ["form", "state", "posted_by", *fieldsets[-1][1]["fields"]]
    never_restored = [one.name for one in Assignment._meta.concrete_fields if one.name not in PLAIN]

    def get_queryset(self, request: HttpRequest) -> QuerySet[Assignment]:
        """With the number of teams that do it."""
        rows: QuerySet[Assignment] = super().get_queryset(request)
        accepted = Q(teams__state=TeamState.ACCEPTED)
        return rows.annotate(number_of_teams=Count("teams", filter=accepted, distinct=True))

    @admin.display(description=_("teams"), ordering="number_of_teams")
    def teams_there(self, obj: Assignment) -> str:
        return "–" if obj.is_booked else f"{getattr(obj, 'number_of_teams', 0)}/{obj.teams_wanted}"

    # --- writing --------------------------------------------------------------------------------

    def settled_reason(self, request: HttpRequest, obj: Assignment) -> str:
        return why_fixed(obj)

    def has_add_permission(self, request: HttpRequest) -> bool:
        """On the site one begins with the form of cooperation, and is asked what belongs to it."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Assignment | None = None) -> bool:
        """A draft; what others know of is withdrawn."""
        allowed = super().has_delete_permission(request, obj)
        return allowed and (obj is None or obj.state == State.DRAFT)

    def get_readonly_fields(self, request: HttpRequest, obj: Assignment | None = None) -> Any:
        readonly = list(super().get_readonly_fields(request, obj))
        if obj is not None and obj.state != State.DRAFT:
            readonly.append("partner")
        return readonly

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Chosen in the list, only drafts go as well."""
        rows = list(objs)
        known = [f"{row}: {row.get_state_display()}" for row in rows if row.state != State.DRAFT]
        if known:
            return [str(row) for row in rows], {}, set(), known
        return super().get_deleted_objects(rows, request)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        """Write what was changed and nothing else: it may have been published meanwhile."""
        form.before = before_of(locked(obj))
        plain = {one.name for one in Assignment._meta.concrete_fields}
        obj.save(update_fields=[*plain.intersection(form.changed_data), "changed_at"])

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        super().save_related(request, form, formsets, change)
        self._follow(request, form.instance, form.before)

    def _follow(self, request: HttpRequest, obj: Assignment, before: Before) -> None:
        assert isinstance(request.user, User)  # noqa: S101 - admin_view saw to it
        follow(locked(obj), before, by=request.user)

    def _restore(self, request: HttpRequest, obj: Any, event: Any, events: Any) -> HttpResponse:
        before = before_of(Assignment.objects.get(pk=obj.pk))
        response = super()._restore(request, obj, event, events)
        if request.method == "POST":
            self._follow(request, obj, before)
        return response

    # --- steps ----------------------------------------------------------------------------------

    def has_check_permission(self, request: HttpRequest) -> bool:
        """Who looks at assignments on the site does so here."""
        return can_check(request.user)

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own = [
            path(
                f"<path:object_id>/{step}/",
                wrap(self.step_view),
                {"step": step},
                name=f"assignments_assignment_{step}",
            )
            for step in STEPS
        ]
        return own + super().get_urls()

    def _open_steps(self, obj: Assignment) -> list[str]:
        steps = ["publish", "ask"] if obj.state == State.SUBMITTED and has_both_yes(obj) else []
        return [*steps, *(["withdraw"] if obj.state in ENDED_BY_WITHDRAWING else [])]

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        if obj is not None and self.has_check_permission(request):
            context["steps"] = [
                (reverse(f"admin:assignments_assignment_{step}", args=[quote(obj.pk)]), STEPS[step])
                for step in self._open_steps(obj)
            ]
        return super().render_change_form(request, context, *args, **kwargs)

    def step_view(self, request: HttpRequest, object_id: str, step: str) -> HttpResponse:
        """One of the steps, by the same action as on the site."""
        obj = self.get_object(request, unquote(object_id))
        if obj is None:
            raise Http404
        if not isinstance(request.user, User) or not self.has_check_permission(request):
            raise PermissionDenied
        back = reverse("admin:assignments_assignment_change", args=[quote(obj.pk)])
        posted = request.POST if request.method == "POST" else None
        form: Form = Form(posted) if step == "publish" else ReasonForm(posted)
        if form.is_valid():
            try:
                said = self._take_step(step, obj, form, by=request.user)
                self.message_user(request, said, messages.SUCCESS)
            except Refused as error:
                self.message_user(request, str(error), messages.ERROR)
            return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": STEPS[step],
            "object": obj,
            "opts": self.opts,
            "form": form,
            "back": back,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/assignments/assignment/step.html", context)

    def _take_step(self, step: str, obj: Assignment, form: Form, *, by: User) -> str:
        reason: str = form.cleaned_data.get("reason", "")
        takes: dict[str, Callable[[], object]] = {
            "publish": lambda: publish(obj, by=by),
            "ask": lambda: ask_for_changes(obj, reason=reason, by=by),
            "withdraw": lambda: withdraw(
                obj, reason=reason, by=Voice("office", by.get_full_name(), by)
            ),
        }
        takes[step]()
        told = {
            "publish": gettext("It is on the board; both sides are told."),
            "ask": gettext("Sent back; who posted it is told."),
            "withdraw": gettext("Withdrawn; everyone who has to know of it is told."),
        }
        return told[step]

    @admin.action(description=_("Put the chosen assignments on the board"), permissions=["check"])
    def publish_chosen(self, request: HttpRequest, queryset: Any) -> None:
        """Those that both sides said yes to; the others stay as they are."""
        assert isinstance(request.user, User)  # noqa: S101 - admin_view saw to it
        done = 0
        for one in queryset:
            try:
                publish(one, by=request.user)
                done += 1
            except Refused as error:
                self.message_user(request, f"{one}: {error}", messages.ERROR)
        if done:
            said = ngettext(
                "%(count)s assignment is on the board.",
                "%(count)s assignments are on the board.",
                done,
            )
            self.message_user(request, said % {"count": done}, messages.SUCCESS)


@admin.register(SchoolPeriod)
class SchoolPeriodAdmin(OfficeModelAdmin):
    list_display = ["school", "name", "starts_on", "ends_on"]
    list_filter = ["name"]
    list_select_related = ["school"]
    search_fields = ["school__name", "name"]
    date_hierarchy = "starts_on"
    fields = ["school", "name", "starts_on", "ends_on"]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Only schools have periods."""
        if db_field.name == "school":
            kwargs["queryset"] = Partner.objects.visible_to(request.user).filter(kind__in=SCHOOLS)
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


def waiting(request: HttpRequest) -> Iterator[Waiting]:
    """What both sides said yes to."""
    if not can_check(request.user):
        return
    number = Assignment.objects.visible_to(request.user).waiting_for_office().count()
    yield Waiting(
        ngettext("assignment to look at", "assignments to look at", number),
        number,
        reverse("assignments:to_check"),
    )


def shortcuts(request: HttpRequest) -> Iterator[Shortcut]:
    """Posting an assignment."""
    if can_check(request.user):
        yield Shortcut(gettext("Post an assignment"), reverse("assignments:new"))


register("assignments", order=40, waiting=waiting, shortcuts=shortcuts)
