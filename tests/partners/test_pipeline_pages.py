"""The pipeline as office and steering group see it: board, list, one organisation, spreadsheets."""

import csv
import datetime
import io

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from openpyxl import load_workbook

from partners.board import CAP
from partners.choices import PartnerStatus
from partners.models import ContactMoment, Partner, StatusChange
from tests import factories
from tests.reading import Reading, read

pytestmark = pytest.mark.django_db

BOARD = "/partners/pijplijn/"
NOW = datetime.datetime(2021, 3, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture(autouse=True)
def today():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def persons(viewers):
    """Also a plain member of the organisation itself."""
    zilt = factories.PartnerFactory(name="Zilt", slug="zilt", status="in_talks")
    member = factories.UserFactory()
    factories.MembershipFactory(user=member, partner=zilt, role="member")
    return viewers | {"member": member}


@pytest.fixture
def browser(office, logged_in):
    client = logged_in(office)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "en"
    return client


def ago(days: int) -> datetime.datetime:
    return NOW - datetime.timedelta(days=days)


def organisation(name="Zilt", status="in_talks", *, days=0, **fields) -> Partner:
    partner = factories.PartnerFactory(name=name, status=status, **fields)
    Partner.objects.filter(pk=partner.pk).update(created_at=ago(days))
    return partner


def contact(partner) -> str:
    return reverse("partners:contact", args=[partner.slug])


def test_who_sees_what(persons, logged_in):
    """Pages: insiders. Changes: the office alone, and nobody learns of what is not theirs."""
    moment = factories.MomentFactory(
        partner=Partner.objects.get(slug="zilt"), next_step="Bellen"
    ).pk
    pages = {
        "get": [BOARD, BOARD + "?status=in_talks", BOARD + "bestand/csv/", BOARD + "bestand/xlsx/",
                BOARD + "zilt/"],
        "change": [BOARD + "organisatie/nieuw/", BOARD + "zilt/gesprek/",
                   BOARD + "zilt/naar/prospect/", f"{BOARD}zilt/stap/{moment}/later/"],
    }  # fmt: skip
    posts = [*pages["change"], f"{BOARD}zilt/stap/{moment}/", BOARD + "zilt/eigenaar/"]
    seen = {}
    for name, person in persons.items():
        client = logged_in(person)
        seen[name] = (
            *(sorted({client.get(page).status_code for page in group}) for group in pages.values()),
            sorted({client.post(page).status_code for page in posts}),
        )
    assert seen == {
        "visitor": ([302], [302], [302]),
        "charlie": ([404], [404], [404]),
        "company": ([404], [404], [404]),
        "member": ([404], [404], [404]),
        "steering": ([200], [403], [403]),
        "office": ([200], [200], [200, 302]),
    }
    zilt = Partner.objects.get(slug="zilt")
    assert (zilt.status, zilt.moments.count(), Partner.objects.count()) == ("in_talks", 1, 2)


def test_the_board_counts_and_tells_of_each(browser, office):
    late = organisation("Laat", days=40, owner=office)
    factories.MomentFactory(partner=late, next_step="Bellen", due=datetime.date(2021, 2, 20),
                            owner=office, date=datetime.date(2021, 2, 1))  # fmt: skip
    organisation("Vroeg", kind="startup", days=3)
    organisation("Aangemeld BV", "applied", days=10)
    factories.ApplicationFactory(name="Wacht BV", submitted_at=ago(5))
    # Linked by the office: the organisation stands for it.
    factories.ApplicationFactory(name="Gekoppeld BV", partner=Partner.objects.get(name="Laat"))
    factories.ApplicationFactory(name="Weg BV", state="declined")
    factories.ApplicationFactory(name="Onbevestigd BV", state="unconfirmed", user=None)
    organisation("Zon", "signed", days=1)
    page = read(browser, BOARD)
    assert page.headings == [
        "Pipeline", "Prospect 0", "Applied 2", "Wacht BV", "Aangemeld BV", "In talks 2", "Laat",
        "Vroeg", "Letter of intent 0", "Signed 1", "Zon", "Ended 0", "Declined 0",
    ]  # fmt: skip
    figure = page.text.split("Longest, in days ")[1].split(" Prospect 0")[0]
    assert figure == (
        "Prospect 0 0 – Applied 2 0 10 In talks 2 1 40 Letter of intent 0 0 – Signed 1 0 1 "
        "Ended 0 0 – Declined 0 0 –"
    )
    assert page.text.split("In talks 2 ")[2].split(" Letter of intent 0")[0] == (
        "Laat Company 40 days in this status Overdue Bellen, 20 February 2021 (Olga Office) "
        "Olga Office Last contact: 1 February 2021 "
        "Vroeg Startup 3 days in this status No next step Nobody yet Never spoken"
    )
    bars = [column.share for column in page.response.context["columns"]]
    assert bars == [0, 100, 100, 0, 50, 0, 0]


def test_an_empty_pipeline(browser, steering, logged_in):
    pages = [read(browser, BOARD), read(browser, BOARD + "?kind=startup")]
    assert [page.headings[1:] for page in pages] == [
        ["The pipeline is empty"], ["No organisation fits these filters"],
    ]  # fmt: skip
    assert "Add an organisation" in pages[0].links
    assert "Add an organisation" not in read(logged_in(steering), BOARD).links


def shown(page: Reading) -> list[str]:
    return [text for text, address in page.links.items()
            if address.startswith(BOARD) and address.count("/") == 4
            and "Remove" not in text]  # fmt: skip


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["Algen", "Kas", "Lab"]),
        ("kind=startup", ["Algen"]),
        ("sector=voeding", ["Algen", "Kas"]),
        ("late=ja", ["Kas"]),
        ("owner={office}", ["Kas"]),
        ("owner=niemand", ["Algen", "Lab"]),
        ("owner=niemand&sector=voeding", ["Algen"]),
        ("status=prospect", ["Lab"]),
        ("status=signed", []),
        ("late=ja&status=prospect", []),
    ],
)
def test_filters(query, expected, browser, office):
    voeding = factories.SectorFactory(slug="voeding")
    organisation("Algen", kind="startup").sectors.add(voeding)
    kas = organisation("Kas", owner=office)
    kas.sectors.add(voeding)
    organisation("Lab", "prospect")
    factories.MomentFactory(partner=kas, next_step="Bellen", due=datetime.date(2021, 2, 1))
    page = read(browser, f"{BOARD}?{query.format(office=office.pk)}")
    assert sorted(shown(page)) == expected


