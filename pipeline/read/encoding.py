"""Which bytes of a manifest are no text in its declared encoding."""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from pipeline.read import bits
from pipeline.read.dialect import Dialect

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]

_CP1252_UNDEFINED = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
_LEADS = (0xC0, 0xE0, 0xF0)
"""The least byte that is followed by one, two and three continuation bytes."""


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
    """Leads without their continuation bytes, and continuation bytes without a lead.

    What has the right number of them and is no text all the same (an overlong form, a surrogate)
    is not found here: `unreadable` is exact, and a reader that refuses the text asks it.
    """
    high, one, two, three = bits.at_least(data, 0x80, *_LEADS)
    continued = high & ~one
    expected = bits.after(one | bits.after(two | bits.after(three)))
    missing = bits.positions(expected & ~continued)
    lead = np.zeros(len(missing), dtype=np.int64)
    for back in (3, 2, 1):
        before = np.clip(missing - back, 0, len(data) - 1)
        lead = np.where(data[before] >= _LEADS[back - 1], before, lead)
    return np.concatenate([lead, bits.positions(continued & ~expected)])


def unreadable(pieces: Iterable[bytes]) -> list[int]:
    """Which pieces are not UTF-8, exactly and one by one."""
    return [place for place, piece in enumerate(pieces) if not _is_text(piece)]


def _is_text(piece: bytes) -> bool:
    try:
        piece.decode()
    except UnicodeDecodeError:
        return False
    return True


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
