"""What a line of a DSR flat file is, told from the first eight bytes of it."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from pipeline.read.dsrf_records import Records
from pipeline.read.dsrf_standard import CONTEXT, family_of

Positions = NDArray[np.int64]
Codes = NDArray[np.uint8]
Words = NDArray[np.uint64]

BLANK, COMMENT, UNREAD, UNKNOWN, FIRST_FAMILY = range(5)
"""What a line may be that is of no family which is read; those are numbered from the last."""

_TAB, _LF, _HASH = b"\t\n#"
_WORD = 8
_ONE = np.uint64(1)
_ONES = np.uint64(0x0101010101010101)
_MASKS = np.array([2 ** (8 * length) - 1 for length in range(_WORD + 1)], dtype=np.uint64)
_SLOTS_BITS = 10
_SPREAD = 0x9E3779B97F4A7C15


def typed(
    page: Codes, starts: Positions, records: Records
) -> tuple[Codes, NDArray[np.int16], Positions]:
    """Family, number of the layout (-1: none) and bytes of the first cell of each line."""
    begin = starts[:-1]
    first = words(page, begin)
    length = np.minimum(cell_lengths(first), starts[1:] - begin)
    code = masked(first, length)
    table = _table(records.types, records.families)
    slot = table.slots(code)
    known = (table.codes[slot] == code) & (table.lengths[slot] == length)
    family = np.where(known, table.families[slot], UNKNOWN).astype(np.uint8)
    layout = np.where(known, table.layouts[slot], -1).astype(np.int16)
    strange = np.flatnonzero(~known)
    family[strange] = _strange(code[strange], length[strange], records)
    blank = strange[length[strange] == 0]
    family[blank[_is_end(page, begin[blank])]] = BLANK
    return family, layout, length


def words(page: Codes, begin: Positions) -> Words:
    """The eight bytes from each place on, the first one lowest; zeros beyond the page."""
    if len(page) < _WORD:
        page = np.append(page, np.zeros(_WORD, dtype=np.uint8))
    held: Words = np.ndarray(len(page) - _WORD + 1, dtype="<u8", buffer=page.data, strides=(1,))
    at = np.minimum(begin, len(held) - 1)
    beyond = begin - at
    found = held[at]
    late = np.flatnonzero(beyond)
    found[late] = np.where(
        beyond[late] < _WORD,
        found[late] >> (8 * np.minimum(beyond[late], _WORD - 1)).astype(np.uint64),
        np.uint64(0),
    )
    return found


def cell_lengths(first: Words) -> Positions:
    """Bytes before the first tab or line feed of each word; 8 where it has none."""
    stops = _bytes_equal(first, _TAB) | _bytes_equal(first, _LF)
    # The bits below the lowest mark, eight for each byte before the one that it stands in.
    length: Positions = np.bitwise_count((stops & (~stops + _ONE)) - _ONE).astype(np.int64) >> 3
    return length


def masked(first: Words, length: Positions) -> Words:
    """The first bytes of each word, zeros for the others."""
    found: Words = first & _MASKS[length]
    return found


class _Slots:
    """Places in a table for some codes, no two of which share one."""

    def __init__(self, codes: Words) -> None:
        """Find a factor that keeps them apart."""
        for factor in range(_SPREAD, _SPREAD + 2_000_000, 2):
            self._factor = np.uint64(factor)
            if len(np.unique(self(codes))) == len(codes):
                return
        raise ValueError(f"no factor keeps {len(codes)} record types apart")

    def __call__(self, codes: Words) -> Words:
        """The place of each code."""
        found: Words = (codes * self._factor) >> np.uint64(64 - _SLOTS_BITS)
        return found


@dataclass(frozen=True)
class _Table:
    """By slot: the code of a record type, its length, the number of its layout, its family."""

    slots: _Slots
    codes: Words
    lengths: Codes
    layouts: NDArray[np.int16]
    families: Codes


@cache
def _table(types: tuple[str, ...], families: tuple[str, ...]) -> _Table:
    """The table of some record types."""
    codes = np.array([_code(name) for name in types], dtype=np.uint64)
    slots, size = _Slots(codes), 2**_SLOTS_BITS
    table = _Table(
        slots,
        codes=np.full(size, _MASKS[_WORD], dtype=np.uint64),
        lengths=np.zeros(size, dtype=np.uint8),
        layouts=np.full(size, -1, dtype=np.int16),
        families=np.full(size, UNKNOWN, dtype=np.uint8),
    )
    place = slots(codes)
    table.codes[place] = codes
    table.lengths[place] = [len(name) for name in types]
    table.layouts[place] = np.arange(len(types))
    table.families[place] = [FIRST_FAMILY + families.index(family_of(name)) for name in types]
    return table


def _strange(code: Words, length: Positions, records: Records) -> Codes:
    """What lines are that hold no record of a known layout."""
    family = np.full(len(code), UNKNOWN, dtype=np.uint8)
    context = sorted(CONTEXT - set(records.families))
    unread = np.isin(code & np.uint64(0xFFFF), [_code(name) for name in context])
    family[unread & _is_version(code, length)] = UNREAD
    family[code & np.uint64(0xFF) == _HASH] = COMMENT
    return family


def _is_end(page: Codes, at: Positions) -> NDArray[np.bool_]:
    """Whether a line feed stands at each place, or the page has ended."""
    inside = np.minimum(at, len(page) - 1)
    found: NDArray[np.bool_] = (at >= len(page)) | (page[inside] == _LF)
    return found


def _is_version(code: Words, length: Positions) -> NDArray[np.bool_]:
    """Whether two letters are followed by two digits, and by a point and two digits if at all."""
    letters = code.astype("<u8").view(np.uint8).reshape(-1, _WORD)
    digit = (letters >= ord("0")) & (letters <= ord("9"))
    minor = (length == len("AS01.01")) & (letters[:, 4] == ord(".")) & digit[:, 5] & digit[:, 6]
    found: NDArray[np.bool_] = digit[:, 2] & digit[:, 3] & ((length == len("AS01")) | minor)
    return found


def _bytes_equal(held: Words, value: int) -> Words:
    """The top bit of each byte that holds a value; exact for the lowest such byte of a word."""
    differ = held ^ (_ONES * np.uint64(value))
    found: Words = (differ - _ONES) & ~differ & (_ONES << np.uint64(7))
    return found


def _code(record_type: str) -> int:
    """A record type as `typed` numbers it."""
    return int.from_bytes(record_type.encode(), "little")
