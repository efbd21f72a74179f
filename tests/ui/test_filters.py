"""The filters in force, in words and as addresses without them."""

import pytest
from django import forms
from django.http import QueryDict
from django.template import Context, Template

from civportal.ui.filters import Chip, chosen_filters
from partners.models import Sector
from tests import factories


class FilterForm(forms.Form):
    q = forms.CharField(label="Zoek", required=False)
    kind = forms.MultipleChoiceField(
        label="Soort",
        required=False,
        choices=[("work_session", "Werksessie"), ("Groot", [("conference", "Conferentie")])],
    )
    year = forms.TypedChoiceField(
        label="Jaar", required=False, coerce=int, choices=[("2021", "2021"), ("2022", "2022")]
    )


class SectorForm(forms.Form):
    sector = forms.ModelMultipleChoiceField(
        Sector.objects.order_by("name"), to_field_name="slug", required=False, label="Sector"
    )


def chips(query: str, form: type[forms.Form] = FilterForm) -> list[Chip]:
    parameters = QueryDict(query)
    return chosen_filters(form(parameters), parameters)


def test_each_value_is_a_chip_that_keeps_the_others_and_forgets_the_page():
    assert chips("q=vraag&kind=work_session&kind=conference&year=2021&page=3&sort=new") == [
        Chip("Zoek", "vraag", "kind=work_session&kind=conference&year=2021&sort=new", "q"),
        Chip("Soort", "Werksessie", "q=vraag&kind=conference&year=2021&sort=new", "kind"),
        Chip("Soort", "Conferentie", "q=vraag&kind=work_session&year=2021&sort=new", "kind"),
        Chip("Jaar", "2021", "q=vraag&kind=work_session&kind=conference&sort=new", "year"),
    ]


@pytest.mark.parametrize("query", ["", "q=&year=", "year=1999", "kind=nonsense"])
def test_what_is_empty_or_refused_is_no_filter(query):
    assert chips(query) == []


@pytest.mark.django_db
def test_a_row_is_named_as_its_field_names_it(django_assert_num_queries):
    for name in ("Agro", "Bio", "Zorg"):
        factories.SectorFactory(name=name, slug=name.lower())
    with django_assert_num_queries(1):
        found = chips("sector=bio&sector=zorg", SectorForm)
    assert found == [
        Chip("Sector", "Bio", "sector=zorg", "sector"),
        Chip("Sector", "Zorg", "sector=bio", "sector"),
    ]


def drawn(rf, query: str, form: type[forms.Form] = FilterForm) -> tuple[bool, bool]:
    """Whether the form of filters has a fold, and whether that stands open."""
    page = rf.get(f"/?{query}")
    html = Template("{% filter_form form %}").render(
        Context({"request": page, "form": form(page.GET)})
    )
    return "<details" in html, "<details" in html and " open>" in html.split("<summary")[0]


@pytest.mark.parametrize(
    ("query", "is_open"),
    [("", False), ("q=&year=", False), ("year=2021", True), ("year=1999", True)],
)
def test_many_filters_fold_unless_one_is_in_force_or_refused(rf, query, is_open):
    assert drawn(rf, query) == (True, is_open)


@pytest.mark.django_db
def test_few_filters_do_not_fold(rf):
    assert drawn(rf, "", SectorForm) == (False, False)
