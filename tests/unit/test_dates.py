"""Dates from text."""

from datetime import date

import polars as pl
import pytest

from pipeline.contract import dates


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-06-30", date(2025, 6, 30)),
        ("2024-02-29", date(2024, 2, 29)),
        ("1999-12-31", date(1999, 12, 31)),
        ("2023-02-29", None),
        ("2025-06-31", None),
        ("2025-13-01", None),
        ("2025-6-1", None),
        ("0001-01-01", None),
        ("2025-06-30 ", None),
        ("2025-06-30T00:00:00", None),
        ("20250630", None),
        ("45838", None),
        ("", None),
        (None, None),
    ],
)
def test_date(text: str | None, expected: date | None) -> None:
    frame = pl.DataFrame({"cell": [text]}, schema={"cell": pl.String})
    assert frame.select(dates.date(pl.col("cell"))).item() == expected


def test_dates_pass_through() -> None:
    frame = pl.DataFrame({"cell": [date(2025, 6, 30), None]})
    assert frame.select(dates.date(pl.col("cell"))).equals(frame)


def test_first_known_skips_the_unreadable() -> None:
    frame = pl.DataFrame({"a": ["soon", None], "b": ["2025-01-02", None]})
    days = frame.select(dates.first_known(pl.col("a"), pl.col("b"))).to_series()
    assert days.to_list() == [date(2025, 1, 2), None]
