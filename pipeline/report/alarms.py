"""Screens of alarms: what fires, what is silenced, and what was resolved lately."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from decimal import Decimal

from rich.text import Text

from pipeline.flow.firing import Listed
from pipeline.flow.standing import Firing
from pipeline.report import layout
from pipeline.report.layout import Column
from pipeline.vocab_watch import Level
from pipeline.watch.quantities import told

NOTHING = "–"


def firing_table(firing: Sequence[Firing], at: datetime, width: int) -> list[Text]:
    """What fires, for the screen of the whole lake."""
    if not firing:
        return []
    return [layout.heading("Firing"), *_firing(firing, at, width)]


def _firing(firing: Sequence[Firing], at: datetime, width: int) -> list[Text]:
    columns = [
        Column("level"),
        Column("rule"),
        Column("of", flexible=True),
        Column("value", right=True),
        Column("limit", right=True),
        Column("since", right=True),
        Column("silenced"),
    ]
    rows = [
        [
            f"{'!' if one.level is Level.BREACH else ''}{_level(one)}",
            one.rule,
            one.key,
            valued(one.value if one.now is None else one.now, one.unit),
            valued(one.limit, one.unit),
            layout.duration(layout.seconds_between(one.began_at, at)),
            "" if one.silenced_until is None else f"until {one.silenced_until:%m-%d %H:%M}",
        ]
        for one in firing
    ]
    return told_table(columns, rows, width, "red")


def _level(one: Firing) -> str:
    return "pending" if one.level is Level.CALM else one.level.value


def listed_screen(shown: Listed, at: datetime, width: int, royalty: str) -> Iterator[Text]:
    """What fires, what is silenced, and what was resolved lately."""
    if not shown.firing:
        yield layout.note("nothing fires")
    else:
        yield layout.heading("Now")
        yield from _firing(shown.firing, at, width)
        for one in shown.firing:
            title = shown.titles.get(one.rule, "")
            detail = f": {one.detail}" if one.detail else ""
            yield layout.note(f"{one.rule} {one.key}".strip() + f" – {title}{detail}")
    if shown.silences:
        yield layout.blank()
        yield layout.heading("Silenced")
        yield from _silences(shown, width)
    if shown.resolved:
        yield layout.blank()
        yield layout.heading("Resolved lately")
        yield from _resolved(shown, at, width)
    if shown.firing:
        yield layout.blank()
        yield layout.note(f"{royalty} alerts show {shown.firing[0].rule}", "bold")


def _silences(shown: Listed, width: int) -> list[Text]:
    columns = [
        Column("rule"),
        Column("of", flexible=True),
        Column("until (UTC)"),
        Column("by"),
        Column("reason", flexible=True),
    ]
    rows = [
        [one.rule, one.key or "all", f"{one.until:%Y-%m-%d %H:%M}", one.said_by, one.reason]
        for one in shown.silences
    ]
    return told_table(columns, rows, width)


def _resolved(shown: Listed, at: datetime, width: int) -> list[Text]:
    columns = [
        Column("rule"),
        Column("of", flexible=True),
        Column("was"),
        Column("value", right=True),
        Column("lasted", right=True),
        Column("ended", right=True),
    ]
    rows = [
        [
            one.rule,
            one.key,
            one.worst,
            valued(one.value, one.unit),
            layout.duration((one.resolved_at - one.began_at).total_seconds()),
            f"{layout.duration(layout.seconds_between(one.resolved_at, at))} ago",
        ]
        for one in shown.resolved
    ]
    return told_table(columns, rows, width)


def valued(value: Decimal | None, unit: str | None) -> str:
    """A value with its unit; a dash where there is none."""
    return NOTHING if value is None else told(value, unit or "")


def told_table(
    columns: Sequence[Column], rows: Sequence[list[str]], width: int, mark: str = ""
) -> list[Text]:
    """A table without the columns that say nothing."""
    shown = [place for place in range(len(columns)) if any(row[place] for row in rows)]
    return layout.table(
        [columns[place] for place in shown],
        [[row[place] for place in shown] for row in rows],
        width,
        mark,
    )
