"""A file of each DSR profile, ingested by the real command: lines, sums and counts as made."""

import csv
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.flow.opening import open_report
from pipeline.vocab import Fault
from tests.world import dsrf_formats, dsrf_sales
from tests.world.sheet import Sample

SOURCES = {
    "Sales": "dsrf_record_companies",
    "UGC": "dsrf_ugc",
    "Royalty": "dsrf_royalty",
    "UGCSingle": "dsrf_ugc_single",
    "Audio": "dsrf_basic_audio",
    "AudioSingle": "dsrf_basic_audio_single",
    "Film": "dsrf_audio_visual",
    "FilmSingle": "dsrf_audio_visual_single",
}
"""Profile by the service in the file's name."""


@pytest.fixture(scope="module")
def samples() -> dict[str, Sample]:
    return {sample.name.split("_")[3]: sample for sample in dsrf_formats.samples()}


@pytest.fixture(scope="module")
def folder(samples: dict[str, Sample], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("dsrf")
    for sample in samples.values():
        (folder / sample.name).write_bytes(sample.payload)
    return folder


def ingested(path: Path, home: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    assert main.run(["--home", str(home), "ingest", str(path), "--json"]) == 0
    (told,) = json.loads(capsys.readouterr().out)["manifests"]
    return dict(told)


@pytest.mark.parametrize("service", SOURCES)
def test_each_profile_conserves_lines_and_sums(
    service: str,
    samples: dict[str, Sample],
    folder: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    sample = samples[service]
    told = ingested(folder / sample.name, tmp_path / "home", capsys)
    assert told["source"] == SOURCES[service]
    assert told["lines"] == len(sample.entries) == sum(told["by_status"].values())
    sums = {code: Decimal(held["reported"]) for code, held in told["amounts"].items()}
    made = sample.amounts()
    assert {code: total for code, total in sums.items() if total} == {
        code: total for code, total in made.items() if total
    }
    broken = [entry for entry in sample.entries if entry.fault is Fault.FIELD_COUNT]
    assert told["by_status"]["quarantined"] == len(broken)
    assert all(count["declared"] == count["found"] for count in told["control"].values())
    assert Fault.OUT_OF_BALANCE not in told["by_fault"]


def test_sales_add_up_as_a_reading_by_csv_and_decimal_adds_them(
    samples: dict[str, Sample], folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = samples["Sales"].payload.decode()
    rows = list(csv.reader(io.StringIO(text), delimiter="\t", quoting=csv.QUOTE_NONE))
    names = {row[0].removeprefix("#"): row[1:] for row in rows if row[0].startswith("#")}
    read = [
        (row[0], dict(zip(names[row[0]], row[1:], strict=False)))
        for row in rows
        if row[0] in names and len(row) == len(names[row[0]]) + 1
    ]
    currencies = {
        cells["SummaryRecordId"]: cells["CurrencyOfAccounting"]
        for kind, cells in read
        if kind == "SY10"
    }
    sums: dict[str, Decimal] = {}
    for kind, cells in read:
        due = cells.get("AllocatedNetRevenueInCurrencyOfAccounting", "")
        if kind == "SR08" and due:
            currency = currencies[cells["SummaryRecordId"]]
            sums[currency] = sums.get(currency, Decimal(0)) + Decimal(due)
    told = ingested(folder / dsrf_sales.NAME, tmp_path / "home", capsys)
    reported = {code: Decimal(held["reported"]) for code, held in told["amounts"].items()}
    assert {code: total for code, total in reported.items() if code} == sums
    assert sums.keys() == {"EUR", "USD"}


def test_the_summaries_of_sales_declare_what_their_lines_add_up_to(
    samples: dict[str, Sample], folder: Path, tmp_path: Path
) -> None:
    opened = open_report(folder / dsrf_sales.NAME, tmp_path, tmp_path, None, None)
    declared = opened.declared_money
    assert declared == samples["Sales"].amounts()
    assert declared.keys() == {"EUR", "USD"}


def test_the_files_are_the_same_bytes_each_time(samples: dict[str, Sample], tmp_path: Path) -> None:
    told = dsrf_formats.write(tmp_path)
    assert len(told) == len(SOURCES)
    for sample in samples.values():
        assert (tmp_path / sample.name).read_bytes() == sample.payload


PARTS = sorted((Path(__file__).parents[2] / "data" / "sample").glob("DSR_SAMPLE_*of2_*.gz"))


def test_a_part_alone_says_that_a_part_is_missing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    part = tmp_path / PARTS[0].name
    part.write_bytes(PARTS[0].read_bytes())
    told = ingested(part, tmp_path / "home", capsys)
    files = told["control"]["files"]
    assert (files["declared"], files["found"], files["balance"]) == (2, 1, "unknown")
    assert told["control"]["lines_in_report"]["found"] is None
    assert Fault.OUT_OF_BALANCE not in told["by_fault"]


def test_a_part_under_another_parts_name_is_on_hold(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    part = tmp_path / PARTS[1].name
    part.write_bytes(PARTS[0].read_bytes())
    told = ingested(part, tmp_path / "home", capsys)
    assert told["by_fault"][Fault.OUT_OF_BALANCE] == told["lines"]
    assert told["by_status"]["matched"] == 0
