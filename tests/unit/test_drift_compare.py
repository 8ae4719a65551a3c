"""What a period shows against those before it, on sketches whose figures are set by hand."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import numpy as np
import polars as pl
import pytest

from pipeline.contract.columns import DRIFT
from pipeline.vocab_watch import Measure
from pipeline.watch import past
from pipeline.watch.changes import Change, changes
from pipeline.watch.period import Period
from pipeline.watch.sentences import sentence

MONTHS = 24
COLUMNS = [name for name in DRIFT if name not in ("manifest", "source", "month")]
Cells = Mapping[tuple[str, str, str], tuple[int, str]]
"""Units and price by service, territory and usage; a line has a hundred units."""


def noise(month: int, number: int) -> float:
    """A deviation of some two percent, the same each time."""
    return float(np.random.default_rng([month, number]).normal(0, 0.02))


def rows(month: int, cells: Cells, bare: Mapping[str, float]) -> list[dict[str, Any]]:
    """The sketch of a month.

    Args:
        month: 0 is January 2024.
        cells: its lines.
        bare: the share of a service's lines that have no ISRC.
    """
    period = f"{2024 + month // 12}-{month % 12 + 1:02}"
    found = []
    for number, ((service, territory, usage), (units, price)) in enumerate(cells.items()):
        quantity = round(units * (1 + noise(month, number)))
        named = {"accounting_period": period, "service": service, "territory": territory}
        currency = "CAD" if territory == "CA" else "EUR"
        cell = {**named, "currency": currency, "column": "", "value": ""}
        figures = {
            "lines": quantity // 100,
            "quantity": Decimal(quantity),
            "amount": quantity * Decimal(price),
        }
        found.append({**cell, "measure": Measure.ALL, **figures})
        found.append(
            {**cell, "column": "usage", "measure": Measure.VALUE, "value": usage, **figures}
        )
        missing = round(figures["lines"] * bare.get(service, 0.0))
        if missing:
            lost = {"lines": missing, "quantity": Decimal(0), "amount": Decimal(missing)}
            found.append({**cell, "column": "isrc", "measure": Measure.NULL, **lost})
    return found


BASE: dict[tuple[str, str, str], tuple[int, str]] = {
    (service, territory, usage): (units, price)
    for service in ("A", "B", "C")
    for territory, size in (("US", 400_000), ("DE", 200_000), ("FR", 100_000), ("PL", 30_000))
    for usage, units, price in (("premium", size, "0.004"), ("free", 2 * size, "0.001"))
}


def found(
    cells: Cells,
    bare: Mapping[str, float] | None = None,
    *,
    whole: bool = True,
    before: int = MONTHS,
    told: list[dict[str, Any]] | None = None,
    base: Cells = BASE,
) -> list[Change]:
    """What a month with some cells shows after months of others."""
    usual = {"A": 0.02, "B": 0.02, "C": 0.02}
    sketches = [row for month in range(before) for row in rows(month, base, usual)]
    sketches += rows(before, cells, usual if bare is None else {**usual, **bare})
    frame = pl.DataFrame(sketches, schema={name: DRIFT[name] for name in COLUMNS})
    names = sorted(frame["accounting_period"].unique())
    calendar = past.calendar(names[-1], names[:-1])
    assert calendar is not None
    on = past.on(calendar, frame)
    sums = [pl.col(name).sum() for name in ("lines", "quantity", "amount")]
    summed = on.group_by([*COLUMNS[:-3], "place"], maintain_order=True).agg(sums)
    return changes(Period(summed, calendar, told or []), whole=whole)


def where(changed: list[Change]) -> list[tuple[str, str | None, str | None]]:
    return [(one.finding.value, one.test["service"], one.test["territory"]) for one in changed]


def priced(
    factor: str, service: str, territories: tuple[str, ...] = ("US", "DE", "FR", "PL")
) -> Cells:
    """The cells with other prices in some territories of a service."""
    return {
        (own, territory, usage): (
            units,
            str(Decimal(price) * Decimal(factor))
            if own == service and territory in territories
            else price,
        )
        for (own, territory, usage), (units, price) in BASE.items()
    }


def test_a_month_like_the_others_shows_nothing() -> None:
    assert found(BASE) == []


def test_two_percent_less_for_a_unit_is_seen_and_costs_what_it_costs() -> None:
    (change,) = found(priced("0.98", "B"))
    assert where([change]) == [("rate", "B", None)]
    paid = change.test["actual"]
    # Paid are 98 of 100.
    assert float(change.stake.amount) == pytest.approx(-paid / 98 * 2, rel=0.001)
    assert abs(change.limit) > abs(change.test["observed"])
    told = sentence(change, "source")
    assert told.startswith("B pays 0.0019")
    assert told.endswith("EUR less than expected")


def test_a_source_of_one_service_is_told_by_its_own_past_and_not_by_a_default() -> None:
    own = {key: cell for key, cell in BASE.items() if key[0] == "B"}
    cells = {key: cell for key, cell in priced("0.98", "B").items() if key[0] == "B"}
    assert found(own, base=own) == []
    assert where(found(cells, base=own)) == [("rate", "B", None)]
    half = {key: (units // 2, price) for key, (units, price) in own.items()}
    assert where(found(half, base=own)) == [("money", "B", None)]


def test_a_price_that_falls_in_two_currencies_is_one_change_with_both_sums() -> None:
    canada = {("B", "CA", "premium"): (300_000, "0.005"), ("B", "CA", "free"): (500_000, "0.001")}
    cut = {
        key: (units, str(Decimal(price) * Decimal("0.95")))
        for key, (units, price) in canada.items()
    }
    (change,) = found({**priced("0.95", "B"), **cut}, base={**BASE, **canada})
    assert (change.finding.value, change.test["service"]) == ("rate", "B")
    assert [one.currency for one in change.stakes] == ["EUR", "CAD"]
    # 300,000 at 0.005 and 500,000 at 0.001 are 2,000, of which 5 % are missing.
    assert float(change.stakes[1].amount) == pytest.approx(-100, rel=0.05)
    assert sentence(change, "source").endswith(" CAD less than expected")


def test_another_mix_of_usages_at_the_same_prices_is_no_change_of_price() -> None:
    mixed = {
        key: (units * 2 if key[0] == "B" and key[2] == "free" else units, price)
        for key, (units, price) in BASE.items()
    }
    assert "rate" not in {finding for finding, _, _ in where(found(mixed))}


def test_a_price_that_changes_in_one_territory_is_told_there() -> None:
    assert where(found(priced("0.9", "B", ("DE",)))) == [("rate", "B", "DE")]


def test_a_territory_that_is_gone_is_told_once_with_what_it_brought() -> None:
    (change,) = found({key: cell for key, cell in BASE.items() if key[:2] != ("C", "DE")})
    assert where([change]) == [("money", "C", "DE")]
    # 200,000 premium units at 0.004 and 400,000 free ones at 0.001.
    assert float(change.stake.amount) == pytest.approx(-1200, rel=0.05)
    assert sentence(change, "source").startswith("C DE reports nothing any more: 1,")


def test_of_a_period_that_is_not_whole_yet_no_total_is_told() -> None:
    part = {key: cell for key, cell in BASE.items() if key[:2] != ("C", "DE")}
    assert found(part, whole=False) == []
    assert where(found(priced("0.98", "B"), whole=False)) == [("rate", "B", None)]


def test_all_services_that_fall_alike_are_the_source() -> None:
    halved = {key: (units // 3, price) for key, (units, price) in BASE.items()}
    (change,) = found(halved)
    assert where([change]) == [("money", None, None)]
    assert sentence(change, "acme").startswith("acme as a whole brings ")


def test_lines_without_an_isrc_are_counted_with_their_money() -> None:
    (change,) = found(BASE, {"A": 0.1})
    assert (change.finding.value, change.test["service"], change.test["column"]) == (
        "nulls",
        "A",
        "isrc",
    )
    # Each line without one has an amount of 1 in this sketch.
    assert change.stake.amount == change.stake.lines
    assert change.test["observed"] == pytest.approx(0.1, abs=0.01)
    assert change.test["expected"] == pytest.approx(0.02, abs=0.005)


def test_what_most_services_have_in_common_is_told_once() -> None:
    (change,) = found(BASE, {"A": 0.1, "B": 0.1, "C": 0.1})
    assert change.test["service"] is None
    assert sorted(change.services) == ["A", "B", "C"]
    assert sentence(change, "source").startswith("C and 2 more services: no isrc in 10.0 %")


def test_a_territory_never_seen_before_is_told_with_its_share() -> None:
    new = {**BASE, ("A", "XK", "premium"): (300_000, "0.004")}
    unseen = [one for one in found(new) if one.finding == "unseen"]
    assert [(one.test["service"], one.test["column"], one.heaviest) for one in unseen] == [
        ("A", "territory", "XK")
    ]


def test_after_one_month_what_is_plain_is_seen_and_what_is_not_is_not() -> None:
    gone = {key: cell for key, cell in BASE.items() if key[:2] != ("C", "DE")}
    assert where(found(gone, before=1)) == [("money", "C", "DE")]
    assert found(priced("0.98", "B"), before=1) == []


@pytest.mark.parametrize("finding", ["rate", "money", "nulls", "unseen", "shape", "faults"])
def test_whatever_was_told_before_a_period_can_be_judged(finding: str) -> None:
    places = dict.fromkeys(("service", "territory", "currency", "column", "subject"))
    column = {"nulls": "isrc", "unseen": "usage", "shape": "usage"}.get(finding)
    subject = {"shape": "value", "faults": "ISRC_MISSING"}.get(finding)
    told = {**places, "finding": finding, "column": column, "subject": subject, "place": 20}
    assert found(BASE, told=[told]) == []


def test_what_was_told_of_an_earlier_month_is_not_told_again() -> None:
    cells = priced("0.98", "B")
    (change,) = found(cells)
    usual = {"A": 0.02, "B": 0.02, "C": 0.02}
    sketches = [row for month in range(MONTHS) for row in rows(month, BASE, usual)]
    for month in (MONTHS, MONTHS + 1):
        sketches += rows(month, cells, usual)
    frame = pl.DataFrame(sketches, schema={name: DRIFT[name] for name in COLUMNS})
    names = sorted(frame["accounting_period"].unique())
    calendar = past.calendar(names[-1], names[:-1])
    assert calendar is not None
    sums = [pl.col(name).sum() for name in ("lines", "quantity", "amount")]
    on = past.on(calendar, frame).group_by([*COLUMNS[:-3], "place"]).agg(sums)
    told = {**change.test, "place": MONTHS}
    assert {finding for finding, _, _ in where(changes(Period(on, calendar), whole=True))} == {
        "rate"
    }
    assert changes(Period(on, calendar, [told]), whole=True) == []
