"""Killed between any two steps, or run twice at once: nothing fires twice, nothing is lost."""

import json
import signal
from collections import Counter
from pathlib import Path

import pytest

from pipeline.store.steps import Step
from tests.flow import processes
from tests.flow.homes import asked, copied
from tests.flow.watched import DEPTH, ONLY_LOG, after, check, rules, settled, waiting

EVENTS = "SELECT state, count(*)::INTEGER FROM alarms GROUP BY state ORDER BY state"
STEPS = [
    *(Step.BEGUN, Step.RECORDED, Step.COMMITTED, Step.BUILT, Step.PUBLISHED),
    *(Step.FIRED, Step.CALLED),
]
"""Where a check can die."""


def ids_told(home: Path) -> Counter[str]:
    """The ids in the file, and how often each was told."""
    text = (
        (home / "told.jsonl").read_text(encoding="utf-8") if (home / "told.jsonl").exists() else ""
    )
    return Counter(json.loads(line)["id"] for line in text.splitlines())


def looked(home: Path, minutes: float) -> None:
    """A check, as a process runs it."""
    check(home, after(1, minutes=minutes))


@pytest.fixture(scope="module")
def begun(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a rule, in which an entry waits; copied, never written to."""
    home = copied(stocked, tmp_path_factory.mktemp("begun"))
    rules(home, DEPTH + ONLY_LOG)
    waiting(home, 1)
    return home


@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_and_run_again(step: Step, begun: Path, tmp_path: Path) -> None:
    home = copied(begun, tmp_path)
    process = processes.start(looked, home, 0, die_at=step)
    assert processes.ended(process) == -signal.SIGKILL
    check(home, after(1, minutes=1))
    assert asked(home, EVENTS) == [("warning", 1)]
    (times,) = ids_told(home).values()
    # At least once, and under the same id: only between telling and recording it is told again.
    assert times == (2 if step is Step.CALLED else 1)
    check(home, after(1, minutes=2))
    assert ids_told(home).total() == times
    settled(home, 2)
    check(home, after(2))
    assert asked(home, EVENTS) == [("resolved", 1), ("warning", 1)]


def test_checks_at_once_fire_once(home: Path) -> None:
    rules(home, f'{DEPTH}per = ["fault"]\n{ONLY_LOG}')
    waiting(home, 3)
    several = [processes.start(looked, home, minutes) for minutes in range(4)]
    assert [processes.ended(one) for one in several] == [0, 0, 0, 0]
    check(home, after(1, minutes=9))
    assert asked(home, EVENTS) == [("breach", 1)]
    assert list(ids_told(home).values()) == [1]
