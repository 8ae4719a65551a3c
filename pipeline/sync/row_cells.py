"""Rows of JSON as columns of text, a chunk at a time, and the digests that tell rows apart."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any

import duckdb
import polars as pl

from pipeline.store.sql import query
from pipeline.sync.asked import found_at

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Flat:
    """Rows of single values as texts, by column; a name without a column is null in every row."""

    count: int
    columns: Mapping[str, Sequence[str | None]]

    def __len__(self) -> int:
        """How many rows."""
        return self.count

    def rows(self) -> list[Row]:
        """The same row by row."""
        found = zip(*self.columns.values(), strict=True)
        return [dict(zip(self.columns, cells, strict=True)) for cells in found]


Items = Sequence[Row] | Flat

_APART = "\x1f"
_PLAIN = {str, type(None)}
_NESTED = {dict, list}


def together(parts: Sequence[Items]) -> Items:
    """The rows of some parts in their order, by column where all of them are."""
    flat = [part for part in parts if isinstance(part, Flat) and part.count]
    if len(flat) == sum(map(bool, parts)):
        columns = {
            name: list(chain.from_iterable(part.columns[name] for part in flat))
            for name in (flat[0].columns if flat else ())
        }
        return Flat(sum(map(len, flat)), columns)
    return [row for part in parts for row in by_row(part)]


def by_row(items: Items) -> Sequence[Row]:
    """The rows one by one, however they were read."""
    return items.rows() if isinstance(items, Flat) else items


def values(rows: Items, path: str) -> Sequence[Any]:
    """What stands at a path of each row; None where nothing does."""
    if isinstance(rows, Flat):
        return rows.columns.get(path) or [None] * rows.count
    if "." in path:
        return [found_at(row, path) for row in rows]
    return [row.get(path) for row in rows]


def is_nested(found: Sequence[Any]) -> bool:
    """Whether any of some values is no single one."""
    return not _NESTED.isdisjoint(map(type, found))


def texts_of(found: Sequence[Any], text: Callable[[Any], str | None]) -> Sequence[str | None]:
    """Values as texts; most columns hold nothing else, or whole numbers alone."""
    kinds = set(map(type, found))
    if kinds <= _PLAIN:
        return found
    if kinds == {int}:
        return list(map(str, found))
    return list(map(text, found))


def column(rows: Items, path: str) -> Sequence[str | None]:
    """The values at a path as texts, nested ones as JSON."""
    found = values(rows, path)
    return found if isinstance(rows, Flat) else texts_of(found, cell)


def single_texts(found: Sequence[Any]) -> Sequence[str | None] | None:
    """Single values as texts; None where one of them is nested."""
    kinds = set(map(type, found))
    if kinds <= _PLAIN:
        return found
    if not _NESTED.isdisjoint(kinds):
        return None
    return list(map(str if kinds == {int} else cell, found))


def cell(value: Any) -> str | None:
    """A value as text, null as None: text as it is, everything else as JSON writes it."""
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def joined(frame: pl.DataFrame) -> pl.Series:
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
