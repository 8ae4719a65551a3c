"""Parquet files whose pages we lay out ourselves: what three readers find in them."""

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
import polars as pl
import pyarrow.parquet as pq
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contract.columns import AMOUNT, QUANTITY
from pipeline.flow.coded import Coded, texts
from pipeline.store import pages, parquet_file

AT = datetime(2026, 11, 27, 1, 2, 3, 4, UTC)
DISTINCT: dict[str, pl.DataType] = {
    "title": pl.String(),
    "day": pl.Date(),
    "duration_s": pl.UInt32(),
    "score": pl.Float64(),
}
SCHEMA: dict[str, pl.DataType] = {
    "manifest": pl.String(),
    "line": pl.UInt64(),
    **DISTINCT,
    "quantity": QUANTITY,
    "amount": AMOUNT,
    "faults": pl.List(pl.String()),
    "extra": pl.String(),
    "decided_at": pl.Datetime("us", "UTC"),
}
NAMES = ["A", "B_B", "Ü"]

ROWS = st.lists(
    st.tuples(
        st.none() | st.text(max_size=3),
        st.none() | st.dates(),
        st.none() | st.integers(0, 2**32 - 1),
        st.none() | st.floats(allow_nan=False),
    ),
    min_size=1,
    max_size=40,
)
AMOUNTS = st.none() | st.decimals(-(10**19), 10**19, places=18)
QUANTITIES = st.none() | st.decimals(-(10**21), 10**21, places=6)
STEPS = st.sampled_from([1, 1, 1, 7, 2**20, 2**40])


def written(columns: dict[str, pages.Chunk], rows: int, path: Path) -> None:
    same = {"manifest": "m", "decided_at": AT}
    alike = {
        name: pages.constant(pages.distinct(pl.Series([value], dtype=SCHEMA[name])), rows)
        for name, value in same.items()
    }
    parquet_file.write(columns | alike, rows, SCHEMA, path)


def read_by_all(path: Path, expected: pl.DataFrame) -> None:
    """Assert what polars, pyarrow and DuckDB find, its types included."""
    assert pl.read_parquet(path).equals(expected)
    assert pl.read_parquet_schema(path) == expected.schema
    # Not by its pages, as polars wrote it, but by what they come to.
    plain = path.with_name("plain.parquet")
    expected.write_parquet(plain)
    table = pq.read_table(path)
    assert table.equals(pq.read_table(plain).cast(table.schema))
    with duckdb.connect() as con:
        con.execute("SET TimeZone = 'UTC'")
        ours, theirs = (con.read_parquet(str(file)).pl() for file in (path, plain))
    assert ours.equals(theirs)
    assert ours.schema == theirs.schema


@given(ROWS, st.data())
def test_what_is_laid_out_is_read(rows: list[tuple[Any, ...]], data: st.DataObject) -> None:
    distinct = pl.DataFrame(rows, DISTINCT, orient="row")
    count = data.draw(st.sampled_from([1, 7, 8, 9, 31, 33, 129, 130, 300]))
    few = st.lists(st.integers(0, 2**30), min_size=count, max_size=count)
    numbers = np.array(data.draw(few), dtype=np.uint32) % distinct.height
    kinds = data.draw(st.lists(st.lists(st.sampled_from(NAMES)), min_size=1, max_size=3))
    places = np.array(data.draw(few)) % len(kinds)
    own = pl.DataFrame(
        {
            "line": np.cumsum(data.draw(st.lists(STEPS, min_size=count, max_size=count))),
            "quantity": data.draw(st.lists(QUANTITIES, min_size=count, max_size=count)),
            "amount": data.draw(st.lists(AMOUNTS, min_size=count, max_size=count)),
            "extra": data.draw(
                st.lists(st.none() | st.text(max_size=5), min_size=count, max_size=count)
            ),
        },
        {name: SCHEMA[name] for name in ("line", "quantity", "amount", "extra")},
    )
    cut = data.draw(st.integers(0, count))
    pieces = pl.concat([own[:cut], own[cut:]], rechunk=False)
    columns = {
        "line": pages.growing(pieces["line"]),
        **{name: pages.decimals(pieces[name], SCHEMA[name]) for name in ("quantity", "amount")},
        "extra": texts(pieces["extra"]),
        **Coded.of(distinct).taken(numbers, DISTINCT),
        "faults": pages.lists(
            places.astype(np.int32), [[NAMES.index(name) for name in kind] for kind in kinds], NAMES
        ),
    }
    expected = pl.concat([own, distinct[numbers]], how="horizontal").with_columns(
        manifest=pl.lit("m"),
        faults=pl.Series([kinds[place] for place in places], dtype=SCHEMA["faults"]),
        decided_at=pl.lit(AT),
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / "ours.parquet"
        written(columns, count, path)
        read_by_all(path, expected.select(pl.col(name).cast(SCHEMA[name]) for name in SCHEMA))


def test_a_file_holds_no_text_that_none_of_its_lines_has() -> None:
    rows = pl.DataFrame({"title": [f"title {n}" for n in range(1_000)]})
    chunk = Coded.of(rows).taken(np.array([7, 7, 900], dtype=np.uint32), ["title"])["title"]
    assert chunk.plain < 100


def test_numbers_that_jump_about_are_kept() -> None:
    """The longest differences, and a part of a block at the end."""
    numbers = [0, 2**63 - 1, 0, 5, 2**62, *range(0, 10**6, 997)]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "numbers.parquet"
        column = pl.Series("line", numbers, dtype=pl.UInt64)
        schema = {"line": pl.UInt64()}
        parquet_file.write({"line": pages.growing(column)}, len(numbers), schema, path)
        assert pl.read_parquet(path)["line"].to_list() == numbers
        assert pq.read_table(path)["line"].to_pylist() == numbers
        with duckdb.connect() as con:
            assert con.read_parquet(str(path)).pl()["line"].to_list() == numbers


def test_exact_extremes_are_kept() -> None:
    amounts = [Decimal(10**12) - Decimal("1e-18"), -Decimal(10**12), Decimal(0), None]
    with TemporaryDirectory() as folder:
        path = Path(folder) / "amounts.parquet"
        column = pl.Series("amount", amounts, dtype=AMOUNT)
        schema = {"amount": AMOUNT}
        parquet_file.write({"amount": pages.decimals(column, AMOUNT)}, 4, schema, path)
        assert pl.read_parquet(path)["amount"].to_list() == amounts
        assert pq.read_table(path)["amount"].to_pylist() == amounts
