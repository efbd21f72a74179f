"""The classes that every ``admin.py`` of this portal builds on.

They add to Django's own:

- rows, choices, inlines and confirmations only of what the person may know of;
- what is settled (approved, signed) cannot be changed, with a sentence that says why;
- the history of every change, and going back to an earlier version;
- rich text in an editor, under the strict content security policy.
"""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

import pghistory
from django.contrib import admin, messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.contrib.admin.options import InlineModelAdmin
from django.contrib.admin.utils import NestedObjects, flatten_fieldsets, quote, unquote
from django.contrib.admin.widgets import RelatedFieldWidgetWrapper
from django.contrib.auth import get_permission_codename
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, models, router, transaction
from django.forms import Field as FormField
from django.forms import Textarea, URLInput
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.functional import SimpleLazyObject
from django.utils.safestring import mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from civportal.admin import history
from civportal.admin.filters import VisibleRelatedFilter
from civportal.admin.forms import KnownAutocompleteSelect, OfficeModelForm
from civportal.admin.visibility import hidden_keys, is_limited, visible, visible_rows
from civportal.editor.fields import RichTextField
from civportal.editor.sanitise import sanitise
from civportal.editor.widgets import RichTextWidget, allow_editor_style, has_editor, with_nonce
from civportal.ui.widgets import DateInput, DateTimeInput, TimeInput

__all__ = [
    "OfficeModelAdmin",
    "OfficeModelForm",
    "OfficeStackedInline",
    "OfficeTabularInline",
    "VisibleRelatedFilter",
]

if TYPE_CHECKING:
    ModelAdmin = admin.ModelAdmin[Any]
    Base = admin.options.BaseModelAdmin[Any]
    Inline = InlineModelAdmin[Any, Any]
    StackedInline = admin.StackedInline[Any, Any]
    TabularInline = admin.TabularInline[Any, Any]
else:
    ModelAdmin = admin.ModelAdmin
    Base = object
    Inline = object
    StackedInline = admin.StackedInline
    TabularInline = admin.TabularInline

RESTRICTED = gettext_lazy("things that you may not see")

OVERRIDES: "dict[type[models.Field[Any, Any]], dict[str, Any]]" = {
    RichTextField: {"widget": RichTextWidget},
    models.DateField: {"widget": DateInput},
    models.TimeField: {"widget": TimeInput},
    models.URLField: {"widget": URLInput(attrs={"class": "vURLField"})},
}
SHORT_TEXT: "dict[type[models.Field[Any, Any]], dict[str, Any]]" = {
    models.TextField: {"widget": Textarea(attrs={"rows": 3, "cols": 40})}
}
"""A row has room for a sentence or two."""


class _Address:
    """In place of a file's storage: files are served by views that ask who is there."""

    def __init__(self, address: str) -> None:
        self.address = address

    def url(self, name: str) -> str:
        return self.address


def file_address(obj: models.Model, field: str) -> str:
    """Where a file is opened: ``<field>_url`` where the model has that, else its own page."""
    address = getattr(obj, f"{field}_url", "")
    if not address and hasattr(obj, "get_absolute_url"):
        address = obj.get_absolute_url()
    return str(address)


def _for_reading(obj: models.Model, address_of: Callable[[models.Model, str], str]) -> None:
    """Show rich text as text with its marks, and files by an address that works.

    For a row that is only shown from now on: what stood in its form stands there already. The
    text is clean, as everything that passed ``RichTextField``; it is cleaned once more, because
    here it is trusted.
    """
    for one in obj._meta.concrete_fields:
        value = getattr(obj, one.attname)
        if isinstance(one, RichTextField) and value:
            setattr(obj, one.attname, mark_safe(sanitise(value)))  # noqa: S308 - sanitised
        elif isinstance(one, models.FileField) and value:
            value.storage = _Address(address_of(obj, one.name))


