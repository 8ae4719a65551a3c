"""Where the money is, by status and currency."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from rich.text import Text

from pipeline.flow.standing import Money
from pipeline.report import layout
from pipeline.report.layout import Column

_PLACES = ("reported", "matched", "unmatched", "held", "quarantined", "excluded", "difference")
_NAMES = {"held": "on hold"}


def money_table(money: Sequence[Money], width: int) -> list[Text]:
    """Where the money is: a row per status, a column per currency, as many as fit side by side."""
    if not money:
        return [layout.note("no lines")]
    columns = [(one.currency, layout.decimals(_amounts(one))) for one in money]
    counts = [f"{sum(getattr(one, f'{place}_lines') for one in money):,}" for place in _PLACES]
    lines: list[Text] = []
    first = True
    for chunk in _chunks(columns, width):
        heads = [Column(""), *([Column("lines", right=True)] if first else [])]
        heads += [Column(layout.currency_name(currency), right=True) for currency, _ in chunk]
        rows = [
            [
                _label(place, money),
                *([counts[number]] if first else []),
                *(texts[number] for _, texts in chunk),
            ]
            for number, place in enumerate(_PLACES)
        ]
        lines += [*([] if first else [layout.blank()]), *layout.table(heads, rows, width, "red")]
        first = False
    unreadable = sum(one.unreadable_lines for one in money)
    if unreadable:
        lines.append(layout.note(f"{layout.count(unreadable, 'line')} without a readable amount"))
    return lines


def _amounts(money: Money) -> list[Decimal]:
    return [getattr(money, place) for place in _PLACES]


def _label(place: str, money: Sequence[Money]) -> str:
    """A row's name; a difference that is none is marked."""
    off = place == "difference" and any(one.difference or one.difference_lines for one in money)
    return f"{'!' if off else ''}{_NAMES.get(place, place)}"


def _chunks(
    columns: Sequence[tuple[str, list[str]]], width: int
) -> Iterator[list[tuple[str, list[str]]]]:
    """The columns in groups that fit beside the row's names and the column of counts."""
    taken = layout.INDENT + len("quarantined") + layout.GAP + len("9,999,999") + layout.GAP
    chunk: list[tuple[str, list[str]]] = []
    used = taken
    for column in columns:
        needed = max(map(len, [layout.currency_name(column[0]), *column[1]])) + layout.GAP
        if chunk and used + needed > width:
            yield chunk
            chunk, used = [], taken
        chunk.append(column)
        used += needed
    yield chunk
