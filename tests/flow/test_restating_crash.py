"""A restatement that is killed or overtaken: all of it stands, or nothing."""

import shutil
import signal
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.contract.columns import TABLES
from pipeline.store import lake
from pipeline.store.steps import Step
from pipeline.vocab import Fault
from tests.flow import processes
from tests.flow.homes import ALPHA, SETTINGS, ZETA, asked, frame, line, report, take
from tests.flow.lake_program import content

Content = dict[str, list[tuple[Any, ...]]]
NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=1)
OLD = [*(line(ALPHA, f"{n}") for n in range(1, 12)), line(ZETA, "0.5")]
NEW = [line(ALPHA, "101"), *OLD[1:]]
OLD_PAID, NEW_PAID = Decimal(66), Decimal(166)
STEPS = [Step.SEALED, Step.PLACING, Step.RECORDED, Step.COMMITTED, Step.CLOSED, Step.PUBLISHED]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    folder = tmp_path_factory.mktemp("delivered")
    named = {"old": ("2026-07.csv", OLD), "new": ("new-2026-08.csv", NEW)}
    found = {name: report(folder / file, lines) for name, (file, lines) in named.items()}
    found["again"] = folder / "again-2026-08.csv"
    found["again"].write_bytes(found["new"].read_bytes().replace(b"\n", b"\r\n"))
    return found


@pytest.fixture(scope="module")
def origins(
    stocked: Path, reports: dict[str, Path], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """A home with the old report, and one where the new one is on hold beside it."""
    homes = {}
    for name, taken in (("correct", ["old"]), ("restate", ["old", "new"])):
        homes[name] = Path(shutil.copytree(stocked, tmp_path_factory.mktemp(name) / "home"))
        for one in taken:
            take(reports[one], homes[name], at=NOW)
    return homes


def given(
    name: str, home: Path, reports: dict[str, Path]
) -> tuple[Callable[..., Any], tuple[Any, ...]]:
    """A command and what it is given."""
    manifests = {
        Path(row["path"]).name: row["manifest"]
        for row in frame(home, "manifests").to_dicts()
        if row["path"]
    }
    old = manifests["2026-07.csv"]
    if name == "correct":
        return processes.correct, (home, reports["new"], LATER, old)
    return processes.restate, (home, manifests["new-2026-08.csv"], LATER, old)


def paid(home: Path) -> Decimal:
    return Decimal(asked(home, "SELECT sum(amount) FROM sales")[0][0])


def killed(step: Step, command: Callable[..., Any], words: tuple[Any, ...]) -> None:
    """Run a command that dies at a step; it must come so far."""
    process = processes.start(command, *words, die_at=step)
    assert processes.ended(process) == -signal.SIGKILL


@pytest.mark.parametrize("name", ["correct", "restate"])
def test_killed_at_every_step_before_the_commit_nothing_has_changed(
    name: str, origins: dict[str, Path], reports: dict[str, Path], tmp_path: Path
) -> None:
    """One after the other, so that each attempt finds what all before it left behind."""
    home = Path(shutil.copytree(origins[name], tmp_path / "home"))
    lake.ensure_views(home, SETTINGS)
    before = content(home)
    command, words = given(name, home, reports)
    for step in STEPS[: STEPS.index(Step.COMMITTED)]:
        killed(step, command, words)
        assert content(home) == before, step
    assert paid(home) == OLD_PAID
    command(*words)
    assert_restated(home)


@pytest.mark.parametrize("name", ["correct", "restate"])
@pytest.mark.parametrize("step", STEPS[STEPS.index(Step.COMMITTED) :])
def test_killed_at_a_step_after_the_commit_all_of_it_stands(
    name: str, step: Step, origins: dict[str, Path], reports: dict[str, Path], tmp_path: Path
) -> None:
    home = Path(shutil.copytree(origins[name], tmp_path / "home"))
    lake.ensure_views(home, SETTINGS)
    command, words = given(name, home, reports)
    killed(step, command, words)
    assert paid(home) == NEW_PAID
    command(*words)
    assert_restated(home)


def assert_restated(home: Path) -> None:
    """The new report is paid and the old one not; after a sweep only committed files are there."""
    assert paid(home) == NEW_PAID
    lake.sweep(home, SETTINGS, LATER + timedelta(days=365))
    stored = {path.name for table in TABLES for path in (home / "lake" / table).glob("*")}
    assert stored == set(frame(home, "files")["name"])
    assert lake.damaged(home, SETTINGS) == []


def test_the_same_report_in_two_forms_at_once_is_paid_once(
    stocked: Path, reports: dict[str, Path], tmp_path: Path
) -> None:
    """The first has read and written everything when the second is committed."""
    home = Path(shutil.copytree(stocked, tmp_path / "home"))
    read, go = tmp_path / "read", tmp_path / "go"
    first = processes.start(processes.slow_ingest, home, reports["again"], LATER, read, go)
    processes.awaited(read)
    processes.ingest(home, reports["new"], LATER)
    go.touch()
    assert processes.ended(first) == 0
    assert asked(home, "SELECT path FROM manifests") == [(str(reports["new"]),)]
    assert paid(home) == NEW_PAID


def test_a_report_that_repeats_what_came_while_it_was_read_is_held(
    stocked: Path, reports: dict[str, Path], tmp_path: Path
) -> None:
    home = Path(shutil.copytree(stocked, tmp_path / "home"))
    read, go = tmp_path / "read", tmp_path / "go"
    first = processes.start(processes.slow_ingest, home, reports["new"], LATER, read, go)
    processes.awaited(read)
    processes.ingest(home, reports["old"], LATER)
    go.touch()
    assert processes.ended(first) == 0
    assert paid(home) == OLD_PAID
    held = frame(home, "ledger_state").filter(fault=Fault.POSSIBLE_DUPLICATE.value)
    assert held["lines"].to_list() == [len(NEW)]


def test_two_corrections_at_once_reverse_a_report_once(
    origins: dict[str, Path], reports: dict[str, Path], tmp_path: Path
) -> None:
    """The second finds it replaced, and says so with the exit code of a usage that cannot be."""
    home = Path(shutil.copytree(origins["correct"], tmp_path / "home"))
    (old,) = frame(home, "manifests")["manifest"]
    other = report(tmp_path / "other-2026-08.csv", [line(ALPHA, "7")])
    started = [
        processes.start(processes.correct, home, path, LATER, old)
        for path in (reports["new"], other)
    ]
    assert sorted(processes.ended(process) for process in started) == [0, 2]
    assert paid(home) in (NEW_PAID, Decimal(7))
    assert frame(home, "endings").height == 1