class _Limited(Base):
    """Choices of related things: only what the person may know of, and labelled cheaply."""

    form: Any = OfficeModelForm
    formfield_overrides = OVERRIDES
    unlimited_choices: Sequence[str] = ()
    """Foreign keys whose choices the class itself limits to what the person may know of."""

    def formfield_for_dbfield(
        self, db_field: "models.Field[Any, Any]", request: HttpRequest, **kwargs: Any
    ) -> FormField | None:
        # Django's own date and time widgets are two boxes and a script; browsers have one box.
        if isinstance(db_field, models.DateTimeField):
            kwargs["widget"] = DateTimeInput
            return db_field.formfield(**kwargs)
        if isinstance(db_field, models.URLField):
            kwargs.setdefault("assume_scheme", "https")
        field = super().formfield_for_dbfield(db_field, request, **kwargs)
        if field is not None and isinstance(field.widget, RelatedFieldWidgetWrapper):
            # Deleting something else from within a form is an accident waiting to happen.
            field.widget.can_delete_related = False
            if isinstance(self, InlineModelAdmin):  # a row has no room for more buttons
                field.widget.can_change_related = field.widget.can_view_related = False
        return field

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        if "widget" not in kwargs and db_field.name in self.get_autocomplete_fields(request):
            kwargs["widget"] = KnownAutocompleteSelect(db_field, self.admin_site)
        model = db_field.remote_field.model
        limited = is_limited(model) and db_field.name not in self.unlimited_choices
        if limited:
            kwargs.setdefault("queryset", visible_rows(model, request.user))
        field = super().formfield_for_foreignkey(db_field, request, **kwargs)
        if field is not None and limited:
            # Asked once for all rows of a form, and only where a row points at something.
            field.hidden_keys = SimpleLazyObject(lambda: hidden_keys(model, request.user))  # type: ignore[attr-defined]
        return field

    def formfield_for_manytomany(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        model = db_field.remote_field.model
        if is_limited(model):
            kwargs.setdefault("queryset", visible_rows(model, request.user))
        return super().formfield_for_manytomany(db_field, request, **kwargs)


class OfficeInline(_Limited, Inline):
    """Rows within another thing's page, limited like everything here.

    ``settled_reason`` and ``free_when_settled`` are as in ``OfficeModelAdmin``, but are asked of
    the thing that the rows belong to.
    """

    extra = 0
    free_when_settled: Sequence[str] = ()
    grows_when_settled = False
    """Whether rows may be added to something settled."""

    def get_queryset(self, request: HttpRequest) -> Any:
        related = [one.name for one in self.opts.concrete_fields if one.many_to_one]
        return visible(super().get_queryset(request), request.user).select_related(*related)

    def settled_reason(self, request: HttpRequest, parent: Any) -> str:
        """Why these rows can no longer change; empty when they can."""
        return ""

    def may_change_parent(self, request: HttpRequest, parent: Any) -> bool:
        """Whether the person may change the thing that these rows belong to."""
        parent_admin = self.admin_site.get_model_admin(self.parent_model)
        return parent is None or parent_admin.has_change_permission(request, parent)

    def _is_settled(self, request: HttpRequest, parent: Any) -> bool:
        return parent is not None and bool(self.settled_reason(request, parent))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        readonly = list(super().get_readonly_fields(request, obj))
        if self._is_settled(request, obj):
            shown = flatten_fieldsets(self.get_fieldsets(request, obj))
            readonly += [
                name
                for name in shown
                if name not in self.free_when_settled and name not in readonly
            ]
        return readonly

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:  # type: ignore[override]  # as Django's inlines
        return (
            super().has_add_permission(request, obj)
            and self.may_change_parent(request, obj)
            and (self.grows_when_settled or not self._is_settled(request, obj))
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and self.may_change_parent(request, obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return (
            super().has_delete_permission(request, obj)
            and self.may_change_parent(request, obj)
            and not self._is_settled(request, obj)
        )


class OfficeTabularInline(OfficeInline, TabularInline):
    """A row each."""

    formfield_overrides = {**OVERRIDES, **SHORT_TEXT}


class OfficeStackedInline(OfficeInline, StackedInline):
    """A small form each."""


class OfficeModelAdmin(_Limited, ModelAdmin):
    """The admin of a model: limited to what one may see, with history and a way back."""

    list_per_page = 50
    show_full_result_count = False
    save_on_top = False
    free_when_settled: Sequence[str] = ()
    """The fields that may still change when ``settled_reason`` gives a reason."""
    never_restored: Sequence[str] = ()
    """The fields that going back to an earlier version leaves as they are."""
    office_may: Sequence[str] = ("view", "add", "change", "delete")
    """What the programme office may do here; given to its group after each migration."""

    # --- who sees what -----------------------------------------------------------------------

    def get_queryset(self, request: HttpRequest) -> Any:
        return visible(super().get_queryset(request), request.user)

    def get_object(
        self, request: HttpRequest, object_id: str, from_field: str | None = None
    ) -> Any:
        """The thing, if this person may know of it, and of its links only the ones they may."""
        obj = super().get_object(request, object_id, from_field)
        if obj is not None:
            for many in self.opts.many_to_many:
                if is_limited(many.remote_field.model):
                    # Django reads and sets the links through this cache. So the form shows the
                    # visible ones, and saving it leaves the others alone.
                    linked = visible(getattr(obj, many.name).all(), request.user)
                    cache = obj.__dict__.setdefault("_prefetched_objects_cache", {})
                    cache[many.name] = linked
        return obj

    def lookup_allowed(self, lookup: str, value: Any, request: HttpRequest | None = None) -> bool:
        """Only what the list offers as a filter: guessing at other fields would tell of them."""
        offered: set[Any] = {self.date_hierarchy, "pk", "id"}
        for one in self.get_list_filter(request) if request else self.list_filter:
            if isinstance(one, type):
                offered.add(getattr(one, "parameter_name", None))
            else:
                offered.add(one[0] if isinstance(one, list | tuple) else one)
        return any(
            isinstance(name, str) and (lookup == name or lookup.startswith(f"{name}__"))
            for name in offered
        ) and super().lookup_allowed(lookup, value, request)  # type: ignore[arg-type]  # Django's may be None

    def get_view_on_site_url(self, obj: Any = None) -> str | None:
        """The thing's own page on the site, straight: there is one site."""
        if obj is None or not self.view_on_site or not hasattr(obj, "get_absolute_url"):
            return None
        return str(obj.get_absolute_url())

    # --- what is settled ---------------------------------------------------------------------

    def settled_reason(self, request: HttpRequest, obj: Any) -> str:
        """Why this can no longer change, in a sentence for the person; empty when it can."""
        return ""

    def is_settled(self, request: HttpRequest, obj: Any) -> bool:
        return obj is not None and bool(self.settled_reason(request, obj))

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        readonly = list(super().get_readonly_fields(request, obj))
        if self.is_settled(request, obj):
            shown = flatten_fieldsets(self.get_fieldsets(request, obj))
            readonly += [
                name
                for name in shown
                if name not in self.free_when_settled and name not in readonly
            ]
        return readonly

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        allowed = super().has_delete_permission(request, obj)
        return allowed and not self.is_settled(request, obj)

    # --- deleting ----------------------------------------------------------------------------

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """What deleting would take along; never naming what this person may not know of."""
        rows = list(objs)
        settled = [obj for obj in rows if self.is_settled(request, obj)]
        if settled:
            reasons = [f"{obj}: {self.settled_reason(request, obj)}" for obj in settled]
            return [str(obj) for obj in rows], {}, set(), reasons
        if rows:
            collector = NestedObjects(using=router.db_for_write(self.model))
            collector.collect(rows)
            reached: dict[Any, set[Any]] = {
                model: set(found) for model, found in collector.model_objs.items()
            }
            for protected in collector.protected:
                reached.setdefault(type(protected), set()).add(protected)
            for model, found in reached.items():
                if not is_limited(model):
                    continue
                keys = {one.pk for one in found}
                seen = visible_rows(model, request.user).filter(pk__in=keys)
                if set(seen.order_by().values_list("pk", flat=True)) != keys:
                    return [str(obj) for obj in rows], {}, {RESTRICTED}, []
        return super().get_deleted_objects(rows, request)

    def _or_explain(
        self, request: HttpRequest, view: Callable[[], HttpResponse], back: str
    ) -> HttpResponse:
        try:
            return view()
        except IntegrityError:
            self.message_user(
                request,
                _(
                    "This cannot be deleted: other things would no longer say whose they are. "
                    "Change those first."
                ),
                messages.ERROR,
            )
            return HttpResponseRedirect(back)

    def delete_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        back = reverse(self._route("change"), args=[quote(object_id)])
        return self._or_explain(
            request, lambda: super(OfficeModelAdmin, self).delete_view(request, object_id), back
        )

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        extra = {"deleted_url": self._deleted_url(request), **(extra_context or {})}
        return self._or_explain(
            request,
            lambda: super(OfficeModelAdmin, self).changelist_view(request, extra),
            request.get_full_path(),
        )

    def response_action(self, request: HttpRequest, queryset: Any) -> Any:  # type: ignore[override]  # the stubs are of a later Django
        """Do it to the rows that were ticked; what is no key, which no page sends, is none."""
        chosen = request.POST.getlist(ACTION_CHECKBOX_NAME)
        keys = [key for key in chosen if self._is_key(key)]
        if keys != chosen:
            posted = request.POST.copy()
            posted.setlist(ACTION_CHECKBOX_NAME, keys)
            request.POST = posted  # type: ignore[assignment]  # Django allows it
        return super().response_action(request, queryset)

    def _is_key(self, text: str) -> bool:
        try:
            self.opts.pk.clean(text, None)
        except ValidationError:
            return False
        return True

    # --- the page with the form --------------------------------------------------------------

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        obj = kwargs.get("obj")
        context["settled_reason"] = self.settled_reason(request, obj) if obj else ""
        context["has_history_permission"] = obj is not None and self.has_history_permission(
            request, obj
        )
        shown = [obj] if obj else []
        for inline in context["inline_admin_formsets"]:
            shown += [form.instance for form in inline.formset.initial_forms]
        for one in shown:
            _for_reading(one, self.file_address)
        media = context["media"]
        if has_editor(media):
            context["media"] = with_nonce(media, request)
        response = super().render_change_form(request, context, *args, **kwargs)
        if has_editor(media):
            allow_editor_style(response)
        return response

    def file_address(self, obj: Any, field: str) -> str:
        """The address of the view that gives this file to who may have it."""
        return file_address(obj, field)

    # --- history -----------------------------------------------------------------------------

    def has_history_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Whether the person may read what this was before.

        A row that anyone may see now may have been a draft or a secret then. So where rows are
        limited, history is for who has the right to view each of them.
        """
        if not is_limited(self.model):
            return self.has_view_or_change_permission(request, obj)
        codename = get_permission_codename("view", self.opts)
        return request.user.has_perm(f"{self.opts.app_label}.{codename}")

    def hidden_fields(self, request: HttpRequest, obj: Any) -> Iterable[str]:
        """The fields of this thing that the person may not read, in history either."""
        return ()

    def _route(self, name: str) -> str:
        return f"{self.admin_site.name}:{self.opts.app_label}_{self.opts.model_name}_{name}"

    def _deleted_url(self, request: HttpRequest) -> str:
        if history.events_of(self.model) is None or not request.user.is_superuser:
            return ""
        return reverse(self._route("deleted"))

    def get_urls(self) -> list[Any]:
        wrap = self.admin_site.admin_view
        own: list[Any] = []
        if history.events_of(self.model) is not None:
            name = f"{self.opts.app_label}_{self.opts.model_name}"
            own = [
                path("deleted/", wrap(self.deleted_view), name=f"{name}_deleted"),
                path(
                    "<path:object_id>/history/<int:event_id>/restore/",
                    wrap(self.restore_view),
                    name=f"{name}_restore",
                ),
            ]
        return own + super().get_urls()

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: Any = None
    ) -> HttpResponse:
        """Every change of one thing, newest first; of what is deleted too, for administrators."""
        events: Any = history.events_of(self.model)
        if events is None:
            return super().history_view(request, object_id, extra_context)
        obj = self.get_object(request, unquote(object_id))
        key: Any = obj.pk if obj else None
        if obj is None:
            key = self._deleted_key(request, events, unquote(object_id))
            if key is None:
                return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
        if not self.has_history_permission(request, obj):
            raise PermissionDenied
        entries, page = history.entries_of(
            self.model,
            key,
            user=request.user,
            page=request.GET.get("page", "1"),
            without=set(self.hidden_fields(request, obj)) if obj else (),
        )
        last = None
        if obj is None:
            last = history.name_at(
                self.model, events._base_manager.filter(pgh_obj_id=key).latest("pgh_id")
            )
        context = {
            **self.admin_site.each_context(request),
            "title": _("History of “%(name)s”") % {"name": obj or last},
            "object": obj,
            "key": key,
            "name": str(obj or last),
            "opts": self.opts,
            "entries": entries,
            "page": page,
            "newest_id": self._newest_event_id(events, key),
            "restore_route": self._route("restore"),
            "can_restore": obj is not None
            and self.has_change_permission(request, obj)
            and bool(self._restorable(request, obj, events)),
            "settled_reason": self.settled_reason(request, obj) if obj else "",
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/history.html", context)

    def _newest_event_id(self, events: Any, key: Any) -> int | None:
        newest = events._base_manager.filter(pgh_obj_id=key).order_by("-pgh_id")
        return newest.values_list("pgh_id", flat=True).first()  # type: ignore[no-any-return]

    def _deleted_key(self, request: HttpRequest, events: Any, object_id: str) -> Any:
        """The key of something deleted, for administrators; None for anyone or anything else."""
        if not request.user.is_superuser:
            return None
        try:
            key = self.opts.pk.to_python(object_id)
        except ValidationError:
            return None
        if self.model._base_manager.filter(pk=key).exists():
            return None
        return key if events._base_manager.filter(pgh_obj_id=key).exists() else None

    def deleted_view(self, request: HttpRequest) -> HttpResponse:
        """What was deleted and is not back, for administrators: who may see it cannot be told."""
        events: Any = history.events_of(self.model)
        if events is None or not request.user.is_superuser:
            raise PermissionDenied
        page = history.deleted(self.model, events, page=request.GET.get("page", "1"))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Deleted: %(name)s") % {"name": self.opts.verbose_name_plural},
            "opts": self.opts,
            "page": page,
            "gone": [
                history.Gone(
                    event.pgh_obj_id,
                    history.name_at(self.model, event),
                    event.pgh_created_at,
                )
                for event in page.object_list
            ],
            "history_route": self._route("history"),
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "admin/deleted.html", context)

    # --- going back --------------------------------------------------------------------------

    def _restorable(
        self, request: HttpRequest, obj: Any, events: Any
    ) -> "list[models.Field[Any, Any]]":
        """The fields that this person may set back on this thing as it is now."""
        without = {*self.never_restored, *self.hidden_fields(request, obj)}
        fields = history.told_fields(self.model, events, without=without)
        if self.is_settled(request, obj):
            fields = [one for one in fields if one.name in self.free_when_settled]
        return fields

    def lock(self, obj: Any) -> None:
        """Hold what ``settled_reason`` looks at, so that nobody approves it in between."""
        self.model._base_manager.select_for_update(of=("self",)).filter(pk=obj.pk).first()

    def restore_view(self, request: HttpRequest, object_id: str, event_id: int) -> HttpResponse:
        """Ask, and on POST give the thing the values that it had; that is a change like any."""
        events: Any = history.events_of(self.model)
        if events is None:
            raise Http404
        with transaction.atomic():
            obj = self.get_object(request, unquote(object_id))
            if obj is not None and request.method == "POST":
                self.lock(obj)
                obj = self.get_object(request, unquote(object_id))
            if obj is None:
                return self._get_obj_does_not_exist_redirect(request, self.opts, object_id)  # type: ignore[attr-defined, no-any-return]
            if not self.has_change_permission(request, obj):
                raise PermissionDenied
            if not self.has_history_permission(request, obj):
                raise PermissionDenied
            event = get_object_or_404(
                events._base_manager.exclude(pgh_label=history.DELETE),
                pgh_obj_id=obj.pk,
                pgh_id=event_id,
            )
            return self._restore(request, obj, event, events)

    def _restore(self, request: HttpRequest, obj: Any, event: Any, events: Any) -> HttpResponse:
        fields = self._restorable(request, obj, events)
        changes = history.differences_from_now(obj, event, user=request.user, fields=fields)
        refused = self._refused(request, obj, event, events)
        back = reverse(self._route("history"), args=[quote(obj.pk)])
        problems: list[str] = []
        if request.method == "POST" and changes and not refused:
            for one in fields:
                setattr(obj, one.attname, getattr(event, one.attname))
            problems = self._problems(obj, fields)
            if not problems:
                pghistory.context(restored=event.pgh_id)
                obj.save()
                self.log_change(
                    request,
                    obj,
                    _("Restored the version of %(moment)s.")
                    % {"moment": event.pgh_created_at.isoformat(timespec="minutes")},
                )
                self.message_user(request, _("The earlier version is back."), messages.SUCCESS)
                return HttpResponseRedirect(back)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Go back to an earlier version?"),
            "object": obj,
            "opts": self.opts,
            "at": event.pgh_created_at,
            "changes": changes,
            "refused": refused,
            "problems": problems,
            "back": back,
        }
        request.current_app = self.admin_site.name
        status = 409 if request.method == "POST" else 200
        return TemplateResponse(request, "admin/restore.html", context, status=status)

    def _refused(self, request: HttpRequest, obj: Any, event: Any, events: Any) -> str:
        """Why this version cannot come back: it differs in what is settled."""
        reason = self.settled_reason(request, obj)
        if not reason:
            return ""
        without = {*self.never_restored, *self.hidden_fields(request, obj), *self.free_when_settled}
        frozen = history.told_fields(self.model, events, without=without)
        if any(getattr(obj, one.attname) != getattr(event, one.attname) for one in frozen):
            return reason
        return ""

    def _problems(self, obj: Any, fields: "Iterable[models.Field[Any, Any]]") -> list[str]:
        """What stands in the way of these values now, in sentences."""
        found = []
        for one in fields:
            if isinstance(one, models.FileField):
                file = getattr(obj, one.name)
                if file and not file.storage.exists(file.name):
                    found.append(
                        _("%(field)s: the file of that time is no longer there.")
                        % {"field": capfirst(str(one.verbose_name))}
                    )
        try:
            obj.full_clean()
        except ValidationError as error:
            for name, texts in error.message_dict.items():
                label = ""
                if name != "__all__":
                    label = f"{capfirst(str(obj._meta.get_field(name).verbose_name))}: "
                found += [f"{label}{text}" for text in texts]
        return found
