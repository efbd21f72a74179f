"""Dates, times and money as people say them."""

from datetime import UTC, date, datetime, time
from decimal import Decimal

import pytest
from django.template import Context, Template
from django.utils import translation

from civportal.ui import words

DAY = date(2021, 2, 18)


def render(source: str, language: str = "nl", **context) -> str:
    with translation.override(language):
        return Template(source).render(Context(context)).strip()


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "nl",
            '<time datetime="2021-02-18">donderdag 18 februari 2021</time>, <span class="nowrap">'
            '<time datetime="15:00">15.00</time>–<time datetime="17:00">17.00</time>'
            "\N{NO-BREAK SPACE}uur</span>",
        ),
        (
            "en",
            '<time datetime="2021-02-18">Thursday 18 February 2021</time>, <span class="nowrap">'
            '<time datetime="15:00">15:00</time>–<time datetime="17:00">17:00</time></span>',
        ),
    ],
)
def test_moment(language, said):
    source = "{% moment day start end %}"
    assert render(source, language, day=DAY, start=time(15), end=time(17)) == said


def test_moment_of_a_whole_day_is_the_date():
    assert render("{% moment day %}", day=DAY) == (
        '<time datetime="2021-02-18">donderdag 18 februari 2021</time>'
    )


def test_nothing_is_said_of_what_is_not_known():
    source = "{% moment x %}{% date_long x %}{% date_short x %}{% time_range x %}{{ x|money }}"
    assert render(source, x=None) == ""


def test_a_moment_in_time_is_told_in_the_centres_own_time():
    late = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)  # half past midnight in Amsterdam
    assert render("{% moment at at %}", at=late) == (
        '<time datetime="2026-07-01">woensdag 1 juli 2026</time>, <span class="nowrap">'
        '<time datetime="00:30">00.30</time>\N{NO-BREAK SPACE}uur</span>'
    )


@pytest.mark.parametrize(
    ("amount", "nl", "en"),
    [
        (12500, "€\N{NO-BREAK SPACE}12.500", "€12,500"),
        (Decimal("12500.00"), "€\N{NO-BREAK SPACE}12.500", "€12,500"),
        (Decimal("0.5"), "€\N{NO-BREAK SPACE}0,50", "€0.50"),
        (Decimal("-1234567.89"), "−€\N{NO-BREAK SPACE}1.234.567,89", "−€1,234,567.89"),
    ],
)
def test_money(amount, nl, en):
    said = [render("{{ amount|money }}", language, amount=amount) for language in ("nl", "en")]
    assert said == [nl, en]


def test_date_tile():
    tile = (
        '<time class="date-tile" datetime="2021-02-18"><span class="date-tile__day">18</span> '
        '<span class="date-tile__month">{} 2021</span></time>'
    )
    assert [render("{% date_tile day %}", language, day=DAY) for language in ("nl", "en")] == [
        tile.format("feb"),
        tile.format("Feb"),
    ]


def test_an_unknown_language_gets_the_international_clock():
    with translation.override("de"):
        assert words.time_range_html(time(9), None) == (
            '<span class="nowrap"><time datetime="09:00">09:00</time></span>'
        )
