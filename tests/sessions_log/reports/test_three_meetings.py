"""The report of two dates and three meetings: ours, and the real one where it is at hand."""

import json
from pathlib import Path

import pytest

from sessions_log.reports import KnownBody, Vocabulary, read_report
from tests.sessions_log.reports.conftest import DEMO_REPORT, ROOT
from tests.sessions_log.reports.text import lost

REAL_REPORT = ROOT.parent / "shared" / "input" / "verslag-werksessies.txt"


@pytest.fixture
def report(vocabulary):
    return read_report(DEMO_REPORT.read_bytes(), DEMO_REPORT.name, vocabulary)


def test_the_meetings(report):
    assert [(m.title, m.kind, str(m.date), m.body, m.programme_lines) for m in report.meetings] == [
        (
            "Werksessie Vraaggericht excellent onderwijs",
            "work_session",
            "2023-11-09",
            None,
            ["Vraaggericht excellent onderwijs"],
        ),
        ("Stuurgroep", "steering_group", "2023-12-14", "Stuurgroep", []),
        ("Werksessie practoraat", "work_session", "2023-12-14", None, ["Practoraat"]),
    ]


def test_the_list_of_examples_keeps_its_lead_and_its_place(report):
    item = report.meetings[0].items[0]
    assert [(one.lead, one.kind, len(one.entries)) for one in item.lists] == [
        ("De sfeer was goed en de lijst met plannen lang. Genoemd werden onder meer:", "list", 7)
    ]
    html = item.whole_html()
    assert html.index("Genoemd werden") < html.index("<ul>") < html.index("Wie iets komt halen")


def test_the_founding_organisations_and_the_shared_seat(report):
    assert report.meetings[1].organisations == [
        "stichting Biocampus Lindehaven",
        "Wiekslag Biologics",
        "Helixlijn/Ondernemersvereniging Biocampus",
        "Gemeente Lindehaven",
        "Hogeschool Duinrand",
        "mboHavenland",
    ]
    assert [(n.quotes, n.meeting) for n in report.notices if n.code == "shared_seat"] == [
        (("Helixlijn/Ondernemersvereniging Biocampus",), 1)
    ]


def test_the_speakers_and_the_attention_points(report):
    meeting = report.meetings[2]
    assert [(p.name, p.function, p.organisation, p.part) for p in meeting.people] == [
        ("Noëlle Verbruggen", "coördinator", "Stichting Onderzoekend Vak", "speaker"),
        ("Ibrahim Ouali", "practor", "Slimme Kas", "speaker"),
        (
            "Tessel Romijn",
            "programmamanager Duinlab (het fieldlab)",
            "Hogeschool Duinrand",
            "speaker",
        ),
    ]
    assert [(one.kind, len(one.entries)) for one in meeting.items[0].lists] == [
        ("attention_points", 5)
    ]
    assert meeting.items[0].parts[-1].startswith("De laatste sessie, over leren naast het werk")


def test_what_it_asks_and_what_it_notes(report):
    assert [(n.level, n.code, n.meeting) for n in report.notices] == [
        ("note", "year_from", 0),
        ("note", "year_from", 1),
        ("note", "date_from", 1),
        ("ask", "shared_seat", 1),
        ("note", "year_from", 2),
        ("note", "date_from", 2),
        ("ask", "check_organisation", 2),
        ("note", "document_title", None),
        ("ask", "introduction", None),
        ("note", "document_title", None),
        ("ask", "introduction", None),
        ("note", "residue", None),
    ]
    assert report.lang == "nl"


def test_the_shape_is_the_contracts(report):
    contract = report.as_contract()
    assert list(contract) == ["sessions", "warnings"]
    for session in contract["sessions"]:
        assert list(session) == [
            "title", "kind", "date", "body", "programme_lines", "summary", "items",
            "organisations", "people",
        ]  # fmt: skip
        for item in session["items"]:
            assert list(item) == ["heading", "text", "lists"]
            assert all(list(one) == ["lead", "kind", "entries"] for one in item["lists"])
        assert all(list(person) == ["name", "role", "organisation"] for person in session["people"])
    assert json.loads(json.dumps(contract)) == contract


def test_no_paragraph_is_lost(report):
    paragraphs = [
        line.replace(" • ", "").strip()
        for line in DEMO_REPORT.read_text(encoding="utf-8").splitlines()
        if line.strip()
    ]
    assert lost(report, paragraphs) == []


def test_it_works_the_same_with_an_empty_portal():
    """Nothing of this depends on names that are known."""
    report = read_report(DEMO_REPORT.read_bytes(), DEMO_REPORT.name, Vocabulary())
    assert [(m.kind, str(m.date), m.body, m.programme_lines) for m in report.meetings] == [
        ("work_session", "2023-11-09", None, []),
        ("steering_group", "2023-12-14", "Stuurgroep", []),
        ("work_session", "2023-12-14", None, []),
    ]
    assert len(report.meetings[1].organisations) == 6
    assert [n.meeting for n in report.notices if n.code == "unknown_line"] == [0, 2]
    assert [n.quotes for n in report.notices if n.code == "unknown_body"] == [("Stuurgroep",)]


def read_the_real_report() -> None:
    """The file that the portal was made to take in; kept outside the repository."""
    vocabulary = Vocabulary(
        lines=("Vraaggericht excellent onderwijs", "Practoraat", "Leven Lang Ontwikkelen"),
        bodies=(KnownBody("Stuurgroep", "steering_group"),),
    )
    text = REAL_REPORT.read_text(encoding="utf-8")
    report = read_report(text.encode(), REAL_REPORT.name, vocabulary)
    contract = report.as_contract()
    assert [
        (s["kind"], s["date"], s["body"], s["programme_lines"]) for s in contract["sessions"]
    ] == [
        ("work_session", "2021-02-18", None, ["Vraaggericht excellent onderwijs"]),
        ("steering_group", "2021-04-01", "Stuurgroep", []),
        ("work_session", "2021-04-01", None, ["Practoraat"]),
    ]
    first, steering, last = report.meetings
    assert [(one.kind, len(one.entries)) for one in first.items[0].lists] == [("list", 7)]
    assert len(steering.organisations) == 6
    assert sum("/" in name for name in steering.organisations) == 1
    assert [(p.name, p.function, p.organisation) for p in last.people] == [
        ("Jorick Scheerens", "coördinator", "Stichting Practoraten"),
        ("Désirée Bierlaagh", "practor", "Welzijn en Zorg 2030"),
        (
            "Walter Zuijderduin",
            "programmamanager Leiden Centre for Applied Bioscience (LCAB)",
            "Hogeschool Leiden",
        ),
    ]
    assert [(one.kind, len(one.entries)) for one in last.items[0].lists] == [
        ("attention_points", 5)
    ]
    assert last.items[0].parts[-1].startswith("De laatste sessie")
    paragraphs = [line.replace("•", "").strip() for line in text.splitlines() if line.strip()]
    assert lost(report, paragraphs) == []


if Path(REAL_REPORT).exists():  # an extra: the folder beside the repository is not everywhere

    def test_the_real_report_beside_the_repository():
        read_the_real_report()
