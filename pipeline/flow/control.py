"""What is declared of a report against what it holds: counts exactly, money within a tolerance."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Context, Decimal
from typing import Any

import polars as pl

from pipeline.contract.money import sum_text
from pipeline.errors import UsageError
from pipeline.read.profile_spec import Tolerance
from pipeline.store import lake
from pipeline.vocab import Balance, Fault

EXACT = Context(prec=76)
"""More digits than two sums of Decimal(38, 18) have together."""

AMOUNT, QUANTITY, LINES, REMITTANCE, FILES = "amount", "quantity", "lines", "remittance", "files"
TOTAL_LINE = "total_line"
"""A sum that a report states in the midst of its lines, where it is read as one of them."""


@dataclass(frozen=True)
class Word:
    """A person's word that a difference is accepted."""

    reason: str
    name: str

    @classmethod
    def of(cls, reason: str | None, name: str | None) -> "Word | None":
        """The word, where one is given.

        Raises:
            UsageError: a reason without a name, or the other way round.
        """
        if reason is None and name is None:
            return None
        if not (reason or "").strip() or not (name or "").strip():
            raise UsageError(
                "no difference is accepted without a reason and a name",
                "give --accept-difference REASON and --by NAME",
            )
        return cls(str(reason).strip(), str(name).strip())


@dataclass(frozen=True)
class Slack:
    """How far what is found may be below and above what is declared."""

    below: Decimal = Decimal(0)
    above: Decimal = Decimal(0)

    @classmethod
    def of(cls, tolerance: Tolerance, amount: Decimal, lines: int) -> "Slack":
        """What a profile tolerates of an amount that lines sum to."""
        each = EXACT.multiply(tolerance.rounding_per_line, Decimal(lines))
        rounding = EXACT.add(tolerance.rounding, each)
        withheld = EXACT.add(tolerance.fees, EXACT.multiply(tolerance.tax, abs(amount)))
        return cls(rounding, EXACT.add(rounding, withheld))

    def __add__(self, other: "Slack") -> "Slack":
        """That of both together."""
        return Slack(EXACT.add(self.below, other.below), EXACT.add(self.above, other.above))


@dataclass(frozen=True)
class Figure:
    """One figure that is declared, and what was found.

    Attributes:
        what: `lines`, `quantity`, `amount`, `total_line`, `remittance`, or a count of the format's
            own.
        declared: None where nothing readable is.
        found: None where the lines give no such sum.
        currency: '' where it is no money.
        slack: how far money may be from what is declared.
        is_certain: whether this file alone tells both.
        remittances: the name that deliveries have in common which were paid together.
        word: that of the person who accepts the difference.
        note: what else is to be said of it.
    """

    what: str
    declared: Decimal | None
    found: Decimal | None
    currency: str = ""
    slack: Slack = Slack()
    is_certain: bool = True
    remittances: str | None = None
    word: Word | None = None
    note: str = ""

    @property
    def difference(self) -> Decimal | None:
        """Found less declared; None where one of them is not known."""
        if self.declared is None or self.found is None:
            return None
        return EXACT.subtract(self.found, self.declared)

    @property
    def tolerance(self) -> Decimal:
        """How far the difference may be from nothing, in its direction."""
        return self.slack.above if (self.difference or 0) > 0 else self.slack.below

    @property
    def balance(self) -> Balance:
        """How both stand to each other."""
        if not self.is_certain:
            return Balance.UNKNOWN
        difference = self.difference
        if difference == 0:
            return Balance.BALANCED
        if difference is not None and abs(difference) <= self.tolerance:
            return Balance.TOLERATED
        return Balance.OFF if self.word is None else Balance.ACCEPTED

    def __str__(self) -> str:
        """Both figures and their difference."""
        told = [
            f"{name} {_text(value, self.currency)}"
            for name, value in (("declared", self.declared), ("found", self.found))
        ]
        if self.difference is not None:
            told.append(f"difference {_text(self.difference, self.currency)}")
        note = f" ({self.note})" if self.note else ""
        return f"{self.what}: {', '.join(told)}{note}"

    def as_json(self) -> dict[str, Any]:
        """Both figures; counts as numbers, what may have decimals as text."""
        plain = _as_text if self.currency or self.what in (AMOUNT, QUANTITY) else _as_number
        told: dict[str, Any] = {
            "declared": plain(self.declared),
            "found": plain(self.found),
            "difference": plain(self.difference),
            "balance": self.balance.value,
        }
        if self.currency:
            told |= {"currency": self.currency, "tolerance": sum_text(self.tolerance)}
        if self.word is not None and self.balance is Balance.ACCEPTED:
            told["accepted_by"] = self.word.name
        return told

    def row(self) -> dict[str, Any]:
        """The figure as `lake.CONTROL` holds it, without its delivery."""
        word = self.word if self.balance is Balance.ACCEPTED else None
        return {
            "what": self.what,
            "currency": self.currency,
            "declared": self.declared,
            "found": self.found,
            "difference": self.difference,
            "tolerance": self.tolerance,
            "balance": self.balance.value,
            "remittances": self.remittances,
            "accepted_by": word and word.name,
            "reason": word and word.reason,
        }


def _text(value: Decimal | None, currency: str) -> str:
    return "nothing that can be told" if value is None else f"{sum_text(value)} {currency}".strip()


def _as_text(value: Decimal | None) -> str | None:
    return None if value is None else sum_text(value)


def _as_number(value: Decimal | None) -> int | None:
    return None if value is None else int(value)


@dataclass(frozen=True)
class Control:
    """All that is declared of a delivery.

    Attributes:
        figures: each with what was found.
        remitted: what is new in the books of what was paid for it; the rows of `lake.REMITTANCES`.
        awaits: how many reports that are paid together with it are still to be taken in.
    """

    figures: tuple[Figure, ...] = ()
    remitted: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=lake.REMITTANCES))
    awaits: int = 0

    @property
    def off(self) -> tuple[Figure, ...]:
        """The figures that hold the delivery."""
        return tuple(one for one in self.figures if one.balance is Balance.OFF)

    @property
    def accepted(self) -> tuple[Figure, ...]:
        """The figures that would, but for a person's word."""
        return tuple(one for one in self.figures if one.balance is Balance.ACCEPTED)

    @property
    def faults(self) -> dict[Fault, str]:
        """The fault of the delivery as a whole, with both figures; none where all is well."""
        return {Fault.OUT_OF_BALANCE: described(self.off)} if self.off else {}

    @property
    def told(self) -> dict[str, Any]:
        """Each figure by its name, as JSON values."""
        return {f"{one.what} {one.currency}".strip(): one.as_json() for one in self.figures}

    def rows(self, manifest: str, accounting_period: str) -> pl.DataFrame:
        """The rows of `lake.CONTROL`."""
        return rows_of({(manifest, accounting_period): self.figures})


def described(figures: Iterable[Figure]) -> str:
    """Figures in one sentence."""
    return "; ".join(map(str, figures))


def rows_of(figures: Mapping[tuple[str, str], Iterable[Figure]]) -> pl.DataFrame:
    """The rows of `lake.CONTROL` of several deliveries."""
    rows = [
        {"manifest": manifest, "accounting_period": period, **one.row()}
        for (manifest, period), own in figures.items()
        for one in own
    ]
    return pl.DataFrame(rows, schema=lake.CONTROL)
