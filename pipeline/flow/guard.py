"""What is written is guarded by the pandera schemas, at the cost of the few rows that decide."""

from importlib import import_module

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract.columns import TABLES


def preload() -> None:
    """Import the schemas: half a second that a run can spend while it hashes."""
    import_module("pipeline.contract.schemas")


def refuse_broken(table: str, rows: pl.DataFrame) -> None:
    """Hold rows against the schema of their table before they are committed.

    Args:
        table: where they are going.
        rows: all of them, or their witnesses.

    Raises:
        ContractBroken: they break it: a mistake of the program.
    """
    from pipeline.contract.schemas import guard

    if rows.height:
        guard(table, rows.select(pl.col(name).cast(dtype) for name, dtype in TABLES[table].items()))


def witnesses(rows: pl.DataFrame, context: NDArray[np.uint32]) -> pl.DataFrame:
    """Few sales on which every promise of their schema fails if it fails on any.

    The rules that block a sale read its context, its amount, and whether it names what was sold;
    so one row for each context will do, the extremes of the amount, and every row that lacks
    what must be there.

    Args:
        rows: sales of one part.
        context: the number of each row's context.

    Returns:
        The rows with text of their own, but without `extra`, of which nothing is promised: text
        that is taken over as it stands keeps all the text of its part in memory. `context` and
        `decisive` (not for its context alone) tell of parts together which rows will do.
    """
    from pipeline.contract.schemas import never_null

    numbered = rows.select(pl.int_range(pl.len(), dtype=pl.UInt32).alias("row"))
    distinct = numbered.with_columns(context=pl.Series(context)).unique("context", keep="any")
    amount = rows["amount"]
    extremes = [place for place in (amount.arg_min(), amount.arg_max()) if place is not None]
    lacking = [rows[name].is_null() for name in never_null("sales") if rows[name].null_count()]
    lacking.append(rows["recording_id"].is_null() & rows["release_id"].is_null())
    decisive = [pl.Series("row", extremes, dtype=pl.UInt32)]
    decisive += [numbered["row"].filter(lacks) for lacks in lacking]
    chosen = pl.concat([distinct["row"], *decisive]).unique().sort()
    return rows[chosen].with_columns(
        pl.col(pl.String).exclude("extra") + "",
        pl.lit(None, dtype=pl.String).alias("extra"),
        pl.Series("context", context[chosen.to_numpy()]),
        chosen.is_in(pl.concat(decisive).implode()).alias("decisive"),
    )


def fresh(found: pl.DataFrame, seen: set[int]) -> pl.DataFrame:
    """The witnesses of a part that no earlier part makes needless; their contexts become seen.

    A report of many days has thousands of contexts, and each of them in every part.
    """
    if not found.height:
        return found
    known = found["context"].is_in(list(seen)) if seen else pl.lit(value=False)
    kept = found.filter(pl.col("decisive") | ~known)
    seen.update(kept["context"])
    return kept
