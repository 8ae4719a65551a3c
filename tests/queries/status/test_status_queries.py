"""The queries of the screens on small tables, against tables worked out by hand.

A case is a folder named as its query: input tables and `expected.csv`; `""` is an empty text, a
blank cell is null.
"""

from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline.store.sql import query

HERE = Path(__file__).parent
TYPES = {
    "amount": "DECIMAL(38, 18)",
    "reported": "DECIMAL(38, 18)",
    "matched": "DECIMAL(38, 18)",
    "unmatched": "DECIMAL(38, 18)",
    "held": "DECIMAL(38, 18)",
    "quarantined": "DECIMAL(38, 18)",
    "excluded": "DECIMAL(38, 18)",
    "difference": "DECIMAL(38, 18)",
    "faults": "VARCHAR[]",
    "line": "UBIGINT",
    "lines": "BIGINT",
    "reported_lines": "BIGINT",
    "lines_difference": "BIGINT",
    "unreadable_lines": "BIGINT",
    "at_stake": "BOOLEAN",
    "is_open": "BOOLEAN",
    "at": "TIMESTAMP",
    "first_at": "TIMESTAMP",
    "next_attempt_at": "TIMESTAMP",
}
ALL: dict[str, object] = {"manifest": None, "accounting_period": None}
PARAMETERS: dict[str, dict[str, object]] = {
    "lines_held": {},
    "reasons": {},
    "waiting": ALL,
    "titles": {**ALL, "largest": 4},
    "entries": {"manifest": None, "fault": None, "largest": 3},
    "money": ALL,
    "alert_groups": {**ALL, "manifest": "a1"},
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_query_gives_the_expected_rows(name: str) -> None:
    expected = _read(HERE / name / "expected.csv")
    with duckdb.connect() as con:
        for path in (HERE / name).glob("*.csv"):
            if path.stem != "expected":
                _fill(con, path)
        found = con.sql(query(f"status/{name}"), params=PARAMETERS[name]).pl()
    shown = found.select(_as_text(column, found.schema[column]) for column in expected.columns)
    has_order = "order by" in query(f"status/{name}").rpartition(")")[2]
    assert_frame_equal(shown, expected, check_row_order=has_order)


def _fill(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """A table of a CSV file, each column in its type."""
    con.register("given", _read(path))
    columns = ", ".join(
        f'CAST("{name}" AS {TYPES.get(name, "VARCHAR")}) AS "{name}"'
        for name in con.table("given").columns
    )
    con.execute(
        f"CREATE TABLE {path.stem} AS SELECT {columns} FROM given"  # noqa: S608 - of this folder
    )
    con.unregister("given")


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column as the CSV writes it: decimals without trailing zeros."""
    text = pl.col(name).cast(pl.String)
    if isinstance(dtype, pl.Decimal):
        return text.str.strip_chars_end("0").str.strip_suffix(".")
    if isinstance(dtype, pl.Datetime):
        return pl.col(name).dt.to_string("%Y-%m-%d %H:%M")
    return text


def _read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)
