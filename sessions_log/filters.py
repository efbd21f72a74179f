"""The filters of the list of sessions, which offer only what the viewer may see."""

from typing import Any

import django_filters
from django import forms
from django.http import QueryDict
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from civportal.accounts.viewers import Viewer
from civportal.lib.text import fold, slug_for
from programme_lines.models import ProgrammeLine
from sessions_log.choices import SessionKind
from sessions_log.models import Participation, WorkSession
from sessions_log.querysets import WorkSessionQuerySet

Choices = list[tuple[str, str]]


class FilterForm(forms.Form):
    """A form of filters: none of them has to be filled in."""

    all_optional = True


def one_of(label: Any, everything: Any, **kwargs: Any) -> django_filters.ChoiceFilter:
    """A filter by one of some choices, mostly given later; an unknown one says so."""
    unknown = _("This choice is not in the list. Choose another, or show everything.")
    return django_filters.ChoiceFilter(
        label=label,
        empty_label=everything,
        error_messages={"invalid_choice": unknown},
        **kwargs,
    )


class SessionFilter(django_filters.FilterSet):
    """Sessions by line, body, kind, year and organisation.

    Every list of choices is made out of what the viewer may see, so that no choice tells of a
    session, a body at work or a guest that is not theirs to know.
    """

    line = one_of(_("Programme line"), _("All programme lines"), field_name="lines__slug")
    body = one_of(_("Body"), _("All bodies"), field_name="body__slug")
    kind = one_of(_("Kind"), _("All kinds"), field_name="kind")
    year = one_of(_("Year"), _("All years"), field_name="date__year")
    organisation = one_of(_("Organisation"), _("All organisations"), method="by_organisation")

    class Meta:
        model = WorkSession
        fields: list[str] = []
        form = FilterForm

    def __init__(self, data: QueryDict, *, viewer: Viewer) -> None:
        self.viewer = viewer
        visible = WorkSession.objects.visible_to(viewer)
        super().__init__(data, queryset=visible)
        rows = list(
            visible.order_by()
            .values_list("date__year", "kind", "body__slug", "body__name")
            .distinct()
        )
        lines = ProgrammeLine.objects.filter(sessions__in=visible).distinct()
        kinds = {kind for _year, kind, _slug, _name in rows}
        choices: dict[str, Choices] = {
            "line": [(line.slug, line.title) for line in lines],
            "body": sorted(
                {(slug, name) for _year, _kind, slug, name in rows if slug},
                key=lambda choice: fold(choice[1]),
            ),
            "kind": [(kind, str(label)) for kind, label in SessionKind.choices if kind in kinds],
            "year": [
                (str(year), str(year)) for year in sorted({row[0] for row in rows}, reverse=True)
            ],
            "organisation": sorted(
                ((key, name) for key, (name, _texts) in self.organisations.items()),
                key=lambda choice: fold(choice[1]),
            ),
        }
        for name, offered in choices.items():
            self.filters[name].extra["choices"] = offered

    @cached_property
    def organisations(self) -> dict[str, tuple[str, set[str]]]:
        """Per key in the address: the organisation's name, and the spellings without a partner.

        A partner goes by its slug. An organisation that is only written down goes by the slug of
        its name, so that spellings that differ in a capital or an accent are one choice.
        """
        found: dict[str, tuple[str, set[str]]] = {}
        rows = (
            self._participations()
            .order_by("partner__name", "organisation")  # partners first: NULL comes last
            .values_list("partner__slug", "partner__name", "organisation")
            .distinct()
        )
        for slug, partner, written in rows:
            key = slug or slug_for(written, fallback="")
            if key:
                name, texts = found.get(key, (partner or written, set()))
                found[key] = (name, texts if slug else {*texts, written})
        return found

    def _participations(self) -> Any:
        return Participation.objects.listed_to(self.viewer).took_part()

    def by_organisation(
        self, sessions: WorkSessionQuerySet, name: str, value: str
    ) -> WorkSessionQuerySet:
        """Sessions in which the organisation took part, as far as the viewer is told."""
        _name, texts = self.organisations[value]
        theirs = self._participations()
        theirs = theirs.filter(partner__slug=value) | theirs.filter(
            partner=None, organisation__in=texts
        )
        return sessions.filter(pk__in=theirs.order_by().values("session"))
