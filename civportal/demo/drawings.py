"""Logos and pictures of the demo, drawn here so that nothing belongs to anyone else.

Everything is drawn three times too large and scaled down, which gives smooth edges.
"""

import io
import math
import random
from collections.abc import Callable

from django.conf import settings
from PIL import Image, ImageDraw, ImageFont

SCALE = 3
MARK = 150
"""Side of the square that a mark is drawn in, before scaling."""
INK = "#16232b"
PAPER = "#ffffff"

Pen = ImageDraw.ImageDraw
Shape = Callable[[Pen, str, str], None]


def _font(size: float, weight: int) -> ImageFont.FreeTypeFont:
    """The house font; Pillow's own where its FreeType cannot read woff2."""
    try:
        font = ImageFont.truetype(settings.BASE_DIR / "static/fonts/public-sans.woff2", size)
        font.set_variation_by_axes([weight])
    except OSError:
        fallback = ImageFont.load_default(size)
        if not isinstance(fallback, ImageFont.FreeTypeFont):  # Pillow without FreeType
            raise
        return fallback
    return font


def _s(*values: float) -> list[float]:
    return [value * SCALE for value in values]


def _wave(top: float, height: float, length: float, shift: float) -> list[tuple[float, float]]:
    return [
        (x * SCALE, (top + height * math.sin((x + shift) / length * math.tau)) * SCALE)
        for x in range(0, MARK + 1, 2)
    ]


def _waves(pen: Pen, colour: str, accent: str) -> None:
    pen.ellipse(_s(86, 14, 126, 54), fill=accent)
    for top, shift in ((70, 0), (98, 30), (126, 60)):
        pen.line(_wave(top, 8, 75, shift), fill=colour, width=13 * SCALE, joint="curve")


def _blocks(pen: Pen, colour: str, accent: str) -> None:
    for x, y, fill in ((10, 80, colour), (80, 80, accent), (45, 10, colour)):
        pen.rounded_rectangle(_s(x, y, x + 60, y + 60), 10 * SCALE, fill=fill)


def _ring(pen: Pen, colour: str, accent: str) -> None:
    pen.arc(_s(10, 10, 140, 140), 20, 300, fill=colour, width=24 * SCALE)
    pen.ellipse(_s(98, 12, 130, 44), fill=accent)


def _leaf(pen: Pen, colour: str, accent: str) -> None:
    side = [(75 - 52 * math.sin(step / 20 * math.pi), 6 + step * 6.9) for step in range(21)]
    outline = side + [(150 - x, y) for x, y in reversed(side)]
    pen.polygon([(x * SCALE, y * SCALE) for x, y in outline], fill=colour)
    pen.line(_s(75, 142, 75, 44), fill=accent, width=8 * SCALE)
    for y in (70, 96, 120):
        pen.line(_s(75, y, 98, y - 24), fill=accent, width=6 * SCALE)
        pen.line(_s(75, y, 52, y - 24), fill=accent, width=6 * SCALE)


def _wings(pen: Pen, colour: str, accent: str) -> None:
    for lift, fill in ((0, colour), (34, colour), (68, accent)):
        pen.polygon(
            [
                (x * SCALE, y * SCALE)
                for x, y in ((8, 62 + lift), (75, 22 + lift), (142, 62 + lift), (75, 46 + lift))
            ],
            fill=fill,
        )


def _helix(pen: Pen, colour: str, accent: str) -> None:
    for step in range(9):
        x = 12 + step * 15.75
        swing = math.sin(x / 63 * math.pi) * 44
        pen.line(_s(x, 75 - swing, x, 75 + swing), fill="#c9ced1", width=4 * SCALE)
    for sign, fill in ((1, colour), (-1, accent)):
        points = [
            (x * SCALE, (75 + sign * math.sin(x / 63 * math.pi) * 46) * SCALE)
            for x in range(8, 143)
        ]
        pen.line(points, fill=fill, width=12 * SCALE, joint="curve")


