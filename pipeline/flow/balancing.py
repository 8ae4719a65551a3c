"""Deliveries that were paid together are weighed together: those that balance at last are free."""

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl

from pipeline.faults import ledger
from pipeline.flow import imbalance
from pipeline.flow.control import REMITTANCE, Figure, Word, described, rows_of
from pipeline.flow.moves import ReplayReport
from pipeline.flow.order import Order
from pipeline.flow.outcome import Report
from pipeline.flow.paying import PAYMENT, holdings, members_of
from pipeline.flow.remitting import (
    Delivery,
    Remittance,
    known_remittances,
    pooled,
    weighed_together,
)
from pipeline.flow.replay import lift
from pipeline.flow.replaying import Replay, replaying
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.vocab import Balance, Fault, Kind, ManifestState, Outcome


def weighed_again(report: Report, order: Order, remittance: Remittance | None) -> Report:
    """The report, after it and those that were paid together with it have been weighed again.

    A new one was weighed before its commit, but others may balance by it now.
    """
    is_known = report.state is ManifestState.UNCHANGED
    if report.error or (remittance is None and not (is_known and order.word)):
        return report
    delivery = (report.manifest, report.accounting_period)
    home, settings = order.home, order.settings
    freed = settle(home, settings, order.at, [delivery], remittance, order.word)
    return replace(report, freed=freed.moved)


def settle(
    home: Path,
    settings: Settings,
    at: datetime,
    deliveries: Iterable[Delivery],
    remittance: Remittance | None = None,
    word: Word | None = None,
) -> ReplayReport:
    """Weigh deliveries in the lake again, with all that were paid together with them.

    Those that balance now are free, and those that no longer do are told of; what is paid already
    stays so.

    Args:
        home: the home folder.
        settings: the lock's.
        at: the run's clock reading, aware.
        deliveries: which.
        remittance: what was paid for them, where that is new.
        word: of a person who accepts whatever difference there still is.
    """
    begun = time.monotonic()
    with replaying(home, settings, at, "control") as replay:
        known = known_remittances(home, settings)
        new = pl.DataFrame(schema=lake.REMITTANCES)
        if remittance is not None:
            said = remittance.rows(deliveries)
            new = said.join(known, on=PAYMENT, how="anti")
        replay.moves.remittances.append(new)
        paid = pl.concat([known, new])
        for pool, members in _pools(paid, deliveries):
            figures = weighed_together(pool, holdings(members, home, settings))
            for member in sorted(members):
                _weigh(replay, member, figures, word)
    return replay.moves.report(time.monotonic() - begun)


def _pools(
    paid: pl.DataFrame, deliveries: Iterable[Delivery]
) -> Iterable[tuple[pl.DataFrame, set[Delivery]]]:
    """The payments that deliveries have in common, and all deliveries that these pay."""
    seen: set[Delivery] = set()
    for delivery in deliveries:
        if delivery not in seen:
            pool = pooled(paid, delivery)
            members = members_of(pool) | {delivery}
            seen |= members
            yield pool, members


def _weigh(replay: Replay, delivery: Delivery, together: list[Figure], word: Word | None) -> None:
    """Book how a delivery stands now, and end or begin its entry."""
    manifest, period = delivery
    states = replay.states.filter(manifest=manifest, accounting_period=period)
    before = {(one.what, one.currency): one for one in imbalance.weighed_last(replay, delivery)}
    unread = states.filter("is_open", fault=Fault.SCHEMA_DRIFT.value).height > 0
    now = [one for one in before.values() if not together or one.what != REMITTANCE]
    for one in together:
        last, figure = before.get((one.what, one.currency)), replace(one, is_certain=not unread)
        now.append(last if last is not None and _is_same(last, figure) else figure)
    if word is not None:
        now = [replace(one, word=one.word or word) for one in now]
    rows = [one.row() for one in before.values()]
    changed = [one for one in now if one.row() not in rows]
    if changed:
        replay.moves.control.append(rows_of({delivery: imbalance.whole(now, changed)}))
    _tell(replay, delivery, states, now, changed)


def _is_same(before: Figure, now: Figure) -> bool:
    """Whether nothing has changed in both figures, so that a person's word on them still holds."""
    return (
        (before.declared, before.found) == (now.declared, now.found)
        and before.balance in (now.balance, Balance.ACCEPTED)
        and before.remittances == now.remittances
    )


def _tell(
    replay: Replay,
    delivery: Delivery,
    states: pl.DataFrame,
    figures: list[Figure],
    changed: list[Figure],
) -> None:
    """Free a delivery that balances, and begin the entry of one that no longer does."""
    held = imbalance.holds(states)
    off = [one for one in figures if one.balance is Balance.OFF]
    if held.height and not off:
        lift(replay, held.with_columns(place="kind"))
        accepted = [one for one in changed if one.balance is Balance.ACCEPTED]
        word = accepted[0].word if accepted else None
        if word is not None:
            replay.close(held, Outcome.RELEASED, imbalance.consent(accepted, word))
        else:
            told = described(one for one in figures if one.what == REMITTANCE)
            replay.close(held, Outcome.RESOLVED, f"balanced: {told}")
    if off and not held.height:
        _begin(replay, delivery, off)


def _begin(replay: Replay, delivery: Delivery, off: list[Figure]) -> None:
    """Open the entry of a delivery whose lines were free; what is paid stays so."""
    manifest, period = delivery
    key = {"manifest": manifest, "accounting_period": period}
    entry = pl.DataFrame(
        {
            **key,
            "kind": Kind.MANIFEST.value,
            "fault": Fault.OUT_OF_BALANCE.value,
            "asset": None,
            "lines": 0,
            "detail": f"{described(off)}; its lines were free already",
        },
        schema_overrides={"asset": pl.String()},
    )
    known = replay.states.select("ledger_id", "attempts")
    identified = ledger.group_ids(entry).join(known, on="ledger_id", how="left")
    run = replay.run
    events = ledger.opened(identified, at=run.at, run=run.id, settings=replay.settings)
    replay.moves.write(events, "retry_ledger")
    named = [pl.lit(value).alias(name) for name, value in key.items()]
    replay.moves.alerts.append(imbalance.alerts(off, 0).with_columns(named))
