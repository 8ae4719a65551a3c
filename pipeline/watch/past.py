"""A source's periods on their calendar: those before, and the one that is judged."""

import re
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.watch.panel import PLACE

MOST_YEARS = 3
"""What is older tells of another time."""
_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(\d{4})Q([1-4])")


@dataclass(frozen=True)
class Calendar:
    """The periods of a source, without gaps, the last being the one that is judged.

    Attributes:
        first: the ordinal of the earliest.
        last: the ordinal of the one that is judged.
        a_year: periods of a year.
        reported: whether the source reported in each.
    """

    first: int
    last: int
    a_year: int
    reported: npt.NDArray[np.bool_]

    @property
    def periods(self) -> int:
        """How many, the one that is judged included."""
        return self.last - self.first + 1


def ordinal(period: str) -> tuple[int, int] | None:
    """Periods of a year and the number of one; None where it is neither month nor quarter."""
    for form, a_year in ((_MONTH, 12), (_QUARTER, 4)):
        if found := form.fullmatch(period):
            return a_year, int(found[1]) * a_year + int(found[2]) - 1
    return None


def calendar(period: str, earlier: list[str]) -> Calendar | None:
    """The periods before one, as far as they are of its kind and no more than `MOST_YEARS` old.

    None where the period is not told, or the source reported in none before.
    """
    own = ordinal(period)
    if own is None:
        return None
    a_year, last = own
    numbers = {number for kind, number in filter(None, map(ordinal, earlier)) if kind == a_year}
    known = {number for number in numbers if last - MOST_YEARS * a_year <= number < last}
    if not known:
        return None
    first = min(known)
    reported = np.array([number in known or number == last for number in range(first, last + 1)])
    return Calendar(first, last, a_year, reported)


def on(calendar: Calendar, rows: pl.DataFrame) -> pl.DataFrame:
    """Rows with the number of their period on a calendar as `place`; those off it are left out.

    Args:
        calendar: the source's.
        rows: with `accounting_period`.
    """
    names = rows["accounting_period"].unique().to_list()
    found = {name: ordinal(name) for name in names}
    places = {
        name: known[1] - calendar.first
        for name, known in found.items()
        if known is not None
        and known[0] == calendar.a_year
        and calendar.first <= known[1] <= calendar.last
    }
    placed = pl.DataFrame(
        {"accounting_period": list(places), PLACE: list(places.values())},
        schema={"accounting_period": pl.String, PLACE: pl.Int64},
    )
    return rows.join(placed, on="accounting_period")
