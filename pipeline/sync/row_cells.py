"""Rows of JSON as columns of text, a chunk at a time, and the digests that tell rows apart."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import duckdb
import polars as pl

from pipeline.store.sql import query
from pipeline.sync.asked import found_at

Row = Mapping[str, Any]

_CHUNK = 50_000
"""Rows that are in memory at a time."""
_APART = "\x1f"
_PLAIN = {str, type(None)}


def chunks(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Rows in lists of at most `_CHUNK`."""
    chunk: list[Row] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == _CHUNK:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def column(rows: Sequence[Row], path: str, value: Callable[[Any], str | None]) -> list[str | None]:
    """The values at a path as text; numbers are text already, so most columns need nothing."""
    if "." in path:
        values = [found_at(row, path) for row in rows]
    else:
        values = [row.get(path) for row in rows]
    if set(map(type, values)) <= _PLAIN:
        return values
    return [value(one) for one in values]


def cell(value: Any) -> str | None:
    """A value as text, null as None: text as it is, everything else as JSON writes it."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def texts(frame: pl.DataFrame) -> pl.Series:
    """All cells of each row as one text in which none runs into the next."""
    if not frame.width:
        return pl.Series([""] * frame.height, dtype=pl.String)
    cells = [pl.col(name).str.len_bytes().fill_null(0).cast(pl.String) for name in frame.columns]
    told = pl.concat_str(pl.all().fill_null(""), separator=_APART)
    lengths = pl.concat_str(cells, separator=",")
    return frame.select(pl.concat_str(lengths, told, separator=_APART)).to_series()


def hashed(rows: pl.DataFrame) -> pl.DataFrame:
    """`row_key` and `digest`, in order."""
    with duckdb.connect() as con:
        con.register("rows", rows)
        found: pl.DataFrame = con.sql(query("sync/row_keys")).pl()
    return found
