"""An ingest from bytes to a lake: what becomes of each line, and what changes nothing."""

import gzip
import shutil
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.flow.manifest_id import digest_of
from pipeline.vocab import Fault, ManifestState, Status
from tests.flow.homes import (
    ALBUM,
    ALPHA,
    BETA,
    DELTA,
    EPSILON,
    GAMMA,
    SETTINGS,
    SHELF,
    SINGLE,
    ZETA,
    asked,
    assert_conserved,
    became,
    frame,
    line,
    load,
    report,
    take,
    tree,
)

MATCHED, UNMATCHED, HELD = Status.MATCHED.value, Status.UNMATCHED.value, Status.HELD.value
NOWHERE = "GBZZZ2600001"
Homes = Callable[[str], Path]
Lines = dict[int, tuple[str, list[str]]]

CASES = {
    "plain terms": (line(ALPHA), MATCHED, []),
    "by territory, agreed there": (line(GAMMA, territory="US"), MATCHED, []),
    "by territory, agreed nowhere else": (
        line(GAMMA, territory="FR"),
        HELD,
        [Fault.SPLITS_INCOMPLETE],
    ),
    "a territory that is none, on plain terms": (
        line(ALPHA, territory="Neverland"),
        MATCHED,
        [Fault.TERRITORY_UNKNOWN],
    ),
    "a territory that is none, by territory": (
        line(GAMMA, territory="Neverland"),
        HELD,
        [Fault.SPLITS_INCOMPLETE, Fault.TERRITORY_UNKNOWN],
    ),
    "by date, agreed then": (line(DELTA, activity_start="2026-08-31"), MATCHED, []),
    "by date, after the last agreement": (
        line(DELTA, activity_start="2026-09-01"),
        HELD,
        [Fault.SPLITS_INCOMPLETE],
    ),
    "a date that is none, on plain terms": (
        line(ALPHA, activity_start="soon"),
        MATCHED,
        [Fault.PERIOD_UNREADABLE],
    ),
    "a date that is none, by date": (
        line(DELTA, activity_start="soon"),
        HELD,
        [Fault.SPLITS_INCOMPLETE, Fault.PERIOD_UNREADABLE],
    ),
    "a first day that is none, by date, though the last is covered": (
        line(DELTA, activity_start="soon", activity_end="2026-07-31"),
        HELD,
        [Fault.PERIOD_UNREADABLE],
    ),
    "by release, agreed on the album": (line(EPSILON, gtin=ALBUM), MATCHED, []),
    "by release, half agreed on the single": (
        line(EPSILON, gtin=SINGLE),
        HELD,
        [Fault.SPLITS_INCOMPLETE],
    ),
    "by release, which of the two is not said": (line(EPSILON), HELD, [Fault.SPLITS_INCOMPLETE]),
    "splits of 0.85": (line(ZETA), HELD, [Fault.SPLITS_INCOMPLETE]),
    "a quantity that is none": (line(ALPHA, quantity="?"), MATCHED, [Fault.QUANTITY_UNREADABLE]),
    "a whole release": (line(gtin=ALBUM, sale_level="release"), MATCHED, []),
    "a whole release without its GTIN": (
        line(sale_level="release", title="Album"),
        UNMATCHED,
        [Fault.UNMATCHED, Fault.GTIN_MISSING],
    ),
    "a whole release with a track that lacks shares": (
        line(gtin=SINGLE, sale_level="release"),
        HELD,
        [Fault.SPLITS_INCOMPLETE],
    ),
    "a text alone": (
        line(title="Eta", artist="Berta", sale_level="track"),
        MATCHED,
        [Fault.ISRC_MISSING],
    ),
    "nowhere in the catalog": (line(NOWHERE, title="Omega"), UNMATCHED, [Fault.UNMATCHED]),
    "an amount that is none, nowhere in the catalog": (
        line(NOWHERE, "much", title="Omega"),
        HELD,
        [Fault.UNMATCHED, Fault.AMOUNT_UNREADABLE],
    ),
    "no currency": (line(BETA, currency=""), HELD, [Fault.CURRENCY_MISSING]),
}