HOSTILE = [
    "owner=0", "owner=-1", "owner=99999999999999999999", "owner=x", "owner=%00", "owner=١",
    "kind=%00", "kind=<script>alert(1)</script>", "sector=%00", "sector=' OR 1=1--", "late=1",
    "late=ja&late=nee", "status=signed'", "status=%FF", "status[]=x", "page=-1", "page=0",
    "page=99999999999999999999", "page=x", "status=in_talks&page=-1",
    "status=in_talks&page=9999999999999", "status=in_talks&page=%00", "x=" + "y" * 4000,
    "kind=startup&kind=company", "&&&==&", "%", "owner=niemand%0d%0aSet-Cookie:a=b",
]  # fmt: skip


@pytest.mark.parametrize("query", HOSTILE)
def test_hostile_addresses(query, browser):
    organisation("Zilt")
    statuses = [
        browser.get(f"{path}?{query}").status_code
        for path in (BOARD, BOARD + "bestand/csv/", BOARD + "bestand/xlsx/", BOARD + "zilt/")
    ]
    page = browser.get(f"{BOARD}?{query}").content.decode()
    assert (statuses, "<script>alert" in page) == ([200] * 4, False)


@pytest.mark.parametrize("query", ["gedaan=x", "gedaan=-1", "gedaan=99999999999999999999", "page=x",
                                   "gedaan=%00", "gedaan=²"])  # fmt: skip
def test_hostile_addresses_of_one(query, browser):
    partner = organisation()
    assert browser.get(f"{contact(partner)}?{query}").status_code == 200


@pytest.mark.parametrize("status", PartnerStatus.values)
def test_a_long_column_is_cut_and_leads_to_all(status, browser):
    for number in range(CAP + 2):
        organisation(f"Nr {number:02}", status, days=number)
    board = read(browser, BOARD)
    label = PartnerStatus(status).label
    assert (len(shown(board)), board.links[f"All {CAP + 2} : {label}"]) == (
        CAP, f"?status={status}",
    )  # fmt: skip
    assert len(shown(read(browser, f"{BOARD}?status={status}"))) == CAP + 2


