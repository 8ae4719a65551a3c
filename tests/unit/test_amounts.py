"""Money in words, as tables."""

from decimal import Decimal

import pytest

from pipeline.report import amounts


@pytest.mark.parametrize(
    ("amount", "told"),
    [
        ("1203.456", "1,203.46 EUR"),
        ("0", "0.00 EUR"),
        ("0.004", "< 0.01 EUR"),
        ("-0.004", "−< 0.01 EUR"),
        ("-1203.455", "−1,203.46 EUR"),
        ("999999999999.994999999999999999", "999,999,999,999.99 EUR"),
        ("12345678901234567890.5", "12,345,678,901,234,567,890.50 EUR"),
    ],
)
def test_a_short_amount_has_two_decimals_and_its_currency(amount: str, told: str) -> None:
    assert amounts.short(Decimal(amount), "EUR") == told


def test_money_without_a_currency_says_so() -> None:
    assert amounts.short(Decimal(1), "") == "1.00 (none)"


@pytest.mark.parametrize(
    ("amount", "places", "told"),
    [
        ("1234.500000000000000000", 2, "1,234.50"),
        ("0.000000000000000001", 2, "0.000000000000000001"),
        ("1.5", 6, "1.500000"),
        ("-1", 2, "−1.00"),
        ("0", 6, "0"),
        (None, 2, "–"),
    ],
)
def test_an_exact_amount_keeps_every_digit(amount: str | None, places: int, told: str) -> None:
    given = None if amount is None else Decimal(amount)
    assert amounts.exact(given, places=places) == told


@pytest.mark.parametrize(
    ("part", "whole", "told"),
    [
        ("1", "3", "33.3 %"),
        ("0", "3", "0.0 %"),
        ("3", "3", "100.0 %"),
        ("0.0001", "3", "< 0.1 %"),
        ("2.9999999", "3", "> 99.9 %"),
        ("3.0000001", "3", "> 100.0 %"),
        ("-1", "4", "−25.0 %"),
        ("1", "0", "–"),
    ],
)
def test_a_share_never_rounds_to_all_or_nothing(part: str, whole: str, told: str) -> None:
    assert amounts.share(Decimal(part), Decimal(whole)) == told


@pytest.mark.parametrize(
    ("now", "then", "told"),
    [
        ("82", "100", "down 18.0 %"),
        ("250", "100", "up 150.0 %"),
        ("100", "100", "unchanged"),
        ("5", "0", "new"),
        ("-5", "-10", "up 50.0 %"),
    ],
)
def test_a_change_says_its_direction(now: str, then: str, told: str) -> None:
    assert amounts.change(Decimal(now), Decimal(then)) == told


def test_a_total_is_exact() -> None:
    given = [Decimal("99999999999999999999.999999999999999999"), Decimal("0.000000000000000001")]
    assert amounts.total(given) == Decimal(100000000000000000000)
