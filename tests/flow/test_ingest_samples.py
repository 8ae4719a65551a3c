"""The sample reports and a generated manifest, line by line against what was planted in them."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.contract.columns import IDENTITY, TABLES
from pipeline.flow import catalog
from pipeline.flow.outcome import Report
from pipeline.vocab import Effect, Fault
from tests.flow.homes import (
    AT,
    SETTINGS,
    asked,
    assert_conserved,
    became,
    frame,
    take,
)
from tests.world import manifest, reports
from tests.world.reading import READABLE, records
from tests.world.sheet import Sample

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "sample"
NAMES = [path.name for path in sorted(SAMPLES.iterdir()) if path.name != "README.md"]
LINES = 20_000
UNSTABLE = ("run", "decided_at", "at", "next_attempt_at")
ALSO = {
    "unknown title without identifiers": {Fault.ISRC_MISSING},
    "byte 0xE9 in the ISRC": {Fault.ISRC_MALFORMED},
    "byte 0xE9 in the asset's ISRC": {Fault.ISRC_MALFORMED},
}
"""Second faults that come with a planted one."""


@pytest.fixture(scope="module")
def stock(demo_catalog: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the demo catalog and nothing else; only copied."""
    home = tmp_path_factory.mktemp("stock") / "home"
    catalog.load(home, demo_catalog, partial=False, clock=AT)
    return home


@pytest.fixture(scope="module")
def samples() -> dict[str, Sample]:
    return {sample.name: sample for sample in reports.samples()}


