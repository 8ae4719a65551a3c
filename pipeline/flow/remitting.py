"""What was paid for reports: one payment for several of them, and several for one.

Deliveries that a payment has in common, directly or by others, are weighed together: all that was
paid for them, in each currency, against all that they hold. Whatever they hold in a currency that
nothing was paid in is off by all of it.
"""

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

import polars as pl

from pipeline.contract.currencies import ACTIVE, WITHDRAWN
from pipeline.contract.money import sum_text
from pipeline.errors import ManifestRefused, UsageError
from pipeline.flow.control import EXACT, REMITTANCE, Figure, Slack
from pipeline.read.profile_spec import Tolerance
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.store.layout import books_path

Delivery = tuple[str, str]
"""A manifest and its accounting period."""

_SAID = re.compile(r"\s*([+-]?[0-9]{1,12}(?:\.[0-9]{1,18})?)\s+([A-Z]{3})\s*")
_MEND = "write it as '1234.56 EUR', with a decimal point"
_NAME_DIGITS = 16


@dataclass(frozen=True)
class Remittance:
    """One payment.

    Attributes:
        name: tells it from others; the same payment said again has the same.
        amounts: by currency.
        reference: what tells it from another of the same amounts for the same reports.
        said_by: who or what says so.
        awaits: how many of the reports that it pays are still to be taken in.
    """

    name: str
    amounts: Mapping[str, Decimal]
    reference: str
    said_by: str
    awaits: int = 0

    def rows(self, deliveries: Iterable[Delivery]) -> pl.DataFrame:
        """The rows of `lake.REMITTANCES` for the deliveries that it pays."""
        rows = [
            (self.name, *delivery, currency, amount, self.reference, self.said_by)
            for delivery in deliveries
            for currency, amount in self.amounts.items()
        ]
        return pl.DataFrame(rows, schema=lake.REMITTANCES, orient="row")


@dataclass(frozen=True)
class Holding:
    """What a delivery holds, whatever became of its lines: amount and slack by currency."""

    amounts: Mapping[str, Decimal]
    slack: Mapping[str, Slack]

    @classmethod
    def of(cls, reported: pl.DataFrame, tolerance: Tolerance) -> "Holding":
        """From its sums: `currency`, `lines`, `amount`."""
        rows = reported.select("currency", "lines", "amount").rows()
        return cls(
            {currency: amount for currency, _, amount in rows},
            {currency: Slack.of(tolerance, amount, lines) for currency, lines, amount in rows},
        )


@dataclass(frozen=True)
class Paid:
    """What was paid for a delivery that is being taken in, and for those paid together with it.

    Attributes:
        delivery: the one.
        new: its rows in `lake.REMITTANCES`.
        known: all rows that are in the books.
        others: what the others hold.
        awaits: how many that are paid together with it are still to be taken in.
    """

    delivery: Delivery
    new: pl.DataFrame
    known: pl.DataFrame
    others: Mapping[Delivery, Holding] = field(default_factory=dict)
    awaits: int = 0

    def figures(self, own: Holding) -> list[Figure]:
        """What was paid against what is held, by currency.

        Args:
            own: what the delivery holds.
        """
        pool = pooled(pl.concat([self.known, self.new]), self.delivery)
        return weighed_together(pool, {**self.others, self.delivery: own})


def pooled(remittances: pl.DataFrame, delivery: Delivery) -> pl.DataFrame:
    """The rows of all payments that a delivery has in common with others, each once."""
    rows = remittances.unique(["remittance", *lake.DELIVERY, "currency"], maintain_order=True)
    reached = pl.DataFrame([delivery], schema=lake.DELIVERY, orient="row")
    while True:
        names = rows.join(reached, on=list(lake.DELIVERY), how="semi")["remittance"].unique()
        pool = rows.filter(pl.col("remittance").is_in(names.implode()))
        wider = pool.select(*lake.DELIVERY).unique()
        if wider.height <= reached.height:
            return pool.sort("remittance", "currency", *lake.DELIVERY)
        reached = wider


def weighed_together(pool: pl.DataFrame, holdings: Mapping[Delivery, Holding]) -> list[Figure]:
    """What was paid by a pool of payments against what its deliveries hold, by currency."""
    if not pool.height:
        return []
    payments = pool.unique(["remittance", "currency"], maintain_order=True)
    paid = _sums(payments.select("currency", "amount").iter_rows())
    members = [holdings[one] for one in pool.select(*lake.DELIVERY).unique().iter_rows()]
    held = _sums(pair for member in members for pair in member.amounts.items())
    asked = sorted(paid.keys() | {currency for currency, amount in held.items() if amount})
    return [
        Figure(
            REMITTANCE,
            paid.get(currency, Decimal(0)),
            held.get(currency, Decimal(0)),
            currency,
            sum((member.slack.get(currency, Slack()) for member in members), Slack()),
            remittances=payments["remittance"][0],
        )
        for currency in asked
    ]


