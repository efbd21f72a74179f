"""Word documents: styles, lists, tables, and all that is not in the running text."""

import io
import zipfile

from docx import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from sessions_log.reports import read_report


def data_of(document, **extra: str) -> bytes:
    """The bytes of a document, with parts added that the library does not make."""
    stream = io.BytesIO()
    document.save(stream)
    if extra:
        with zipfile.ZipFile(stream, "a") as archive:
            for name, content in extra.items():
                archive.writestr(f"word/{name}.xml", content)
    return stream.getvalue()


def read(document, **extra: str):
    return read_report(data_of(document, **extra), "verslag.docx")


def parts(report):
    """Per item its heading and its parts, lists as a pair of lead and entries."""
    return [
        (
            item.heading,
            [
                part
                if isinstance(part, str)
                else getattr(part, "rows", None)
                or (part.lead, part.kind, [(entry.depth, entry.text) for entry in part.entries])
                for part in item.parts
            ],
        )
        for meeting in report.meetings
        for item in meeting.items
    ]


def test_headings_by_style_and_native_lists():
    document = Document()
    document.add_heading("Verslag stuurgroep 12 april 2021", level=0)
    document.add_heading("Opening", level=1)
    document.add_paragraph("De voorzitter opent.")
    document.add_heading("Aandachtspunten", level=1)
    document.add_paragraph("Betrek studenten", style="List Bullet")
    document.add_paragraph("ook die van niveau 2", style="List Bullet 2")
    document.add_paragraph("Houd het klein", style="List Bullet")
    report = read(document)
    assert [(m.kind, str(m.date)) for m in report.meetings] == [("steering_group", "2021-04-12")]
    assert parts(report) == [
        ("Opening", ["De voorzitter opent."]),
        (
            "Aandachtspunten",
            [
                (
                    "",
                    "attention_points",
                    [(0, "Betrek studenten"), (1, "ook die van niveau 2"), (0, "Houd het klein")],
                )
            ],
        ),
    ]


def test_headings_that_are_only_bold():
    document = Document()
    document.add_paragraph().add_run("Verslag werksessie 3 juni 2021").bold = True
    document.add_paragraph().add_run("Inleiding").bold = True
    document.add_paragraph("We begonnen met koffie.")
    paragraph = document.add_paragraph("Daarna ")
    paragraph.add_run("echt").bold = True
    paragraph.add_run(" aan het werk.")
    assert parts(read(document)) == [
        ("Inleiding", ["We begonnen met koffie.", "Daarna echt aan het werk."])
    ]


def test_numbered_paragraphs_with_text_between_are_agenda_items():
    document = Document()
    document.add_heading("Notulen stuurgroep 12 april 2021", level=1)
    document.add_paragraph("Opening", style="List Number")
    document.add_paragraph("De voorzitter opent.")
    document.add_paragraph("Begroting", style="List Number")
    document.add_paragraph("De begroting is rond.")
    assert parts(read(document)) == [
        ("Opening", ["De voorzitter opent."]),
        ("Begroting", ["De begroting is rond."]),
    ]


