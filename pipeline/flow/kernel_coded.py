"""The texts of lines as numbers: from those of their rows, and no more of them than lines have."""

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import kernel

Numbers = NDArray[np.uint32]
Places = NDArray[np.int64]
Codes = NDArray[np.int32]
Bits = NDArray[np.uint8]

BITS = 8
"""Lines of which one byte tells what is null."""

_NUMBERS = "Array(uint32, 1, 'C', readonly=True)"
_PLACES = "Array(int64, 1, 'C', readonly=True)"
_CODES = "Array(int32, {}, 'C', readonly=True)"


@kernel(f"int64({_NUMBERS}, int32[::1], uint32[::1], uint32[::1])")
def distinct(numbers: Numbers, slots: Codes, places: Numbers, rows: Numbers) -> int:
    """Find the distinct rows of lines, in the order in which lines come to them.

    Args:
        numbers: the row of each line.
        slots: -1 for each row; filled with its place among those found.
        places: filled with the place of each line's row.
        rows: filled with the rows; room for all of them.

    Returns:
        How many there are.
    """
    height = 0
    for line in range(len(numbers)):
        row = numbers[line]
        slot = slots[row]
        if slot < 0:
            slot = np.int32(height)
            slots[row] = slot
            rows[height] = row
            height += 1
        places[line] = np.uint32(slot)
    return height


@kernel(
    f"void({_CODES.format(2)}, {_PLACES}, {_NUMBERS}, int32[::1], int32[:, ::1], uint32[:, ::1], "
    "int64[::1], int64[::1])"
)
def renumber(
    codes: Codes,
    columns: Places,
    rows: Numbers,
    slots: Codes,
    own: Codes,
    kept: Numbers,
    texts: Places,
    nulls: Places,
) -> None:
    """Number the texts of some rows anew, those that they have and no others.

    Args:
        codes: by column and row the number of its text; -1 where it is null.
        columns: which columns.
        rows: which rows.
        slots: -1 for each text of any column, as it is again in the end.
        own: filled by column and row with the new numbers.
        kept: filled for each column with the old number of each new one, as many as rows at most.
        texts: filled with how many new numbers each column has.
        nulls: filled with how many rows of each column are null.
    """
    for place in range(len(columns)):
        column = columns[place]
        height, lacking = 0, 0
        for row in range(len(rows)):
            code = codes[column, rows[row]]
            if code < 0:
                own[place, row] = code
                lacking += 1
                continue
            slot = slots[code]
            if slot < 0:
                slot = np.int32(height)
                slots[code] = slot
                kept[place, height] = np.uint32(code)
                height += 1
            own[place, row] = slot
        for slot in range(height):
            slots[kept[place, slot]] = -1
        texts[place], nulls[place] = height, lacking


@kernel(f"void({_NUMBERS}, {_CODES.format(2)}, {_PLACES}, int32[:, ::1], uint8[:, ::1])")
def spread(places: Numbers, own: Codes, nulls: Places, numbers: Codes, known: Bits) -> None:
    """Put down the numbers of lines, column by column, from those of their rows.

    Args:
        places: the row of each line.
        own: by column and row its number; -1 where it is null.
        nulls: how many rows of each column are null.
        numbers: filled by column and line; 0 where it is null.
        known: filled for each column that has nulls, one bit for each line: whether it is none.
    """
    for column in range(len(nulls)):
        if not nulls[column]:
            for line in range(len(places)):
                numbers[column, line] = own[column, places[line]]
            continue
        for begin in range(0, len(places), BITS):
            flags = np.uint64(0)
            for line in range(begin, min(begin + BITS, len(places))):
                number = own[column, places[line]]
                numbers[column, line] = max(number, np.int32(0))
                flags |= np.uint64(number >= 0) << np.uint64(line - begin)
            known[column, begin // BITS] = np.uint8(flags)
