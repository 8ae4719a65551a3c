"""Decimals as they lie in memory."""

from collections.abc import Iterator

import numpy as np
import polars as pl
from numpy.typing import NDArray

Words = NDArray[np.uint64]
Flags = NDArray[np.bool_]


def pieces(column: pl.Series) -> Iterator[tuple[slice, Words, Flags]]:
    """The decimals of a column, piece by piece; put together they would be written out again.

    Returns:
        Which rows; the low and the high 64 bits of each decimal, unscaled, of a null anything; and
        where it is known, or no flag where none is null.
    """
    begin = 0
    for piece in column.get_chunks():
        array = piece.to_arrow()
        words = np.frombuffer(array.buffers()[1], dtype=np.uint64)
        own = words[2 * array.offset : 2 * (array.offset + len(array))]
        known = piece.is_not_null().to_numpy() if piece.null_count() else np.empty(0, np.bool_)
        yield slice(begin, begin + len(piece)), own, known
        begin += len(piece)


def of_words(words: Words, dtype: pl.Decimal) -> pl.Series:
    """Decimals, none null, from the low and the high 64 bits of each."""
    import pyarrow as pa

    kind = pa.decimal128(dtype.precision, dtype.scale)
    array = pa.Array.from_buffers(kind, len(words) // 2, [None, pa.py_buffer(words)])
    return pl.Series(pl.from_arrow(array), dtype=dtype)
