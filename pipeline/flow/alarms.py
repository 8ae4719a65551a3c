"""Alarms: what rules see now, what of it is new, and who must still be told.

Events and what is owed to channels are one transaction, under the commit lock; channels are told
after it, and what they were told is a transaction of its own. So nothing fires twice, and whatever
was not told for certain is told again, with the same id.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipeline.errors import LakeBusy, LakeDamaged, PipelineError
from pipeline.flow import measuring, telling
from pipeline.flow.measuring import seen
from pipeline.flow.telling import Speak
from pipeline.settings import Settings
from pipeline.store import alarms, lake
from pipeline.store.alarms import CallMade, Event
from pipeline.store.layout import books_path
from pipeline.store.sql import query
from pipeline.store.steps import Step, reach
from pipeline.vocab_watch import Alarm, Call, Level
from pipeline.watch.alarm import TOLD, Change, Key, Standing, changes, is_silenced
from pipeline.watch.rules import Rules, load

RUN = "alerts"
"""The kind of run that records alarms; it changes no line and no money."""

_GONE = "the rule is no more"
_BRIEF_S = 1.0
"""How long a check at the end of another command waits for the lake."""


@dataclass(frozen=True)
class Stood:
    """An alarm that is not at rest, as the books have it; clocks are UTC without a zone.

    Attributes:
        standing: where it stands.
        fired_id: the event that told its level; None where none has.
        was_muted: whether a silence held then.
        called: events since it began, and the channels that were to be told of them.
    """

    standing: Standing
    fired_id: str | None
    was_muted: bool
    called: frozenset[tuple[str, str]] = frozenset()


@dataclass(frozen=True)
class Checked:
    """What a check came to: events that it recorded, and channels that could not be told."""

    events: tuple[Event, ...]
    failures: tuple[str, ...]


def check(
    home: Path,
    settings: Settings,
    at: datetime,
    speak: Speak | None = None,
    *,
    is_patient: bool = True,
) -> Checked:
    """Evaluate all rules, record what began or ended, and tell whom it concerns.

    Args:
        home: the home folder.
        settings: its settings.
        at: the clock reading, aware; one before the last run's is taken to be that.
        speak: says an event to whoever runs the command; None where nobody reads.
        is_patient: whether channels that just failed are tried again.

    Raises:
        UsageError: the rules or a calendar are wrong.
        LakeBusy, LakeDamaged: as `lake.reading`.
    """
    rules = load(home)
    waits = settings if is_patient else replace(settings, lock_wait_s=_BRIEF_S)
    events, is_owed = evaluated(home, waits, at, rules)
    if not is_owed:
        return Checked(tuple(events), ())
    reach(Step.FIRED)
    how = telling.Telling(home, settings, at, rules, speak, is_patient)
    try:
        failures = telling.tell(how)
    finally:
        # What was recorded before is shown with what was told; here only where nothing could be.
        # A view that cannot be renewed now is stale, and the next command renews it.
        with suppress(LakeBusy, LakeDamaged):
            lake.ensure_views(home, settings)
    return Checked(tuple(events), tuple(failures))


def after(home: Path, settings: Settings, at: datetime, speak: Speak | None = None) -> list[str]:
    """What went wrong in a check at the end of a command, which it must not make fail.

    Where another command writes to the lake, that one checks at its own end.
    """
    if not books_path(home).exists():
        return []
    try:
        return list(check(home, settings, at, speak, is_patient=False).failures)
    except LakeBusy:
        return []
    except PipelineError as error:
        return [f"alerts were not checked: {error}"]
    except (OSError, duckdb.Error) as error:
        reason = str(error).splitlines()[0] if str(error) else type(error).__name__
        return [f"alerts were not checked: {reason}"]


def evaluated(
    home: Path, settings: Settings, at: datetime, rules: Rules
) -> tuple[list[Event], bool]:
    """The events that rules bring about now, once recorded, and whether channels are owed any.

    Raises:
        UsageError, LakeBusy, LakeDamaged: as `check`.
    """
    home.mkdir(parents=True, exist_ok=True)
    with lake.exclusive(home, settings):
        with seen(home, settings, rules.rules) as session:
            moment = measuring.moment_of(session.con, at)
            last = last_seq(session.con)
            stood = standings(session.con) if last else {}
            silences = set(silences_at(session.con, moment)) if last else set()
            found = changes(
                session.readings(moment),
                {key: one.standing for key, one in stood.items()},
                rules.holds,
                moment,
            )
            is_owed = bool(last and session.con.execute(query("watch/owed_calls")).fetchall())
            changed = list(found)
        late = list(_late_calls(changed, stood, rules, silences))
        if not changed and not late:
            return [], is_owed
        with lake.begin(home, RUN, moment.replace(tzinfo=UTC)) as run:
            events = [
                _event(change, last + place, run.id, rules, silences)
                for place, change in enumerate(changed, 1)
            ]
            calls = [*_calls(events, stood, rules), *late]
            alarms.record(home, run, settings, events, calls, is_last=not calls)
    return events, is_owed or bool(calls)


def standings(con: duckdb.DuckDBPyConnection) -> dict[Key, Stood]:
    """The alarms that are not at rest."""
    called: dict[Key, set[tuple[str, str]]] = {}
    for row in measuring.told(con.execute(query("watch/called"))):
        called.setdefault((row["rule"], row["key"]), set()).add((row["alarm_id"], row["channel"]))
    found = {}
    for row in measuring.told(con.execute(query("watch/state"))):
        key = (row["rule"], row["key"])
        standing = Standing(Level(row["level"]), row["warning_since"], row["breach_since"])
        calls = frozenset(called.get(key, ()))
        found[key] = Stood(standing, row["fired_id"], row["fired_muted"], calls)
    return found


def last_seq(con: duckdb.DuckDBPyConnection) -> int:
    """The place of the last event; 0 before the first."""
    ((last,),) = con.execute("SELECT coalesce(max(seq), 0) FROM alarms").fetchall()
    return int(last)


def silences_at(con: duckdb.DuckDBPyConnection, moment: datetime) -> dict[Key, datetime]:
    """The silences that hold at a moment in UTC without a zone, and when each ends."""
    found = measuring.told(con.execute(query("watch/silences"), {"moment": moment}))
    return {(row["rule"], row["key"]): row["until"] for row in found}


def _event(change: Change, seq: int, run: str, rules: Rules, silences: Collection[Key]) -> Event:
    """An event as the books keep it."""
    name, key = change.key
    rule = next((one for one in rules.rules if one.name == name), None)
    now, read = change.standing, change.reading
    return Event(
        seq=seq,
        alarm_id=alarms.alarm_id(seq, name, key, change.says, run),
        rule=name,
        key=key,
        state=change.says.value,
        level=now.level.value,
        severity=None if rule is None else rule.severity.value,
        metric=None if rule is None else rule.metric.value,
        value=read.value,
        limit=read.limit,
        unit=read.unit or None,
        warning_since=_aware(now.warning_since),
        breach_since=_aware(now.breach_since),
        muted=is_silenced(change.key, silences),
        detail=_GONE if rule is None else read.detail,
    )


def _aware(moment: datetime | None) -> datetime | None:
    return None if moment is None else moment.replace(tzinfo=UTC)


def _calls(events: Iterable[Event], stood: Mapping[Key, Stood], rules: Rules) -> Iterator[CallMade]:
    """What is owed to channels of new events; what ends is told to those that heard of it."""
    for event in events:
        says = Alarm(event.state)
        if says not in TOLD:
            continue
        if says is Alarm.RESOLVED:
            before = stood.get((event.rule, event.key))
            channels = sorted({name for _, name in before.called}) if before else []
        else:
            channels = [] if event.muted else [*rules.routes(event.rule, Level(says.value))]
        yield from _owed(event.alarm_id, channels)


def _late_calls(
    found: Iterable[Change], stood: Mapping[Key, Stood], rules: Rules, silences: Collection[Key]
) -> Iterator[CallMade]:
    """What is owed of alarms that began under a silence which has ended, and still stand."""
    changed = {change.key for change in found if change.says in TOLD}
    for key, one in stood.items():
        fired = one.fired_id
        if not one.was_muted or fired is None or key in changed or key[0] not in rules.holds:
            continue
        if not is_silenced(key, silences):
            channels = rules.routes(key[0], one.standing.level)
            new = [name for name in channels if (fired, name) not in one.called]
            yield from _owed(fired, new)


def _owed(event: str, channels: Iterable[str]) -> Iterator[CallMade]:
    for channel in channels:
        yield CallMade(event, channel, Call.OWED.value)
