"""What holds for everything that hangs on a session.

Someone who knows a session but does not read all of it may look, not change: what they cannot
see they could otherwise break, or find out. Once the minutes are approved, their text stays.
"""

from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from civportal.accounts.viewers import in_office
from civportal.admin.base import (
    OfficeModelAdmin,
    OfficeModelForm,
    OfficeStackedInline,
    OfficeTabularInline,
)
from sessions_log.models import Minutes, WorkSession


def _once(request: HttpRequest, name: str, key: Any, ask: Any) -> Any:
    """An answer that is asked for once in a request."""
    known = request.__dict__.setdefault("_session_rights", {})
    if (name, key) not in known:
        known[name, key] = ask()
    return known[name, key]


def reads_everything(request: HttpRequest, session_id: int) -> bool:
    """Whether this person reads all of a session, confidential items included."""
    readable = WorkSession.objects.fully_readable_by(request.user).filter(pk=session_id)
    return bool(_once(request, "all", session_id, readable.exists))


def reads_minutes(request: HttpRequest, session_id: int) -> bool:
    """Whether this person reads what was said; where nothing is there yet, the office writes."""

    def ask() -> bool:
        minutes = Minutes.objects.filter(session=session_id)
        if minutes.visible_to(request.user).exists():
            return True
        return in_office(request.user) and not minutes.exists()

    return bool(_once(request, "minutes", session_id, ask))


def minutes_settled(request: HttpRequest, session_id: int) -> bool:
    """Whether the minutes of this session are approved."""

    def ask() -> bool:
        minutes = Minutes.objects.filter(session=session_id).first()
        return minutes is not None and minutes.is_settled

    return bool(_once(request, "settled", session_id, ask))


def reason(request: HttpRequest, session_id: int) -> str:
    """Why the text of a session's minutes stays as it is; empty while it may still change."""
    if not minutes_settled(request, session_id):
        return ""
    return _(
        "The minutes of this session are approved, so their text stays as it is. "
        "A correction becomes a new version; what follows from the text may still change."
    )


class TextForm(OfficeModelForm):
    """A text that others may be writing at the same moment: the later save is asked to look.

    ``seen_revision`` is the one that the form was filled with; the minutes are held from the check
    to the end of the save.
    """

    text_field = "text"

    seen_revision = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        text: Any = self.instance
        self.initial["seen_revision"] = text.revision

    def clean(self) -> dict[str, Any] | None:
        cleaned = super().clean()
        if self.instance.pk and self.text_field in self.changed_data:
            part: Any = self.instance
            list(Minutes.objects.select_for_update().filter(session=part.session_id))
            now = type(part).objects.values_list("revision", flat=True).get(pk=part.pk)
            if now != self.cleaned_data.get("seen_revision"):
                self.add_error(
                    self.text_field,
                    gettext(
                        "Someone else changed this text while you were writing. Keep a copy of "
                        "yours, open this page again and bring the two together."
                    ),
                )
        return cleaned


class SessionPartAdmin(OfficeModelAdmin):
    """Something that hangs on a session; ``session_id_of`` tells on which."""

    def session_id_of(self, obj: Any) -> int:
        """The session's key; no query where the row was loaded with its item."""
        return int(obj.session_id)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or reads_everything(request, self.session_id_of(obj))
        )

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_delete_permission(request, obj) and (
            obj is None or reads_everything(request, self.session_id_of(obj))
        )

    def has_history_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """What is published was a draft once, and drafts are for who writes them: the office."""
        return in_office(request.user)

    def settled_reason(self, request: HttpRequest, obj: Any) -> str:
        return reason(request, self.session_id_of(obj))

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:  # noqa: FBT001 - Django's
        """Hold the minutes before their parts, in the order that everything else does."""
        self.lock(obj)
        super().save_model(request, obj, form, change)

    def lock(self, obj: Any) -> None:
        list(Minutes.objects.select_for_update().filter(session=self.session_id_of(obj)))


def writes_text(model_admin: SessionPartAdmin, request: HttpRequest, obj: Any) -> bool:
    """Whether the form is one in which this person can change what was said."""
    return model_admin.has_change_permission(request, obj) and not minutes_settled(
        request, model_admin.session_id_of(obj)
    )


class _SessionInline:
    """Rows in a session's page."""

    def settled_reason(self, request: HttpRequest, parent: Any) -> str:
        return reason(request, parent.pk)


class SessionTabularInline(_SessionInline, OfficeTabularInline):
    """Rows in a session's page, a line each."""


class SessionStackedInline(_SessionInline, OfficeStackedInline):
    """Rows in a session's page, a form each."""


class ItemInline(OfficeTabularInline):
    """Rows in an agenda item's page: what came out of it."""

    def settled_reason(self, request: HttpRequest, parent: Any) -> str:
        return reason(request, parent.session_id)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_view_permission(request, obj) and (
            obj is None or reads_minutes(request, obj.session_id)
        )

    def has_add_permission(self, request: HttpRequest, obj: Any) -> bool:  # type: ignore[override]  # as Django's inlines
        return super().has_add_permission(request, obj) and (
            obj is None or reads_minutes(request, obj.session_id)
        )

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and (
            obj is None or reads_minutes(request, obj.session_id)
        )
