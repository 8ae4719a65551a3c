"""The quarterly export: what it holds, in which bytes, and where it may be written."""

import csv
import json
import os
import shutil
import subprocess
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipeline.audit.digest import DIGESTS, FILES, SUMS
from pipeline.contract.columns import TABLES
from pipeline.errors import LakeBusy, LakeDamaged, PipelineError, UsageError
from pipeline.flow import quarter
from pipeline.store.locks import flock_now
from tests.flow.audit_lake import AT, AUTUMN, LINES, SUMMER, fill

QUARTER = "2026Q3"
LATER = AT + timedelta(days=1)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the small lake; tests only read it."""
    home = tmp_path_factory.mktemp("home")
    fill(home)
    return home


@pytest.fixture(scope="module")
def written(home: Path) -> Path:
    """The export of the quarter; tests only read it."""
    return quarter.export(home, QUARTER, None, AT).folder


csv.field_size_limit(2**27)


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file, read by another reader than the one that verifies."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*")}


def test_report_says_what_was_written(home: Path, tmp_path: Path) -> None:
    report = quarter.export(home, QUARTER, tmp_path / "out", AT)
    assert (report.deliveries, report.unchanged, report.superseded) == (3, False, None)
    assert report.rows == {
        "sales": 4,
        "staged": 3,
        "quarantine": 1,
        "retry_ledger": 4,
        "manifests": 3,
        "conservation": 5,
        "control": 1,
        "endings": 1,
    }
    assert report.notes == ("1 manifest without an accounting period stands in no quarter",)
    assert {currency: total.amount for currency, total in report.sums["sales"].items()} == {
        "EUR": "108.25",
        "USD": "0.1",
    }
    assert tree(tmp_path / "out") == {*FILES, DIGESTS, SUMS}


def test_sales_hold_exact_amounts_of_the_quarter_in_order_of_place(written: Path) -> None:
    places = [
        (row["manifest"], row["accounting_period"], row["offset"], row["currency"], row["amount"])
        for row in rows_of(written / "sales.csv")
    ]
    assert places == [
        (AUTUMN, "2026Q3", "700", "EUR", "100.000000000000000000"),
        (SUMMER, "2026-07", "100", "EUR", "10.500000000000000000"),
        (SUMMER, "2026-07", "200", "EUR", "-2.250000000000000000"),
        (SUMMER, "2026-09", "100", "USD", "0.100000000000000000"),
    ]


def test_endings_are_those_of_the_quarters_deliveries(written: Path) -> None:
    ended = [
        (row["manifest"], row["accounting_period"], row["outcome"], row["reason"])
        for row in rows_of(written / "endings.csv")
    ]
    assert ended == [(AUTUMN, "2026Q3", "duplicate", "sent twice")]


def test_csv_tells_null_from_empty_and_keeps_texts_lists_and_clocks(written: Path) -> None:
    sales, staged = rows_of(written / "sales.csv"), rows_of(written / "staged.csv")
    assert sales[1]["title"] == 'Sieben "Zoll", ;\r\n=1+1'
    assert sales[1]["faults"] == '["GTIN_MISSING"]'
    assert sales[1]["decided_at"] == "2026-10-05 10:30:00+00"
    assert staged[1]["title"] == "夜\u2028に"
    assert json.loads(staged[0]["candidates"]) == ["R1", 'R"2']
    raw = (written / "sales.csv").read_text(encoding="utf-8")
    assert raw.count(',"",') == 1, "the one empty title"
    assert "raw" not in staged[0]


def test_conservation_is_the_lakes_and_adds_up(written: Path) -> None:
    rows = {
        (row["manifest"], row["accounting_period"], row["currency"]): row
        for row in rows_of(written / "conservation.csv")
    }
    assert len(rows) == 5
    stated = {
        "lines": Decimal(4),
        "reported": Decimal("9.250000000000000001"),
        "matched": Decimal("8.25"),
        "unmatched": Decimal(0),
        "held": Decimal(0),
        "quarantined": Decimal(0),
        "excluded": Decimal("1.000000000000000001"),
        "unreadable_lines": Decimal(1),
        "difference": Decimal(0),
    }
    july = rows[SUMMER, "2026-07", "EUR"]
    assert {name: Decimal(july[name]) for name in stated} == stated
    assert rows[SUMMER, "2026-07", ""]["quarantined"] == "7.000000000000000000"


@pytest.mark.parametrize("table", sorted(TABLES.keys() - {"matches", "payloads", "seen", "drift"}))
def test_parquet_has_the_types_of_the_contract_without_raw_bytes(written: Path, table: str) -> None:
    expected = {name: dtype for name, dtype in TABLES[table].items() if name != "raw"}
    assert pl.read_parquet_schema(written / f"{table}.parquet") == expected


def test_an_outsider_needs_only_sha256sum(written: Path) -> None:
    program = shutil.which("sha256sum")
    if program is None:
        pytest.skip("coreutils are not installed")
    said = subprocess.run(
        [program, "--strict", "-c", SUMS], cwd=written, capture_output=True, text=True, check=True
    )
    assert said.stdout.count(": OK") == len(FILES) + 1


def test_same_lake_gives_the_same_bytes_but_for_the_time(home: Path, tmp_path: Path) -> None:
    first = quarter.export(home, QUARTER, tmp_path / "first", AT).folder
    second = quarter.export(home, QUARTER, tmp_path / "second", LATER).folder
    names = tree(first)
    differing = {name for name in names if (first / name).read_bytes() != _bytes(second / name)}
    assert differing == {DIGESTS, SUMS}


def test_a_quarter_holds_its_periods_alone(home: Path, tmp_path: Path) -> None:
    report = quarter.export(home, "2026Q4", tmp_path / "q4", AT)
    assert (report.deliveries, report.rows["sales"], report.rows["staged"]) == (1, 1, 0)
    assert quarter.verify(tmp_path / "q4").rows == report.rows


def test_an_equal_export_stays_untouched(home: Path, written: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(written, tmp_path / "out"))
    before = {name: (folder / name).stat().st_ino for name in FILES}
    report = quarter.export(home, QUARTER, folder, LATER)
    assert (report.unchanged, report.superseded) == (True, None)
    assert report.created_at == "2026-10-05T10:30:00Z"
    assert {name: (folder / name).stat().st_ino for name in FILES} == before
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


def test_a_different_earlier_export_is_kept_beside(
    home: Path, written: Path, tmp_path: Path
) -> None:
    folder = Path(shutil.copytree(written, tmp_path / "out"))
    for number in (1, 2):
        (folder / "sales.csv").write_text(f"edit {number}", encoding="utf-8")
        report = quarter.export(home, QUARTER, folder, LATER)
        assert report.superseded == tmp_path / f"out.superseded-{number}"
        assert _bytes(report.superseded / "sales.csv") == b"edit %d" % number
        assert quarter.verify(folder).created_at == "2026-10-06T10:30:00Z"


def test_what_a_crash_left_is_taken_away(home: Path, tmp_path: Path) -> None:
    (tmp_path / ".out.building").mkdir()
    (tmp_path / ".out.building" / "sales.csv").write_text("half", encoding="utf-8")
    quarter.verify(quarter.export(home, QUARTER, tmp_path / "out", AT).folder)
    assert {path.name for path in tmp_path.iterdir()} == {"out"}


def test_two_exports_at_once_do_not_mix(home: Path, tmp_path: Path) -> None:
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        assert flock_now(descriptor)
        with pytest.raises(LakeBusy, match="another export"):
            quarter.export(home, QUARTER, tmp_path / "out", AT)
    finally:
        os.close(descriptor)
    assert tree(tmp_path) == set()


def test_a_cell_of_megabytes_is_exported_and_read_again(tmp_path: Path) -> None:
    """DuckDB reads rows of CSV up to 2 MB unless told otherwise; a cell may have 64 MiB."""
    long = [replace(line, title='"ab\n' * 2_000_000) for line in LINES if line.offset == 300]
    fill(tmp_path, tuple(long))
    folder = quarter.export(tmp_path, QUARTER, None, AT).folder
    assert quarter.verify(folder).rows["staged"] == 1
    assert rows_of(folder / "staged.csv")[0]["title"] == long[0].title


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("2026", "'2026' is no quarter; write it like 2026Q3"),
        ("../2026Q3", "is no quarter"),
        ("2025Q3", "no manifest is accounted in 2025Q3; .*undated.*2026-07 .1., .*2026Q3 .1."),
    ],
)
def test_a_quarter_that_is_none_or_empty_is_one_line(home: Path, text: str, says: str) -> None:
    before = tree(home)
    with pytest.raises(UsageError, match=says):
        quarter.export(home, text, None, AT)
    assert tree(home) == before


def test_without_a_lake_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="there is no lake"):
        quarter.export(tmp_path / "none", QUARTER, None, AT)
    assert tree(tmp_path) == set()


@pytest.mark.parametrize("other", ["a file", "a folder of something else"])
def test_something_else_is_never_replaced(home: Path, tmp_path: Path, other: str) -> None:
    place = tmp_path / "out"
    if other == "a file":
        place.write_text("mine", encoding="utf-8")
    else:
        place.mkdir()
        (place / "mine.csv").write_text("mine", encoding="utf-8")
    before = tree(tmp_path)
    with pytest.raises(UsageError, match="something else than an export"):
        quarter.export(home, QUARTER, place, AT)
    assert tree(tmp_path) == before


def test_a_place_that_cannot_be_written_is_one_line(home: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(PipelineError, match="cannot be written") as caught:
        quarter.export(home, QUARTER, tmp_path / "file" / "out", AT)
    assert caught.value.exit_code == 1


@pytest.mark.parametrize(
    ("damage", "says"),
    [
        ("other money", rf"manifest {AUTUMN} of 2026Q3, EUR: matched, stated 100, found 101"),
        ("a row less", rf"{SUMMER} of 2026-07, EUR: lines, stated 4, found 3"),
        ("no parquet", "the lake cannot be read"),
    ],
)
def test_a_damaged_lake_is_never_exported(tmp_path: Path, damage: str, says: str) -> None:
    fill(tmp_path)
    path = next((tmp_path / "lake" / "sales").glob("*.parquet"))
    sales = pl.read_parquet(path)
    one_more = pl.when(pl.col("amount") == 100).then(Decimal(101)).otherwise(pl.col("amount"))
    if damage == "other money":
        sales.with_columns(one_more.cast(pl.Decimal(38, 18)).alias("amount")).write_parquet(path)
    elif damage == "a row less":
        sales.filter(pl.col("offset") != 200).write_parquet(path)
    else:
        path.write_bytes(b"PAR1 and nothing more")
    with pytest.raises(LakeDamaged, match=says):
        quarter.export(tmp_path, QUARTER, None, AT)
    assert tree(tmp_path / "audit") == set()


def _bytes(path: Path) -> bytes:
    return path.read_bytes()
