"""However a DSR flat file is damaged: refused, or held as a whole, or each of its sums is exact."""

import gzip
import random
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import ManifestRefused
from pipeline.flow.outcome import Report
from tests.flow.homes import take
from tests.properties.dsrf_oracle import oracle
from tests.properties.mutated_oracle import EXACT, number
from tests.properties.test_dsrf import is_of_other_layouts
from tests.properties.test_mutations import NOW, assert_refused, assert_sound, home_of
from tests.world import dsrf_formats

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "sample"
UGC = {
    path.name.removesuffix(".gz"): gzip.decompress(path.read_bytes())
    if path.suffix == ".gz"
    else path.read_bytes()
    for path in sorted(SAMPLES.glob("DSR_*"))
}
"""Files whose lines `dsrf_oracle` knows, record after record."""
PROFILES = {sample.name: sample.payload for sample in dsrf_formats.samples()}
"""One of each profile."""
EXAMPLES = max(settings().max_examples // 100, 1)  # of each mutation; each is a whole ingest
Lines = list[bytes]


def bad_bytes(draw: random.Random, lines: Lines) -> Lines:
    data = bytearray(b"".join(lines))
    for _ in range(draw.choice([1, 2, 6])):
        data[draw.randrange(len(data))] = draw.choice([0x00, 0xE9, 0xFF, 0x80, 0x09, 0x0A])
    return [bytes(data)]


def truncated(draw: random.Random, lines: Lines) -> Lines:
    data = b"".join(lines)
    return [data[: draw.randrange(len(data))]]


def ends_mixed(draw: random.Random, lines: Lines) -> Lines:
    return [line.rstrip(b"\r\n") + draw.choice([b"\n", b"\r\n", b"\r", b"\n\n"]) for line in lines]


def repeated(draw: random.Random, lines: Lines) -> Lines:
    begin, at = draw.randrange(len(lines)), draw.randrange(len(lines) + 1)
    return [*lines[:at], *lines[begin : begin + draw.randrange(1, 12)], *lines[at:]]


def moved(draw: random.Random, lines: Lines) -> Lines:
    """Records in another order."""
    one, other = draw.randrange(len(lines)), draw.randrange(len(lines))
    left = [*lines[:one], *lines[one + 1 :]]
    return [*left[:other], lines[one], *left[other:]]


def dropped(draw: random.Random, lines: Lines) -> Lines:
    gone = {draw.randrange(len(lines)) for _ in range(draw.choice([1, 1, 3]))}
    return [line for at, line in enumerate(lines) if at not in gone]


def cells_changed(draw: random.Random, lines: Lines) -> Lines:
    """A cell more or less, or two swapped, in some records."""

    def changed(line: bytes) -> bytes:
        cells = line.rstrip(b"\r\n").split(b"\t")
        at = draw.randrange(len(cells))
        one, other = sorted(draw.choices(range(1, len(cells) + 1), k=2))
        match draw.randrange(3):
            case 0:
                cells[at : at + 1] = []
            case 1:
                cells.insert(at + 1, b"")
            case _:
                cells[one:other] = reversed(cells[one:other])
        return b"\t".join(cells) + line[len(line.rstrip(b"\r\n")) :]

    return [changed(line) if draw.random() < 0.1 else line for line in lines]


Mutation = Callable[[random.Random, Lines], Lines]
MUTATIONS: dict[str, Mutation] = {
    one.__name__: one
    for one in (bad_bytes, truncated, ends_mixed, repeated, moved, dropped, cells_changed)
}


def damaged(mutation: str, files: Mapping[str, bytes], seed: int) -> tuple[str, bytes]:
    """A file whose records are damaged; the rows that name its cells are spared."""
    # Of its own for each mutation: hypothesis begins all of them with the same numbers.
    draw = random.Random(f"{mutation} {seed}")
    name = draw.choice(sorted(files))
    lines = re.findall(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+", files[name])
    top = max((at for at, line in enumerate(lines) if line.startswith(b"#")), default=0) + 1
    return name, b"".join([*lines[:top], *MUTATIONS[mutation](draw, lines[top:])])


def taken(folder: Path, name: str, data: bytes) -> Report | None:
    """What became of a file, none of its lines or money lost; None where it was refused."""
    with home_of(folder) as home:
        path = home.parent / name
        path.write_bytes(data)
        try:
            report = take(path, home, at=NOW)
        except ManifestRefused as error:
            assert_refused(error, home)
            return None
        assert_sound(report, home)
        return report


@pytest.mark.parametrize("mutation", MUTATIONS)
@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32))
def test_sums_are_those_of_its_records_one_after_the_other(
    stocked: Path, mutation: str, seed: int
) -> None:
    name, data = damaged(mutation, UGC, seed)
    report = taken(stocked, name, data)
    if report is None or is_of_other_layouts(data):
        return
    sums: dict[str, Decimal] = defaultdict(Decimal)
    rows = oracle(data)
    for row in rows:
        amount, currency = row[5], row[11]
        code = str(currency or "").strip()
        sums[code] = EXACT.add(sums[code], number(str(amount), ".") or Decimal(0))
    assert report.lines == len(rows)
    assert money(report) == {code: total for code, total in sums.items() if total}


@pytest.mark.parametrize("mutation", MUTATIONS)
@settings(max_examples=EXAMPLES)
@given(seed=st.integers(0, 2**32))
def test_a_profile_reports_what_its_records_are_due(
    stocked: Path, mutation: str, seed: int
) -> None:
    """In all currencies together: each record that carries money and frames, wherever it stands."""
    name, data = damaged(mutation, PROFILES, seed)
    report = taken(stocked, name, data)
    if report is not None:
        assert sum(money(report).values()) == due(PROFILES[name], data)


def money(report: Report) -> dict[str, Decimal]:
    """The sums of what was reported that are not zero."""
    found = {code: Decimal(str(sums["reported"])) for code, sums in report.amounts.items()}
    return {code: total for code, total in found.items() if total}


DUE = {"LI01.01": (10, 9), "LI01.02": (11, 9), "SR03.01": (46, 43), "SR08": (48, 46)}
"""Records that carry money: how many cells each has with its type, and where its amount stands."""


def due(sound: bytes, data: bytes) -> Decimal:
    """What the records of the type that carries money in a sound file come to in a damaged one."""
    total = Decimal(0)
    for kind, (width, place) in DUE.items():
        if f"\n{kind}\t".encode() in sound:
            rows = (line.split("\t") for line in re.split("[\r\n]", data.decode(errors="replace")))
            amounts = [row[place] for row in rows if row[0] == kind and len(row) == width]
            for amount in amounts:
                total = EXACT.add(total, number(amount, ".") or Decimal(0))
    return total
