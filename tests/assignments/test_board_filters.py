"""The filters of the board, what they offer, and what happens when nothing is left."""

import datetime
import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.http import QueryDict
from django.utils import timezone, translation

from assignments.filters import BoardFilter
from tests import factories
from tests.assignments.reading import get, in_days, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _in_english():
    with translation.override("en"):
        yield


def board(query="", viewer=None):
    return BoardFilter(QueryDict(query), viewer=viewer or AnonymousUser())


def offered(query, name, viewer=None):
    """The choices of a filter, without "all"."""
    choices = board(query, viewer).form.fields[name].widget.choices
    return [label for value, label in choices if value]


def found(query, viewer=None):
    return [row.title for row in board(query, viewer).ordered()]


ALL = {"Algen kweken", "Data lezen", "Praten"}
ONE = "Real-world assignment"
LEVELS = [
    "Mbo level 2 (2)",
    "Mbo level 3 (3)",
    "Mbo level 4 (2)",
    "Associate degree (2)",
    "Hbo bachelor (2)",
]


@pytest.fixture
def three():
    """Three assignments that differ in everything that can be filtered by."""
    green = factories.LineFactory(title="Groen", slug="groen")
    sector = factories.SectorFactory(name="Water", slug="water")
    first = factories.AssignmentFactory(
        title="Algen kweken", level_min=2, level_max=3, partner__name="Zilt BV",
        partner__slug="zilt", hours_per_week=4, place="Leiden, lab 2", mixed=True,
        starts_on=datetime.date(2031, 2, 10), apply_by=datetime.date(2031, 2, 1),
        disciplines=["biologie"],
    )  # fmt: skip
    first.lines.add(green)
    first.partner.sectors.add(sector)
    second = factories.AssignmentFactory(
        title="Data lezen", level_min=3, level_max=6, partner__name="Ander BV",
        partner__slug="ander", hours_per_week="4.25", online=True, language="en",
        starts_on=datetime.date(2031, 4, 10), apply_by=datetime.date(2031, 1, 1),
        form="dataset", published_at=timezone.now() - datetime.timedelta(days=1),
    )  # fmt: skip
    third = factories.AssignmentFactory(
        title="Praten", form="guest_lecture", level_min=2, level_max=6, partner=second.partner,
        published_at=timezone.now() - datetime.timedelta(days=2),
    )  # fmt: skip
    factories.SlotFactory(
        assignment=third, date=datetime.date(2031, 2, 20), place="Leiden", online_url="https://a.b/"
    )
    factories.SlotFactory(assignment=third, date=datetime.date(2031, 2, 21), place="LEIDEN")
    return first, second, third


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ALL),
        ("form=dataset", {"Data lezen"}),
        ("level=2", {"Algen kweken", "Praten"}),
        ("level=3", ALL),
        ("line=groen", {"Algen kweken"}),
        ("sector=water", {"Algen kweken"}),
        ("partner=ander", {"Data lezen", "Praten"}),
        ("hours=4", {"Algen kweken"}),
        ("hours=8", {"Data lezen"}),
        ("place=leiden", {"Algen kweken", "Praten"}),
        ("place=online", {"Data lezen", "Praten"}),
        ("period=2031-02", {"Algen kweken", "Praten"}),
        ("language=en", {"Data lezen"}),
        ("mixed=ja", {"Algen kweken"}),
        ("q=ALGEN kwe", {"Algen kweken"}),
        ("q=biolo", {"Algen kweken"}),
        ("q=ander", {"Data lezen", "Praten"}),
        ("q=algen data", set()),
        ("q=%00", ALL),
        ("level=2&place=leiden&partner=zilt", {"Algen kweken"}),
        # What is no value of a filter is no filter.
        ("form=anders&level=9&hours=5&period=2031-13&mixed=1", ALL),
        ("line=nee&sector=nee&partner=nee&period=p9999999", ALL),
    ],
)  # fmt: skip
def test_filters(three, query, expected):
    assert set(found(query)) == expected


def test_open_and_closed(three):
    three[0].state = "running"
    three[0].matched_at = three[0].started_at = timezone.now()
    three[0].save()
    assert set(found("open=ja")) == {"Data lezen", "Praten"}
    assert found("open=nee") == ["Algen kweken"]


def test_a_period_of_a_school(three):
    period = factories.SchoolPeriodFactory(
        starts_on=datetime.date(2031, 2, 20), ends_on=datetime.date(2031, 4, 10)
    )
    assert set(found(f"period=p{period.pk}")) == {"Data lezen", "Praten"}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Algen kweken", "Data lezen", "Praten"]),
        ("sort=deadline", ["Data lezen", "Algen kweken", "Praten"]),
        ("sort=start", ["Algen kweken", "Praten", "Data lezen"]),
        ("sort=anders", ["Algen kweken", "Data lezen", "Praten"]),
    ],
)
def test_the_order(three, query, expected):
    three[0].published_at = timezone.now()
    three[0].save()
    assert found(query) == expected


