"""The same inputs give the same decisions: on one thread or many, in any order of a catalog."""

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from pipeline.match.ladder import Policy, resolve
from tests.queries.ladder.test_likeness import HERE, REPORT, identities
from tests.queries.match.catalogs import opened, table

ROOT = Path(__file__).parents[3]
CORES = sorted(os.sched_getaffinity(0))


def reordered(folder: Path, seed: int) -> Path:
    """The tables of this folder, their rows in another order."""
    for path in HERE.glob("*.csv"):
        table(path).sample(fraction=1.0, shuffle=True, seed=seed).write_csv(folder / path.name)
    return folder


@pytest.fixture(scope="module")
def told() -> pl.DataFrame:
    """The decisions with the rows of the catalog as they stand."""
    with opened(HERE) as con:
        return resolve(con, identities(REPORT), "dsp", Policy())


@pytest.mark.parametrize("seed", range(4))
def test_the_order_of_a_catalogs_rows_changes_nothing(
    seed: int, told: pl.DataFrame, tmp_path: Path
) -> None:
    with opened(reordered(tmp_path, seed)) as con:
        again = resolve(con, identities(REPORT), "dsp", Policy())
    assert again.equals(told)


def decided_on(cores: list[int]) -> str:
    """What a process of its own decides that may use some cores only."""
    code = (
        f"import os, runpy; os.sched_setaffinity(0, {cores}); "
        "runpy.run_module('tests.queries.ladder.decide', run_name='__main__')"
    )
    threads = {"POLARS_MAX_THREADS": str(len(cores))}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env={**os.environ, **threads},
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout


@pytest.mark.skipif(len(CORES) < 2, reason="one core alone")
def test_the_number_of_threads_changes_nothing() -> None:
    alone = decided_on(CORES[:1])
    assert len(alone.splitlines()) == REPORT.height
    assert decided_on(CORES) == alone


def test_a_tie_falls_by_recording_whatever_its_row(tmp_path: Path) -> None:
    lines = REPORT.filter(pl.col("recording_id") == "shared-1")
    with opened(reordered(tmp_path, 7)) as con:
        found = resolve(con, identities(lines), "dsp", Policy())
    assert found["recording_id"].to_list() == ["shared-1"]
