"""A DSR flat file cut into runs of whole blocks."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from io import BufferedIOBase

from pipeline.read.dsrf_lines import clean, line_ends
from pipeline.read.dsrf_records import HEAD_BYTES, Records
from pipeline.read.dsrf_standard import family_of

_LINE_END = re.compile(rb"[\r\n]")
_TYPE = re.compile(rb"[A-Z]{2}[0-9]{2}(?:\.[0-9]{2})?(?=[\t\r\n])")


@dataclass(frozen=True)
class Piece:
    """A run of whole blocks: its bytes, where they begin, and the line (from 1) they begin with."""

    data: bytes
    offset: int
    line: int


def pieces(
    stream: BufferedIOBase, piece_bytes: int, records: Records, head: bytes = b""
) -> Iterator[Piece]:
    """Cut a file where a block begins; a block larger than a piece stays whole.

    Without blocks in the profile every line may begin a piece.

    Args:
        stream: the decompressed file.
        piece_bytes: about how large a piece is to be.
        records: the file's layouts.
        head: what was already read of the stream.
    """
    # One buffer for all pieces: fresh memory for each costs more than the reading.
    buffer = bytearray(head)
    filled, wanted, offset, line = len(head), max(piece_bytes, len(head) + 1), 0, 1
    borders = _Borders(records)
    while got := stream.readinto(_room(buffer, filled, wanted)):
        filled += got
        if filled < wanted:
            continue
        if border := borders.last(buffer, filled):
            piece = Piece(bytes(memoryview(buffer)[:border]), offset, line)
            yield piece
            line += line_ends(piece.data)
            offset += border
            buffer[: filled - border] = buffer[border:filled]
            filled -= border
        # Doubled where a block goes on: its bytes are searched twice, not endlessly.
        wanted = max(piece_bytes, filled + 1) if border else 2 * filled
    if filled:
        yield Piece(bytes(memoryview(buffer)[:filled]), offset, line)


def _room(buffer: bytearray, filled: int, wanted: int) -> memoryview:
    """Free space at the buffer's end up to what is wanted; the buffer at most doubles for it."""
    end = min(wanted, max(len(buffer), 2 * filled, HEAD_BYTES))
    buffer.extend(bytes(max(end - len(buffer), 0)))
    return memoryview(buffer)[filled:end]


@dataclass(frozen=True)
class _Borders:
    """Where the blocks of a file's layouts begin."""

    records: Records

    def last(self, data: bytearray, end: int) -> int:
        """Where the last block begins whose first line is whole; 0 where only one is seen."""
        if not self._openers:
            # A carriage return may be half of a line end whose other half is not read yet.
            return data.rfind(b"\n", 0, end) + 1 or data.rfind(b"\r", 0, end - 1) + 1
        later, later_key = 0, b""
        for begin in self._backwards(data, end):
            key = second_cell(data, begin, end)
            if key is None:
                continue
            if later and key != later_key:
                return later
            later, later_key = begin, key
        # The earliest such record that is seen opens a block, unless the bytes begin with it.
        return later

    def _backwards(self, data: bytearray, end: int) -> Iterator[int]:
        """Where lines with a record that makes a block begin, the last one first."""
        carriage = data.find(b"\r", 0, end) >= 0
        ends = (b"\n", b"\r") if carriage else (b"\n",)
        marks = [mark + family.encode() for mark in ends for family in self._openers]
        last = end
        while (found := max(data.rfind(mark, 0, last) for mark in marks)) >= 0:
            if self._opens(data, found + 1, end):
                yield found + 1
            last = found + 2
        if self._opens(data, 0, end):
            yield 0

    def _opens(self, data: bytearray, begin: int, end: int) -> bool:
        """Whether a record of a known layout begins here that makes a block."""
        named = _TYPE.match(data, begin, end)
        return named is not None and named[0].decode() in self._types

    @cached_property
    def _openers(self) -> tuple[str, ...]:
        return self.records.roles.openers

    @cached_property
    def _types(self) -> frozenset[str]:
        return frozenset(name for name in self.records.layouts if family_of(name) in self._openers)


def second_cell(data: bytes | bytearray, begin: int, end: int) -> bytes | None:
    """The block that a line names, empty where it names none; null where the line is not whole."""
    stop = _LINE_END.search(data, begin, end)
    if stop is None:
        return None
    cells = bytes(data[begin : stop.start()]).split(b"\t", 2)
    return clean(cells[1]) if len(cells) > 1 else b""
