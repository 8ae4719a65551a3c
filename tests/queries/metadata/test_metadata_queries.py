"""The queries of metadata drift on small tables, against tables worked out by hand.

A case is a folder named as its query: input tables and `expected.csv`; `""` is an empty text, a
blank cell is null, `|` stands between the members of a list.
"""

from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline.store.sql import QUERIES, query

HERE = Path(__file__).parent
TYPES = {
    "month": "DATE",
    "period_start": "DATE",
    "activity_start": "DATE",
    "since": "DATE",
    "until": "DATE",
    "identity": "UBIGINT",
    "duration_s": "UINTEGER",
    "lines": "BIGINT",
    "quantity": "DECIMAL(28, 6)",
    "amount": "DECIMAL(38, 18)",
    "is_same_form": "BOOLEAN",
    **dict.fromkeys(("item", "change_no", "side_no", "title_no", "title_form"), "UINTEGER"),
    **dict.fromkeys(("artist_no", "artist_form", "label_no", "label_form"), "UINTEGER"),
    **dict.fromkeys(("core_no", "beside"), "UINTEGER"),
}
SPOTIFY: dict[str, object] = {"source": "acme", "service": "Spotify"}
PARAMETERS: dict[str, dict[str, object]] = {
    "lines": {},
    "identities": SPOTIFY,
    "told": SPOTIFY,
    "catalogue": {},
    "cells": {},
    "changes": {},
    "of_changes": {},
    "money": {},
    "given": {},
    "claims": {},
    "of_sides": {},
    "doubled": SPOTIFY,
    "several": SPOTIFY,
    "several_money": SPOTIFY,
    "owners": {},
    "history": {**SPOTIFY, "isrc": "A1"},
    "given_of": {"isrc": "A1"},
}


def test_every_query_has_its_case() -> None:
    assert PARAMETERS.keys() == {path.stem for path in (QUERIES / "metadata").glob("*.sql")}


@pytest.mark.parametrize("name", PARAMETERS)
def test_query_gives_the_expected_rows(name: str) -> None:
    expected = _read(HERE / name / "expected.csv")
    shown = _asked(name, PARAMETERS[name]).select(expected.columns)
    has_order = "order by" in query(f"metadata/{name}").rpartition(")")[2]
    assert_frame_equal(shown, expected, check_row_order=has_order)


@pytest.mark.parametrize(
    ("name", "asked", "lines"),
    [
        ("told", {"source": None, "service": None}, 6),
        ("told", {"source": "beta", "service": None}, 1),
        ("told", {"source": None, "service": "Deezer"}, 1),
        ("identities", {"source": None, "service": None}, 3),
        ("identities", {"source": None, "service": "Deezer"}, 1),
        ("history", {"source": None, "service": None, "isrc": "A1"}, 6),
    ],
)
def test_what_is_not_asked_for_by_name_is_all(
    name: str, asked: dict[str, object], lines: int
) -> None:
    found = _asked(name, asked)
    counted = found["lines"].cast(pl.Int64).sum() if "lines" in found.columns else found.height
    assert counted == lines


def test_an_identity_is_all_that_is_told_with_an_isrc() -> None:
    """The same number for the same cells, whoever tells them when."""
    found = _asked("lines", {})
    told = ("isrc", "title", "version", "artist", "label", "gtin", "duration_s")
    assert found.select(told).n_unique() == found["identity"].n_unique() == 4


def _asked(name: str, params: dict[str, object]) -> pl.DataFrame:
    """What a query gives over the tables of its case, as the CSV writes it."""
    with duckdb.connect() as con:
        con.execute("ATTACH ':memory:' AS catalog")
        for path in (HERE / name).glob("*.csv"):
            if path.stem != "expected":
                _fill(con, path)
        found = con.sql(query(f"metadata/{name}"), params=params).pl()
    return found.select(_as_text(column, found.schema[column]) for column in found.columns)


def _fill(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """A table of a CSV file, each column in its type."""
    con.register("given_rows", _read(path))
    columns = ", ".join(
        f'CAST("{name}" AS {TYPES.get(name, "VARCHAR")}) AS "{name}"'
        for name in con.table("given_rows").columns
    )
    con.execute(
        f"CREATE TABLE {path.stem} AS SELECT {columns} FROM given_rows"  # noqa: S608 - of this folder
    )
    con.unregister("given_rows")


def _as_text(name: str, dtype: pl.DataType) -> pl.Expr:
    """A column as the CSV writes it: decimals without trailing zeros."""
    if isinstance(dtype, pl.List):
        return pl.col(name).list.join("|")
    text = pl.col(name).cast(pl.String)
    if isinstance(dtype, pl.Decimal):
        return text.str.strip_chars_end("0").str.strip_suffix(".")
    return text


def _read(path: Path) -> pl.DataFrame:
    return pl.read_csv(path, infer_schema=False)
