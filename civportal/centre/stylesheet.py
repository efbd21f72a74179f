"""The centre's own colours as a small stylesheet over ``static/css/tokens.css``."""

import hashlib

from civportal.centre.models import CentreProfile
from civportal.lib.contrast import contrast_ratio, mix

READABLE = 4.5
"""WCAG 2.2, success criterion 1.4.3, for text of body size."""
COMFORTABLE = 9.0
"""For the footer: small text on a large coloured field."""

WHITE, BLACK, INK = "#ffffff", "#000000", "#16232b"
ON_DEEP = "#f4f7f5"
DARK_PAPER, DARK_SURFACE = "#10181d", "#182329"


def _on(colour: str, light: str, dark: str) -> str:
    return max(light, dark, key=lambda text: contrast_ratio(text, colour))


def wash(colour: str, ground: str) -> str:
    """The ground with as much of the colour in it as leaves the colour readable upon it."""
    for share in (0.12, 0.1, 0.08, 0.06, 0.04, 0.02):
        wash = mix(colour, ground, share)
        if contrast_ratio(colour, wash) >= READABLE:
            return wash
    return ground


def _deep(colour: str) -> str:
    """The colour, darkened as far as comfortable reading in the footer asks."""
    for percent in range(0, 100, 5):
        deep = mix(BLACK, colour, percent / 100)
        if contrast_ratio(ON_DEEP, deep) >= COMFORTABLE:
            return deep
    return BLACK


def _rule(brand: str, deep: str, wash: str, on_brand: str) -> str:
    return f":root{{--brand:{brand};--brand-deep:{deep};--brand-wash:{wash};--on-brand:{on_brand}}}"


def stylesheet(profile: CentreProfile) -> str:
    """CSS that replaces the brand colours in both schemes; empty for the portal's own colours."""
    light, dark = profile.brand_colour, profile.brand_colour_dark
    plain = CentreProfile()
    if (light, dark) == (plain.brand_colour, plain.brand_colour_dark):
        return ""
    by_day = _rule(light, _deep(light), wash(light, WHITE), _on(light, WHITE, INK))
    by_night = _rule(
        dark,
        _deep(mix(dark, DARK_PAPER, 0.2)),
        wash(dark, DARK_SURFACE),
        _on(dark, WHITE, DARK_PAPER),
    )
    return f"{by_day}\n@media screen and (prefers-color-scheme:dark){{{by_night}}}\n"


def digest(css: str) -> str:
    """A short name for a stylesheet that changes with it."""
    return hashlib.sha256(css.encode()).hexdigest()[:12]
