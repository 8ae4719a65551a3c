"""However a report is damaged: it is refused, or held as a whole, or each of its sums is exact.

Sums are those of an independent reading of the damaged bytes, see `mutated_oracle`.
"""

import random
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ManifestRefused
from pipeline.flow.outcome import Report
from pipeline.vocab import Fault, ManifestState, Status
from tests.flow.homes import asked, assert_conserved, take
from tests.formats import fixtures
from tests.formats.distributors import DISTROKID, DISTROKID_2025
from tests.formats.layout import Fixture
from tests.properties.mutated_oracle import Told, told
from tests.properties.mutations import KEEPS_HEADER, MUTATIONS, Text

NOW = datetime.now(UTC)
FIXTURES = {
    fixture.name: fixture for fixture in fixtures.fixtures() if not fixture.name.endswith(".xlsx")
}
SAMPLES = Path(__file__).resolve().parents[2] / "data" / "sample"
FIXTURES |= {
    name: Fixture(layout, name, data, data)
    for month, layout in (("08", DISTROKID), ("09", DISTROKID_2025))
    for name in [f"distrokid_2026-{month}.tsv"]
    for data in [(SAMPLES / name).read_bytes()]
}
EXAMPLES = max(settings().max_examples // 50, 2)  # of each mutation; each is a whole ingest


@contextmanager
def home_of(stocked: Path) -> Iterator[Path]:
    """A home of one's own with that catalog, which no ingest writes to."""
    with TemporaryDirectory(dir=stocked) as folder:
        home = Path(folder) / "home"
        home.mkdir()
        (home / "catalog").symlink_to(stocked / "home" / "catalog")
        yield home


def file_name(fixture: Fixture) -> str:
    """A name of the unpacked report: containers are damaged elsewhere."""
    return fixture.name.removesuffix(".gz").replace(".zip", ".csv")


@pytest.mark.parametrize("mutation", MUTATIONS)
@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32))
def test_a_damaged_report_never_has_a_wrong_sum(stocked: Path, mutation: str, seed: int) -> None:
    # Of its own for each mutation: hypothesis begins all of them with the same numbers.
    draw = random.Random(f"{mutation} {seed}")
    fixture = FIXTURES[draw.choice(sorted(FIXTURES))]
    layout = fixture.layout
    data = MUTATIONS[mutation](draw, Text.of(layout, fixture.text))
    expected = told(layout, data)
    with home_of(stocked) as home:
        path = home.parent / file_name(fixture)
        path.write_bytes(data)
        try:
            report = take(path, home, at=NOW, period="2026-09")
        except ManifestRefused as error:
            assert_refused(error, home)
            spared = mutation in KEEPS_HEADER and not layout.headerless
            assert not spared or expected is None or not expected.lines
            return
        assert_sound(report, home)
        assert_exact(report, expected)


def assert_refused(error: ManifestRefused, home: Path) -> None:
    """One line, and nothing of the report is in the lake."""
    assert error.exit_code == 3
    assert "\n" not in str(error)
    assert asked(home, "SELECT count(*) FROM manifests") == [(0,)]
    assert list((home / "lake").rglob("*.parquet")) == []


def assert_sound(report: Report, home: Path) -> None:
    """No line and no money is lost: in what is told, in the tables, and in the books."""
    assert report.state is ManifestState.COMMITTED
    assert sum(report.by_status.values()) == report.lines
    for sums in report.amounts.values():
        assert Decimal(sums["reported"]) == sum(Decimal(sums[status]) for status in Status)
    reported = {code: Decimal(sums["reported"]) for code, sums in report.amounts.items()}
    assert_conserved(home, reported, report.lines)


def assert_exact(report: Report, expected: Told | None) -> None:
    """What the independent reading says; where that cannot read the money, nobody is paid."""
    waiting = report.by_status["held"] + report.by_status["quarantined"]
    if expected is None or expected.lines is None:
        assert waiting == report.lines
        return
    found = {code: Decimal(sums["reported"]) for code, sums in report.amounts.items()}
    assert {code: total for code, total in found.items() if total} == expected.money()
    assert report.lines == len(expected.lines)
    unreadable = sum(int(sums["unreadable_lines"]) for sums in report.amounts.values())
    assert unreadable == expected.unreadable
    if expected.doubles():
        assert waiting == report.lines
        assert report.by_fault[Fault.OUT_OF_BALANCE] > 0
