"""The committed samples are the generator's, and hold the lines and sums that it tells of them."""

import gzip
import re
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest

from tests.world import reports
from tests.world.reading import READABLE, records, totals
from tests.world.sheet import Sample

SAMPLES = Path(__file__).parents[2] / "data" / "sample"


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return reports.samples()


def test_committed_samples_are_what_the_generator_makes(samples: list[Sample]) -> None:
    assert {path.name for path in SAMPLES.iterdir()} == {
        "README.md",
        *(sample.name for sample in samples),
    }
    for sample in samples:
        payload = (SAMPLES / sample.name).read_bytes()
        held = gzip.decompress(payload) if sample.name.endswith(".gz") else payload
        assert held == reports.text_of(sample), sample.name
    assert (SAMPLES / "README.md").read_text(encoding="utf-8") == reports.readme(samples)


@pytest.mark.parametrize(
    ("name", "delimiter", "amount", "currency"),
    [
        ("symphonic_2026-09.csv", ",", "Royalty ($US)", None),
        ("distrokid_2026-08.tsv", "\t", "Earnings (USD)", None),
        ("distrokid_2026-09.tsv", "\t", "Earnings (USD)", None),
        ("orchard_2026-09.csv", ";", "Label Share Net Receipts", "Preferred Currency"),
    ],
)
def test_sample_lines_and_sums_equal_an_independent_reading(
    samples: list[Sample], name: str, delimiter: str, amount: str, currency: str | None
) -> None:
    (sample,) = (each for each in samples if each.name == name)
    text = (SAMPLES / name).read_bytes().decode("latin-1")
    (_, header), *lines = records(text, delimiter)
    assert header is not None
    money = []
    for _, cells in lines:
        if cells is None or len(cells) != len(header):
            continue
        row = dict(zip(header, cells, strict=True))
        figure = re.sub(r"^\((.*)\)$", r"-\1", row[amount])
        figure = figure.replace(",", ".") if delimiter == ";" else figure
        if READABLE.fullmatch(figure):
            money.append((row[currency] if currency else "USD", Decimal(figure)))
    assert [line for line, _ in lines] == [entry.line for entry in sample.entries]
    assert len(lines) - len(money) == sample.unreadable()
    assert totals(money) == sample.amounts()


def test_dsrf_samples_count_and_sum_as_their_records_say(samples: list[Sample]) -> None:
    files = {sample.name: sample for sample in samples if sample.name.startswith("DSR_")}
    rows = {
        name: [
            row.split("\t") for row in reports.text_of(sample).decode("latin-1").split("\n")[:-1]
        ]
        for name, sample in files.items()
    }
    of_report: Counter[str] = Counter()
    for name, held in rows.items():
        of_report[name.split("_")[1]] += len(held)
    for name, sample in files.items():
        currency = {(row[1], row[12]): row[10] for row in rows[name] if row[0] == "SY02.01"}
        lines = [row for row in rows[name] if row[0] == "LI01.01"]
        money = [(currency[row[2], row[3]], Decimal(row[9])) for row in lines if len(row) == 10]
        bare = sum(
            row[0] == "SU03.01" and after[0] != "LI01.01"
            for row, after in zip(rows[name], rows[name][1:], strict=False)
        )
        missing = 1 if "SAMPLE2" in name else 0
        foot = rows[name][-1]
        assert totals(money) == sample.amounts()
        assert len(lines) + bare == len(sample.entries)
        assert foot[0] == "FOOT"
        assert int(foot[1]) == len(rows[name]) + missing
        assert int(foot[2]) == of_report[name.split("_")[1]] + missing
        assert int(foot[4]) == sum(row[0] == "AS01" for row in rows[name])
