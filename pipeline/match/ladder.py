"""The whole ladder: the exact steps in SQL, then likeness for what they leave.

Step 4 settles nothing that the evidence contradicts: a recording of the same words but of another
length, or on another release, is compared like any other candidate.
"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import duckdb
import polars as pl

from pipeline.contract import text
from pipeline.match import doubt, exact, settling
from pipeline.match.comparison import Comparison
from pipeline.match.likeness import REPORTED
from pipeline.match.score import FEATURES
from pipeline.match.word_index import WordIndex
from pipeline.store.sql import query
from pipeline.vocab import Fault

THRESHOLD = 0.85
"""A score must be above it: the threshold itself is not enough."""
BEST = 5
"""Candidates that are told of an identity."""
WORTH_TELLING = 0.6
"""Score, and likeness of titles, from which on a recording is told as a candidate; below, it is
another song of the artist, or shares no more than a word."""

_EXACT, _FUZZY = 5, 6


@dataclass(frozen=True)
class Policy:
    """What an operator may choose; see `settings.Settings`."""

    isrc_contradiction_blocks: bool = True
    margin: float = 0.02
    isrc_text_floor: float = 0.4


COMPONENTS: dict[str, pl.DataType] = dict.fromkeys(FEATURES, pl.Float64())
_FIELDS: dict[str, pl.DataType] = {
    "recording_id": pl.String(),
    "release_id": pl.String(),
    "score": pl.Float64(),
    **COMPONENTS,
    "vetoes": pl.List(pl.String()),
    "alias": pl.String(),
}
EVIDENCE = pl.List(pl.Struct(_FIELDS))
"""The best five candidates of an identity, best first; `alias` is where the spelling of the artist
that was compared is known from: `catalog`, or the decision that taught it; null as reported."""


def resolve(
    con: duckdb.DuckDBPyConnection,
    identities: pl.DataFrame,
    source: str,
    policy: Policy,
    bound: pl.DataFrame | None = None,
    words: Callable[[], WordIndex] | None = None,
) -> pl.DataFrame:
    """What each identity is, by the first step of the ladder that settles it, and why.

    Args:
        con: has the catalog attached as `catalog`, the tables that `exact.resolve`
            needs, and `learned_aliases`.
        identities: one row per identity: the typed IDENTITY columns.
        source: who reported them.
        policy: what is set.
        bound: the rulings that bind, as `exact.resolve`.
        words: tells the catalog's index of words, where a caller keeps it for the next time.

    Returns:
        One row per identity, in order: the columns of `exact.resolve`; `score` and `margin` over
        the runner-up (Float64, null but for `fuzzy`); `evidence` (see `EVIDENCE`, null where
        nothing was compared); `doubt`: ISRC_TEXT_MISMATCH where the ISRC names one recording and
        the text another, else null.
    """
    blocks = policy.isrc_contradiction_blocks
    exact.find(con, asked_of(identities, source), isrc_contradiction_blocks=blocks, bound=bound)
    asked = doubt.asked(con, identities)
    # It asks nothing more, so it can be done beside the questions that likeness has.
    with ThreadPoolExecutor(1) as beside:
        doubting = beside.submit(doubt.doubts, asked, policy.isrc_text_floor)
        judged = _compared(Comparison(con, words), identities, policy)
        doubted = doubting.result()
    decisions = exact.told(con).join(judged, on="identity", how="left", maintain_order="left")
    return doubt.applied(decisions, doubted)


def asked_of(identities: pl.DataFrame, source: str) -> pl.DataFrame:
    """Identities as the exact steps ask for them."""
    many = pl.col("isrc").str.contains("|", literal=True).fill_null(value=False)
    forms = text.forms(identities.select("title", "version", "artist"))
    key = text.key_of_forms(*(pl.col(name) for name in ("title_key", "version_key", "artist_key")))
    return identities.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("identity"),
        pl.lit(source).alias("source"),
        pl.when(~many).then("isrc").alias("isrc"),
        many.alias("isrc_many"),
        "gtin",
        "dsp_asset_id",
        "sale_level",
    ).hstack(forms.select("title_key", "version_key", key.alias("text_key")))


def _compared(comparison: Comparison, identities: pl.DataFrame, policy: Policy) -> pl.DataFrame:
    """Compare what is undecided, write the verdicts, and tell score, margin and evidence."""
    con = comparison.con
    undecided = con.sql(query("match/undecided")).pl()
    named = identities.with_row_index("identity").select("identity", "isrc", *REPORTED)
    reported = named.join(undecided, on="identity", maintain_order="left")
    reported = reported.filter(pl.col("title").is_not_null())
    free = con.sql(query("match/any_split")).fetchall() == [(False,)]
    settled, best = [], []
    for some in comparison.of(reported):
        for rows, number in zip(some, (_EXACT, _FUZZY), strict=True):
            settled.append(_settled(rows, reported, policy, number, free=free))
        best.append(_evidence(pl.concat(some)))
    verdicts = pl.concat(settled)
    con.register("fuzzy_verdicts", verdicts)
    for step in ("replace_verdicts", "fuzzy_verdicts", "recordings_compared"):
        con.execute(query(f"match/{step}"))
    con.unregister("fuzzy_verdicts")
    fuzzy = (pl.col("step") == _FUZZY) & pl.col("settled")
    told = verdicts.select(
        "identity",
        pl.when(fuzzy).then("score").alias("score"),
        pl.when(fuzzy).then("margin").alias("margin"),
    )
    return told.join(pl.concat(best), on="identity", how="left")


def _settled(
    rows: pl.DataFrame, reported: pl.DataFrame, policy: Policy, step: int, *, free: bool
) -> pl.DataFrame:
    """One verdict per identity that was compared.

    The best settles it where it is above the threshold (an exact text need not be), and leads as
    `settling` says.
    """
    best = settling.best(rows.filter(~pl.col("vetoed")), policy.margin, free=free)
    score = pl.col("score")
    like = (score >= WORTH_TELLING) & (pl.col("title") >= WORTH_TELLING)
    worth = pl.lit(value=True) if step == _EXACT else like
    told = rows.group_by("identity", maintain_order=True).agg(
        candidates=pl.col("recording_id").filter(worth).head(BEST)
    )
    isrcs = reported.select("identity", "isrc")
    joined = told.join(best, on="identity", how="left").join(isrcs, on="identity", how="left")
    enough = pl.lit(step == _EXACT) | (score > THRESHOLD)
    led = pl.col("led") & enough
    elsewhere = policy.isrc_contradiction_blocks & pl.col("isrc").ne(pl.col("isrc_of"))
    return joined.select(
        "identity",
        "score",
        pl.col("margin").round(6),
        pl.lit(step, dtype=pl.Int32).alias("step"),
        (enough & elsewhere).fill_null(value=False).alias("contradicted"),
        pl.col("recording_no_of").alias("recording_no"),
        "candidates",
        (led & ~elsewhere.fill_null(value=False)).fill_null(value=False).alias("settled"),
        pl.when(enough & elsewhere)
        .then(pl.lit(Fault.ISRC_CONTRADICTED.value))
        .when(led)
        .then(None)
        .when(enough)
        .then(pl.lit(Fault.AMBIGUOUS.value))
        .when(pl.col("candidates").list.len() > 0)
        .then(pl.lit(Fault.LOW_CONFIDENCE.value))
        .otherwise(pl.lit(Fault.UNMATCHED.value))
        .alias("fault"),
    )


def _evidence(rows: pl.DataFrame) -> pl.DataFrame:
    """The best candidates of each identity, with all that speaks for and against them."""
    fields = [
        pl.lit(None, dtype=pl.String).alias(name) if name == "release_id" else pl.col(name)
        for name in _FIELDS
    ]
    best = rows.filter(pl.int_range(pl.len()).over("identity") < BEST)
    told = best.select("identity", pl.struct(fields).alias("evidence"))
    return told.group_by("identity", maintain_order=True).agg("evidence")
