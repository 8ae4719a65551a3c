"""Columns as they stand in a parquet file.

A general writer is told texts and finds out which are the same; whoever knows that already writes
a part's lines in a quarter of the time. Pages are of the first version, packed by LZ4, and in the
encodings that every reader knows: each column of a file is one page, after that of its dictionary.
The format is that of "Apache Parquet, File Format".
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract.decimals import pieces
from pipeline.store.thrift import struct, varint

Codes = NDArray[np.int32]

DECIMAL_BYTES: dict[pl.DataType, int] = {pl.Decimal(28, 6): 12, pl.Decimal(38, 18): 16}
"""Bytes that a decimal takes; by fours."""

_DATA_PAGE, _DICTIONARY_PAGE = 0, 2


class Encoding(IntEnum):
    """How values stand in a page."""

    PLAIN = 0
    RLE = 3
    DELTA_BINARY_PACKED = 5
    RLE_DICTIONARY = 8


@dataclass(frozen=True)
class Chunk:
    """A column of a file.

    Attributes:
        pages: its bytes.
        entries: how many values or nulls it holds; of lists their members.
        dictionary: bytes of the first page, where that is a dictionary.
        plain: bytes of all pages, had they not been packed.
        encodings: of its pages.
    """

    pages: tuple[bytes, ...]
    entries: int
    dictionary: int
    plain: int
    encodings: tuple[Encoding, ...]

    @property
    def size(self) -> int:
        """Its bytes."""
        return sum(map(len, self.pages))


@dataclass(frozen=True)
class Distinct:
    """Distinct values of a column, laid out as a dictionary holds them.

    Attributes:
        laid: their bytes.
        count: how many.
    """

    laid: bytes | memoryview
    count: int

    @property
    def width(self) -> int:
        """Bits of a place among them."""
        return max(1, (self.count - 1).bit_length())


def distinct(values: pl.Series) -> Distinct:
    """Few values, none null, as a dictionary."""
    if values.dtype == pl.String:
        told = [value.encode() for value in values.to_list()]
        return Distinct(b"".join(len(own).to_bytes(4, "little") + own for own in told), len(told))
    return Distinct(values.to_physical().to_numpy().tobytes(), len(values))


def nothing(rows: int) -> Chunk:
    """A column without any value."""
    return _chunk(rows, _leveled(_run(0, rows, 1)), Encoding.PLAIN)


def constant(values: Distinct, rows: int) -> Chunk:
    """A column that holds the same value in every row."""
    body = _leveled(_run(1, rows, 1)) + bytes([values.width]) + _run(0, rows, values.width)
    return _chunk(rows, body, Encoding.RLE_DICTIONARY, values)


def coded(codes: Codes, places: Codes, values: Distinct) -> Chunk:
    """A column of few values.

    Args:
        codes: places of values; -1 is null.
        places: of each row, which of them.
        values: what they are; none where all are null.
    """
    from pipeline.store import kernel_pages

    rows = len(places)
    if not values.count:
        return nothing(rows)
    levels = np.zeros(-(-rows // 8) if (codes < 0).any() else 0, dtype=np.uint8)
    packed = _room(rows, values.width)
    known = kernel_pages.pack(codes, places, values.width, levels, packed)
    if values.count == 1:
        own = _run(0, known, values.width)
    else:
        own = _packed(packed, known, values.width)
    body = _leveled(_flags(levels, known, rows)) + bytes([values.width]) + own
    return _chunk(rows, body, Encoding.RLE_DICTIONARY, values)


def lists(kinds: Codes, members: Sequence[Sequence[int]], names: Sequence[str]) -> Chunk:
    """A column of lists of texts, of which few kinds occur.

    Args:
        kinds: of each row, which list.
        members: of each list, places among the names.
        names: what may stand in them.
    """
    from pipeline.store import kernel_pages

    sizes = np.array([len(one) for one in members])
    begins = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int32)
    entries = int(np.maximum(sizes, 1)[kinds].sum())
    again, deep = (np.empty(entries, dtype=np.uint8) for _ in range(2))
    codes = np.empty(int(sizes[kinds].sum()), dtype=np.int32)
    flat = np.array([code for one in members for code in one], dtype=np.int32)
    kernel_pages.lists(kinds, begins, flat, again, deep, codes)
    if not len(codes):
        body = _leveled(_run(0, entries, 1)) + _leveled(_run(1, entries, 2))
        return _chunk(entries, body, Encoding.PLAIN)
    values = distinct(pl.Series(names, dtype=pl.String))
    body = _leveled(_all(again, 1)) + _leveled(_all(deep, 2))
    body += bytes([values.width]) + _all(codes, values.width)
    return _chunk(entries, body, Encoding.RLE_DICTIONARY, values)


def decimals(column: pl.Series, dtype: pl.DataType) -> Chunk:
    """A column of decimals as they are."""
    from pipeline.store import kernel_pages

    rows = len(column)
    if column.null_count() == rows:
        return nothing(rows)
    width = DECIMAL_BYTES[dtype]
    levels = np.zeros(-(-rows // 8), dtype=np.uint8)
    laid = np.empty(rows * width // 4, dtype=np.uint32)
    end = 0
    for own, words, known in pieces(column):
        end += kernel_pages.decimals(words, known, width // 4, laid[end:], levels, own.start)
    body = _leveled(_flags(levels, 4 * end // width, rows)) + laid[:end].tobytes()
    return _chunk(rows, body, Encoding.PLAIN)


def growing(column: pl.Series) -> Chunk:
    """A column of whole numbers that grow from row to row, none null."""
    from pipeline.store import kernel_pages

    rows = len(column)
    numbers = column.to_numpy().view(np.int64)
    # A number more than its bytes at the worst, and what stands before a block and before all.
    laid = np.zeros(9 * (rows + kernel_pages.BLOCK) + 64, dtype=np.uint8)
    end = kernel_pages.differences(numbers, np.empty(kernel_pages.BLOCK, np.int64), laid)
    body = _leveled(_run(1, rows, 1)) + laid[:end].tobytes()
    return _chunk(rows, body, Encoding.DELTA_BINARY_PACKED)


def _chunk(entries: int, body: bytes, encoding: Encoding, values: Distinct | None = None) -> Chunk:
    head = {1: entries, 2: int(encoding), 3: int(Encoding.RLE), 4: int(Encoding.RLE)}
    pages, plain = _page(_DATA_PAGE, body, {5: head})
    encodings, dictionary = {Encoding.RLE, encoding}, 0
    if values is not None:
        told = {1: values.count, 2: int(Encoding.PLAIN)}
        first, more = _page(_DICTIONARY_PAGE, values.laid, {7: told})
        pages, plain, dictionary = first + pages, plain + more, sum(map(len, first))
        encodings.add(Encoding.PLAIN)
    return Chunk(pages, entries, dictionary, plain, tuple(sorted(encodings)))


def _page(kind: int, body: Any, told: dict[int, dict[int, int]]) -> tuple[tuple[bytes, ...], int]:
    """A page, packed, and its bytes had it not been packed."""
    import pyarrow as pa

    packed = pa.compress(body, codec="lz4_raw", asbytes=True)
    size = memoryview(body).nbytes
    head = struct({1: kind, 2: size, 3: len(packed), **told})
    return (head, packed), len(head) + size


def _leveled(levels: bytes) -> bytes:
    """Levels as they stand in a page."""
    return len(levels).to_bytes(4, "little") + levels


def _flags(levels: NDArray[np.uint8], known: int, rows: int) -> bytes:
    """Whether each row is known."""
    return _run(1, rows, 1) if known == rows else _packed(levels, rows, 1)


def _run(value: int, times: int, width: int) -> bytes:
    """One value over and over."""
    return varint(times << 1) + value.to_bytes(-(-width // 8), "little")


def _packed(packed: NDArray[Any], count: int, width: int) -> bytes:
    """Packed numbers of so many bits each, in whole groups of eight."""
    groups = -(-count // 8)
    return varint(groups << 1 | 1) + packed.view(np.uint8)[: groups * width].tobytes()


def _room(numbers: int, width: int) -> NDArray[np.uint32]:
    """Room to pack so many numbers, in whole groups of eight."""
    return np.zeros(-(-numbers // 8) * width // 4 + 1, dtype=np.uint32)


def _all(numbers: NDArray[Any], width: int) -> bytes:
    """Numbers, packed in so many bits each."""
    from pipeline.store import kernel_pages

    count = len(numbers)
    packed = _room(count, width)
    every = np.arange(count, dtype=np.int32)
    kernel_pages.pack(numbers.astype(np.int32), every, width, np.empty(0, np.uint8), packed)
    return _packed(packed, count, width)
