"""Lines held back, judged again by what the catalog says today."""

from collections.abc import Iterable

import numpy as np
import polars as pl

from pipeline.contract.columns import CONTEXT, IDENTITY
from pipeline.faults import route
from pipeline.flow.judging import DECIDED, Desk, decide, lacking
from pipeline.flow.overrides import Numbers, overrides
from pipeline.vocab import Fault

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
    identities, places = _numbered(lines, IDENTITY)
    source = lines["source"][0]
    decisions = decide(identities, source, desk)
    contexts, where = _numbered(lines, CONTEXT)
    pairs = pl.DataFrame({"identity": places, "context": where})

    def pairs_of(asked: Numbers) -> pl.DataFrame:
        concerned = pl.Series(asked, dtype=pl.UInt32).implode()
        return pairs.filter(pl.col("identity").is_in(concerned)).unique()

    limited = overrides(identities, contexts, pairs_of, source, desk)
    if limited is not None:
        joined = pairs.join(
            limited.pairs, on=["identity", "context"], how="left", maintain_order="left"
        )
        places = joined.select(
            pl.coalesce(pl.col("derived") + identities.height, "identity")
        ).to_series()
        decisions = pl.concat([decisions, limited.decisions])
    found = decisions.select(*_DECISION, "fault", "doubt", "candidates")[places]
    decided = lines.drop("candidates").hstack(found)
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


def _numbered(lines: pl.DataFrame, columns: Iterable[str]) -> tuple[pl.DataFrame, pl.Series]:
    """The distinct rows of some columns, and the place among them of each line's."""
    own = lines.select(*columns)
    rows = own.unique(maintain_order=True)
    places = rows.with_row_index("_place")
    joined = own.join(places, on=own.columns, how="left", nulls_equal=True, maintain_order="left")
    return rows, joined["_place"]


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