def test_the_list_of_a_status_has_pages(browser):
    for number in range(52):
        organisation(f"Nr {number:02}")
    pages = [read(browser, f"{BOARD}?status=in_talks&page={page}") for page in (1, 2)]
    assert [len(shown(page)) for page in pages] == [50, 2]


def fill(number: int) -> None:
    for status in PartnerStatus.values:
        for _each in range(number):
            partner = factories.PartnerFactory(status=status)
            partner.sectors.add(factories.SectorFactory())
            factories.MomentFactory(partner=partner, next_step="Bellen", due="2021-02-20")
            factories.StatusChangeFactory(partner=partner)
    for _each in range(number):
        factories.ApplicationFactory().sectors.add(factories.SectorFactory())


@pytest.mark.parametrize("number", [1, 3])
@pytest.mark.parametrize(
    ("path", "queries"),
    # login, insiders, office, centre, owners, sectors, applications, organisations; what the
    # spreadsheets read in chunks goes by a cursor that does not count, their sectors do
    [("", 8), ("?status=applied", 9), ("bestand/csv/", 7), ("bestand/xlsx/", 7)],
)
def test_the_same_number_of_questions(path, queries, number, browser, count_queries):
    fill(number)
    browser.get("/")
    assert count_queries(lambda: read(browser, BOARD + path)) == queries


@pytest.fixture
def count_queries():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def count(call) -> int:
        with CaptureQueriesContext(
            connection,
        ) as found:
            answer = call()
            if getattr(answer.response, "streaming", False):
                b"".join(answer.response.streaming_content)
        return len([q for q in found if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])

    return count


@pytest.mark.parametrize("number", [1, 3])
def test_the_same_number_of_questions_for_one(number, browser, office, count_queries):
    partner = organisation(owner=office)
    for _each in range(number):
        partner.sectors.add(factories.SectorFactory())
        factories.MomentFactory(partner=partner, next_step="Bellen", by=office, owner=office)
        factories.StatusChangeFactory(partner=partner, by=office)
        factories.ApplicationFactory(partner=partner)
    browser.get("/")
    assert count_queries(lambda: read(browser, contact(partner))) == ONE


ONE = 12


# --- spreadsheets ---------------------------------------------------------------------------------

HEAD = ["Organisation", "What it is", "Kind", "Sectors", "Status", "In this status since", "Days",
        "Contact at the office", "Next step", "Due on", "Overdue", "Who takes the step",
        "Last contact", "KvK number", "Website", "Founding partner"]  # fmt: skip


def as_csv(client, query="") -> list[list[str]]:
    response = client.get(f"{BOARD}bestand/csv/{query}")
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def as_xlsx(client, query="") -> list[list[object]]:
    response = client.get(f"{BOARD}bestand/xlsx/{query}")
    page = load_workbook(io.BytesIO(b"".join(response.streaming_content))).active
    return [[cell.value for cell in row] for row in page.iter_rows()]


@pytest.fixture
def some(office):
    zilt = organisation("Zilt, «algen»", days=40, owner=office, kvk_number="12345678",
                        website="https://zilt.example/", founding=True)  # fmt: skip
    zilt.sectors.add(factories.SectorFactory(name="Voeding"), factories.SectorFactory(name="Zee"))
    factories.MomentFactory(partner=zilt, next_step="Bellen\nmet Bo", owner=office,
                            due="2021-02-20", date="2021-02-01")  # fmt: skip
    organisation("Kas", "prospect", kind="startup", days=3)
    factories.ApplicationFactory(name="Wacht BV", submitted_at=ago(5), kvk_number="87654321")


def test_csv_whole(some, browser):
    response = browser.get(f"{BOARD}bestand/csv/")
    raw = b"".join(response.streaming_content)
    assert (raw[:3], response["Content-Type"], response["Content-Disposition"],
            response["Cache-Control"]) == (
        b"\xef\xbb\xbf", "text/csv; charset=utf-8",
        'attachment; filename="pipeline-2021-03-01.csv"',
        "private, no-store",
    )  # fmt: skip
    assert as_csv(browser) == [
        HEAD,
        ["Wacht BV", "application", "Company", "", "Applied", "2021-02-24", "5", "", "", "", "",
         "", "", "87654321", "", ""],
        ["Zilt, «algen»", "organisation", "Company", "Voeding, Zee", "In talks", "2021-01-20", "40",
         "Olga Office", "Bellen\nmet Bo", "2021-02-20", "yes", "Olga Office", "2021-02-01",
         "12345678", "https://zilt.example/", "yes"],
        ["Kas", "organisation", "Startup", "", "Prospect", "2021-02-26", "3", "", "", "", "", "",
         "", "", "", ""],
    ]  # fmt: skip


