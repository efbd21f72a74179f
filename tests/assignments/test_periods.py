"""Assignments against the periods of schools."""

import datetime

import pytest
from django.utils import translation

from assignments.periods import clashes, fits
from tests import factories

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def day(text):
    return datetime.date.fromisoformat(f"2021-{text}")


@pytest.fixture
def school():
    """Teaches in February and March, has two weeks off, and teaches on until July."""
    school = factories.PartnerFactory(name="Mbo Noord", kind="mbo_school")
    factories.SchoolPeriodFactory(
        school=school, name="periode 3", starts_on=day("02-01"), ends_on=day("03-31")
    )
    factories.SchoolPeriodFactory(
        school=school, name="periode 4", starts_on=day("04-15"), ends_on=day("07-09")
    )
    return school


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        ("02-01", "03-31", ["It fits in periode 3 of Mbo Noord, which lasts until 31 March 2021."]),
        ("03-31", None, ["It fits in periode 3 of Mbo Noord, which lasts until 31 March 2021."]),
        ("01-31", "03-01", ["It begins before periode 3 of Mbo Noord does, on 1 February 2021."]),
        (
            "02-01",
            "04-14",
            [
                "It goes on after periode 3 of Mbo Noord has ended on 31 March 2021, when nobody "
                "is taught."
            ],
        ),
        (
            "02-01",
            "04-15",
            ["It goes on after periode 3 of Mbo Noord has ended on 31 March 2021, into periode 4."],
        ),
        (
            "04-14",
            "07-10",
            [
                "It begins before periode 4 of Mbo Noord does, on 15 April 2021.",
                "It goes on after periode 4 of Mbo Noord has ended on 9 July 2021, when nobody is "
                "taught.",
            ],
        ),
        (
            "04-01",
            "04-14",
            ["Nobody is taught at Mbo Noord in these days; periode 4 begins on 15 April 2021."],
        ),
        ("01-01", "01-31", []),  # before what is known
        ("07-10", "12-31", []),  # after it
    ],
)
def test_what_is_said(school, first, last, expected):
    found = fits(day(first), last and day(last), [school])
    assert [str(each) for each in found] == expected
    assert clashes(day(first), last and day(last), [school]) == [
        each for each in found if not str(each).startswith("It fits")
    ]


def test_nothing_is_said_without_a_begin_or_periods(school):
    assert fits(None, None, [school]) == []
    assert fits(day("02-01"), None, [factories.PartnerFactory()]) == []


def test_one_query_for_all_schools(school, django_assert_num_queries):
    other = factories.SchoolPeriodFactory(starts_on=day("03-01"), ends_on=day("05-01")).school
    with django_assert_num_queries(1):
        found = fits(day("02-15"), day("03-15"), [school, other, school])
    assert [(each.school, each.falls.value) for each in found] == [
        (school, "fits"),
        (other, "before"),
    ]
