"""Whatever a report looks like, its text is in the drafts or named in the warnings.

The reports are put together at random from the things that reports are made of, in shapes that
make no sense too: what cannot be understood must still be somewhere.
"""

import io
import textwrap

from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sessions_log.reports import Vocabulary, read_report
from tests.sessions_log.reports.text import bare, lost

WORDS = [
    "de",
    "stuurgroep",
    "bespreekt",
    "plannen",
    "samen",
    "met",
    "docenten",
    "en",
    "bedrijven",
    "uit",
    "de",
    "regio",
    "over",
    "onderwijs",
    "onderzoek",
    "stages",
    "Besluit",
    "Actie",
    "aanwezig",
    "Jan",
    "Anna",
    "van",
    "der",
    "Meer",
    "Hogeschool",
    "Duinrand",
    "12",
    "2021",
    "practoraat",
    "café",
    "überhaupt",
    "mbo’er",
    "A/B",
    "(LCAB)",
    "“innovatie”",
    "verslag",
    "werksessie",
    "april",
    "26",
    "mei",
    "the",
    "of",
    "and",
    "minutes",
    "e.g.",
    "x",
    "1.2",
    "3",
    "pm",
    "15.00",
    "uur",
    "https://voorbeeld.example/a_b",
    "*sterk*",
    "dr.",
    "B.V.",
    "€",
    "100",
]
phrase = st.lists(st.sampled_from(WORDS), min_size=1, max_size=14).map(" ".join)
sentence = phrase.map(lambda text: f"{text[:1].upper()}{text[1:]}.")
paragraph = st.lists(sentence, min_size=1, max_size=5).map(" ".join)
heading = st.one_of(
    phrase.map(lambda text: text[:60].strip().capitalize()),
    st.sampled_from(
        [
            "Verslag werksessie 18 februari 2021",
            "Verslag werksessie 1 april",
            "Verslag van werksessies",
            "Stuurgroep",
            "Werksessie practoraat",
            "Notulen",
            "NOTULEN STUURGROEP",
            "Donderdag 18 februari 2021",
            "Minutes of the steering group, April 1st, 2021",
            "Gerelateerd nieuws",
            "Aanwezig",
            "Samenvatting",
            "Aandachtspunten",
            "Actielijst",
            "Volgende vergadering: 3 mei 2021",
            "Leiden, 20 april 2021",
            "Sprekers",
        ]
    ),
)
label = st.tuples(
    st.sampled_from(
        [
            "Aanwezig",
            "Afwezig",
            "Afwezig met kennisgeving",
            "Datum",
            "Tijd",
            "Locatie",
            "Betreft",
            "Voorzitter",
            "Notulist",
            "Besluit",
            "Actie",
            "Actie Jan",
            "Actiepunt 3",
            "Decision",
            "Present",
            "Apologies",
            "Sprekers",
            "Samenvatting",
            "Programmalijn",
            "Overleg",
            "Verzonden",
            "Ons kenmerk",
            "Aandachtspunt",
            "Date",
            "Onbekend label",
            "Verslag",
        ]
    ),
    st.one_of(
        phrase,
        st.sampled_from(
            [
                "Anna de Vries (voorzitter), Piet Jansen (mboHavenland) en Kees Bakker",
                "Anna de Vries, docent, Hogeschool Duinrand; Bo",
                "12 april 2021, 15.00–17.00 uur",
                "1 april",
                "geen",
                "ruim twintig mensen",
                "",
                "mboHavenland: Anna de Vries, Piet Jansen",
                "Stichting Labwereld / Helixlijn",
            ]
        ),
    ),
).map(lambda pair: f"{pair[0]}: {pair[1]}".strip())
mark = st.sampled_from(["•", "-", "*", "–", "o\t", "a)", "1.", "2.", "1)", "1.1", "\u00b7"])
entries = st.tuples(mark, st.lists(st.one_of(phrase, label, sentence), min_size=1, max_size=5)).map(
    lambda pair: [f"{pair[0]} {text}" for text in pair[1]]
)
numbered = st.lists(st.tuples(phrase, paragraph), min_size=1, max_size=4).map(
    lambda items: [
        line
        for number, (head, text) in enumerate(items, 1)
        for line in (f"{number}. {head[:50].strip().capitalize()}", text)
    ]
)
agenda = st.tuples(st.integers(1, 9), phrase, paragraph).map(
    lambda item: [f"Agendapunt {item[0]}: {item[1]}", item[2]]
)
furniture = st.sampled_from(
    [["Pagina 2 van 3"], ["- 2 -"], ["Page 1 of 4"], ["\f"], ["----------"]]
)
table = st.lists(st.tuples(phrase, phrase, phrase), min_size=2, max_size=3).map(
    lambda rows: ["| " + " | ".join(cell.replace("|", "") for cell in row) + " |" for row in rows]
)
people = st.sampled_from(
    [
        [
            "Aanwezig:",
            "Anna de Vries (voorzitter)",
            "Piet Jansen, docent, mboHavenland",
            "Twee gasten",
        ],
        ["Aanwezig", "Mw. J. de Boer – Chemie BV", "Stichting Labwereld", "Afwezig", "Geen"],
        [
            "Drie inleiders spraken. Jo Vos (practor Kas), An Bos (coördinator X) en Ed Mol "
            "voerden het woord."
        ],
    ]
)
group = st.one_of(
    heading.map(lambda text: [text]),
    paragraph.map(lambda text: [text]),
    label.map(lambda text: [text]),
    st.lists(label, min_size=2, max_size=5),
    entries,
    numbered,
    agenda,
    furniture,
    table,
    people,
    st.tuples(heading, paragraph).map(list),
    st.tuples(phrase.map(lambda text: f"{text}:"), entries).map(lambda pair: [pair[0], *pair[1]]),
)
groups = st.lists(st.tuples(group, st.booleans()), min_size=1, max_size=12)
CALM = settings(deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
"""The same reports on every machine: a run of the suite must not depend on luck."""
VOCABULARY = Vocabulary(
    lines=("Practoraat",), organisations=("Hogeschool Duinrand", "mboHavenland")
)


def has_words(text: str) -> bool:
    return any(character.isalnum() for character in text)


@settings(CALM, max_examples=100)
@given(
    groups,
    st.booleans(),
    st.sampled_from(["\n", "\r\n", "\r"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_every_line_of_a_text_file_is_somewhere(groups, wrapped, newline, encoding):
    lines: list[str] = []
    for group, gap in groups:
        for line in group:
            if wrapped and len(line) > 72 and not line.startswith("|"):
                hanging = "  " if line[:1] in "•-*–" else ""
                lines += textwrap.wrap(
                    line,
                    72,
                    subsequent_indent=hanging,
                    break_on_hyphens=False,
                    break_long_words=False,
                )
            else:
                lines.append(line)
        if gap:
            lines.append("")
    told = [bare(line) for line in lines if has_words(bare(line))]
    if not told:
        return
    report = read_report(newline.join(lines).encode(encoding), "verslag.txt", VOCABULARY)
    assert lost(report, told) == []


@settings(CALM, max_examples=40)
@given(groups, st.booleans())
def test_every_paragraph_of_a_word_document_is_somewhere(groups, styled):
    document = Document()
    told: list[str] = []
    for group, special in groups:
        for place, line in enumerate(group):
            if not has_words(bare(line)):
                continue
            told.append(bare(line))
            if special and styled and place == 0 and len(line) < 80:
                document.add_heading(line, level=2)
            elif special and place == 0 and len(line) < 80:
                document.add_paragraph().add_run(line).bold = True
            elif special:
                document.add_paragraph(line, style="List Bullet" if place % 2 else "List Number")
            else:
                document.add_paragraph(line)
    if not told:
        return
    table = document.add_table(rows=2, cols=3)
    for row in table.rows:
        for place, cell in enumerate(row.cells):
            cell.text = f"vak {place}"
    told.append("vak 0 vak 1 vak 2")
    document.sections[0].header.paragraphs[0].text = "Kop van het CIV"
    document.sections[0].footer.paragraphs[0].text = "Voet van het CIV"
    told += ["Kop van het CIV", "Voet van het CIV"]
    stream = io.BytesIO()
    document.save(stream)
    report = read_report(stream.getvalue(), "verslag.docx", VOCABULARY)
    assert lost(report, told) == []


@settings(CALM, max_examples=100)
@given(st.lists(st.text("ab Z1.:-•*|#_\t()“–/,o", max_size=40), max_size=14))
def test_odd_characters_lose_no_word_either(lines):
    told = [line for line in lines if any(character.isalpha() for character in line)]
    if not told:
        return
    report = read_report("\n".join(lines).encode(), "verslag.txt")
    runs = " ".join(str(report.as_contract()).split())
    for line in told:
        for word in line.replace("*", " ").replace("_", " ").replace("|", " ").split():
            letters = word.strip("ab.:-•#()“–/,o1Z ") or word.strip(".:-•#()“–/,1")
            assert letters in runs or len(letters) < 3
