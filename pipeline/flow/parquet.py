"""Parquet files of the lake: the table's columns and types, whatever the frame holds in memory."""

import io
from functools import cache
from pathlib import Path

import polars as pl

from pipeline.contract.columns import TABLES
from pipeline.store import lake

_SCHEMA_KEY = "ARROW:schema"


def write(
    frame: pl.DataFrame, table: str, path: Path, group_rows: int | None = None
) -> lake.NewFile | None:
    """Write a table's rows to a file of a run, or nothing where there are none.

    Text may be categorical in memory, which halves the time to write; the file holds strings.
    With `group_rows` it stands in groups of so many rows, whose extremes are told, so that a reader
    of an ordered file takes those that it needs.
    """
    if not frame.height:
        return None
    columns = frame.select(_typed(frame, table))
    columns.write_parquet(
        path,
        compression="lz4",
        statistics=group_rows is not None,
        row_group_size=group_rows,
        metadata={_SCHEMA_KEY: _text_schema(table)},
    )
    return lake.seal(path, table, frame.height)


def _typed(frame: pl.DataFrame, table: str) -> list[pl.Expr]:
    """The table's columns in its order and types; categories stay as they are."""
    schema = frame.schema
    return [
        pl.col(name) if isinstance(schema[name], pl.Categorical) else pl.col(name).cast(dtype)
        for name, dtype in TABLES[table].items()
    ]


@cache
def _text_schema(table: str) -> str:
    """The Arrow schema that polars writes for a table whose text is plain text."""
    empty = io.BytesIO()
    pl.DataFrame(schema=TABLES[table]).write_parquet(empty)
    empty.seek(0)
    return pl.read_parquet_metadata(empty)[_SCHEMA_KEY]
