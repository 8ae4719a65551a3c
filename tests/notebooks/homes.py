"""Homes that are hard to look at: many services, months and scripts, money of every size."""

import random
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from tests.flow import homes

SEED = 6
SERVICES = 200
MONTHS = ("2026-06", "2026-07", "2026-08", "2026-09")
TITLES = (
    "أغنية طويلة جدا عن البحر والليل والقمر الذي لا ينام أبدا",
    "שיר ארוך מאוד על הים ועל הלילה שאינו נגמר לעולם",
    "とても長い題名の歌、海と夜と眠らない月について、第二章",
    "Очень длинное название песни о море, ночи и бессонной луне",
    "<img src=x onerror=window.struck=1> & “quotes” \u202eturned",
    "W" * 120,
    "สวัสดีชาวโลกทุกคนในวันที่ฝนตกหนักมาก",
    "A",
)
_LONG = "The Quite Extraordinarily Long Name of a Streaming Service of the Far North GmbH & Co. KG"


def _line(draws: random.Random, number: int, month: str) -> dict[str, str]:
    """A line whose service, title and amount depend on its number alone."""
    isrc = list(homes.TITLES)[number % 3]
    service = _LONG if number % SERVICES == 1 else f"Service {number % SERVICES:03}"
    amount = Decimal(draws.randint(1, 10**9)).scaleb(-draws.choice([2, 4, 9]))
    more: dict[str, str] = {"title": homes.TITLES[isrc], "isrc": isrc}
    if number % 5 == 0:
        more = {"title": TITLES[number // 5 % len(TITLES)], "isrc": ""}
    if number % 29 == 0:
        amount = -amount
    currency = ("EUR", "USD", "JPY", "XQZ")[0 if number % 3 else number % 4]
    cells = {"service": service, "territory": draws.choice(["DE", "FR", "US", "JP", "SE"])}
    day = f"{month}-15"
    return homes.line(
        amount=f"{amount:f}", currency=currency, activity_start=day, **{**cells, **more}
    )


def lines(month: str, count: int = 2 * SERVICES) -> list[dict[str, str]]:
    """The lines of one month's report."""
    draws = random.Random(f"{SEED} {month}")
    return [_line(draws, number, month) for number in range(count)]


def hard_home(folder: Path, months: Sequence[str] = MONTHS) -> Path:
    """A home with one report a month, under a folder that is there."""
    home = folder / "home"
    homes.load(home, homes.SHELF, folder / "offered")
    for month in months:
        take(folder, home, month, lines(month))
    return home


def take(folder: Path, home: Path, month: str, rows: Sequence[Mapping[str, str]]) -> None:
    """Ingest a month's report of these lines."""
    path = homes.report(folder / f"report_{month}.csv", rows)
    homes.take(path, home)
