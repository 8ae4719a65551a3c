"""The original bytes of lines, fetched again from the manifest."""

import os
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.errors import ManifestRefused

Places = NDArray[np.int64]
Bytes = NDArray[np.uint8]

_WINDOW = 2**20
"""Bytes that are read at once, if lines stand near each other: they fit a core's cache."""
_NEAR = 2**14
"""Bytes for each line up to which they do: to copy as many takes as long as to ask for one more. Of
a good report one line in a hundred is asked for, and whoever asks holds the interpreter's lock."""


def payloads(
    path: Path, offsets: pl.Series, lengths: pl.Series, chosen: NDArray[np.int64]
) -> pl.Series:
    """The exact bytes of some lines of a part.

    Args:
        path: the decompressed manifest.
        offsets: first byte of each line of the part, ascending.
        lengths: bytes of each line.
        chosen: which lines, ascending.

    Returns:
        `raw`, one Binary per chosen line.

    Raises:
        ManifestRefused: the file is shorter than it was.
    """
    # Imported here: only runs that hold lines back pay for it.
    import pyarrow as pa

    starts = offsets.to_numpy()[chosen].astype(np.int64)
    sizes = lengths.to_numpy()[chosen].astype(np.int64)
    borders = np.concatenate([[0], np.cumsum(sizes)])
    data = np.empty(borders[-1], dtype=np.uint8)
    with path.open("rb", buffering=0) as file:
        for first, last in _windows(starts, sizes):
            own = slice(first, last)
            if not _read(file.fileno(), starts[own], sizes[own], data, int(borders[first])):
                raise ManifestRefused(
                    f"{path} was cut while it was read", "ingest it again when it is whole"
                )
    buffers = [None, pa.py_buffer(borders), pa.py_buffer(data)]
    pieces = pa.LargeBinaryArray.from_buffers(pa.large_binary(), len(chosen), buffers)
    return pl.Series("raw", pl.from_arrow(pieces), dtype=pl.Binary)


def _windows(starts: Places, sizes: Places) -> Iterator[tuple[int, int]]:
    """The first line and one past the last of those that are within a window."""
    ends = starts + sizes
    first = 0
    while first < len(starts):
        within = np.searchsorted(ends, starts[first] + _WINDOW, side="right")
        last = max(int(within), first + 1)
        yield first, last
        first = last


def _read(file: int, starts: Places, sizes: Places, data: Bytes, at: int) -> bool:
    """Read the lines of a window to a place of `data`; whether the file holds them all."""
    from pipeline.flow import kernel_payload

    begin, end = int(starts[0]), int(starts[-1] + sizes[-1])
    if len(starts) > 1 and end - begin <= len(starts) * _NEAR:
        held = np.empty(end - begin, dtype=np.uint8)
        whole = _filled(file, held, begin)
        kernel_payload.copy(held, starts - begin, sizes, data, at)
        return whole
    ends = at + np.cumsum(sizes)
    return all(
        _filled(file, data[end - size : end], start)
        for start, size, end in zip(starts.tolist(), sizes.tolist(), ends.tolist(), strict=True)
    )


def _filled(file: int, room: Bytes, offset: int) -> bool:
    """Read from a place on until there is no more room; False where the file ends before."""
    view = memoryview(room.data)
    while view:
        size = os.preadv(file, [view], offset)
        if not size:
            return False
        view, offset = view[size:], offset + size
    return True
