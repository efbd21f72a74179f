"""Reports in the shapes that offices write them in, each as a sceptic would try it."""

import datetime

import pytest

from sessions_log.reports.dates import find_dates, find_times, without_dates

LETTER = """Stichting Centrum Voorbeeld
Postbus 123
2300 AC Lindehaven
Telefoon: 071-1234567

Lindehaven, 20 april 2021

Aan: de leden van de stuurgroep
Betreft: Verslag stuurgroep 12 april 2021
Ons kenmerk: SG/2021/04

Geachte leden,

Hierbij ontvangt u het verslag van de stuurgroepvergadering.

VERSLAG STUURGROEP

Datum: maandag 12 april 2021
Tijd: 15.00–17.00 uur
Locatie: Microsoft Teams
Aanwezig: Anna de Vries (voorzitter, Gemeente Lindehaven), Piet Jansen (mbo Havenland), \
Fatima el Amrani (Hogeschool Duinrand) en Kees Bakker (notulist)
Afwezig met kennisgeving: Jan-Willem van der Meer (Wiekslag Biologics)

1. Opening
De voorzitter opent de vergadering om 15.00 uur.

2. Verslag vorige vergadering 8 maart 2021
Besluit: Het verslag van 8 maart 2021 is vastgesteld.

3. Voortgang aanvraag
De penvoerder licht de stand toe.
- De begroting is rond;
- De cofinanciering nog niet.
Actie: Piet Jansen vraagt de verklaringen op vóór 1 mei 2021.
Actie: Anna belt de provincie (uiterlijk 3 mei 2021).

3.1 Begroting
Er is een tekort van € 12.500.

Aldus vastgesteld te Lindehaven op 10 mei 2021,

Anna de Vries
Pagina 1 van 1
"""


def test_a_letter_with_numbered_items(read):
    report = read(LETTER)
    (meeting,) = report.meetings
    assert (
        meeting.title,
        meeting.kind,
        meeting.date,
        meeting.start,
        meeting.end,
        meeting.place,
    ) == (
        "Stuurgroep",
        "steering_group",
        datetime.date(2021, 4, 12),
        datetime.time(15),
        datetime.time(17),
        "Microsoft Teams",
    )
    assert [(p.name, p.organisation, p.part, p.attended) for p in meeting.people] == [
        ("Anna de Vries", "Gemeente Lindehaven", "chair", True),
        ("Piet Jansen", "mboHavenland", "participant", True),
        ("Fatima el Amrani", "Hogeschool Duinrand", "participant", True),
        ("Kees Bakker", "", "secretary", True),
        ("Jan-Willem van der Meer", "Wiekslag Biologics", "participant", False),
    ]
    assert [item.heading for item in meeting.items] == [
        "Opening",
        "Verslag vorige vergadering 8 maart 2021",
        "Voortgang aanvraag",
        "Begroting",
    ]
    assert [
        (one.kind, one.lead, [(e.text, e.owner, str(e.due or "")) for e in one.entries])
        for one in meeting.items[2].lists
    ] == [
        ("list", "", [("De begroting is rond;", "", ""), ("De cofinanciering nog niet.", "", "")]),
        (
            "actions",
            "Actie:",
            [
                (
                    "Piet Jansen vraagt de verklaringen op vóór 1 mei 2021.",
                    "Piet Jansen",
                    "2021-05-01",
                ),
                ("Anna belt de provincie (uiterlijk 3 mei 2021).", "Anna", "2021-05-03"),
            ],
        ),
    ]
    assert [n.quotes for n in report.notices if n.code == "other_date"] == [
        ("Lindehaven, 20 april 2021",)
    ]


def test_the_absent_are_not_printed_as_taking_part(read):
    people = read(LETTER).as_contract()["sessions"][0]["people"]
    assert [person["name"] for person in people] == [
        "Anna de Vries",
        "Piet Jansen",
        "Fatima el Amrani",
        "Kees Bakker",
    ]


