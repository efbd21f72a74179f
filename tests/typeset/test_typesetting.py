"""Setting type: the standards that are kept, the same bytes for the same words, and failure."""

import datetime
import io

import pytest
from pypdf import PdfReader

from civportal.typeset.letters import FONTS
from civportal.typeset.typesetting import ROOT, NotTypesetError, edition, typeset
from tests.typeset.reading import structure

MOMENT = datetime.datetime(2021, 3, 1, 12, tzinfo=datetime.UTC)


def test_a_document_says_which_standards_it_keeps(set_html):
    pdf = set_html("<h3>Kop</h3><p>Tekst</p><ul><li>punt</li></ul>", title="Een “titel” & meer")
    root = PdfReader(io.BytesIO(pdf)).trailer["/Root"]
    metadata = root["/Metadata"].get_data().decode()
    assert "<pdfaid:part>2</pdfaid:part>" in metadata
    assert "<pdfaid:conformance>A</pdfaid:conformance>" in metadata
    assert "<pdfuaid:part>1</pdfuaid:part>" in metadata
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "nl"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert PdfReader(io.BytesIO(pdf)).metadata.title == "Een “titel” & meer"
    kinds = structure(pdf)
    assert [kind for kind in kinds if kind.startswith("/H")] == ["/H1", "/H2"]
    assert [kind for kind in kinds if kind in {"/L", "/LI", "/LBody"}] == ["/L", "/LI", "/LBody"]


def test_every_font_comes_along(set_html):
    reader = PdfReader(io.BytesIO(set_html("<p>a <strong>b</strong> Ω ש ف → 🎉</p>")))
    fonts = reader.pages[0]["/Resources"]["/Font"]
    described = [
        font.get_object()["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        for font in fonts.values()
    ]
    names = {str(each["/FontName"]).partition("+")[2] for each in described}
    assert names >= {"PublicSansRegular", "PublicSansBold", "NotoEmojiRegular"}
    assert all("/FontFile2" in each or "/FontFile3" in each for each in described)


def test_the_same_words_give_the_same_bytes(set_html):
    assert set_html("<p>a</p>") == set_html("<p>a</p>")
    assert set_html("<p>a</p>") != set_html("<p>b</p>")


def test_failure_has_a_name_and_a_reason():
    with pytest.raises(NotTypesetError, match=r"house\.typ: .*letterhead"):
        typeset(ROOT / "civportal" / "typeset" / "house.typ", {}, moment=MOMENT)


def test_the_edition_follows_the_templates(tmp_path):
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "stuk.typ").write_text("Hallo")
    assert edition(tmp_path / "a") != edition(tmp_path / "b")


def test_the_fonts_stay_small_and_bring_their_licence():
    assert sum(file.stat().st_size for file in FONTS.glob("*.ttf")) < 1_500_000
    assert "SIL OPEN FONT LICENSE" in (FONTS / "OFL.txt").read_text()
