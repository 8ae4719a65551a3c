"""Which records of a manifest hold bytes that are no text in its declared encoding."""

import codecs
from collections.abc import Iterable, Sequence

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from pipeline.read.dialect import Dialect

Places = NDArray[np.int64]

_CP1252_UNDEFINED = (0x81, 0x8D, 0x8F, 0x90, 0x9D)
_HIGH, _LOW = 0xD800, 0xDC00
"""The upper six bits of a surrogate pair's two halves in UTF-16."""
_REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
_NUL_SHARE = 0.3
_BLOCK = 2**14
"""Bytes judged at once where not all are text: some 100 records, most often all sound."""
_MANY_NULS = 10_000
"""Beyond, one pass over all bytes costs less than a search for each."""


def spoiled(data: bytes, starts: Places, ends: Places, dialect: Dialect) -> Places:
    """The records that hold bytes which are no text, or NUL; ascending.

    Args:
        data: the bytes of a part.
        starts: where each record begins in them.
        ends: one past each record's end.
        dialect: says the encoding.
    """
    if dialect.unit > 1:
        return owners(_spoiled_utf16(data, dialect), starts, ends)
    found = [owners(_nuls(data), starts, ends)]
    if dialect.encoding == "utf-8":
        found.append(_torn(data, starts, ends))
    elif dialect.encoding == "cp1252":
        held = np.frombuffer(data, dtype=np.uint8)
        undefined = np.flatnonzero(np.isin(held, _CP1252_UNDEFINED))
        found.append(owners(undefined, starts, ends))
    return np.unique(np.concatenate(found))


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


def _nuls(data: bytes) -> Places:
    found: list[int] = []
    at = data.find(b"\0")
    while at >= 0:
        found.append(at)
        if len(found) > _MANY_NULS:
            return np.flatnonzero(np.frombuffer(data, dtype=np.uint8) == 0)
        at = data.find(b"\0", at + 1)
    return np.array(found, dtype=np.int64)


def _torn(data: bytes, starts: Places, ends: Places) -> Places:
    """The records that are not UTF-8 (RFC 3629): by blocks first, then one by one."""
    if not len(starts) or _is_text(_texts(data, np.array([0, len(data)]))):
        return np.zeros(0, dtype=np.int64)
    firsts = np.unique(np.searchsorted(starts[:-1], np.arange(0, ends[-1], _BLOCK)))
    blocks = _texts(data, np.append(starts[firsts], ends[-1]))
    afters = np.append(firsts[1:], len(starts))
    return np.array(
        [
            record
            for place, (first, after) in enumerate(zip(firsts, afters, strict=True))
            if not _is_text(blocks.slice(place, 1))
            for record in range(first, after)
            if not _decodes(data[starts[record] : ends[record]])
        ],
        dtype=np.int64,
    )


def _texts(data: bytes, borders: Places) -> pa.LargeStringArray:
    """The bytes between borders as Arrow strings, not looked at yet and not copied."""
    offsets = pa.py_buffer(borders.astype(np.int64))
    return pa.LargeStringArray.from_buffers(len(borders) - 1, offsets, pa.py_buffer(data))


def _is_text(texts: pa.LargeStringArray) -> bool:
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True


def _decodes(piece: bytes) -> bool:
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
