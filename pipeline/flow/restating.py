"""Restatements: a delivery replaces another, and sums move by the difference.

What the replaced delivery had paid is reversed line by line, in a delivery of its own that is
accounted where the correction is: the same lines at the same places, their quantities and amounts
negated. What of it still waits ends; what is invalid stays. Nothing that was written changes.
"""

import hashlib
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.contract.columns import SALES
from pipeline.contract.money import sum_text
from pipeline.flow.delivery import Delivery, Key
from pipeline.flow.desk import desk
from pipeline.flow.ending import end_delivery, ending_of
from pipeline.flow.moves import Moves, ReplayReport
from pipeline.flow.replacement import Replacement, deliveries, named, to_replace
from pipeline.flow.replay import held_by
from pipeline.flow.replaying import Replay, judge_again, replaying, states_of
from pipeline.flow.summing import sums_by
from pipeline.flow.tally import Book
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.store.records import MANIFESTS, REPORTED, SUMS
from pipeline.store.sql import query
from pipeline.vocab import Ending, Fault, Kind, Outcome, Status

_NEGATED = ("quantity", "amount", "gross_amount")


@dataclass(frozen=True)
class Restated:
    """What came of one delivery that was replaced.

    Attributes:
        manifest: its id.
        accounting_period: its period.
        reversal: the delivery that reverses what it had paid; None where it had paid nothing.
        reversed_lines: how many lines it had paid.
        amounts: by currency, the sums of the reversal as text.
        ended_lines: lines of it that waited.
    """

    manifest: str
    accounting_period: str
    reversal: str | None
    reversed_lines: int
    amounts: Mapping[str, str]
    ended_lines: int

    def as_json(self) -> dict[str, Any]:
        """It as JSON values; amounts are strings."""
        return {**self.__dict__, "amounts": dict(self.amounts)}


@dataclass(frozen=True)
class Restatement:
    """What a restatement came to.

    Attributes:
        manifest: the delivery that replaces others.
        accounting_period: its period, in which the reversals are accounted.
        restated: those that it replaces from now on; none where it did so already.
        moves: what was released of it, and what ended of the others.
    """

    manifest: str
    accounting_period: str
    restated: tuple[Restated, ...]
    moves: ReplayReport


def restate(
    home: Path, settings: Settings, at: datetime, manifest: str, replacement: Replacement
) -> Restatement:
    """Have a delivery that is in the lake replace others; a hold as a possible duplicate ends.

    Args:
        home: the home folder.
        settings: the lock's.
        at: the run's clock reading, aware.
        manifest: the correction, named as those that it replaces.
        replacement: which these are, and who says so.

    Raises:
        UsageError: a delivery is not known, reverses another, or has ended already; reason or
            name is blank.
    """
    begun = time.monotonic()
    detail = replacement.detail
    with replaying(home, settings, at, "restate") as replay:
        known = deliveries(home, settings)
        (own,) = named(known, (manifest,))
        olds = to_replace(known, own, replacement.keys(known, own[1]))
        if olds:
            _lift(replay, own, detail)
        restated = tuple(reverse(replay, old, own, replacement) for old in olds)
    return Restatement(*own, restated, replay.moves.report(time.monotonic() - begun))


def reversing(book: Book, delivery: Delivery, replacement: Replacement, home: Path) -> Book:
    """The book of a new manifest with the reversals of those that it replaces; under the lock.

    Raises:
        UsageError: as `restate`.
    """
    own = delivery.key
    known = deliveries(home, delivery.settings)
    olds = to_replace(known, own, replacement.keys(known, own[1]))
    with desk(home, delivery.settings) as at_desk:
        states = states_of(home, delivery.settings)
        moves = Moves(delivery.run, "reversal-")
        replay = Replay(home, delivery.settings, delivery.run, at_desk, states, moves)
        restated = tuple(reverse(replay, old, own, replacement) for old in olds)
    told = replace(book.report, restated=[one.as_json() for one in restated])
    return Book(told, book.batch.joined(moves.batch()))