def test_english_minutes(read, codes):
    report = read(
        "Minutes of the Steering Group meeting\nApril 1st, 2021, 3 pm - 5 pm\nLocation: Zoom\n\n"
        "Present:\n- Alice Brown (Chair), University of Examples\n"
        "- Bob Stone, project manager, BioWorks Ltd\nApologies: David Green (LabStart)\n\n"
        "1. Opening\nThe chair opens the meeting.\n\n2. Plan\nThe group discusses the plan.\n"
        "Decision: The group adopts the plan.\n"
        "Action: Bob Stone sends the draft to all partners by 15 April 2021.\n\n"
        "Points of attention\n• Involve startups early\n\nNext meeting: May 6th, 2021\n"
    )
    (meeting,) = report.meetings
    assert (report.lang, meeting.kind, str(meeting.date), meeting.start, meeting.end) == (
        "en",
        "steering_group",
        "2021-04-01",
        datetime.time(15),
        datetime.time(17),
    )
    assert [(p.name, p.function, p.organisation, p.part, p.attended) for p in meeting.people] == [
        ("Alice Brown", "Chair", "University of Examples", "chair", True),
        ("Bob Stone", "project manager", "BioWorks Ltd", "participant", True),
        ("David Green", "", "LabStart", "participant", False),
    ]
    assert [(one.kind, len(one.entries)) for item in meeting.items for one in item.lists] == [
        ("decisions", 1),
        ("actions", 1),
        ("attention_points", 1),
    ]
    assert codes(report) == []


def test_columns_of_spaces_and_names_below_each_other(read):
    report = read(
        "NOTULEN STUURGROEPVERGADERING\nWoensdag 3 november 2021, 15.00 - 17.00 uur, kamer 2.14\n\n"
        "Aanwezig\n  Voorzitter:   mw. A. (Anja) de Graaf      gemeente Lindehaven\n"
        "  Leden:        dhr. B. Klaassen             Wiekslag Biologics\n"
        "                mw. C. Özdemir               mboHavenland\n"
        "  Notulist:     dhr. D. Bos\n\nAfwezig (m.k.)\n"
        "  dhr. E. van 't Hof                         Hogeschool Duinrand\n\n"
        "1   Opening\n    De voorzitter opent. De agenda wordt vastgesteld.\n\n"
        "2   Mededelingen\n    - De heer Van 't Hof is ziek.\n    - De website is vernieuwd.\n"
    )
    (meeting,) = report.meetings
    assert str(meeting.date) == "2021-11-03"
    assert [(p.name, p.organisation, p.part, p.attended) for p in meeting.people] == [
        ("A. Anja de Graaf", "Gemeente Lindehaven", "chair", True),
        ("B. Klaassen", "Wiekslag Biologics", "participant", True),
        ("C. Özdemir", "mboHavenland", "participant", True),
        ("D. Bos", "", "secretary", True),
        ("E. van 't Hof", "Hogeschool Duinrand", "participant", False),
    ]
    assert [item.heading for item in meeting.items] == ["Opening", "Mededelingen"]


def test_several_meetings_on_one_date(read, codes):
    report = read(
        "Verslagen 1 april 2021\n\nStuurgroep\nDe stuurgroep besprak de begroting.\n\n"
        "Werksessie Practoraat\nTwintig mensen spraken over onderzoek.\n\n"
        "Kleine kring Leven Lang Ontwikkelen\nVijf mensen schreven een hoofdstuk.\n"
    )
    assert [(m.title, m.kind, str(m.date), m.programme_lines) for m in report.meetings] == [
        ("Stuurgroep", "steering_group", "2021-04-01", []),
        ("Werksessie Practoraat", "work_session", "2021-04-01", ["Practoraat"]),
        (
            "Kleine kring Leven Lang Ontwikkelen",
            "small_circle",
            "2021-04-01",
            ["Leven Lang Ontwikkelen"],
        ),
    ]
    assert codes(report) == []


@pytest.mark.parametrize(
    ("text", "date", "asked"),
    [
        ("Stuurgroep 12 april 2021\n\nTekst.", "2021-04-12", []),
        ("Stuurgroep 12 april\n\nTekst.", None, ["no_year"]),
        ("Verslag stuurgroep\n\nTekst.", None, ["no_date"]),
        ("Stuurgroep 30 februari 2021\n\nTekst.", None, ["impossible_date"]),
        ("Stuurgroep dinsdag 12 april 2021\n\nTekst.", "2021-04-12", ["wrong_weekday"]),
        ("Stuurgroep 12 en 13 april 2021\n\nTekst.", "2021-04-12", ["more_days"]),
        ("Steering group minutes 04/05/2021\n\nWe met in the hall.", None, ["ambiguous_date"]),
        ("Verslag stuurgroep 04/05/2021\n\nWij waren in de zaal.", "2021-05-04", []),
        ("Verslag stuurgroep\nDatum: 2021-04-12\n\nTekst.", "2021-04-12", []),
        (
            "Verslagen 2021\n\nStuurgroep 12 april\nTekst.\n\nWerksessie 3 mei\nTekst.",
            "2021-04-12",
            [],
        ),
        ("Op 12 april 2021 kwam de stuurgroep bijeen.", "2021-04-12", []),
        ("Verslag stuurgroep\n\nDe volgende vergadering is op 3 mei 2021.", None, ["no_date"]),
        ("Verslag stuurgroep\n\nGetekend te Lindehaven, 3 mei 2021", None, ["no_date"]),
        ("Verslag stuurgroep\nDatum verzending: 3 mei 2021\n\nTekst.", None, ["no_date"]),
        ("Verslag stuurgroep\nDatum ondertekening: 3 mei 2021\n\nTekst.", None, ["no_date"]),
        ("Verslag stuurgroep\n\nOp 3 mei 2021 werd de subsidie aangevraagd.", None, ["no_date"]),
        (
            "Verslag stuurgroep 12 april 2021\nDatum: 13 april 2021\n\nTekst.",
            "2021-04-12",
            ["date_conflict"],
        ),
    ],
)
def test_the_date_of_a_meeting(read, codes, text, date, asked):
    report = read(text)
    first = report.meetings[0]
    assert str(first.date) == str(date)
    assert [code for code in codes(report, 0) if "date" in code or code in DATE_CODES] == asked


