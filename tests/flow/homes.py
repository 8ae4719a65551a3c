"""Homes with a small catalog, reports by hand, and the figures that tests of the flows ask for."""

import csv
import shutil
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from decimal import Context, Decimal
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.flow import catalog
from pipeline.flow.ingest import Order, ingest
from pipeline.flow.outcome import Report
from pipeline.settings import Settings
from pipeline.store import lake

_EXACT = Context(prec=60)
AT = datetime(2026, 10, 5, 9, tzinfo=UTC)
SETTINGS = Settings(threads=2, lock_wait_s=30)
ALBUM, SINGLE = "036000291452", "96385074"
ALPHA, BETA, GAMMA, DELTA, EPSILON, ZETA = (f"USRC1760783{digit}" for digit in range(1, 7))
"""ISRCs: two with plain terms, then terms by territory, by date, by release, and 0.85 of all."""

COLUMNS = (
    "service",
    "territory",
    "activity_start",
    "activity_end",
    "sale_level",
    "isrc",
    "gtin",
    "title",
    "artist",
    "quantity",
    "currency",
    "amount",
)
TITLES = {
    ALPHA: "Alpha",
    BETA: "Beta",
    GAMMA: "Gamma",
    DELTA: "Delta",
    EPSILON: "Epsilon",
    ZETA: "Zeta",
}
SHELF = {
    "recordings.csv": "recording_id,isrc,title,artist\n"
    + "".join(f"R-{title},{isrc},{title},Anna\n" for isrc, title in TITLES.items())
    + "R-Eta,,Eta,Berta\n",
    "releases.csv": "release_id,gtin,title,artist\n"
    f"L1,{ALBUM},Album,Anna\nL2,{SINGLE},Single,Anna\n",
    "tracks.csv": "release_id,recording_id,disc,number\n"
    "L1,R-Alpha,1,1\nL1,R-Beta,1,2\nL1,R-Epsilon,1,3\nL2,R-Epsilon,1,1\n",
    "parties.csv": "party_id,name\nP1,Anna\nP2,Berta\n",
    "splits.csv": "recording_id,party_id,share,territory,release_id,valid_from,valid_to\n"
    "R-Alpha,P1,1,,,,\n"
    "R-Beta,P1,0.6,,,,\n"
    "R-Beta,P2,0.4,,,,\n"
    "R-Eta,P2,1,,,,\n"
    "R-Gamma,P1,1,US,,,\n"
    "R-Gamma,P2,1,DE,,,\n"
    "R-Delta,P1,1,,,2026-07-01,2026-07-31\n"
    "R-Delta,P2,1,,,2026-08-01,2026-08-31\n"
    "R-Epsilon,P1,1,,L1,,\n"
    "R-Epsilon,P2,0.5,,L2,,\n"
    "R-Zeta,P1,0.85,,,,\n",
}
"""A catalog that is loaded as it stands; shares of Zeta, and of Epsilon on the single, lack."""

WHOLE = {**SHELF, "splits.csv": SHELF["splits.csv"] + "R-Zeta,P2,0.15,,,,\n"}
"""The same once somebody has found out who owns the rest of Zeta."""


def load(home: Path, tables: Mapping[str, str], offered: Path) -> None:
    """Make a catalog current; `offered` is where its files are put down."""
    offered.mkdir()
    for name, text in tables.items():
        (offered / name).write_text(text, encoding="utf-8")
    catalog.load(home, offered, partial=False, clock=AT)


def copied(home: Path, folder: Path) -> Path:
    """A home of one's own that stands as another does, which several tests begin with."""
    return Path(shutil.copytree(home, folder / "home"))


def line(isrc: str = "", amount: str = "1", currency: str = "EUR", **more: str) -> dict[str, str]:
    """The cells of a sound line, but for what is said otherwise."""
    usual = {
        "service": "Spotify",
        "territory": "DE",
        "activity_start": "2026-07-15",
        "title": TITLES.get(isrc, ""),
        "artist": "Anna",
        "quantity": "1",
    }
    return {**usual, "isrc": isrc, "amount": amount, "currency": currency, **more}


def report(path: Path, lines: Sequence[Mapping[str, str]]) -> Path:
    """A canonical report of these lines."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(lines)
    return path


def take(path: Path, home: Path, settings: Settings = SETTINGS, **order: Any) -> Report:
    """Ingest a report."""
    return ingest(path, Order(home, settings, order.pop("at", AT), **order))


def asked(home: Path, statement: str) -> list[tuple[Any, ...]]:
    """What the lake answers."""
    with lake.reading(home, SETTINGS) as con:
        return con.execute(statement).fetchall()


def frame(home: Path, name: str) -> pl.DataFrame:
    """A table or view of the lake."""
    return frames(home, name)[name]


def frames(home: Path, *names: str) -> dict[str, pl.DataFrame]:
    """Tables or views of the lake, by name, as one session sees them."""
    with lake.reading(home, SETTINGS) as con:
        return {name: con.sql(f"FROM {name}").pl() for name in names}


TABLES = ("sales", "staged", "quarantine")
Money = dict[tuple[str, str], tuple[int, Decimal]]


def _lines(tables: Mapping[str, pl.DataFrame]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Status and cells of each line."""
    status = {"sales": "matched", "quarantine": "quarantined"}
    for name in TABLES:
        for row in tables[name].iter_rows(named=True):
            yield status.get(name) or row["status"], row


def in_books(home: Path) -> Money:
    """Lines and money by currency and status, as the books have them."""
    return _summed(frame(home, "sums"))


def _summed(sums: pl.DataFrame) -> Money:
    by = sums.group_by("currency", "status").agg(pl.col("lines", "amount").sum())
    rows = by.select("currency", "status", "lines", "amount").iter_rows()
    return {(currency, status): (lines, amount) for currency, status, lines, amount in rows}


def assert_conserved(home: Path, reported: Mapping[str, Decimal], lines: int) -> None:
    """The tables hold what was reported, line by line, and the books say so too."""
    seen = frames(home, *TABLES, "sums", "conservation")
    held: Money = {}
    by_currency: dict[str, Decimal] = {}
    for status, row in _lines(seen):
        currency, amount = row["currency"] or "", row["amount"] or Decimal(0)
        count, sum_ = held.get((currency, status), (0, Decimal(0)))
        held[currency, status] = (count + 1, _EXACT.add(sum_, amount))
        by_currency[currency] = _EXACT.add(by_currency.get(currency, Decimal(0)), amount)
    assert sum(count for count, _ in held.values()) == lines
    assert by_currency == reported
    assert _summed(seen["sums"]) == held
    differences = ("difference", "lines_difference", "unreadable_difference")
    assert set(seen["conservation"].select(differences).rows()) == {(0, 0, 0)}


def became(home: Path) -> dict[int, tuple[str, list[str]]]:
    """Status and faults of each line of a home that holds one report."""
    found: dict[int, tuple[str, list[str]]] = {}
    for status, row in _lines(frames(home, *TABLES)):
        assert row["line"] not in found
        found[row["line"]] = (status, row["faults"])
    return found


def tree(home: Path) -> dict[str, bytes]:
    """Every file of a home with its bytes; what a lock file says is no content."""
    files = [path for path in home.rglob("*") if path.is_file() and "lock" not in path.suffix]
    return {str(path.relative_to(home)): path.read_bytes() for path in files}
