"""The admin of minutes: what was said under each item, and what came out of it."""

from collections.abc import Callable
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from import_export import fields, resources

from civportal.accounts.models import User
from civportal.accounts.viewers import in_office
from civportal.admin.base import OfficeModelForm
from civportal.admin.exchange import Export
from sessions_log.actions.minutes import (
    MinutesRefused,
    circulate,
    publish,
)
from sessions_log.admin.parts import (
    ItemInline,
    SessionPartAdmin,
    TextForm,
    minutes_settled,
    reads_everything,
    reads_minutes,
    reason,
    writes_text,
)
from sessions_log.admin.sessions import PartAdmin, PartOfSessionForm
from sessions_log.choices import ActionState
from sessions_log.models import (
    ActionItem,
    AgendaItem,
    AttentionPoint,
    Decision,
    Minutes,
    WorkSession,
)
from sessions_log.notifications.actions import tell_owners
from sessions_log.permissions import can_publish, can_write_minutes
from sessions_log.querysets import READ_ALL
from sessions_log.steps import minutes_steps


def reads_all_sessions(request: HttpRequest) -> bool:
    """Whether this person reads everything of every session."""
    return in_office(request.user) or request.user.has_perm(READ_ALL)


def person(request: HttpRequest) -> User:
    """Who works in the admin."""
    assert isinstance(request.user, User)  # noqa: S101 - the admin lets nobody else in
    return request.user


class SummaryForm(TextForm):
    text_field = "summary"


@admin.register(Minutes)
class MinutesAdmin(SessionPartAdmin):
    form = SummaryForm
    list_display = ["session", "session_date", "state", "approved_at", "published_at"]
    list_filter = ["state", "session__body", "session__kind"]
    list_select_related = ["session"]
    search_fields = ["session__title", "summary"]
    autocomplete_fields = ["session"]
    date_hierarchy = "session__date"
    ordering = ["-session__date"]
    readonly_fields = ["state", "next_steps", "circulated_at", "approved_at", "published_at"]
    actions = ["send_round", "publish"]
    never_restored = ["session", "state", "circulated_at", "approved_at", "published_at"]
    fieldsets = [
        (None, {"fields": ["session", "summary", "seen_revision"]}),
        (
            _("How far they are"),
            {
                "fields": [
                    "state",
                    "next_steps",
                    "circulated_at",
                    "approved_at",
                    "published_at",
                ],
                "description": _(
                    "Draft: for the secretary, the chair and the office. Circulated: also for the "
                    "body and those who attended. Published: for whoever may see the session. "
                    "Once approved, the text stays as it is; a correction is a new version."
                ),
            },
        ),
    ]

    @admin.display(description=_("date"), ordering="session__date")
    def session_date(self, obj: Minutes) -> Any:
        return obj.session.date

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or writes_text(self, request, obj):
            return self.fieldsets
        return [(None, {"fields": ["session", "summary"]}), self.fieldsets[1]]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        readonly = list(super().get_readonly_fields(request, obj))
        return readonly if obj is None or "session" in readonly else [*readonly, "session"]

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """The minutes, knowing who asks, for the links to what that person can do."""
        found: Any = super().get_object(request, object_id, from_field)
        if found is not None:
            found.asking = request.user
        return found

    @admin.display(description=_("what can be done"))
    def next_steps(self, obj: Any) -> str:
        """Links to the pages of the site where the state changes."""
        if obj.pk is None:
            return gettext("They begin as a draft.")
        steps = minutes_steps(
            obj.asking, obj.session, obj, writes=can_write_minutes(obj.asking, obj.session)
        )
        return format_html_join(
            " · ", '<a href="{}">{}</a>', ((step.url, step.label) for step in steps)
        )

    def _each(
        self,
        request: HttpRequest,
        chosen: "QuerySet[Minutes]",
        may: Callable[[Any, WorkSession], bool],
        act: Callable[[Minutes], object],
    ) -> None:
        """Do something with each that the person may do it with; say why where it cannot be."""
        done = 0
        for minutes in chosen.select_related("session__body"):
            if not may(request.user, minutes.session):
                reason = gettext("You cannot do this.")
                self.message_user(request, f"{minutes}: {reason}", messages.WARNING)
                continue
            try:
                act(minutes)
            except MinutesRefused as refused:
                self.message_user(request, f"{minutes}: {refused}", messages.WARNING)
            else:
                done += 1
        self.message_user(
            request,
            ngettext(
                "Done for the minutes of %(count)s session.",
                "Done for the minutes of %(count)s sessions.",
                done,
            )
            % {"count": done},
        )

    @admin.action(description=_("Send round"), permissions=["change"])
    def send_round(self, request: HttpRequest, queryset: "QuerySet[Minutes]") -> None:
        user = person(request)
        self._each(request, queryset, can_write_minutes, lambda one: circulate(one, by=user))

    @admin.action(description=_("Publish"), permissions=["change"])
    def publish(self, request: HttpRequest, queryset: "QuerySet[Minutes]") -> None:
        user = person(request)
        self._each(request, queryset, can_publish, lambda one: publish(one, by=user))


