"""The edges of a file: preamble lines, the header record and the footer."""

import os
from typing import IO

import numpy as np

from pipeline.read.dialect import Dialect
from pipeline.read.scalar import CR, LF, Record, read_line

_BLOCK = 64 * 1024
_MAX_HEADER_LINES = 1_000


def line_length(file: IO[bytes], offset: int, dialect: Dialect) -> int:
    """Bytes of the physical line at an offset, its end included; 0 at the end of the file."""
    unit = dialect.unit
    data = b""
    while True:
        file.seek(offset + len(data))
        block = file.read(_BLOCK)
        data += block
        narrow = narrowed(data, dialect)
        end = _first_end(narrow, complete=not block)
        if end is not None:
            return end * unit
        if not block:
            return len(data)


def _first_end(text: bytes, *, complete: bool) -> int | None:
    """One past the first line end, unless more bytes could still change it."""
    found = [at for mark in (b"\n", b"\r") if (at := text.find(mark)) >= 0]
    if not found:
        return None
    at = min(found)
    if text[at] == CR and at + 1 == len(text) and not complete:
        return None
    return at + 1 + (text[at : at + 2] == b"\r\n")


def narrowed(data: bytes, dialect: Dialect) -> bytes:
    """One byte per code unit; units beyond a byte become 255, a torn last one is left out."""
    if dialect.unit == 1:
        return data
    order = "<u2" if dialect.encoding == "utf-16-le" else ">u2"
    wide = np.frombuffer(data[: len(data) // 2 * 2], dtype=order)
    return np.minimum(wide, 255).astype(np.uint8).tobytes()


def record_length(file: IO[bytes], offset: int, dialect: Dialect) -> int:
    """Bytes of the record at an offset; its first physical line where the quoting is broken."""
    first = length = line_length(file, offset, dialect)
    record = Record()
    at = offset
    for _ in range(_MAX_HEADER_LINES):
        file.seek(at)
        read_line(record, narrowed(file.read(length), dialect), dialect)
        at += length
        if not (record.inside and record.sound and length):
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
        starts = _line_starts(np.frombuffer(narrowed(file.read(), dialect), dtype=np.uint8))
        if len(starts) > dialect.footer or begin == offset:
            keep = starts[-dialect.footer :]
            return begin + int(keep[0]) * dialect.unit if len(keep) else size
        reach *= 4


def _line_starts(units: np.ndarray[tuple[int], np.dtype[np.uint8]]) -> list[int]:
    """Where the physical lines of a stretch begin; the first may be cut."""
    ends = units == LF
    returns = units == CR
    ends[:-1] |= returns[:-1] & ~ends[1:]
    ends[-1:] |= returns[-1:]
    starts = [0, *(np.flatnonzero(ends) + 1).tolist()]
    return starts[:-1] if starts[-1] == len(units) else starts