def _dots(pen: Pen, colour: str, accent: str) -> None:
    for x, y, r, fill in (
        (75, 75, 30, colour), (75, 24, 16, colour), (120, 50, 19, accent), (122, 102, 15, colour),
        (75, 126, 18, accent), (29, 102, 20, colour), (29, 50, 14, accent),
    ):  # fmt: skip
        pen.ellipse(_s(x - r, y - r, x + r, y + r), fill=fill)


def _flask(pen: Pen, colour: str, accent: str) -> None:
    outline = [(58, 12), (58, 56), (18, 138), (132, 138), (92, 56), (92, 12)]
    level = [(42, 90), (18, 138), (132, 138), (108, 90)]
    pen.polygon([(x * SCALE, y * SCALE) for x, y in level], fill=accent)
    pen.line(
        [(x * SCALE, y * SCALE) for x, y in outline], fill=colour, width=11 * SCALE, joint="curve"
    )
    pen.line(_s(13, 138, 137, 138), fill=colour, width=11 * SCALE)
    pen.line(_s(46, 12, 104, 12), fill=colour, width=11 * SCALE)


def _tubes(pen: Pen, colour: str, accent: str) -> None:
    for place, fill_from in enumerate((80, 46, 64)):
        x = 14 + place * 46
        pen.rounded_rectangle(_s(x, 12, x + 32, 138), 16 * SCALE, outline=colour, width=7 * SCALE)
        pen.rounded_rectangle(_s(x + 8, fill_from, x + 24, 130), 8 * SCALE, fill=accent)


def _sun(pen: Pen, colour: str, accent: str) -> None:
    for ray in range(8):
        angle = ray * math.tau / 8
        pen.line(
            _s(
                75 + 44 * math.cos(angle), 75 + 44 * math.sin(angle),
                75 + 66 * math.cos(angle), 75 + 66 * math.sin(angle),
            ),
            fill=colour,
            width=13 * SCALE,
        )  # fmt: skip
    pen.ellipse(_s(43, 43, 107, 107), fill=accent)


def _drop(pen: Pen, colour: str, accent: str) -> None:
    pen.polygon([(x * SCALE, y * SCALE) for x, y in ((75, 6), (117, 76), (33, 76))], fill=colour)
    pen.ellipse(_s(25, 44, 125, 144), fill=colour)
    pen.arc(_s(44, 62, 106, 124), 90, 180, fill=accent, width=11 * SCALE)


def _grid(pen: Pen, colour: str, accent: str) -> None:
    for row in range(4):
        for column in range(4):
            x, y = 12 + column * 34, 12 + row * 34
            fill = accent if (row + column * 2) % 5 == 0 else colour
            pen.ellipse(_s(x, y, x + 24, y + 24), fill=fill)


def _stripes(pen: Pen, colour: str, accent: str) -> None:
    for place in range(4):
        y = 12 + place * 34
        pen.rectangle(_s(12, y, 138, y + 22), fill=accent if place == 1 else colour)


SHAPES: dict[str, Shape] = {
    "waves": _waves,
    "blocks": _blocks,
    "ring": _ring,
    "leaf": _leaf,
    "wings": _wings,
    "helix": _helix,
    "dots": _dots,
    "flask": _flask,
    "tubes": _tubes,
    "sun": _sun,
    "drop": _drop,
    "grid": _grid,
    "stripes": _stripes,
}


