"""A vocabulary and a short way to read a text."""

from pathlib import Path

import pytest

from sessions_log.reports import KnownBody, Report, Vocabulary, read_report

ROOT = Path(__file__).resolve().parents[3]
DEMO_REPORT = ROOT / "civportal" / "demo" / "data" / "verslag-werksessies.txt"


@pytest.fixture
def vocabulary() -> Vocabulary:
    return Vocabulary(
        lines=("Vraaggericht excellent onderwijs", "Practoraat", "Leven Lang Ontwikkelen"),
        bodies=(KnownBody("Stuurgroep", "steering_group"), KnownBody("Werkgroep Stages")),
        organisations=(
            "mboHavenland",
            "Hogeschool Duinrand",
            "Gemeente Lindehaven",
            "Wiekslag Biologics",
        ),
    )


@pytest.fixture
def read(vocabulary):
    """Read a text as a report."""

    def reading(text: str, *, encoding: str = "utf-8") -> Report:
        return read_report(text.encode(encoding), "verslag.txt", vocabulary)

    return reading


@pytest.fixture
def codes():
    """The codes of the warnings that ask something, of all or of one meeting."""

    def asked(report: Report, meeting: int | None = None) -> list[str]:
        return [
            notice.code
            for notice in report.notices
            if notice.level == "ask" and meeting in (None, notice.meeting)
        ]

    return asked
