"""Exact decimals: what is read, and that nothing is ever rounded."""

from decimal import Decimal

import polars as pl
import pytest

from pipeline.contract import columns, money

AMOUNTS = [
    ("1", "1"),
    ("-1.50", "-1.5"),
    ("+2", "2"),
    (".5", "0.5"),
    ("5.", "5"),
    ("00012.50", "12.5"),
    ("-0", "0"),
    ("0.000000000000000001", "0.000000000000000001"),
    ("0.123456789012345678", "0.123456789012345678"),
    ("0.1234567890123456780000", "0.123456789012345678"),
    ("999999999999.999999999999999999", "999999999999.999999999999999999"),
    ("-999999999999.999999999999999999", "-999999999999.999999999999999999"),
    ("00000000000000000000000000000000000000000001", "1"),
    ("0.1234567890123456785", None),
    ("0.0000000000000000001", None),
    ("1000000000000", None),
    ("-1000000000000.00", None),
    ("99999999999999999999999999999999999999999", None),
    ("1e3", "1000"),
    ("1E-3", "0.001"),
    ("9.1E-05", "0.000091"),
    ("-4.0E-4", "-0.0004"),
    (".25e+1", "2.5"),
    ("25.e-1", "2.5"),
    ("1.234567890123456789e1", "12.34567890123456789"),
    ("123456789e-20", None),
    ("12345678900e-20", "0.000000000123456789"),
    ("0.000001e12", "1000000"),
    ("1e-18", "0.000000000000000001"),
    ("1e-19", None),
    ("1e-30", None),
    ("0e-30", "0"),
    ("1e12", None),
    ("1e99", None),
    ("1e-999", None),
    ("e5", None),
    (".e5", None),
    ("1e", None),
    ("1e5.0", None),
    ("1e1e1", None),
    ("1 e5", None),
    ("inf", None),
    ("-Infinity", None),
    ("NaN", None),
    ("1_000", None),
    ("1,000.50", None),
    ("1,5", None),
    ("(3.50)", None),
    ("3.50-", None),
    (" 1", None),
    ("1 ", None),
    ("1\n", None),
    ("--1", None),
    ("1.2.3", None),
    ("-", None),
    ("+", None),
    (".", None),
    ("0x1F", None),
    ("\N{DEVANAGARI DIGIT ONE}", None),
    ("1\x00", None),
    ("ten euro", None),
    ("", None),
    (None, None),
]
TEXTS = [text for text, _ in AMOUNTS]
VALUES = [None if value is None else Decimal(value) for _, value in AMOUNTS]


def test_amounts_by_expression() -> None:
    frame = pl.DataFrame({"amount": TEXTS}).select(money.amount(pl.col("amount")))
    assert frame.dtypes == [columns.AMOUNT]
    assert dict(zip(TEXTS, frame["amount"], strict=True)) == dict(zip(TEXTS, VALUES, strict=True))


def test_amounts_by_column() -> None:
    read = money.read_amounts(pl.Series("amount", TEXTS))
    assert read.dtype == columns.AMOUNT
    assert dict(zip(TEXTS, read, strict=True)) == dict(zip(TEXTS, VALUES, strict=True))


@pytest.mark.parametrize(("text", "value"), AMOUNTS)
def test_amounts_alone(text: str | None, value: str | None) -> None:
    """Each cell alone: no neighbour decides whether a column is looked at closely."""
    read = money.read_amounts(pl.Series("amount", [text], dtype=pl.String))
    assert read.to_list() == [None if value is None else Decimal(value)]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7", "7"),
        ("-3", "-3"),
        ("0.333333", "0.333333"),
        ("0.3333330", "0.333333"),
        ("12345678.5", "12345678.5"),
        ("1000000000000", "1000000000000"),
        ("0.3333333", None),
        ("1e2", "100"),
        ("1.2345678E7", "12345678"),
        ("1.25e-7", None),
        ("10000000000000000000000", None),
        ("seven", None),
        ("", None),
    ],
)
def test_quantities(text: str, value: str | None) -> None:
    expected = None if value is None else Decimal(value)
    cells = pl.Series("quantity", [text])
    assert money.read_quantities(cells).to_list() == [expected]
    frame = cells.to_frame().select(money.quantity(pl.col("quantity")))
    assert frame.dtypes == [columns.QUANTITY]
    assert frame.item() == expected


def test_decimals_pass_through() -> None:
    frame = pl.DataFrame({"amount": ["-0.000000000000000001"]}).cast(columns.AMOUNT)
    assert frame.select(money.amount(pl.col("amount"))).equals(frame)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("1.500000000000000000"), "1.5"),
        (Decimal("0E-18"), "0"),
        (Decimal("-0.0"), "0"),
        (Decimal(-3), "-3"),
        (Decimal(100), "100"),
        (Decimal("1E+3"), "1000"),
        (Decimal("0.000000000000000001"), "0.000000000000000001"),
        (
            Decimal("-12345678901234567890.123456789012345678"),
            "-12345678901234567890.123456789012345678",
        ),
        (None, "0"),
    ],
)
def test_sum_text(value: Decimal | None, text: str) -> None:
    assert money.sum_text(value) == text
