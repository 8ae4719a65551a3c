"""`ledger/state` on a small table, against a table worked out by hand."""

from pathlib import Path

import duckdb
import polars as pl
from polars.testing import assert_frame_equal

from pipeline.contract.columns import RETRY_LEDGER
from pipeline.store.sql import query

CASE = Path(__file__).parent / "state"


def test_each_entry_stands_where_its_furthest_event_left_it() -> None:
    given = pl.read_csv(CASE / "retry_ledger.csv", infer_schema=False)
    events = given.with_columns(
        pl.lit(None, dtype=pl.String).alias(name) for name in RETRY_LEDGER.keys() - given.columns
    ).with_columns(pl.col("attempt").cast(pl.UInt32))
    expected = pl.read_csv(CASE / "expected.csv", infer_schema=False)
    with duckdb.connect() as con:
        con.register("retry_ledger", events)
        states = con.sql(query("ledger/state")).pl()
    assert_frame_equal(
        states.select(pl.col(expected.columns).cast(pl.String)), expected, check_row_order=False
    )
