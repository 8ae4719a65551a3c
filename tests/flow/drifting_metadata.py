"""Three months of two services in which planted changes of titles, artists and ISRCs hide.

Every amount is another, so that no sum comes out right by chance.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from tests.flow.homes import load, take

MONTHS = ("2026-01", "2026-02", "2026-03")
SERVICES = ("Spotify", "Deezer")
COLUMNS = (
    "service", "activity_start", "isrc", "title", "version", "artist", "label", "gtin",
    "duration_s", "line_type", "quantity", "currency", "amount",
)  # fmt: skip
SONGS = ("Road", "Moon", "Rain", "Fire", "Snow", "Bird", "Tree", "Lake", "Dust", "Gold", "Iron",
         "Salt")  # fmt: skip
ARTISTS = ("Anna Grey", "Bob Stone", "Cleo Winter", "Dora Field")

Line = dict[str, str]
Lines = Callable[[Line], bool]


def isrc(number: int) -> str:
    return f"USRC1{26:02}{number:05}"


def song(number: int) -> str:
    return f"{SONGS[number]} of {SONGS[-1 - number]}"


REMASTERED = range(6)
RETITLED, REUSED, SHOUTED, RELABELLED, LONGER, RELEASED = 6, 7, 8, 9, 10, 11
DOUBLE = (isrc(900), isrc(901))
"""Two ISRCs of a recording that has none in the catalog."""
TWICE = {"title": "Twice Told", "artist": "Twin Sisters"}


def catalog() -> str:
    """The recordings as CSV."""
    rows = [f"R{n},{isrc(n)},{song(n)},{ARTISTS[n % 4]}\n" for n in range(len(SONGS))]
    return (
        f"recording_id,isrc,title,artist\n{''.join(rows)}RT,,{TWICE['title']},{TWICE['artist']}\n"
    )


def lines(month: str) -> list[Line]:
    """All that is reported in a month, the plants among it."""
    told = [one for service in SERVICES for one in _service(service, month)]
    place = MONTHS.index(month)
    told.append(_line("Spotify", month, isrc=DOUBLE[place % 2], **TWICE))
    if place == 2:
        # Invalid, so that all lines of the ISRC in this report are on hold.
        broken = _line("Spotify", month, isrc=isrc(1), title=f"{song(1)} - Remastered")
        told.append({**broken, "artist": ARTISTS[1], "currency": "XQZ"})
    for number, one in enumerate(told):
        units = 1 + number * 37 + place * 1009
        sign = -1 if one["line_type"] else 1
        one["amount"] = str(sign * (Decimal(units) / 1000 + Decimal("0.000000000000000001")))
        one["quantity"] = str(sign * (number % 5 + 1))
    return told


def _service(service: str, month: str) -> Iterator[Line]:
    for number in range(len(SONGS)):
        for currency in ("EUR", "USD"):
            yield _planted(
                _line(
                    service,
                    month,
                    isrc=isrc(number),
                    title=song(number),
                    artist=ARTISTS[number % 4],
                    label="Blue Records",
                    gtin="036000291452",
                    duration_s="200",
                    currency=currency,
                ),
                number,
                MONTHS.index(month),
            )
    # A return, told under the title of its month.
    refund = _line(service, month, isrc=isrc(0), title=song(0), artist=ARTISTS[0])
    yield {**_planted(refund, 0, MONTHS.index(month)), "line_type": "return"}


def _line(service: str, month: str, **cells: str) -> Line:
    usual = dict.fromkeys(COLUMNS, "")
    return {
        **usual,
        "service": service,
        "activity_start": f"{month}-15",
        "currency": "EUR",
        **cells,
    }


def _planted(line: Line, number: int, place: int) -> Line:
    """The line as the plants have it, from the first or the second month after on."""
    spotify = line["service"] == "Spotify"
    plants: list[tuple[bool, Line]] = [
        (
            spotify and number in REMASTERED and place >= 1,
            {"title": f"{song(number)} - Remastered"},
        ),
        (not spotify and number == RETITLED and place >= 1, {"title": "Another Name Altogether"}),
        (
            not spotify and number == REUSED and place == 2,
            {"title": "Zebra Crossing", "artist": "Willy Hopkins"},
        ),
        (not spotify and number == SHOUTED and place >= 1, {"title": song(number).upper()}),
        (spotify and number == RELABELLED and place >= 2, {"label": "Red Records"}),
        (spotify and number == LONGER and place >= 1, {"duration_s": "247"}),
        (not spotify and number == RELEASED and place >= 2, {"gtin": "96385074"}),
    ]
    for holds, cells in plants:
        if holds:
            line = {**line, **cells}
    return line


def write(path: Path, told: list[Line]) -> Path:
    """A canonical report."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, lineterminator="\n")
        writer.writeheader()
        writer.writerows(told)
    return path


REPORTED = {month: lines(month) for month in MONTHS}
ALL = [line for month in MONTHS for line in REPORTED[month]]


def lake(folder: Path, months: Sequence[str]) -> Path:
    """A home with the catalog of this world that took the months' reports in this order."""
    folder.mkdir()
    load(folder / "home", {"recordings.csv": catalog()}, folder / "offered")
    for month in months:
        take(write(folder / f"{month}.csv", REPORTED[month]), folder / "home", period=month)
    return folder / "home"


def money(told: list[Line], which: Lines) -> dict[str, tuple[int, Decimal, Decimal]]:
    """Lines, quantity and amount by currency of the lines that are meant, added up here."""
    sums: dict[str, tuple[int, Decimal, Decimal]] = {}
    for one in filter(which, told):
        count, quantity, amount = sums.get(one["currency"], (0, Decimal(0), Decimal(0)))
        sums[one["currency"]] = (
            count + 1,
            quantity + Decimal(one["quantity"]),
            amount + Decimal(one["amount"]),
        )
    return sums


def packed(found: list[dict[str, Any]]) -> dict[str, tuple[int, Decimal, Decimal]]:
    """The same of a `money` column."""
    return {one["currency"]: (one["lines"], one["quantity"], one["amount"]) for one in found}
