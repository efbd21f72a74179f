"""The filters of the registers: decisions, action items and attention points over all sessions.

Every list of choices is made out of what the viewer may read, so that no choice tells of a
session, a body or an owner that is not theirs to know.
"""

import datetime
from typing import Any

import django_filters
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from civportal.accounts.models import User
from civportal.accounts.viewers import Viewer
from civportal.lib.text import fold, slug_for
from programme_lines.models import ProgrammeLine
from sessions_log.choices import ActionState, AttentionState
from sessions_log.filters import Choices, FilterForm, one_of
from sessions_log.models import ActionItem, AttentionPoint, Decision, WorkSession
from sessions_log.querysets import ActionItemQuerySet

MONTH, QUARTER, YEAR = (datetime.timedelta(days=days) for days in (31, 92, 366))
AGEING = QUARTER
"""An attention point without an answer for longer than this has waited too long."""

AGES = [
    ("month", _("In the past month")),
    ("quarter", _("In the past three months")),
    ("year", _("In the past year")),
    ("ageing", _("More than three months ago")),
    ("old", _("More than a year ago")),
]
ME = "ik"
"""The value of ``wie`` for one's own action items; part of addresses in mails and bookmarks."""


class OutcomeFilter(django_filters.FilterSet):  # type: ignore[misc]  # comes untyped
    """What came out of sessions, by body, line and age; for one kind of outcome."""

    body = one_of(_("Body"), _("All bodies"), field_name="item__session__body__slug")
    line = one_of(
        _("Programme line"), _("All programme lines"), field_name="item__session__lines__slug"
    )
    age = one_of(
        pgettext_lazy("when it was said or decided", "When"),
        pgettext_lazy("when it was said or decided", "Any time"),
        method="by_age",
        choices=AGES,
    )

    lines_through = ""

    def __init__(self, data: QueryDict, *, viewer: Any) -> None:
        self.viewer: Viewer = viewer
        visible = self._meta.model.objects.visible_to(viewer)
        super().__init__(data, queryset=visible)
        bodies = (
            visible.order_by()
            .exclude(item__session__body=None)
            .values_list("item__session__body__slug", "item__session__body__name")
            .distinct()
        )
        lines = ProgrammeLine.objects.filter(**{f"{self.lines_through}__in": visible}).distinct()
        self.offer("body", sorted(bodies, key=lambda choice: fold(choice[1])))
        self.offer("line", [(line.slug, line.title) for line in lines])

    def offer(self, name: str, choices: Choices) -> None:
        """Make these the choices of a filter."""
        self.filters[name].extra["choices"] = choices

    def by_age(self, outcomes: QuerySet[Any], name: str, value: str) -> QuerySet[Any]:
        """By the day of the session, reckoned from today."""
        today = timezone.localdate()
        spans = {"month": MONTH, "quarter": QUARTER, "year": YEAR}
        if value in spans:
            return outcomes.filter(item__session__date__gte=today - spans[value])
        longer = {"ageing": AGEING, "old": YEAR}[value]
        return outcomes.filter(item__session__date__lt=today - longer)


class DecisionFilter(OutcomeFilter):
    """Decisions by body, line and age."""

    lines_through = "sessions__items__decisions"

    class Meta:
        model = Decision
        fields: list[str] = []
        form = FilterForm


class ActionFilter(OutcomeFilter):
    """Action items, also by owner and by what became of them.

    Owners are offered, and searched, only among the sessions of which the viewer reads names.
    """

    lines_through = "sessions__items__actions"

    wie = one_of(pgettext_lazy("of an action item", "Owner"), _("Everyone"), method="by_owner")
    state = one_of(
        _("State"),
        _("All states"),
        method="by_state",
        choices=[
            ("open", pgettext_lazy("state of an action item", "Open")),
            ("late", pgettext_lazy("state of an action item", "Late")),
            ("snoozed", pgettext_lazy("state of an action item", "Put off")),
            ("done", pgettext_lazy("state of an action item", "Done")),
            ("dropped", pgettext_lazy("state of an action item", "Dropped")),
        ],
    )

    class Meta:
        model = ActionItem
        fields: list[str] = []
        form = FilterForm

    def __init__(self, data: QueryDict, *, viewer: Any) -> None:
        super().__init__(data, viewer=viewer)
        self.owners: dict[str, Q] = {}
        choices: Choices = []
        if viewer.is_authenticated:
            self.owners[ME] = Q(owner=viewer.pk)
            choices = [(ME, str(pgettext_lazy("owner of an action item", "Me"))), *self._named()]
        if choices:
            self.offer("wie", choices)
        else:
            del self.filters["wie"]

    def _named(self) -> Choices:
        """Everyone else whose name the viewer reads beside an action item."""
        rows = set(self._where_named().order_by().values_list("owner", "owner_name").distinct())
        people = User.objects.in_bulk([owner for owner, _name in rows if owner])
        found: dict[str, str] = {}
        for owner, written in rows:
            if owner and owner != self.viewer.pk:  # type: ignore[union-attr] # who is logged in
                found[str(owner)] = str(people[owner])
                self.owners[str(owner)] = Q(owner=owner)
            elif not owner and (key := slug_for(written, fallback="")):
                found.setdefault(f"naam-{key}", written)
                same = Q(owner=None, owner_name=written)
                self.owners[f"naam-{key}"] = self.owners.get(f"naam-{key}", Q()) | same
        return sorted(found.items(), key=lambda choice: fold(choice[1]))

    def _where_named(self) -> ActionItemQuerySet:
        full = WorkSession.objects.fully_readable_by(self.viewer)
        visible: ActionItemQuerySet = ActionItem.objects.visible_to(self.viewer)
        return visible.filter(Exists(full.filter(pk=OuterRef("item__session"))))

    def by_owner(self, actions: ActionItemQuerySet, name: str, value: str) -> ActionItemQuerySet:
        """One's own, or those of someone whose name the viewer reads beside them."""
        if value == ME:
            return actions.filter(self.owners[ME])
        theirs = self._where_named().filter(self.owners[value]).order_by().values("pk")
        return actions.filter(pk__in=theirs)

    def by_state(self, actions: ActionItemQuerySet, name: str, value: str) -> ActionItemQuerySet:
        """By state; late and put off are both open."""
        if value == "late":
            return actions.late()
        if value == "snoozed":
            return actions.snoozed()
        return actions.filter(state=ActionState(value))


class PointFilter(OutcomeFilter):
    """Attention points; their line is the one that they are addressed to."""

    lines_through = "attention_points"

    line = one_of(_("Programme line"), _("All programme lines"), field_name="line__slug")
    state = one_of(_("State"), _("All states"), choices=AttentionState.choices)

    class Meta:
        model = AttentionPoint
        fields: list[str] = []
        form = FilterForm
