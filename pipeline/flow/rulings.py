"""What people decided, made ready for a session in which identities are judged."""

from dataclasses import dataclass

import duckdb
import polars as pl

from pipeline.contract import text
from pipeline.store.sql import query
from pipeline.vocab import Binding, Decision

_RULING = (Decision.ACCEPT, Decision.EXCLUDE)
TURNED_DOWN = (Decision.REJECT, Decision.MISSING)
"""Kinds that say what an identity is not."""

IS_LIMITED = pl.any_horizontal(
    pl.col("territories").list.len().fill_null(0) > 0,
    pl.col("valid_from", "valid_to").is_not_null(),
)
"""Whether a decision holds for some territories or days alone."""


@dataclass(frozen=True)
class Rulings:
    """What stands, in short: what is not there costs nothing.

    Attributes:
        limited: whether a ruling holds for some territories or dates alone.
        by_identity: whether one is bound to a very identity.
        recordings: whose splits a person completed.
        releases: that hold such a recording.
        known: ids of all decisions that were read, those undone included.
    """

    limited: bool = False
    by_identity: bool = False
    recordings: frozenset[str] = frozenset()
    releases: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()


def standing(decisions: pl.DataFrame) -> pl.DataFrame:
    """The decisions that bind: neither undone nor an undo."""
    undone = decisions.filter(kind=Decision.UNDO.value)["value"]
    return decisions.filter(
        pl.col("kind") != Decision.UNDO.value, ~pl.col("decision_id").is_in(undone.implode())
    )


def with_undone(decisions: pl.DataFrame) -> pl.DataFrame:
    """The decisions with `undone_by`, the id of the undo that ended each; null where it stands."""
    undone = decisions.filter(kind=Decision.UNDO.value).select(
        pl.col("value").alias("decision_id"), pl.col("decision_id").alias("undone_by")
    )
    return decisions.join(undone, on="decision_id", how="left", maintain_order="left")


def lay_out(con: duckdb.DuckDBPyConnection, decisions: pl.DataFrame) -> Rulings:
    """Make the tables of a session that judging reads of what people decided.

    `decisions` (rulings: accepted or excluded), `queue_ids` (empty), `rejected` (bound_to, source,
    value, recording_id, release_id), `learned_aliases` (artist_key, alias_key, origin) and
    `completed_splits` (all splits of the recordings that a person completed).

    Args:
        con: has the catalog attached as `catalog`.
        decisions: all of them.
    """
    stand = standing(decisions)
    rulings = stand.filter(pl.col("kind").is_in([kind.value for kind in _RULING]))
    tables = {
        "decisions": rulings,
        "queue_ids": pl.DataFrame(schema={"identity": pl.UInt32, "queue_id": pl.String}),
        "turned_down": _turned_down(stand),
        "learned_aliases": learned(stand),
        "added_splits": added_splits(stand),
    }
    for name, rows in tables.items():
        con.register("given", rows)
        con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS FROM given")
        con.unregister("given")
    con.execute(query("review/rejected"))
    completed = tables["added_splits"].height > 0
    # The first look into a catalog's splits costs 0.1 s where there are a million recordings.
    empty = "CREATE OR REPLACE TEMP TABLE completed_splits AS FROM added_splits"
    con.execute(query("review/completed_splits") if completed else empty)
    return Rulings(
        limited=bool(rulings.select(IS_LIMITED.any()).item()),
        by_identity=Binding.IDENTITY.value in stand["bound_to"],
        recordings=_ids(con, "SELECT DISTINCT recording_id FROM completed_splits"),
        releases=_ids(con, query("review/completed_releases")) if completed else frozenset(),
        known=frozenset(decisions["decision_id"]),
    )


def _turned_down(stand: pl.DataFrame) -> pl.DataFrame:
    """One row per identifier and candidate that is not it."""
    kinds = [kind.value for kind in TURNED_DOWN]
    rows = stand.filter(pl.col("kind").is_in(kinds)).explode("candidates")
    return rows.select("bound_to", "source", "value", pl.col("candidates").alias("candidate"))


def learned(stand: pl.DataFrame) -> pl.DataFrame:
    """Spellings of artists that decisions taught: artist_key, alias_key, origin."""
    rows = stand.filter(kind=Decision.ALIAS.value)
    return rows.select(
        text.artist_form(pl.col("artist")).alias("artist_key"),
        text.artist_form(pl.col("value")).alias("alias_key"),
        pl.col("origin"),
    )


_SHARES = pl.List(pl.Struct({"party_id": pl.String, "share": pl.String}))


def added_splits(stand: pl.DataFrame) -> pl.DataFrame:
    """Shares that people added, one row per party and territory, as the catalog has splits."""
    rows = stand.filter(kind=Decision.SPLITS.value).with_columns(
        pl.col("shares").str.json_decode(_SHARES)
    )
    shared = rows.explode("shares").unnest("shares").explode("territories", empty_as_null=True)
    return shared.select(
        pl.col("value").alias("recording_id"),
        "party_id",
        pl.col("share").cast(pl.Decimal(38, 18)),
        pl.col("territories").alias("territory"),
        *(pl.lit(None, dtype=pl.String).alias(name) for name in ("usage", "service", "release_id")),
        "valid_from",
        "valid_to",
    )


def _ids(con: duckdb.DuckDBPyConnection, statement: str) -> frozenset[str]:
    return frozenset(found for (found,) in con.execute(statement).fetchall())
