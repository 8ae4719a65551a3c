"""Hashes of what lines report: the same in every process, on every machine, for every library.

A line's hash is made of its identity and context as reported (once per distinct one), its money as
numbers, and its bytes where its cells could not be read. Name, container, encoding, line ends, the
order of lines and of columns are no part of it; nor are columns that the profile does not map.

Two lanes of 64 bits each. Both sums together, modulo 2^64 each, are the content of a manifest: they
do not depend on order, and repeats count. One lane alone tells lines apart, which takes 8 bytes a
line: among 50 million known lines a report of 7 million finds a false one once in 50,000 reports,
where it takes half of a report to put it on hold.
"""

from collections.abc import Iterable
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract.columns import MONEY
from pipeline.contract.decimals import pieces

Lane = NDArray[np.uint64]
Lanes = tuple[Lane, Lane]


class Rows(NamedTuple):
    """Distinct rows as reported.

    Attributes:
        lanes: of each.
        of_lines: which of them each line holds.
    """

    lanes: Lanes
    of_lines: NDArray[np.uint32]


# Odd, from the digits of the golden ratio and of the square roots of primes, as hashes take them.
_CONTEXT = (np.uint64(0x9E3779B97F4A7C15), np.uint64(0xBB67AE8584CAA73B))
_RAW = (np.uint64(0x3C6EF372FE94F82B), np.uint64(0xA54FF53A5F1D36F1))
_WORDS = {
    "quantity": (
        (0x510E527FADE682D1, 0x9B05688C2B3E6C1F),
        (0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179),
    ),
    "amount": (
        (0xCBBB9D5DC1059ED9, 0x629A292A367CD507),
        (0x9159015A3070DD17, 0x152FECD8F70E5939),
    ),
    "unit_price": (
        (0x67332667FFC00B31, 0x8EB44A8768581511),
        (0xDB0C2E0D64F98FA7, 0x47B5481DBEFA4FA5),
    ),
    "gross_amount": (
        (0xD1310BA698DFB5AD, 0x2FFD72DBD01ADFB7),
        (0xB8E1AFED6A267E97, 0xBA7C9045F12C7F99),
    ),
}
"""Of each column its low and its high word, and of each word the factor in either lane."""
_FACTORS = {name: np.array([*low, *high], dtype=np.uint64) for name, (low, high) in _WORDS.items()}

MONEY_BIT = np.uint64(1)
"""Of the first lane: whether the line carries money, or some that could not be read."""


def texts(rows: pl.DataFrame) -> pl.Series:
    """Distinct reported rows as one text each, by the names of their columns; null is left out.

    So neither the order of columns nor a canonical column that a later version adds changes it.
    """
    cells = [pl.lit("")]
    for name in sorted(rows.columns):
        cell = pl.col(name).str.replace_all("\r\n", "\n", literal=True).str.strip_chars()
        size = cell.str.len_bytes().cast(pl.String)
        told = pl.concat_str(pl.lit(f"{name}="), size, pl.lit(":"), cell, pl.lit(";"))
        cells.append(pl.when(cell != "").then(told))
    return rows.select(pl.concat_str(cells, ignore_nulls=True).alias("text")).to_series()


def lanes(digests: pl.Series) -> Lanes:
    """The first 128 bits of digests, given as binary of 16 bytes or more, as two lanes."""
    words = (
        np.frombuffer(b"".join(digests.bin.head(16)), dtype=">u8").astype(np.uint64).reshape(-1, 2)
    )
    return np.ascontiguousarray(words[:, 0]), np.ascontiguousarray(words[:, 1])


def hashes(identity: Rows, context: Rows, money: pl.DataFrame) -> Lanes:
    """The hashes of lines whose cells were read.

    Args:
        identity: what they name.
        context: where and when.
        money: any of the columns of `MONEY` in their types; one that is absent is null throughout.
    """
    from pipeline.contract import kernel_hash

    lines = len(identity.of_lines)
    first, second = np.empty(lines, dtype=np.uint64), np.empty(lines, dtype=np.uint64)
    for lane, whose, wheres, factor in zip(
        (first, second), identity.lanes, context.lanes, _CONTEXT, strict=True
    ):
        kernel_hash.name(lane, whose, identity.of_lines, wheres, context.of_lines, factor)
    for name in MONEY:
        if name in money.columns:
            for own, words, known in pieces(money[name]):
                kernel_hash.add(first[own], second[own], words, known, _FACTORS[name])
    kernel_hash.finish(first)
    kernel_hash.finish(second)
    return first, second


def raw_hashes(raw: Lanes, read: Lanes) -> Lanes:
    """The hashes of lines whose cells could not all be read.

    Args:
        raw: of their bytes.
        read: as `hashes` gives them of the cells that could be; 0 where none could.
    """
    from pipeline.contract import kernel_hash

    first, second = (
        own * factor + other for own, factor, other in zip(raw, _RAW, read, strict=True)
    )
    kernel_hash.finish(first)
    kernel_hash.finish(second)
    return first | MONEY_BIT, second


def flag(lane: Lane, amounts: pl.Series) -> None:
    """Let the last bit of the first lane say whether a line carries money."""
    from pipeline.contract import kernel_hash

    for own, words, known in pieces(amounts):
        kernel_hash.flag(lane[own], words, known)


def content(sums: Iterable[tuple[int, int]]) -> str:
    """The content of a manifest, from the sums of both lanes of its parts."""
    total = [0, 0]
    for pair in sums:
        total = [(one + more) % 2**64 for one, more in zip(total, pair, strict=True)]
    return f"{total[0]:016x}{total[1]:016x}"