def _png(image: Image.Image) -> bytes:
    small = image.reduce(SCALE)
    flat = small.quantize(128, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    flat.save(stream, "PNG", optimize=True)
    return stream.getvalue()


def _lines(name: str) -> list[str]:
    """The name on one line, or on two of about the same length when it is long."""
    words = name.split()
    if len(name) <= 12 or len(words) == 1:
        return [name]
    breaks = range(1, len(words))
    best = min(breaks, key=lambda at: max(len(" ".join(words[:at])), len(" ".join(words[at:]))))
    return [" ".join(words[:best]), " ".join(words[best:])]


def logo(name: str, *, shape: str, colour: str, accent: str) -> bytes:
    """A PNG logo: a mark with the name beside it, dark on white for every background."""
    lines = _lines(name)
    font = _font((52 if len(lines) == 1 else 42) * SCALE, 700)
    text_width = max(font.getlength(line) for line in lines)
    margin, gap = 28 * SCALE, 28 * SCALE
    width = int(margin * 2 + MARK * SCALE + gap + text_width)
    height = (MARK + 56) * SCALE
    image = Image.new("RGB", (width - width % SCALE, height), PAPER)
    mark = Image.new("RGB", (MARK * SCALE, MARK * SCALE), PAPER)
    SHAPES[shape](ImageDraw.Draw(mark), colour, accent)
    image.paste(mark, (margin, 28 * SCALE))
    pen = ImageDraw.Draw(image)
    step = 50 * SCALE
    top = height / 2 - step * (len(lines) - 1) / 2
    for place, line in enumerate(lines):
        pen.text(
            (margin + MARK * SCALE + gap, top + place * step),
            line,
            font=font,
            fill=INK,
            anchor="lm",
        )
    return _png(image)


def centre_logo() -> bytes:
    """The centre's own mark: three lines that grow from one ground."""
    side = 192 * SCALE
    image = Image.new("RGB", (side, side), "#0a5c5a")
    pen = ImageDraw.Draw(image)
    for x, top, fill in ((58, 92, "#9fd3c7"), (96, 52, "#ffffff"), (134, 76, "#f2b59f")):
        pen.line(_s(x, 152, x, top), fill=fill, width=14 * SCALE)
        pen.ellipse(_s(x - 15, top - 20, x + 15, top + 10), fill=fill)
    pen.line(_s(36, 152, 156, 152), fill="#ffffff", width=8 * SCALE)
    return _png(image)


def _greenhouse() -> bytes:
    """A greenhouse at the water in the evening."""
    width, height = 1200, 630
    image = Image.new("RGB", (width * SCALE, height * SCALE), "#f6d9b8")
    pen = ImageDraw.Draw(image)
    pen.ellipse(_s(860, 120, 1020, 280), fill="#e4572e")
    pen.rectangle(_s(0, 450, width, height), fill="#1f6f78")
    for place in range(7):
        y = 480 + place * 22
        pen.line(_s(60 + place * 130, y, 240 + place * 130, y), fill="#4fa3a5", width=5 * SCALE)
    pen.rectangle(_s(0, 420, width, 452), fill="#2f6b2f")
    for place in range(4):
        x = 120 + place * 170
        roof = [(x, 270), (x + 85, 190), (x + 170, 270), (x + 170, 420), (x, 420)]
        pen.polygon([(a * SCALE, b * SCALE) for a, b in roof], fill="#d9efe6")
        for leaf in range(4):
            stem = x + 26 + leaf * 39
            pen.line(_s(stem, 420, stem, 330), fill="#2f6b2f", width=5 * SCALE)
            for up in (345, 370, 395):
                pen.ellipse(_s(stem - 16, up - 8, stem, up + 6), fill="#4c9a4c")
                pen.ellipse(_s(stem, up - 14, stem + 16, up), fill="#4c9a4c")
            pen.ellipse(_s(stem - 8, 352, stem + 8, 368), fill="#d1495b")
        outline = [(a * SCALE, b * SCALE) for a, b in [*roof, roof[0]]]
        pen.line(outline, fill="#0a5c5a", width=7 * SCALE, joint="curve")
    return _png(image)


def _plates() -> bytes:
    """Rows of wells on a lab plate, with the pattern that an experiment leaves."""
    width, height = 1200, 630
    image = Image.new("RGB", (width * SCALE, height * SCALE), "#e8eef0")
    pen = ImageDraw.Draw(image)
    pen.rounded_rectangle(_s(110, 55, 1090, 575), 36 * SCALE, fill="#ffffff")
    pen.rounded_rectangle(_s(110, 55, 1090, 575), 36 * SCALE, outline="#4c5b63", width=6 * SCALE)
    chance = random.Random(18)  # noqa: S311 - a drawing; the same each time
    shades = ("#f3e3f7", "#d7b6e3", "#a678c4", "#6b3fa0")
    for row in range(6):
        for column in range(12):
            x, y = 150 + column * 76, 90 + row * 76
            strength = min(3, max(0, int((column + row) / 5 + chance.uniform(-0.8, 0.8))))
            pen.ellipse(
                _s(x, y, x + 64, y + 64), fill=shades[strength], outline="#4c5b63", width=4 * SCALE
            )
    return _png(image)


def _flasks() -> bytes:
    """A shelf of flasks and jars, each with a layer of another colour."""
    width, height = 1200, 630
    image = Image.new("RGB", (width * SCALE, height * SCALE), "#fbe9dd")
    pen = ImageDraw.Draw(image)
    for shelf in (290, 570):
        pen.rectangle(_s(60, shelf, 1140, shelf + 16), fill="#8a5a00")
    colours = ("#0a5c5a", "#e9c46a", "#a3324a", "#1f5fa8", "#7bb661", "#6b3fa0", "#e4572e")
    for place in range(14):
        row, column = divmod(place, 7)
        x, floor = 95 + column * 150, (290, 570)[row]
        fill = colours[(place * 3 + row) % len(colours)]
        if (place + row) % 2:  # a jar
            pen.rounded_rectangle(
                _s(x, floor - 150, x + 100, floor), 14 * SCALE, fill="#ffffff", outline=INK,
                width=6 * SCALE,
            )  # fmt: skip
            level = 40 + place * 6
            pen.rounded_rectangle(
                _s(x + 10, floor - level, x + 90, floor - 9), 8 * SCALE, fill=fill
            )
            pen.rounded_rectangle(_s(x + 8, floor - 172, x + 92, floor - 148), 6 * SCALE, fill=INK)
        else:  # a flask
            neck, base = floor - 120, floor - 8
            glass = [(x + 36, neck - 60), (x + 36, neck), (x, base), (x + 100, base),
                     (x + 64, neck), (x + 64, neck - 60)]  # fmt: skip
            pen.polygon([(a * SCALE, b * SCALE) for a, b in glass], fill="#ffffff")
            content = [(x + 18, floor - 64), (x + 4, base), (x + 96, base), (x + 82, floor - 64)]
            pen.polygon([(a * SCALE, b * SCALE) for a, b in content], fill=fill)
            outline = [(a * SCALE, b * SCALE) for a, b in [*glass, glass[0]]]
            pen.line(outline, fill=INK, width=6 * SCALE, joint="curve")
    return _png(image)


def _soup() -> bytes:
    """An empty pan seen from above, with twelve pens around it."""
    width, height = 1200, 630
    image = Image.new("RGB", (width * SCALE, height * SCALE), "#0a5c5a")
    pen = ImageDraw.Draw(image)
    middle, centre = 600, 315
    inks = ("#f2b59f", "#ffbf47", "#9fd3c7", "#ffffff")
    for place in range(12):
        angle = place * math.tau / 12 + math.tau / 24
        along, across = math.cos(angle), math.sin(angle)
        stretch = 1.75  # the table is wider than it is deep
        ends = [(middle + reach * along * stretch, centre + reach * across) for reach in (206, 286)]
        pen.line([(x * SCALE, y * SCALE) for x, y in ends], fill=inks[place % 4], width=16 * SCALE)
        x, y = ends[0]
        pen.ellipse(_s(x - 8, y - 8, x + 8, y + 8), fill=INK)
    pen.rounded_rectangle(_s(392, 280, 808, 350), 30 * SCALE, fill=INK)  # the handles
    pen.ellipse(_s(430, 145, 770, 485), fill=INK)
    pen.ellipse(_s(448, 163, 752, 467), fill="#e8eef0")
    pen.ellipse(_s(478, 193, 722, 437), fill="#d3dcdf")
    pen.arc(_s(520, 235, 680, 395), 20, 80, fill="#e4572e", width=12 * SCALE)
    return _png(image)


PICTURES: dict[str, Callable[[], bytes]] = {
    "kas": _greenhouse,
    "kolven": _flasks,
    "platen": _plates,
    "soep": _soup,
}
"""Pictures for news items, by the name the story gives them."""
