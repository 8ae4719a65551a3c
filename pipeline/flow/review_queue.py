"""The queue of identities that wait for a person, ordered by the money that waits with them."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipeline.contract.columns import IDENTITY
from pipeline.errors import UsageError
from pipeline.flow import review_keys
from pipeline.settings import Settings
from pipeline.store import books, catalog, lake
from pipeline.store.sql import query
from pipeline.vocab import Decision

OPEN = "open"
STATES = {OPEN: OPEN, Decision.REJECT.value: "rejected", Decision.MISSING.value: "missing"}
"""What a row is in: waiting for a decision; none of its candidates; to be created."""


@dataclass(frozen=True)
class Queue:
    """The queue at one moment.

    Attributes:
        rows: one row per identity that waits with money, in the order to work them off: queue_id,
            queue_version, state (`open`, `rejected` or `missing`), source, the IDENTITY columns,
            lines, money (list of currency, lines, amount, absolute), oldest_at (UTC), manifests,
            candidates, faults; and level, bound_to, key_source and value, what a decision would be
            bound to.
        ordered_by: the order, in words.
        catalog: the current version; None where there is none.
        decisions: all of them, and `about`, which of them concern which row.
    """

    rows: pl.DataFrame
    ordered_by: str
    catalog: str | None
    decisions: pl.DataFrame
    about: pl.DataFrame


def queue(home: Path, settings: Settings, *, by_artist: bool = False) -> Queue:
    """All identities that wait, in every state, the most money first, then the oldest.

    Args:
        home: the home folder.
        settings: its settings.
        by_artist: whether the rows of an artist stand together, where its first would.
    """
    version = catalog.current(home)
    decisions = lake.decisions(home, settings)
    with lake.reading(home, settings) as con:
        rows = _identified(con, con.sql(query("review/waiting")).pl())
    bound = review_keys.keys(rows)
    about = review_keys.touching(bound, decisions)
    rates = _rates(version)
    name = None if version is None else version.stem
    strongest = bound.unique("queue_id", keep="first", maintain_order=True)
    rows = rows.with_columns(review_keys.versions(rows["queue_id"], about, name)).join(
        strongest, on="queue_id", how="left"
    )
    weights, ordered_by = _weights(rows, rates)
    ordered = _ordered(_with_state(rows, about).join(weights, on="queue_id"), by_artist=by_artist)
    return Queue(ordered.select(_COLUMNS), ordered_by, name, decisions, about)


_COLUMNS = (
    "queue_id", "queue_version", "state", "source", *IDENTITY, "lines", "money", "oldest_at",
    "manifests", "candidates", "faults", "level", "bound_to", "key_source", "value",
)  # fmt: skip


@dataclass(frozen=True)
class Listed:
    """The first rows of the queue in some state.

    Attributes:
        entries: as `Queue.rows` has them, one mapping each.
        in_all: how many there are in that state.
        states: how many rows are in each state.
        ordered_by: the order, in words.
        catalog: the current version; None where there is none.
    """

    entries: list[dict[str, Any]]
    in_all: int
    states: Mapping[str, int]
    ordered_by: str
    catalog: str | None


def listed(
    home: Path, settings: Settings, limit: int, *, state: str = OPEN, by_artist: bool = False
) -> Listed:
    """The first rows of the queue in a state, or in every one (`all`).

    Raises:
        UsageError: there is no such state.
    """
    if state not in {*STATES.values(), "all"}:
        raise UsageError(f"{state!r} is no state", f"one of {', '.join(STATES.values())}, all")
    now = queue(home, settings, by_artist=by_artist)
    chosen = now.rows if state == "all" else now.rows.filter(state=state)
    counts = dict(now.rows.group_by("state").len().sort("state").iter_rows())
    rows = chosen.head(limit).to_dicts()
    return Listed(rows, chosen.height, counts, now.ordered_by, now.catalog)


def _identified(con: duckdb.DuckDBPyConnection, identities: pl.DataFrame) -> pl.DataFrame:
    """The rows, by number, with their `queue_id`."""
    con.register("identities", identities)
    ids: pl.DataFrame = con.sql(query("review/queue_ids")).pl()
    con.unregister("identities")
    return identities.join(ids, on="identity", how="left").drop("identity")


def _with_state(rows: pl.DataFrame, about: pl.DataFrame) -> pl.DataFrame:
    """What was turned down stays so until a row has another candidate."""
    refused = review_keys.turned_down(about)
    joined = rows.join(refused, on="queue_id", how="left")
    new = pl.col("candidates").list.set_difference("refused").list.len() > 0
    state = pl.when(new | pl.col("kind").is_null()).then(pl.lit(OPEN))
    return joined.with_columns(state.otherwise(pl.col("kind").replace(STATES)).alias("state")).drop(
        "kind", "refused"
    )


def _rates(version: Path | None) -> pl.DataFrame:
    """The rates of the current catalog into one currency; none where it has none."""
    if version is None:
        return pl.DataFrame(schema={"currency": pl.String, "home": pl.String, "rate": pl.Float64})
    with _catalog(version) as con:
        rates: pl.DataFrame = con.sql(query("review/rates")).pl()
    return rates


@contextmanager
def _catalog(version: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with books.connect(None) as con:
        con.execute(f"ATTACH {books.literal(str(version))} AS catalog (READ_ONLY)")
        yield con


def _weights(rows: pl.DataFrame, rates: pl.DataFrame) -> tuple[pl.DataFrame, str]:
    """What each row weighs, the heaviest highest; and that order in words.

    Amounts are compared in one currency where the catalog has a rate for each that waits. Else
    only amounts of one currency are compared: the largest of each come first, then the second
    largest of each, and a row stands where its best currency puts it.
    """
    money = rows.select("queue_id", "money").explode("money").unnest("money")
    absolute = pl.col("absolute").cast(pl.Float64)  # for the order alone
    waiting = money["currency"].unique().sort()
    converted = money.join(rates, on="currency", how="left")
    if len(waiting) > 1 and not converted["rate"].null_count():
        weight = (absolute * pl.col("rate")).sum().round(6)
        home = rates["home"][0]
        words = f"absolute amounts, in {home} by the catalog's latest rates"
        return converted.group_by("queue_id").agg(weight=weight), words
    place = pl.col("absolute").rank("dense", descending=True).over("currency").cast(pl.Float64)
    by_place = (
        money.select("queue_id", place.alias("place"))
        .group_by("queue_id")
        .agg(weight=-pl.col("place").min())
    )
    words = "absolute amounts"
    if len(waiting) > 1:
        words += ": the largest of each currency first, for the catalog has no rates between them"
    return by_place, words


def _ordered(rows: pl.DataFrame, *, by_artist: bool) -> pl.DataFrame:
    """The heaviest first, then the oldest; or each artist's rows where its heaviest stands."""
    single = rows.sort(
        "weight", "oldest_at", "queue_id", descending=[True, False, False], nulls_last=True
    )
    if not by_artist:
        return single
    artist = pl.col("artist").fill_null("").str.to_lowercase()
    first = pl.col("_place").min().over(artist)
    return single.with_row_index("_place").with_columns(_first=first).sort("_first", "_place")
