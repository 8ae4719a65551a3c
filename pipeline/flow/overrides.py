"""Decisions that hold for some territories or dates: an identity becomes another where they do."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract.columns import IDENTITY
from pipeline.flow.judging import DAY, Desk, bindings, decide
from pipeline.flow.rulings import IS_LIMITED
from pipeline.store.sql import query
from pipeline.vocab import Binding

Numbers = NDArray[np.uint32]

_NONE = {"identity": pl.UInt32(), "context": pl.UInt32(), "derived": pl.UInt32()}
_RULING = ("decision_id", "kind", "recording_id", "release_id")


@dataclass(frozen=True)
class Overrides:
    """Pairs of identity and context that a limited decision holds for.

    Attributes:
        identities: the identity that each derived one is made of; UInt32.
        decisions: what `decide` says of each derived identity, in that order.
        pairs: `identity`, `context` and the place of the `derived` identity.
    """

    identities: pl.Series
    decisions: pl.DataFrame
    pairs: pl.DataFrame


NO_PAIRS = pl.DataFrame(schema=_NONE)


def overrides(
    identities: pl.DataFrame,
    contexts: pl.DataFrame,
    pairs_of: Callable[[Numbers], pl.DataFrame],
    source: str,
    desk: Desk,
) -> Overrides | None:
    """What limited decisions make of identities, by context; None where there are none.

    Args:
        identities: typed, by their numbers.
        contexts: typed, by their numbers.
        pairs_of: the distinct pairs of `identity` and `context` that the lines of some
            identities, ascending, hold.
        source: the profile's name.
        desk: what decisions are taken with.
    """
    if desk.con is None or not desk.rulings.limited:
        return None
    bindings(identities, source, desk)
    limited: pl.DataFrame = desk.con.sql(query("match/limited")).pl()
    if not limited.height:
        return None
    pairs = pairs_of(limited["identity"].unique().sort().to_numpy())
    held = _held(limited, pairs, contexts)
    if not held.height:
        return None
    derived = held.select("identity", *_RULING).unique(["identity", "decision_id"])
    derived = derived.sort("identity", "decision_id").with_row_index("derived")
    bound = derived.select(
        pl.col("derived").alias("identity"),
        pl.lit(0, dtype=pl.Int32).alias("strength"),
        *_RULING,
        pl.lit(None, dtype=pl.Datetime("us", "UTC")).alias("decided_at"),
        pl.lit(value=False).alias("is_limited"),
    )
    own = identities.select(*IDENTITY)[derived["identity"]]
    numbered = held.join(derived.select("identity", "decision_id", "derived"), on=_KEY)
    return Overrides(
        derived["identity"],
        decide(own, source, desk, bound=bound),
        numbered.select(pl.col(name).cast(dtype) for name, dtype in _NONE.items()),
    )


_KEY = ["identity", "decision_id"]


def _held(limited: pl.DataFrame, pairs: pl.DataFrame, contexts: pl.DataFrame) -> pl.DataFrame:
    """The first decision whose limits hold, one row per pair that has one.

    One on a territory or a date that the line does not name does not hold.
    """
    where = contexts.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("context"),
        pl.col("territory").cast(pl.String),
        DAY.alias("date"),
    )
    asked = pairs.join(where, on="context", how="left", maintain_order="left").join(
        limited.with_row_index("place"), on="identity", how="inner", maintain_order="left"
    )
    return (
        asked.filter(_holds())
        .sort("identity", "context", "place")
        .unique(["identity", "context"], keep="first", maintain_order=True)
    )


def _holds() -> pl.Expr:
    """Whether a decision's limits hold for `territory` and `date` of its row."""
    territories, day = pl.col("territories"), pl.col("date")
    anywhere = territories.list.len().fill_null(0) == 0
    begun = pl.col("valid_from").is_null() | (day >= pl.col("valid_from"))
    not_over = pl.col("valid_to").is_null() | (day <= pl.col("valid_to"))
    there = anywhere | territories.list.contains(pl.col("territory"))
    return (there & begun & not_over).fill_null(value=False)


def covering(decisions: pl.DataFrame, line: pl.DataFrame) -> pl.DataFrame:
    """The decisions whose limits hold for one line, the one that counts first.

    Args:
        decisions: standing ones that bind the line's identity.
        line: one row with the context columns.
    """
    where = line.select("territory", DAY.alias("date"))
    strengths = {binding.value: place for place, binding in enumerate(Binding)}
    strength = pl.col("bound_to").replace_strict(strengths, return_dtype=pl.Int64)
    return (
        decisions.join(where, how="cross")
        .filter(_holds())
        .sort(
            strength,
            ~IS_LIMITED,
            "decided_at",
            "decision_id",
            descending=[False, False, True, True],
        )
    )


def renumbered(identity: Numbers, context: Numbers, pairs: pl.DataFrame) -> Numbers:
    """The number of each line's identity, that of the derived one where a pair has one.

    Args:
        identity: of each line.
        context: of each line.
        pairs: `identity`, `context` and `derived`, the number that stands for them.
    """
    if not pairs.height:
        return identity
    known = pairs["identity"].to_numpy()
    concerned = np.zeros(max(int(identity.max(initial=0)), int(known.max())) + 1, dtype=np.bool_)
    concerned[known] = True
    lines = np.flatnonzero(concerned[identity])
    asked = pl.DataFrame(
        {"identity": identity[lines], "context": context[lines]},
        schema={"identity": pl.UInt32, "context": pl.UInt32},
    )
    joined = asked.join(pairs, on=["identity", "context"], how="left", maintain_order="left")
    changed: Numbers = identity.copy()
    changed[lines] = joined.select(pl.coalesce("derived", "identity")).to_series().to_numpy()
    return changed
