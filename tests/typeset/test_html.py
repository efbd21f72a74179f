"""Rich text on paper: every word of it, in order, whatever comes in, and nothing is run."""

import html as html_module
import re

import pytest
from django.utils.html import strip_tags
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from civportal.editor.sanitise import ATTRIBUTES, TAGS, sanitise
from civportal.typeset.html import ZERO_WIDTH_SPACE, lines, tree
from civportal.typeset.letters import readable
from tests.typeset.conftest import set_html
from tests.typeset.reading import structure, text

MARKUP = "#$@\\*_`<>[]{}()=-+/~^'\"&;:|%"

tags = st.one_of(
    st.sampled_from([f"<{tag}>" for tag in sorted(TAGS)]),
    st.sampled_from([f"</{tag}>" for tag in sorted(TAGS)]),
    st.sampled_from(
        [
            '<ol start="7" type="a">', '<ol start="-3">', '<ol start="x">', '<ol type="disc">',
            '<td colspan="3">', '<td rowspan="4">', '<td colspan="0" rowspan="0">',
            '<th colspan="1000" rowspan="65534">', '<th scope="row">',
            '<a href="https://example.org/a?b=c#d">', '<a href="/werksessies/">',
            '<a href="#punt-1">', '<a href="mailto:">', "<h1>", "<div>", "<caption>", "<script>",
        ]
    ),
)  # fmt: skip
letters = st.text(
    st.one_of(
        st.characters(codec="ascii", exclude_categories=["Cc"]),
        st.sampled_from(MARKUP + "éëïÆßœŁΩжש🎉→€…“”\u00a0"),
    ),
    max_size=30,
).map(html_module.escape)
soup = st.lists(st.one_of(tags, letters), max_size=40).map("".join)
everything = st.text(st.characters(exclude_categories=["Cs"]), max_size=60).map(html_module.escape)


def bare(words):
    return re.sub(r"[\s\u200b]", "", words)


def texts(blocks):
    for block in blocks:
        yield from (run["t"] for run in block.get("runs", []))
        yield from texts(block.get("blocks", []))
        for item in block.get("items", []):
            yield from texts(item)
        for cell in block.get("cells", []):
            yield from texts(cell["blocks"])


@given(soup)
@settings(max_examples=400, deadline=None)
def test_the_tree_holds_every_letter_in_order(html):
    clean = html_module.unescape(strip_tags(sanitise(html)))
    assert bare("".join(texts(tree(html)))) == bare(readable(clean))


@given(soup)
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_all_rich_text_can_be_set(html):
    pdf = set_html(f"<p>begin</p>{html}<p>einde</p>")
    assert "begin" in text(pdf)


@given(everything)
@settings(max_examples=150, deadline=None)
def test_all_letters_there_are_can_be_set(words):
    found = text(set_html(f"<p>begin</p><p>{words}</p><p>einde</p>"))
    assert re.search("begin.*einde", found, re.DOTALL)


@given(st.lists(st.sampled_from(["p", "h3", "h4", "li", "blockquote", "td", "strong"]), min_size=1))
@settings(max_examples=60, deadline=None)
def test_words_come_out_of_the_pdf_in_order(kinds):
    holders = {"li": "<ul><li>{}</li></ul>", "td": "<table><tr><td>{}</td><td>x</td></tr></table>"}
    html = "".join(
        holders.get(kind, f"<{kind}>{{}}</{kind}>").format(f"woord{place}einde")
        for place, kind in enumerate(kinds)
    )
    found = re.findall(r"woord\d+einde", text(set_html(html)))
    assert found == [f"woord{place}einde" for place, _kind in enumerate(kinds)]


@pytest.mark.parametrize(
    "words",
    [
        '#panic("raak")', "#include \"/civportal/settings.py\"", "$x^2$ @verwijzing <label>",
        "= kop == kop", "\\u{41} \\ ` ``` // # /* niets */", "'recht' \"en\" -- --- ... ~ *b* _c_",
        "https://example.org/#read(\"x\")", "]#eval(\"1\")[", "{pages} %(page)s {{ x }} {% x %}",
    ],
)  # fmt: skip
def test_markup_of_typst_is_text(set_html, words):
    escaped = html_module.escape(words)
    html = f"<p>{escaped}</p><ul><li>{escaped}</li></ul><h3>{escaped}</h3>"
    html += f"<table><tr><td>{escaped}</td></tr></table>"
    assert text(set_html(html, title=words)).count("".join(words.split())) == 5


