"""The queries of rules and alarms on small tables, against tables worked out by hand.

A case is a folder named as its query: input tables and `expected.csv`; `""` is an empty text, a
blank cell is null. All look at noon of 20 August 2026, and a week back where they look back.
"""

from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline.store.sql import query

HERE = Path(__file__).parent
NOW = {"moment": datetime(2026, 8, 20, 12)}  # noqa: DTZ001 - as the lake shows clocks: UTC, no zone
WEEK = {**NOW, "since": datetime(2026, 8, 13, 12)}  # noqa: DTZ001 - as above
PARAMETERS: dict[str, dict[str, object]] = {
    "ledger_history": {},
    "ledger_then": NOW,
    "manifests_then": NOW,
    "queue": NOW,
    "money": NOW,
    "share": WEEK,
    "fatal": WEEK,
    "escalations": WEEK,
    "findings": WEEK,
    "reports": NOW,
    "refused": NOW,
    "silence": NOW,
    "state": {},
    "silences": NOW,
    "called": {},
    "owed_calls": {},
    "recent": {"since": WEEK["since"]},
    "history": {"rule": "age", "latest": 4},
    "moments": {},
    "turns": {},
}
CLOCKS = (
    *("at", "known_at", "first_at", "last_at", "next_attempt_at", "finished_at", "until"),
    *("warning_since", "breach_since", "changed_at", "began_at", "failed_at", "resolved_at"),
)
TYPES = {
    **dict.fromkeys(CLOCKS, "TIMESTAMP"),
    **dict.fromkeys(("due_on", "closes_on"), "DATE"),
    **dict.fromkeys(("amount", "value", "limit"), "DECIMAL(38, 18)"),
    **dict.fromkeys(("lines", "attempt", "modified_ns", "seq"), "BIGINT"),
    **dict.fromkeys(("is_open", "muted"), "BOOLEAN"),
}


@pytest.mark.parametrize("name", PARAMETERS)
def test_query_gives_the_expected_rows_in_their_order(name: str) -> None:
    expected = _read(HERE / name / "expected.csv")
    with duckdb.connect() as con:
        for path in (HERE / name).glob("*.csv"):
            if path.stem != "expected":
                _fill(con, path)
        found = con.sql(query(f"watch/{name}"), params=PARAMETERS[name]).pl()
    shown = found.select(_as_text(column, found.schema[column]) for column in expected.columns)
    has_order = "order by" in query(f"watch/{name}").rpartition(")")[2]
    assert_frame_equal(shown, expected, check_row_order=has_order)


def test_every_query_has_its_case() -> None:
    queries = Path(__file__).resolve().parents[3] / "queries" / "watch"
    assert {path.stem for path in queries.glob("*.sql")} == PARAMETERS.keys()


def _fill(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """A table of a CSV file, each column in its type."""
    con.register("given", _read(path))
    columns = ", ".join(
        f'CAST("{name}" AS {TYPES.get(name, "VARCHAR")}) AS "{name}"'
        for name in con.table("given").columns
    )
    con.execute(f"CREATE TABLE {path.stem} AS SELECT {columns} FROM given")  # noqa: S608 - of this folder
    con.unregister("given")


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column as the CSV writes it: decimals without trailing zeros."""
    text = pl.col(name).cast(pl.String)
    if isinstance(dtype, pl.Decimal):
        return text.str.strip_chars_end("0").str.strip_suffix(".")
    if isinstance(dtype, pl.Datetime):
        return pl.col(name).dt.to_string("%Y-%m-%d %H:%M")
    if isinstance(dtype, pl.List):
        return pl.col(name).list.join(" ")
    return text


def _read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)
