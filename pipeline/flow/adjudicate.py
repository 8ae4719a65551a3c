"""Adjudication: what a person decides becomes a standing decision, and frees money at once.

Decision and replay are one transaction under the commit lock, so that what the command tells is
what the lake holds.
"""

import json
import secrets
import time
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import CatalogError, UsageError
from pipeline.flow.concerned import Concerned
from pipeline.flow.moves import ReplayReport
from pipeline.flow.reopening import apply
from pipeline.flow.replaying import replaying
from pipeline.flow.review_queue import queue
from pipeline.flow.review_words import SHORTEST_ID, Refusal, Ruled, Word, ruled, spelled_out
from pipeline.flow.rulings import standing
from pipeline.settings import Settings
from pipeline.store import books, catalog, lake
from pipeline.store.records import DECISIONS
from pipeline.store.sql import query
from pipeline.vocab import Decision


@dataclass(frozen=True)
class Adjudicated:
    """What decisions came to.

    Attributes:
        decisions: as recorded, one mapping each, those that were replaced by an undo included.
        refusals: words that did not count.
        replay: of the lines that the decisions concern.
        released: by currency as text, the money that is paid now and was not before; negative
            where it is paid no longer.
    """

    decisions: tuple[dict[str, Any], ...]
    refusals: tuple[Refusal, ...]
    replay: ReplayReport
    released: Mapping[str, str]


def decide(
    home: Path,
    settings: Settings,
    at: datetime,
    words: Sequence[Word],
    *,
    name: str,
    partial: bool = False,
) -> Adjudicated:
    """Make a person's words about rows of the queue standing decisions, all of them or none.

    Args:
        home: the home folder.
        settings: its settings.
        at: the run's clock reading, aware.
        words: one per row.
        name: who says so.
        partial: whether words that can count do, where others cannot.

    Raises:
        UsageError: a word cannot count: its row is unknown, or was changed by someone else since
            it was seen; nothing is changed.
        CatalogError: there is no catalog.
    """
    _refuse_unsigned(name)
    with lake.exclusive(home, settings):
        now = queue(home, settings)
        said = spelled_out(words, now)
        found = ruled(said, now, _named(home, said))
        _refuse(found, partial=partial)
        rows = _recorded(found, now.catalog)
        return _carry_out(home, settings, at, rows, name, found.refusals)


def _refuse(found: Ruled, *, partial: bool) -> None:
    """Raise where words were refused and all must count, or none is left."""
    if found.refusals and not (partial and found.rows):
        told = "; ".join(map(str, found.refusals))
        raise UsageError(f"nothing was decided: {told}", "`royalty review show ID` shows a row")
    if not found.rows:
        raise UsageError("nothing is named to decide", "give the ids of rows of the queue")


def undo(
    home: Path,
    settings: Settings,
    at: datetime,
    decisions: Sequence[str],
    *,
    name: str,
    reason: str | None = None,
) -> Adjudicated:
    """End decisions: they bind no longer, and what they alone had paid waits again.

    Spellings that a decision taught go with it.

    Args:
        home: the home folder.
        settings: its settings.
        at: the run's clock reading, aware.
        decisions: their ids, or the beginnings of them.
        name: who says so.
        reason: why.

    Raises:
        UsageError: an id names no decision that stands, or several.
    """
    _refuse_unsigned(name)
    with lake.exclusive(home, settings):
        stand = standing(lake.decisions(home, settings))
        named = [_one(stand, given) for given in decisions]
        taught = stand.filter(pl.col("origin").is_in(named), kind=Decision.ALIAS.value)
        ids = dict.fromkeys([*named, *taught["decision_id"]])
        rows = [_undoing(one, reason) for one in ids]
        return _carry_out(home, settings, at, rows, name)


