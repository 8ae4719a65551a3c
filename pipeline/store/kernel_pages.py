"""What stands in the pages of a parquet file, laid out byte by byte; see `pages`."""

import numpy as np
from numpy.typing import NDArray

from pipeline.compiled import kernel

Bytes = NDArray[np.uint8]
Levels = NDArray[np.uint8]
Codes = NDArray[np.int32]
Words = NDArray[np.uint64]
Halves = NDArray[np.uint32]
Places = NDArray[np.int64]
Flags = NDArray[np.bool_]

WORD = 32
"""Bits that are written at once."""
BLOCK, MINI = 128, 32
"""Numbers of a block of differences, and of each of its four parts."""

_CODES = "Array(int32, 1, 'C', True)"
_FLAGS = "Array(bool, 1, 'C', True)"
_WORDS = "Array(uint64, 1, 'C', True)"


@kernel(f"int64({_CODES}, {_CODES}, int32[::1], int32[::1], int32[::1])")
def renumber(codes: Codes, rows: Codes, numbers: Codes, order: Codes, own: Codes) -> int:
    """Number the values of some rows in the order of their first appearance.

    Args:
        codes: of each row, the place of its value; -1 where it is null.
        rows: which.
        numbers: of all values; -1, changed.
        order: as many; begins with the place of each that appears, once they are numbered.
        own: of each of the rows, the new number of its value; -1 where it is null.

    Returns:
        How many appear.
    """
    count = 0
    for at in range(len(rows)):
        code = codes[rows[at]]
        if code < 0:
            own[at] = -1
            continue
        if numbers[code] < 0:
            numbers[code] = count
            order[count] = code
            count += 1
        own[at] = numbers[code]
    return count


@kernel(f"int64({_CODES}, {_CODES}, int64, uint8[::1], uint32[::1])")
def pack(codes: Codes, places: Codes, width: int, levels: Bytes, packed: Halves) -> int:
    """Pack numbers, each of so many bits, without the nulls.

    Args:
        codes: numbers; -1 is null.
        places: of each line, which of them.
        width: bits.
        levels: one bit for each line, set where it is not null; zeros, filled. Empty: none is.
        packed: filled as far as it is needed.

    Returns:
        How many lines are not null.
    """
    waiting, bits = np.uint64(0), np.int64(0)
    count = end = 0
    for line in range(len(places)):
        code = codes[places[line]]
        if len(levels):
            if code < 0:
                continue
            levels[line >> 3] |= np.uint8(1 << (line & 7))
        waiting |= np.uint64(code) << np.uint64(bits)
        bits += width
        count += 1
        if bits >= WORD:
            packed[end] = np.uint32(waiting & np.uint64(0xFFFFFFFF))
            waiting >>= np.uint64(WORD)
            bits -= WORD
            end += 1
    if bits > 0:
        packed[end] = np.uint32(waiting)
    return count


@kernel(f"int64(Array(int64, 1, 'C', True), Array(uint8, 1, 'C', True), {_CODES}, uint8[::1])")
def texts(begins: Places, data: Bytes, order: Codes, laid: Bytes) -> int:
    """Lay texts out, each after the four bytes of its length.

    Args:
        begins: where each text begins, and the last one ends.
        data: of all.
        order: which.
        laid: filled.

    Returns:
        How many bytes were needed.
    """
    end = 0
    for at in range(len(order)):
        begin = begins[order[at]]
        size = begins[order[at] + 1] - begin
        for byte in range(4):
            laid[end + byte] = np.uint8((size >> (8 * byte)) & 255)
        end += 4
        for byte in range(size):
            laid[end + byte] = data[begin + byte]
        end += size
    return end