def test_xlsx_whole(some, browser):
    response = browser.get(f"{BOARD}bestand/xlsx/")
    assert (response["Content-Type"], response["Content-Disposition"]) == (
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        'attachment; filename="pipeline-2021-03-01.xlsx"',
    )
    day = datetime.datetime
    assert as_xlsx(browser) == [
        HEAD,
        ["Wacht BV", "application", "Company", None, "Applied", day(2021, 2, 24), 5, None, None,
         None, None, None, None, "87654321", None, None],
        ["Zilt, «algen»", "organisation", "Company", "Voeding, Zee", "In talks", day(2021, 1, 20),
         40, "Olga Office", "Bellen\nmet Bo", day(2021, 2, 20), "yes", "Olga Office",
         day(2021, 2, 1), "12345678", "https://zilt.example/", "yes"],
        ["Kas", "organisation", "Startup", None, "Prospect", day(2021, 2, 26), 3, None, None, None,
         None, None, None, None, None, None],
    ]  # fmt: skip


def test_a_spreadsheet_keeps_the_filters(some, browser):
    names = {
        query: [row[0] for row in as_csv(browser, query)[1:]]
        for query in ("?kind=startup", "?late=ja", "?status=applied", "?status=signed")
    }
    assert names == {"?kind=startup": ["Kas"], "?late=ja": ["Zilt, «algen»"],
                     "?status=applied": ["Wacht BV"], "?status=signed": []}  # fmt: skip
    assert read(browser, BOARD + "?late=ja").links["As CSV"] == f"{BOARD}bestand/csv/?late=ja"


def test_a_spreadsheet_speaks_the_language_of_the_page(some, logged_in, office):
    client = logged_in(office)
    client.defaults["HTTP_ACCEPT_LANGUAGE"] = "nl"
    assert "In gesprek" in {row[4] for row in as_csv(client)}


def test_a_formula_in_every_field(browser, office):
    partner = organisation("=1+1", owner=office)
    office.name = "@SUM(A1)"
    office.save()
    partner.sectors.add(factories.SectorFactory(name="+x", name_en="+x"))
    factories.MomentFactory(partner=partner, next_step="=cmd|' /C calc'!A0\x07", owner=office)
    for rows in (as_csv(browser), as_xlsx(browser)):
        row = rows[1]
        assert [row[place] for place in (0, 3, 7, 8, 11)] == [
            "'=1+1", "'+x", "'@SUM(A1)", "'=cmd|' /C calc'!A0", "'@SUM(A1)",
        ]  # fmt: skip


# --- one organisation -----------------------------------------------------------------------------


def test_a_talk_and_its_step(browser, office):
    partner = organisation(owner=office)
    said = {"date": "2021-02-26", "with_whom": "Sem\u202e Okafor", "summary": "Ze willen.\nGraag.",
            "next_step": "Concept sturen", "due": "2021-03-05", "owner": ""}  # fmt: skip
    for _twice in range(2):
        assert browser.post(contact(partner) + "gesprek/", said).status_code == 302
    moment = ContactMoment.objects.get()
    assert (moment.date, moment.with_whom, moment.summary, moment.next_step, moment.due,
            moment.owner, moment.by) == (
        datetime.date(2021, 2, 26), "Sem Okafor", "Ze willen.\nGraag.", "Concept sturen",
        datetime.date(2021, 3, 5), office, office,
    )  # fmt: skip
    page = read(browser, contact(partner))
    assert page.headings[:5] == ["Zilt", "Next steps", "Concept sturen", "Talks", "Sem Okafor"]