def _sums(pairs: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for currency, amount in pairs:
        found[currency] = EXACT.add(found.get(currency, Decimal(0)), amount)
    return found


def read_amounts(texts: Sequence[str]) -> dict[str, Decimal]:
    """Amounts by currency, as in `1234.56 EUR`.

    Raises:
        UsageError: one is no amount of a currency, or a currency stands twice.
    """
    found: dict[str, Decimal] = {}
    for text in texts:
        said = _SAID.fullmatch(text)
        if said is None or said[2] not in ACTIVE | WITHDRAWN.keys():
            raise UsageError(f"{text.strip()!r} is no amount of a currency", _MEND)
        if said[2] in found:
            raise UsageError(f"{said[2]} stands twice", "give one amount for each currency")
        found[said[2]] = Decimal(said[1])
    return found


def said_for(
    amounts: Mapping[str, Decimal],
    manifests: Sequence[str],
    known: pl.DataFrame,
    reference: str = "",
    said_by: str = "",
) -> Remittance:
    """The payment that somebody means who says amounts for reports.

    Said again for one of them, with the same amounts and the same reference, it is the same
    payment, and the others are reports that it pays too.

    Args:
        amounts: by currency.
        manifests: the reports.
        known: all rows that are in the books.
        reference: tells it from another one of the same amounts.
        said_by: who says so.
    """
    mine = known.filter(
        pl.col("manifest").is_in(list(manifests)) & (pl.col("reference") == reference)
    )
    for name in mine["remittance"].unique(maintain_order=True):
        of_name = mine.filter(remittance=name)
        if dict(of_name.select("currency", "amount").unique().iter_rows()) == dict(amounts):
            return Remittance(name, amounts, reference, said_by)
    facts = [f"{sum_text(amount)} {currency}" for currency, amount in sorted(amounts.items())]
    text = "\n".join([*facts, reference, *sorted(manifests)])
    name = hashlib.sha256(text.encode()).hexdigest()[:_NAME_DIGITS]
    return Remittance(name, amounts, reference, said_by)


def sidecar(path: Path, ending: str) -> tuple[Path, dict[str, Decimal]] | None:
    """What a file beside a report says was paid for it; None where there is none.

    Raises:
        ManifestRefused: it does not say it as it must.
    """
    beside = path.with_name(path.name + ending)
    if not beside.is_file():
        return None
    lines = [line for line in beside.read_text("utf-8", "replace").splitlines() if line.strip()]
    try:
        amounts = read_amounts(lines)
    except UsageError as error:
        raise ManifestRefused(f"{beside}: {error.what}", f"{error.mend}, one a line") from error
    if not amounts:
        raise ManifestRefused(f"{beside} says no amount", f"{_MEND}, or take it away")
    return beside, amounts


def known_remittances(home: Path, settings: Settings) -> pl.DataFrame:
    """The rows of `lake.REMITTANCES` that are in the books.

    Raises:
        LakeBusy, LakeDamaged: as `lake.reading`.
    """
    if not books_path(home.resolve()).exists():
        return pl.DataFrame(schema=lake.REMITTANCES)
    with lake.reading(home, settings) as con:
        rows: pl.DataFrame = con.sql("FROM remittances").pl()
    return rows.select(pl.col(name).cast(dtype) for name, dtype in lake.REMITTANCES.items())


def holdings_of(
    deliveries: Iterable[Delivery],
    reported: pl.DataFrame,
    sources: Mapping[Delivery, str],
    tolerances: Mapping[str, Tolerance],
) -> Iterator[tuple[Delivery, Holding]]:
    """What deliveries in the lake hold.

    Args:
        deliveries: which.
        reported: one row per delivery and currency.
        sources: the source of each delivery.
        tolerances: by source; nothing is tolerated where its profile is gone.
    """
    for manifest, period in deliveries:
        own = reported.filter(manifest=manifest, accounting_period=period)
        tolerance = tolerances.get(sources.get((manifest, period), ""), Tolerance())
        yield (manifest, period), Holding.of(own, tolerance)
