"""Files of one table are read together, whoever wrote them and whatever is null in them."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import permutations
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal

from pipeline.contract.columns import SALES, TABLES
from pipeline.flow import parquet

LINE: dict[str, Any] = {
    "manifest": "a" * 64,
    "accounting_period": "2026-09",
    "line": 2,
    "offset": 40,
    "source": "canonical",
    "territory": "DE",
    "period_start": date(2026, 9, 1),
    "title": "Song",
    "quantity": Decimal("3.5"),
    "amount": Decimal("1.25"),
    "faults": ["territory_unknown", "date_unreadable"],
    "score": 0.5,
    "decided_at": datetime(2026, 10, 5, tzinfo=UTC),
    "run": "r1",
}
ROWS = {
    "full": [LINE, LINE | {"line": 3, "title": "Another", "faults": []}],
    "lacking": [
        LINE | {"line": 4} | dict.fromkeys(["title", "amount", "faults", "score", "period_start"]),
        LINE | {"line": 5},
    ],
    "empty": [dict.fromkeys(LINE) | {"line": 6}],
}
READERS: dict[str, Callable[[list[str]], pl.DataFrame]] = {
    "polars": pl.read_parquet,
    "polars, lazily": lambda paths: pl.scan_parquet(paths).collect(),
    "duckdb": lambda paths: duckdb.read_parquet(paths).pl(),
    "duckdb, by name": lambda paths: duckdb.read_parquet(paths, union_by_name=True).pl(),
    "pyarrow": lambda paths: frame(pq.read_table(paths)),
    "pyarrow, as a data set": lambda paths: frame(pyarrow.dataset.dataset(paths).to_table()),
}


def frame(table: pa.Table) -> pl.DataFrame:
    rows = pl.from_arrow(table)
    assert isinstance(rows, pl.DataFrame)
    return rows


def sales(case: str) -> pl.DataFrame:
    return pl.DataFrame([dict.fromkeys(SALES) | row for row in ROWS[case]], SALES)


def columns(rows: pl.DataFrame) -> dict[str, pa.Array]:
    return {name: rows[name].to_arrow() for name in rows.columns}


@pytest.fixture(name="files")
def written(tmp_path: Path) -> dict[str, pl.DataFrame]:
    """Rows by the path of a file that holds them, of every kind."""
    found: dict[str, pl.DataFrame] = {}
    for case in ROWS:
        rows = sales(case)
        by_column, by_polars = (tmp_path / f"{case}-{kind}" for kind in "ab")
        assert parquet.write_columns(columns(rows), {}, "sales", by_column)
        assert parquet.write(rows, "sales", by_polars)
        found |= {str(by_column): rows, str(by_polars): rows}
    return found


@pytest.mark.parametrize("reader", READERS)
def test_files_are_read_together_in_any_order(files: dict[str, pl.DataFrame], reader: str) -> None:
    for paths in permutations(files, 3):
        told = READERS[reader]([*paths]).select(pl.col(name).cast(SALES[name]) for name in SALES)
        assert_frame_equal(told, pl.concat(files[path] for path in paths))


@pytest.mark.parametrize("case", ROWS)
def test_a_file_says_of_each_column_whether_it_has_nulls(case: str, tmp_path: Path) -> None:
    rows = sales(case)
    parquet.write_columns(columns(rows), {}, "sales", tmp_path / "file")
    schema = pq.read_schema(tmp_path / "file")
    assert [field.name for field in schema if field.nullable] == [
        name for name in SALES if rows[name].null_count()
    ]


def test_what_is_the_same_in_all_rows_stands_in_each(tmp_path: Path) -> None:
    rows = sales("lacking")
    given = {name: array for name, array in columns(rows).items() if name not in {"run", "source"}}
    parquet.write_columns(given, {"run": "r7", "source": "s"}, "sales", tmp_path / "file")
    expected = rows.with_columns(run=pl.lit("r7"), source=pl.lit("s"))
    assert_frame_equal(pl.read_parquet(tmp_path / "file"), expected)


def test_no_rows_make_no_file(tmp_path: Path) -> None:
    none = pl.DataFrame(schema=TABLES["sales"])
    assert parquet.write_columns(columns(none), {}, "sales", tmp_path / "file") is None
    assert not (tmp_path / "file").exists()
