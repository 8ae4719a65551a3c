"""Screens of the rules that hold, and of one rule with its events."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from decimal import Decimal
from typing import assert_never

from rich.text import Text

from pipeline.flow.firing import Told
from pipeline.report import layout
from pipeline.report.alarms import NOTHING, told_table, valued
from pipeline.report.layout import Column
from pipeline.vocab_watch import ChannelKind
from pipeline.watch.quantities import TIME, Quantity, told
from pipeline.watch.rules import Channel, Rule, Rules


def rules_screen(rules: Rules, width: int) -> Iterator[Text]:
    """The rules that hold, and the channels."""
    for where in dict.fromkeys(rule.where for rule in rules.rules):
        own = [rule for rule in rules.rules if rule.where == where]
        yield layout.heading(f"Rules of {where}")
        yield from _rules(own, width)
        yield layout.blank()
    if rules.switched_off:
        yield layout.note(f"switched off: {', '.join(rules.switched_off)}")
        yield layout.blank()
    yield layout.heading("Channels")
    heads = [Column("channel"), Column("kind"), Column("told from"), Column("to", flexible=True)]
    told_to = [[one.name, one.kind.value, one.since.value, _goal(one)] for one in rules.channels]
    yield from told_table(heads, told_to, width)


def _rules(rules: Sequence[Rule], width: int) -> list[Text]:
    columns = [
        Column("rule"),
        Column("metric", flexible=True),
        Column("warning", right=True),
        Column("breach", right=True),
        Column("for", right=True),
    ]
    rows = [
        [
            rule.name,
            f"{rule.metric.value}{_filters(rule)}",
            _limits(rule.warning.values()),
            _limits(rule.breach.values()),
            _span(rule.hold) if rule.hold else "",
        ]
        for rule in rules
    ]
    return told_table(columns, rows, width)


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
    return ", ".join(told(one.value, one.unit) for one in limits) or NOTHING


def _span(span: timedelta) -> str:
    return told(Decimal(int(span.total_seconds())), TIME)


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
            valued(one.value, one.unit),
            valued(one.limit, one.unit),
            _channels(one),
            _said(one),
        ]
        for one in events
    ]
    yield from told_table(columns, rows, width)


def _channels(one: Told) -> str:
    """Who was told, and who is still to be."""
    owed = [f"{name} (owed)" for name in one.owed]
    return ", ".join([*one.told, *owed]) or ("silenced" if one.muted else "")


def _said(one: Told) -> str:
    if one.said_by is None:
        return one.detail or ""
    until = "" if one.until is None else f" until {one.until:%Y-%m-%d %H:%M}"
    return f"{one.said_by}{until}: {one.reason}"
