"""Killed at any step and run again, every command ends where an undisturbed one does."""

import shutil
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.contract.columns import TABLES
from pipeline.errors import UsageError
from pipeline.store import lake
from pipeline.store.steps import Step
from tests.flow import processes
from tests.flow.homes import ALPHA, BETA, SETTINGS, WHOLE, ZETA, line, load, report
from tests.flow.lake_program import content

Content = dict[str, list[tuple[Any, ...]]]
NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=1)
IN_ORDER: list[Step] = list(Step)[: list(Step).index(Step.SWEEPING)]
DECISIVE = [Step.SEALED, Step.PLACING, Step.RECORDED, Step.COMMITTED, Step.CLOSED, Step.PUBLISHED]
LINES = [
    line(ALPHA, "1"),
    line(ZETA, "2"),
    line("GBZZZ2600001", "4", title="Omega"),
    line(BETA, "8"),
    line(BETA, "16", "XQZ"),
    line(ALPHA, "32", ""),
]


def is_after(step: Step) -> bool:
    """Whether the transaction is durable."""
    return IN_ORDER.index(step) >= IN_ORDER.index(Step.COMMITTED)


def killed(step: Step, command: processes.Command, *given: Any) -> None:
    """Run a command that dies at a step; it must come so far."""
    assert processes.ended(processes.start(command, *given, die_at=step)) == -signal.SIGKILL


def assert_clean(home: Path) -> None:
    """After a sweep exactly the committed files are there, and no run."""
    lake.sweep(home, SETTINGS, LATER + timedelta(days=365))
    stored = {path.name for table in TABLES for path in (home / "lake" / table).glob("*")}
    with lake.reading(home, SETTINGS) as con:
        assert stored == {name for (name,) in con.execute("SELECT name FROM files").fetchall()}
    assert list((home / "lake" / ".run").iterdir()) == []


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return report(tmp_path_factory.mktemp("delivered") / "2026-07.csv", LINES)


@pytest.fixture(scope="module")
def waiting(stocked: Path, path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose report waits for a catalog that has just come, and for a word."""
    folder = tmp_path_factory.mktemp("waiting")
    home = Path(shutil.copytree(stocked, folder / "home"))
    processes.ingest(home, path, NOW)
    load(home, WHOLE, folder / "whole")
    return home


@pytest.fixture(scope="module")
def undisturbed(
    stocked: Path, waiting: Path, path: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, tuple[Content, Content]]:
    """The lake before and after each command that nobody disturbs."""
    found = {}
    for name, origin in (("ingest", stocked), ("retry", waiting), ("release", waiting)):
        home = Path(shutil.copytree(origin, tmp_path_factory.mktemp(name) / "home"))
        before = content(home)
        run(name, home, path)
        found[name] = (before, content(home))
    return found


def run(name: str, home: Path, path: Path) -> None:
    """Run a command in this process."""
    if name == "ingest":
        processes.ingest(home, path, NOW)
    else:
        getattr(processes, name)(home, LATER)


STEPS = {"ingest": IN_ORDER, "retry": DECISIVE, "release": DECISIVE}
DURABLE = [(name, step) for name, steps in STEPS.items() for step in steps if is_after(step)]


@pytest.fixture
def begin(
    stocked: Path, waiting: Path, path: Path, tmp_path: Path
) -> Callable[[str], tuple[Path, tuple[Any, ...]]]:
    """A home in which a command is to be carried out, and what the command is given."""

    def begun(name: str) -> tuple[Path, tuple[Any, ...]]:
        origin, given = (stocked, (path, NOW)) if name == "ingest" else (waiting, (LATER,))
        home = Path(shutil.copytree(origin, tmp_path / "home"))
        # The home has moved, so its views are made anew: killed in the commit, not in this.
        lake.ensure_views(home, SETTINGS)
        return home, (home, *given)

    return begun


@pytest.mark.parametrize("name", STEPS)
def test_killed_at_every_step_before_the_commit_nothing_has_changed(
    name: str,
    begin: Callable[[str], tuple[Path, tuple[Any, ...]]],
    undisturbed: dict[str, tuple[Content, Content]],
    path: Path,
) -> None:
    """One after the other, so that each attempt finds what all before it left behind."""
    before, after = undisturbed[name]
    assert before != after
    home, given = begin(name)
    for step in [step for step in STEPS[name] if not is_after(step)]:
        killed(step, getattr(processes, name), *given)
        assert content(home) == before, step
    run(name, home, path)
    assert content(home) == after
    assert_clean(home)


@pytest.mark.parametrize(("name", "step"), DURABLE)
def test_killed_at_a_step_after_the_commit_all_of_it_stands(
    name: str,
    step: Step,
    begin: Callable[[str], tuple[Path, tuple[Any, ...]]],
    undisturbed: dict[str, tuple[Content, Content]],
    path: Path,
) -> None:
    _, after = undisturbed[name]
    home, given = begin(name)
    killed(step, getattr(processes, name), *given)
    assert content(home) == after
    if name == "release":
        with pytest.raises(UsageError, match="nothing that is on hold"):
            run(name, home, path)
    else:
        run(name, home, path)
    assert content(home) == after
    assert_clean(home)
