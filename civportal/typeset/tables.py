"""Tables of rich text, placed on a grid in which every square belongs to exactly one cell."""

import itertools
from dataclasses import dataclass
from typing import Any

WIDEST = 10
"""Columns that fit on a page; a wider table is set row by row, as text."""

LONGEST_HEAD = 500
"""Letters up to which a head is repeated on each page; a longer one could fill the page."""

Node = dict[str, Any]


@dataclass
class Cell:
    """A cell as it was written: its blocks, how far it reaches, whether it heads others."""

    blocks: list[Node]
    columns: int = 1
    rows: int = 1
    is_header: bool = False
    in_head: bool = False


def table(rows: list[list[Cell]]) -> list[Node]:
    """The blocks that show a table: a table, or its rows as text where it is too wide."""
    rows = [row for row in rows if row]
    if not rows:
        return []
    placed, taken = _placed(rows)
    used = sorted({x for x, _y, _cell, _rows in placed})
    if len(used) > WIDEST:
        return [block for row in rows for cell in row for block in cell.blocks]
    narrow = {x: place for place, x in enumerate(used)}
    cells = []
    for x, y, cell, height in placed:
        reach = [column for column in used if x <= column < x + cell.columns]
        width = sum(taken[y].get(column) is cell for column in reach)
        cells.append((narrow[x], y, max(1, width), height, cell))
    return [_node(cells, len(used), len(rows))]


def _placed(
    rows: list[list[Cell]],
) -> tuple[list[tuple[int, int, Cell, int]], list[dict[int, Cell]]]:
    """Each cell with its square and its height, as browsers place them (HTML, 4.9.12).

    A cell stops where another one is in its way, and where the table ends.
    """
    taken: list[dict[int, Cell]] = [{} for _row in rows]
    found = []
    for y, row in enumerate(rows):
        x = 0
        for cell in row:
            while x in taken[y]:
                x += 1
            width = 1
            while width < cell.columns and x + width not in taken[y]:
                width += 1
            cell.columns = width
            height = _height(rows, y, cell)
            for below, column in itertools.product(range(y, y + height), range(x, x + width)):
                taken[below].setdefault(column, cell)
            found.append((x, y, cell, height))
            x += width
    return found, taken


def _height(rows: list[list[Cell]], y: int, cell: Cell) -> int:
    """The rows a cell reaches: not past the end, nor out of the head."""
    head = _head(rows)
    return min(cell.rows, (head if y < head else len(rows)) - y)


def _head(rows: list[list[Cell]]) -> int:
    """The rows at the top that head the others; never all of them."""
    heading = itertools.takewhile(
        lambda row: all(cell.in_head or cell.is_header for cell in row), rows
    )
    return min(sum(1 for _row in heading), len(rows) - 1)


def _node(cells: list[tuple[int, int, int, int, Cell]], columns: int, rows: int) -> Node:
    by_row: list[list[Cell]] = [[] for _row in range(rows)]
    for _x, y, _width, _height, cell in cells:
        by_row[y].append(cell)
    head = _head(by_row)
    letters = sum(len(_text(cell)) for row in by_row[:head] for cell in row)
    return {
        "kind": "table",
        "widths": _widths(cells, columns),
        "head": head if letters <= LONGEST_HEAD else 0,
        "cells": [
            {
                "x": x,
                "y": y,
                "columns": width,
                "rows": height,
                "header": cell.is_header or cell.in_head,
                "blocks": cell.blocks,
            }
            for x, y, width, height, cell in cells
        ],
    }


def _widths(cells: list[tuple[int, int, int, int, Cell]], columns: int) -> list[int]:
    """How wide each column wants to be, as a share: its longest word, and some of its text."""
    widths = [6] * columns
    for x, _y, width, _height, cell in cells:
        if width == 1:
            text = _text(cell)
            longest = max((len(word) for word in text.split()), default=0)
            widths[x] = max(widths[x], min(longest, 24), min(len(text), 40))
    return widths


def _text(cell: Cell) -> str:
    return " ".join(_texts(cell.blocks))


def _texts(blocks: list[Node]) -> list[str]:
    found = []
    for block in blocks:
        found += [run["t"] for run in block.get("runs", [])]
        found += _texts(block.get("blocks", []))
        for item in block.get("items", []):
            found += _texts(item)
    return found
