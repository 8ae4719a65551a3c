"""The screen of a drafted profile."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from rich.text import Text

from pipeline.contract.money import sum_text
from pipeline.flow.drafting import Drafted
from pipeline.report import layout
from pipeline.report.layout import Column

_SHOWN = (
    *("service", "activity_start", "territory", "isrc", "gtin", "title", "artist"),
    *("quantity", "amount", "currency"),
)
_FIGURES = ("quantity", "amount")


def drafted_screen(found: Drafted, width: int, next_step: str) -> Iterator[Text]:
    """The profile, what speaks against it, and the first lines as they would land."""
    yield from layout.joined(
        (Text(layout.plain(line), end="") for line in found.draft.toml.splitlines()),
        _doubts(found),
        _preview(found, width),
        [layout.heading("Next"), layout.note(next_step)],
    )


def _doubts(found: Drafted) -> Iterator[Text]:
    yield layout.heading("Look at this first")
    yield from (layout.note(doubt, "yellow") for doubt in found.draft.doubts)


def _preview(found: Drafted, width: int) -> Iterator[Text]:
    lines = found.preview
    if not lines.height:
        return
    names = [name for name in _SHOWN if name in lines.columns]
    columns = [
        Column(name.replace("_", " "), name in _FIGURES, name not in _FIGURES) for name in names
    ]
    rows = [
        [*(_cell(row[name]) for name in names), ", ".join(row["faults"])]
        for row in lines.iter_rows(named=True)
    ]
    yield layout.heading("The first lines, as they would land")
    yield from layout.table([*columns, Column("faults", flexible=True)], rows, width)


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    return sum_text(value) if isinstance(value, Decimal) else str(value)
