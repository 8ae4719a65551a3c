"""Lines held back, judged again by what the catalog says today."""

import numpy as np
import polars as pl

from pipeline.contract.columns import CONTEXT, IDENTITY
from pipeline.faults import route
from pipeline.flow.judging import Desk, decide, lacking
from pipeline.vocab import Fault

DECIDED = route.joined(
    Fault.UNMATCHED,
    Fault.LOW_CONFIDENCE,
    Fault.AMBIGUOUS,
    Fault.ISRC_CONTRADICTED,
    Fault.ISRC_TEXT_MISMATCH,
    Fault.SPLITS_INCOMPLETE,
)
"""Faults that come of a decision, and go with a better one."""

_DECISION = (
    "recording_id",
    "release_id",
    "method",
    "score",
    "margin",
    "evidence",
    "splits",
    "by_territory",
    "by_date",
)


def redecided(lines: pl.DataFrame, desk: Desk) -> tuple[pl.DataFrame, route.Sets]:
    """The lines with a new decision, and their faults under it.

    Args:
        lines: staged lines of one source.
        desk: the catalog of today.

    Returns:
        The lines, in order, with `recording_id`, `release_id`, `method`, `score`, `candidates` and
        `dependent` (a warning touches what the recording's terms depend on); and their sets of
        faults, those that no decision can change as they were.
    """
    identities = lines.select(*IDENTITY).unique(maintain_order=True)
    decisions = decide(identities, lines["source"][0], desk)
    found = pl.concat(
        [identities, decisions.select(*_DECISION, "fault", "doubt", pl.col("candidates"))],
        how="horizontal",
    )
    decided = lines.drop("candidates").join(
        found, on=list(IDENTITY), how="left", nulls_equal=True, maintain_order="left"
    )
    sets = route.sets_of(lines["faults"]) & ~DECIDED
    sets |= route.sets_of_names(decided["fault"]) | route.sets_of_names(decided["doubt"])
    sets |= np.where(_short(decided, desk), route.BIT[Fault.SPLITS_INCOMPLETE], 0).astype(np.uint32)
    territory = (sets & route.BIT[Fault.TERRITORY_UNKNOWN]) != 0
    date = (sets & route.BIT[Fault.PERIOD_UNREADABLE]) != 0
    flags = decided.select(pl.col("by_territory", "by_date").fill_null(value=False))
    dependent = (territory & flags["by_territory"].to_numpy()) | (
        date & flags["by_date"].to_numpy()
    )
    return decided.with_columns(dependent=pl.Series(dependent)), sets


def _short(decided: pl.DataFrame, desk: Desk) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Whether a line's splits do not add up to one."""
    splits = decided["splits"].fill_null("")
    short = (splits == "incomplete").to_numpy().copy()
    asked = np.flatnonzero((splits == "conditional").to_numpy())
    terms = decided[asked].select("recording_id", "release_id", *CONTEXT)
    distinct = terms.unique(maintain_order=True)
    missing = distinct[lacking(distinct, desk)].with_columns(lacks=pl.lit(value=True))
    joined = terms.join(
        missing, on=terms.columns, how="left", nulls_equal=True, maintain_order="left"
    )
    short[asked] = joined["lacks"].fill_null(value=False).to_numpy()
    return short
