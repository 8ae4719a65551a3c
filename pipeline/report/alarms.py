"""Screens of alarms: what fires, the rules that hold, one rule's events, and a trial of rules."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal
from typing import assert_never

from rich.text import Text

from pipeline.flow.firing import Listed, Told
from pipeline.flow.standing import Firing
from pipeline.flow.trying import Firing as Once
from pipeline.flow.trying import Trial, Tried
from pipeline.report import layout
from pipeline.report.layout import Column
from pipeline.vocab_watch import ChannelKind, Level
from pipeline.watch.quantities import Quantity, told
from pipeline.watch.rules import Channel, Rule, Rules

_NOTHING = "–"
_LINE_CELLS = 24
_LEAST_LINE_CELLS = 8
_MARKS = {Level.CALM: "·", Level.WARNING: "▒", Level.BREACH: "█"}


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
            _value(one.value if one.now is None else one.now, one.unit),
            _value(one.limit, one.unit),
            layout.duration(layout.seconds_between(one.began_at, at)),
            "" if one.silenced_until is None else f"until {one.silenced_until:%m-%d %H:%M}",
        ]
        for one in firing
    ]
    return _table(columns, rows, width, "red")


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
    return _table(columns, rows, width)


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
            _value(one.value, one.unit),
            layout.duration((one.resolved_at - one.began_at).total_seconds()),
            f"{layout.duration(layout.seconds_between(one.resolved_at, at))} ago",
        ]
        for one in shown.resolved
    ]
    return _table(columns, rows, width)


def rules_screen(rules: Rules, width: int) -> Iterator[Text]:
    """The rules that hold, and the channels."""
    columns = [
        Column("rule"),
        Column("metric", flexible=True),
        Column("warning", right=True),
        Column("breach", right=True),
        Column("for", right=True),
        Column("from"),
    ]
    rows = [
        [
            rule.name,
            f"{rule.metric.value}{_filters(rule)}",
            _limits(rule.warning.values()),
            _limits(rule.breach.values()),
            _span(rule.hold),
            rule.where,
        ]
        for rule in rules.rules
    ]
    yield layout.heading("Rules")
    yield from _table(columns, rows, width)
    if rules.switched_off:
        yield layout.note(f"switched off: {', '.join(rules.switched_off)}")
    yield layout.blank()
    yield layout.heading("Channels")
    heads = [Column("channel"), Column("kind"), Column("told from"), Column("to", flexible=True)]
    told_to = [[one.name, one.kind.value, one.since.value, _goal(one)] for one in rules.channels]
    yield from _table(heads, told_to, width)


def _filters(rule: Rule) -> str:
    """What of its metric a rule looks at, in words."""
    words = [f"{column} {' or '.join(values)}" for column, values in rule.chosen.items()]
    words += [f"per {column}" for column in rule.per]
    if rule.within is not None:
        words.append(f"of {_span(rule.within)}")
    return f": {', '.join(words)}" if words else ""


def _goal(channel: Channel) -> str:
    """Where a channel leads, as far as that is no secret."""
    match channel.kind:
        case ChannelKind.TERMINAL:
            return "whoever runs a command"
        case ChannelKind.FILE:
            return channel.path
        case ChannelKind.WEBHOOK | ChannelKind.APPRISE:
            place = channel.url
            hidden = place is None or place.kind == "plain"
            return "as written" if hidden or place is None else f"{place.kind} {place.name}"
        case kind:
            assert_never(kind)


def _limits(limits: Iterable[Quantity]) -> str:
    return ", ".join(told(one.value, one.unit) for one in limits) or _NOTHING


def _span(span: timedelta) -> str:
    return told(Decimal(int(span.total_seconds())), "s") if span else _NOTHING


def rule_screen(rule: Rule | None, events: Sequence[Told], width: int) -> Iterator[Text]:
    """One rule and its events."""
    if rule is None:
        yield layout.note("the rule is no more")
    else:
        yield layout.heading(f"{rule.name}: {rule.title}")
        yield layout.note(f"{rule.metric.value}{_filters(rule)}: {rule.measured.means}")
        limits = f"warning {_limits(rule.warning.values())}, breach {_limits(rule.breach.values())}"
        yield layout.note(f"{limits}, severity {rule.severity.value}, from {rule.where}")
    yield layout.blank()
    if not events:
        yield layout.note("it has never fired")
        return
    columns = [
        Column("at (UTC)"),
        Column("event"),
        Column("of", flexible=True),
        Column("value", right=True),
        Column("limit", right=True),
        Column("told", flexible=True),
        Column("note", flexible=True),
    ]
    rows = [
        [
            f"{one.at:%Y-%m-%d %H:%M}",
            one.state,
            one.key,
            _value(one.value, one.unit),
            _value(one.limit, one.unit),
            _channels(one),
            _said(one),
        ]
        for one in events
    ]
    yield from _table(columns, rows, width)


def _channels(one: Told) -> str:
    """Who was told, and who is still to be."""
    owed = [f"{name} (owed)" for name in one.owed]
    return ", ".join([*one.told, *owed]) or ("silenced" if one.muted else "")


def _said(one: Told) -> str:
    if one.said_by is None:
        return one.detail or ""
    until = "" if one.until is None else f" until {one.until:%Y-%m-%d %H:%M}"
    return f"{one.said_by}{until}: {one.reason}"


def trial_screen(trial: Trial, width: int) -> Iterator[Text]:
    """What rules would have done: how often, how long, how far, and when."""
    span = f"{trial.since:%Y-%m-%d} to {trial.until:%Y-%m-%d %H:%M} UTC"
    yield layout.heading(f"{span}, {layout.count(trial.looks, 'look')}")
    columns = [
        Column("rule", flexible=True),
        Column("fired", right=True),
        Column("breach", right=True),
        Column("longest", right=True),
        Column("worst", right=True),
        Column("when"),
    ]
    bare = [_trial_row(one, trial) for one in trial.tried]
    taken = sum(max(len(row[place]) for row in bare) for place in range(5)) if bare else 0
    cells = min(max(width - taken - 18, _LEAST_LINE_CELLS), _LINE_CELLS)
    rows = [[*row, timeline(one, trial, cells)] for row, one in zip(bare, trial.tried, strict=True)]
    yield from _table(columns, rows, width)
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
        layout.duration(max(lasted).total_seconds()) if lasted else _NOTHING,
        _value(one.worst, one.unit),
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


def _firings(firings: Sequence[tuple[str, Once]], trial: Trial, width: int) -> Iterator[Text]:
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
            _value(one.worst, one.unit),
        ]
        for name, one in ordered[:_SHOWN]
    ]
    yield from _table(columns, rows, width)
    if len(firings) > _SHOWN:
        yield layout.note(f"… and {len(firings) - _SHOWN:,} more: --rule or --json")


def _value(value: Decimal | None, unit: str | None) -> str:
    return _NOTHING if value is None else told(value, unit or "")


def _table(
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