@pytest.mark.parametrize(
    ("wrong", "fields"),
    [
        ({"date": "2021-03-02"}, ["date"]),
        ({"date": "gisteren"}, ["date"]),
        ({"summary": ""}, ["summary"]),
        ({"summary": "\u200b \u2060"}, ["summary"]),
        ({"summary": "x" * 5001}, ["summary"]),
        ({"with_whom": "x" * 201}, ["with_whom"]),
        ({"due": "2021-03-09"}, ["next_step"]),
        ({"next_step": "Bellen", "due": "2021-02-01"}, ["due"]),
        ({"next_step": "x" * 201}, ["next_step"]),
        ({"next_step": "Bellen", "owner": "{charlie}"}, ["owner"]),
        ({"owner": "999999"}, ["owner"]),
    ],
)
def test_a_talk_that_is_not_right(wrong, fields, browser, charlie):
    partner = organisation()
    said = {"date": "2021-02-26", "summary": "Hoi"} | {
        name: value.format(charlie=charlie.pk) for name, value in wrong.items()
    }
    page = browser.post(contact(partner) + "gesprek/", said)
    assert (list(page.context["form"].errors), ContactMoment.objects.count()) == (fields, 0)


def test_a_step_is_done_and_undone(browser, office):
    moment = factories.MomentFactory(next_step="Bellen", owner=office)
    address = contact(moment.partner)
    for _twice in range(2):
        page = browser.post(f"{address}stap/{moment.pk}/", {"then": "done"}, follow=True)
    assert "Done Bellen Undo" in Reading(page).text
    moment.refresh_from_db()
    assert (moment.done_by, moment.done_at) == (office, NOW)
    page = browser.post(f"{address}stap/{moment.pk}/", {"then": "reopen"}, follow=True)
    moment.refresh_from_db()
    assert (moment.is_open, "The step is open again: Bellen." in page.content.decode()) == (
        True, True,
    )  # fmt: skip


def test_a_step_of_another_organisation_is_not_there(browser):
    moment = factories.MomentFactory(next_step="Bellen")
    other = organisation("Ander")
    silent = factories.MomentFactory(partner=other)
    answers = [browser.post(f"{contact(other)}stap/{pk}/").status_code
               for pk in (moment.pk, silent.pk, 10**8)]  # fmt: skip
    moment.refresh_from_db()
    assert (answers, moment.is_open) == ([404] * 3, True)


def test_a_step_gets_another_day(browser, office):
    moment = factories.MomentFactory(next_step="Bellen", due="2021-02-20", owner=office)
    colleague = factories.office_worker()
    address = f"{contact(moment.partner)}stap/{moment.pk}/later/"
    past = browser.post(address, {"due": "2021-02-28", "owner": office.pk})
    browser.post(address, {"due": "2021-03-08", "owner": colleague.pk})
    moment.refresh_from_db()
    assert (list(past.context["form"].errors), moment.due, moment.owner) == (
        ["due"], datetime.date(2021, 3, 8), colleague,
    )  # fmt: skip
    browser.post(f"{contact(moment.partner)}stap/{moment.pk}/", {"then": "done"})
    page = browser.post(address, {"due": "2021-03-09", "owner": office.pk}, follow=True)
    assert "This step was taken already." in page.content.decode()


def test_the_office_takes_it_on(browser, office, charlie):
    partner = organisation()
    owners = []
    for owner in (office.pk, charlie.pk, "x", ""):
        browser.post(contact(partner) + "eigenaar/", {"owner": owner})
        partner.refresh_from_db()
        owners.append(partner.owner)
    assert owners == [office, office, office, None]


def pdf(content=factories.PDF, name="brief.pdf") -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


MOVES = {
    "nothing needed": ("prospect", "in_talks", {}, None),
    "a letter": ("in_talks", "letter_of_intent", {"document": pdf}, None),
    "no letter": ("in_talks", "letter_of_intent", {}, ["document"]),
    "a letter that is none": (
        "in_talks", "letter_of_intent", {"document": lambda: pdf(b"<html>")}, ["document"],
    ),
    "a letter that is a program": (
        "in_talks", "letter_of_intent", {"document": lambda: pdf(name="brief.exe")}, ["document"],
    ),
    "a reason": ("in_talks", "declined", {"reason": "Te duur."}, None),
    "no reason": ("in_talks", "declined", {"reason": " \u200b "}, ["reason"]),
    "an end": ("signed", "ended", {"reason": "Gestopt."}, None),
    "a reason too long": ("signed", "ended", {"reason": "x" * 2001}, ["reason"]),
}  # fmt: skip


