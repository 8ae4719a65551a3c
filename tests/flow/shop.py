"""A shop whose reports end with totals: its profile, its lines, and what comes of them."""

from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.flow.homes import ALPHA, BETA, TITLES, frame

PROFILE = """
name = "shop"
title = "A shop whose reports end with totals"
kind = "delimited"
header = ["Month", "ISRC", "Title", "Artist", "Units", "Due", "Cur"]
trailer = ["Rows,", "Total,"]
{more}

[totals]
lines = '^Rows,([^,]*)'
quantity = '^Total,,,,([^,]*),'
amount = '^Total,,,,[^,]*,([^,]*)'

[columns]
period_start = "Month"
period_end = "Month"
isrc = "ISRC"
title = "Title"
artist = "Artist"
quantity = "Units"
amount = "Due"
currency = "Cur"

[fixed]
line_type = "sale"
sale_level = "track"

[forms]
period = ["YYYY-MM"]

[period]
column = "Month"
forms = ["YYYY-MM"]

[tolerance]
{tolerance}
"""
HEADER = "Month,ISRC,Title,Artist,Units,Due,Cur\n"


def shop(home: Path, tolerance: str = "", more: str = "") -> None:
    """Give a home the profile."""
    (home / "sources").mkdir(exist_ok=True)
    text = PROFILE.format(tolerance=tolerance, more=more)
    (home / "sources" / "shop.toml").write_text(text, encoding="utf-8")


def sold(isrc: str, due: str, units: str = "1", currency: str = "EUR") -> str:
    """A line of the shop."""
    return f"2026-07,{isrc},{TITLES[isrc]},Anna,{units},{due},{currency}\n"


def end(lines: object, units: object, amount: object) -> str:
    """The last lines of a report of the shop; the second is shaped like a record."""
    return f"Rows,{lines}\nTotal,,,,{units},{amount},\n"


def written(path: Path, *lines: str) -> Path:
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return path


def figures(home: Path) -> dict[str, tuple[Any, ...]]:
    """Declared, found, difference and balance of each figure, by its name."""
    rows = frame(home, "control").select(
        "what", "currency", "declared", "found", "difference", "balance"
    )
    return {f"{what} {currency}".strip(): tuple(rest) for what, currency, *rest in rows.rows()}


TWO = (sold(ALPHA, "10.50", "3"), sold(BETA, "-0.25", "-1"))
"""Two lines: 2 units and 10.25 EUR."""


def even(lines: int, units: int, amount: str) -> dict[str, tuple[Any, ...]]:
    return {
        "lines": (lines, lines, 0, "balanced"),
        "quantity": (units, units, 0, "balanced"),
        "amount EUR": (Decimal(amount), Decimal(amount), 0, "balanced"),
    }


def amount(declared: str | None, found: str, balance: str) -> tuple[Any, ...]:
    if declared is None:
        return None, Decimal(found), None, balance
    difference = Decimal(found) - Decimal(declared)
    return Decimal(declared), Decimal(found), difference, balance
