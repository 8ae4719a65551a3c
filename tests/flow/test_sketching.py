"""The table `drift`: what a delivery reports, counted exactly, whatever parts it was read in."""

import re
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.flow import replay
from pipeline.flow.ingest import Order
from pipeline.flow.relaying import accept
from pipeline.flow.sketching import Kept
from pipeline.vocab import Fault
from pipeline.vocab_watch import Measure
from pipeline.watch import sketch as sketching
from pipeline.watch.sketch_pairs import Ordered
from tests.flow.homes import ALPHA, AT, BETA, GAMMA, SETTINGS, asked, frame, line, report, take

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "data" / "sample"
REPORTS = sorted(path for path in SAMPLES.iterdir() if path.suffix != ".md")
DSRF = "DSR_SAMPLE2_YouTube_AdSupport-music_2026-Q3_DE_1of1_20261008T090000.tsv"
LATER = AT + timedelta(hours=1)
CELL = ("service", "territory", "month", "currency")
Homes = Callable[[str], Path]
Cells = Mapping[str, str]
Figures = tuple[int, Decimal, Decimal]

LINES = [
    line(ALPHA, "1.10", quantity="3"),
    line(ALPHA, "0.000000000000000001", quantity="2", territory="US"),
    line(BETA, "-2.5", quantity="-5", activity_start="2026-06-30"),
    line(GAMMA, "0", "USD", quantity="0", territory="US"),
    line(ALPHA, "999999999999.5", "USD", quantity="7.25"),
    line("", "4", quantity="", title="Ночь", artist="東京ナイト"),
    line("no code", "8", title="", territory="Neverland"),
    line(BETA, "n/a", quantity="2"),
    line(BETA, "5", activity_start=""),
]
NULLS = {
    "isrc": [5, 6],
    "title": [6],
    "quantity": [5],
    "amount": [7],
    "activity_start": [8],
    "label": range(9),
    "unit_price": range(9),
    "currency": [],
    "service": [],
}
BUCKETS = {
    # By hand: 2^(v/4) is the largest such power that is not above the number.
    "quantity": {
        "3": "6",  # 2^1.5 = 2.83
        "2": "4",
        "-5": "neg:9",  # 2^2.25 = 4.76
        "0": "zero",
        "7.25": "11",  # 2^2.75 = 6.73
        "1": "0",
    },
    "amount": {
        "1.10": "0",
        "0.000000000000000001": "-240",  # log2(1e-18) = -59.79, by four -239.2
        "-2.5": "neg:5",  # 2^1.25 = 2.38
        "0": "zero",
        "999999999999.5": "159",  # log2(1e12) = 39.86, by four 159.5
        "4": "8",
        "8": "12",
        "5": "9",
    },
}