def _lift(replay: Replay, own: Key, detail: str) -> None:
    """End the hold of a delivery that may have come before, if it is on hold."""
    with lake.reading(replay.home, replay.settings) as con:
        entries = con.sql(query("replay/entries")).pl()
    held = entries.filter(
        place=Kind.MANIFEST.value,
        fault=Fault.POSSIBLE_DUPLICATE.value,
        manifest=own[0],
        accounting_period=own[1],
    )
    if held.height:
        judge_again(replay, partial(held_by, held))
        chosen = replay.states.join(held.select("ledger_id"), on="ledger_id", how="semi")
        replay.close(chosen, Outcome.RELEASED, detail)


def reverse(replay: Replay, old: Key, own: Key, replacement: Replacement) -> Restated:
    """Reverse what a delivery had paid, and end what of it waits.

    Args:
        replay: at work.
        old: the delivery that is replaced.
        own: the one that replaces it.
        replacement: who says so, and why.
    """
    sums = [pl.DataFrame(schema=SUMS)]
    source = ""
    reversal = _reversal(old, own)
    for rows in _paid(replay, old):
        source = rows["source"][0]
        negated = rows.with_columns(
            *(-pl.col(name) for name in _NEGATED),
            manifest=pl.lit(reversal),
            accounting_period=pl.lit(own[1]),
            decided_at=pl.lit(replay.run.at),
            run=pl.lit(replay.run.id),
        )
        replay.moves.write(negated, "sales")
        by_currency = sums_by(negated, *lake.DELIVERY, "currency")
        sums.append(_typed(by_currency.with_columns(status=pl.lit(Status.MATCHED.value)), SUMS))
    paid = (
        pl.concat(sums)
        .group_by(*lake.DELIVERY, "currency", "status")
        .agg(pl.col("lines", "amount", "unreadable_lines").sum())
        .sort("currency")
    )
    if paid.height:
        replay.moves.record(_delivery(paid, old, source))
    ended = end_delivery(replay, old, Ending.REPLACED, replacement.detail)
    replay.moves.record(
        ending_of(
            old,
            Ending.REPLACED,
            reason=replacement.reason,
            name=replacement.name,
            by=own,
            reversal=(reversal, own[1]) if paid.height else None,
        )
    )
    return Restated(
        *old,
        reversal if paid.height else None,
        int(paid["lines"].sum()),
        {
            currency: sum_text(amount)
            for currency, amount in paid.select("currency", "amount").rows()
        },
        ended,
    )


def _paid(replay: Replay, old: Key) -> Iterator[pl.DataFrame]:
    """The sales of a delivery, file by file."""
    mine = (pl.col("manifest") == old[0]) & (pl.col("accounting_period") == old[1])
    for path in lake.files(replay.home, "sales", replay.settings)["path"]:
        keys = pl.read_parquet(path, columns=list(lake.DELIVERY))
        if keys.select(mine.any()).item():
            rows = pl.read_parquet(path).filter(mine)
            yield _typed(rows, SALES)


def _reversal(old: Key, own: Key) -> str:
    """The id of a delivery that was never delivered: the same for the same two."""
    return hashlib.sha256("\n".join(("reversal", *old, *own)).encode()).hexdigest()


def _delivery(paid: pl.DataFrame, old: Key, source: str) -> lake.Batch:
    """The records of a delivery that reverses another."""
    manifest, period = paid.select(*lake.DELIVERY).row(0)
    row = {
        "manifest": manifest,
        "accounting_period": period,
        "source": source,
        "title": f"Reversal of {old[0][:12]} ({old[1] or 'undated'})",
        "path": None,
        "bytes": None,
        "lines": int(paid["lines"].sum()),
        "resynchronised": 0,
        "control": "{}",
        "by_method": "{}",
        "by_fault": "{}",
    }
    return lake.Batch(
        manifests=pl.DataFrame([row], schema=MANIFESTS),
        reported=_typed(paid, REPORTED),
        sums=_typed(paid, SUMS),
    )


def _typed(rows: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return rows.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