def _one(stand: pl.DataFrame, given: str) -> str:
    if len(given) < SHORTEST_ID:
        raise UsageError(f"{given!r} is too short for an id", f"give {SHORTEST_ID} digits or more")
    found = stand.filter(pl.col("decision_id").str.starts_with(given.lower()))["decision_id"]
    if len(found) != 1:
        what = "names no decision that stands" if not len(found) else "begins several decisions"
        raise UsageError(f"{given!r} {what}", "see `royalty review decisions`")
    return str(found[0])


def _undoing(decision_id: str, reason: str | None) -> dict[str, Any]:
    return {
        "kind": Decision.UNDO.value,
        "bound_to": "decision",
        "value": decision_id,
        "reason": reason,
    }


def record(
    home: Path, settings: Settings, at: datetime, row: Mapping[str, Any], name: str
) -> Adjudicated:
    """Record one decision that is not about a row of the queue, and judge again what it concerns.

    Args:
        home: the home folder; the lock is held.
        settings: its settings.
        at: the run's clock reading, aware.
        row: cells of `DECISIONS`, but for id, clock and name.
        name: who says so.
    """
    _refuse_unsigned(name)
    return _carry_out(home, settings, at, [dict(row)], name)


def _recorded(found: Ruled, version: str | None) -> list[dict[str, Any]]:
    """Rows of decisions: what is replaced, what was said, and what was learned by it."""
    rows = [_undoing(one, "replaced") for one in dict.fromkeys(found.replaced)]
    for row in _once(found.rows):
        learned = row.pop("learned")
        own = {**row, "decision_id": _new_id(), "catalog": version}
        rows.append(own)
        if learned is not None:
            artist, alias = learned
            rows.append(
                {
                    "kind": Decision.ALIAS.value,
                    "bound_to": "artist",
                    "value": alias,
                    "artist": artist,
                    "origin": own["decision_id"],
                    "queue_id": row["queue_id"],
                }
            )
    return rows


def _once(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Rows of one identifier that say the same are one decision."""
    told = {json.dumps({**row, "queue_id": None}, default=str): row for row in rows}
    return [dict(row) for row in told.values()]


def _new_id() -> str:
    return secrets.token_hex(6)


def _refuse_unsigned(name: str) -> None:
    if not name.strip():
        raise UsageError("nothing is decided without a name", "give --by")


def _carry_out(
    home: Path,
    settings: Settings,
    at: datetime,
    rows: list[dict[str, Any]],
    name: str,
    refusals: Sequence[Refusal] = (),
) -> Adjudicated:
    """Commit decisions with what they settle."""
    begun = time.monotonic()
    signed = [
        {
            **dict.fromkeys(DECISIONS),
            "decision_id": _new_id(),
            **row,
            "decided_at": at,
            "decided_by": name.strip(),
        }
        for row in rows
    ]
    new = pl.DataFrame(signed, schema=DECISIONS)
    concerned = Concerned.by(new, lake.decisions(home, settings))
    with replaying(home, settings, at, "review", new) as replay:
        apply(replay, concerned)
    moves = replay.moves
    return Adjudicated(
        tuple(new.to_dicts()),
        tuple(refusals),
        moves.report(time.monotonic() - begun),
        moves.released(),
    )


def _named(home: Path, words: Sequence[Word]) -> dict[str, dict[str, Any]]:
    """What the current catalog says of all that words name."""
    ids = [one for word in words for one in (word.recording_id, word.release_id) if one]
    return {f"{row['what']} {row['id']}": row for row in entries(home, ids)}


def entries(home: Path, ids: Sequence[str]) -> list[dict[str, Any]]:
    """What the current catalog says of recordings and releases; see `review/named`.

    Raises:
        CatalogError: there is no catalog, or a broken one.
    """
    path = catalog.current(home)
    if path is None:
        raise CatalogError("there is no catalog to decide by", "royalty catalog load DIR")
    with books.connect(None) as con:
        con.execute(f"ATTACH {books.literal(str(path))} AS catalog (READ_ONLY)")
        found = con.execute(query("review/named"), {"ids": list(ids)})
        columns = [column[0] for column in found.description]
        return [dict(zip(columns, row, strict=True)) for row in found.fetchall()]