@pytest.mark.parametrize("name", MOVES)
def test_a_move_asks_what_it_needs(name, browser, media):
    before, after, given, errors = MOVES[name]
    partner = organisation(status=before)
    address = f"{contact(partner)}naar/{after}/"
    assert browser.get(address).status_code == 200
    data = {field: value() if callable(value) else value for field, value in given.items()}
    answer = browser.post(address, {"seen": before} | data)
    partner.refresh_from_db()
    if errors is None:
        assert (answer.status_code, partner.status) == (302, after)
        change = StatusChange.objects.get()
        assert (change.reason, bool(change.document)) == (
            given.get("reason", ""), "document" in given,
        )  # fmt: skip
    else:
        assert (list(answer.context["form"].errors), partner.status) == (errors, before)
        assert not StatusChange.objects.exists()


@pytest.mark.parametrize("to", ["signed", "ended", "in_talks"])
def test_a_way_that_is_not_there(to, browser):
    partner = organisation(status="in_talks" if to != "in_talks" else "signed")
    before = partner.status
    address = f"{contact(partner)}naar/{to}/"
    pages = [
        browser.get(address, follow=True),
        browser.post(address, {"seen": before, "reason": "Daarom."}, follow=True),
    ]
    partner.refresh_from_db()
    said = ["cannot go there" in page.content.decode() or "Only a signed" in page.content.decode()
            for page in pages]  # fmt: skip
    assert (said, partner.status) == ([True, True], before)
    assert browser.get(f"{contact(partner)}naar/weg/").status_code == 404


def test_the_second_mover_is_told(browser, office):
    """The colleague had both screens open before the first move."""
    partner = organisation(status="in_talks")
    colleague = factories.office_worker()
    from partners.actions.pipeline import move_partner

    move_partner(partner, to="declined", by=colleague, reason="Te duur.", seen="in_talks")
    texts = []
    for to in ("prospect", "declined"):
        page = browser.post(
            f"{contact(partner)}naar/{to}/", {"seen": "in_talks", "reason": "Mijn reden."},
            follow=True,
        )  # fmt: skip
        texts.append("Somebody else has moved this organisation" in page.content.decode())
    partner.refresh_from_db()
    assert (texts, partner.status, StatusChange.objects.count()) == ([True, True], "declined", 1)


def test_pressing_twice_is_one_move(browser):
    partner = organisation(status="in_talks")
    for _twice in range(2):
        page = browser.post(
            f"{contact(partner)}naar/declined/", {"seen": "in_talks", "reason": "Nee."},
            follow=True,
        )  # fmt: skip
        assert "Zilt: Declined." in page.content.decode()
    assert StatusChange.objects.count() == 1


def test_two_movers_at_once(at_once):
    from partners.actions.pipeline import move_partner

    one, other = factories.office_worker(), factories.office_worker()
    partner = factories.PartnerFactory(status="in_talks")

    def move(by):
        return lambda: (
            move_partner(partner, to="declined", by=by, reason="Nee.", seen="in_talks").status
        )

    assert sorted(at_once(move(one), move(other))) == ["MovedMeanwhile", "declined"]
    assert StatusChange.objects.count() == 1


def test_the_timeline_says_who_when_why_and_shows_the_letter(browser, office, steering, logged_in):
    partner = organisation()
    letter = factories.StatusChangeFactory(
        partner=partner, after="letter_of_intent", document=pdf(), by=office, at=ago(3)
    )
    factories.StatusChangeFactory(partner=partner, after="declined", reason="<b>Te</b> duur.",
                                  by=office, at=ago(1))  # fmt: skip
    for client in (browser, logged_in(steering)):
        page = read(client, contact(partner))
        assert page.text.split("How it came here ")[1] == (
            "28 February 2021 · Olga Office Declined <b>Te</b> duur. "
            "26 February 2021 · Olga Office Letter of intent Letter of intent (PDF)"
        )
        assert page.links["Letter of intent (PDF)"] == f"{BOARD}brief/{letter.pk}/"


# --- a new organisation ---------------------------------------------------------------------------

NEW = BOARD + "organisatie/nieuw/"


