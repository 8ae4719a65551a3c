"""Identities judged: what each is by the catalog of today, and what that leaves wrong."""

from collections.abc import Callable
from concurrent.futures import Executor, Future, wait
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, TypeVar

import duckdb
import polars as pl

from pipeline.faults import route
from pipeline.flow.rulings import Rulings
from pipeline.match import basis, exact, ladder
from pipeline.match.word_index import WordIndex
from pipeline.store import lake
from pipeline.store.sql import query
from pipeline.vocab import Fault, Method, SaleLevel

Answer = TypeVar("Answer")

DAY = pl.coalesce("activity_start", "activity_end", "period_start", "period_end")
"""The day of a line, by which splits and the limits of decisions hold."""


@dataclass(frozen=True)
class Desk:
    """What decisions are taken with.

    Attributes:
        con: a DuckDB session on the catalog, or None where there is none.
        policy: what an operator has set.
        version: of the catalog; None where there is none.
        rulings: what people decided, in short.
        asking: what others still ask; see `beside`.
    """

    con: duckdb.DuckDBPyConnection | None
    policy: ladder.Policy
    version: str | None = None
    rulings: Rulings = field(default_factory=Rulings)
    asking: list[Future[Any]] = field(default_factory=list)

    @cached_property
    def words(self) -> WordIndex:
        """The catalog's index of words, read once and kept as long as the session."""
        if self.con is None:
            raise ValueError("there is no catalog")
        return WordIndex.read(self.con)

    def beside(self, executor: Executor, ask: Callable[..., Answer], *given: Any) -> Future[Answer]:
        """Ask something while whoever holds the desk goes on; it stays open until that is answered.

        Args:
            executor: where it is asked.
            ask: a function whose last argument is the desk.
            given: its other arguments.
        """
        answer = executor.submit(ask, *given, self)
        self.asking.append(answer)
        return answer

    def close(self) -> None:
        """Wait for all answers, and keep nothing that only judging needs.

        Whoever holds the desk may hold it for long.
        """
        wait(self.asking)
        vars(self).pop("words", None)

    @property
    def basis(self) -> lake.Basis:
        """By what it decides."""
        return lake.Basis(self.version, basis.rules(self.policy))


def decide(
    identities: pl.DataFrame, source: str, desk: Desk, bound: pl.DataFrame | None = None
) -> pl.DataFrame:
    """One decision per typed identity, in order; all unmatched where there is no catalog.

    See `ladder.resolve` for its columns.

    Args:
        identities: typed.
        source: the profile's name.
        desk: what decisions are taken with.
        bound: the rulings that bind, by place; those that stand where None.
    """
    if desk.con is not None:
        _name(identities, source, desk)
        decisions = ladder.resolve(
            desk.con, identities, source, desk.policy, bound, lambda: desk.words
        )
        return _completed(_excluded(decisions, desk.con), desk.rulings)
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


def bindings(identities: pl.DataFrame, source: str, desk: Desk) -> None:
    """Leave the table `bound` in the session: the standing rulings of typed identities."""
    if desk.con is None:
        return
    _name(identities, source, desk)
    desk.con.register("identities", ladder.asked_of(identities, source))
    for step in ("asked", "bound"):
        desk.con.execute(query(f"match/{step}"))
    desk.con.unregister("identities")


def _name(identities: pl.DataFrame, source: str, desk: Desk) -> None:
    """Fill the table `queue_ids`, where a ruling is bound to a very identity."""
    if desk.con is None or not desk.rulings.by_identity:
        return
    places = pl.int_range(pl.len(), dtype=pl.UInt32).alias("identity")
    named = identities.with_columns(places, pl.lit(source).alias("source"))
    desk.con.register("identities", named)
    desk.con.execute(f"CREATE OR REPLACE TEMP TABLE queue_ids AS {query('review/queue_ids')}")
    desk.con.unregister("identities")


def _excluded(decisions: pl.DataFrame, con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The decisions, those that a person excluded with no other fault and no match."""
    found: pl.DataFrame = con.sql(query("match/excluded")).pl()
    if not found.height:
        return decisions
    ended = pl.col("identity").is_in(found["identity"].implode())
    told = ("score", "margin", "evidence", "doubt")
    unmatched = ("recording_id", "release_id", "method", "splits", *told, *_TERMS)
    return decisions.with_columns(
        *(pl.when(~ended).then(name).alias(name) for name in unmatched),
        pl.when(ended)
        .then(pl.lit(Fault.EXCLUDED_BY_DECISION.value))
        .otherwise("fault")
        .alias("fault"),
        pl.when(~ended).then("candidates").otherwise([]).alias("candidates"),
    )


def _completed(decisions: pl.DataFrame, rulings: Rulings) -> pl.DataFrame:
    """The decisions, the splits that a person completed asked for under each line's terms."""
    if not rulings.recordings:
        return decisions
    lacks = pl.col("splits") == "incomplete"
    return decisions.with_columns(
        pl.when(lacks & by_completion(rulings))
        .then(pl.lit("conditional"))
        .otherwise("splits")
        .alias("splits")
    )


def by_completion(rulings: Rulings) -> pl.Expr:
    """Whether a person completed splits that a match to `recording_id` or `release_id` needs."""
    whole = pl.col("recording_id").is_null() & pl.col("release_id").is_in(list(rulings.releases))
    return pl.col("recording_id").is_in(list(rulings.recordings)) | whole


def is_kept(rulings: Rulings) -> pl.Expr:
    """Whether a person's word paid a line: its payload is kept, so that an undo can stage it."""
    decided = pl.col("method").cast(pl.String) == Method.DECISION.value
    return (decided | by_completion(rulings)).fill_null(value=False)


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


DECIDED = route.joined(
    Fault.UNMATCHED,
    Fault.LOW_CONFIDENCE,
    Fault.AMBIGUOUS,
    Fault.ISRC_CONTRADICTED,
    Fault.ISRC_TEXT_MISMATCH,
    Fault.SPLITS_INCOMPLETE,
    Fault.EXCLUDED_BY_DECISION,
)
"""Faults that come of a decision, and go with a better one."""


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
    asked = terms.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("pair"),
        "recording_id",
        "release_id",
        "territory",
        "usage",
        "service",
        DAY.alias("date"),
    )
    if desk.con is None or not asked.height:
        return pl.Series("pair", [], dtype=pl.UInt32)
    return exact.splits_complete(desk.con, asked).filter(~pl.col("complete"))["pair"]
