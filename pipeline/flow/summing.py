"""Lines and money by group."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract import decimals
from pipeline.contract.columns import AMOUNT
from pipeline.faults import route

Numbers = NDArray[np.uint32]

_SUMS: dict[str, pl.DataType] = {
    "lines": pl.Int64(),
    "amount": AMOUNT,
    "unreadable_lines": pl.Int64(),
}


def sums_by(lines: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Lines, money and unreadable lines by some columns."""
    if not lines.height:
        # The usual case of a part, and an empty plan costs as much as a small one.
        return pl.DataFrame(schema={key: lines.schema[key] for key in keys} | _SUMS)
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
    statuses = np.uint32(len(route.STATUSES))
    group, sums = _sums(context * statuses + status, amount)
    keys = {"context": numbers[group // statuses], "status": (group % statuses).astype(np.uint8)}
    return pl.DataFrame(keys | sums)


def by_context(context: Numbers, amount: pl.Series) -> pl.DataFrame:
    """The same of all lines of a part, by `context`; ascending.

    Args:
        context: of each line, among the contexts of the part.
        amount: its money.
    """
    held, sums = _sums(context, amount)
    return pl.DataFrame({"context": held} | sums)


def _sums(group: Numbers, amount: pl.Series) -> tuple[Numbers, dict[str, pl.Series]]:
    """The groups that lines are of, ascending, and their sums."""
    from pipeline.flow import kernel_sums

    height = int(group.max(initial=0)) + 1
    lines, unread = (np.zeros(height, dtype=np.int64) for _ in "ab")
    money = np.zeros(2 * height, dtype=np.uint64)
    for own, words, known in decimals.pieces(amount):
        kernel_sums.add(group[own], words, known, lines, unread, money)
    held = np.flatnonzero(lines)
    return held.astype(np.uint32), {
        "lines": pl.Series(lines[held]),
        "amount": decimals.of_words(money.reshape(-1, 2)[held].ravel(), AMOUNT),
        "unreadable_lines": pl.Series(unread[held]),
    }
