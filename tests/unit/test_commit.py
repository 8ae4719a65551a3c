"""What a commit takes as it is, and what it refuses because it loses lines or money."""

from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import LakeBusy, PipelineError
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.vocab import ManifestState
from tests.flow import lake_program
from tests.flow.lake_program import AT, content, ingest, replay, sealed

SETTINGS = Settings(lock_wait_s=0.1)
A, B = "a" * 64, "b" * 64


def test_files_of_equal_content_are_all_counted(tmp_path: Path) -> None:
    """In one commit, in a later one, and after the first was replaced."""
    rows = [{"ledger_id": "x", "attempt": 0, "outcome": "opened"}]

    def add(replaced: list[str], *names: str) -> None:
        with lake.begin(tmp_path, "retry", AT) as run:
            files = [sealed(run, "retry_ledger", rows, name) for name in names]
            batch = lake.Batch(files=files, replaced={"retry_ledger": replaced})
            lake.commit(tmp_path, run, batch, SETTINGS)

    add([], "1", "2")
    add([], "1")
    first = lake.files(tmp_path, "retry_ledger", SETTINGS)
    assert first["sha256"].n_unique() == 1
    assert first["name"].n_unique() == 3
    add(first["name"].to_list()[:1], "1")
    assert len(content(tmp_path)["retry_ledger"]) == 3
    assert len(content(tmp_path)["ledger_state"]) == 1
    assert lake.files(tmp_path, "retry_ledger", SETTINGS)["name"].n_unique() == 3


def test_files_without_rows_stay_out(tmp_path: Path) -> None:
    with lake.begin(tmp_path, "retry", AT) as run:
        batch = lake.Batch(files=[sealed(run, "sales", [])])
        lake.commit(tmp_path, run, batch, SETTINGS)
    assert list((tmp_path / "lake").rglob("*.parquet")) == []


def _lose_a_line(batch: lake.Batch) -> None:
    batch.sums = batch.sums.with_columns(lines=pl.col("lines") - (pl.col("status") == "unmatched"))


def _lose_an_atom(batch: lake.Batch) -> None:
    """One unit of the 18th decimal of one status."""
    atom = pl.lit(Decimal("0.000000000000000001"))
    less = pl.when(status="matched").then(pl.col("amount") - atom).otherwise("amount")
    batch.sums = batch.sums.with_columns(less.cast(batch.sums.schema["amount"]))


def _lose_unreadable(batch: lake.Batch) -> None:
    batch.reported = batch.reported.with_columns(unreadable_lines=pl.lit(1, dtype=pl.Int64))


def _lose_all_sums(batch: lake.Batch) -> None:
    batch.files, batch.sums = [], batch.sums.clear()


def _lose_what_was_reported(batch: lake.Batch) -> None:
    batch.reported = batch.reported.clear()


def _lose_a_file(batch: lake.Batch) -> None:
    batch.files = [file for file in batch.files if file.table != "sales"]


def _say_another_status(batch: lake.Batch) -> None:
    """The same money, but the files say that it is quarantined."""
    batch.sums = batch.sums.with_columns(status=pl.col("status").replace("quarantined", "held"))


@pytest.mark.parametrize(
    "damage",
    [
        _lose_a_line,
        _lose_an_atom,
        _lose_unreadable,
        _lose_all_sums,
        _lose_what_was_reported,
        _lose_a_file,
        _say_another_status,
    ],
)
def test_what_loses_lines_or_money_is_not_committed(
    damage: Callable[[lake.Batch], None], tmp_path: Path
) -> None:
    ingest(tmp_path, B, SETTINGS)
    before = content(tmp_path)
    with lake.begin(tmp_path, "ingest", AT) as run:
        batch = lake_program.batch(run, A)
        damage(batch)
        with pytest.raises(PipelineError, match="nothing was committed"):
            lake.commit(tmp_path, run, batch, SETTINGS)
    assert content(tmp_path) == before
    assert lake.sweep(tmp_path, SETTINGS, AT).replaced == 0
    assert ingest(tmp_path, A, SETTINGS) == ManifestState.COMMITTED


def test_a_file_that_another_run_replaced_is_not_replaced_again(tmp_path: Path) -> None:
    ingest(tmp_path, A, SETTINGS)
    names = lake.files(tmp_path, "staged", SETTINGS)["name"].to_list()
    replay(tmp_path, SETTINGS)
    before = content(tmp_path)
    with lake.begin(tmp_path, "retry", AT) as run:
        batch = lake.Batch(replaced={"staged": names})
        with pytest.raises(LakeBusy, match="run again"):
            lake.commit(tmp_path, run, batch, SETTINGS)
    assert content(tmp_path) == before
