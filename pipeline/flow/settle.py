"""Between the stages: what the whole manifest says about its identities, contexts and assets."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract import tag, text
from pipeline.contract.columns import CONTEXT, IDENTITY
from pipeline.faults import route
from pipeline.flow.absorb import TORN, Absorbed, Plan
from pipeline.flow.registry import Registry
from pipeline.match import exact
from pipeline.vocab import Fault, SaleLevel

Flags = NDArray[np.bool_]
Numbers = NDArray[np.uint32]


@dataclass(frozen=True)
class Settled:
    """Everything that settles a line, by the number of its identity and of its context.

    Attributes:
        identities: typed identity columns, `asset`, and the decision: `recording_id`,
            `release_id`, `method`, `candidates`.
        contexts: typed context columns.
        identity_sets: faults of each identity, those of its decision included.
        context_sets: faults of each context.
        halted: whether a fatal line halts the identity's asset.
        by_territory: whether the terms of the identity's recording depend on the territory.
        by_date: whether they depend on the date.
        pairs: identity and context pairs whose splits do not add up to one.
        whole: faults of the manifest as a whole.
        numbers: for each part, the numbers of its own identities and contexts.
    """

    identities: pl.DataFrame
    contexts: pl.DataFrame
    identity_sets: route.Sets
    context_sets: route.Sets
    halted: Flags
    by_territory: Flags
    by_date: Flags
    pairs: pl.DataFrame
    whole: np.uint32
    numbers: list[tuple[Numbers, Numbers]]


@dataclass(frozen=True)
class Desk:
    """What decisions are taken with: a DuckDB session, or none where there is no catalog."""

    con: duckdb.DuckDBPyConnection | None
    contradiction_blocks: bool


def settle(
    absorbed: list[Absorbed], plan: Plan, source: str, desk: Desk, whole: Iterable[Fault]
) -> Settled:
    """Judge each distinct identity and context once, and find the halted assets."""
    identities, contexts = Registry(), Registry()
    numbers = [
        (identities.numbers(part.identities).to_numpy(), contexts.numbers(part.contexts).to_numpy())
        for part in absorbed
    ]
    whom = tag.tag_identities(_reported(identities.rows(), plan, IDENTITY))
    where = tag.tag_contexts(_reported(contexts.rows(), plan, CONTEXT))
    decisions = decide(whom, source, desk)
    asset = assets(whom)
    context_sets = route.sets_of(where["faults"])
    conditional = (decisions["splits"] == "conditional").fill_null(value=False).to_numpy()
    fatal_context = (context_sets & route.FATAL) != 0
    stopped, asked = _surveyed(absorbed, numbers, fatal_context, conditional)
    halted = asset.is_in(asset.gather(stopped).drop_nulls().implode()).fill_null(value=False)
    chosen = decisions.select("recording_id", "release_id", "method", "candidates")
    named = whom.drop("faults").with_columns(asset, *chosen)
    return Settled(
        identities=_coded(named),
        contexts=_coded(where.drop("faults")),
        identity_sets=route.sets_of(whom["faults"]) | decision_sets(decisions),
        context_sets=context_sets,
        halted=halted.to_numpy(),
        by_territory=decisions["by_territory"].fill_null(value=False).to_numpy(),
        by_date=decisions["by_date"].fill_null(value=False).to_numpy(),
        pairs=_incomplete(asked, named, where, desk),
        whole=route.joined(*whole),
        numbers=numbers,
    )


def _coded(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows whose text is categorical: gathered as numbers, written in half the time of text.

    Each column has categories of its own, since a writer looks through all that there are.
    """
    return rows.with_columns(
        pl.col(name).cast(pl.Categorical(pl.Categories.random()))
        for name, dtype in rows.schema.items()
        if dtype == pl.String
    )


def decision_sets(decisions: pl.DataFrame) -> route.Sets:
    """The fault of each decision, and splits that never add up to one."""
    sets = route.sets_of_names(decisions["fault"])
    short = (decisions["splits"] == "incomplete").fill_null(value=False).to_numpy()
    sets[short] |= route.BIT[Fault.SPLITS_INCOMPLETE]
    return sets


def _reported(rows: pl.DataFrame, plan: Plan, columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Distinct cells as reported columns; empty text is null."""
    frame = rows if rows.width else pl.DataFrame({"_": [0]})
    reported = frame.select(plan.expressions(columns))
    blank = pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)).name.keep()
    wide = reported if reported.height == frame.height else reported[[0] * frame.height]
    return wide.with_columns(blank)


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


def _surveyed(
    absorbed: list[Absorbed],
    numbers: list[tuple[Numbers, Numbers]],
    fatal_context: Flags,
    conditional: Flags,
) -> tuple[Numbers, pl.DataFrame]:
    """Identities of fatal lines, and the pairs that conditional splits must be asked for."""
    stopped: list[Numbers] = [np.zeros(0, dtype=np.uint32)]
    schema = {"identity": pl.UInt32, "context": pl.UInt32}
    pairs = [pl.DataFrame(schema=schema)]
    for part, (identity_of, context_of) in zip(absorbed, numbers, strict=True):
        lines = pl.read_ipc(part.path, columns=["identity", "context", "sets"])
        identity = identity_of[lines["identity"].to_numpy()]
        context = context_of[lines["context"].to_numpy()]
        sets = lines["sets"].to_numpy()
        whole = (sets & TORN) == 0
        fatal = whole & (fatal_context[context] | ((sets & route.FATAL) != 0))
        stopped.append(np.unique(identity[fatal]))
        asked = whole & conditional[identity]
        if asked.any():
            frame = pl.DataFrame(
                {"identity": identity[asked], "context": context[asked]}, schema=schema
            )
            pairs.append(frame.unique())
    return np.unique(np.concatenate(stopped)), pl.concat(pairs).unique().sort("identity", "context")


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


def _incomplete(
    pairs: pl.DataFrame, identities: pl.DataFrame, contexts: pl.DataFrame, desk: Desk
) -> pl.DataFrame:
    """The pairs whose splits do not add up to one under the line's own terms."""
    terms = pl.concat(
        [
            identities.select("recording_id", "release_id")[pairs["identity"]],
            contexts.select(*CONTEXT)[pairs["context"]],
        ],
        how="horizontal",
    )
    return pairs[lacking(terms, desk)]
