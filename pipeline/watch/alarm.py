"""The state machine of an alarm: what is seen, and whether anything of it is to be told."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from pipeline.vocab_watch import Alarm, Level

Key = tuple[str, str]
"""A rule's name, and what it tells apart, such as a currency; "" where it tells nothing apart."""

_RANK = {Level.CALM: 0, Level.WARNING: 1, Level.BREACH: 2}
_SAYS = {Level.WARNING: Alarm.WARNING, Level.BREACH: Alarm.BREACH}
TOLD = (Alarm.WARNING, Alarm.BREACH, Alarm.RESOLVED)
"""Events that channels are told of."""


@dataclass(frozen=True)
class Reading:
    """What a rule sees at a moment.

    Attributes:
        level: how far the value is beyond the limits.
        value: None where there is nothing to measure.
        limit: the one that was passed; else the one that would be passed first.
        unit: of both.
        detail: what makes up most of the value.
    """

    level: Level = Level.CALM
    value: Decimal | None = None
    limit: Decimal | None = None
    unit: str = ""
    detail: str = ""


@dataclass(frozen=True)
class Standing:
    """Where an alarm stands.

    Attributes:
        level: what was told last.
        warning_since: since when the value has been seen beyond the first limit; None: it is not.
        breach_since: since when beyond the limit of a breach.
    """

    level: Level = Level.CALM
    warning_since: datetime | None = None
    breach_since: datetime | None = None


CALM = Standing()


@dataclass(frozen=True)
class Change:
    """An event: where an alarm stands from a moment on, and what was read then."""

    key: Key
    says: Alarm
    standing: Standing
    reading: Reading


def step(
    before: Standing, level: Level, moment: datetime, hold: timedelta
) -> tuple[Standing, Alarm | None]:
    """Where an alarm stands after a look, and the event to record; None where nothing changed.

    It is told when a level has held for `hold`, first as a warning and once more as a breach, and
    when the value is within all limits again. A breach that falls back to a warning stays one: it
    ends when the warning would, so that a value about the limit does not call people again and
    again. A clock that goes back prolongs what is pending, and tells nothing twice.
    """
    if level is Level.CALM:
        return _calm(before)
    warning_since = _since(before.warning_since, moment)
    breach_since = _since(before.breach_since, moment) if level is Level.BREACH else None
    reached = Level.CALM
    if moment - warning_since >= hold:
        reached = Level.WARNING
    if breach_since is not None and moment - breach_since >= hold:
        reached = Level.BREACH
    if _RANK[reached] > _RANK[before.level]:
        return Standing(reached, warning_since, breach_since), _SAYS[reached]
    return _pending(before, Standing(before.level, warning_since, breach_since))


def _since(before: datetime | None, moment: datetime) -> datetime:
    """Since when something is so that is so now."""
    return moment if before is None else min(before, moment)


def _calm(before: Standing) -> tuple[Standing, Alarm | None]:
    if before.level is not Level.CALM:
        return CALM, Alarm.RESOLVED
    return CALM, None if before == CALM else Alarm.CALMED


def _pending(before: Standing, now: Standing) -> tuple[Standing, Alarm | None]:
    """What a level that is not told yet comes to; of a breach that is told nothing more does."""
    is_told = before.level is not Level.CALM
    waits_on = before.breach_since == now.breach_since
    if before.level is Level.BREACH or before == now or (is_told and waits_on):
        return before, None
    has_gone = before.breach_since is not None and now.breach_since is None
    return now, Alarm.CALMED if has_gone else Alarm.PENDING


def changes(
    readings: Mapping[Key, Reading],
    standings: Mapping[Key, Standing],
    holds: Mapping[str, timedelta],
    moment: datetime,
) -> Iterable[Change]:
    """The events of a look, by rule and key.

    Args:
        readings: what is seen; an alarm that is not among them is calm.
        standings: where alarms stand.
        holds: how long a level must hold, by rule; a rule that is not among them is no more.
        moment: of the look.
    """
    for key in sorted({*readings, *standings}):
        reading = readings.get(key, Reading())
        hold = holds.get(key[0], timedelta())
        now, says = step(standings.get(key, CALM), reading.level, moment, hold)
        if says is not None:
            yield Change(key, says, now, reading)


def is_silenced(key: Key, silences: Collection[Key]) -> bool:
    """Whether a silence of the alarm, or of its whole rule, holds."""
    return key in silences or (key[0], "") in silences