class DecisionInline(ItemInline):
    model = Decision
    fields = ["order", "text"]


class ActionInline(ItemInline):
    model = ActionItem
    fields = ["order", "text", "owner", "owner_name", "due", "state", "done_on"]
    autocomplete_fields = ["owner"]
    free_when_settled = ["state", "done_on"]

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not reads_everything(request, obj.session_id):
            return ["text", "due", "state"]
        return self.fields


class AttentionInline(ItemInline):
    model = AttentionPoint
    fields = ["order", "text", "line", "state", "answer", "chapter"]
    autocomplete_fields = ["line", "chapter"]
    free_when_settled = ["line", "state", "answer", "chapter"]


class ItemForm(TextForm, PartOfSessionForm):
    """An agenda item, with what was said under it."""


@admin.register(AgendaItem)
class AgendaItemAdmin(PartAdmin):
    form = ItemForm
    list_display = ["title", "session", "purpose", "confidential"]
    list_filter = ["purpose", "confidential", "session__body", "session__lines"]
    list_select_related = ["session"]
    search_fields = ["title", "session__title"]
    autocomplete_fields = ["session"]
    date_hierarchy = "session__date"
    ordering = ["-session__date", "session", "order"]
    inlines = [DecisionInline, ActionInline, AttentionInline]
    never_restored = ["session", "order"]
    unlimited_choices = ["presenter"]
    fieldsets = [
        (
            None,
            {"fields": ["session", "title", "order", "purpose", "minutes_planned", "presenter"]},
        ),
        (_("Minutes"), {"fields": ["text", "seen_revision"]}),
        (_("Who may see it"), {"fields": ["confidential"]}),
    ]

    def hidden_fields(self, request: HttpRequest, obj: Any) -> list[str]:
        hidden = []
        if not reads_minutes(request, obj.session_id):
            hidden.append("text")
        if not writes_text(self, request, obj):
            hidden.append("seen_revision")
        if not reads_everything(request, obj.session_id):
            hidden += ["order", "minutes_planned", "presenter"]
        return hidden

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None:
            return self.fieldsets
        hidden = set(self.hidden_fields(request, obj))
        kept = [
            (title, {**options, "fields": [one for one in options["fields"] if one not in hidden]})
            for title, options in self.fieldsets
        ]
        return [(title, options) for title, options in kept if options["fields"]]

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "presenter":
            item_id = request.resolver_match and request.resolver_match.kwargs.get("object_id")
            people = db_field.remote_field.model.objects.none()
            if item_id and str(item_id).isdigit():
                people = db_field.remote_field.model.objects.filter(session__items=item_id)
            kwargs["queryset"] = people.select_related("user", "partner")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class OutcomeForm(OfficeModelForm):
    """Something new comes out only of an item that the person reads, and that is still open."""

    request: HttpRequest

    def clean_item(self) -> AgendaItem:
        item: AgendaItem = self.cleaned_data["item"]
        if not (
            reads_everything(self.request, item.session_id)
            and reads_minutes(self.request, item.session_id)
        ):
            raise ValidationError(gettext("You do not read everything of this session."))
        if minutes_settled(self.request, item.session_id):
            raise ValidationError(reason(self.request, item.session_id))
        return item


