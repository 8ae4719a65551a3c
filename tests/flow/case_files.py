"""Families of cases: Markdown files that hold a catalog, a report, and what must become of it.

A file is a page to be read: a heading, a few sentences, and one table under each heading of the
second level. `report` holds lines with the decision expected of them beside what is reported; the
other tables are the catalog, the operator's settings, and what people decided.
"""

import csv
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from pathlib import Path

import polars as pl

from pipeline.contract import tag
from pipeline.contract.columns import IDENTITY
from pipeline.flow.desk import desk
from pipeline.flow.judging import Desk, decide
from pipeline.settings import Settings
from pipeline.settings import load as settings_of
from pipeline.vocab import Decision, Fault
from tests.flow import homes

FOLDER = Path(__file__).parent / "cases"
EXPECTED = ("method", "recording", "release", "fault", "candidates", "alias")
"""Columns of a report table that tell what is expected; the others but `case` are reported."""
PEOPLE = ("decisions", "rejected", "learned_aliases")
"""Tables of what people decided."""

OF_DECISIONS = (
    Fault.UNMATCHED,
    Fault.LOW_CONFIDENCE,
    Fault.AMBIGUOUS,
    Fault.ISRC_CONTRADICTED,
    Fault.ISRC_TEXT_MISMATCH,
    Fault.SPLITS_INCOMPLETE,
)
"""Faults that a report table tells; the others of a line come of its cells alone."""
_USUAL = {"service": "Spotify", "territory": "DE", "activity_start": "2026-07-15", "quantity": "1"}
_NO_CATALOG = ("settings", "report", *PEOPLE)
Row = dict[str, str]


@dataclass(frozen=True)
class Family:
    """The tables of one file, by the name of their heading."""

    name: str
    tables: dict[str, list[Row]]

    @property
    def report(self) -> list[Row]:
        """The lines, with what is expected of each."""
        return self.tables["report"]

    @property
    def expected(self) -> list[Row]:
        """What is expected of each line."""
        return [{name: row[name] for name in EXPECTED if name in row} for row in self.report]

    @property
    def of_people(self) -> dict[str, list[Row]]:
        """What people decided."""
        return {name: rows for name, rows in self.tables.items() if name in PEOPLE}

    def reported(self, row: Row) -> Row:
        """The cells of a line that a sender wrote."""
        return {name: cell for name, cell in row.items() if name not in {"case", *EXPECTED}}


def families() -> list[Family]:
    """Every family, by name."""
    return [_read(path) for path in sorted(FOLDER.glob("*.md"))]


def _read(path: Path) -> Family:
    parts = re.split(r"^## (\w+)$", path.read_text(encoding="utf-8"), flags=re.MULTILINE)[1:]
    tables = zip(parts[::2], parts[1::2], strict=True)
    return Family(path.stem, {name: list(_rows(text)) for name, text in tables})


def _rows(text: str) -> Iterator[Row]:
    lines = [line for line in text.splitlines() if line.startswith("|")]
    names, _, *rows = [
        [cell.strip().replace(r"\|", "|") for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
        for line in lines
    ]
    for row in rows:
        yield dict(zip(names, row, strict=True))


def stocked(family: Family, place: Path) -> Path:
    """A home with the family's settings and catalog."""
    home = place / "home"
    home.mkdir()
    told = [f"{row['name']} = {row['value']}\n" for row in family.tables.get("settings", [])]
    (home / "settings.toml").write_text("".join(told), encoding="utf-8")
    tables = {name: rows for name, rows in family.tables.items() if name not in _NO_CATALOG}
    # A catalog must have the column, a family that is not about ISRCs need not.
    tables["recordings"] = [{"isrc": "", **row} for row in tables["recordings"]]
    payees = {row["party_id"]: row["party_id"] for row in tables.get("splits", [])}
    if payees:
        tables["parties"] = [{"party_id": party, "name": party} for party in payees]
    homes.load(home, {f"{name}.csv": _csv(rows) for name, rows in tables.items()}, place / "given")
    return home


def _csv(rows: Iterable[Mapping[str, str]]) -> str:
    listed = list(rows)
    text = StringIO()
    writer = csv.DictWriter(text, listed[0], lineterminator="\n")
    writer.writeheader()
    writer.writerows(listed)
    return text.getvalue()


def amount(place: int) -> int:
    """The amount of the line at a place: no two sums of different lines are equal."""
    return 1 << place


def ingested(family: Family, home: Path, place: Path) -> list[Row]:
    """What became of each line of a canonical report, ingested into the family's home."""
    lines = [
        {**_USUAL, **family.reported(row), "currency": "EUR", "amount": str(amount(number))}
        for number, row in enumerate(family.report)
    ]
    path = place / "report.csv"
    path.write_text(_csv(lines), encoding="utf-8")
    homes.take(path, home, settings_of(home))
    seen = homes.frames(home, "sales", "staged")
    paid = seen["sales"].with_columns(candidates=pl.lit([], dtype=pl.List(pl.String)))
    found = pl.concat([paid, seen["staged"]], how="diagonal").sort("line")
    assert found["line"].to_list() == list(range(2, len(lines) + 2))
    return _told(found)


def decided(family: Family, home: Path, settings: Settings) -> list[Row]:
    """What an ingest's session decides of each line, told what people decided."""
    cells = pl.DataFrame([family.reported(row) for row in family.report])
    absent = [pl.lit(None, dtype=pl.String).alias(n) for n in IDENTITY if n not in cells.columns]
    blank = pl.when(pl.all() != "").then(pl.all())
    tagged = tag.tag_identities(cells.with_columns(blank).with_columns(absent).select(*IDENTITY))
    with desk(home, settings) as session:
        for name, rows in family.of_people.items():
            _decide(session, name, rows)
        found = decide(tagged, "canonical", session)
    faults = pl.concat_list("fault", "doubt").list.drop_nulls()
    alias = pl.col("evidence").list.first().struct.field("alias")
    return _told(found.with_columns(faults=faults, alias=alias))


def _decide(session: Desk, name: str, rows: list[Row]) -> None:
    con = session.con
    assert con is not None
    known = [column for column in con.table(name).columns if column in rows[0]]
    listed = pl.DataFrame(rows).select(known).with_columns(pl.all().replace("", None))
    if name == "decisions":
        listed = listed.with_columns(kind=pl.lit(Decision.ACCEPT.value))
    con.register("given", listed)
    con.execute(f"insert into {name} by name from given")
    con.unregister("given")


def _told(found: pl.DataFrame) -> list[Row]:
    """Decisions in the words of a report table; what is null is blank."""
    of_decisions = [fault.value for fault in OF_DECISIONS]
    listed = {"fault": pl.col("faults").list.set_intersection(of_decisions).list.sort()}
    told = found.with_columns(
        recording="recording_id", release="release_id", **listed
    ).with_columns(pl.col("fault", "candidates").list.join(" "))
    known = [name for name in EXPECTED if name in told.columns]
    rows: list[Row] = told.select(pl.col(known).fill_null("")).to_dicts()
    return rows
