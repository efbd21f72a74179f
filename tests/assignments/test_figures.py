"""Assignments in figures: a world counted by hand, any world counted another way, the pages."""

import csv
import datetime
import io
from collections import defaultdict
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from assignments.figures import Numbers, Scope, bars, span, tables, totals
from assignments.models import Assignment
from tests import factories
from tests.reading import read

pytestmark = pytest.mark.django_db

FIGURES = "/opdrachten/cijfers/"
CSV, XLSX = f"{FIGURES}bestand/csv/", f"{FIGURES}bestand/xlsx/"
UTC = datetime.UTC


@pytest.fixture(autouse=True)
def today():
    now = datetime.datetime(2021, 9, 1, 12, tzinfo=UTC)
    with time_machine.travel(now, tick=False), translation.override("en"):
        yield


def moment(*parts: int) -> datetime.datetime:
    return datetime.datetime(*parts, tzinfo=UTC)


@pytest.fixture
def world():
    """Five that count and three that do not, by the minute; see the tables below."""
    teaching = factories.LineFactory(title="Onderwijs", slug="onderwijs", order=1)
    research = factories.LineFactory(title="Onderzoek", slug="onderzoek", order=2)
    kas = factories.PartnerFactory(name="Kas", slug="kas")
    lab = factories.PartnerFactory(name="Lab", slug="lab")
    school = factories.PartnerFactory(name="School", kind="mbo_school")

    tomatoes = factories.AssignmentFactory(
        title="Tomaten", partner=kas, state="finished", hours_per_week=8, weeks=10,
        starts_on="2020-11-02", published_at=moment(2020, 9, 10),
        matched_at=moment(2020, 10, 1), finished_at=moment(2021, 2, 1, 12),
    )  # fmt: skip
    tomatoes.lines.set([teaching, research])
    team = factories.TeamFactory(assignment=tomatoes, state="accepted", hours_made="100.25",
                                 decided_at=moment(2020, 10, 1))  # fmt: skip
    factories.TeamCountFactory(team=team, school=school, level=6, number=1)
    factories.TeamCountFactory(team=team, school=school, level=4, number=2)
    for state in ("declined", "applied", "withdrawn", "reserve"):
        other = factories.TeamFactory(assignment=tomatoes, state=state)
        factories.TeamCountFactory(team=other, school=school, level=4, number=50)

    # Public half past midnight on 1 August by the centre's clock, two hours earlier in UTC.
    reads = factories.AssignmentFactory(
        title="DNA", form="research", partner=lab, state="matched", level_max=4,
        hours_per_week="6.25", weeks=4, published_at=moment(2021, 7, 31, 22, 30),
        matched_at=moment(2021, 8, 15),
    )  # fmt: skip
    reads.lines.set([teaching])
    team = factories.TeamFactory(assignment=reads, state="accepted",
                                 decided_at=moment(2021, 8, 15))  # fmt: skip
    factories.TeamCountFactory(team=team, school=school, level=4, number=5)

    gone = factories.AssignmentFactory(
        title="Weg", partner=kas, state="withdrawn", published_at=moment(2021, 1, 5),
        withdrawn_at=moment(2021, 2, 10), hours_per_week=8, weeks=10,
    )  # fmt: skip
    team = factories.TeamFactory(assignment=gone, state="accepted")
    factories.TeamCountFactory(team=team, school=school, level=4, number=9)

    lecture = factories.AssignmentFactory(
        title="Les", form="guest_lecture", partner=lab, level_min=None, level_max=None,
        published_at=moment(2021, 1, 1),
    )  # fmt: skip
    lecture.lines.set([research])
    slot = factories.SlotFactory(assignment=lecture, date=datetime.date(2021, 5, 5), capacity=50)
    factories.BookingFactory(slot=slot, school=school, level=4, number=20)
    factories.BookingFactory(slot=slot, school=school, level=None, number=10)
    factories.BookingFactory(slot=slot, number=7, cancelled_at=moment(2021, 4, 1))
    off = factories.SlotFactory(assignment=lecture, date=datetime.date(2021, 5, 6), capacity=50,
                                cancelled_at=moment(2021, 4, 1), cancel_reason="Ziek")  # fmt: skip
    factories.BookingFactory(slot=off, number=12)

    for state in ("draft", "submitted", "withdrawn"):
        factories.AssignmentFactory(title="Nooit openbaar", partner=kas, state=state)


