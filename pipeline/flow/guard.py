"""What is written is guarded by the pandera schemas, at the cost of the few rows that decide."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract.columns import TABLES


def preload() -> None:
    """Import the schemas, and use one: half a second that a run can spend while it hashes."""
    with _without("hypothesis"):
        from pipeline.contract.schemas import guard

        # Only then are the checks imported that they are made of.
        guard("matches", pl.DataFrame(schema=TABLES["matches"]))


@contextmanager
def _without(library: str) -> Iterator[None]:
    """Hide a library that another would import where it is installed, though nothing here uses it.

    Pandera makes examples by hypothesis, which takes a tenth of a second to start.
    """
    if library in sys.modules:
        yield
        return
    # As the import system has it: None is what is not to be found.
    vars(sys)["modules"][library] = None
    try:
        yield
    finally:
        del sys.modules[library]


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


def lacking(rows: pl.DataFrame) -> NDArray[np.bool_]:
    """The rows, or what they are made of, that lack what a sale must have."""
    from pipeline.contract.schemas import never_null

    nulls = [pl.col(name).is_null() for name in never_null("sales") if name in rows.columns]
    if "recording_id" in rows.columns:
        nulls.append(pl.col("recording_id").is_null() & pl.col("release_id").is_null())
    return rows.select(pl.any_horizontal(nulls)).to_series().to_numpy()


def witnesses(
    context: NDArray[np.uint32], amount: pl.Series, lacks: NDArray[np.bool_]
) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """The places of few sales on which every promise of their schema fails if it fails on any.

    The rules that block a sale read its context, its amount, and whether it names what was sold;
    so one row for each context will do, the extremes of the amount, and every row that lacks
    what must be there.

    Args:
        context: the number of each sale's context, in one part.
        amount: of each.
        lacks: see `lacking`.

    Returns:
        The places, ascending, and which of them are not there for their context alone: that of
        another part would do as well.
    """
    some = np.full(int(context.max(initial=0)) + 1, -1, dtype=np.int64)
    some[context] = np.arange(len(context))
    extremes = [place for place in (amount.arg_min(), amount.arg_max()) if place is not None]
    nulls = amount.is_null().arg_true().head(1).to_numpy()
    decisive = np.concatenate([np.array(extremes), nulls, np.flatnonzero(lacks)])
    places = np.unique(np.concatenate([some[some >= 0], decisive]).astype(np.int64))
    return places, np.isin(places, decisive)


def fresh(found: pl.DataFrame, seen: set[int]) -> pl.DataFrame:
    """The witnesses of a part that no earlier part makes needless; their contexts become seen.

    A report of many days has thousands of contexts, and each of them in every part.
    """
    if not found.height:
        return found
    known = pl.Series([context in seen for context in found["context"].to_list()], dtype=pl.Boolean)
    kept = found.filter(pl.col("decisive") | ~known)
    seen.update(kept["context"])
    return kept
