"""Physical lines of a DSR flat file, and what each of them is."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.read import bits, dsrf_types
from pipeline.read.dsrf_records import Records
from pipeline.read.dsrf_types import FIRST_FAMILY

Positions = NDArray[np.int64]
Codes = NDArray[np.uint8]
Words = NDArray[np.uint64]

_TAB, _LF, _CR = b"\t\n\r"
_BOM = b"\xef\xbb\xbf"
_REPLACEMENT = "\ufffd".encode()
_WORD = 8
_LONG_RUN = 64
"""Lines of a run from which on runs are cheaper to copy than lines."""
_LONGEST_KEY = _WORD - 1
"""Bytes of a second cell that one word holds together with the mark after it."""


@dataclass(frozen=True)
class Lines:
    """The lines of a run of bytes; arrays hold one entry per line (borders one more).

    Attributes:
        data: the bytes as delivered.
        borders: where lines begin in `data`; a line includes its line end.
        text: the same lines as UTF-8 with LF, what is not UTF-8 replaced by U+FFFD.
        starts: where lines begin in `text`.
        garbled: lines with bytes that are not text, NUL among them.
        family: what the line is: a code of `dsrf_types`, or `FIRST_FAMILY` and the place of its
            family among `families`.
        layout: the number of its layout in `Records.types`, -1 where it has none.
        typed: bytes of its first cell, 8 where it has that many or more.
        families: the families that are read.
    """

    data: bytes
    borders: Positions
    text: bytes
    starts: Positions
    garbled: NDArray[np.bool_]
    family: Codes
    layout: NDArray[np.int16]
    typed: Positions
    families: tuple[str, ...]

    def of(self, *families: str) -> Positions:
        """The lines that hold a record of some families, ascending; none for a family of `""`."""
        codes = [FIRST_FAMILY + self.families.index(family) for family in families if family]
        if len(codes) == 1:
            return np.flatnonzero(self.family == codes[0])
        return np.flatnonzero(np.isin(self.family, codes))

    def tabs(self, at: Positions) -> Positions:
        """Delimiters on some lines."""
        found: Positions = self._rank.at(self.starts[at + 1]) - self._rank.at(self.starts[at])
        return found

    @cached_property
    def _rank(self) -> bits.Rank:
        return bits.Rank(bits.equal(np.frombuffer(self.text, dtype=np.uint8), _TAB)[0])


def lines_of(data: bytes, records: Records) -> Lines:
    """Cut bytes at LF, CRLF and lone CR, and say what each line is."""
    text = data
    if b"\r" in data:
        text = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    starts = _borders(text)
    borders = starts if text is data else _borders(data)
    garbled = np.zeros(len(starts) - 1, dtype=np.bool_)
    if b"\0" in text or not _is_text(text):
        text, garbled = _repaired(text, starts)
        starts = _borders(text)
    if text.startswith(_BOM):
        starts = np.append(len(_BOM), starts[1:])
    page = np.frombuffer(text, dtype=np.uint8)
    family, layout, typed = dsrf_types.typed(page, starts, records)
    return Lines(data, borders, text, starts, garbled, family, layout, typed, records.families)


def repeats_predecessor(lines: Lines, at: Positions) -> NDArray[np.bool_]:
    """Whether each of some lines has the second cell of the one before it in the list.

    A line without a second cell has an empty one.
    """
    page = np.frombuffer(lines.text, dtype=np.uint8)
    begin = np.minimum(lines.starts[at] + lines.typed[at] + 1, lines.starts[at + 1])
    words = dsrf_types.words(page, begin)
    length = dsrf_types.cell_lengths(words)
    if length.max(initial=0) > _LONGEST_KEY:
        return _repeats_slowly(lines, at)
    present = lines.tabs(at) > 0
    key = np.where(present, dsrf_types.masked(words, length), np.uint64(0))
    length = np.where(present, length, 0)
    same = np.zeros(len(at), dtype=np.bool_)
    same[1:] = (key[1:] == key[:-1]) & (length[1:] == length[:-1])
    return same


def _repeats_slowly(lines: Lines, at: Positions) -> NDArray[np.bool_]:
    """The same where some second cell is longer than a word."""
    page = np.frombuffer(take(lines.text, lines.starts, at), dtype=np.uint8)
    begin, length = _second_cells(page, np.diff(lines.starts)[at], lines.tabs(at) > 0)
    same = np.zeros(len(at), dtype=np.bool_)
    same[1:] = length[1:] == length[:-1]
    left = np.flatnonzero(same)
    for step in range(int(length[left].max(initial=0))):
        left = left[length[left] > step]
        differ = page[begin[left] + step] != page[begin[left - 1] + step]
        same[left[differ]] = False
        left = left[~differ]
    return same


def _second_cells(
    page: Codes, lengths: Positions, present: NDArray[np.bool_]
) -> tuple[Positions, Positions]:
    """Where the cell after the record type begins on each line, and its length."""
    stops = np.append(np.flatnonzero((page == _TAB) | (page == _LF)), [len(page)] * 2)
    first = np.searchsorted(stops, np.cumsum(lengths) - lengths)
    begin = stops[first] + 1
    return begin, np.where(present, stops[np.minimum(first + 1, len(stops) - 1)] - begin, 0)


def clean(cell: bytes) -> bytes:
    """A cell as `Lines.text` holds it."""
    return cell.decode("utf-8", "replace").encode()


def line_ends(data: bytes) -> int:
    """How many lines end in bytes."""
    page = np.frombuffer(data, dtype=np.uint8)
    found = int(np.count_nonzero(page == _LF))
    if b"\r" in data:
        found += data.count(b"\r") - data.count(b"\r\n")
    return found


def _borders(data: bytes) -> Positions:
    """Where each line begins, and where the last one ends; LF, CRLF and a lone CR end a line."""
    page = np.frombuffer(data, dtype=np.uint8)
    ends = page == _LF
    if b"\r" in data:
        carriage = page == _CR
        carriage[:-1] &= ~ends[1:]
        ends |= carriage
    stops = np.flatnonzero(ends) + 1
    if len(page) and (not len(stops) or stops[-1] != len(page)):
        stops = np.append(stops, len(page))
    return np.append(0, stops)


def _is_text(text: bytes) -> bool:
    """Whether bytes are UTF-8."""
    offsets = pa.py_buffer(np.array([0, len(text)], dtype=np.int64))
    whole = [None, offsets, pa.py_buffer(text)]
    try:
        pa.LargeStringArray.from_buffers(1, whole[1], whole[2]).validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _repaired(text: bytes, starts: Positions) -> tuple[bytes, NDArray[np.bool_]]:
    """The bytes as sound UTF-8, and the lines that had to be changed.

    A line was changed where it has gained a U+FFFD: its bytes can stand for nothing else, and no
    repair swallows one.
    """
    sound = clean(text)
    gained = _replacements(sound, _borders(sound)) != _replacements(text, starts)
    nul = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == 0)
    return sound, gained | (_per_line(nul, starts) > 0)


def _replacements(text: bytes, starts: Positions) -> Positions:
    """How many U+FFFD each line holds."""
    page = np.frombuffer(text, dtype=np.uint8)
    found = page == _REPLACEMENT[0]
    found[-2:] = False
    found[:-2] &= (page[1:-1] == _REPLACEMENT[1]) & (page[2:] == _REPLACEMENT[2])
    return _per_line(np.flatnonzero(found), starts)


def _per_line(places: Positions, starts: Positions) -> Positions:
    """How many of some places lie on each line."""
    counts: Positions = np.diff(np.searchsorted(places, starts))
    return counts


def take(data: bytes, borders: Positions, at: Positions) -> bytes:
    """The bytes of some lines, ascending, one after the other."""
    ends = np.append(np.flatnonzero(np.diff(at) != 1), len(at) - 1)
    if len(at) < len(ends) * _LONG_RUN:
        return bytes(slices(data, borders).take(pa.array(at)).buffers()[2] or b"")
    begins = at[np.append(0, ends[:-1] + 1)]
    page = memoryview(data)
    runs = zip(borders[begins].tolist(), borders[at[ends] + 1].tolist(), strict=True)
    return b"".join([page[begin:end] for begin, end in runs])


def slices(data: bytes, borders: Positions) -> pa.LargeBinaryArray:
    """The lines of a run of bytes, without a copy."""
    offsets = pa.py_buffer(np.ascontiguousarray(borders, dtype=np.int64))
    return pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(borders) - 1, [None, offsets, pa.py_buffer(data)]
    )