class OutcomeAdmin(PartAdmin):
    """The admin of what came out of a session; its item is for good."""

    form = OutcomeForm
    list_select_related = ["item__session"]
    never_restored = ["item"]
    date_hierarchy = "item__session__date"
    autocomplete_fields = ["item"]
    ordering = ["-item__session__date", "item", "order"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related(*self.list_select_related)

    def session_id_of(self, obj: Any) -> int:
        return int(obj.item.session_id)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        readonly = [name for name in super().get_readonly_fields(request, obj) if name != "session"]
        return readonly if obj is None or "item" in readonly else [*readonly, "item"]

    @admin.display(description=_("session"), ordering="item__session__date")
    def session(self, obj: Any) -> WorkSession:
        found: WorkSession = obj.item.session
        return found


class DecisionResource(resources.ModelResource):  # type: ignore[misc]  # comes untyped
    """Decisions as a list for a spreadsheet."""

    session = fields.Field(attribute="item__session__title", column_name=_("session"))
    date = fields.Field(attribute="item__session__date", column_name=_("date"))
    body = fields.Field(attribute="item__session__body__name", column_name=_("body"))
    item = fields.Field(attribute="item__title", column_name=_("agenda item"))
    text = fields.Field(attribute="text", column_name=_("decision"))

    class Meta:
        model = Decision
        fields = ["session", "date", "body", "item", "text"]
        export_order = fields


@admin.register(Decision)
class DecisionAdmin(Export, OutcomeAdmin):
    resource_classes = [DecisionResource]
    list_display = ["text", "session", "item"]
    list_filter = ["item__session__body", "item__session__lines"]
    search_fields = ["text", "item__title"]
    fields = ["item", "text", "order"]


class OpenFilter(admin.SimpleListFilter):
    """Actions that are late."""

    title = _("late")
    parameter_name = "late"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [("yes", _("Open after its date"))]

    def queryset(
        self, request: HttpRequest, queryset: "QuerySet[ActionItem]"
    ) -> "QuerySet[ActionItem]":
        if self.value() != "yes":
            return queryset
        return queryset.filter(state=ActionState.OPEN, due__lt=timezone.localdate())


class ActionResource(resources.ModelResource):  # type: ignore[misc]  # comes untyped
    """Action items as a list for a spreadsheet."""

    session = fields.Field(attribute="item__session__title", column_name=_("session"))
    date = fields.Field(attribute="item__session__date", column_name=_("date"))
    item = fields.Field(attribute="item__title", column_name=_("agenda item"))
    text = fields.Field(attribute="text", column_name=_("action"))
    owner = fields.Field(column_name=_("owner"))
    due = fields.Field(attribute="due", column_name=_("due"))
    state = fields.Field(attribute="get_state_display", column_name=_("state"))
    done_on = fields.Field(attribute="done_on", column_name=_("done on"))

    class Meta:
        model = ActionItem
        fields = ["session", "date", "item", "text", "owner", "due", "state", "done_on"]
        export_order = fields

    def dehydrate_owner(self, action: Any) -> str:
        """The owner, for who reads everything of the session."""
        if not action.reads_all:
            return ""
        return str(action.owner) if action.owner else str(action.owner_name)


@admin.register(ActionItem)
class ActionItemAdmin(Export, OutcomeAdmin):
    resource_classes = [ActionResource]
    list_display = ["text", "who", "due", "state", "session"]
    list_select_related = ["item__session", "owner"]
    search_fields = ["text", "item__title"]
    autocomplete_fields = ["item", "owner"]
    free_when_settled = ["state", "done_on"]
    actions = ["mark_done"]
    fieldsets = [
        (None, {"fields": ["item", "text", "order"]}),
        (_("By whom and when"), {"fields": ["owner", "owner_name", "due"]}),
        (_("What became of it"), {"fields": ["state", "done_on"]}),
    ]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        """Tell a new owner what they took on, once the minutes have readers."""
        super().save_model(request, obj, form, change)
        if "owner" in form.changed_data:
            tell_owners(obj.item.session)

    def get_queryset(self, request: HttpRequest) -> Any:
        sessions = WorkSession.objects.fully_readable_by(request.user)
        return (
            super()
            .get_queryset(request)
            .annotate(reads_all=Exists(sessions.filter(pk=OuterRef("item__session"))))
        )

    def get_list_filter(self, request: HttpRequest) -> Any:
        # A filter by owner would tell the names that only full readers see.
        own = ["owner"] if reads_all_sessions(request) else []
        return ["state", OpenFilter, "item__session__body", *own]

    def hidden_fields(self, request: HttpRequest, obj: Any) -> list[str]:
        full = reads_everything(request, self.session_id_of(obj))
        return [] if full else ["owner", "owner_name", "order"]

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or reads_everything(request, self.session_id_of(obj)):
            return self.fieldsets
        return [(None, {"fields": ["item", "text", "due", "state", "done_on"]})]

    @admin.display(description=_("owner"))
    def who(self, obj: Any) -> str:
        if not obj.reads_all:
            return ""
        return str(obj.owner) if obj.owner else str(obj.owner_name)

    @admin.action(description=_("Mark as done today"), permissions=["change"])
    def mark_done(self, request: HttpRequest, queryset: Any) -> None:
        """Those that the person may change, one by one, so that each has its history."""
        done = 0
        for action in queryset.filter(state=ActionState.OPEN):
            if self.has_change_permission(request, action):
                action.state = ActionState.DONE
                action.done_on = timezone.localdate()
                action.save(update_fields=["state", "done_on"])
                self.log_change(request, action, gettext("Marked as done."))
                done += 1
        self.message_user(request, gettext("%(count)s marked as done.") % {"count": done})


class AttentionPointResource(resources.ModelResource):  # type: ignore[misc]  # comes untyped
    """Attention points as a list for a spreadsheet."""

    session = fields.Field(attribute="item__session__title", column_name=_("session"))
    date = fields.Field(attribute="item__session__date", column_name=_("date"))
    item = fields.Field(attribute="item__title", column_name=_("agenda item"))
    text = fields.Field(attribute="text", column_name=_("attention point"))
    line = fields.Field(attribute="line__title", column_name=_("programme line"))
    state = fields.Field(attribute="get_state_display", column_name=_("state"))
    answer = fields.Field(attribute="answer", column_name=_("answer"))

    class Meta:
        model = AttentionPoint
        fields = ["session", "date", "item", "text", "line", "state", "answer"]
        export_order = fields


@admin.register(AttentionPoint)
class AttentionPointAdmin(Export, OutcomeAdmin):
    resource_classes = [AttentionPointResource]
    list_display = ["text", "line", "state", "session"]
    list_filter = ["state", "line", "item__session__body"]
    list_select_related = ["item__session", "line"]
    search_fields = ["text", "item__title"]
    autocomplete_fields = ["item", "line", "chapter"]
    free_when_settled = ["line", "state", "answer", "chapter"]
    fieldsets = [
        (None, {"fields": ["item", "text", "order"]}),
        (
            _("What became of it"),
            {
                "fields": ["line", "state", "answer", "chapter"],
                "description": _(
                    "The answer stands with the point on the page of the programme line."
                ),
            },
        ),
    ]
