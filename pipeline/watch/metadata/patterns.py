"""What many ISRCs of one service have in common when they change: told once, with how many."""

from typing import NamedTuple

import polars as pl

from pipeline.vocab_watch import Change

LEAST = 5
"""ISRCs that change alike in one month before it is a pattern and not five accidents."""
LEAST_COSMETIC, LEAST_COSMETIC_SHARE = 10, 0.05
"""ISRCs, and their share of what the service reports, before another writing is worth a word."""
LEAST_LOOSE, LEAST_LOOSE_SHARE = 20, 0.1
"""The same for changes that have nothing in common but their column and month."""
_PREVAILS = 0.8
"""Share of a general pattern's ISRCs that a narrower one must have to be told in its place."""
_LEVELS = (1, 2, 3)
_LOOSE = (Change.RENAMED.value, Change.SHIFTED.value)
"""Kinds whose widest terms say nothing but that there was a change."""
_SERIES = ["source", "service", "field", "since", "kind"]
PATTERN = [*_SERIES, "place", "removed", "added"]
"""What tells one pattern from another."""


class Sorted(NamedTuple):
    """Changes by what becomes of them; each is in one of the three.

    Attributes:
        patterns: one row per pattern, in the order of `PATTERN`: pattern_no, the columns `PATTERN`,
            is_cosmetic, isrcs, of_isrcs (that the service reports in that month).
        members: change_no and pattern_no of the changes that a pattern explains.
        single: the others that say something; their columns.
        unsaid: the others that say the same in other letters; their columns.
    """

    patterns: pl.DataFrame
    members: pl.DataFrame
    single: pl.DataFrame
    unsaid: pl.DataFrame


def found(changes: pl.DataFrame, catalogue: pl.DataFrame) -> Sorted:
    """The patterns of judged changes, and what they leave.

    Args:
        changes: change_no, source, service, isrc, field, since and the columns of `changes.judged`.
        catalogue: source, service, month, isrcs: how many ISRCs a service reports.
    """
    sized = changes.join(
        catalogue.rename({"month": "since", "isrcs": "of_isrcs"}),
        on=["source", "service", "since"],
        how="left",
    )
    termed = sized.with_columns(_level().alias("level")).with_columns(
        pl.coalesce(
            pl.when(pl.col("level") == level).then(f"{side}_{level}") for level in _LEVELS
        ).alias(side)
        for side in ("removed", "added")
    )
    counted = termed.with_columns(alike=pl.col("isrc").n_unique().over(PATTERN))
    told = counted.with_columns(is_pattern=_is_pattern())
    patterns = (
        told.filter("is_pattern")
        .group_by(PATTERN)
        .agg(
            pl.col("is_cosmetic").first(),
            pl.col("isrc").n_unique().cast(pl.Int64).alias("isrcs"),
            pl.col("of_isrcs").first(),
        )
        .sort(PATTERN)
        .with_row_index("pattern_no")
    )
    members = told.filter("is_pattern").join(patterns, on=PATTERN)
    rest = told.filter(~pl.col("is_pattern")).select(changes.columns)
    return Sorted(
        patterns,
        members.select("change_no", "pattern_no"),
        rest.filter(~pl.col("is_cosmetic")),
        rest.filter("is_cosmetic"),
    )


def _level() -> pl.Expr:
    """In which terms each change is told: the narrowest that most of its like share."""
    alike = {level: _alike(level) for level in _LEVELS}
    narrow = pl.when(alike[1] >= _PREVAILS * alike[2]).then(1).otherwise(2)
    # That all were renamed is a pattern only of those that have nothing more in common.
    common = pl.when(pl.max_horizontal(alike[1], alike[2]) >= LEAST).then(narrow).otherwise(3)
    return (
        pl.when(pl.col("kind").is_in(_LOOSE))
        .then(common)
        .when(alike[2] >= _PREVAILS * alike[3])
        .then(narrow)
        .otherwise(3)
    )


def _alike(level: int) -> pl.Expr:
    """How many ISRCs change alike in these terms."""
    return pl.col("isrc").n_unique().over(*_SERIES, "place", f"removed_{level}", f"added_{level}")


def _is_pattern() -> pl.Expr:
    """Whether enough ISRCs changed alike for what they have in common."""
    alike, share = pl.col("alike"), pl.col("alike") / pl.col("of_isrcs")
    cosmetic = (alike >= LEAST_COSMETIC) & (share >= LEAST_COSMETIC_SHARE)
    loose = (alike >= LEAST_LOOSE) & (share >= LEAST_LOOSE_SHARE)
    is_loose = pl.col("kind").is_in(_LOOSE) & (pl.col("level") == _LEVELS[-1])
    return (
        pl.when("is_cosmetic").then(cosmetic).when(is_loose).then(loose).otherwise(alike >= LEAST)
    )
