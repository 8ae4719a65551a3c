"""Lines by group and identity, and what these have in common: summed cell by cell."""

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import kernel
from pipeline.watch.kernel_sums import LINES, MONEY, Words, add, add_row, clear, count

Ints = NDArray[np.int64]
Numbers = NDArray[np.uint32]
Codes = NDArray[np.int32]
ROW = 4
"""Where a heap has the rows whose weights come before."""
Weight = tuple[np.uint64, np.uint64, np.uint64, np.uint64]

NARROW = 3
"""Words of the row of a line whose numbers take one each; else it has five."""
_ONE, _NOTHING = np.uint64(1), np.uint64(0)
_UPPER, _SIGN = np.uint64(32), np.int64(63)

_ROWS = "Array(uint64, 2, 'C', readonly=True)"
_BEGINS = "Array(int64, 2, 'C', readonly=True)"
_INTS = "Array(int64, 1, 'C', readonly=True)"
_CODES = "Array(int32, 1, 'C', readonly=True)"


@kernel(f"void({_ROWS}, int64[::1], uint64[:, ::1])")
def order(rows: Words, begins: Ints, ordered: Words) -> None:
    """Put rows in the order of their groups.

    Args:
        rows: of lines.
        begins: two zeros more than there are groups; where each begins in the end, where the last
            ends, and a rest.
        ordered: as many rows, which are written.
    """
    for row in range(len(rows)):
        begins[np.int64(rows[row, 0] >> _UPPER) + 2] += 1
    for group in range(2, len(begins)):
        begins[group] += begins[group - 1]
    for row in range(len(rows)):
        next_of = np.int64(rows[row, 0] >> _UPPER) + 1
        place = begins[next_of]
        begins[next_of] += 1
        for word in range(NARROW):
            ordered[place, word] = rows[row, word]
        for word in range(NARROW, rows.shape[1]):
            ordered[place, word] = rows[row, word]


@kernel()
def sum_rows(
    rows: Words, begin: int, end: int, slots: Codes, found: Numbers, sums: Words, height: int
) -> int:
    """Add lines to the sums of their identities, which get the next ones when they are new."""
    for row in range(begin, end):
        identity = np.uint32(rows[row, 0])
        slot = int(slots[identity])
        if slot < 0:
            slot = height
            slots[identity] = slot
            found[slot] = identity
            clear(sums, slot)
            height += 1
        low = rows[row, 1]
        if rows.shape[1] == NARROW:
            money = rows[row, 2]
            units = (low, np.uint64(np.int64(low) >> _SIGN))
            add(sums, slot, _ONE, units, (money, np.uint64(np.int64(money) >> _SIGN)))
        else:
            add(sums, slot, _ONE, (low, rows[row, 2]), (rows[row, 3], rows[row, 4]))
    return height


@kernel(
    f"void({_ROWS}, {_BEGINS}, {_ROWS}, {_BEGINS}, int64, int32[::1], int64[::1], uint32[::1], "
    "uint64[:, ::1])"
)
def sum_pairs(
    narrow: Words,
    narrow_begins: Ints,
    wide: Words,
    wide_begins: Ints,
    first: int,
    slots: Codes,
    ends: Ints,
    found: Numbers,
    sums: Words,
) -> None:
    """Sum lines by group and identity.

    Args:
        narrow: rows of lines, ordered by group in each of some blocks.
        narrow_begins: of each block, where each group begins and where the last ends.
        wide: likewise.
        wide_begins: likewise.
        first: the group to begin with.
        slots: -1 for each identity, as it is again in the end.
        ends: where the sums of each group end, after a 0.
        found: the identity of each sum.
        sums: as many rows as there are lines or pairs.
    """
    height = 0
    for group in range(first, first + len(ends) - 1):
        begin = height
        for block in range(len(narrow_begins)):
            start, end = narrow_begins[block, group], narrow_begins[block, group + 1]
            height = sum_rows(narrow, start, end, slots, found, sums, height)
        for block in range(len(wide_begins)):
            start, end = wide_begins[block, group], wide_begins[block, group + 1]
            height = sum_rows(wide, start, end, slots, found, sums, height)
        for slot in range(begin, height):
            slots[found[slot]] = -1
        ends[group - first + 1] = height


@kernel(
    f"void({_INTS}, Array(uint32, 1, 'C', readonly=True), {_ROWS}, {_CODES}, int32[::1], "
    "int64[::1], int32[::1], uint64[:, ::1])"
)
def sum_texts(
    begins: Ints,
    numbers: Numbers,
    figures: Words,
    codes: Codes,
    slots: Codes,
    ends: Ints,
    texts: Codes,
    sums: Words,
) -> None:
    """Sum the rows of each cell by the texts that they have.

    Args:
        begins: where the rows of each cell begin, and where the last ends.
        numbers: of each row.
        figures: the rows.
        codes: the text of each number; -1 where there is none, and the row counts nowhere.
        slots: -1 for each text, as it is again in the end.
        ends: where the sums of each cell end, after a 0.
        texts: of each sum.
        sums: as many rows as figures.
    """
    height = 0
    for cell in range(len(begins) - 1):
        first = height
        for row in range(begins[cell], begins[cell + 1]):
            text = codes[numbers[row]]
            if text < 0:
                continue
            slot = int(slots[text])
            if slot < 0:
                slot = height
                slots[text] = slot
                texts[slot] = text
                clear(sums, slot)
                height += 1
            add_row(sums, slot, figures, row)
        for slot in range(first, height):
            slots[texts[slot]] = -1
        ends[cell + 1] = height


