"""Killed at any step and run again, every command ends where an undisturbed one does."""

import shutil
import signal
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


CASES = [("ingest", step) for step in IN_ORDER]
CASES += [(name, step) for name in ("retry", "release") for step in DECISIVE]


@pytest.mark.parametrize(("name", "step"), CASES)
def test_killed_at_a_step_and_run_again(
    name: str,
    step: Step,
    undisturbed: dict[str, tuple[Content, Content]],
    request: pytest.FixtureRequest,
    tmp_path: Path,
) -> None:
    before, after = undisturbed[name]
    assert before != after
    path = request.getfixturevalue("path")
    origin = request.getfixturevalue("stocked" if name == "ingest" else "waiting")
    home = Path(shutil.copytree(origin, tmp_path / "home"))
    # The home has moved, so its views are made anew: killed in the commit, not in this.
    lake.ensure_views(home, SETTINGS)
    given = (path, NOW) if name == "ingest" else (LATER,)
    killed(step, getattr(processes, name), home, *given)
    assert content(home) == (after if is_after(step) else before)
    if name == "release" and is_after(step):
        with pytest.raises(UsageError, match="nothing that is on hold"):
            run(name, home, path)
    else:
        run(name, home, path)
    assert content(home) == after
    assert_clean(home)
