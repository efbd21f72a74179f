"""Addresses out of names."""

import pytest

from tests import factories


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("factory", "field", "names", "slugs"),
    [
        (
            factories.NewsFactory,
            "title",
            ["Open dag", "Open dag", "Open dag", "Open dag 2", "!"],
            ["open-dag", "open-dag-2", "open-dag-3", "open-dag-2-2", "bericht"],
        ),
        (factories.NewsFactory, "title", ["a" * 160] * 2, ["a" * 75, "a" * 75 + "-2"]),
        (factories.PartnerFactory, "name", ["Zon BV"] * 2, ["zon-bv", "zon-bv-2"]),
        (factories.LineFactory, "title", ["Leren", "Leren!"], ["leren", "leren-2"]),
        (
            factories.BodyFactory,
            "name",
            ["Stuurgroep", "Stuurgroep?"],
            ["stuurgroep", "stuurgroep-2"],
        ),
    ],
)
def test_two_of_one_name_each_have_an_address(factory, field, names, slugs):
    made = [factory(**{field: name}) for name in names]
    for each in made:
        each.refresh_from_db()
    assert [each.slug for each in made] == slugs


@pytest.mark.django_db
def test_an_address_stays_when_the_name_changes():
    item = factories.NewsFactory(title="Open dag")
    item.title = "Open middag"
    item.save()
    assert item.slug == "open-dag"