@kernel(
    f"void({_INTS}, {_CODES}, {_ROWS}, Array(uint16, 1, 'C', readonly=True), int64, int64, "
    "uint64[:, ::1], int64[::1])"
)
def count_texts(
    ends: Ints,
    texts: Codes,
    sums: Words,
    codes: NDArray[np.uint16],
    first: int,
    size: int,
    table: Words,
    used: Ints,
) -> None:
    """Add the sums of texts to those of what texts are made of, for which there must be room.

    Args:
        ends: as `sum_texts` leaves them.
        texts: likewise.
        sums: likewise.
        codes: what each text is made of.
        first: the first of the cells.
        size: how many codes there are.
        table: by cell times `size`, and code.
        used: see `kernel_sums.gather`.
    """
    for cell in range(len(ends) - 1):
        for row in range(ends[cell], ends[cell + 1]):
            key = np.uint64((first + cell) * size + np.int64(codes[texts[row]]))
            units, money = (sums[row, 1], sums[row, 2]), (sums[row, 3], sums[row, 4])
            used[0] += count(table, key, sums[row, LINES], units, money)


@kernel()
def weight_of(sums: Words, texts: Codes, ranks: Codes, row: int) -> Weight:
    """What rows are compared by: the size of their amounts, their lines, and the first text."""
    low, high = sums[row, MONEY], sums[row, MONEY + 1]
    is_negative = np.int64(high) < 0
    own = ~low + _ONE
    above = ~high + np.uint64(own == _NOTHING)
    # One rank stands for those of all texts.
    rank = ~np.uint64(ranks[min(texts[row], len(ranks) - 1)])
    return (above if is_negative else high), (own if is_negative else low), sums[row, LINES], rank


@kernel()
def weight_in(heap: Words, place: int) -> Weight:
    """The weight at a place of a heap."""
    return heap[place, 0], heap[place, 1], heap[place, 2], heap[place, 3]


@kernel()
def put(heap: Words, place: int, weight: Weight, row: np.uint64) -> None:
    """Let a row stand at a place of a heap."""
    heap[place, 0], heap[place, 1], heap[place, 2], heap[place, 3] = weight
    heap[place, ROW] = row


@kernel()
def sink(heap: Words, place: int, weight: Weight, row: np.uint64) -> None:
    """Let a row stand at a place of a heap or below, so that no lighter one is below it."""
    child = 2 * place + 1
    while child < len(heap):
        lighter = weight_in(heap, child)
        if child + 1 < len(heap) and weight_in(heap, child + 1) < lighter:
            child += 1
            lighter = weight_in(heap, child)
        if weight <= lighter:
            break
        put(heap, place, lighter, heap[child, ROW])
        place, child = child, 2 * child + 1
    put(heap, place, weight, row)


@kernel()
def choose(
    sums: Words,
    texts: Codes,
    ranks: Codes,
    begin: int,
    end: int,
    heap: Words,
    rest: Words,
    cell: int,
) -> bool:
    """Fill a heap with the heaviest rows, and sum the others; false where texts must decide."""
    for place in range(len(heap) - 1, -1, -1):
        row = begin + place
        sink(heap, place, weight_of(sums, texts, ranks, row), np.uint64(row))
    is_tied = False
    for row in range(begin + len(heap), end):
        left = np.int64(row)
        weight, lightest = weight_of(sums, texts, ranks, row), weight_in(heap, 0)
        if lightest < weight:
            left = np.int64(heap[0, ROW])
            sink(heap, 0, weight, np.uint64(row))
            is_tied = weight_in(heap, 0) == lightest
        elif lightest == weight:
            is_tied = True
        add_row(rest, cell, sums, left)
    return not is_tied


@kernel(f"int64({_INTS}, {_CODES}, {_ROWS}, {_CODES}, uint64[:, ::1], int64[::1], uint64[:, ::1])")
def heaviest(
    ends: Ints, texts: Codes, sums: Words, ranks: Codes, heap: Words, chosen: Ints, rest: Words
) -> int:
    """Choose the heaviest sums of each cell; see `weight_of`.

    Args:
        ends: as `sum_texts` leaves them.
        texts: likewise.
        sums: likewise.
        ranks: the place of each text in their order; one for all as long as nobody asked.
        heap: room for as many as are chosen of a cell at most, in rows of five words.
        chosen: their rows, cell by cell; room for all.
        rest: of each cell nothing; the sums of all others in the end.

    Returns:
        How many are chosen, -1 where ranks are needed.
    """
    height = 0
    for cell in range(len(ends) - 1):
        begin, end = ends[cell], ends[cell + 1]
        own = heap[: min(len(heap), end - begin)]
        if not choose(sums, texts, ranks, begin, end, own, rest, cell):
            return -1
        for place in range(len(own)):
            chosen[height + place] = np.int64(own[place, ROW])
        height += len(own)
    return height
