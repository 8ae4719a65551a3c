"""The edges of a file: preamble lines, the header record and the footer."""

import os
from typing import IO

import numpy as np
from numpy.typing import NDArray

from pipeline.read.dialect import Dialect
from pipeline.read.scalar import CR, LF, Record, read_line

_BLOCK = 64 * 1024
_MAX_HEADER_BYTES = 2**20
"""A header still inside quotes after so many bytes is its first physical line."""


def line_length(file: IO[bytes], offset: int, dialect: Dialect) -> int:
    """Bytes of the physical line at an offset, its end included; 0 at the end of the file."""
    file.seek(offset)
    length = 0
    while block := file.read(_BLOCK):
        text = narrowed(block, dialect)
        end = _first_end(text)
        if end is not None:
            if end == len(text) and text[-1] == CR:
                end += narrowed(file.read(dialect.unit), dialect) == b"\n"
            return length + end * dialect.unit
        length += len(block)
    return length


def skipped_length(file: IO[bytes], offset: int, dialect: Dialect) -> int:
    """Bytes of the blank or comment line at an offset; 0 where a record or nothing is there."""
    signs = tuple(map(str.encode, dialect.signs))
    file.seek(offset)
    first = narrowed(file.read(max(1, *map(len, signs), 1) * dialect.unit), dialect)
    blank = first[:1] in (b"\n", b"\r")
    comment = first.startswith(signs)
    return line_length(file, offset, dialect) if blank or comment else 0


def _first_end(text: bytes) -> int | None:
    """One past the first line end that the text holds whole, None where it holds none."""
    found = [at for mark in (b"\n", b"\r") if (at := text.find(mark)) >= 0]
    if not found:
        return None
    at = min(found)
    return at + 1 + (text[at : at + 2] == b"\r\n")


def units_of(data: NDArray[np.uint8], dialect: Dialect, *, final: bool) -> NDArray[np.uint8]:
    """One byte per code unit.

    Args:
        data: bytes that begin with a code unit.
        dialect: their encoding.
        final: whether they end the file; then a torn last unit counts as one that is no mark.
    """
    if dialect.unit == 1:
        return data
    units = np.frombuffer(narrowed(data.tobytes(), dialect), dtype=np.uint8)
    torn = final and len(data) % dialect.unit
    return np.append(units, np.uint8(255)) if torn else units


def narrowed(data: bytes, dialect: Dialect) -> bytes:
    """One byte per code unit; units beyond a byte become 255, a torn last one is left out."""
    if dialect.unit == 1:
        return data
    order = "<u2" if dialect.encoding == "utf-16-le" else ">u2"
    wide = np.frombuffer(data[: len(data) // 2 * 2], dtype=order)
    narrow: bytes = np.minimum(wide, 255).astype(np.uint8).tobytes()
    return narrow


def record_length(file: IO[bytes], offset: int, dialect: Dialect) -> int:
    """Bytes of the record at an offset; its first physical line where the quoting is broken."""
    first = length = line_length(file, offset, dialect)
    record = Record()
    at = offset
    while length:
        file.seek(at)
        read_line(record, narrowed(file.read(length), dialect), dialect)
        at += length
        if not (record.inside and record.sound and at - offset < _MAX_HEADER_BYTES):
            break
        length = line_length(file, at, dialect)
    return at - offset if record.sound and not record.inside else first


def footer_start(file: IO[bytes], offset: int, dialect: Dialect) -> int:
    """Where the footer begins: the file's size where there is none."""
    size = file.seek(0, os.SEEK_END)
    if not dialect.footer:
        return size
    reach = _BLOCK
    while True:
        begin = max(offset, size - reach)
        begin -= (begin - offset) % dialect.unit
        file.seek(begin)
        starts = line_starts(
            units_of(np.frombuffer(file.read(), dtype=np.uint8), dialect, final=True)
        )
        if len(starts) > dialect.footer or begin == offset:
            keep = starts[-dialect.footer :]
            return begin + int(keep[0]) * dialect.unit if len(keep) else size
        reach *= 4


def line_starts(units: NDArray[np.uint8]) -> list[int]:
    """Where the physical lines of a stretch begin; the first may be cut."""
    ends = units == LF
    returns = units == CR
    ends[:-1] |= returns[:-1] & ~ends[1:]
    ends[-1:] |= returns[-1:]
    starts = [0, *(np.flatnonzero(ends) + 1).tolist()]
    return starts[:-1] if starts[-1] == len(units) else starts