def test_what_is_closed_keeps_the_newest_first_in_any_order():
    for title, days, published in (("Oud", 1, 9), ("Nieuw", 30, 2)):
        factories.AssignmentFactory(
            title=title,
            apply_by=in_days(-days),
            published_at=timezone.now() - datetime.timedelta(days=published),
        )
    assert found("sort=deadline") == ["Nieuw", "Oud"]


@pytest.mark.parametrize(
    ("query", "name", "expected"),
    [
        ("", "form", [f"{ONE} (1)", "Guest lecture (1)", "Dataset to practise with (1)"]),
        ("", "level", LEVELS),
        # A choice in force counts its neighbours as if it were not.
        ("level=2", "level", LEVELS),
        ("level=2", "form", ["Real-world assignment (1)", "Guest lecture (1)"]),
        # The one in force is there, also where it leaves nothing.
        ("form=dataset&level=2&language=en", "language", ["English (0)"]),
        ("", "line", ["Groen (1)"]),
        ("form=dataset", "line", []),
        ("", "sector", ["Water (1)"]),
        ("", "partner", ["Ander BV (2)", "Zilt BV (1)"]),
        ("place=leiden", "partner", ["Ander BV (1)", "Zilt BV (1)"]),
        ("", "place", ["Online (2)", "Leiden (2)"]),
        ("", "period", ["February 2031 (2)", "April 2031 (1)"]),
        ("", "hours", ["Up to 4 hours (1)", "More than 4, up to 8 hours (1)"]),
        ("", "mixed", ["For mixed teams (1)"]),
        ("", "language", ["Dutch (2)", "English (1)"]),
        ("", "open", ["Open now (3)"]),
    ],
)  # fmt: skip
def test_choices_say_how_many_they_leave(three, query, name, expected):
    assert offered(query, name) == expected


def test_periods_of_ones_own_school_come_first(three, teacher):
    for name in ("Aaa", "Bbb"):
        factories.SchoolPeriodFactory(
            name="Periode 3", school__name=name, starts_on=datetime.date(2031, 2, 1),
            ends_on=datetime.date(2031, 3, 1),
        )  # fmt: skip
    own = teacher.memberships.get().partner
    factories.SchoolPeriodFactory(
        name="Blok C", school=own, starts_on=datetime.date(2031, 4, 1),
        ends_on=datetime.date(2031, 5, 1),
    )  # fmt: skip
    months = ["February 2031 (2)", "April 2031 (1)"]
    choices = board("", teacher).form.fields["period"].widget.choices
    assert [label if isinstance(label, str) else (value, [text for _key, text in label])
            for value, label in choices[1:]] == [
        *months,
        ("Mbo Noord", ["Blok C (1)"]),
        ("Aaa", ["Periode 3 (2)"]),
        ("Bbb", ["Periode 3 (2)"]),
    ]  # fmt: skip


def test_a_guess_tells_nothing_of_organisations_with_nothing_on_the_board(client):
    factories.AssignmentFactory(state="draft", partner__name="Stil BV", partner__slug="stil")
    page = get(client, "/opdrachten/?partner=stil")
    assert "Stil BV" not in page.content.decode()
    assert "This choice is not in the list." in text_of(page)


def test_chips_take_a_filter_away(three, client):
    page = get(client, "/opdrachten/?level=2&mixed=ja&sort=deadline").content.decode()
    assert re.findall(r'<a class="chip" href="([^"]*)"', page) == [
        "/opdrachten/?mixed=ja&amp;sort=deadline",
        "/opdrachten/?level=2&amp;sort=deadline",
        "/opdrachten/",
    ]


def test_nothing_with_these_filters_offers_the_nearest_that_leave_something(three, client):
    page = text_of(get(client, "/opdrachten/?form=dataset&level=2"))
    assert (
        "Let one of them go: Without “Form of cooperation: Dataset to practise with” 2 assignments "
        "Without “Level: Mbo level 2” 1 assignment Show all assignments"
    ) in page
    page = text_of(get(client, "/opdrachten/?form=excursion&level=4&mixed=ja&language=en"))
    assert "No assignment goes with these filters yet, nor with one of them less." in page


@pytest.mark.parametrize(
    ("query", "unfolded"), [("", False), ("q=algen", False), ("q=algen&level=2", True)]
)
def test_the_filters_unfold_for_what_is_behind_the_fold(query, unfolded, client):
    page = get(client, f"/opdrachten/?{query}").content.decode()
    assert ('<details class="filter__fold" open>' in page) is unfolded
