"""What the books say of figures that are declared of reports, and how a person answers to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import itemgetter
from pathlib import Path

import duckdb

from pipeline.errors import UsageError
from pipeline.flow import balancing, replay, status
from pipeline.flow.entries import SHORTEST_ID, Choice
from pipeline.flow.moves import ReplayReport
from pipeline.flow.paying import PAYMENT
from pipeline.flow.remitting import Delivery, known_remittances, read_amounts, said_for
from pipeline.settings import Settings
from pipeline.vocab import Balance, Fault

_SETTLED = (Balance.BALANCED, Balance.UNKNOWN)


@dataclass(frozen=True)
class Difference:
    """One figure of a delivery; see `lake.CONTROL`. Clocks are UTC."""

    manifest: str
    accounting_period: str
    source: str | None
    path: str | None
    what: str
    currency: str
    declared: Decimal | None
    found: Decimal | None
    difference: Decimal | None
    tolerance: Decimal
    balance: str
    remittances: str | None
    accepted_by: str | None
    reason: str | None
    at: datetime


@dataclass(frozen=True)
class Payment:
    """One payment in one currency, and the manifests that it pays."""

    remittance: str
    currency: str
    amount: Decimal
    reference: str
    said_by: str
    at: datetime
    manifests: tuple[str, ...]


@dataclass(frozen=True)
class Said:
    """What a person says was paid.

    Attributes:
        amounts: such as `1234.56 EUR`, one a currency.
        name: who says so.
        reference: tells it from another payment of the same amounts for the same reports.
    """

    amounts: Sequence[str]
    name: str
    reference: str = ""


def listed(
    home: Path, settings: Settings, *, manifest: str | None = None, everything: bool = False
) -> list[Difference]:
    """The figures that differ from what is declared, those that are off first.

    Args:
        home: the home folder.
        settings: its settings.
        manifest: only those of a manifest, by its id or the beginning of it.
        everything: those that do not differ, too.
    """
    params = {"manifest": manifest and manifest.lower(), "accounting_period": None}
    with status.session(home, settings) as con:
        found = [Difference(**row) for row in status.rows(con, "control", params)]
    return [one for one in found if everything or one.balance not in _SETTLED]


def payments(home: Path, settings: Settings, manifest: str | None = None) -> list[Payment]:
    """What was paid, for a manifest by its id or the beginning of it, or at all."""
    params = {"manifest": manifest and manifest.lower()}
    with status.session(home, settings) as con:
        rows = status.rows(con, "payments", params)
    found = []
    for _, group in groupby(rows, key=itemgetter("remittance", "currency")):
        own = list(group)
        named = {name: own[0][name] for name in Payment.__dataclass_fields__ if name in own[0]}
        found.append(Payment(**named, manifests=tuple(row["manifest"] for row in own)))
    return found


def accept(
    home: Path, settings: Settings, at: datetime, manifest: str, *, reason: str, name: str
) -> ReplayReport:
    """Take a person's word on whatever is off in a delivery, and judge its lines again.

    Args:
        home: the home folder.
        settings: the lock's.
        at: the run's clock reading, aware.
        manifest: its id, or the beginning of it.
        reason: why, for the ledger.
        name: who says so.

    Raises:
        UsageError: nothing that is off is named; reason or name is blank.
    """
    _refuse_short(manifest)
    choice = Choice(fault=Fault.OUT_OF_BALANCE.value, manifest=manifest)
    return replay.release(home, settings, at, choice, reason=reason, name=name)


def remit(
    home: Path,
    settings: Settings,
    at: datetime,
    manifests: Sequence[str],
    said: Said,
) -> ReplayReport:
    """Take what was paid for deliveries together, and free those that balance by it.

    Args:
        home: the home folder.
        settings: the lock's.
        at: the run's clock reading, aware.
        manifests: their ids, or the beginnings of them.
        said: what was paid for all of them.

    Raises:
        UsageError: a manifest is not in the lake, an amount is none, nobody is named, or the very
            payment is known already.
    """
    if not said.name.strip():
        raise UsageError("no payment is taken without a name", "give --by")
    amounts = read_amounts(said.amounts)
    if not amounts:
        raise UsageError("no amount is given", "give --remittance '1234.56 EUR'")
    with status.session(home, settings) as con:
        deliveries = [_named(con, manifest) for manifest in manifests]
    known = known_remittances(home, settings)
    names = [manifest for manifest, _ in deliveries]
    payment = said_for(amounts, names, known, said.reference.strip(), said.name.strip())
    if not payment.rows(deliveries).join(known, on=PAYMENT, how="anti").height:
        mend = "tell another payment of the same amount from it with --reference"
        raise UsageError("that payment is in the books already", mend)
    return balancing.settle(home, settings, at, deliveries, payment)


def _named(con: duckdb.DuckDBPyConnection, given: str) -> Delivery:
    """The one delivery that a person means."""
    _refuse_short(given)
    params = {"manifest": given.lower(), "accounting_period": None, "latest": 2}
    found = status.rows(con, "reports", params)
    if len(found) != 1:
        what = "begins several that are" if found else "is not"
        raise UsageError(f"{given!r} {what} in the lake", "see `royalty status`")
    return found[0]["manifest"], found[0]["accounting_period"]


def _refuse_short(given: str) -> None:
    if len(given) < SHORTEST_ID:
        mend = f"give {SHORTEST_ID} digits or more"
        raise UsageError(f"{given!r} is too short for a manifest's id", mend)