@pytest.fixture(scope="module")
def rows(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> pl.DataFrame:
    """The sketch of the lines above."""
    folder = tmp_path_factory.mktemp("sketch")
    home = Path(shutil.copytree(stocked, folder / "home"))
    take(report(folder / "july_2026-07.csv", LINES), home)
    return sketch(home)


def sketch(home: Path) -> pl.DataFrame:
    """The sketches of a lake's deliveries, without the names of these."""
    return frame(home, "drift").drop("manifest", "accounting_period", "source")


def told(rows: pl.DataFrame, measure: Measure, column: str = "") -> dict[tuple[str, ...], Figures]:
    """The figures by cell and value."""
    chosen = rows.filter(measure=measure.value, column=column)
    found = {
        tuple(row[name] for name in (*CELL, "value")): (
            row["lines"],
            row["quantity"],
            row["amount"],
        )
        for row in chosen.iter_rows(named=True)
    }
    assert len(found) == chosen.height
    return found


def counted(lines: Iterable[tuple[Cells, str]], **same: str) -> dict[tuple[str, ...], Figures]:
    """Figures of lines by cell and value, worked out one by one."""
    sums: dict[tuple[str, ...], Figures] = defaultdict(lambda: (0, Decimal(0), Decimal(0)))
    for cells, value in lines:
        month = cells["activity_start"][:7]
        territory = cells["territory"].replace("Neverland", "")
        known = {**cells, "month": month, "territory": territory, **same, "value": value}
        key = tuple(known[name] for name in (*CELL, "value"))
        count, quantity, amount = sums[key]
        more = Decimal("0" if cells["amount"] == "n/a" else cells["amount"])
        sums[key] = count + 1, quantity + Decimal(cells["quantity"] or "0"), amount + more
    return sums


def test_each_cell_is_summed_exactly(rows: pl.DataFrame) -> None:
    assert told(rows, Measure.ALL) == counted((cells, "") for cells in LINES)


@pytest.mark.parametrize("column", NULLS)
def test_what_a_column_lacks_is_counted(column: str, rows: pl.DataFrame) -> None:
    lacking = [(LINES[place], "") for place in NULLS[column]]
    assert told(rows, Measure.NULL, column) == counted(lacking)


@pytest.mark.parametrize("column", BUCKETS)
def test_numbers_are_counted_by_their_size(column: str, rows: pl.DataFrame) -> None:
    of_number = BUCKETS[column]
    sized = [(cells, of_number[cells[column]]) for cells in LINES if cells[column] in of_number]
    assert told(rows, Measure.BUCKET, column) == counted(sized)


def test_a_rate_is_what_a_unit_brings_whatever_the_signs(rows: pl.DataFrame) -> None:
    found = told(rows, Measure.BUCKET, "rate")
    assert found["Spotify", "DE", "2026-06", "EUR", "-4"] == (1, Decimal(-5), Decimal("-2.5"))
    # No unit, no amount or no quantity: no rate.
    assert sum(lines for lines, _, _ in found.values()) == len(LINES) - 3


PROPERTIES: dict[Measure, Callable[[str], str]] = {
    Measure.VALUE: str,
    Measure.LENGTH: lambda text: str(len(text)),
    Measure.SCRIPT: lambda text: "latin" if text.isascii() else "cyrillic",
}


@pytest.mark.parametrize("measure", PROPERTIES)
def test_texts_are_counted_by_service_and_currency(measure: Measure, rows: pl.DataFrame) -> None:
    said = [(cells, PROPERTIES[measure](cells["title"])) for cells in LINES if cells["title"]]
    assert told(rows, measure, "title") == counted(said, territory="", month="")


def test_faults_are_those_of_the_report_and_not_of_what_was_decided(rows: pl.DataFrame) -> None:
    """Shares of Gamma lack in one territory, the line without a code is unmatched."""
    found = told(rows, Measure.FAULT, "faults")
    assert found == {
        **counted([(LINES[7], Fault.AMOUNT_UNREADABLE.value)]),
        **counted([(LINES[6], Fault.ISRC_MALFORMED.value)]),
        **counted([(LINES[6], Fault.TERRITORY_UNKNOWN.value)]),
    }


def test_a_territory_that_is_none_is_a_value_and_makes_no_cell(rows: pl.DataFrame) -> None:
    assert told(rows, Measure.VALUE, "territory") == counted([(LINES[6], "Neverland")])


def test_a_line_that_is_torn_counts_where_nothing_is_known(home: Path, tmp_path: Path) -> None:
    path = report(tmp_path / "july_2026-07.csv", LINES[:1])
    with path.open("a", encoding="utf-8") as file:
        file.write("Spotify,DE,torn\n")
    take(path, home)
    found = sketch(home).filter(territory="", month="", service="")
    assert found.select("column", "measure", "value", "lines").rows() == [
        ("", Measure.ALL, "", 1),
        ("faults", Measure.FAULT, Fault.FIELD_COUNT, 1),
    ]


@pytest.mark.parametrize("path", REPORTS, ids=[path.name for path in REPORTS])
def test_the_cells_of_a_report_add_up_to_what_was_reported(path: Path, home: Path) -> None:
    """And each line is counted once by each column: it says nothing, or one of its values."""
    told_of_it = take(path, home)
    rows = sketch(home)
    whole = rows.filter(measure=Measure.ALL.value)
    amounts = dict(whole.group_by("currency").agg(pl.col("amount").sum()).iter_rows())
    reported = {code: Decimal(each["reported"]) for code, each in told_of_it.amounts.items()}
    assert amounts == reported
    assert whole["lines"].sum() == told_of_it.lines
    torn = rows.filter(measure=Measure.FAULT.value, service="", territory="", month="")
    read = told_of_it.lines - _unread(torn)
    by_column = rows.filter(pl.col("measure").is_in(["null", "value", "rest"]))
    lines = dict(by_column.group_by("column").agg(pl.col("lines").sum()).iter_rows())
    assert {lines[name] for name in ("isrc", "title", "artist", "usage", "label")} == {read}


def _unread(torn: pl.DataFrame) -> int:
    """The lines whose cells were not read: a torn one bears one fault."""
    shapes = [Fault.FIELD_COUNT.value, Fault.BAD_QUOTING.value, Fault.SCHEMA_DRIFT.value]
    return int(torn.filter(pl.col("value").is_in(shapes))["lines"].sum())


@pytest.mark.parametrize("name", ["orchard_2026-09.csv", DSRF])
def test_part_size_threads_and_the_disk_change_nothing(
    name: str, homes: Homes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Where lines find little room, they wait on disk."""
    path = next(one for one in REPORTS if one.name == name)
    monkeypatch.setattr(sketching, "PER_GROUP", 1)
    written: list[int] = []
    keep = Kept.add

    def seen(kept: Kept, lines: Ordered) -> None:
        written.append(len(lines.rows))
        keep(kept, lines)

    monkeypatch.setattr(Kept, "add", seen)
    found = []
    for part_bytes, threads, room in (
        (2**10, 1, 2**16),
        (2**10, 2, 4),
        (2**12, 4, 2**16),
        (2**25, 2, 4),
    ):
        monkeypatch.setattr(sketching, "ROOM", room)
        written.clear()
        home = homes(f"{part_bytes}-{room}")
        take(path, home, replace(SETTINGS, part_bytes=part_bytes, threads=threads))
        (file,) = (home / "lake" / "drift").iterdir()
        found.append(file.read_bytes())
        assert bool(written) == (room == 4)
    assert len(set(found)) == 1


RECIPE = re.compile(r"```sql\n(SELECT service, month.*?)```", re.DOTALL)


def test_the_recipe_of_the_readme_tells_money_and_missing_codes_by_month(
    home: Path, tmp_path: Path
) -> None:
    take(report(tmp_path / "july_2026-07.csv", LINES), home)
    (recipe,) = RECIPE.findall((ROOT / "queries" / "README.md").read_text(encoding="utf-8"))
    assert asked(home, recipe) == [
        ("Spotify", "", "EUR", Decimal(5), 0.0),
        ("Spotify", "2026-06", "EUR", Decimal("-2.5"), 0.0),
        ("Spotify", "2026-07", "EUR", Decimal("13.100000000000000001"), 0.4),
        ("Spotify", "2026-07", "USD", Decimal("999999999999.5"), 0.0),
    ]


def test_without_sketches_nothing_is_written(home: Path, july: Path) -> None:
    take(july, home, replace(SETTINGS, sketches=False))
    assert sketch(home).height == 0


def test_a_report_read_again_has_one_sketch(homes: Homes, tmp_path: Path) -> None:
    """That of the lines as they are read now; those that are not keep their place."""
    home, other = homes("held"), homes("known")
    path = tmp_path / "orchard_2026-09.csv"
    text = (SAMPLES / "orchard_2026-09.csv").read_bytes()
    path.write_bytes(text.replace(b"Preferred Currency", b"Money", 1))
    held = take(path, home)
    before = sketch(home)
    assert set(before["service"]) == {""}
    assert set(before["measure"]) == {Measure.ALL.value, Measure.FAULT.value}
    assert before.filter(measure=Measure.ALL.value)["lines"].sum() == held.lines
    ((entry,),) = asked(home, "SELECT ledger_id FROM staged ORDER BY line LIMIT 1")
    replay.exclude(home, SETTINGS, LATER, reason="a test", name="bob", entries=[entry])
    order = Order(home, SETTINGS, LATER)
    taken = accept(order, held.manifest[:12], {"Preferred Currency": "Money"}, name="ann")

    known = other / "sources" / taken.profile.name
    known.parent.mkdir()
    known.write_bytes(taken.profile.read_bytes())
    take(path, other)
    assert frame(home, "drift").select("manifest", "accounting_period").unique().height == 1
    here, there = sketch(home), sketch(other)
    excluded = here.filter(measure=Measure.FAULT.value, value=Fault.SCHEMA_DRIFT.value)
    assert excluded["lines"].to_list() == [1]
    for rows in (here, there):
        assert rows.filter(measure=Measure.ALL.value)["lines"].sum() == held.lines
    lost = there.join(here, on=there.columns, how="anti")
    # The line that a person excluded is not read again: it counts where nothing is known instead.
    moved = lost.filter(measure=Measure.ALL.value)
    assert sorted(moved["service"].ne("").to_list()) == [False, True]
    reported: list[Any] = asked(home, "SELECT currency, sum(amount) FROM reported GROUP BY ALL")
    sums = here.filter(measure=Measure.ALL.value).group_by("currency").agg(pl.col("amount").sum())
    assert {code: amount for code, amount in reported if amount} == {
        code: amount for code, amount in sums.iter_rows() if amount
    }
