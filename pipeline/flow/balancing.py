"""Deliveries that were paid together are weighed together: those that balance at last are free."""

import hashlib
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import polars as pl

from pipeline.errors import ManifestRefused
from pipeline.faults import ledger
from pipeline.flow import imbalance
from pipeline.flow.control import REMITTANCE, Figure, Word, described, rows_of
from pipeline.flow.moves import ReplayReport
from pipeline.flow.opening import Opened
from pipeline.flow.order import Order
from pipeline.flow.outcome import Report
from pipeline.flow.remitting import (
    Delivery,
    Holding,
    Paid,
    Remittance,
    holdings_of,
    known_remittances,
    pooled,
    read_amounts,
    said_for,
    sidecar,
    weighed_together,
)
from pipeline.flow.replay import lift
from pipeline.flow.replaying import Replay, replaying
from pipeline.read.profiles import load_profiles
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.vocab import Balance, Fault, Kind, ManifestState, Outcome

KEYS = list(lake.DELIVERY)
PAYMENT = ["remittance", *KEYS, "currency"]
"""What tells the rows of `lake.REMITTANCES` from one another."""


def said_beside(
    path: Path, ending: str, digest: Future[str], home: Path, settings: Settings
) -> Remittance | None:
    """What a file beside a report says was paid for it; None where there is none.

    Raises:
        ManifestRefused: it does not say it as it must, or says otherwise than it did.
    """
    beside = sidecar(path, ending)
    if beside is None:
        return None
    file, amounts = beside
    manifest = digest.result()
    known = known_remittances(home, settings)
    said = said_for(amounts, [manifest], known, file.name, file.name)
    before = known.filter(manifest=manifest, reference=file.name)
    if before.height and said.name not in before["remittance"]:
        told = ", ".join(
            f"{amount:f} {currency}"
            for currency, amount in before.select("currency", "amount").rows()
        )
        raise ManifestRefused(
            f"{file} said {told} when the report was taken",
            "say the difference: royalty control remit MANIFEST --remittance 'AMOUNT CURRENCY'",
        )
    return said


def said_by_command(
    home: Path, settings: Settings, paths: Sequence[Path], texts: Sequence[str]
) -> Remittance | None:
    """What a command says was paid for the reports that it takes in, for all of them together.

    Raises:
        UsageError: it says no amounts.
    """
    amounts = read_amounts(texts)
    if not amounts:
        return None
    manifests = []
    for path in filter(Path.is_file, paths):
        with path.open("rb") as file:
            manifests.append(hashlib.file_digest(file, "sha256").hexdigest())
    known = known_remittances(home, settings)
    return said_for(amounts, manifests, known, said_by="--remittance")


def remittance_for(
    opened: Opened, order: Order, digest: Future[str], report: Report | None
) -> Remittance | None:
    """What was paid for a report, as the order says, else as a file beside it does.

    Raises:
        ManifestRefused: that file does not say it as it must, or says otherwise than it did.
    """
    if order.remittance is not None or (report is not None and report.error):
        return order.remittance
    ending = opened.profile.spec.remittance
    return said_beside(opened.path, ending, digest, order.home, order.settings)


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


def in_turn(
    paths: Sequence[Path], remittance: Remittance | None, word: Word | None
) -> Iterator[tuple[Path, Remittance | None, Word | None]]:
    """Each report with what is said of it.

    While others are still to come that are paid together, a difference is no matter for a person.
    """
    for left, path in zip(reversed(range(len(paths))), paths, strict=True):
        if remittance is None:
            yield path, None, word
        else:
            yield path, replace(remittance, awaits=left), None if left else word


def paid_for(
    delivery: Delivery, remittance: Remittance | None, home: Path, settings: Settings
) -> Paid | None:
    """What is said to be paid for a delivery that is not in the lake yet, and with what others."""
    if remittance is None:
        return None
    known = known_remittances(home, settings)
    new = remittance.rows([delivery])
    others = _members(pooled(pl.concat([known, new]), delivery)) - {delivery}
    holdings = _holdings(others, home, settings)
    return Paid(delivery, new, known, holdings, remittance.awaits)


def paid_before(delivery: Delivery, home: Path, settings: Settings) -> Paid | None:
    """What was said to be paid for a delivery whose lines are only read now."""
    known = known_remittances(home, settings)
    members = _members(pooled(known, delivery))
    if not members:
        return None
    holdings = _holdings(members - {delivery}, home, settings)
    return Paid(delivery, known.clear(), known, holdings)


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
            figures = weighed_together(pool, _holdings(members, home, settings))
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
            members = _members(pool) | {delivery}
            seen |= members
            yield pool, members


def _members(pool: pl.DataFrame) -> set[Delivery]:
    return set(pool.select(KEYS).iter_rows())


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


def _holdings(
    deliveries: Iterable[Delivery], home: Path, settings: Settings
) -> Mapping[Delivery, Holding]:
    """What deliveries in the lake hold, with what their profiles tolerate today."""
    asked = list(deliveries)
    if not asked:
        return {}
    with lake.reading(home, settings) as con:
        reported: pl.DataFrame = con.sql("FROM reported").pl()
        manifests: pl.DataFrame = con.sql("FROM manifests").pl()
    sources = {
        (manifest, period): source
        for manifest, period, source in manifests.select(*KEYS, "source").iter_rows()
    }
    tolerances = {one.name: one.spec.tolerance for one in load_profiles(home)}
    return dict(holdings_of(asked, reported, sources, tolerances))
