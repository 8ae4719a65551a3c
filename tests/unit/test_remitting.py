"""Payments and the reports that they have in common, as tables worked out by hand."""

from decimal import Decimal
from typing import Any

import polars as pl
import pytest

from pipeline.flow.control import Slack
from pipeline.flow.remitting import Holding, pooled, said_for, weighed_together
from pipeline.store import lake

A, B, C, D = (("a", "2026-07"), ("b", "2026-07"), ("c", "2026-08"), ("d", ""))
PAID = {
    # payment: its amounts, and the deliveries that it pays
    "one": ({"EUR": "10"}, [A, B]),
    "two": ({"EUR": "5", "USD": "1"}, [B, C]),
    "three": ({"EUR": "7"}, [D]),
}
HELD = {A: {"EUR": "4"}, B: {"EUR": "6.5"}, C: {"EUR": "4.5", "USD": "1"}, D: {"GBP": "2"}}


def remittances() -> pl.DataFrame:
    rows = [
        (name, *delivery, currency, Decimal(amount), "", "ann")
        for name, (amounts, deliveries) in PAID.items()
        for delivery in deliveries
        for currency, amount in amounts.items()
    ]
    return pl.DataFrame(rows, schema=lake.REMITTANCES, orient="row")


@pytest.mark.parametrize("delivery", [A, B, C])
def test_payments_reach_one_another_by_the_reports_that_they_share(
    delivery: tuple[str, str],
) -> None:
    pool = pooled(remittances(), delivery)
    assert set(pool["remittance"]) == {"one", "two"}
    assert set(pool.select(*lake.DELIVERY).rows()) == {A, B, C}


def test_a_report_that_nothing_was_paid_for_has_no_pool() -> None:
    assert pooled(remittances(), ("e", "2026-07")).height == 0


SUMS: dict[str, tuple[Any, list[tuple[str, str, str]]]] = {
    # 10 + 5 against 4 + 6.5 + 4.5, and 1 against 1
    "three reports by two payments": (A, [("EUR", "15", "15"), ("USD", "1", "1")]),
    "a currency that nothing was paid in": (D, [("EUR", "7", "0"), ("GBP", "0", "2")]),
}


@pytest.mark.parametrize("case", SUMS)
def test_each_payment_counts_once_and_each_report_too(case: str) -> None:
    delivery, expected = SUMS[case]
    holdings = {
        one: Holding(
            {currency: Decimal(amount) for currency, amount in amounts.items()},
            dict.fromkeys(amounts, Slack(Decimal("0.1"), Decimal("0.2"))),
        )
        for one, amounts in HELD.items()
    }
    found = weighed_together(pooled(remittances(), delivery), holdings)
    assert [(one.currency, one.declared, one.found) for one in found] == [
        (currency, Decimal(declared), Decimal(held)) for currency, declared, held in expected
    ]
    tolerated = {one.currency: one.slack for one in found}
    if delivery == A:
        # Of three reports; of the one that holds any USD.
        assert tolerated["EUR"] == Slack(Decimal("0.3"), Decimal("0.6"))
        assert tolerated["USD"] == Slack(Decimal("0.1"), Decimal("0.2"))


SAME: dict[str, tuple[dict[str, str], list[str], str, bool]] = {
    # amounts, manifests and reference said again: whether it is payment `one`
    "the same": ({"EUR": "10.00"}, ["b", "a"], "", True),
    "for one of them and another": ({"EUR": "10"}, ["a", "x"], "", True),
    "other amounts": ({"EUR": "10.01"}, ["a", "b"], "", False),
    "one currency more": ({"EUR": "10", "USD": "1"}, ["a"], "", False),
    "another reference": ({"EUR": "10"}, ["a", "b"], "second", False),
    "for other reports": ({"EUR": "10"}, ["c"], "", False),
}


@pytest.mark.parametrize("case", SAME)
def test_a_payment_said_again_is_the_same(case: str) -> None:
    amounts, manifests, reference, is_one = SAME[case]
    said = {currency: Decimal(amount) for currency, amount in amounts.items()}
    payment = said_for(said, manifests, remittances(), reference)
    assert (payment.name == "one") == is_one
    assert said_for(said, manifests[::-1], remittances(), reference).name == payment.name
