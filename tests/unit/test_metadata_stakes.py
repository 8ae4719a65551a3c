"""The order of things by the money at stake, where currencies cannot be compared."""

from decimal import Decimal

import polars as pl

from pipeline.watch.metadata import stakes

EXACT = Decimal("0.000000000000000001")


def money(*rows: tuple[int, str, str]) -> pl.DataFrame:
    """Item, currency and amount; each row is one line of one unit."""
    amounts = [Decimal(amount) for _, _, amount in rows]
    return pl.DataFrame(
        {
            "item": [item for item, _, _ in rows],
            "currency": [currency for _, currency, _ in rows],
            "lines": [1] * len(rows),
            "quantity": [Decimal(1)] * len(rows),
            "amount": amounts,
            "absolute": [abs(amount) for amount in amounts],
        },
        schema_overrides={
            "quantity": pl.Decimal(38, 6),
            "amount": pl.Decimal(38, 18),
            "absolute": pl.Decimal(38, 18),
        },
    )


def ordered(*rows: tuple[int, str, str]) -> list[int]:
    given = money(*rows)
    return stakes.weighed(given.select("item").unique(), given, "item")["item"].to_list()


def test_the_most_comes_first() -> None:
    assert ordered((1, "EUR", "5"), (2, "EUR", "9"), (3, "EUR", "7")) == [2, 3, 1]


def test_a_return_weighs_as_much_as_a_sale() -> None:
    assert ordered((1, "EUR", "5"), (2, "EUR", "-9"), (3, "EUR", "7")) == [2, 3, 1]


def test_the_largest_of_each_currency_come_before_the_second_largest() -> None:
    """9,000 JPY are no more than 9 EUR, but more than 8,000 JPY."""
    rows = [(1, "JPY", "9000"), (2, "JPY", "8000"), (3, "EUR", "9"), (4, "EUR", "1")]
    places = ordered(*rows)
    assert {*places[:2]} == {1, 3}
    assert {*places[2:]} == {2, 4}


def test_an_item_stands_where_its_best_currency_puts_it() -> None:
    assert ordered((1, "EUR", "1"), (1, "JPY", "9000"), (2, "EUR", "9"), (3, "EUR", "5")) == [
        1,
        2,
        3,
    ]


def test_ties_fall_by_lines_and_then_by_item() -> None:
    twice = (3, "EUR", "2.5")
    assert ordered((2, "EUR", "5"), (1, "EUR", "5"), twice, twice) == [3, 1, 2]


def test_sums_are_exact_by_currency_and_what_has_none_comes_last() -> None:
    given = money((7, "EUR", "1"), (7, "EUR", str(EXACT)), (7, "USD", "-2"))
    found = stakes.weighed(pl.DataFrame({"item": [8, 7]}), given, "item").to_dicts()
    assert [(row["item"], row["lines"]) for row in found] == [(7, 3), (8, 0)]
    assert found[0]["money"] == [
        {"currency": "EUR", "lines": 2, "quantity": Decimal(2), "amount": 1 + EXACT},
        {"currency": "USD", "lines": 1, "quantity": Decimal(1), "amount": Decimal(-2)},
    ]
    assert found[1]["money"] == []
