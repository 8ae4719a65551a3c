"""The grammar of delimited files once more, character by character: slow, plain and independent."""

import re
from bisect import bisect_right
from dataclasses import dataclass

from pipeline.read import Dialect
from pipeline.vocab import Fault

MAX_OPEN = 64 * 2**20


@dataclass(frozen=True)
class Line:
    """One record: where it stands in the text, its physical line from 0, its fault or its cells."""

    start: int
    end: int
    line: int
    fault: Fault | None
    cells: list[str]


def oracle(
    text: str, width: int, dialect: Dialect, max_open: int = MAX_OPEN
) -> tuple[list[Line], int]:
    """The records of a text after its header and before its footer, and lines read again.

    Args:
        text: one character per code unit.
        width: how many cells a record has.
        dialect: the marks.
        max_open: how far a record may reach while a quoted cell is open.
    """
    lines = re.findall(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text)
    starts = [0]
    for physical in lines:
        starts.append(starts[-1] + len(physical))
    found: list[Line] = []
    at = seen = again = 0
    while at < len(lines):
        comment = dialect.comment and lines[at].startswith(dialect.comment)
        if comment or not lines[at].strip("\r\n"):
            at += 1
            continue
        reach = max(at + 1, bisect_right(starts, starts[at] + max_open) - 1)
        cells, last = _record(lines, range(at, reach), width, dialect)
        fault = None if cells else Fault.BAD_QUOTING
        if cells and len(cells) != width:
            padded = dialect.pad_short and len(cells) < width
            one_line = Fault.CELLS_PADDED if padded else Fault.FIELD_COUNT
            fault = one_line if last == at else Fault.BAD_QUOTING
            cells += [""] * (width - len(cells))
        if fault is Fault.BAD_QUOTING:
            again += max(0, last - max(at, seen - 1))
            seen, last = max(seen, last + 1), at
        found.append(Line(starts[at], starts[last + 1], at, fault, cells))
        at = last + 1
    return found, again


def _record(  # noqa: C901, PLR0912 - the whole grammar at one glance
    lines: list[str], reach: range, width: int, dialect: Dialect
) -> tuple[list[str], int]:
    """The cells of the record that these lines begin with, none if it breaks; its last line."""
    quote, escape = dialect.quote, dialect.escape
    cells, cell, state, loose = [], "", "start", False
    for last in reach:
        body = iter(lines[last].rstrip("\r\n") + "\n")
        here = next(body)
        while here != "\n":
            after = next(body)
            if state == "quoted":
                if (here == escape and after != "\n") or (here == after == quote and not escape):
                    cell, after = cell + after, next(body)
                elif here == quote:
                    state = "closed"
                else:
                    cell += here
            elif here == dialect.delimiter:
                cells, cell, state = [*cells, cell], "", "start"
            elif state == "closed":
                return [], last
            elif here == quote and state == "start":
                state = "quoted"
            else:
                if here == quote and state != "loose" and loose:
                    return [], last
                state = "loose" if here == quote or state == "loose" else "plain"
                cell, loose = cell + here, loose or state == "loose"
            here = after
        if state != "quoted":
            return [*cells, cell], last
        if len(cells) >= width:
            return [], last
        cell += lines[last][len(lines[last].rstrip("\r\n")) :]
    return [], reach[-1]
