"""Lines of text for a screen: tables whose figures are never cut, and words for time and size.

A table that does not fit shortens the columns that may be shortened. Figures stay whole, even
where a terminal must then wrap the line.
"""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal

from rich.cells import cell_len, set_cell_size
from rich.text import Text

GAP = 2
INDENT = 2
SHORT_ID = 12
"""Digits of an id on a screen: more than commands need to tell one from another."""
_LEAST_FLEXIBLE = 8
_NOTHING = "–"
_MINUTE, _HOUR, _DAY = 60, 3600, 86_400
_KILO = 1000
_UNITS = ("kB", "MB", "GB", "TB")


@dataclass(frozen=True)
class Column:
    """A column of a table; `flexible` ones are shortened where the screen is narrow."""

    head: str
    right: bool = False
    flexible: bool = False
    style: str = ""


def table(
    columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int, mark: str = ""
) -> list[Text]:
    """A heading and one line per row, indented.

    Args:
        columns: what stands in them.
        rows: their cells, as many as columns.
        width: cells of the screen.
        mark: style of rows whose first cell begins with `!`, which is not shown.
    """
    marked = [mark if row[0].startswith("!") else "" for row in rows]
    plain = [[_single(cell.removeprefix("!")) for cell in row] for row in rows]
    widths = _widths(columns, plain, width)
    heads = _line(columns, [column.head for column in columns], widths, "bold")
    lines = [_line(columns, row, widths, style) for row, style in zip(plain, marked, strict=True)]
    return [heads, *lines]


def _widths(columns: Sequence[Column], rows: Sequence[Sequence[str]], width: int) -> list[int]:
    """The width of each column; flexible ones share what the others leave."""
    wanted = [
        max([cell_len(column.head), *(cell_len(row[place]) for row in rows)])
        for place, column in enumerate(columns)
    ]
    rigid = sum(size for size, column in zip(wanted, columns, strict=True) if not column.flexible)
    left = width - INDENT - GAP * (len(columns) - 1) - rigid
    flexible = sorted(
        (place for place, column in enumerate(columns) if column.flexible),
        key=lambda place: wanted[place],
    )
    for number, place in enumerate(flexible):
        share = max(left // (len(flexible) - number), _LEAST_FLEXIBLE)
        wanted[place] = min(wanted[place], share)
        left -= wanted[place]
    return wanted


def _line(
    columns: Sequence[Column], cells: Sequence[str], widths: Sequence[int], style: str
) -> Text:
    """One row; the last column is not padded, so that nothing trails."""
    line = Text(" " * INDENT, end="")
    for place, (column, cell, size) in enumerate(zip(columns, cells, widths, strict=True)):
        shown = shortened(cell, size)
        blanks = " " * (size - cell_len(shown))
        last = place == len(columns) - 1
        padded = blanks + shown if column.right else shown + ("" if last else blanks)
        line.append(padded + ("" if last else " " * GAP), style or column.style)
    line.rstrip()
    return line


def shortened(text: str, size: int) -> str:
    """A text in at most so many cells, the cut shown by an ellipsis."""
    if cell_len(text) <= size:
        return text
    return set_cell_size(text, size - 1).rstrip() + "…"


def plain(text: str) -> str:
    """A text without anything that moves the cursor or turns the writing: such are spelled out.

    Reports are written by others; a title may hold an escape sequence or a NUL.
    """
    return "".join(_spelled(character) for character in text)


def _spelled(character: str) -> str:
    harmless = character == "\n" or unicodedata.category(character) not in {"Cc", "Cf", "Zl", "Zp"}
    return character if harmless else character.encode("unicode_escape").decode()


def _single(cell: str) -> str:
    return plain(cell).replace("\n", "\\n")


def heading(text: str) -> Text:
    """A section's title."""
    return Text(text, style="bold", end="")


def note(text: str, style: str = "") -> Text:
    """One indented line."""
    return Text(" " * INDENT + plain(text), style=style, end="")


def blank() -> Text:
    """An empty line."""
    return Text("", end="")


def decimals(values: Iterable[Decimal]) -> list[str]:
    """Amounts as text with as many decimals as the longest needs, so that their points align.

    Every digit is shown: trailing zeros beyond all others' last digit are the only ones to go.
    Nothing is `0`, which stands out in a column of money.
    """
    given = list(values)
    whole = [f"{value:,f}".partition(".") for value in given]
    longest = max((len(digits.rstrip("0")) for _, _, digits in whole), default=0)
    return [
        _aligned(units, digits, longest) if value else "0"
        for value, (units, _, digits) in zip(given, whole, strict=True)
    ]


def _aligned(units: str, digits: str, longest: int) -> str:
    return f"{units}.{digits[:longest]:0<{longest}}" if longest else units


def count(number: int, noun: str) -> str:
    """A number with its noun, such as `1 line` or `2,000 lines`."""
    if number == 1:
        return f"1 {noun}"
    return f"{number:,} {f'{noun[:-1]}ies' if noun.endswith('y') else f'{noun}s'}"


def currency_name(currency: str) -> str:
    """A currency as a heading; lines may name none."""
    return currency or "(none)"


def seconds_between(then: datetime, now: datetime) -> float:
    """Seconds from one clock reading to another; one without a zone is UTC."""
    return (_utc(now) - _utc(then)).total_seconds()


def _utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def duration(seconds: float) -> str:
    """A length of time in its largest unit, such as `4 min`."""
    if seconds < _MINUTE:
        return f"{max(seconds, 0):.0f} s"
    if seconds < _HOUR:
        return f"{seconds // _MINUTE:.0f} min"
    return f"{seconds // _HOUR:.0f} h" if seconds < _DAY else f"{seconds // _DAY:.0f} d"


def due(next_at: datetime | None, now: datetime) -> str:
    """When something may be tried again: `now`, `in 4 min`, or a dash for never."""
    if next_at is None:
        return _NOTHING
    wait = seconds_between(now, next_at)
    return "now" if wait <= 0 else f"in {duration(wait)}"


def size(number: int) -> str:
    """A number of bytes, such as `12.9 kB`."""
    if number < _KILO:
        return f"{number} B"
    power = min((len(str(number)) - 1) // 3, len(_UNITS))
    return f"{number / _KILO**power:.1f} {_UNITS[power - 1]}"


def listed(facts: Sequence[str], width: int, style: str = "") -> Iterator[Text]:
    """Facts parted by commas, in as few indented lines as hold them."""
    line = ""
    for fact in facts:
        longer = f"{line}, {fact}" if line else fact
        if line and cell_len(longer) + INDENT >= width:
            yield note(f"{line},", style)
            longer = fact
        line = longer
    yield note(line, style)


def joined(*sections: Iterable[Text]) -> Iterator[Text]:
    """Sections with an empty line between those that have lines."""
    first = True
    for section in map(list, sections):
        if section and not first:
            yield blank()
        first = first and not section
        yield from section
