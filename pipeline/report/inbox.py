"""Screens of what comes, and of what does not."""

from collections.abc import Iterator, Sequence
from pathlib import Path

from rich.text import Text

from pipeline.flow.owed import Owed
from pipeline.flow.visit import Visit
from pipeline.report import layout
from pipeline.report.layout import SHORT_ID, Column
from pipeline.vocab import Due, ManifestState


def visit_screen(visit: Visit, width: int) -> Iterator[Text]:
    """What came from one source, and what waits there."""
    why = f": {visit.why}" if visit.why else ""
    yield layout.heading(f"{visit.source} ({visit.occasion.value}{why})")
    counts = [f"{visit.count(state)} {state.value}" for state in ManifestState]
    some = [one for one in counts if not one.startswith("0 ")]
    yield from layout.listed(some or ["nothing new"], width)
    if visit.arrivals:
        columns = [
            Column("file", flexible=True),
            Column("state"),
            Column("lines", right=True),
            Column("manifest"),
        ]
        rows = [
            [one.name, one.state.value, f"{one.report.lines:,}", one.manifest[:SHORT_ID]]
            for one in visit.arrivals
        ]
        yield from layout.table(columns, rows, width)
    for partial in visit.partial:
        yield layout.note(f"{Path(partial.name).name} {partial.why}", "yellow")


def owed_screen(owed: Sequence[Owed], in_all: int, width: int) -> Iterator[Text]:
    """One line per report that is expected."""
    if not owed:
        said = f"all of {in_all:,} expected reports are here" if in_all else "none is expected"
        yield layout.note(said)
        return
    columns = [
        Column("source", flexible=True),
        Column("report", flexible=True),
        Column("period"),
        Column("due"),
        Column("kept until"),
        Column("state"),
        Column("arrived (UTC)"),
    ]
    rows = [
        [
            f"{'!' if one.state in {Due.LATE, Due.MISSING} else ''}{one.source}",
            one.report or "–",
            one.period,
            f"{one.due_on}",
            f"{one.closes_on or '–'}",
            _state(one),
            f"{one.arrived_at:%Y-%m-%d %H:%M}" if one.arrived_at else "–",
        ]
        for one in owed
    ]
    yield from layout.table(columns, rows, width, "red")


def _state(owed: Owed) -> str:
    if owed.parts_due and owed.parts_here < owed.parts_due:
        return f"{owed.state.value}, {owed.parts_here} of {owed.parts_due} parts"
    return owed.state.value
