"""Killed at any step, the lake is as before or after; run again, it is as if nothing had been."""

import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from pipeline.contract.columns import TABLES
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.store.steps import Step
from tests.flow import lake_program, processes
from tests.flow.lake_program import AT, command, content, environment, ingest, replay

Content = dict[str, list[tuple[Any, ...]]]
SETTINGS = Settings()
A, B = "a" * 64, "b" * 64
IN_ORDER: list[Step] = list(Step)[: list(Step).index(Step.SWEEPING)]
DURABLE = IN_ORDER.index(Step.COMMITTED)
"""From here on the transaction is durable."""
ONCE = (Step.BEGUN, Step.SEALED, Step.CREATED)
"""Steps that a replay takes as an ingest does, or not at all."""


def _killed(step: Step, home: Path, *action: str) -> None:
    """Run the program in a process that dies at a step; it must come so far."""
    process = processes.start(lake_program.main, home, *action, die_at=step)
    assert processes.ended(process) == -signal.SIGKILL


def _run(home: Path, *action: str) -> str:
    done = subprocess.run(
        command(home, *action), env=environment(), check=True, timeout=120, stdout=subprocess.PIPE
    )
    return done.stdout.decode().strip()


def _assert_clean(home: Path) -> None:
    """After a sweep, exactly the committed files are there, and no run."""
    lake.sweep(home, SETTINGS, AT)
    stored = {path.name for t in TABLES for path in (home / "lake" / t).glob("*")}
    with lake.reading(home, SETTINGS) as con:
        committed = {name for (name,) in con.execute("SELECT name FROM files").fetchall()}
    assert stored >= committed
    assert len(stored) == len(committed) + _replaced(home)
    assert list((home / "lake" / ".run").iterdir()) == []


def _replaced(home: Path) -> int:
    """Files that a replay has replaced and a sweep keeps: one per replayed delivery."""
    with lake.reading(home, SETTINGS) as con:
        staged = con.execute("SELECT count(*) FROM staged").fetchall()[0][0]
        deliveries = con.execute("SELECT count(*) FROM manifests").fetchall()[0][0]
    return int(deliveries - staged)


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory: pytest.TempPathFactory) -> list[Content]:
    """What a lake holds that nobody disturbs: empty, after an ingest, after a replay."""
    home = tmp_path_factory.mktemp("undisturbed")
    empty = content(home)
    ingest(home, A, SETTINGS)
    ingested = content(home)
    replay(home, SETTINGS)
    return [empty, ingested, content(home)]


def test_a_first_ingest_killed_at_every_step_before_the_commit(
    undisturbed: list[Content], tmp_path: Path
) -> None:
    """One after the other, so that each attempt finds what all before it left behind."""
    before, after, _ = undisturbed
    # Its own first step; killed in the commit, not in this.
    lake.ensure_views(tmp_path, SETTINGS)
    for step in IN_ORDER[:DURABLE]:
        _killed(step, tmp_path, "ingest", A)
        assert content(tmp_path) == before, step
    assert ingest(tmp_path, A, SETTINGS) == "committed"
    assert content(tmp_path) == after
    _assert_clean(tmp_path)


@pytest.mark.parametrize("step", IN_ORDER[DURABLE:])
def test_a_first_ingest_killed_after_the_commit(
    step: Step, undisturbed: list[Content], tmp_path: Path
) -> None:
    _, after, _ = undisturbed
    lake.ensure_views(tmp_path, SETTINGS)
    _killed(step, tmp_path, "ingest", A)
    assert content(tmp_path) == after
    assert ingest(tmp_path, A, SETTINGS) == "unchanged"
    assert content(tmp_path) == after
    _assert_clean(tmp_path)


def test_a_replay_killed_at_every_step_before_the_commit(
    undisturbed: list[Content], tmp_path: Path
) -> None:
    _, before, after = undisturbed
    ingest(tmp_path, A, SETTINGS)
    for step in [step for step in IN_ORDER[:DURABLE] if step not in ONCE]:
        _killed(step, tmp_path, "replay")
        assert content(tmp_path) == before, step
    assert replay(tmp_path, SETTINGS) == "committed"
    assert content(tmp_path) == after
    _assert_clean(tmp_path)


@pytest.mark.parametrize("step", IN_ORDER[DURABLE:])
def test_a_replay_killed_after_the_commit(
    step: Step, undisturbed: list[Content], tmp_path: Path
) -> None:
    _, _, after = undisturbed
    ingest(tmp_path, A, SETTINGS)
    _killed(step, tmp_path, "replay")
    assert content(tmp_path) == after
    assert replay(tmp_path, SETTINGS) == "unchanged"
    assert content(tmp_path) == after
    _assert_clean(tmp_path)


def test_a_sweep_killed_in_the_midst(tmp_path: Path) -> None:
    for manifest in (A, B):
        ingest(tmp_path, manifest, SETTINGS)
        replay(tmp_path, SETTINGS)
    before = content(tmp_path)
    for name in ("1.parquet", "2.parquet"):
        (tmp_path / "lake" / "sales" / name).write_bytes(b"orphan")
    _killed(Step.SWEEPING, tmp_path, "sweep")
    assert content(tmp_path) == before
    assert lake.sweep(tmp_path, SETTINGS, AT).orphans == 1
    assert content(tmp_path) == before
    _assert_clean(tmp_path)


def test_a_killed_writer_hinders_nobody(tmp_path: Path) -> None:
    """The kernel frees its locks; the next writer waits for nothing."""
    _killed(Step.RECORDED, tmp_path, "ingest", A)
    assert ingest(tmp_path, B, Settings(lock_wait_s=0)) == "committed"
    # What it wrote is no part of the lake, until it is swept away.
    assert lake.sweep(tmp_path, SETTINGS, AT).orphans == 4


def test_another_step_than_those_named_kills_nobody(tmp_path: Path) -> None:
    done = subprocess.run(
        command(tmp_path, "ingest", A),
        env=environment(ROYALTY_DIE_AT="nowhere"),
        check=False,
        timeout=120,
        stdout=subprocess.PIPE,
    )
    assert (done.returncode, done.stdout) == (0, b"committed\n")
    assert _run(tmp_path, "ingest", A) == "unchanged"
