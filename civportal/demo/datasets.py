"""Made-up measurements for the datasets of the demo: the same on every day, and a little untidy."""

import csv
import datetime
import io
import math
from collections.abc import Callable, Iterator
from typing import Any

Rows = Iterator[list[Any]]


def _noise(*numbers: float) -> float:
    """From 0 up to 1, the same for the same numbers; not random, and need not be."""
    mixed = (
        math.sin(sum(n * (12.9898 + 7.233 * place) for place, n in enumerate(numbers))) * 43758.5
    )
    return mixed - math.floor(mixed)


def _incubator() -> Rows:
    """Half a year of hours in an incubator, with a door that stood ajar for a week."""
    yield ["moment", "temperatuur_c", "vocht_procent", "co2_procent", "kweek"]
    start = datetime.datetime(2025, 1, 6, tzinfo=datetime.UTC)
    for hour in range(26 * 7 * 24):
        ajar = 1500 <= hour < 1668
        warm = 37 + 0.15 * math.sin(hour / 24 * math.tau) + 0.2 * (_noise(hour, 1) - 0.5)
        warm -= 1.4 * _noise(hour, 2) if ajar else 0
        moist = 95 + 2 * (_noise(hour, 3) - 0.5) - (9 if ajar else 0)
        lost = _noise(hour, 4) < 0.01
        yield [
            f"{start + datetime.timedelta(hours=hour):%Y-%m-%d %H:%M}",
            "999,9" if lost else f"{warm:.2f}".replace(".", ","),
            f"{moist:.1f}".replace(".", ","),
            f"{5 + 0.2 * (_noise(hour, 5) - 0.5):.2f}".replace(".", ","),
            f"kweek-{1 + hour // 336:02}",
        ]


def _reads() -> Rows:
    """A thousand short pieces of DNA, each letter with how sure the machine was of it."""
    yield ["stuk", "lezing", "zekerheid"]
    for piece in range(1, 1001):
        letters = "".join("ACGT"[int(4 * _noise(piece % 40, place))] for place in range(60))
        sure = [int(38 - 20 * _noise(piece, place, 3) ** 3) for place in range(60)]
        wrong = int(60 * _noise(piece, 8))
        letters = letters[:wrong] + "ACGTN"[int(5 * _noise(piece, 9))] + letters[wrong + 1 :]
        yield [piece, letters, " ".join(str(each) for each in sure)]


def _caterpillars() -> Rows:
    """Sixty caterpillars of five mothers, and three that were read twice."""
    places = range(1, 41)
    yield ["rups", *(f"plek_{place:02}" for place in places), "kwaliteit"]
    for each in [*range(1, 61), 7, 23, 41]:
        mother = each % 5
        pairs = []
        for place in places:
            first = "ACGT"[int(4 * _noise(mother, place))]
            second = "ACGT"[int(4 * _noise(each, place, 2))]
            pairs.append("-" if _noise(each, place, 6) < 0.02 else first + second)
        yield [f"rij{1 + each % 8}-{each:02}", *pairs, int(12 + 28 * _noise(each, 11))]


MEASURED: dict[str, Callable[[], Rows]] = {
    "stoof": _incubator,
    "dna": _reads,
    "rupsen": _caterpillars,
}
"""By the name that the story gives a dataset."""


def measurements(name: str) -> bytes:
    """A CSV file with semicolons, as Dutch spreadsheets open it."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(MEASURED[name]())
    return out.getvalue().encode()
