"""The admin of sessions, what is on their agenda, who takes part, and their documents."""

from typing import Any

from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from civportal.accounts.models import User
from civportal.admin.base import OfficeModelForm
from sessions_log.admin.parts import (
    SessionPartAdmin,
    SessionStackedInline,
    SessionTabularInline,
    minutes_settled,
    reads_everything,
    reason,
)
from sessions_log.choices import MinutesState, SessionStatus
from sessions_log.models import AgendaItem, Document, Minutes, Participation, WorkSession
from sessions_log.notifications import report_published
from sessions_log.notifications.invitations import session_cancelled, session_moved

ALWAYS_FREE = ["visibility", "online_url", "lines"]
"""What may change of a session after its minutes are approved: who reads it and where it is
filed. These are no part of what was approved."""


class OrderedFormSet(forms.BaseInlineFormSet):  # type: ignore[type-arg]  # no brackets at run time
    """Agenda items of which two can change places: the order is judged as a whole.

    Item by item every swap would look like a clash, while the database only looks at the end.
    """

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        excluded = form._get_validation_exclusions
        form._get_validation_exclusions = lambda: {*excluded(), "order"}

    def clean(self) -> None:
        super().clean()
        if any(self.errors):
            return
        kept = [form for form in self.forms if form not in self.deleted_forms]
        orders = [form.cleaned_data["order"] for form in kept if form.cleaned_data]
        if len(orders) != len(set(orders)):
            raise ValidationError(
                gettext("Two agenda items have the same number. Give each its own.")
            )


class AgendaItemInline(SessionTabularInline):
    model = AgendaItem
    formset = OrderedFormSet
    fields = ["order", "title", "purpose", "minutes_planned", "presenter", "confidential"]
    show_change_link = True
    ordering = ["order"]
    unlimited_choices = ["presenter"]
    verbose_name_plural = _("agenda (the minutes of an item stand on its own page)")

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and not reads_everything(request, obj.pk):
            return ["title", "purpose"]  # numbers and minutes would show that an item is missing
        return self.fields

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if db_field.name == "presenter":
            session_id = request.resolver_match and request.resolver_match.kwargs.get("object_id")
            people = Participation.objects.none()
            if session_id and str(session_id).isdigit():
                people = Participation.objects.filter(session=session_id)
            people = people.select_related("user", "partner")
            field = super().formfield_for_foreignkey(
                db_field, request, **{**kwargs, "queryset": people}
            )
            # Every row offers the same people: one query for all.
            field.choices = [("", "---------"), *((one.pk, str(one)) for one in people)]
            return field
        return super().formfield_for_foreignkey(db_field, request, **kwargs)


class ParticipationInline(SessionTabularInline):
    model = Participation
    fields = [
        "user",
        "name",
        "partner",
        "organisation",
        "role",
        "invited",
        "reply",
        "attended",
    ]
    show_change_link = True
    autocomplete_fields = ["user", "partner"]
    free_when_settled = ["user", "partner", "invited", "reply"]
    grows_when_settled = True
    ordering = ["pk"]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(is_named=True)


class DocumentInline(SessionTabularInline):
    model = Document
    fields = ["title", "file", "language", "visibility"]
    free_when_settled = ["title", "file", "language", "visibility"]
    grows_when_settled = True
    show_change_link = True


class MinutesInline(SessionStackedInline):
    model = Minutes
    # The summary has a page of its own, where two writers do not overwrite each other.
    fields = ["state", "circulated_at", "approved_at", "published_at"]
    readonly_fields = ["state", "circulated_at", "approved_at", "published_at"]
    show_change_link = True

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:  # type: ignore[override]  # as Django's inlines
        # Minutes that one cannot see are there all the same: there is one of each.
        there = obj is not None and Minutes.objects.filter(session=obj).exists()
        return not there and super().has_add_permission(request, obj)


class MinutesFilter(admin.SimpleListFilter):
    """Sessions by how far their minutes are."""

    title = _("minutes")
    parameter_name = "minutes"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, Any]]:
        return [
            ("none", pgettext_lazy("a session without minutes", "Not there yet")),
            *MinutesState.choices,
        ]

    def queryset(
        self, request: HttpRequest, queryset: "QuerySet[WorkSession]"
    ) -> "QuerySet[WorkSession]":
        if self.value() == "none":
            return queryset.filter(minutes__isnull=True)
        if self.value() in MinutesState.values:
            minutes = Minutes.objects.visible_to(request.user).filter(state=self.value())
            return queryset.filter(minutes__in=minutes)
        return queryset


