"""Every layout of `tests/formats` through an ingest, against csv and Decimal."""

from collections import Counter
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipeline.flow.outcome import Report
from pipeline.read.profiles import load_profiles
from tests.formats import fixtures, oracle, table
from tests.formats.services import BANDCAMP

MADE = {fixture.name: fixture for fixture in fixtures.fixtures()}
NAMED = b"zqxperson"
WIDE = NAMED.decode().encode("utf-16-le")
"""What stands in every cell of the fixture that names a person."""

NOT_OURS = {"canonical"}
"""Kinds of report that have no fixture here; those of DSR flat files have their own."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("formats") / "home"


@pytest.fixture(scope="module")
def taken(home: Path) -> dict[str, table.Taken]:
    """What became of each fixture, all in one home."""
    catalog = fixtures.write_catalog(home.parent / "catalog")
    paths = fixtures.write(home.parent / "reports", list(MADE.values()))
    return {one.report.path.name: one for one in table.take(paths, home, catalog)}


def amounts(report: Report) -> dict[str, Decimal]:
    """The sums of what was reported that are not zero."""
    told = {currency: Decimal(sums["reported"]) for currency, sums in report.amounts.items()}
    return {currency: total for currency, total in told.items() if total}


@pytest.mark.parametrize("name", MADE)
def test_a_report_is_recognised_and_each_sum_exact(
    name: str, taken: dict[str, table.Taken]
) -> None:
    fixture, report = MADE[name], taken[name].report
    expected = oracle.sums(fixture.layout, fixture.text)
    assert report.error is None
    assert report.source == fixture.layout.source
    assert report.lines == expected.lines
    assert amounts(report) == expected.money()
    unreadable = sum(int(told["unreadable_lines"]) for told in report.amounts.values())
    assert unreadable == expected.unreadable
    assert taken[name].conserved


def test_the_books_balance(home: Path, taken: dict[str, table.Taken]) -> None:
    assert len(taken) == len(MADE)
    assert table.offenders(home) == []


def test_every_profile_of_a_delimited_report_has_a_fixture() -> None:
    ours = {profile.name for profile in load_profiles() if profile.kind != "dsrf"} - NOT_OURS
    assert {fixture.layout.source for fixture in MADE.values()} == ours


def test_most_lines_of_a_catalog_report_match(taken: dict[str, table.Taken]) -> None:
    """A map to wrong columns would still add up: identifiers and titles must arrive, too."""
    poor = {
        name: dict(one.report.by_status)
        for name, one in taken.items()
        if "isrc" in MADE[name].layout.roles and MADE[name].layout.source != "mlc_unclaimed"
        if one.report.by_status["matched"] < one.report.lines * 3 / 4
    }
    assert poor == {}


REPAIRED = {"GTIN_REPAIRED": 2, "GTIN_CHECK_DIGIT": 2}
"""In each report with a GTIN: every digit in scientific notation, and `.0` behind them; rounded to
six digits, and `8.6e+11`, whose digits are lost."""


@pytest.mark.parametrize(
    "name", [name for name, fixture in MADE.items() if "gtin" in fixture.layout.roles]
)
def test_damaged_barcodes_are_repaired_only_where_that_is_provable(
    name: str, taken: dict[str, table.Taken]
) -> None:
    faults = Counter(taken[name].report.by_fault)
    expected = Counter(REPAIRED)
    if name.endswith(".xlsx"):
        # Its cells are numbers, which have no notation; 860000000000 has a right check digit.
        expected = Counter(GTIN_REPAIRED=0, GTIN_CHECK_DIGIT=1)
    assert {fault: faults[fault] for fault in REPAIRED} == dict(expected)


def test_personal_data_reach_nothing_in_the_home(home: Path, taken: dict[str, table.Taken]) -> None:
    """Not the tables, nor kept bytes, nor the books: each file is searched, unpacked and not."""
    name = BANDCAMP.file
    assert WIDE in MADE[name].payload.lower()
    report = taken[name].report
    assert report.by_status["held"] + report.by_status["quarantined"] >= 2
    found = [
        str(path.relative_to(home))
        for path in home.rglob("*")
        if path.is_file()
        for content in [searchable(path)]
        if NAMED in content or WIDE in content or NAMED.hex().encode() in content
    ]
    assert found == []


def searchable(path: Path) -> bytes:
    """A file's bytes in lower case, and the cells of a table unpacked, bytes as hexadecimal."""
    content = path.read_bytes().lower()
    if path.suffix == ".parquet":
        rows = pl.read_parquet(path).with_columns(pl.col(pl.Binary).bin.encode("hex"))
        content += rows.write_ndjson().encode().lower()
    return content


def test_fixtures_are_the_same_each_time() -> None:
    again = {fixture.name: fixture.payload for fixture in fixtures.fixtures()}
    differing = {
        name
        for name, payload in again.items()
        # A workbook holds the time of its making.
        if payload != MADE[name].payload and not name.endswith(".xlsx")
    }
    assert differing == set()
