"""Which bytes of a manifest are no text in its declared encoding."""

import numpy as np
from numpy.typing import NDArray

from pipeline.read.dialect import Dialect

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]

_NO_LEAD = 9
_CP1252_UNDEFINED = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
_SECOND_BYTE = {0xE0: (0xA0, 0xBF), 0xED: (0x80, 0x9F), 0xF0: (0x90, 0xBF), 0xF4: (0x80, 0x8F)}
"""Lead bytes whose second byte has a narrower range (Unicode 15, table 3-7)."""


def _continuations() -> NDArray[np.uint8]:
    table = np.full(256, _NO_LEAD, dtype=np.uint8)
    table[0x80:0xC0] = 0
    table[0xC2:0xE0] = 1
    table[0xE0:0xF0] = 2
    table[0xF0:0xF5] = 3
    return table


_NEEDS = _continuations()


def spoiled(data: bytes, dialect: Dialect) -> Places:
    """Byte positions that are no text, or NUL; unordered, at least one for each spoiled record."""
    if dialect.unit == 2:
        return _spoiled_utf16(data, dialect)
    held = np.frombuffer(data, dtype=np.uint8)
    found = [np.flatnonzero(held == 0)] if b"\0" in data else []
    if dialect.encoding == "utf-8" and not data.isascii():
        found.append(_spoiled_utf8(held))
    elif dialect.encoding == "cp1252":
        found.append(np.flatnonzero(np.isin(held, _CP1252_UNDEFINED)))
    return np.concatenate([np.zeros(0, dtype=np.int64), *found])


def _spoiled_utf8(data: Bytes) -> Places:
    """Leads without their continuation bytes, and continuation bytes without a lead."""
    places = np.flatnonzero(data >= 0x80)
    bytes_ = data[places]
    needs = _NEEDS[bytes_]
    padded = np.append(places, np.full(3, -1))
    follows = np.append(needs, np.full(3, _NO_LEAD, dtype=np.uint8))
    bad = needs == _NO_LEAD
    owned = np.zeros(len(places) + 3, dtype=np.bool_)
    for step in (1, 2, 3):
        leads = np.flatnonzero((needs >= step) & ~bad)
        joined = (padded[leads + step] == places[leads] + step) & (follows[leads + step] == 0)
        bad[leads[~joined]] = True
        owned[leads[joined] + step] = True
    for lead, (low, high) in _SECOND_BYTE.items():
        at = np.flatnonzero((bytes_ == lead) & ~bad)
        second = bytes_[at + 1]
        bad[at[(second < low) | (second > high)]] = True
    bad |= (needs == 0) & ~owned[: len(places)]
    return places[bad]


def _spoiled_utf16(data: bytes, dialect: Dialect) -> Places:
    """Surrogates without their other half, NUL units and a torn last unit."""
    whole = len(data) // 2 * 2
    units = np.frombuffer(data[:whole], dtype="<u2" if dialect.encoding == "utf-16-le" else ">u2")
    high = (units >= 0xD800) & (units < 0xDC00)
    low = (units >= 0xDC00) & (units < 0xE000)
    bad = units == 0
    bad |= low & ~np.append(False, high[:-1])
    bad |= high & ~np.append(low[1:], False)
    torn = [whole] if whole < len(data) else []
    return np.append(np.flatnonzero(bad) * 2, torn).astype(np.int64)