def told(found) -> dict[str, dict[str, list]]:
    return {
        table.dimension: {row.label: row.numbers.columns for row in table.rows}
        | {"Total": table.total.columns}
        for table in found
    }


NOTHING = [0] * 13
TOMATOES = [1, 1, 1, 0, 0, 0, 2, 0, 1, 3, Decimal("100.25"), 0, 0]
DNA = [1, 1, 0, 0, 0, 0, 5, 0, 0, 5, 0, Decimal(125), 0]
GONE = [1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0]
LECTURE = [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 30]
FORMS = ["Real-world assignment", "Practice-based research", "Guest lecture", "Excursion",
         "Placement abroad", "Dataset to practise with", "Lab or room to experiment",
         "Training for staff or teachers"]  # fmt: skip


def together(*rows) -> list:
    return [sum(column) for column in zip(*rows, strict=True)]


ALL = together(TOMATOES, DNA, GONE, LECTURE)


def test_a_world_counted_by_hand(world):
    assert told(tables(Scope())) == {
        "year": {"2020–2021": together(TOMATOES, GONE, LECTURE), "2021–2022": DNA, "Total": ALL},
        "line": {
            "Onderwijs": together(TOMATOES, DNA),
            "Onderzoek": together(TOMATOES, LECTURE),
            "No programme line": GONE,
            "Total": ALL,
        },
        "partner": {"Kas": together(TOMATOES, GONE), "Lab": together(DNA, LECTURE), "Total": ALL},
        "form": dict.fromkeys(FORMS, NOTHING)
        | {
            "Real-world assignment": together(TOMATOES, GONE),
            "Practice-based research": DNA,
            "Guest lecture": LECTURE,
            "Total": ALL,
        },
        # 401 quarters for two students and one: 267 and 134
        "level": {
            "Mbo level 2": NOTHING,
            "Mbo level 3": NOTHING,
            "Mbo level 4": [3, 2, 1, 1, 0, 0, 7, 0, 0, 7, Decimal("66.75"), Decimal(125), 20],
            "Associate degree": [2, 1, 1, 1, *NOTHING[4:]],
            "Hbo bachelor": [2, 1, 1, 1, 0, 0, 0, 0, 1, 1, Decimal("33.50"), 0, 0],
            "No level named": [1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10],
            "Total": ALL,
        },
    }


def test_calendar_years_count_each_thing_in_its_own(world):
    assert told(tables(Scope(school_years=False)))["year"] == {
        "2020": [1, 1, 0, 0, *TOMATOES[4:]],
        "2021": [3, 1, 1, 1, *DNA[4:12], 30],
        "Total": ALL,
    }


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        (Scope(first=2021), DNA),
        (Scope(last=2020), together(TOMATOES, GONE, LECTURE)),
        (Scope(first=2019, last=2019), NOTHING),
        (Scope(school_years=False, last=2020), [1, 1, 0, 0, *TOMATOES[4:]]),
        (Scope(filters={"line": "onderzoek"}), together(TOMATOES, LECTURE)),
        (Scope(filters={"partner": "kas"}), together(TOMATOES, GONE)),
        (Scope(filters={"form": "research"}), DNA),
        (Scope(filters={"level": "6"}), [2, 1, 1, 1, 0, 0, 0, 0, 1, 1, Decimal("33.50"), 0, 0]),
        (Scope(filters={"level": "6", "partner": "lab"}), NOTHING),
        (Scope(first=2020, last=2020, filters={"line": "onderwijs"}), TOMATOES),
    ],
)
def test_filters(world, scope, expected):
    assert totals(scope).columns == expected
    assert {table.dimension for table in tables(scope)} == {
        "year", "line", "partner", "form", "level",
    } - set(scope.filters)  # fmt: skip
    assert {tuple(table.total.columns) for table in tables(scope)} == {tuple(expected)}


