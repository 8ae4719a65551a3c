"""The screen of a trial of rules: how often each would have fired, and when."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from rich.text import Text

from pipeline.flow.trying import Firing, Trial, Tried
from pipeline.report import layout
from pipeline.report.alarms import NOTHING, told_table, valued
from pipeline.report.layout import Column
from pipeline.vocab_watch import Level

_MOST_CELLS = 30
_LEAST_CELLS = 8
_MARKS = {Level.CALM: "·", Level.WARNING: "▒", Level.BREACH: "█"}


def trial_screen(trial: Trial, width: int) -> Iterator[Text]:
    """What rules would have done: how often, how long, how far, and when."""
    span = f"{trial.since:%Y-%m-%d} to {trial.until:%Y-%m-%d %H:%M} UTC"
    yield layout.heading(f"{span}, {layout.count(trial.looks, 'look')}")
    columns = [
        Column("rule"),
        Column("fired", right=True),
        Column("breach", right=True),
        Column("longest", right=True),
        Column("worst", right=True),
        Column("when"),
    ]
    bare = [_trial_row(one, trial) for one in trial.tried]
    heads = [column.head for column in columns[:-1]]
    taken = sum(max(map(len, cells)) for cells in zip(heads, *bare, strict=True))
    left = width - taken - layout.INDENT - layout.GAP * len(heads)
    cells = min(max(left, _LEAST_CELLS), _MOST_CELLS)
    rows = [[*row, timeline(one, trial, cells)] for row, one in zip(bare, trial.tried, strict=True)]
    yield from told_table(columns, rows, width)
    yield layout.note("· calm  ▒ warning  █ breach  from the first day to now")
    firings = [(one.rule.name, firing) for one in trial.tried for firing in one.firings]
    if firings:
        yield layout.blank()
        yield from _firings(firings, trial, width)


def _trial_row(one: Tried, trial: Trial) -> list[str]:
    lasted = [firing.lasted(trial.until) for firing in one.firings]
    return [
        one.rule.name,
        f"{len(one.firings):,}",
        f"{sum(firing.breached_at is not None for firing in one.firings):,}",
        layout.duration(max(lasted).total_seconds()) if lasted else NOTHING,
        valued(one.worst, one.unit),
    ]


def timeline(one: Tried, trial: Trial, cells: int) -> str:
    """The span of a trial in so many cells, each marked with the worst level within it."""
    whole = (trial.until - trial.since).total_seconds() or 1.0
    levels = [Level.CALM] * cells
    for firing in one.firings:
        ended = firing.ended_at or trial.until
        _mark(
            levels, Level.WARNING, _cell(firing.began_at, trial, whole), _cell(ended, trial, whole)
        )
        if firing.breached_at is not None:
            first = _cell(firing.breached_at, trial, whole)
            _mark(levels, Level.BREACH, first, _cell(ended, trial, whole))
    return "".join(_MARKS[level] for level in levels)


def _cell(moment: datetime, trial: Trial, whole: float) -> float:
    """Where a moment stands in the span, from 0 to 1."""
    return (moment - trial.since).total_seconds() / whole


def _mark(levels: list[Level], level: Level, first: float, last: float) -> None:
    cells = len(levels)
    begin = min(int(first * cells), cells - 1)
    for place in range(begin, min(int(last * cells), cells - 1) + 1):
        if levels[place] is not Level.BREACH:
            levels[place] = level


_SHOWN = 20
"""Firings that a trial lists one by one; `--json` has all."""


def _firings(firings: Sequence[tuple[str, Firing]], trial: Trial, width: int) -> Iterator[Text]:
    columns = [
        Column("rule"),
        Column("of", flexible=True),
        Column("began (UTC)"),
        Column("level"),
        Column("lasted", right=True),
        Column("worst", right=True),
    ]
    ordered = sorted(firings, key=lambda pair: pair[1].began_at)
    rows = [
        [
            name,
            one.key,
            f"{one.began_at:%Y-%m-%d %H:%M}",
            Level.WARNING.value if one.breached_at is None else Level.BREACH.value,
            layout.duration(one.lasted(trial.until).total_seconds())
            + ("" if one.ended_at else " …"),
            valued(one.worst, one.unit),
        ]
        for name, one in ordered[:_SHOWN]
    ]
    yield from told_table(columns, rows, width)
    if len(firings) > _SHOWN:
        yield layout.note(f"… and {len(firings) - _SHOWN:,} more: --rule or --json")
