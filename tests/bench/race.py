"""Contestants that run in turn, so that what slows the machine slows them alike."""

import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from tests.bench.figures import Times
from tests.bench.process import Run, run


def _nothing() -> None:
    return


@dataclass(frozen=True)
class Contestant:
    """A command to be timed.

    Attributes:
        who: its name.
        command: what to run.
        before: done before each run, outside the time.
        rounds: how often it runs; the slow ones less often.
        own_clock: whether the seconds that it tells of itself count, not those of its process.
    """

    who: str
    command: Sequence[str | Path]
    before: Callable[[], None] = _nothing
    rounds: int = 3
    own_clock: bool = False


def race(contestants: Sequence[Contestant]) -> dict[str, Times]:
    """The times of each contestant by name, run in the order A B C A B C."""
    runs: dict[str, list[Run]] = {one.who: [] for one in contestants}
    for number in range(max((one.rounds for one in contestants), default=0)):
        for one in contestants:
            if number < one.rounds:
                runs[one.who].append(_timed(one, number))
    return {who: _times(who, done) for who, done in runs.items()}


def _timed(one: Contestant, number: int) -> Run:
    one.before()
    done = run(one.command)
    if one.own_clock:
        done = replace(done, seconds=float(done.told["seconds"]))
    print(f"{one.who}, run {number + 1} of {one.rounds}: {done.seconds:.2f} s", file=sys.stderr)
    return done


def _times(who: str, runs: list[Run]) -> Times:
    best = min(runs, key=lambda done: done.seconds)
    return Times(who, tuple(done.seconds for done in runs), best)