def test_tables_of_facts_people_and_actions():
    document = Document()
    document.add_heading("Notulen stuurgroep", level=1)
    facts = document.add_table(rows=2, cols=2)
    for row, texts in zip(
        facts.rows, [("Datum", "12 april 2021"), ("Locatie", "Stadhuis")], strict=True
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    people = document.add_table(rows=3, cols=3)
    for row, texts in zip(
        people.rows,
        [
            ("Naam", "Organisatie", "Aanwezig"),
            ("Anna de Vries", "mboHavenland", "ja"),
            ("Piet Smit", "Chemie BV", "nee"),
        ],
        strict=True,
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    document.add_heading("Actielijst", level=2)
    actions = document.add_table(rows=2, cols=3)
    for row, texts in zip(
        actions.rows,
        [("Actie", "Wie", "Wanneer"), ("Zaal regelen", "Anna", "1 mei 2021")],
        strict=True,
    ):
        for cell, text in zip(row.cells, texts, strict=True):
            cell.text = text
    report = read(document)
    meeting = report.meetings[0]
    assert (str(meeting.date), meeting.place) == ("2021-04-12", "Stadhuis")
    assert [(p.name, p.organisation, p.attended) for p in meeting.people] == [
        ("Anna de Vries", "mboHavenland", True),
        ("Piet Smit", "Chemie BV", False),
    ]
    action = meeting.items[-1].lists[0]
    assert (action.lead, action.kind) == ("Actie — Wie — Wanneer", "actions")
    assert [(e.text, e.owner, str(e.due)) for e in action.entries] == [
        ("Zaal regelen — Anna — 1 mei 2021", "Anna", "2021-05-01")
    ]


def test_an_ordinary_table_stays_a_table():
    document = Document()
    document.add_heading("Werksessie 3 juni 2021", level=1)
    document.add_paragraph("De cijfers:")
    table = document.add_table(rows=2, cols=2)
    for place, cell in enumerate(cell for row in table.rows for cell in row.cells):
        cell.text = f"vak {place}"
    assert read(document).meetings[0].items[0].html() == (
        "<p>De cijfers:</p><table><tbody><tr><td>vak 0</td><td>vak 1</td></tr>"
        "<tr><td>vak 2</td><td>vak 3</td></tr></tbody></table>"
    )


def test_what_stands_outside_the_running_text_is_named():
    document = Document()
    document.add_heading("Werksessie 3 juni 2021", level=1)
    section = document.sections[0]
    section.header.paragraphs[0].text = "CIV Lindehaven"
    section.footer.paragraphs[0].text = "Vertrouwelijk"
    paragraph = document.add_paragraph("We spraken over ")
    paragraph._p.append(
        parse_xml(
            f"<w:del {nsdecls('w')} w:id='1' w:author='A'>"
            "<w:r><w:delText>stages</w:delText></w:r></w:del>"
        )
    )
    paragraph._p.append(
        parse_xml(
            f"<w:ins {nsdecls('w')} w:id='2' w:author='A'><w:r><w:t>opdrachten.</w:t></w:r></w:ins>"
        )
    )
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')}><w:footnoteReference w:id='2'/></w:r>"))
    paragraph._p.append(
        parse_xml(
            f"<w:r {nsdecls('w')}><w:pict><v:shape xmlns:v='urn:schemas-microsoft-com:vml'>"
            "<v:textbox><w:txbxContent><w:p><w:r><w:t>In een kader</w:t></w:r></w:p>"
            "</w:txbxContent></v:textbox></v:shape></w:pict></w:r>"
        )
    )
    notes = (
        f"<w:footnotes {nsdecls('w')}><w:footnote w:id='2'>"
        "<w:p><w:r><w:t>Zie bijlage.</w:t></w:r></w:p>"
        "</w:footnote></w:footnotes>"
    )
    comments = (
        f"<w:comments {nsdecls('w')}><w:comment w:id='0'>"
        "<w:p><w:r><w:t>Klopt dit?</w:t></w:r></w:p>"
        "</w:comment></w:comments>"
    )
    report = read(document, footnotes=notes, comments=comments)
    assert report.meetings[0].items[0].parts == [
        "We spraken over opdrachten.",
        "Zie bijlage.",
        "In een kader",
    ]
    assert [(n.code, n.quotes) for n in report.notices] == [
        ("footnote", ("Zie bijlage.",)),
        ("text_box", ("In een kader",)),
        ("page_header", ("CIV Lindehaven",)),
        ("page_footer", ("Vertrouwelijk",)),
        ("comment", ("Klopt dit?",)),
        ("deleted", ("stages",)),
        ("tracked", ()),
    ]


def test_markup_in_the_text_stays_text():
    document = Document()
    document.add_heading("Werksessie 3 juni 2021", level=1)
    document.add_paragraph("Gebruik <script>alert(1)</script> & <b>niets</b> anders.")
    assert read(document).meetings[0].items[0].html() == (
        "<p>Gebruik &lt;script&gt;alert(1)&lt;/script&gt; "
        "&amp; &lt;b&gt;niets&lt;/b&gt; anders.</p>"
    )
