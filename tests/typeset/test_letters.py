"""Letters: what there are shapes for stays, the rest is told."""

import pytest

from civportal.typeset.letters import LOOKALIKES, MISSING, coverage, readable


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Désirée, œuvre, Łódź, Ğ", "Désirée, œuvre, Łódź, Ğ"),
        ("Ωμέγα Жук שלום فاطمة", "Ωμέγα Жук שלום فاطمة"),
        ("e\u0301", "é"),
        ("af\u00adgebroken\u200bwoord\ufeff", "afgebrokenwoord"),
        ("links\u202erechts\u0007", "linksrechts"),
        ("a\tb\r\nc", "a b  c"),
        ("✓ ☐ ➜ \uf0b7", "✔ ▫ → •"),
        ("🎉👍🏽 ✅", "🎉👍🏽 ✅"),
        ("ﬁ ２ ㎡", "ﬁ 2 m2"),
        ("中文", MISSING * 2),
        ("\u0301x", "x"),
        ("x" + "\u0341" * 3, "x\u0301\u0301\u0301"),
    ],
)
def test_readable(text, shown):
    assert readable(text) == shown


def test_the_stand_ins_can_be_shown():
    everything = frozenset().union(*coverage())
    assert {chr(code) for code in map(ord, MISSING + "".join(LOOKALIKES.values()))} <= {
        chr(code) for code in everything
    } | {" "}