DATE_CODES = {"no_year", "more_days", "wrong_weekday"}


@pytest.mark.parametrize(
    ("text", "dates"),
    [
        ("donderdag 18 februari 2021", ["2021-02-18"]),
        ("18 febr. '21", ["2021-02-18"]),
        ("18-02-2021", ["2021-02-18"]),
        ("18/2/21", ["2021-02-18"]),
        ("18.02.2021", ["2021-02-18"]),
        ("2021-02-18", ["2021-02-18"]),
        ("April 1st, 2021", ["2021-04-01"]),
        ("1st of April 2021", ["2021-04-01"]),
        ("Thursday 1 April, 2021", ["2021-04-01"]),
        ("18 februari en 1 april 2021", ["2021-02-18", "2021-04-01"]),
        ("31 februari 2021", [None]),
        ("1 april", [None]),
        ("niveau 3 tot en met 6, 15.00 uur, 12.500 euro, versie 1.2.3, 06-12345678", []),
        ("You may 3 times", []),
    ],
)
def test_finding_dates(text, dates):
    assert [found.date and str(found.date) for found in find_dates(text)] == dates


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("15.00–17.00 uur", ("15:00:00", "17:00:00")),
        ("van 14:00 tot 15:30 uur", ("14:00:00", "15:30:00")),
        ("3 pm", ("15:00:00", "None")),
        ("3-5 pm", ("15:00:00", "17:00:00")),
        ("om 15 uur", ("15:00:00", "None")),
        ("18-02-2021 10:00 - 11:30", ("10:00:00", "11:30:00")),
        ("18 februari 2021", ("None", "None")),
        ("niveau 2-4", ("None", "None")),
    ],
)
def test_finding_times(text, times):
    start, end = find_times(text)
    assert (str(start), str(end)) == times


@pytest.mark.parametrize(
    ("heading", "left"),
    [
        ("werksessie 18 februari", "werksessie"),
        ("stuurgroep d.d. 12 april 2021", "stuurgroep"),
        ("Practoraat – donderdag 17 juni 2021, 14.00–16.00 uur", "Practoraat"),
        ("Overleg (12-4-2021)", "Overleg"),
        (
            "werksessie Leven Lang Ontwikkelen van 24 februari jl.",
            "werksessie Leven Lang Ontwikkelen",
        ),
        ("18 en 19 februari 2021", ""),
    ],
)
def test_a_title_without_its_date(heading, left):
    assert without_dates(heading) == left


@pytest.mark.parametrize(
    ("line", "people"),
    [
        (
            "Anna de Vries, Piet Smit en Mo",
            [("Anna de Vries", "", ""), ("Piet Smit", "", ""), ("Mo", "", "")],
        ),
        ("Anna de Vries (docent, mbo Havenland)", [("Anna de Vries", "docent", "mboHavenland")]),
        (
            "Anna de Vries, docent, mboHavenland; Piet Smit",
            [("Anna de Vries", "docent", "mboHavenland"), ("Piet Smit", "", "")],
        ),
        (
            "Anna de Vries van de Gemeente Lindehaven",
            [("Anna de Vries", "", "Gemeente Lindehaven")],
        ),
        (
            "mboHavenland: Anna de Vries, Piet Smit",
            [("Anna de Vries", "", "mboHavenland"), ("Piet Smit", "", "mboHavenland")],
        ),
        ("mw. dr. J. van 't Hof-Klaassen (lector)", [("dr. J. van 't Hof-Klaassen", "lector", "")]),
        (
            "Désirée Küçük – practor – Hogeschool Duinrand",
            [("Désirée Küçük", "practor", "Hogeschool Duinrand")],
        ),
        ("Marie-Claire d'Hondt (Stichting Iets)", [("Marie-Claire d'Hondt", "", "Stichting Iets")]),
    ],
)
def test_an_attendance_line(read, line, people):
    (meeting,) = read(f"Stuurgroep 12 april 2021\nAanwezig: {line}\n\nTekst.").meetings
    assert [(p.name, p.function, p.organisation) for p in meeting.people] == people


