"""Identities judged: what each is by the catalog of today, and what that leaves wrong."""

from dataclasses import dataclass

import duckdb
import polars as pl

from pipeline.contract import text
from pipeline.faults import route
from pipeline.match import exact
from pipeline.vocab import Fault, SaleLevel


@dataclass(frozen=True)
class Desk:
    """What decisions are taken with: a DuckDB session, or none where there is no catalog."""

    con: duckdb.DuckDBPyConnection | None
    contradiction_blocks: bool


def decide(identities: pl.DataFrame, source: str, desk: Desk) -> pl.DataFrame:
    """One decision per typed identity, in order; all unmatched where there is no catalog."""
    if desk.con is None:
        return pl.DataFrame(
            {"identity": range(identities.height)},
            schema={"identity": pl.UInt32},
        ).with_columns(
            *(pl.lit(None, dtype=pl.String).alias(name) for name in ("recording_id", "release_id")),
            pl.lit(None, dtype=pl.String).alias("method"),
            pl.lit(Fault.UNMATCHED.value).alias("fault"),
            pl.lit([], dtype=pl.List(pl.String)).alias("candidates"),
            *(pl.lit(None, dtype=pl.String).alias(name) for name in ("splits",)),
            *(pl.lit(value=False).alias(name) for name in _TERMS),
        )
    many = pl.col("isrc").str.contains("|", literal=True).fill_null(value=False)
    forms = text.forms(identities.select("title", "version", "artist"))
    key = text.key_of_forms(*(pl.col(name) for name in ("title_key", "version_key", "artist_key")))
    asked = identities.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("identity"),
        pl.lit(source).alias("source"),
        pl.when(~many).then("isrc").alias("isrc"),
        many.alias("isrc_many"),
        "gtin",
        "dsp_asset_id",
        "sale_level",
    ).hstack(forms.select("title_key", "version_key", key.alias("text_key")))
    return exact.resolve(desk.con, asked, isrc_contradiction_blocks=desk.contradiction_blocks)


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
    """The fault of each decision, and splits that never add up to one."""
    sets = route.sets_of_names(decisions["fault"])
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
