"""Currencies: codes, aliases, and withdrawn codes within their dates."""

import polars as pl
import pytest

from pipeline.contract import currencies


def _valid(code: str | None, *days: str | None) -> object:
    cells = {"currency": code, **{f"day{n}": day for n, day in enumerate(days)}}
    frame = pl.DataFrame([cells], schema=dict.fromkeys(cells, pl.String))
    columns = [pl.col(name) for name in cells if name != "currency"]
    return frame.select(currencies.is_valid(pl.col("currency"), *columns)).item()


@pytest.mark.parametrize(
    ("code", "day", "valid"),
    [
        ("EUR", "2025-06-01", True),
        ("EUR", None, True),
        ("eur", "2025-06-01", True),
        (" USD ", "2025-06-01", True),
        ("RMB", "2025-06-01", True),
        ("XOF", None, True),
        ("HRK", "2022-12-31", True),
        ("HRK", "2023-01-01", False),
        ("HRK", None, False),
        ("BGN", "2025-12-31", True),
        ("BGN", "2026-01-01", False),
        ("DEM", "2001-05-01", True),
        ("DEM", "2025-05-01", False),
        ("VEF", "2018-01-01", True),
        ("SLL", "2024-01-01", False),
        ("XXX", "2025-06-01", False),
        ("XTS", "2025-06-01", False),
        ("XAU", None, False),
        ("ZZZ", None, False),
        ("$", None, False),
        ("£", None, False),
        ("EU", None, False),
        ("N/A", None, False),
        ("", "2025-06-01", None),
        ("  ", None, None),
        (None, None, None),
    ],
)
def test_valid_by_date(code: str | None, day: str | None, valid: bool | None) -> None:
    assert _valid(code, day) is valid


def test_first_readable_day_counts() -> None:
    assert _valid("HRK", "2022-11-01", "2023-03-31") is True
    assert _valid("HRK", "2023-02-01", "2022-12-01") is False
    assert _valid("HRK", "Nov 2022", "2022-12-01") is True


@pytest.mark.parametrize(
    ("reported", "expected", "alias"),
    [
        ("USD", "USD", False),
        ("usd", "USD", False),
        ("US$", "USD", True),
        ("rmb", "CNY", True),
        ("Euro", "EUR", True),
        ("€", "EUR", True),
        ("ZZZ", "ZZZ", False),
        ("zz", "zz", False),
        ("$", "$", False),
        (" HRK", "HRK", False),
        ("", None, False),
        (None, None, None),
    ],
)
def test_normal_form(reported: str | None, expected: str | None, alias: bool | None) -> None:
    frame = pl.DataFrame({"currency": [reported]}, schema={"currency": pl.String})
    assert frame.select(currencies.currency(pl.col("currency"))).item() == expected
    assert frame.select(currencies.is_alias(pl.col("currency"))).item() is alias


def test_tables_agree() -> None:
    """No code is both active and withdrawn; every alias leads to an active code."""
    assert not currencies.ACTIVE & currencies.WITHDRAWN.keys()
    assert set(currencies.ALIASES.values()) <= currencies.ACTIVE
    assert not currencies.ALIASES.keys() & (currencies.ACTIVE | currencies.WITHDRAWN.keys())
    assert all(len(code) == 3 and code.isalpha() for code in currencies.WITHDRAWN)
