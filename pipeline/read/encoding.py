"""Which records of a manifest hold bytes that are no text in its declared encoding."""

import codecs
from collections.abc import Iterable, Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.read.dialect import Dialect

Places = NDArray[np.int64]
Units = NDArray[np.uint8]

_CP1252_UNDEFINED = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
_HIGH, _LOW = 0xD800, 0xDC00
"""The upper six bits of a surrogate pair's two halves in UTF-16."""
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_NUL_SHARE = 0.3


def spoiled(data: Units, starts: Places, ends: Places, dialect: Dialect) -> Places:
    """The records that hold bytes which are no text, or NUL; ascending.

    Args:
        data: the bytes of a part.
        starts: where each record begins in them.
        ends: one past each record's end.
        dialect: says the encoding.
    """
    from pipeline.read import kernel_spoiled

    if dialect.unit > 1:
        return owners(_spoiled_utf16(data, dialect), starts, ends)
    flags = np.empty(len(starts), dtype=np.bool_)
    kernel_spoiled.spoiled(data, starts, ends, dialect.encoding == "utf-8", flags)
    if dialect.encoding == "cp1252":
        undefined = np.flatnonzero(np.isin(data, _CP1252_UNDEFINED))
        flags[owners(undefined, starts, ends)] = True
    return np.flatnonzero(flags)


def fitting(blocks: Iterable[bytes], names: Sequence[str]) -> str:
    """The first of some encodings that a text can be of, else the last.

    UTF-16 is told by its NULs, UTF-8 by its letters: a text most of whose bytes beyond ASCII read
    as UTF-8 is that, damaged here and there. The encodings of one byte fit any text.

    Args:
        blocks: the text, or its beginning.
        names: encodings, in the order in which they are tried.
    """
    first: bytes | None = None
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    bad = beyond = 0
    for block in blocks:
        first = block if first is None else first
        if block.isascii():
            continue
        text = decoder.decode(block)
        bad += text.count(_REPLACEMENT)
        beyond += len(text) - len(text.encode("ascii", "ignore"))
    for name in names:
        odd = {"utf-16-le": 1, "utf-16-be": 0}.get(name)
        half = (first or b"")[odd::2] if odd is not None else b""
        fits = bad * 2 <= beyond if name == "utf-8" else odd is None
        if fits or (half and half.count(0) > _NUL_SHARE * len(half)):
            return name
    return names[-1]


def owners(places: Places, starts: Places, ends: Places) -> Places:
    """The records that byte positions fall into, ascending; those of blank lines fall into none."""
    owner = np.searchsorted(starts, places, side="right") - 1
    places, owner = places[owner >= 0], owner[owner >= 0]
    found: Places = np.unique(owner[places < ends[owner]])
    return found


def _spoiled_utf16(data: Units, dialect: Dialect) -> Places:
    """Surrogates without their other half, NUL units and a torn last unit."""
    whole = len(data) // 2 * 2
    units = data[:whole].view("<u2" if dialect.encoding == "utf-16-le" else ">u2")
    half = units & 0xFC00
    high, low = half == _HIGH, half == _LOW
    bad = units == 0
    bad |= low & ~np.append(False, high[:-1])
    bad |= high & ~np.append(low[1:], False)
    torn = [whole] if whole < len(data) else []
    return np.append(np.flatnonzero(bad) * 2, torn).astype(np.int64)
