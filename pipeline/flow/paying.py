"""What is said to have been paid for reports: by a command, by a file beside one, or before."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl

from pipeline.contract.money import sum_text
from pipeline.errors import ManifestRefused
from pipeline.flow.control import Word
from pipeline.flow.manifest_id import Digest
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
)
from pipeline.read.profiles import load_profiles
from pipeline.settings import Settings
from pipeline.store import lake

KEYS = list(lake.DELIVERY)
PAYMENT = ["remittance", *KEYS, "currency"]
"""What tells the rows of `lake.REMITTANCES` from one another."""


def said_beside(
    path: Path, ending: str, digest: Digest, home: Path, settings: Settings
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
        rows = before.select("currency", "amount").rows()
        told = ", ".join(f"{sum_text(amount)} {currency}" for currency, amount in rows)
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
    opened: Opened, order: Order, digest: Digest, report: Report | None
) -> Remittance | None:
    """What was paid for a report, as the order says, else as a file beside it does.

    Raises:
        ManifestRefused: that file does not say it as it must, or says otherwise than it did.
    """
    if order.remittance is not None or (report is not None and report.error):
        return order.remittance
    ending = opened.profile.spec.remittance
    return said_beside(opened.path, ending, digest, order.home, order.settings)


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
    others = members_of(pooled(pl.concat([known, new]), delivery)) - {delivery}
    held = holdings(others, home, settings)
    return Paid(delivery, new, known, held, remittance.awaits)


def paid_before(delivery: Delivery, home: Path, settings: Settings) -> Paid | None:
    """What was said to be paid for a delivery whose lines are only read now."""
    known = known_remittances(home, settings)
    members = members_of(pooled(known, delivery))
    if not members:
        return None
    held = holdings(members - {delivery}, home, settings)
    return Paid(delivery, known.clear(), known, held)


def members_of(pool: pl.DataFrame) -> set[Delivery]:
    """The deliveries that payments pay."""
    return set(pool.select(KEYS).iter_rows())


def holdings(
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
