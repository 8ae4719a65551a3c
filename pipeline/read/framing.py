"""Where records begin and end, where their cells do, and which of them are structurally sound."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.read.dialect import Dialect

Units = NDArray[np.uint8]
Positions = NDArray[np.int64]
Cells = NDArray[np.uint32]

SOUND, FIELD_COUNT, BAD_QUOTING, CELLS_PADDED, BAD_ENCODING = range(5)
"""Structural verdicts on a record, as codes; BAD_ENCODING is set after framing."""

TORN = (FIELD_COUNT, BAD_QUOTING)
"""Verdicts on records that have no cells to show."""

MAX_OPEN_BYTES = 64 * 2**20
"""A record that would reach further while a quoted cell is open is broken (in code units)."""

NO_UNIT = 256
"""Stands for a mark that the dialect does not have."""


@dataclass
class Frame:
    """The records of a buffer, in order; positions count code units from the buffer's start.

    Attributes:
        starts: where each record begins.
        ends: one past each record's line end.
        lines: physical line, from 0, on which each record begins.
        verdicts: one of the codes above for each record.
        cells: where the cells of each record end, from its start; of no use where it is torn.
        used: units framed; the rest belongs to a record that is not complete yet.
        physical: physical lines in `used`.
        read: physical lines read ahead so far, at least `physical`.
        resynchronised: physical lines read again after a cut.
        scanned: units looked at, those that were read again counted again.
    """

    starts: Positions
    ends: Positions
    lines: Positions
    verdicts: NDArray[np.uint8]
    cells: Cells
    used: int
    physical: int
    read: int
    resynchronised: int
    scanned: int


def marks_of(dialect: Dialect) -> tuple[int, int]:
    """The quote, and what resolves one within quotes: itself where quotes are doubled."""
    quote = ord(dialect.quote) if dialect.quote else NO_UNIT
    return quote, ord(dialect.escape) if dialect.escape else quote


def frame(
    units: Units,
    dialect: Dialect,
    cells: int,
    *,
    final: bool,
    read: int = 0,
    limit: int | None = None,
) -> Frame:
    """Frame a buffer that begins at the start of a record.

    Args:
        units: the code units, each as one byte (255 for those beyond).
        dialect: the marks.
        cells: how many cells a record has.
        final: whether the buffer ends the file; else its last line and record may be incomplete.
        read: physical lines of this buffer that an earlier cut has already had read.
        limit: the most units of a record of several lines; `MAX_OPEN_BYTES` where None.
    """
    from pipeline.read import kernel

    quote, escape = marks_of(dialect)
    delimiter = ord(dialect.delimiter)
    listed, lines = _marks(units, (delimiter, quote, escape))
    # There can be no more records than physical lines.
    most = lines + 1
    places = np.empty((len(kernel.PLACES), most), dtype=np.int64)
    run = np.empty((len(kernel.RUN), most), dtype=np.int64)
    verdicts = np.empty(most, dtype=np.uint8)
    stops = np.empty((most, cells), dtype=np.uint32)
    told = np.zeros(len(kernel.TOLD), dtype=np.int64)
    told[kernel.READ] = read
    signs = [unit for sign in map(str.encode, dialect.signs) for unit in (len(sign), *sign)]
    kernel.frame(
        units,
        final,
        dialect.pad_short,
        MAX_OPEN_BYTES if limit is None else limit,
        listed,
        (delimiter, quote, escape),
        np.array(signs, dtype=np.int64),
        places,
        verdicts,
        stops,
        run,
        np.zeros(len(kernel.KEPT), dtype=np.int64),
        told,
    )
    found = told.tolist()
    count = found[kernel.RECORDS]
    return Frame(
        starts=places[kernel.STARTS, :count],
        ends=places[kernel.STOPS, :count],
        lines=places[kernel.LINES, :count],
        verdicts=verdicts[:count],
        cells=stops[:count],
        used=found[kernel.USED],
        physical=found[kernel.PHYSICAL],
        read=found[kernel.READ],
        resynchronised=found[kernel.AGAIN],
        scanned=found[kernel.SCANNED],
    )


def _marks(units: Units, marks: tuple[int, int, int]) -> tuple[NDArray[np.uint32], int]:
    """Where marks and line ends stand, the buffer's end last; and how many units may end lines."""
    from pipeline.read import kernel_marks

    wanted = [mark if mark < NO_UNIT else marks[0] for mark in marks]
    words = np.empty(len(units) // 64 + 1, dtype=np.uint64)
    held = np.empty(kernel_marks.BLOCK, dtype=np.uint8)
    packed = words.view(np.uint8)
    count, lines = kernel_marks.find(units, (*wanted, *b"\r\n"), words, packed, held)
    places = np.empty(count + 1, dtype=np.uint32)
    places[count] = len(units)
    kernel_marks.list_places(words, places)
    return places, lines