@pytest.fixture(scope="module")
def taken(stock: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The home that has taken a sample, made when first asked for."""
    homes: dict[str, Path] = {}

    def home_of(name: str) -> Path:
        if name not in homes:
            homes[name] = Path(shutil.copytree(stock, tmp_path_factory.mktemp("taken") / "home"))
            # Some twenty parts each, their borders anywhere.
            take(SAMPLES / name, homes[name], replace(SETTINGS, part_bytes=700))
        return homes[name]

    return home_of


def expected(sample: Sample) -> dict[int, tuple[str, set[Fault]]]:
    """Status and faults of every line, by what is planted in the sample."""
    off = {Fault.OUT_OF_BALANCE} if "one line more" in sample.remark else set()
    lines = {}
    for entry in sample.entries:
        faults = {entry.fault} if entry.fault else set()
        faults |= ALSO.get(entry.note, set())
        fatal = any(fault.effect is Effect.QUARANTINED for fault in faults)
        faults |= set() if fatal else off
        # In rising precedence, as section 5 of the design has it.
        asked_for = {fault.effect for fault in faults} - {Effect.WARNS}
        order = (Effect.QUARANTINED, Effect.HELD, Effect.UNMATCHED)
        status = next((effect.value for effect in order if effect in asked_for), "matched")
        lines[entry.line] = (status, faults)
    return lines


@pytest.mark.parametrize("name", NAMES)
def test_each_planted_line_has_its_fault_and_status_and_no_other_line_any(
    name: str, samples: dict[str, Sample], taken: Callable[[str], Path]
) -> None:
    found = {
        number: (status, {Fault(fault) for fault in faults})
        for number, (status, faults) in became(taken(name)).items()
    }
    wanted = expected(samples[name])
    assert found.keys() == wanted.keys()
    assert {n: held for n, held in found.items() if held != wanted[n]} == {}


@pytest.mark.parametrize("name", NAMES)
def test_the_money_of_a_sample_is_conserved(
    name: str, samples: dict[str, Sample], taken: Callable[[str], Path]
) -> None:
    """An alias is summed under the code that it stands for."""
    sums = samples[name].amounts()
    if "US$" in sums:
        sums["USD"] += sums.pop("US$")
    assert_conserved(taken(name), sums, len(samples[name].entries))


@pytest.mark.parametrize("name", [name for name in NAMES if not name.startswith("DSR")])
def test_each_amount_is_what_an_independent_reading_finds(
    name: str, taken: Callable[[str], Path]
) -> None:
    delimiter = {"symphonic": ",", "distrokid": "\t", "orchard": ";"}[name.partition("_")[0]]
    text = (SAMPLES / name).read_bytes().decode("latin-1")
    (_, header), *lines = records(text, delimiter)
    assert header is not None
    (place,) = (n for n, cell in enumerate(header) if re.search(r"\(\$US\)|^Earn|Net Rec", cell))
    amounts = {}
    for number, cells in lines:
        whole = cells is not None and len(cells) == len(header)
        figure = cells[place] if whole and cells else ""
        figure = re.sub(r"^\((.*)\)$", r"-\1", figure)
        figure = figure.replace(",", ".") if delimiter == ";" else figure
        amounts[number] = Decimal(figure) if READABLE.fullmatch(figure) else None
    found: dict[int, Decimal | None] = {}
    for table in ("sales", "staged", "quarantine"):
        found |= dict(frame(taken(name), table).select("line", "amount").iter_rows())
    assert found == amounts


@pytest.mark.parametrize("name", NAMES)
def test_what_is_held_back_keeps_its_bytes(
    name: str, samples: dict[str, Sample], taken: Callable[[str], Path]
) -> None:
    kept: dict[int, bytes] = {}
    for table in ("staged", "quarantine"):
        kept |= dict(frame(taken(name), table).select("line", "raw").iter_rows())
    lines = {entry.line: entry.payload for entry in samples[name].entries}
    held = {
        number for number, (status, _) in expected(samples[name]).items() if status != "matched"
    }
    end = b"\n" if name.startswith("DSR") else b""
    assert kept == {number: lines[number] + end for number in held}


@pytest.fixture(scope="module")
def generated(demo_catalog: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("generated") / "generated_2026-09.csv"
    # Few identities, so that the assets of fatal lines have other lines as well.
    manifest.write(path, demo_catalog, manifest.Order(LINES, seed=7, bad=0.05, identities=400))
    return path


@pytest.fixture(scope="module")
def truth(generated: Path) -> dict[str, Any]:
    written: dict[str, Any] = json.loads(
        generated.with_name(f"{generated.name}.truth.json").read_text(encoding="utf-8")
    )
    return written


@pytest.fixture(scope="module")
def ingested(
    stock: Path, generated: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Report]:
    home = Path(shutil.copytree(stock, tmp_path_factory.mktemp("ingested") / "home"))
    return home, take(generated, home)


def test_every_planted_kind_is_counted(
    truth: dict[str, Any], ingested: tuple[Path, Report]
) -> None:
    _, told = ingested
    planted: Counter[str] = Counter()
    for kind in truth["planted"].values():
        if kind["fault"]:
            planted[kind["fault"]] += kind["lines"]
    assert len(truth["planted"]) == 14
    assert (told.lines, told.manifest) == (LINES, truth["manifest"])
    # A bad byte makes the ISRC malformed as well.
    planted[Fault.ISRC_MALFORMED] += truth["planted"]["bad_byte_in_isrc"]["lines"]
    counted = {fault: told.by_fault[fault] for fault in planted if fault in told.by_fault}
    assert counted == {**planted, Fault.UNMATCHED: counted[Fault.UNMATCHED]}
    # A stranger's title may be like one of the catalog's; it is offered then, and not taken.
    left = counted[Fault.UNMATCHED] + told.by_fault.get(Fault.LOW_CONFIDENCE, 0)
    assert left >= planted[Fault.UNMATCHED]


def test_the_money_of_a_generated_manifest_is_conserved(
    truth: dict[str, Any], ingested: tuple[Path, Report]
) -> None:
    home, told = ingested
    amounts = {currency: Decimal(text) for currency, text in truth["amounts"].items()}
    assert_conserved(home, amounts, LINES)
    assert {c: Decimal(str(sums["reported"])) for c, sums in told.amounts.items()} == amounts
    unreadable = sum(int(sums["unreadable_lines"]) for sums in told.amounts.values())
    assert unreadable == truth["unreadable_lines"]


def test_exactly_the_other_lines_of_doomed_assets_are_halted(
    generated: Path, ingested: tuple[Path, Report]
) -> None:
    """By an independent reading: the assets of lines in no currency, or with a NUL in the title."""
    home, _ = ingested
    text = generated.read_bytes().decode("latin-1")
    (_, header), *lines = records(text, ",")
    assert header is not None
    isrc_of, doomed = {}, set()
    for number, cells in lines:
        if cells is None or len(cells) != len(header):
            continue
        row = dict(zip(header, cells, strict=True))
        sound = re.fullmatch(r"[A-Z]{2}[A-Z0-9]{3}\d{7}", row["isrc"])
        isrc_of[number] = row["isrc"] if sound else None
        if re.fullmatch(r"ZZZ|EUX|XQZ|U\$D|\?\?\?", row["currency"]) or "\0" in row["title"]:
            doomed.add(number)
    assets = {isrc_of[number] for number in doomed} - {None}
    others = {number for number, isrc in isrc_of.items() if isrc in assets} - doomed
    found = asked(home, "SELECT line, status, faults FROM staged WHERE asset LIKE 'isrc:%'")
    halted = {number for number, _, faults in found if Fault.ASSET_HALTED in faults}
    assert len(others) > 50
    assert halted == others
    assert {status for number, status, _ in found if number in others} == {"held"}


_ORDER = {
    "retry_ledger": ["ledger_id"],
    "matches": list(IDENTITY),
    "seen": ["line_hash"],
    "drift": [name for name, dtype in TABLES["drift"].items() if dtype == pl.String],
}


def stable(home: Path) -> dict[str, pl.DataFrame]:
    """The tables in file order, but for clocks and runs."""
    return {
        table: frame(home, table).drop(UNSTABLE, strict=False).sort(_ORDER.get(table, "line"))
        for table in TABLES
    }


def files_of(home: Path) -> list[tuple[str, int, pl.DataFrame]]:
    """Table, size and rows of each file, in the order of the lines; the name of the run is out."""
    listed = asked(home, "SELECT tbl, bytes, name FROM files")
    read = [
        (tbl, size, pl.read_parquet(home / "lake" / tbl / name).drop("run", strict=False))
        for tbl, size, name in listed
    ]
    return sorted(read, key=lambda file: (file[0], file[1], file[2].hash_rows().sort()[0]))


@pytest.fixture(scope="module")
def variants(
    stock: Path, generated: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[tuple[int, int], Path]:
    """Homes that took the manifest with other parts and threads."""
    homes = {}
    for part_bytes, threads in ((2**16, 1), (2**16, 4), (2**20, 2), (2**25, 1)):
        folder = tmp_path_factory.mktemp("variant")
        homes[part_bytes, threads] = Path(shutil.copytree(stock, folder / "home"))
        settings = replace(SETTINGS, part_bytes=part_bytes, threads=threads)
        take(generated, homes[part_bytes, threads], settings)
    return homes


def test_parts_and_threads_change_nothing(
    variants: dict[tuple[int, int], Path], ingested: tuple[Path, Report]
) -> None:
    wanted = stable(ingested[0])
    for variant, home in variants.items():
        for table, rows in stable(home).items():
            assert rows.equals(wanted[table]), (variant, table)
        differs = "SELECT by_fault, by_method, lines FROM manifests"
        assert asked(home, differs) == asked(ingested[0], differs)


def test_threads_change_no_file(variants: dict[tuple[int, int], Path]) -> None:
    """A run's name is of one length and stands in every row: but for it, the same bytes."""
    one, four = (files_of(variants[2**16, threads]) for threads in (1, 4))
    assert len(one) > 50
    assert [file[:2] for file in one] == [file[:2] for file in four]
    assert all(mine[2].equals(other[2]) for mine, other in zip(one, four, strict=True))
