"""Spreadsheets: what a cell may hold, and that nothing of it is computed or lost."""

import csv
import datetime
import io
from decimal import Decimal

import pytest
from openpyxl import load_workbook

from civportal.lib.sheet import as_csv, as_xlsx, harmless

FORMULAS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "\u00a0=1", "＝1",
            "|calc", "-2+3+cmd", "%0A=1", "  +1",
            '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0"]  # fmt: skip


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_text(text):
    assert str(harmless(text)).startswith("'")


@pytest.mark.parametrize(
    "value", ["Zilt", "a=b", "1-2", "", None, 12, -3, Decimal("-1.25"), datetime.date(2021, 3, 1)]
)
def test_what_is_no_formula_stays(value):
    assert harmless(value) == value


ROWS = [["Wat", "Uren", "Dag"], ["=1+1\x07", Decimal("-12.25"), datetime.date(2021, 3, 1)],
        ["Één; twee, drie", 3, None]]  # fmt: skip


def test_csv_is_utf_8_and_keeps_numbers():
    response = as_csv(ROWS, "uren")
    raw = b"".join(response.streaming_content)
    assert raw.startswith(b"\xef\xbb\xbf")
    assert list(csv.reader(io.StringIO(raw.decode("utf-8-sig")))) == [
        ["Wat", "Uren", "Dag"], ["'=1+1", "-12.25", "2021-03-01"], ["Één; twee, drie", "3", ""],
    ]  # fmt: skip
    assert (response["Cache-Control"], response["Content-Disposition"]) == (
        "private, no-store", 'attachment; filename="uren.csv"',
    )  # fmt: skip


def test_xlsx_has_a_page_for_each_and_keeps_numbers():
    response = as_xlsx([("Eén", ROWS), ("Twee", [["Alleen dit"]])], "uren")
    book = load_workbook(io.BytesIO(b"".join(response.streaming_content)))
    pages = {page.title: [[cell.value for cell in row] for row in page] for page in book}
    day = datetime.datetime  # a day in a sheet has no zone
    assert pages == {
        "Eén": [["Wat", "Uren", "Dag"], ["'=1+1", -12.25, day(2021, 3, 1)],
                ["Één; twee, drie", 3, None]],
        "Twee": [["Alleen dit"]],
    }  # fmt: skip
    assert response["X-Content-Type-Options"] == "nosniff"