def wanted(**changes) -> dict[str, object]:
    return {"name": "Nieuw Lab", "kind": "company", "kvk_number": "", "website": "", "owner": "",
            "reason": ""} | changes  # fmt: skip


def test_a_new_prospect(browser, office):
    sector = factories.SectorFactory()
    answer = browser.post(NEW, wanted(
        kvk_number="12345678", website="lab.example", sectors=[sector.pk], owner=office.pk,
        reason="Tip van Bo.",
    ))  # fmt: skip
    partner = Partner.objects.get(name="Nieuw Lab")
    change = partner.status_changes.get()
    assert (answer.url, partner.status, partner.website, partner.owner, list(partner.sectors.all()),
            change.before, change.after, change.by, change.reason) == (
        contact(partner), "prospect", "https://lab.example", office, [sector],
        "", "prospect", office, "Tip van Bo.",
    )  # fmt: skip


def test_one_that_looks_like_another_is_asked_about(browser):
    known = organisation("Nieuw Lab B.V.", "declined")
    waits = factories.ApplicationFactory(name="Nieuw Laboratorium")
    page = Reading(browser.post(NEW, wanted()))
    assert (page.links["Nieuw Lab B.V."], page.links["Nieuw Laboratorium"]) == (
        contact(known), reverse("partners:review", args=[waits.key]),
    )  # fmt: skip
    assert not Partner.objects.filter(name="Nieuw Lab").exists()
    browser.post(NEW, wanted(then="sure"))
    browser.post(NEW, wanted())  # pressed twice: now it looks like itself
    assert Partner.objects.filter(name="Nieuw Lab").count() == 1


def test_the_same_kvk_number_is_the_same_organisation(browser):
    organisation("Ander", kvk_number="12345678")
    page = browser.post(NEW, wanted(kvk_number="12345678", then="sure"))
    assert (page.context["form"].errors["kvk_number"], Partner.objects.count()) == (
        ["Ander has this number."], 1,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("wrong", "field"),
    [({"name": ""}, "name"), ({"name": "\u200b"}, "name"), ({"name": "!?"}, "name"),
     ({"name": "x" * 121}, "name"), ({"kind": "bank"}, "kind"),
     ({"kvk_number": "123"}, "kvk_number"), ({"kvk_number": "1234567a"}, "kvk_number"),
     ({"website": "javascript:alert(1)"}, "website"), ({"website": "x y"}, "website"),
     ({"sectors": ["x"]}, "sectors"), ({"sectors": ["99999"]}, "sectors"),
     ({"owner": "99999"}, "owner"), ({"reason": "x" * 2001}, "reason")],
)  # fmt: skip
def test_a_prospect_that_is_not_right(wrong, field, browser):
    page = browser.post(NEW, wanted(then="sure", **wrong))
    assert (list(page.context["form"].errors), Partner.objects.count()) == ([field], 0)


# --- desks ----------------------------------------------------------------------------------------


def test_desks(persons, office, logged_in):
    zilt = Partner.objects.get(slug="zilt")
    for step, due in (("Laat", "2021-02-20"), ("Straks", "2021-03-08"), ("Ooit", "2021-04-08")):
        factories.MomentFactory(partner=zilt, next_step=step, due=due, owner=office)
    factories.MomentFactory(partner=zilt, next_step="Van een ander", due="2021-02-20")
    factories.ApplicationFactory()
    seen = {}
    for name, person in persons.items():
        if person is None:
            continue
        page = read(logged_in(person), "/mijn/")
        steps = "Next steps with organisations"
        counts = "Partners on the way"
        seen[name] = (
            page.under(steps) if steps in page.headings else None,
            counts in page.headings,
        )
    assert seen == {
        "charlie": (None, False),
        "company": (None, False),
        "member": (None, False),
        "steering": (None, True),
        "office": (["Laat", "Straks"], True),
    }
    text = read(logged_in(persons["steering"]), "/mijn/").text
    assert ("Prospect 0 Prospect Applied 1 Applied In talks 1 In talks" in text,
            "1 next step is overdue" in text) == (True, True)  # fmt: skip


def test_the_desk_links_to_all_that_are_late(browser):
    factories.MomentFactory(next_step="Bellen", due="2021-02-20", partner=organisation())
    assert read(browser, "/mijn/").links["1 next step is overdue"] == BOARD + "?late=ja"
