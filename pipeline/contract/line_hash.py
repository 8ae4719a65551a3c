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

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract.columns import MONEY

Lane = NDArray[np.uint64]
Lanes = tuple[Lane, Lane]

# Odd, from the digits of the golden ratio and of the square roots of primes, as hashes take them.
_CONTEXT = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)
_RAW = (0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1)
_SPREAD = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
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


def hashes(identity: Lanes, context: Lanes, money: pl.DataFrame) -> Lanes:
    """The hashes of lines whose cells were read.

    Args:
        identity: of each line.
        context: of each line.
        money: any of the columns of `MONEY` in their types; one that is absent is null throughout.
    """
    first = identity[0] + context[0] * np.uint64(_CONTEXT[0])
    second = identity[1] + context[1] * np.uint64(_CONTEXT[1])
    for name in MONEY:
        if name in money.columns:
            _add(first, second, money[name])
    return _finished(first), _finished(second)


def raw_hashes(raw: Lanes, read: Lanes) -> Lanes:
    """The hashes of lines whose cells could not all be read.

    Args:
        raw: of their bytes.
        read: as `hashes` gives them of the cells that could be; 0 where none could.
    """
    first, second = (
        _finished(own * np.uint64(factor) + other)
        for own, factor, other in zip(raw, _RAW, read, strict=True)
    )
    return first | MONEY_BIT, second


def flagged(lane: Lane, amounts: pl.Series) -> Lane:
    """The first lane with its last bit saying whether the line carries money."""
    carries = (amounts != 0).fill_null(value=True).to_numpy().astype(np.uint64)
    flags: Lane = (lane & ~MONEY_BIT) | carries
    return flags


def content(sums: Iterable[tuple[int, int]]) -> str:
    """The content of a manifest, from the sums of both lanes of its parts."""
    total = [0, 0]
    for pair in sums:
        total = [(one + more) % 2**64 for one, more in zip(total, pair, strict=True)]
    return f"{total[0]:016x}{total[1]:016x}"


def _add(first: Lane, second: Lane, column: pl.Series) -> None:
    """Add a column of decimals to both lanes; null adds nothing, and zero does."""
    known = column.is_not_null().to_numpy() if column.null_count() else None
    for word, factors in zip(_words(column), _WORDS[column.name], strict=True):
        # Multiples of 10^16 are multiples of 2^16: without a mix of their own they would leave
        # the lowest bits of a sum alone.
        spread = (word + np.uint64(_SPREAD[1])) * np.uint64(_SPREAD[0])
        spread ^= spread >> np.uint64(32)
        if known is not None:
            spread *= known
        first += spread * np.uint64(factors[0])
        spread *= np.uint64(factors[1])
        second += spread


def _words(column: pl.Series) -> tuple[Lane, Lane]:
    """The low and the high 64 bits of each decimal, unscaled; of a null anything."""
    array = column.rechunk().to_arrow()
    words = np.frombuffer(array.buffers()[1], dtype="<u8")
    own = words[2 * array.offset : 2 * (array.offset + len(array))]
    return own[0::2], own[1::2]


def _finished(lane: Lane) -> Lane:
    """A lane each bit of which depends on all of its bits; changes what it is given."""
    lane ^= lane >> np.uint64(30)
    lane *= np.uint64(_SPREAD[0])
    lane ^= lane >> np.uint64(27)
    lane *= np.uint64(_SPREAD[1])
    lane ^= lane >> np.uint64(31)
    return lane