@kernel(f"int64({_WORDS}, {_FLAGS}, int64, uint32[::1], uint8[::1], int64)")
def decimals(
    words: Words, known: Flags, halves: int, laid: Halves, levels: Bytes, before: int
) -> int:
    """Lay decimals out, highest byte first, without the nulls.

    Args:
        words: of each the low and the high 64 bits.
        known: which are not null, or none where all are known.
        halves: words of 32 bits that each takes.
        laid: filled from its beginning.
        levels: one bit for each line, set where it is not null.
        before: lines before these.

    Returns:
        How many words of 32 bits were needed.
    """
    end = 0
    for at in range(len(words) // 2):
        if len(known) and not known[at]:
            continue
        line = before + at
        levels[line >> 3] |= np.uint8(1 << (line & 7))
        for half in range(halves - 1, -1, -1):
            word = words[2 * at + (half >> 1)] >> np.uint64(32 * (half & 1))
            own = np.uint32(word & np.uint64(0xFFFFFFFF))
            own = ((own & np.uint32(0xFF00FF)) << np.uint32(8)) | (
                (own >> np.uint32(8)) & np.uint32(0xFF00FF)
            )
            laid[end] = (own << np.uint32(16)) | (own >> np.uint32(16))
            end += 1
    return end


@kernel()
def _varint(laid: Bytes, end: int, word: np.uint64) -> int:
    """Write a number by seven bits a byte; where it ends."""
    while word >= np.uint64(128):
        laid[end] = np.uint8((word & np.uint64(127)) | np.uint64(128))
        word >>= np.uint64(7)
        end += 1
    laid[end] = np.uint8(word)
    return end + 1


@kernel()
def _zigzag(number: np.int64) -> np.uint64:
    """A signed number as an unsigned one, small where it is near zero."""
    return np.uint64((number << np.int64(1)) ^ (number >> np.int64(63)))


@kernel()
def _put(laid: Bytes, bit: int, word: np.uint64, width: int) -> None:
    """Write a number of so many bits from some bit on, where zeros are."""
    while width > 0:
        free = 8 - (bit & 7)
        laid[bit >> 3] |= np.uint8((word << np.uint64(bit & 7)) & np.uint64(255))
        word >>= np.uint64(free)
        bit += free
        width -= free


@kernel("int64(Array(int64, 1, 'C', True), int64[::1], uint8[::1])")
def differences(numbers: Places, block: Places, laid: Bytes) -> int:
    """Lay numbers out by their differences: DELTA_BINARY_PACKED of parquet.

    Args:
        numbers: one or more.
        block: room for those of one block.
        laid: zeros, filled.

    Returns:
        How many bytes were needed.
    """
    end = _varint(laid, 0, np.uint64(BLOCK))
    end = _varint(laid, end, np.uint64(BLOCK // MINI))
    end = _varint(laid, end, np.uint64(len(numbers)))
    end = _varint(laid, end, _zigzag(numbers[0]))
    for begin in range(1, len(numbers), BLOCK):
        size = min(BLOCK, len(numbers) - begin)
        least = numbers[begin] - numbers[begin - 1]
        for at in range(size):
            block[at] = numbers[begin + at] - numbers[begin + at - 1]
            least = min(least, block[at])
        end = _varint(laid, end, _zigzag(least))
        widths, end = end, end + BLOCK // MINI
        for mini in range(0, size, MINI):
            until = min(mini + MINI, size)
            joined = np.uint64(0)
            for at in range(mini, until):
                joined |= np.uint64(block[at] - least)
            width = 0
            while joined:
                joined >>= np.uint64(1)
                width += 1
            laid[widths + mini // MINI] = np.uint8(width)
            for at in range(mini, until):
                _put(laid, 8 * end + (at - mini) * width, np.uint64(block[at] - least), width)
            end += MINI // 8 * width
    return end


@kernel(f"int64({_CODES}, {_CODES}, {_CODES}, uint8[::1], uint8[::1], int32[::1])")
def lists(
    kinds: Codes, begins: Codes, members: Codes, again: Levels, deep: Levels, codes: Codes
) -> int:
    """Write lists of few kinds as their members, one after the other.

    Args:
        kinds: of each line, which list.
        begins: where the members of each list begin, and those of the last one end.
        members: of all lists.
        again: of each entry, 1 where it belongs to the list of the entry before; filled.
        deep: of each entry, 1 for an empty list, and 3 for a member; filled.
        codes: the members; filled.

    Returns:
        How many members there are.
    """
    entry = count = 0
    for line in range(len(kinds)):
        begin, end = begins[kinds[line]], begins[kinds[line] + 1]
        again[entry] = 0
        if begin == end:
            deep[entry] = 1
            entry += 1
        for at in range(begin, end):
            again[entry] = at > begin
            deep[entry] = 3
            codes[count] = members[at]
            entry += 1
            count += 1
    return count
