"""Every pair of colours that meets on a page can be read, in both schemes."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from civportal.centre import models, stylesheet
from civportal.lib.contrast import contrast_ratio

CSS = Path(settings.BASE_DIR) / "static" / "css"
LINES = ["line-petrol", "line-plum", "line-ochre", "line-blue", "line-berry"]
STATES = ["good", "wait", "bad", "info", "quiet"]

TEXT = [
    *[(text, ground) for text in ("ink", "muted", "brand") for ground in ("paper", "surface")],
    *[(text, "sunken") for text in ("ink", "muted")],
    *[(line, ground) for line in LINES for ground in ("paper", "surface")],
    *[(state, ground) for state in STATES for ground in ("paper", "surface", f"{state}-wash")],
    *[("ink", f"{state}-wash") for state in STATES],
    ("ink", "brand-wash"),
    ("brand", "brand-wash"),
    ("on-brand", "brand"),
    ("on-deep", "brand-deep"),
    ("ink", "highlight"),
]
EDGES = [
    *[("edge", ground) for ground in ("paper", "surface", "sunken")],
    *[("stroke", ground) for ground in ("paper", "surface")],
    *[("mark", ground) for ground in ("paper", "surface")],
    ("focus", "focus-ink"),  # the ring around the focus colour sets it off from any ground
]


def tokens(scheme: str) -> dict[str, str]:
    css = (CSS / "tokens.css").read_text()
    light, dark = css.split("@media screen and (prefers-color-scheme: dark)")
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", light))
    if scheme == "dark":
        colours |= dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6});", dark))
    return colours


def too_weak(scheme: str, pairs: list[tuple[str, str]], least: float) -> dict[str, float]:
    colour = tokens(scheme)
    ratios = {
        f"{one} on {other}": contrast_ratio(colour[one], colour[other]) for one, other in pairs
    }
    return {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < least}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_text_reaches_4_5(scheme):
    assert too_weak(scheme, TEXT, 4.5) == {}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_controls_and_marks_reach_3(scheme):
    # The focus is seen by its ink ring on light paper and by its yellow on dark.
    ring = ("focus-ink", "paper") if scheme == "light" else ("focus", "paper")
    assert too_weak(scheme, [*EDGES, ring], 3) == {}


def test_the_chosen_colours_stand():
    light = tokens("light")
    chosen = {
        "paper": "#fbfaf7",
        "surface": "#ffffff",
        "ink": "#16232b",
        "muted": "#4c5b63",
        "rule": "#d9dedb",
        "brand": "#0a5c5a",
        "brand-deep": "#063f3e",
        "mark": "#e4572e",
        "focus": "#ffbf47",
        "line-petrol": "#0a5c5a",
        "line-plum": "#6b3fa0",
        "line-ochre": "#8a5a00",
        "line-blue": "#1f5fa8",
        "line-berry": "#a3324a",
    }
    assert {name: light[name] for name in chosen} == chosen


def test_the_stylesheets_use_no_token_that_does_not_exist():
    tokens_css = (CSS / "tokens.css").read_text()
    unknown = {}
    for sheet in CSS.glob("*.css"):
        css = sheet.read_text()
        defined = set(re.findall(r"(--[a-z0-9-]+):", tokens_css + css)) | {"--line"}
        if missing := set(re.findall(r"var\((--[a-z0-9-]+)\)", css)) - defined:
            unknown[sheet.name] = missing
    assert unknown == {}


def test_the_centre_measures_against_the_same_grounds():
    light, dark = tokens("light"), tokens("dark")
    assert (light["paper"], dark["surface"]) == (models.PAPER_LIGHT, models.PAPER_DARK)
    assert (light["surface"], light["ink"], light["on-deep"], dark["paper"], dark["surface"]) == (
        stylesheet.WHITE,
        stylesheet.INK,
        stylesheet.ON_DEEP,
        stylesheet.DARK_PAPER,
        stylesheet.DARK_SURFACE,
    )
    fields = {
        name: models.CentreProfile._meta.get_field(name).default
        for name in ("brand_colour", "brand_colour_dark")
    }
    assert fields == {"brand_colour": light["brand"], "brand_colour_dark": dark["brand"]}