def test_years_without_anything_stand_between_the_others(world):
    factories.AssignmentFactory(published_at=moment(2018, 1, 1))
    by_year = tables(Scope())[0]
    assert [(row.label, row.numbers.posted) for row in by_year.rows] == [
        ("2017–2018", 1), ("2018–2019", 0), ("2019–2020", 0), ("2020–2021", 3), ("2021–2022", 1),
    ]  # fmt: skip
    assert [[bar.share for bar in each] for _label, each in bars(by_year)] == [
        [33, 0, 0], [0, 0, 0], [0, 0, 0], [100, 33, 33], [33, 33, 0],
    ]  # fmt: skip


def test_how_far_the_years_go(world):
    assert span() == (datetime.date(2020, 9, 10), datetime.date(2021, 9, 1))
    factories.AssignmentFactory(starts_on="2022-09-05")
    assert span() == (datetime.date(2020, 9, 10), datetime.date(2022, 9, 5))


def test_nothing_at_all():
    assert span() is None
    assert totals(Scope()) == Numbers()
    assert {table.dimension: len(table.rows) for table in tables(Scope())} == {
        "year": 0, "line": 0, "partner": 0, "form": 8, "level": 5,
    }  # fmt: skip


# --- any world ------------------------------------------------------------------------------------

QUARTERS = Decimal(4)
MOMENTS = st.integers(0, 1400).map(lambda days: moment(2018, 1, 1) + datetime.timedelta(days))
TEAMS = st.lists(
    st.tuples(
        st.lists(st.tuples(st.integers(0, 1), st.integers(2, 6), st.integers(1, 9)), min_size=1,
                 max_size=4, unique_by=lambda count: count[:2]),
        st.none() | st.integers(0, 4000).map(lambda number: number / QUARTERS),
        MOMENTS,
    ),
    max_size=3,
)  # fmt: skip
WORLDS = st.lists(
    st.fixed_dictionaries({
        "form": st.sampled_from(["assignment", "research", "dataset"]),
        "partner": st.integers(0, 2),
        "lines": st.sets(st.integers(0, 2)),
        "published_at": MOMENTS,
        "starts_on": st.none() | MOMENTS.map(datetime.datetime.date),
        "hours_per_week": st.none() | st.integers(0, 160).map(lambda number: number / QUARTERS),
        "weeks": st.none() | st.integers(1, 40),
        "finished": st.none() | MOMENTS,
        "teams": TEAMS,
    }),
    max_size=5,
)  # fmt: skip


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(worlds=WORLDS, school_years=st.booleans())
def test_the_parts_are_the_whole(worlds, school_years):
    """Counted by the database and by hand alike, and every way to divide it up gives the same."""
    scope = Scope(school_years=school_years)
    expected = defaultdict(Numbers)
    with transaction.atomic():
        partners = factories.PartnerFactory.create_batch(3)
        lines = factories.LineFactory.create_batch(3)
        schools = factories.PartnerFactory.create_batch(2, kind="mbo_school")
        for world in worlds:
            _build(world, partners, lines, schools, scope, expected)
        found = {table.dimension: table for table in tables(scope)}
        transaction.set_rollback(True)
    by_year = {row.key: row.numbers for row in found["year"].rows if not row.numbers.is_nothing}
    assert by_year == expected
    whole = sum(expected.values(), start=Numbers())
    for name in ("year", "partner", "form"):
        assert sum((row.numbers for row in found[name].rows), start=Numbers()) == whole, name
    assert {table.total.hours for table in found.values()} == {whole.hours}
    by_level = [row.numbers for row in found["level"].rows]
    assert sum(each.made for each in by_level) == whole.made
    assert sum(each.planned for each in by_level) == whole.planned
    assert all(each.made % Decimal("0.25") == 0 for each in by_level)
    assert {
        row.key: row.numbers.all_students for row in found["level"].rows if row.key
    } == whole.students


