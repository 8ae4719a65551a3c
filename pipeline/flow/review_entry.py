"""One row of the queue with all that helps to decide it: candidates, components, money, history."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.contract.columns import IDENTITY
from pipeline.errors import UsageError
from pipeline.flow.adjudicate import entries
from pipeline.flow.desk import desk
from pipeline.flow.judging import decide
from pipeline.flow.review_keys import turned_down
from pipeline.flow.review_queue import Queue, queue
from pipeline.flow.review_words import SHORTEST_ID
from pipeline.match import ladder
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.store.sql import query

FIELDS = (
    "isrc", "gtin", "title", "version", "artist", "release_title", "release_date", "duration_s",
    "label",
)  # fmt: skip
"""What a report and the catalog both may say."""


@dataclass(frozen=True)
class Candidate:
    """What an identity may be.

    Attributes:
        id: of the recording or release; `what` it is.
        fields: what the catalog says of it, by `FIELDS`; empty where it is no longer there.
        splits: `complete`, `conditional`, `incomplete` or `unchecked`.
        score: null where it was not compared.
        components: by name; null where one side says nothing.
        vetoes: what speaks against it whatever the score.
        alias: where the compared spelling of the artist is known from; null as reported.
        rejected: whether a person turned it down.
    """

    id: str
    what: str
    fields: Mapping[str, Any]
    splits: str | None
    score: float | None
    components: Mapping[str, float | None]
    vetoes: tuple[str, ...]
    alias: str | None
    rejected: bool


@dataclass(frozen=True)
class Delivery:
    """A report in which an identity waits."""

    manifest: str
    accounting_period: str
    path: str | None
    currency: str
    lines: int
    amount: Decimal


@dataclass(frozen=True)
class ReviewEntry:
    """A row of the queue, side by side with what the catalog offers.

    Attributes:
        queue_id: its id, and its `version`: another once anything was decided about it.
        state: `open`, `rejected` or `missing`.
        reported: the IDENTITY columns as reported.
        bound_to: what a decision would be bound to by default, and its `value`.
        shared_with: ids of other rows that the same decision would settle.
        catalog: its version; None where there is none.
        method: by which step the catalog of today would match it; None where by none.
        margin: of the best candidate over the next; null where nothing was compared.
        candidates: the best, best first.
        money: waiting, by currency.
        manifests: where it waits.
        history: decisions that concern it, undone ones included, in order.
    """

    queue_id: str
    version: str
    state: str
    source: str
    reported: Mapping[str, Any]
    faults: tuple[str, ...]
    bound_to: str
    value: str
    shared_with: tuple[str, ...]
    catalog: str | None
    method: str | None
    fault: str | None
    margin: float | None
    lines: int
    oldest_at: datetime
    candidates: tuple[Candidate, ...]
    money: Mapping[str, Decimal]
    manifests: tuple[Delivery, ...]
    history: tuple[Mapping[str, Any], ...]


def entry(home: Path, settings: Settings, queue_id: str, now: Queue | None = None) -> ReviewEntry:
    """All that is known of a row of the queue.

    Args:
        home: the home folder.
        settings: its settings.
        queue_id: of the row, or its beginning.
        now: the queue, where the caller has just asked for it.

    Raises:
        UsageError: it names no row, or several.
    """
    now = now or queue(home, settings)
    row = _row(now, queue_id)
    identity = now.rows.filter(queue_id=row["queue_id"]).select(*IDENTITY)
    with desk(home, settings) as at_desk:
        judged = decide(identity, row["source"], at_desk).row(0, named=True)
    about = now.about.filter(queue_id=row["queue_id"])
    return ReviewEntry(
        queue_id=row["queue_id"],
        version=row["queue_version"],
        state=row["state"],
        source=row["source"],
        reported={name: row[name] for name in IDENTITY},
        faults=tuple(row["faults"]),
        bound_to=row["bound_to"],
        value=row["value"],
        shared_with=_shared(now, row),
        catalog=now.catalog,
        method=judged["method"],
        fault=judged["fault"],
        margin=judged["margin"],
        lines=row["lines"],
        oldest_at=row["oldest_at"],
        candidates=tuple(candidates(home, judged, row["candidates"], about)),
        money={one["currency"]: one["amount"] for one in row["money"]},
        manifests=tuple(_deliveries(home, settings, identity, row["source"])),
        history=tuple(about.drop("key_source", "level").to_dicts()),
    )


def _row(now: Queue, given: str) -> dict[str, Any]:
    """The row that an id, or its beginning, names."""
    if len(given) < SHORTEST_ID:
        raise UsageError(f"{given!r} is too short for an id", f"give {SHORTEST_ID} digits or more")
    found = now.rows.filter(pl.col("queue_id").str.starts_with(given.lower()))
    if found.height != 1:
        what = "waits no longer" if not found.height else "begins several ids"
        raise UsageError(f"{given!r} {what}", "see `royalty review list --state all`")
    return found.row(0, named=True)


def _shared(now: Queue, row: Mapping[str, Any]) -> tuple[str, ...]:
    """Other rows of the same identifier."""
    same = now.rows.filter(
        pl.col("bound_to") == row["bound_to"],
        pl.col("value") == row["value"],
        pl.col("key_source").eq_missing(pl.lit(row["key_source"], dtype=pl.String)),
        pl.col("level") == row["level"],
        pl.col("queue_id") != row["queue_id"],
    )
    return tuple(same["queue_id"])


def _refused(about: pl.DataFrame) -> frozenset[str]:
    """Candidates that people turned down."""
    rows = turned_down(about)["refused"]
    return frozenset(one for refused in rows for one in refused)


def candidates(
    home: Path, judged: Mapping[str, Any], staged: Sequence[str], about: pl.DataFrame
) -> list[Candidate]:
    """The candidates with what the catalog says of each: compared, staged, and turned down ones.

    Args:
        home: the home folder.
        judged: a row of `judging.decide`.
        staged: ids that stand in `staged`.
        about: the decisions about the identity; see `review_keys.touching`.
    """
    refused = _refused(about)
    compared = {one["recording_id"] or one["release_id"]: one for one in judged["evidence"] or ()}
    matched = judged["recording_id"] or judged["release_id"]
    others = [*([matched] if matched else []), *judged["candidates"], *staged]
    ids = list(dict.fromkeys([*compared, *others, *sorted(refused)]))
    if not ids:
        return []
    known = {row["id"]: row for row in entries(home, ids)}
    return [_candidate(one, known.get(one), compared.get(one), one in refused) for one in ids]


def _candidate(
    one: str, known: Mapping[str, Any] | None, told: Mapping[str, Any] | None, rejected: bool
) -> Candidate:
    said = told or {}
    return Candidate(
        id=one,
        what="gone" if known is None else known["what"],
        fields={} if known is None else {name: known[name] for name in FIELDS},
        splits=None if known is None else known["splits"],
        score=said.get("score"),
        components={name: said.get(name) for name in ladder.COMPONENTS},
        vetoes=tuple(said.get("vetoes") or ()),
        alias=said.get("alias"),
        rejected=rejected,
    )


def _deliveries(
    home: Path, settings: Settings, identity: pl.DataFrame, source: str
) -> list[Delivery]:
    """Where an identity waits, the latest first."""
    with lake.reading(home, settings) as con:
        con.register("asked", identity.with_columns(source=pl.lit(source)))
        found = con.execute(query("review/deliveries")).fetchall()
    return [Delivery(*row) for row in found]
