"""What to do next, read off what waits: the commands that a screen ends with."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from pipeline.flow.standing import Step, Waiting
from pipeline.vocab import Effect, Fault, Tier

_HOLDS = {
    Fault.SCHEMA_DRIFT: "a report is on hold: royalty sources accept says which columns are which",
    Fault.OUT_OF_BALANCE: "a report is on hold: royalty control list shows both figures",
    Fault.ASSET_HALTED: "lines are on hold beside a fatal one of the same asset",
}
"""Faults that a person lifts for many lines at once, and what they mean."""

_BY_HAND = (Fault.AMOUNT_UNREADABLE, Fault.CURRENCY_MISSING)
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_QUARTER = re.compile(r"[0-9]{4}Q[1-4]")


def next_steps(
    waiting: Sequence[Waiting], periods: Sequence[str], at: datetime, *, has_catalog: bool
) -> Iterator[Step]:
    """The commands to run next, most urgent first; an export where nothing waits.

    Args:
        waiting: what waits.
        periods: accounting periods of the reports that are looked at, latest first.
        at: the clock reading, aware.
        has_catalog: whether a catalog was ever loaded.
    """
    if not has_catalog:
        yield Step("catalog load DIR", "without a catalog every line is unmatched")
    lines = Counter[str]()
    for one in waiting:
        lines[one.fault] += one.lines
    held = [fault for fault in _HOLDS if fault in lines]
    yield from (_listed(fault, _HOLDS[fault]) for fault in held)
    yield from _invalid(waiting, lines)
    yield from _retry(waiting, at)
    undecided = sum(lines[fault] for fault in lines if Fault(fault).effect is Effect.UNMATCHED)
    if undecided and has_catalog:
        yield Step("review list", f"{_lines(undecided)} that a person may decide")
    for fault in filter(lines.__contains__, _BY_HAND):
        yield _listed(fault, f"{_lines(lines[fault])} that only a person can settle")
    quarter = next(filter(None, map(quarter_of, periods)), None)
    if quarter and not waiting:
        yield Step(f"audit export {quarter}", "nothing waits: the quarter can be exported")


def quarter_of(accounting_period: str) -> str | None:
    """The quarter that a month or quarter belongs to; None for an undated period."""
    if _QUARTER.fullmatch(accounting_period):
        return accounting_period
    month = _MONTH.fullmatch(accounting_period)
    return f"{month[1]}Q{(int(month[2]) + 2) // 3}" if month else None


def _invalid(waiting: Sequence[Waiting], lines: Counter[str]) -> Iterator[Step]:
    """A look at the fatal fault that most lines have."""
    fatal = dict.fromkeys(one.fault for one in waiting if one.tier == Tier.FATAL)
    if fatal:
        fault = max(fatal, key=lambda name: lines[name])
        others = sum(lines[name] for name in fatal) - lines[fault]
        more = f", {others:,} more with other fatal faults" if others else ""
        yield _listed(fault, f"{_lines(lines[fault])} invalid{more}")


def _retry(waiting: Sequence[Waiting], at: datetime) -> Iterator[Step]:
    """A retry where time and the catalog may have mended something."""
    timed = [one for one in waiting if one.next_at is not None]
    count = sum(one.lines for one in timed)
    now = at.astimezone(UTC).replace(tzinfo=None)
    verb = "waits" if count == 1 else "wait"
    if any(one.next_at is not None and one.next_at <= now for one in timed):
        yield Step("retry", f"{_lines(count)} {verb} for the catalog, and some are due")
    elif timed:
        yield Step("retry --force", f"{_lines(count)} {verb} for the catalog; none is due yet")


def _listed(fault: str, why: str) -> Step:
    return Step(f"quarantine list --fault {fault}", why)


def _lines(count: int) -> str:
    return f"{count:,} line{'' if count == 1 else 's'}"
