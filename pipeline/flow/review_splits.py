"""Completing splits: who owns what the catalog leaves without an owner, by a person's word."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import CatalogError, UsageError
from pipeline.flow.adjudicate import Adjudicated, record
from pipeline.flow.review_limits import NO_LIMITS, Limits
from pipeline.flow.rulings import added_splits, standing
from pipeline.settings import Settings
from pipeline.store import books, catalog, lake
from pipeline.store.sql import query
from pipeline.vocab import Decision

_PLACES = 18


@dataclass(frozen=True)
class Shares:
    """What a person says of a recording's owners.

    Attributes:
        recording_id: of the catalog.
        shares: party and share, each a decimal fraction as text.
        limits: where and when.
        reason: why.
    """

    recording_id: str
    shares: Sequence[tuple[str, str]]
    limits: Limits = NO_LIMITS
    reason: str | None = None


@dataclass(frozen=True)
class Completed:
    """What a completion came to: least and most that is shared out now, under any terms."""

    adjudicated: Adjudicated
    least: Decimal
    most: Decimal


def complete(home: Path, settings: Settings, at: datetime, said: Shares, *, name: str) -> Completed:
    """Add shares to a recording's splits; lines are payable where they sum to exactly 1.

    Raises:
        UsageError: recording, party or share is none, or more than all would be shared out.
        CatalogError: there is no catalog.
    """
    shares = [{"party_id": party, "share": _share(share)} for party, share in said.shares]
    if not shares:
        raise UsageError("no share is given", "give --party and --share, as often as needed")
    row: dict[str, Any] = {
        "kind": Decision.SPLITS.value,
        "bound_to": "recording",
        "value": said.recording_id,
        "territories": sorted(said.limits.territories),
        "valid_from": said.limits.valid_from,
        "valid_to": said.limits.valid_to,
        "shares": json.dumps(shares),
        "reason": said.reason,
    }
    with lake.exclusive(home, settings):
        path = catalog.current(home)
        if path is None:
            raise CatalogError("there is no catalog to complete", "royalty catalog load DIR")
        least, most = _shared_out(path, lake.decisions(home, settings), row, shares)
        done = record(home, settings, at, {**row, "catalog": path.stem}, name)
    return Completed(done, least, most)


def _share(given: str) -> str:
    """A share as exact text."""
    try:
        share = Decimal(given)
    except InvalidOperation as error:
        raise UsageError(
            f"{given!r} is no share", "write a decimal fraction such as 0.15"
        ) from error
    exponent = share.as_tuple().exponent
    exact = isinstance(exponent, int) and -exponent <= _PLACES
    if not exact or not 0 < share <= 1:
        raise UsageError(f"{given!r} is no share", "write a decimal fraction, above 0 and up to 1")
    return format(share, "f")


def _shared_out(
    path: Path, decisions: pl.DataFrame, row: dict[str, Any], shares: list[dict[str, str]]
) -> tuple[Decimal, Decimal]:
    """The least and most that would be shared out of a recording under any terms."""
    recording = row["value"]
    own = standing(decisions).filter(kind=Decision.SPLITS.value, value=recording)
    cells = ("kind", "value", "shares", "territories", "valid_from", "valid_to")
    new = pl.DataFrame([{name: row[name] for name in cells}], schema=own.select(cells).schema)
    added = added_splits(pl.concat([own.select(cells), new]))
    with books.connect(None) as con:
        con.execute(f"ATTACH {books.literal(str(path))} AS catalog (READ_ONLY)")
        _refuse_unknown(con, recording, [one["party_id"] for one in shares])
        con.register("added_splits", added)
        con.execute(query("review/staged_splits"), {"recording": recording})
        con.execute(query("catalog/split_terms"))
        con.execute(query("catalog/split_corners"))
        least, most = con.execute(query("review/shared_out")).fetchall()[0]
    if most > 1:
        raise UsageError(
            f"{recording} would be shared out beyond 1: {most.normalize():f}",
            "see its splits in the catalog and `royalty review decisions`",
        )
    return least, most


def _refuse_unknown(con: Any, recording: str, parties: Sequence[str]) -> None:
    """Raise where the catalog knows no such recording or party."""
    asked = {"recording": [recording], "party": list(parties)}
    for what, ids in asked.items():
        known = con.execute(
            f"SELECT {what}_id FROM catalog.{'parties' if what == 'party' else 'recordings'}"  # noqa: S608 - two fixed names
            f" WHERE list_contains($ids, {what}_id)",
            {"ids": ids},
        ).fetchall()
        if missing := sorted(set(ids) - {one for (one,) in known}):
            raise UsageError(f"the catalog has no {what} {missing[0]}", "load one that has it")
