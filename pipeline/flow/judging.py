"""Identities judged: what each is by the catalog of today, and what that leaves wrong."""

from dataclasses import dataclass

import duckdb
import polars as pl

from pipeline.faults import route
from pipeline.match import basis, exact, ladder
from pipeline.store import lake
from pipeline.vocab import Fault, SaleLevel


@dataclass(frozen=True)
class Desk:
    """What decisions are taken with.

    Attributes:
        con: a DuckDB session on the catalog, or None where there is none.
        policy: what an operator has set.
        version: of the catalog; None where there is none.
    """

    con: duckdb.DuckDBPyConnection | None
    policy: ladder.Policy
    version: str | None = None

    @property
    def basis(self) -> lake.Basis:
        """By what it decides."""
        return lake.Basis(self.version, basis.rules(self.policy))


def decide(identities: pl.DataFrame, source: str, desk: Desk) -> pl.DataFrame:
    """One decision per typed identity, in order; all unmatched where there is no catalog.

    See `ladder.resolve` for its columns.
    """
    if desk.con is not None:
        return ladder.resolve(desk.con, identities, source, desk.policy)
    texts = ("recording_id", "release_id", "method", "splits", "doubt")
    return (
        pl.DataFrame({"identity": range(identities.height)}, schema={"identity": pl.UInt32})
        .with_columns(pl.lit(None, dtype=pl.String).alias(name) for name in texts)
        .with_columns(
            pl.lit(None, dtype=pl.Float64).alias("score"),
            pl.lit(None, dtype=pl.Float64).alias("margin"),
            pl.lit(None, dtype=ladder.EVIDENCE).alias("evidence"),
            pl.lit(Fault.UNMATCHED.value).alias("fault"),
            pl.lit([], dtype=pl.List(pl.String)).alias("candidates"),
            *(pl.lit(value=False).alias(name) for name in _TERMS),
        )
    )


_TERMS = ("by_territory", "by_usage", "by_service", "by_release", "by_date")


def assets(identities: pl.DataFrame) -> pl.Series:
    """What a fatal fault halts: the valid ISRC, else the valid GTIN, else the text; null if none.

    A GTIN names an asset of release-level lines alone: a track with no ISRC is its text.
    """
    one = ~pl.col("isrc").str.contains("|", literal=True)
    release = pl.col("sale_level") == SaleLevel.RELEASE.value
    words = pl.concat_str(
        [pl.col(name).fill_null("") for name in ("artist", "title", "version", "release_title")],
        separator=" / ",
    )
    named = pl.col("title").is_not_null()
    return identities.select(
        pl.coalesce(
            pl.when(one).then(pl.format("isrc:{}", "isrc")),
            pl.when(release).then(pl.format("gtin:{}", "gtin")),
            pl.when(named).then(pl.format("text:{}", words)),
        ).alias("asset")
    ).to_series()


def decision_sets(decisions: pl.DataFrame) -> route.Sets:
    """The fault of each decision, its doubt, and splits that never add up to one."""
    sets = route.sets_of_names(decisions["fault"]) | route.sets_of_names(decisions["doubt"])
    short = (decisions["splits"] == "incomplete").fill_null(value=False).to_numpy()
    sets[short] |= route.BIT[Fault.SPLITS_INCOMPLETE]
    return sets


def lacking(terms: pl.DataFrame, desk: Desk) -> pl.Series:
    """The places of terms under which the splits do not add up to one.

    Args:
        terms: one row each: recording_id, release_id and the typed context columns.
        desk: with a catalog.
    """
    date = pl.coalesce("activity_start", "activity_end", "period_start", "period_end")
    asked = terms.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("pair"),
        "recording_id",
        "release_id",
        "territory",
        "usage",
        "service",
        date.alias("date"),
    )
    if desk.con is None or not asked.height:
        return pl.Series("pair", [], dtype=pl.UInt32)
    return exact.splits_complete(desk.con, asked).filter(~pl.col("complete"))["pair"]
