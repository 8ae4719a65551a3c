"""The exact steps of the matching ladder: standing decision, ISRC, GTIN, exact text."""

import duckdb
import polars as pl

from pipeline.store.sql import query
from pipeline.vocab import Fault, Method

STEPS = (
    "asked",
    "rejected_pairs",
    "bound",
    "ruling",
    "decided",
    "recordings_reported",
    "releases_reported",
    "by_isrc",
    "open",
    "by_title",
    "by_text",
    "by_release",
    "recordings_named",
)
"""Queries `match/<step>`, each a temporary table of what the identities find in the catalog."""


def resolve(
    con: duckdb.DuckDBPyConnection,
    identities: pl.DataFrame,
    *,
    isrc_contradiction_blocks: bool = True,
    bound: pl.DataFrame | None = None,
) -> pl.DataFrame:
    """What each identity is, by the first step of the ladder that finds anything.

    Where a step finds several, text and version choose; those left must pay the same parties.
    A step whose findings bear another ISRC than reported ends the ladder.

    Args:
        con: has the catalog, with its match index, attached as `catalog`, and the tables
            `decisions`, `queue_ids` and `rejected`, as `flow.rulings` lays them out.
        identities: one row per identity: identity, source, isrc, isrc_many, gtin, dsp_asset_id,
            sale_level, title_key, version_key, text_key. Null or blank keys find nothing.
        isrc_contradiction_blocks: whether a candidate that bears another ISRC is refused.
        bound: the rulings that bind, as `match/bound` finds them; found by it where None.

    Returns:
        One row per identity, ordered by it: identity; recording_id, release_id and method, null
        where unmatched; fault, null where matched; candidates (ids in order, at most five, none
        where matched); splits and by_territory … by_date of what was matched, else null. A matched
        line of a track has the release that its GTIN names, or the only one there is, or null.
    """
    find(con, identities, isrc_contradiction_blocks=isrc_contradiction_blocks, bound=bound)
    return told(con)


def find(
    con: duckdb.DuckDBPyConnection,
    identities: pl.DataFrame,
    *,
    isrc_contradiction_blocks: bool,
    bound: pl.DataFrame | None = None,
) -> None:
    """Take every step: the temporary tables that `STEPS` names, and `verdicts`.

    Args:
        con: as `resolve`.
        identities: as `resolve`.
        isrc_contradiction_blocks: as `resolve`.
        bound: as `resolve`.
    """
    con.register("identities", identities)
    try:
        for step in STEPS:
            if step == "bound" and bound is not None:
                con.register("given_bound", bound)
                con.execute("create or replace temp table bound as from given_bound")
                con.unregister("given_bound")
            else:
                con.execute(query(f"match/{step}"))
    finally:
        con.unregister("identities")
    con.execute(query("match/verdicts"), {"contradiction_blocks": isrc_contradiction_blocks})


def ruled(con: duckdb.DuckDBPyConnection, identities: pl.DataFrame) -> pl.Series:
    """Those `identity` that a standing decision binds, or for which a person refused something.

    Args:
        con: as `resolve`.
        identities: as `resolve`.
    """
    con.register("identities", identities)
    for step in STEPS[: STEPS.index("decided") + 1]:
        con.execute(query(f"match/{step}"))
    con.unregister("identities")
    concerned: pl.DataFrame = con.sql(query("match/ruled")).pl()
    return concerned["identity"]


def told(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """What the verdicts come to; see `resolve`."""
    con.execute(query("match/places"))
    words = {
        "methods": [method.value for method in Method],
        "unmatched": Fault.UNMATCHED.value,
        "ambiguous": Fault.AMBIGUOUS.value,
        "contradicted": Fault.ISRC_CONTRADICTED.value,
    }
    decisions: pl.DataFrame = con.sql(query("match/resolved"), params=words).pl()
    return decisions


def splits_complete(con: duckdb.DuckDBPyConnection, terms: pl.DataFrame) -> pl.DataFrame:
    """Whether what is shared out under a line's terms is exactly all of it.

    Split rows add up where all their conditions hold; one on a territory, usage, service, release
    or date that the line does not name does not hold. A line of a release needs an answer of yes
    for every recording on it.

    Args:
        con: has the catalog, with its match index, attached as `catalog`.
        terms: one row per matched identity and terms: pair (UInt32), recording_id (null: a whole
            release), release_id, territory, usage, service, date (Date). For what was matched with
            splits `conditional`; other recordings have no say here.

    Returns:
        One row per pair, ordered by it: pair, complete (never null).
    """
    con.register("terms", terms)
    try:
        answers: pl.DataFrame = con.sql(query("match/splits_complete")).pl()
    finally:
        con.unregister("terms")
    return answers