def test_marks_links_lists_and_breaks():
    assert tree(
        "<p> een  <strong>twee <em>drie</em></strong><br>vier"
        '<a href="/werksessies/">vijf</a><a href="#zes">zes</a></p>'
        '<ol start="3" type="a"><li><p>zeven</p></li></ol><p>  </p>',
        site="https://portaal.example",
    ) == [
        {
            "kind": "paragraph",
            "runs": [
                {"t": "een "},
                {"t": "twee ", "m": ["b"]},
                {"t": "drie", "m": ["b", "i"]},
                {"t": "\n"},
                {"t": "vier"},
                {"t": "vijf", "a": "https://portaal.example/werksessies/"},
                {"t": "zes"},
            ],
        },
        {
            "kind": "numbered",
            "start": 3,
            "numbering": "a.",
            "items": [[{"kind": "paragraph", "runs": [{"t": "zeven"}]}]],
        },
    ]


def test_a_word_has_one_line_at_most(set_html):
    """PDF/UA refuses more, and the whole document with it."""
    html = "<p><u><s>een</s></u> <s><a href='https://example.org'>twee</a></s></p>"
    assert "eentwee" in text(set_html(html))


def test_levels_of_headings_are_not_skipped():
    found = tree("<h4>a</h4><h4>b</h4><h3>c</h3><h4>d</h4>")
    assert [block["level"] for block in found] == [1, 2, 1, 2]


def test_what_is_nested_too_deep_for_paper_is_set_all_the_same(set_html):
    html = "<blockquote><ul><li>" * 60 + "diep" + "</li></ul></blockquote>" * 60
    assert "diep" in text(set_html(html))


def test_long_texts_and_long_tables(set_html):
    html = (
        "<p>" + "woord " * 10_000 + "</p><table><thead><tr><th>Kop</th><th>Twee</th></tr></thead>"
    )
    html += "".join(f"<tr><td>rij {row}</td><td>{row}</td></tr>" for row in range(200))
    pdf = set_html(html + "</table>")
    found = text(pdf)
    assert found.count("woord") == 10_000
    assert re.findall(r"rij\d+", found)[-1].startswith("rij199")
    assert structure(pdf).count("/TH") == 2


def test_no_line_is_wider_than_the_page(set_html):
    (block,) = tree(f"<p>{'x' * 500}</p>")
    assert max(map(len, block["runs"][0]["t"].split(ZERO_WIDTH_SPACE))) <= 7
    assert "x" * 500 in text(set_html(f"<p>{'x' * 500}</p>"))


def test_a_table_reads_with_its_headers(set_html):
    pdf = set_html(
        '<table><thead><tr><th colspan="2">Wie</th></tr></thead>'
        '<tbody><tr><td rowspan="2">Anna</td><td>a</td></tr><tr><td>b</td></tr></tbody></table>'
    )
    kinds = [kind for kind in structure(pdf) if kind in {"/Table", "/TR", "/TH", "/TD"}]
    assert kinds == ["/Table", "/TR", "/TH", "/TR", "/TD", "/TD", "/TR", "/TD"]


def test_a_table_too_wide_for_paper_is_set_as_text():
    row = "".join(f"<td>{number}</td>" for number in range(14))
    assert {block["kind"] for block in tree(f"<table><tr>{row}</tr></table>")} == {"paragraph"}


def test_only_the_list_of_the_editor_is_known():
    """Whoever lets more through must say how it looks on paper."""
    known = "p br strong em u s sub sup a ul ol li blockquote h3 h4 table thead tbody tr th td"
    assert set(known.split()) == TAGS
    assert ATTRIBUTES["ol"] == {"start", "type"}


def test_plain_lines_keep_their_ends():
    assert lines("een\r\ntwee\n\n drie ") == [
        {"t": "een"}, {"t": "\n"}, {"t": "twee"}, {"t": "\n"}, {"t": "\n"}, {"t": "drie"},
    ]  # fmt: skip
