"""Quick entry of what comes out of an item, all of it on one page and in one form.

The page is one form with the text of the item, so that without script no button sends the one
and loses the other. Each kind has its own prefix; what is being changed has ``edit``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from civportal.accounts.models import User
from civportal.ui import widgets
from programme_lines.models import ProgrammeLine
from sessions_log.actions.outcomes import Outcome, rows_of
from sessions_log.models import (
    ActionItem,
    AgendaItem,
    AttentionPoint,
    BodyMembership,
    Decision,
    WorkSession,
)
from sessions_log.querysets import active_on


def possible_owners(session: WorkSession) -> QuerySet[User]:
    """Who may be asked to do something: who takes part, and who sits in the body."""
    seats = BodyMembership.objects.filter(
        active_on(session.date) | active_on(timezone.localdate()), body=session.body_id
    )
    return User.objects.filter(
        Q(pk__in=session.participations.exclude(user=None).values("user"))
        | Q(pk__in=seats.exclude(user=None).values("user")),
        is_active=True,
    ).order_by("name", "email")


class OwnerField(forms.ModelChoiceField):  # type: ignore[type-arg]  # no brackets at run time
    """Someone with an account, by name."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.get_full_name() or obj.email)


class OutcomeForm(forms.Form):
    """What every kind has: its words. Empty words mean that there is nothing to add."""

    all_optional = True

    text = forms.CharField(required=False)

    def __init__(
        self, *args: Any, session: WorkSession, asked: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.session = session
        self.asked = asked
        self.was = ""
        """The stored text that a change began from."""
        self.fields["text"].widget.attrs.update(
            {"lang": session.language, "data-enter-presses": self.prefix}
        )

    def clean_text(self) -> str:
        """Ask for words when someone pressed the button for them."""
        text: str = self.cleaned_data["text"]
        if self.asked and not text:
            raise forms.ValidationError(_("Write down what it is."), code="required")
        return text

    def facts(self) -> dict[str, Any]:
        """What the row is to say."""
        return dict(self.cleaned_data)


class DecisionForm(OutcomeForm):
    text = forms.CharField(
        label=gettext_lazy("Decision"), required=False, widget=forms.Textarea({"rows": 2})
    )


class ActionForm(OutcomeForm):
    """An action item: who does it is someone with an account, or a name as written."""

    text = forms.CharField(
        label=gettext_lazy("Action item"), required=False, widget=forms.Textarea({"rows": 2})
    )
    owner = OwnerField(
        label=pgettext_lazy("of an action item", "Who"),
        queryset=User.objects.none(),
        required=False,
        empty_label=gettext_lazy("Somebody else, or not known"),
    )
    owner_name = forms.CharField(
        label=pgettext_lazy("of an action item", "Or who, as written"),
        max_length=120,
        required=False,
    )
    due = forms.DateField(
        label=pgettext_lazy("of an action item", "Before or on"),
        required=False,
        widget=widgets.DateInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners = possible_owners(self.session)
        owner = self.initial.get("owner")
        if owner:  # who has it keeps it, though they left since
            owners = User.objects.filter(Q(pk__in=owners.values("pk")) | Q(pk=owner)).order_by(
                "name", "email"
            )
        field: Any = self.fields["owner"]
        field.queryset = owners

    def facts(self) -> dict[str, Any]:
        """One owner: who has an account is known by that."""
        found = super().facts()
        if found["owner"]:
            found["owner_name"] = ""
        return found


class PointForm(OutcomeForm):
    text = forms.CharField(
        label=gettext_lazy("Attention point"), required=False, widget=forms.Textarea({"rows": 2})
    )
    line = forms.ModelChoiceField(
        label=gettext_lazy("For which programme line"),
        queryset=ProgrammeLine.objects.order_by("order", "title"),
        required=False,
        empty_label=gettext_lazy("Not known yet"),
    )


@dataclass(frozen=True)
class OutcomeKind:
    """One of the three kinds, with the words of its part of the page."""

    key: str
    model: Any
    form: type[OutcomeForm]
    heading: Any
    button: Any
    noted: Any
    icon: str


KINDS = {
    kind.key: kind
    for kind in (
        OutcomeKind(
            "decision",
            Decision,
            DecisionForm,
            gettext_lazy("Decisions"),
            gettext_lazy("Note the decision"),
            gettext_lazy("The decision is noted."),
            "check-circle",
        ),
        OutcomeKind(
            "action",
            ActionItem,
            ActionForm,
            gettext_lazy("Action items"),
            gettext_lazy("Note the action item"),
            gettext_lazy("The action item is noted."),
            "clipboard-document-check",
        ),
        OutcomeKind(
            "point",
            AttentionPoint,
            PointForm,
            gettext_lazy("Attention points"),
            gettext_lazy("Note the attention point"),
            gettext_lazy("The attention point is noted."),
            "light-bulb",
        ),
    )
}


@dataclass(frozen=True)
class Order:
    """What a button asks: ``edit:decision:5``, ``add:point``, or nothing in particular."""

    verb: str = ""
    kind: str = ""
    pk: int = 0

    @classmethod
    def of(cls, value: str) -> "Order":
        """Read a button's value; nonsense asks for nothing."""
        verb, _colon, rest = value.partition(":")
        kind, _colon, pk = rest.partition(":")
        if kind not in KINDS or not (pk.isdecimal() or not pk) or len(pk) > 18:
            return cls()
        return cls(verb, kind, int(pk or 0))


@dataclass
class Line:
    """A row on the page, with the form to change it where someone asked for that."""

    row: Outcome
    form: OutcomeForm | None = None


@dataclass
class Group:
    """One kind on the page: its rows, and an empty form for the next."""

    kind: OutcomeKind
    form: OutcomeForm
    lines: list[Line] = field(default_factory=list)


class OutcomePanel:
    """All that came out of one item, and what a request wants with it."""

    def __init__(
        self,
        item: AgendaItem,
        *,
        data: Mapping[str, Any] | None = None,
        order: Order | None = None,
    ) -> None:
        self.item = item
        self.order = order or Order()
        self.focus = ""
        """The id of what has the focus after a change."""
        self.told = ""
        """What was done, to be said to who cannot see it."""
        self.opens = ""
        """The row that opens for changing, as ``decision:5``."""
        self.errors: list[str] = []
        self.new = {
            key: kind.form(
                data if data is not None and self._has_words(key, data) else None,
                session=item.session,
                prefix=key,
                asked=self.order == Order("add", key),
            )
            for key, kind in KINDS.items()
        }
        self.editing: OutcomeForm | None = None

    def _has_words(self, key: str, data: Mapping[str, Any]) -> bool:
        asked = self.order == Order("add", key)
        return asked or bool(str(data.get(f"{key}-text", "")).strip())

    def edit(self, data: Mapping[str, Any] | None = None) -> OutcomeForm | None:
        """Open the row that ``order`` names for changing; None when it is not there."""
        kind = KINDS[self.order.kind]
        row = kind.model.objects.filter(pk=self.order.pk, item=self.item).first()
        if row is None:
            return None
        names = {"owner": "owner_id", "line": "line_id"}
        initial = {name: getattr(row, names.get(name, name)) for name in kind.form.base_fields}
        self.editing = kind.form(
            data, session=self.item.session, prefix="edit", asked=True, initial=initial
        )
        self.editing.was = row.text
        return self.editing

    def empty(self, key: str) -> None:
        """Let the form for the next one be empty again."""
        self.new[key] = KINDS[key].form(session=self.item.session, prefix=key)

    @property
    def groups(self) -> list[Group]:
        """What the page shows."""
        found = []
        for key, kind in KINDS.items():
            rows = rows_of(kind.model, self.item)
            open_row = self.order.pk if self.editing and self.order.kind == key else 0
            lines = [Line(row, self.editing if row.pk == open_row else None) for row in rows]
            found.append(Group(kind, self.new[key], lines))
        return found

    @property
    def has_errors(self) -> bool:
        """Whether something that was written could not be stored."""
        forms_shown = [*self.new.values(), *([self.editing] if self.editing else [])]
        return bool(self.errors) or any(form.is_bound and form.errors for form in forms_shown)