@admin.register(WorkSession)
class WorkSessionAdmin(SessionPartAdmin):
    list_display = ["title", "date", "body", "status", "visibility", "items_count"]
    list_filter = ["status", "kind", "body", "lines", "visibility", MinutesFilter]
    list_select_related = ["body"]
    search_fields = ["title", "place"]
    date_hierarchy = "date"
    autocomplete_fields = ["body", "lines"]
    inlines = [AgendaItemInline, MinutesInline, ParticipationInline, DocumentInline]
    free_when_settled = ALWAYS_FREE
    fieldsets = [
        (None, {"fields": ["title", "kind", "body", "lines", "introduction", "language"]}),
        (
            _("When and where"),
            {
                "fields": ["date", ("start", "end"), "place", "online_url", "status"],
                "description": _(
                    "Times are those of the centre. Leave them empty for a whole day."
                ),
            },
        ),
        (
            _("Who may see it"),
            {
                "fields": ["visibility"],
                "description": _(
                    "“The body and those invited” keeps the session from everyone else, also "
                    "that it exists."
                ),
            },
        ),
    ]

    def session_id_of(self, obj: Any) -> int:
        return int(obj.pk)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[WorkSession]":
        queryset: QuerySet[WorkSession] = super().get_queryset(request)
        if request.resolver_match and str(request.resolver_match.url_name).endswith("_changelist"):
            items = AgendaItem.objects.visible_to(request.user)
            seen = Count("items", filter=Q(items__in=items), distinct=True)
            return queryset.annotate(items_seen=seen)
        return queryset

    @admin.display(description=_("agenda items"), ordering="items_seen")
    def items_count(self, obj: Any) -> int:
        return int(obj.items_seen)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is None or reads_everything(request, obj.pk):
            return self.fieldsets
        hidden = set(self.hidden_fields(request, obj))
        return [
            (title, {**options, "fields": [one for one in options["fields"] if one not in hidden]})
            for title, options in self.fieldsets
        ]

    def hidden_fields(self, request: HttpRequest, obj: Any) -> list[str]:
        return [] if reads_everything(request, obj.pk) else ["online_url"]

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        """Calendars follow a session that moved (RFC 5545, SEQUENCE), and people hear of it."""
        moved = {"date", "start", "end", "place", "online_url", "status"} & set(form.changed_data)
        before = WorkSession.objects.get(pk=obj.pk) if change and moved else None
        if change and (moved or "title" in form.changed_data):
            obj.sequence += 1
        super().save_model(request, obj, form, change)
        if before is None or not isinstance(request.user, User):
            return
        if obj.is_cancelled and not before.is_cancelled:
            session_cancelled(obj, by=request.user)
        elif obj.status == SessionStatus.PLANNED and before.status != SessionStatus.HELD:
            session_moved(obj, before=before, by=request.user)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        """Tell of a report that can be read by more people now, once its lines are saved."""
        super().save_related(request, form, formsets, change)
        minutes = Minutes.objects.filter(session=form.instance).first()
        if minutes and minutes.is_published and "visibility" in form.changed_data:
            report_published(minutes)


class PartOfSessionForm(OfficeModelForm):
    """Something new is added only to a session that the person reads, and that is still open."""

    request: HttpRequest

    def clean_session(self) -> WorkSession:
        session: WorkSession = self.cleaned_data["session"]
        if not reads_everything(self.request, session.pk):
            raise ValidationError(gettext("You do not read everything of this session."))
        if minutes_settled(self.request, session.pk):
            raise ValidationError(reason(self.request, session.pk))
        return session


class PartAdmin(SessionPartAdmin):
    """An admin of its own for something that belongs to one session, for good."""

    form: Any = PartOfSessionForm
    autocomplete_fields = ["session"]

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        readonly = list(super().get_readonly_fields(request, obj))
        return readonly if obj is None or "session" in readonly else [*readonly, "session"]

    def get_form(
        self,
        request: HttpRequest,
        obj: Any = None,
        change: bool = False,  # noqa: FBT001, FBT002 - Django's
        **kwargs: Any,
    ) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"request": request})


@admin.register(Participation)
class ParticipationAdmin(PartAdmin):
    list_display = [
        "__str__",
        "session",
        "organisation_name",
        "role",
        "invited",
        "reply",
        "attended",
    ]
    list_filter = ["role", "invited", "reply", "attended", "partner"]
    list_select_related = ["session", "user", "partner"]
    search_fields = ["user__name", "user__email", "name", "partner__name", "organisation"]
    autocomplete_fields = ["session", "user", "partner"]
    date_hierarchy = "session__date"
    ordering = ["-session__date", "pk"]
    free_when_settled = ["user", "partner", "invited", "reply"]
    never_restored = ["session"]
    fieldsets = [
        (None, {"fields": ["session", "role"]}),
        (
            _("Who"),
            {
                "fields": ["user", "name", "function", "partner", "organisation"],
                "description": _(
                    "A person with an account, a guest by name, or an organisation alone. "
                    "Only speakers are named to everyone."
                ),
            },
        ),
        (_("Being there"), {"fields": ["invited", "reply", "attended"]}),
    ]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).filter(is_named=True)

    @admin.display(description=_("organisation"))
    def organisation_name(self, obj: Participation) -> str:
        return obj.organisation_name


class DocumentForm(OfficeModelForm):
    """A document of a session, and of one of its own items if any.

    Documents may come later than approval: they are no part of the text.
    """

    request: HttpRequest
    instance: Document

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        session_id = self.instance.session_id or getattr(cleaned.get("session"), "pk", None)
        item = cleaned.get("item")
        if session_id and not reads_everything(self.request, session_id):
            self.add_error(None, gettext("You do not read everything of this session."))
        if item and session_id and item.session_id != session_id:
            self.add_error("item", gettext("This item belongs to another session."))
        return cleaned


@admin.register(Document)
class DocumentAdmin(PartAdmin):
    form = DocumentForm
    list_display = ["title", "session", "visibility", "language", "added_at"]
    list_filter = ["visibility", "language", "added_at"]
    list_select_related = ["session"]
    search_fields = ["title"]
    autocomplete_fields = ["session", "item"]
    date_hierarchy = "added_at"
    fields = ["session", "item", "title", "file", "language", "visibility"]
    never_restored = ["session", "item"]

    def settled_reason(self, request: HttpRequest, obj: Any) -> str:
        return ""
