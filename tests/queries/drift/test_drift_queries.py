"""The queries of drift on small tables, against tables worked out by hand.

The tables of this folder are those that queries read, `expected` holds what each finds of them;
`""` is an empty text, a blank cell is null.
"""

from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline.store.sql import query

HERE = Path(__file__).parent
OF_ACME = {"source": "acme"}
# Another delivery is about to replace this one.
REPLACED = {"replaced": ["m2b@2026-05"]}
ALL_OF_ACME = {**OF_ACME, "accounting_period": None, "manifest": None}
PARAMETERS: dict[str, dict[str, object]] = {
    "sketches": {
        **OF_ACME,
        "replaced": ["m2@2026-05", "m2b@2026-05"],
        "periods": ["2026-04", "2026-05"],
    },
    "deliveries": {**OF_ACME, **REPLACED},
    "months": OF_ACME,
    "told": {**OF_ACME, **REPLACED},
    "findings": ALL_OF_ACME,
    "layouts": ALL_OF_ACME,
    "known": {"source": None, "accounting_period": "2026-05", "manifest": "M2"},
}
TYPES = {
    "lines": "BIGINT",
    "quantity": "DECIMAL(38, 6)",
    "amount": "DECIMAL(38, 18)",
    "is_open": "BOOLEAN",
    "at": "TIMESTAMP",
}
UNORDERED = ("sketches",)


@pytest.mark.parametrize("name", PARAMETERS)
def test_query_gives_the_expected_rows_in_their_order(name: str) -> None:
    expected = pl.read_csv(HERE / "expected" / f"{name}.csv", infer_schema=False)
    with duckdb.connect() as con:
        for path in HERE.glob("*.csv"):
            _fill(con, path)
        found = con.sql(query(f"drift/{name}"), params=PARAMETERS[name]).pl()
    if name in UNORDERED:
        found = found.sort(pl.all())
    shown = found.select(_as_text(column, found.schema[column]) for column in expected.columns)
    assert_frame_equal(shown, expected)


def _fill(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """A table of a CSV file, each column in its type."""
    con.register("given", pl.read_csv(path, infer_schema=False))
    columns = ", ".join(
        f'CAST("{name}" AS {TYPES.get(name, "VARCHAR")}) AS "{name}"'
        for name in con.table("given").columns
    )
    con.execute(f"CREATE TABLE {path.stem} AS SELECT {columns} FROM given")  # noqa: S608 - of this folder
    con.unregister("given")


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column as the CSV writes it: amounts without zeros at their ends."""
    text = pl.col(name).cast(pl.String)
    if isinstance(dtype, pl.Decimal):
        return text.str.strip_chars_end("0").str.strip_chars_end(".")
    return text
