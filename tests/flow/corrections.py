"""A report that is corrected, the correction, and who says so, for tests of restatements."""

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.flow.replacement import Replacement
from pipeline.vocab import Status
from tests.flow.homes import (
    ALPHA,
    AT,
    BETA,
    ZETA,
    asked,
    frame,
    line,
    report,
    take,
)

NOWHERE = "GBZZZ2600001"
LATER = AT + timedelta(days=1)
HELD, EXCLUDED = Status.HELD.value, Status.EXCLUDED.value
WAITING = [
    line(ZETA, "0.5"),
    line(NOWHERE, "0.75", title="Omega"),
    line(BETA, "7", "XQZ"),
    line(BETA, "?"),
]
"""Of a report: on hold, unmatched, invalid (and so its asset halted), and unreadable."""
FIRST = [*(line(ALPHA, f"{n}.25", quantity=f"{n}") for n in range(1, 13)), *WAITING]
SECOND = [line(ALPHA, "100.25", quantity="9"), *FIRST[1:-1], line(ALPHA, "5", territory="AT")]
"""The same report corrected: one amount and quantity, and the line that could not be read."""
FIRST_PAID, SECOND_PAID = Decimal(81), Decimal(185)
"""1.25 + … + 12.25 = 78 + 12 × 0.25; then 99 more, and 5."""


def delivered(folder: Path, name: str, lines: Sequence[dict[str, str]]) -> Path:
    return report(folder / name, lines)


def paid(home: Path) -> Decimal:
    (found,) = asked(home, "SELECT coalesce(sum(amount), 0) FROM sales")
    return Decimal(found[0])


def of(home: Path, table: str, manifest: str) -> pl.DataFrame:
    """The rows of a table that belong to one manifest."""
    return frame(home, table).filter(manifest=manifest)


def by_period(home: Path) -> dict[str, Decimal]:
    return dict(asked(home, "SELECT accounting_period, sum(amount) FROM sales GROUP BY ALL"))


def replacement(*given: str) -> Replacement:
    return Replacement(given, "corrected prices", "ann")


def correct(home: Path, second: Path, *given: str) -> Any:
    return take(second, home, at=LATER, replacement=replacement(*given))
