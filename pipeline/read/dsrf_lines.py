"""Physical lines of a DSR flat file, and what each of them is."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.read.dsrf_records import CONTEXT, READ, Records, family_of

Positions = NDArray[np.int64]
Codes = NDArray[np.uint8]

BLANK, COMMENT, UNREAD, UNKNOWN = range(4)
FAMILY = {family: code for code, family in enumerate(READ, start=UNKNOWN + 1)}
"""The code of each family that is read; the four above are what else a line may be."""

_TAB, _LF, _CR, _HASH = b"\t\n\r#"
_BOM = b"\xef\xbb\xbf"
_REPLACEMENT = "\ufffd".encode()
_TYPE_BYTES = 8
_ONE = np.uint64(1)
_ONES = np.uint64(0x0101010101010101)
_MASKS = np.array([2 ** (8 * length) - 1 for length in range(_TYPE_BYTES + 1)], dtype=np.uint64)


@dataclass(frozen=True)
class Lines:
    """The lines of a run of bytes; arrays hold one entry per line (borders one more).

    Attributes:
        data: the bytes as delivered.
        borders: where lines begin in `data`; a line includes its line end.
        text: the same lines as UTF-8 with LF, what is not UTF-8 replaced by U+FFFD.
        starts: where lines begin in `text`.
        garbled: lines with bytes that are not text, NUL among them.
        family: what the line is.
        layout: the number of its layout in `Records.types`, -1 where it has none.
        tabs: delimiters on the line.
    """

    data: bytes
    borders: Positions
    text: bytes
    starts: Positions
    garbled: NDArray[np.bool_]
    family: Codes
    layout: NDArray[np.int16]
    tabs: Positions

    def of(self, family: str) -> Positions:
        """The lines that hold a record of a family, ascending."""
        return np.flatnonzero(self.family == FAMILY[family])


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
    family, layout = _typed(page, starts, records)
    tabs = _per_line(np.flatnonzero(page == _TAB), starts)
    return Lines(data, borders, text, starts, garbled, family, layout, tabs)


def repeats_predecessor(lines: Lines, at: Positions) -> NDArray[np.bool_]:
    """Whether each of some lines has the second cell of the one before it in the list.

    A line without a second cell has an empty one.
    """
    page = np.frombuffer(take(lines.text, lines.starts, at), dtype=np.uint8)
    begin, length = _second_cells(page, np.diff(lines.starts)[at], lines.tabs[at] > 0)
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


def _typed(page: Codes, starts: Positions, records: Records) -> tuple[Codes, NDArray[np.int16]]:
    """Family and layout of each line, from the first cell alone."""
    code, length = _type_codes(page, starts)
    family = np.full(len(code), UNKNOWN, dtype=np.uint8)
    layout = np.full(len(code), -1, dtype=np.int16)
    for number, record_type in enumerate(records.types):
        mine = (code == _code(record_type)) & (length == len(record_type))
        family[mine] = FAMILY[family_of(record_type)]
        layout[mine] = number
    unread = np.isin(code & np.uint64(0xFFFF), [_code(name) for name in sorted(CONTEXT)])
    candidates = np.flatnonzero(unread & (family == UNKNOWN))
    family[candidates[_is_version(code[candidates], length[candidates])]] = UNREAD
    family[code & np.uint64(0xFF) == _HASH] = COMMENT
    family[_lengths(page, starts) == 0] = BLANK
    return family, layout


def _type_codes(page: Codes, starts: Positions) -> tuple[NDArray[np.uint64], Positions]:
    """The first cell of each line as a number of eight bytes, and its length (8: that or more)."""
    begin = starts[:-1]
    if len(page) < _TYPE_BYTES:
        page = np.append(page, np.zeros(_TYPE_BYTES, dtype=np.uint8))
    words: NDArray[np.uint64] = np.ndarray(
        len(page) - _TYPE_BYTES + 1, dtype="<u8", buffer=page.data, strides=(1,)
    )
    at = np.minimum(begin, len(words) - 1)
    code = words[at] >> (8 * (begin - at)).astype(np.uint64)
    stops = _bytes_equal(code, _TAB) | _bytes_equal(code, _LF)
    # The bits below the lowest mark, eight for each byte before the one that it stands in.
    length = np.bitwise_count((stops & (~stops + _ONE)) - _ONE).astype(np.int64) >> 3
    length = np.minimum(length, starts[1:] - begin)
    return code & _MASKS[length], length


def _is_version(code: NDArray[np.uint64], length: Positions) -> NDArray[np.bool_]:
    """Whether two letters are followed by two digits, and by a point and two digits if at all."""
    letters = code.astype("<u8").view(np.uint8).reshape(-1, _TYPE_BYTES)
    digit = (letters >= ord("0")) & (letters <= ord("9"))
    minor = (length == len("AS01.01")) & (letters[:, 4] == ord(".")) & digit[:, 5] & digit[:, 6]
    found: NDArray[np.bool_] = digit[:, 2] & digit[:, 3] & ((length == len("AS01")) | minor)
    return found


def _bytes_equal(words: NDArray[np.uint64], value: int) -> NDArray[np.uint64]:
    """The top bit of each byte that holds a value; exact for the lowest such byte of a word."""
    differ = words ^ (_ONES * np.uint64(value))
    return (differ - _ONES) & ~differ & (_ONES << np.uint64(7))


@cache
def _code(record_type: str) -> np.uint64:
    """A record type as `_type_codes` numbers it."""
    return np.uint64(int.from_bytes(record_type.encode(), "little"))


def _lengths(page: Codes, starts: Positions) -> Positions:
    """Bytes of each line, its line end left out."""
    ends = starts[1:]
    length: Positions = ends - starts[:-1]
    return length - (page[ends - 1] == _LF) if len(length) else length


def take(data: bytes, borders: Positions, at: Positions) -> bytes:
    """The bytes of some lines, one after the other."""
    return bytes(slices(data, borders).take(pa.array(at)).buffers()[2] or b"")


def slices(data: bytes, borders: Positions) -> pa.LargeBinaryArray:
    """The lines of a run of bytes, without a copy."""
    offsets = pa.py_buffer(np.ascontiguousarray(borders, dtype=np.int64))
    return pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(borders) - 1, [None, offsets, pa.py_buffer(data)]
    )