def test_an_attendance_line_without_names_is_asked_about(read, codes):
    report = read("Stuurgroep 12 april 2021\nAanwezig: ruim twintig mensen\n\nTekst.")
    assert report.meetings[0].people == []
    assert codes(report) == ["unclear_person"]


@pytest.mark.parametrize(
    ("sentence", "speakers"),
    [
        (
            "Sprekers waren Anna de Vries en Piet Smit.",
            [("Anna de Vries", "", ""), ("Piet Smit", "", "")],
        ),
        (
            "Gastspreker was Kim de Roo, directeur van Celtuin.",
            [("Kim de Roo", "directeur", "Celtuin")],
        ),
        (
            "Er was een presentatie door Bram Otten (onderzoeker, Hogeschool Duinrand).",
            [("Bram Otten", "onderzoeker", "Hogeschool Duinrand")],
        ),
        (
            "Our speakers were Ann Lee (researcher, BioLab Inc.) and Bo Ray (CEO, Acme Ltd).",
            [("Ann Lee", "researcher", "BioLab Inc."), ("Bo Ray", "CEO", "Acme Ltd")],
        ),
        ("Het Centrum voor Nieuwe Techniek (CNT) gaf een presentatie.", []),
        ("Anna de Vries (docent) was aanwezig.", []),
    ],
)
def test_speakers_in_running_text(read, sentence, speakers):
    (meeting,) = read(f"Werksessie 12 april 2021\n\n{sentence}").meetings
    assert [(p.name, p.function, p.organisation) for p in meeting.people] == speakers
    assert {p.part for p in meeting.people} <= {"speaker"}


def test_a_number_of_speakers_that_does_not_fit_is_asked_about(read, codes):
    report = read("Werksessie 12 april 2021\n\nDrie sprekers kwamen: Anna de Vries (docent).")
    assert codes(report) == ["speaker_count"]


@pytest.mark.parametrize("mark", ["•", "-", "*", "–", "o\t", "a)", "1.", "1)", "(a)"])
def test_every_kind_of_bullet_makes_a_list(read, mark):
    text = f"Werksessie 12 april 2021\n\nGenoemd werden:\n\n{mark} eerst dit;\n{mark} dan dat.\n"
    (item,) = read(text).meetings[0].items
    assert [(one.lead, [e.text for e in one.entries]) for one in item.lists] == [
        ("Genoemd werden:", ["eerst dit;", "dan dat."])
    ] or mark in {"1.", "1)"}
    assert [e.text for one in item.lists for e in one.entries] == ["eerst dit;", "dan dat."]


def test_wrapped_lines_become_whole_paragraphs(read):
    (item,) = (
        read(
            "Werksessie 12 april 2021\r\n\r\n"
            "De werksessie werd bezocht door ruim honderd mensen uit het onderwijs en\r\n"
            "het bedrijfsleven. In de ochtend stonden lezingen op het programma, in de\r\n"
            "middag gingen de deelnemers in groepen uiteen.\r\n\r\n"
            "- Bedrijven willen eerder betrokken worden bij het ontwerpen van nieuwe\r\n"
            "  modules en opdrachten;\r\n"
            "- De gemeente zoekt ruimte.\r\n"
        )
        .meetings[0]
        .items
    )
    assert item.parts[0] == (
        "De werksessie werd bezocht door ruim honderd mensen uit het onderwijs en het "
        "bedrijfsleven. In de ochtend stonden lezingen op het programma, in de middag gingen de "
        "deelnemers in groepen uiteen."
    )
    assert [entry.text for entry in item.lists[0].entries] == [
        "Bedrijven willen eerder betrokken worden bij het ontwerpen van nieuwe modules en "
        "opdrachten;",
        "De gemeente zoekt ruimte.",
    ]