def _build(world, partners, lines, schools, scope, expected):
    assignment = factories.AssignmentFactory(
        **{name: world[name] for name in ("form", "published_at", "starts_on", "hours_per_week",
                                          "weeks")},
        partner=partners[world["partner"]], teams_wanted=9,
        state="finished" if world["finished"] else "running",
        matched_at=None, finished_at=world["finished"],
    )  # fmt: skip
    assignment.lines.set(lines[number] for number in world["lines"])
    expected[_year(world["published_at"], scope)].posted += 1
    if world["finished"]:
        expected[_year(world["finished"], scope)].finished += 1
    for counts, made, decided in world["teams"]:
        team = factories.TeamFactory(assignment=assignment, state="accepted", hours_made=made,
                                     decided_at=decided)  # fmt: skip
        begins = world["starts_on"]
        numbers = expected[scope.year_of(begins) if begins else _year(decided, scope)]
        numbers.made += made or 0
        for place, level, number in counts:
            factories.TeamCountFactory(team=team, school=schools[place], level=level, number=number)
            numbers.students[level] += number
            if made is None:
                numbers.planned += number * (world["hours_per_week"] or 0) * (world["weeks"] or 0)


def _year(at: datetime.datetime, scope: Scope) -> int:
    return scope.year_of(at.astimezone(ZoneInfo("Europe/Amsterdam")).date())


# --- the page and the files -----------------------------------------------------------------------


@pytest.fixture
def browser(office, logged_in):
    client = logged_in(office)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def test_who_sees_them(world, viewers, teacher, logged_in):
    seen = {
        name: [logged_in(person).get(path).status_code for path in (FIGURES, CSV, XLSX)]
        for name, person in (viewers | {"teacher": teacher}).items()
    }
    assert seen == {
        "visitor": [302, 302, 302],
        "charlie": [404, 404, 404],
        "company": [404, 404, 404],
        "teacher": [404, 404, 404],
        "steering": [200, 200, 200],
        "office": [200, 200, 200],
    }


def test_the_page(world, browser):
    page = read(browser, FIGURES)
    assert page.headings == ["Assignments in figures", "By year", "By programme line",
                             "By organisation", "By form of cooperation", "By level",
                             "How this was counted"]  # fmt: skip
    assert "4 assignments posted" in page.text
    assert "Hours 225.25 of which 125 planned" in page.text
    assert "Kas 2 1 1 1 0 0 2 0 1 3 100.25 0 0 Lab 2 1 0 0 0 0 5 0 0 5 0 125 30 Total" in page.text
    assert page.links["Onderzoek"] == "/opdrachten/?line=onderzoek"
    assert page.links["Mbo level 4"] == "/opdrachten/?level=4"


def test_the_way_to_the_board_keeps_the_filters(world, browser):
    page = read(browser, FIGURES + "?line=onderwijs&since=2020")
    assert page.links["Real-world assignment"] == "/opdrachten/?form=assignment&line=onderwijs"
    assert page.links["As CSV"] == CSV + "?line=onderwijs&since=2020"
    assert "By programme line" not in page.headings


def test_an_empty_page(browser, steering, logged_in):
    assert read(browser, FIGURES).headings[1:] == ["Nothing to count yet"]
    factories.AssignmentFactory()
    page = read(browser, FIGURES + "?form=excursion")
    assert page.headings[1:] == ["Nothing fits these filters"]


HOSTILE = ["since=0", "since=x", "since=99999999999999999999", "until=-1", "since=2021&until=2020",
           "years=x", "line=%00", "line=' OR 1=1--", "partner=%FF", "partner=school", "level=7",
           "level=٤", "form=<b>", "form=assignment&form=research", "x=1", "&&=&", "%"]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_what_is_no_choice_is_none(world, browser, query):
    for path in (FIGURES, CSV, XLSX):
        assert browser.get(f"{path}?{query}").status_code == 200


def test_years_in_order(world, browser):
    page = read(browser, FIGURES + "?since=2021&until=2020")
    assert "This comes before the first year." in page.text
    assert "1 assignment posted" in page.text  # from 2021 on


HEAD = ["Posted", "Teams found", "Finished", "Withdrawn", "Students, Mbo level 2",
        "Students, Mbo level 3", "Students, Mbo level 4", "Students, Associate degree",
        "Students, Hbo bachelor", "Students together", "Hours made", "Hours planned",
        "People in bookings"]  # fmt: skip


