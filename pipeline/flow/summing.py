"""Lines and money by group."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract import decimals
from pipeline.contract.columns import AMOUNT
from pipeline.faults import route

Numbers = NDArray[np.uint32]


def sums_by(lines: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Lines, money and unreadable lines by some columns."""
    return lines.group_by(keys).agg(
        pl.len().cast(pl.Int64).alias("lines"),
        pl.col("amount").sum().cast(AMOUNT),
        pl.col("amount").null_count().cast(pl.Int64).alias("unreadable_lines"),
    )


def by_status(
    context: Numbers, status: NDArray[np.uint8], amount: pl.Series, numbers: Numbers
) -> pl.DataFrame:
    """The same of all lines of a part, by `context` and `status`.

    Args:
        context: of each line, among the contexts of the part: no more than it has lines.
        status: the place of its status in `route.STATUSES`.
        amount: its money.
        numbers: of each context of the part, its number in the manifest.
    """
    from pipeline.flow import kernel_sums

    statuses = np.uint32(len(route.STATUSES))
    group = context * statuses + status
    lines, unread = (np.zeros(len(numbers) * len(route.STATUSES), dtype=np.int64) for _ in "ab")
    money = np.zeros(2 * len(lines), dtype=np.uint64)
    for own, words, known in decimals.pieces(amount):
        kernel_sums.add(group[own], words, known, lines, unread, money)
    held = np.flatnonzero(lines)
    return pl.DataFrame(
        {
            "context": numbers[held // statuses],
            "status": (held % statuses).astype(np.uint8),
            "lines": lines[held],
            "amount": decimals.of_words(money.reshape(-1, 2)[held].ravel(), AMOUNT),
            "unreadable_lines": unread[held],
        }
    )
