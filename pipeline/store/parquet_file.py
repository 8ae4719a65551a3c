"""A parquet file of one group of rows, from columns that are laid out already; see `pages`."""

from collections.abc import Mapping
from pathlib import Path

import polars as pl

from pipeline.store.pages import DECIMAL_BYTES, Chunk
from pipeline.store.thrift import Byte, Fields, Long, struct

_MAGIC = b"PAR1"
_BY = "royalty-pipeline"
_LZ4_RAW = 7
_OPTIONAL, _REPEATED = 1, 2
_INT32, _INT64, _DOUBLE, _BYTES, _FIXED = 1, 2, 5, 6, 7
_UTF8, _LIST, _DECIMAL, _DATE, _MICROS, _UINT32, _UINT64 = 0, 3, 5, 6, 10, 13, 14
_TEXT: Fields = {1: _BYTES, 6: _UTF8, 10: {1: {}}}
_TYPES: dict[pl.DataType, Fields] = {
    pl.UInt32(): {1: _INT32, 6: _UINT32, 10: {10: {1: Byte(32), 2: False}}},
    pl.UInt64(): {1: _INT64, 6: _UINT64, 10: {10: {1: Byte(64), 2: False}}},
    pl.String(): _TEXT,
    pl.Float64(): {1: _DOUBLE},
    pl.Date(): {1: _INT32, 6: _DATE, 10: {6: {}}},
    pl.Datetime("us", "UTC"): {1: _INT64, 6: _MICROS, 10: {8: {1: True, 2: {2: {}}}}},
}
_LISTED = pl.List(pl.String())


def write(
    columns: Mapping[str, Chunk], rows: int, schema: Mapping[str, pl.DataType], path: Path
) -> None:
    """Write a file.

    Args:
        columns: those of `schema`.
        rows: how many each of them has.
        schema: their types; a list is one of texts.
        path: the file.
    """
    elements: list[object] = [{4: "schema", 5: len(schema)}]
    chunks: list[object] = []
    at = len(_MAGIC)
    for name, dtype in schema.items():
        elements += _elements(name, dtype)
        chunks.append(_placed(columns[name], name, dtype, at))
        at += columns[name].size
    sizes = [(columns[name].plain, columns[name].size) for name in schema]
    plain, packed = (Long(sum(size)) for size in zip(*sizes, strict=True))
    group = {1: chunks, 2: plain, 3: Long(rows), 6: packed}
    footer = struct({1: 2, 2: elements, 3: Long(rows), 4: [group], 6: _BY})
    with path.open("wb") as file:
        file.write(_MAGIC)
        for name in schema:
            file.writelines(columns[name].pages)
        file.write(footer + len(footer).to_bytes(4, "little") + _MAGIC)


def _placed(chunk: Chunk, name: str, dtype: pl.DataType, at: int) -> Fields:
    """What the footer says of a column that begins at some byte."""
    path = [name, "list", "element"] if dtype == _LISTED else [name]
    meta = {
        1: (_TEXT if dtype == _LISTED else _fields(dtype))[1],
        2: [int(encoding) for encoding in chunk.encodings],
        3: path,
        4: _LZ4_RAW,
        5: Long(chunk.entries),
        6: Long(chunk.plain),
        7: Long(chunk.size),
        9: Long(at + chunk.dictionary),
        11: Long(at) if chunk.dictionary else None,
    }
    return {2: Long(at), 3: meta}


def _elements(name: str, dtype: pl.DataType) -> list[object]:
    """What the schema says of a column; any value of it may be null."""
    if dtype != _LISTED:
        return [_named(name, _fields(dtype))]
    return [
        {3: _OPTIONAL, 4: name, 5: 1, 6: _LIST, 10: {3: {}}},
        {3: _REPEATED, 4: "list", 5: 1},
        _named("element", _TEXT),
    ]


def _named(name: str, fields: Fields) -> Fields:
    return dict(sorted({**fields, 3: _OPTIONAL, 4: name}.items()))


def _fields(dtype: pl.DataType) -> Fields:
    """The fields of a type that make it what it is."""
    if not isinstance(dtype, pl.Decimal):
        return _TYPES[dtype]
    told = {1: dtype.scale, 2: dtype.precision}
    return {
        1: _FIXED,
        2: DECIMAL_BYTES[dtype],
        6: _DECIMAL,
        7: dtype.scale,
        8: dtype.precision,
        10: {5: told},
    }
