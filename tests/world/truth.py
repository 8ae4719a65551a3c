"""What is known of a manifest because it was made: counts and exact sums."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Context, Decimal

import polars as pl

from tests.world.damage import KINDS, Planted, reported_currency

DECIMALS = 10
_EXACT = Context(prec=60)


@dataclass
class Truth:
    """Counts and exact sums, grown chunk by chunk; money in units of 10⁻¹⁰."""

    planted: Counter[Planted] = field(default_factory=Counter)
    amounts: Counter[str] = field(default_factory=Counter)
    planted_amounts: dict[Planted, Counter[str]] = field(default_factory=dict)
    readable: int = 0

    def sound(self, sums: pl.DataFrame) -> None:
        """Adds lines that nothing befell: currency, units, lines."""
        for currency, units, lines in sums.iter_rows():
            self.amounts[currency] += units
            self.readable += lines

    def bad(self, planted: Planted, text: str, units: int) -> None:
        """Adds one bad line; its amount counts where its record and its amount can be read."""
        self.planted[planted] += 1
        if KINDS[planted].structural or KINDS[planted].amount_lost:
            return
        currency = reported_currency(text)
        self.readable += 1
        self.amounts[currency] += units
        self.planted_amounts.setdefault(planted, Counter())[currency] += units

    def document(self) -> dict[str, object]:
        """The counts, and the sums as decimal text."""
        return {
            "readable_lines": self.readable,
            "unreadable_lines": sum(
                count
                for planted, count in self.planted.items()
                if KINDS[planted].structural or KINDS[planted].amount_lost
            ),
            "amounts": _texts(self.amounts),
            "planted": {
                planted.value: {
                    "fault": kind.fault.value if kind.fault else None,
                    "lines": self.planted[planted],
                    "amounts": _texts(self.planted_amounts.get(planted, Counter())),
                }
                for planted, kind in KINDS.items()
                if self.planted[planted]
            },
        }


def money_text(units: int) -> str:
    """Units of 10⁻¹⁰ as decimal text."""
    return f"{Decimal(units).scaleb(-DECIMALS, _EXACT):f}"


def _texts(units: Counter[str]) -> dict[str, str]:
    return {currency: money_text(units[currency]) for currency in sorted(units)}