def test_a_page_number_does_not_break_a_sentence(read):
    report = read(
        "Werksessie 12 april 2021\n\nDe deelnemers spraken lang over de vraag hoe scholen en\n\n"
        "Pagina 1 van 2\n\nbedrijven elkaar kunnen vinden.\n\nPagina 2 van 2\n"
    )
    assert report.meetings[0].items[0].parts == [
        "De deelnemers spraken lang over de vraag hoe scholen en bedrijven elkaar kunnen vinden."
    ]
    assert [(n.code, n.quotes) for n in report.notices] == [
        ("page_furniture", ("Pagina 1 van 2", "Pagina 2 van 2"))
    ]


def test_an_agenda_in_front_and_agenda_words(read):
    report = read(
        "Notulen stuurgroep 9 juni 2021\n\nAgendapunt 1: Opening\nDe voorzitter opent.\n\n"
        "Agendapunt 2: Begroting\nDe begroting is rond.\nBESLUIT: akkoord.\n"
    )
    assert [item.heading for item in report.meetings[0].items] == ["Opening", "Begroting"]
    assert [n.quotes for n in report.notices if n.code == "numbers"] == [
        ("Agendapunt 1:", "Agendapunt 2:")
    ]


def test_a_text_about_no_meeting_at_all_is_kept_and_questioned(read, codes):
    report = read("Recept voor appeltaart\n\nSchil de appels. Meng bloem en boter.\n")
    (meeting,) = report.meetings
    assert (meeting.title, meeting.date) == ("Recept voor appeltaart", None)
    assert codes(report) == ["no_meeting", "no_date", "no_kind"]


def test_people_between_semicolons_and_numbers_before_outcomes(read):
    report = read(
        "Notulen 5e vergadering stuurgroep CIV Bio Sciences Lindehaven\n"
        "26-05-2021 | 10:00-12:00 | online via Teams\n\n"
        "PRESENTIE\nNaam; Organisatie; Aanwezig\nA. de Vries; Gemeente Lindehaven; ja\n"
        "B. Smit; Wiekslag Biologics; nee\n\nAGENDA\n1. Opening\n2. Sluiting\n\nVERSLAG\n"
        "1. Opening: de voorzitter opent.\n2. Sluiting: om 12:00 uur.\n"
        "   Besluit 2021-07: de overeenkomst gaat in op 1 juni 2021.\n"
        "   Actie 2021-12 (B. Smit): persbericht, 2 juni 2021\n"
    )
    (meeting,) = report.meetings
    assert (str(meeting.date), meeting.start, meeting.end) == (
        "2021-05-26",
        datetime.time(10),
        datetime.time(12),
    )
    assert [(p.name, p.organisation, p.attended) for p in meeting.people] == [
        ("A. de Vries", "Gemeente Lindehaven", True),
        ("B. Smit", "Wiekslag Biologics", False),
    ]
    assert [
        (one.lead, one.kind, [(e.text, e.owner, str(e.due or "")) for e in one.entries])
        for one in meeting.items[-1].lists
    ] == [
        (
            "Besluit 2021-07:",
            "decisions",
            [("de overeenkomst gaat in op 1 juni 2021.", "", "")],
        ),
        (
            "Actie 2021-12 (B. Smit):",
            "actions",
            [("persbericht, 2 juni 2021", "B. Smit", "2021-06-02")],
        ),
    ]


def test_headings_inside_a_meeting_are_no_meetings(read):
    report = read(
        "Verslag werksessie 1 april 2021\n\nStuurgroep\nDe rol van de stuurgroep kwam aan bod.\n\n"
        "Practoraat\nEr werd gesproken over de practor.\n\nRondvraag\nGeen vragen.\n"
    )
    (meeting,) = report.meetings
    assert (meeting.kind, str(meeting.date)) == ("work_session", "2021-04-01")
    assert [item.heading for item in meeting.items] == ["Stuurgroep", "Practoraat", "Rondvraag"]


def test_small_letters_and_short_lines(read):
    report = read(
        "Verslag stuurgroepoverleg 3-6-2021\naanwezig\nAnna de Vries\nPiet Jansen\n\n"
        "afwezig\nKees\n\n1 Opening\nAnna opent\n2 Begroting\nakkoord\n3 Rondvraag\nniets\n"
    )
    (meeting,) = report.meetings
    assert [(p.name, p.attended) for p in meeting.people] == [
        ("Anna de Vries", True),
        ("Piet Jansen", True),
        ("Kees", False),
    ]
    assert [(item.heading, item.parts) for item in meeting.items] == [
        ("Opening", ["Anna opent"]),
        ("Begroting", ["akkoord"]),
        ("Rondvraag", ["niets"]),
    ]
