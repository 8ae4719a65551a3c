"""Trying rules on what has been: the very code that checks, at moments of the past.

A rule is evaluated at every step, and where the lake changed, as a check at the end of a command
would have; silences are left out. The lake is seen as it was known at each moment.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.flow import measuring
from pipeline.flow.measuring import Seen, seen
from pipeline.settings import Settings
from pipeline.vocab_watch import Alarm, Level
from pipeline.watch.alarm import Change, Key, Reading, Standing, changes
from pipeline.watch.rules import Rule, Rules, load

STEP = timedelta(days=1)
_MOST = 20_000
"""Moments of one trial: more would take an hour."""


@dataclass
class Firing:
    """One time that an alarm would have fired; clocks are UTC without a zone.

    Attributes:
        began_at: when it would have been told first.
        breached_at: when as a breach; None where it stayed a warning.
        ended_at: when it would have been resolved; None where it still stands.
        worst: the value furthest beyond the limit.
    """

    key: str
    began_at: datetime
    breached_at: datetime | None = None
    ended_at: datetime | None = None
    worst: Decimal | None = None
    worst_at: datetime | None = None
    unit: str = ""

    def lasted(self, end: datetime) -> timedelta:
        """How long it stood, until the end of the trial at the most."""
        return (self.ended_at or end) - self.began_at


@dataclass
class Tried:
    """What a rule would have done.

    Attributes:
        rule: the rule.
        firings: in the order in which they began.
        worst: the value furthest beyond, or nearest to, the limit; None where nothing was measured.
    """

    rule: Rule
    firings: list[Firing] = field(default_factory=list)
    worst: Decimal | None = None
    worst_at: datetime | None = None
    unit: str = ""


@dataclass(frozen=True)
class Trial:
    """What rules would have done between two moments, in UTC without a zone."""

    since: datetime
    until: datetime
    looks: int
    tried: tuple[Tried, ...]


@dataclass(frozen=True)
class TrialOrder:
    """What is to be tried.

    Attributes:
        since: the first day; None for the day of the first commit.
        step: between two looks.
        rule: of one rule alone; None for all.
        file: rules that are not in force yet; None for those that are.
    """

    since: date | None = None
    step: timedelta = STEP
    rule: str | None = None
    file: Path | None = None


def attempt(home: Path, settings: Settings, at: datetime, order: TrialOrder) -> Trial:
    """What rules would have done until now.

    Raises:
        UsageError: the rules are wrong, or the steps are too many.
        LakeBusy, LakeDamaged: as `lake.reading`.
    """
    rules = load(home, order.file)
    chosen = (rules.named(order.rule),) if order.rule is not None else rules.rules
    until = at.astimezone(UTC).replace(tzinfo=None)
    with seen(home, settings, chosen) as session:
        committed = measuring.committed(session.con)
        begin = _begin(committed, until, order.since)
        looks = _looks(begin, until, order.step, committed)
        tried = replayed(session, chosen, looks, lambda _change, _moment: None)
    return Trial(begin, until, len(looks), tuple(tried))


def changed(
    home: Path, settings: Settings, rules: Rules, moments: Sequence[datetime]
) -> list[tuple[datetime, Change]]:
    """Every event that checks at these moments would have recorded, in order.

    Raises:
        UsageError, LakeBusy, LakeDamaged: as `attempt`.
    """
    found: list[tuple[datetime, Change]] = []
    with seen(home, settings, rules.rules) as session:
        replayed(session, rules.rules, moments, lambda one, moment: found.append((moment, one)))
    return found


def replayed(
    session: Seen,
    rules: Sequence[Rule],
    moments: Iterable[datetime],
    tell: Callable[[Change, datetime], None],
) -> list[Tried]:
    """What rules do at moments in their order, from a state in which nothing was told."""
    tried = {rule.name: Tried(rule) for rule in rules}
    holds = {rule.name: rule.hold for rule in rules}
    standings: dict[Key, Standing] = {}
    open_: dict[Key, Firing] = {}
    for moment in moments:
        read = session.readings(moment)
        for change in changes(read, standings, holds, moment):
            standings[change.key] = change.standing
            tell(change, moment)
            _take(tried[change.key[0]], open_, change, moment)
        for key, reading in read.items():
            _weigh(tried[key[0]], open_.get(key), reading, moment)
    return list(tried.values())


def _take(tried: Tried, open_: dict[Key, Firing], change: Change, moment: datetime) -> None:
    """Follow an event: a firing begins, becomes a breach, or ends."""
    if change.says is Alarm.RESOLVED:
        open_.pop(change.key).ended_at = moment
        return
    if change.says not in (Alarm.WARNING, Alarm.BREACH):
        return
    if change.key not in open_:
        firing = Firing(change.key[1], moment, unit=change.reading.unit)
        open_[change.key] = firing
        tried.firings.append(firing)
    if change.standing.level is Level.BREACH:
        open_[change.key].breached_at = moment


def _weigh(tried: Tried, firing: Firing | None, reading: Reading, moment: datetime) -> None:
    """Keep the worst value, of the rule and of what fires."""
    value = reading.value
    if value is None:
        return
    for one in (tried, firing):
        if one is not None and _is_worse(tried.rule, value, one.worst):
            one.worst, one.worst_at, one.unit = value, moment, reading.unit


def _is_worse(rule: Rule, value: Decimal, before: Decimal | None) -> bool:
    if before is None:
        return True
    return value < before if rule.measured.falls else abs(value) > abs(before)


def _begin(committed: Sequence[datetime], until: datetime, since: date | None) -> datetime:
    """The first moment of a trial."""
    if since is not None:
        begin = datetime.combine(since, time())
    else:
        begin = datetime.combine((committed[0] if committed else until).date(), time())
    if begin > until:
        raise UsageError(f"--since {since} has not come yet", "name a day that is over")
    return begin


def _looks(
    begin: datetime, until: datetime, step: timedelta, committed: Iterable[datetime]
) -> list[datetime]:
    """The moments at which a trial looks: every step, each commit, and now."""
    count = (until - begin) // step + 1
    if count > _MOST:
        raise UsageError(f"{count:,} steps are too many", "give a longer --step or a later --since")
    steps = [begin + step * number for number in range(count)]
    within = [moment for moment in committed if begin <= moment <= until]
    return sorted({*steps, *within, until})
