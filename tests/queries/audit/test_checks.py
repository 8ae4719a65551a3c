"""The checks of an export on small tables, against offenders worked out by hand.

A case is a folder named as its query: input tables and `expected.csv`; `""` is an empty text.
"""

from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline.store.sql import query

HERE = Path(__file__).parent
PARAMETERS: dict[str, dict[str, object]] = {
    "lines_off": {"form": "csv"},
    "strangers": {"form": "csv", "periods": ["2026-07", "2026-08", "2026-09", "2026Q3"]},
    "sums_off": {"form": "csv"},
    "texts_off": {"tbl": "sales"},
    "twice": {},
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_check_returns_the_offenders_and_no_others(name: str) -> None:
    expected = _read(HERE / name / "expected.csv")
    with duckdb.connect() as con:
        for table in ("figures", "deliveries", "stated"):
            con.execute(query(f"audit/create_{table}"))
        for path in (HERE / name).glob("*.csv"):
            if path.stem != "expected":
                _fill(con, path.stem, _read(path))
        found = con.sql(query(f"audit/{name}"), params=PARAMETERS[name]).pl()
    plain = found.with_columns(pl.col(pl.Decimal).cast(pl.Float64)).cast(pl.String)
    assert_frame_equal(plain, expected)


def _fill(con: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    """A table of the session is filled, any other is given as it is."""
    known = con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = ?", [table]).fetchall()
    con.register("given" if known else table, rows)
    if known:
        con.execute(f"INSERT INTO {table} BY NAME FROM given")


def _read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)
