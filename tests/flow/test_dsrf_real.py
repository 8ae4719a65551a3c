"""The two complete public samples of YouTube's UGC reports."""

import csv
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import ManifestRefused
from pipeline.read import dsrf
from pipeline.read.containers import open_manifest
from pipeline.read.dsrf_survey import survey
from pipeline.read.profiles import choose, load_profiles

pytestmark = pytest.mark.realdata
NAME = "DSR_{}_YouTube_AdSupport-music_2015-Q4_IS_1of1_20160121T150926.tsv"


def lines_of(path: Path) -> tuple[pl.DataFrame, dict[str, dict[str, int | None]], str | None]:
    container = open_manifest(path)
    profile = choose(container.head(), load_profiles())
    with container.open() as first, container.open() as second:
        found = survey(first, profile.spec.records)
        parts = dsrf.parts(second, found, profile.wanted, part_bytes=1024)
        cells = pl.concat([part.frame() for part in parts])
    lines = cells.select(*profile.reported.values(), "_fault", "_line")
    return lines, found.control, profile.period_in_name(path.name)


def total(lines: pl.DataFrame) -> Decimal:
    return sum((Decimal(amount) for amount in lines["amount"]), Decimal(0))


def test_the_first_sample_is_whole(shared: Path) -> None:
    lines, control, period = lines_of(shared / "dsrf" / NAME.format("TEST"))
    assert period == "2015Q4"
    assert lines["_fault"].null_count() == lines.height == 6
    assert lines["currency"].unique().to_list() == ["USD"]
    assert total(lines) == Decimal("198.88")
    assert control["lines"] == {"declared": 35, "found": 35}


def test_the_second_sample_lacks_a_line_and_says_so(shared: Path) -> None:
    lines, control, _ = lines_of(shared / "dsrf" / NAME.format("TEST2"))
    assert total(lines) == Decimal("73.65")
    assert lines.select("_line", "isrc", "quantity", "amount").row(0) == (
        17, "USSM19803037", "7810", "0",
    )  # fmt: skip
    assert lines["rights_controller"].to_list() == [
        None, "Residual", "PUB_3", "SOC_1", "SOC_1", "PUB_3",
    ]  # fmt: skip
    assert control["lines"] == {"declared": 35, "found": 34}


@pytest.mark.parametrize("name", ["TEST", "TEST2"])
def test_sums_are_those_of_a_reading_by_csv_and_decimal(shared: Path, name: str) -> None:
    path = shared / "dsrf" / NAME.format(name)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    (names,) = (row for row in rows if row[0] == "#LI01.01")
    amount = names.index("AllocatedAmount")
    paid = [Decimal(row[amount]) for row in rows if row[0] == "LI01.01"]
    lines, _, _ = lines_of(path)
    assert total(lines) == sum(paid)
    assert lines["rights_controller"].count() == len(paid)


def test_each_line_has_its_own_usage_and_dates(shared: Path) -> None:
    lines, _, _ = lines_of(shared / "dsrf" / NAME.format("TEST"))
    assert lines.select("quantity", "activity_start", "activity_end", "territory").rows() == [
        ("7810", "2015-10-01", "2015-12-31", "IS"),
        ("2045", "2015-10-01", "2015-12-31", "IS"),
        ("18", "2015-10-01", "2015-10-02", "IS"),
        ("4", "2015-10-03", "2015-10-03", "IS"),
        ("258", "2015-10-04", "2015-12-03", "IS"),
        ("75", "2015-12-04", "2015-12-30", "IS"),
    ]


FRAGMENTS = {
    "DSR_PADPIDA*_20140617T*": "the nearest is dsrf_ugc .* declares that SY02 has no Summary",
    "DSR_PADPIDA*_20150723T*": r"the nearest is dsrf_ugc .* its HEAD has 3 cells, its layout 5",
    "test_file_parser.tsv*": r"no known report; it begins with '#HEAD",
}
"""What beside the two is no report of a profile that is read, and why."""


@pytest.mark.parametrize("pattern", FRAGMENTS)
def test_the_fragments_beside_them_are_refused_with_what_differs(
    shared: Path, pattern: str
) -> None:
    found = sorted((shared / "dsrf").glob(pattern))
    assert found
    for path in found:
        with pytest.raises(ManifestRefused, match=FRAGMENTS[pattern]):
            choose(open_manifest(path).head(), load_profiles())


def test_every_sample_is_one_of_these(shared: Path) -> None:
    folder = shared / "dsrf"
    named = {path for pattern in FRAGMENTS for path in folder.glob(pattern)}
    named |= {folder / NAME.format(name) for name in ("TEST", "TEST2")}
    assert named == set(folder.iterdir())
