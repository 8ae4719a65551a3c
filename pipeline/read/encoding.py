"""Which bytes of a manifest are no text in its declared encoding."""

from collections.abc import Iterable

import numpy as np
import polars as pl
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.read import bits
from pipeline.read.dialect import Dialect

Bytes = NDArray[np.uint8]
Places = NDArray[np.int64]

_CP1252_UNDEFINED = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
_LEADS = (0xC0, 0xE0, 0xF0)
"""The least byte that is followed by one, two and three continuation bytes."""
_SECOND_BYTES = (
    (0xE0, 0xA0, 0xBF),
    (0xED, 0x80, 0x9F),
    (0xF0, 0x90, 0xBF),
    (0xF4, 0x80, 0x8F),
)
"""Leads whose next byte is confined, and within which bounds (RFC 3629, section 4)."""
_OVERLONG, _BEYOND = 0xC0, 0xF5
"""Leads that no text has: 0xC0 and 0xC1, and all from 0xF5 on."""
_HIGH, _LOW = 0xD800, 0xDC00
"""The upper six bits of a surrogate pair's two halves in UTF-16."""


def spoiled(data: bytes, dialect: Dialect) -> Places:
    """Byte positions that are no text, or NUL; unordered, at least one for each spoiled record."""
    if dialect.unit > 1:
        return _spoiled_utf16(data, dialect)
    held = np.frombuffer(data, dtype=np.uint8)
    found = [np.flatnonzero(held == 0)] if b"\0" in data else []
    if dialect.encoding == "utf-8" and not is_text(data):
        found.append(_spoiled_utf8(held))
    elif dialect.encoding == "cp1252":
        found.append(np.flatnonzero(np.isin(held, _CP1252_UNDEFINED)))
    return np.concatenate([np.zeros(0, dtype=np.int64), *found])


def is_text(data: bytes) -> bool:
    """Whether bytes are UTF-8 from beginning to end, at the speed of memory."""
    whole = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), 1, [None, pa.py_buffer(np.array([0, len(data)])), pa.py_buffer(data)]
    )
    try:
        pl.Series(pl.from_arrow(whole)).cast(pl.String)
    except pl.exceptions.ComputeError:
        return False
    return True


def _spoiled_utf8(data: Bytes) -> Places:
    """Leads without their continuation bytes, and continuation bytes without a lead.

    What has the right number of them and is no text all the same is left to `misformed`.
    """
    high, one, two, three = bits.at_least(data, 0x80, *_LEADS)
    continued = high & ~one
    # Further ones are due only after a first: a torn lead must not excuse the next record's bytes.
    expected = bits.after(one | continued & bits.after(two | continued & bits.after(three)))
    missing = bits.positions(expected & ~continued)
    lead = np.zeros(len(missing), dtype=np.int64)
    for back in (3, 2, 1):
        before = np.clip(missing - back, 0, len(data) - 1)
        lead = np.where(data[before] >= _LEADS[back - 1], before, lead)
    return np.concatenate([lead, bits.positions(continued & ~expected)])


def misformed(data: bytes) -> Places:
    """Leads of overlong forms, of surrogates and of what lies beyond U+10FFFF in UTF-8.

    Rare, and a full decoding refuses them: so they are looked for once one has.
    """
    held = np.frombuffer(data, dtype=np.uint8)
    lead, following = held[:-1], held[1:]
    bad = ((lead & 0xFE) == _OVERLONG) | (lead >= _BEYOND)
    for first, least, most in _SECOND_BYTES:
        bad |= (lead == first) & ((following < least) | (following > most))
    return np.flatnonzero(bad)


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
    half = units & 0xFC00
    high, low = half == _HIGH, half == _LOW
    bad = units == 0
    bad |= low & ~np.append(False, high[:-1])
    bad |= high & ~np.append(low[1:], False)
    torn = [whole] if whole < len(data) else []
    return np.append(np.flatnonzero(bad) * 2, torn).astype(np.int64)