def content(response) -> bytes:
    return b"".join(response.streaming_content)


def test_csv_whole(world, browser):
    response = browser.get(CSV + "?form=assignment&level=4&since=2020&until=2020")
    assert (response["Content-Disposition"], response["Cache-Control"]) == (
        'attachment; filename="figures-2021-09-01.csv"', "private, no-store",
    )  # fmt: skip
    numbers = ["2", "1", "1", "1", "0", "0", "2", "0", "0", "2", "66.75", "0", "0"]
    tomatoes = ["1", "1", "1", "0", *numbers[4:]]
    gone = ["1", "0", "0", "1", *["0"] * 9]
    rows = csv.reader(io.StringIO(content(response).decode("utf-8-sig")))
    assert list(rows) == [
        ["Figures", "Part", *HEAD],
        ["By year", "2020–2021", *numbers],
        ["By programme line", "Onderwijs", *tomatoes],
        ["By programme line", "Onderzoek", *tomatoes],
        ["By programme line", "No programme line", *gone],
        ["By organisation", "Kas", *numbers],
        ["Total", "", *numbers],
    ]


def test_xlsx_has_a_page_for_each_dimension(world, browser):
    response = browser.get(XLSX + "?years=kalender&until=2020")
    assert response["Content-Disposition"] == 'attachment; filename="figures-2021-09-01.xlsx"'
    book = load_workbook(io.BytesIO(content(response)))
    pages = {page.title: [[cell.value for cell in row] for row in page] for page in book}
    assert list(pages) == ["By year", "By programme line", "By organisation",
                           "By form of cooperation", "By level", "About"]  # fmt: skip
    numbers = [1, 1, 0, 0, 0, 0, 2, 0, 1, 3, 100.25, 0, 0]
    assert pages["By year"] == [["Year", *HEAD], ["2020", *numbers], ["Total", *numbers]]
    assert pages["By organisation"] == [
        ["Organisation", *HEAD], ["Kas", *numbers], ["Total", *numbers],
    ]  # fmt: skip
    assert pages["About"][:3] == [
        ["About these figures", "2021-09-01"],
        ["Years", "Calendar years"],
        ["Up to and with", "2020"],
    ]


def test_in_the_language_of_the_reader(world, office, logged_in):
    client = logged_in(office)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "nl"
    assert "Associate degree" in content(client.get(CSV)).decode()
    assert "Mbo niveau 4" in content(client.get(CSV)).decode()
    assert "225,25" in client.get(FIGURES).content.decode()


def fill(number: int) -> None:
    for _each in range(number):
        assignment = factories.AssignmentFactory(starts_on="2021-09-01", state="running")
        assignment.lines.add(factories.LineFactory())
        team = factories.TeamFactory(assignment=assignment, state="accepted", hours_made=10)
        factories.TeamCountFactory(team=team)
        factories.BookingFactory(slot__assignment__published_at=moment(2020, 1, 1))


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize("path", [FIGURES, CSV, XLSX])
def test_the_same_number_of_questions(number, path, browser):
    fill(number)
    browser.get("/")
    with CaptureQueriesContext(connection) as found:
        response = browser.get(path)
        if response.streaming:
            content(response)
    asked = [each["sql"] for each in found if not each["sql"].startswith(("SAVEPOINT", "RELEASE"))]
    # the figures: 3 for each of 5 dimensions, and names of lines and organisations; besides: login,
    # insiders, what can be chosen (how far the years go, lines, organisations), the page's own menu
    assert len(asked) == 17 + {FIGURES: 6, CSV: 5, XLSX: 5}[path]


def test_the_desk_tells_of_this_school_year(world, steering, logged_in, company):
    client = logged_in(steering)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    page = read(client, "/mijn/")
    assert "Assignments in 2021–2022" in page.headings
    assert page.links["All figures"] == FIGURES
    assert "Posted 1 Teams found 1 Finished 0 Students 5" in page.text
    other = logged_in(company)
    assert "All figures" not in read(other, "/mijn/").links
    Assignment.objects.filter(title="DNA").update(state="draft", published_at=None)
    assert "Assignments in 2021–2022" not in read(client, "/mijn/").headings
