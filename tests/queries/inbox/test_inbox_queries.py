"""The queries of the inbox on small tables, against tables worked out by hand.

A case is a folder named as its query: input tables and `expected.csv`; `""` is an empty text, a
blank cell is null. The table `expected`, which `owed` reads, stands in `calendar.csv`.
"""

from datetime import date
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline.store.sql import query

HERE = Path(__file__).parent
TODAY = {"today": date(2026, 8, 20)}
PARAMETERS: dict[str, dict[str, object]] = {
    "known": {"source": "acme"},
    "heard": {},
    "owed": {**TODAY},
    "notable": {**TODAY},
}
TYPES = {
    **dict.fromkeys(("bytes", "modified_ns"), "BIGINT"),
    **dict.fromkeys(("starts_on", "ends_on", "due_on", "closes_on", "closing_on"), "DATE"),
    **dict.fromkeys(("at", "received_at"), "TIMESTAMP"),
    "closing_days": "INTEGER",
    "is_dated": "BOOLEAN",
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_query_gives_the_expected_rows_in_their_order(name: str) -> None:
    expected = _read(HERE / name / "expected.csv")
    with duckdb.connect() as con:
        for path in (HERE / name).glob("*.csv"):
            if path.stem != "expected":
                _fill(con, path)
        found = con.sql(query(f"inbox/{name}"), params=PARAMETERS[name]).pl()
    shown = found.select(_as_text(column, found.schema[column]) for column in expected.columns)
    assert_frame_equal(shown, expected)


def _fill(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """A table of a CSV file, each column in its type."""
    con.register("given", _read(path))
    columns = ", ".join(
        f'CAST("{name}" AS {TYPES.get(name, "VARCHAR")}) AS "{name}"'
        for name in con.table("given").columns
    )
    table = "expected" if path.stem == "calendar" else path.stem
    con.execute(f"CREATE TABLE {table} AS SELECT {columns} FROM given")  # noqa: S608 - of this folder
    con.unregister("given")


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column as the CSV writes it."""
    if isinstance(dtype, pl.Datetime):
        return pl.col(name).dt.to_string("%Y-%m-%d %H:%M")
    return pl.col(name).cast(pl.String)


def _read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)
