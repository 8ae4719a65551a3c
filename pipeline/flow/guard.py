"""What is written is guarded by the pandera schemas, at the cost of the few rows that decide."""

import numpy as np
import polars as pl
from numpy.typing import NDArray


def preload() -> None:
    """Import the schemas: half a second that a run can spend while it hashes."""
    import pipeline.contract.schemas  # noqa: PLC0415


def witnesses(
    rows: pl.DataFrame, identity: NDArray[np.uint32], context: NDArray[np.uint32]
) -> pl.DataFrame:
    """The rows on which any promise of a schema fails exactly where it fails on all rows.

    A column is a function of the row's identity, of its context, of the run, or it is the row's
    own: place and money. Of the first three one row for each will do; of the last, the extremes
    and every row that lacks a value.
    """
    numbered = rows.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("row")).with_columns(
        identity=pl.Series(identity), context=pl.Series(context)
    )
    chosen = [numbered.unique(key, keep="any")["row"] for key in ("identity", "context")]
    amount = rows["amount"]
    extremes = [place for place in (amount.arg_min(), amount.arg_max()) if place is not None]
    chosen.append(pl.Series("row", extremes, dtype=pl.UInt32))
    for own in ("line", "offset", "amount"):
        if rows[own].null_count():
            chosen.append(numbered["row"].filter(rows[own].is_null()))
    return rows[pl.concat(chosen).unique().sort()]
