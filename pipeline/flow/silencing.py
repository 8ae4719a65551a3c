"""Silences: a person says that an alarm is known, why, and until when it shall not be told."""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.flow import alarms
from pipeline.settings import Settings
from pipeline.store import alarms as books
from pipeline.store import lake
from pipeline.store.alarms import Event
from pipeline.vocab_watch import Alarm
from pipeline.watch.quantities import TIME, quantity
from pipeline.watch.rules import Rules, load

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_LONGEST = timedelta(days=366)


@dataclass(frozen=True)
class Word:
    """What is silenced, or no longer: a rule, and a key of it or all; who says so, and why."""

    rule: str
    key: str
    said_by: str
    reason: str


def silence(home: Path, settings: Settings, at: datetime, word: Word, until: str) -> Event:
    """Keep an alarm from being told until a moment; it ends by itself.

    Args:
        home: the home folder.
        settings: its settings.
        at: the clock reading, aware.
        word: what is silenced, by whom and why.
        until: the last day in UTC (`2026-12-24`), a moment, or a length of time (`3 d`).

    Raises:
        UsageError: there is no such rule, nobody signs, or the end is none.
        LakeBusy, LakeDamaged: as `lake.commit`.
    """
    return _said(home, settings, at, word, Alarm.SILENCED, end(until, at))


def unsilence(home: Path, settings: Settings, at: datetime, word: Word) -> Event:
    """End a silence before its time.

    Raises:
        UsageError: nothing of the name is silenced.
        LakeBusy, LakeDamaged: as `lake.commit`.
    """
    with lake.reading(home, settings) as con:
        silences = alarms.silences_at(con, at.astimezone(UTC).replace(tzinfo=None))
    if (word.rule, word.key) not in silences:
        named = ", ".join(" ".join(filter(None, one)) for one in silences) or "none"
        raise UsageError(f"{word.rule} {word.key}".strip() + " is not silenced", f"it is: {named}")
    return _said(home, settings, at, word, Alarm.UNSILENCED, None)


def end(until: str, at: datetime) -> datetime:
    """When a silence ends, aware: a day counts to its end.

    Raises:
        UsageError: it is no moment, is over, or more than a year ahead.
    """
    moment = _moment(until.strip(), at)
    mend = 'write --until 2026-12-24, or a length of time such as "3 d"'
    if moment is None:
        raise UsageError(f"--until {until!r} is no end", mend)
    if moment <= at:
        raise UsageError(f"--until {until!r} is over", mend)
    if moment - at > _LONGEST:
        raise UsageError(f"--until {until!r} is more than a year ahead", mend)
    return moment


def _moment(until: str, at: datetime) -> datetime | None:
    if length := quantity(until, TIME):
        return at + timedelta(seconds=min(float(length.value), 2 * _LONGEST.total_seconds()))
    try:
        if _DAY.fullmatch(until):
            return datetime.combine(date.fromisoformat(until), time(), UTC) + timedelta(days=1)
        moment = datetime.fromisoformat(until)
    except (ValueError, OverflowError):
        return None
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment


def _said(
    home: Path,
    settings: Settings,
    at: datetime,
    word: Word,
    says: Alarm,
    until: datetime | None,
) -> Event:
    if not word.said_by.strip() or not word.reason.strip():
        raise UsageError("a silence is signed and has a reason", "give --by and --reason")
    _refuse_unknown(load(home), word.rule, says)
    with lake.exclusive(home, settings), lake.begin(home, alarms.RUN, at) as run:
        with lake.reading(home, settings) as con:
            seq = alarms.last_seq(con) + 1
        event = Event(
            seq=seq,
            alarm_id=books.alarm_id(seq, word.rule, word.key, says, run.id),
            rule=word.rule,
            key=word.key,
            state=says.value,
            until=until,
            said_by=word.said_by.strip(),
            reason=word.reason.strip(),
        )
        books.record(home, run, settings, [event])
    return event


def _refuse_unknown(rules: Rules, name: str, says: Alarm) -> None:
    """Raise where a rule that is to be silenced does not hold."""
    if says is Alarm.SILENCED and name not in rules.switched_off:
        rules.named(name)