@pytest.fixture(scope="module")
def cases(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that has taken one report of all cases; only read."""
    folder = tmp_path_factory.mktemp("cases")
    home = Path(shutil.copytree(stocked, folder / "home"))
    take(report(folder / "cases.csv", [cells for cells, _, _ in CASES.values()]), home)
    return home


@pytest.fixture(scope="module")
def lines(cases: Path) -> Lines:
    return became(cases)


@pytest.mark.parametrize("case", CASES)
def test_a_line_becomes_what_its_terms_and_cells_say(case: str, lines: Lines) -> None:
    _, status, faults = CASES[case]
    assert lines[list(CASES).index(case) + 2] == (status, faults)


def test_the_cases_lose_no_line_and_no_money(cases: Path) -> None:
    eur = len(CASES) - 2
    assert_conserved(cases, {"EUR": Decimal(eur), "": Decimal(1)}, len(CASES))


def test_what_is_sold_names_recording_release_and_method(cases: Path) -> None:
    sold = asked(cases, "SELECT DISTINCT recording_id, release_id, method FROM sales ORDER BY ALL")
    assert sold == [
        ("R-Alpha", "L1", "isrc"),
        ("R-Delta", None, "isrc"),
        ("R-Epsilon", "L1", "isrc"),
        ("R-Eta", None, "exact_text"),
        ("R-Gamma", None, "isrc"),
        (None, "L1", "gtin"),
    ]


def test_the_report_counts_as_the_tables_do(home: Path, tmp_path: Path) -> None:
    path = report(tmp_path / "2026-07.csv", [line(ALPHA, "2.5"), line(ZETA, "-1"), line(BETA, "x")])
    told = take(path, home).as_json()
    assert {name: told[name] for name in ("state", "lines", "manifest", "accounting_period")} == {
        "state": "committed",
        "lines": 3,
        "manifest": digest_of(path),
        "accounting_period": "2026-07",
    }
    by_status = {status.value: 0 for status in Status}
    assert told["by_status"] == {**by_status, MATCHED: 1, HELD: 2}
    assert told["by_method"] == {"isrc": 1}
    assert told["by_fault"] == {Fault.SPLITS_INCOMPLETE: 1, Fault.AMOUNT_UNREADABLE: 1}
    assert told["amounts"] == {
        "EUR": {
            "reported": "1.5",
            "matched": "2.5",
            "unmatched": "0",
            "held": "-1",
            "quarantined": "0",
            "excluded": "0",
            "unreadable_lines": 1,
        }
    }


def test_the_same_bytes_again_change_nothing(home: Path, tmp_path: Path) -> None:
    path = report(tmp_path / "2026-07.csv", [line(ALPHA), line(NOWHERE)])
    first = take(path, home)
    before = tree(home)
    again = take(Path(shutil.copy(path, tmp_path / "copy-2026-07.csv")), home)
    assert (again.state, again.manifest) == (ManifestState.UNCHANGED, first.manifest)
    assert tree(home) == before


def test_the_same_bytes_for_another_period_are_another_delivery(home: Path, tmp_path: Path) -> None:
    path = report(tmp_path / "undated.csv", [line(ALPHA, "3"), line(NOWHERE, "4")])
    periods = [take(path, home, period=period).accounting_period for period in (None, "2026Q3")]
    assert periods == ["", "2026Q3"]
    assert take(path, home, period="2026Q3").state is ManifestState.UNCHANGED
    assert asked(home, "SELECT count(DISTINCT manifest), count(*) FROM manifests") == [(1, 2)]
    assert asked(home, "SELECT count(DISTINCT ledger_id), count(*) FROM staged") == [(2, 2)]
    assert_paid(home, "6")


def assert_paid(home: Path, amount: str) -> None:
    assert asked(home, "SELECT sum(amount) FROM sales") == [(Decimal(amount),)]


def test_a_packed_report_is_read_as_the_plain_one(home: Path, tmp_path: Path) -> None:
    path = report(tmp_path / "2026-07.csv", [line(ALPHA, "3"), line(NOWHERE, "4")])
    packed = tmp_path / "2026-07.csv.gz"
    packed.write_bytes(gzip.compress(path.read_bytes()))
    told = take(packed, home)
    assert told.state is ManifestState.COMMITTED
    assert told.manifest == digest_of(packed)
    assert (told.amounts["EUR"]["matched"], told.amounts["EUR"]["unmatched"]) == ("3", "4")
    raw = asked(home, "SELECT DISTINCT raw FROM staged")
    assert raw == [(path.read_bytes().splitlines(keepends=True)[2],)]
    assert take(packed, home).state is ManifestState.UNCHANGED


def test_parts_of_nothing_but_blank_lines_are_no_lines(home: Path, tmp_path: Path) -> None:
    path = report(tmp_path / "r.csv", [line(ALPHA, "2"), line(BETA, "3")])
    header, first, second = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(header + first + b"\n" * 5_000 + second + b"\n" * 3_000)
    told = take(path, home, replace(SETTINGS, part_bytes=2**10))
    assert (told.lines, told.amounts["EUR"]["matched"]) == (2, "5")


def test_without_a_catalog_every_line_is_unmatched(tmp_path: Path) -> None:
    told = take(report(tmp_path / "r.csv", [line(ALPHA, "2"), line(ZETA, "3")]), tmp_path / "home")
    assert told.by_status[UNMATCHED] == told.lines == 2
    assert told.by_fault == {Fault.UNMATCHED: 2}
    assert_conserved(tmp_path / "home", {"EUR": Decimal(5)}, 2)


def test_a_catalog_without_splits_skips_the_split_check(tmp_path: Path) -> None:
    tables = {name: text for name, text in SHELF.items() if name != "splits.csv"}
    load(tmp_path / "home", tables, tmp_path / "offered")
    told = take(
        report(tmp_path / "r.csv", [line(ALPHA), line(GAMMA, territory="FR"), line(ZETA)]),
        tmp_path / "home",
    )
    assert told.by_status[MATCHED] == told.lines == 3


def test_a_fault_of_more_than_half_the_lines_is_one_of_the_manifest(
    homes: Homes, tmp_path: Path
) -> None:
    """Six of ten lines in no currency: one entry, one alert; five of ten: one entry each."""
    for bad, entries in ((6, [("manifest", None, 6)]), (5, [("line", None, 1)] * 5)):
        lines = [line(NOWHERE, "2", "XQZ", title=f"Song {n}") for n in range(bad)]
        lines += [line(ALPHA) for _ in range(10 - bad)]
        for place, cells in enumerate(lines[:bad]):
            cells["isrc"] = f"GBZZZ26{place:05}"
        home = homes(f"home-{bad}")
        take(report(tmp_path / f"{bad}.csv", lines), home)
        states = frame(home, "ledger_state").filter(fault=Fault.CURRENCY_INVALID.value)
        assert states.select("kind", "currency", "lines").rows() == [
            (kind, currency if kind == "manifest" else "XQZ", count)
            for kind, currency, count in entries
        ]
        alerts = frame(home, "alerts").select("fault", "currency", "lines", "amount").rows()
        count, each = (1, bad) if bad == 6 else (bad, 1)
        assert alerts == [(Fault.CURRENCY_INVALID, "XQZ", each, Decimal(2 * each))] * count
        assert_conserved(home, {"XQZ": Decimal(2 * bad), "EUR": Decimal(10 - bad)}, 10)


@pytest.mark.parametrize("kept", ["two", "one"])
def test_a_share_of_lines_is_a_setting(kept: str, home: Path, tmp_path: Path) -> None:
    """Of three lines, two are faulty: more than 0.5, not more than 0.7."""
    share = {"two": "0.7", "one": "0.5"}[kept]
    settings = replace(SETTINGS, manifest_fault_share=Decimal(share))
    lines = [line(ALPHA), *(line(f"GBZZZ260000{n}", "1", "XQZ") for n in (2, 3))]
    take(report(tmp_path / "r.csv", lines), home, settings)
    states = frame(home, "ledger_state").filter(fault=Fault.CURRENCY_INVALID.value)
    assert states.height == {"two": 2, "one": 1}[kept]
