"""DSR flat files: whatever the bytes and wherever the file is cut, the lines are the oracle's."""

import io
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ManifestRefused
from pipeline.read import dsrf
from pipeline.read.dsrf_records import records_of
from pipeline.read.dsrf_survey import survey
from pipeline.vocab import Fault

COLUMNS = (
    "LI.AllocatedAmount", "LI.RightsController", "SU.Usages", "AS.ISRC", "AS.Title",
    "AS.DisplayArtistName", "SY.Currency", "SY.Territory",
)  # fmt: skip
COUNTS = {"AS01": 10, "AS01.01": 11, "SU03.01": 8, "LI01.01": 9, "SY02.01": 17}
FATE = (None, Fault.BAD_ENCODING, Fault.FIELD_COUNT)
GARBLED, SHIFTED = 1, 2


@dataclass
class Record:
    """One physical line as the oracle sees it."""

    line: int
    offset: int
    raw: bytes
    kind: str
    cells: list[str | None]
    fault: int


def read_records(data: bytes) -> Iterator[Record]:
    """Every physical line, cut and judged by itself."""
    offset = 0
    ends = re.findall(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+", data)
    for line, raw in enumerate(ends, start=1):
        body = re.sub(rb"[\r\n]+\Z", b"", raw)
        body = body.removeprefix(b"\xef\xbb\xbf") if line == 1 else body
        text = body.decode("utf-8", "replace")
        garbled = text.encode() != body or "\0" in text
        kind, *cells = text.split("\t")
        shifted = len(cells) != COUNTS.get(kind, len(cells))
        fault = SHIFTED if shifted else GARBLED if garbled else 0
        family = kind[:2] if kind in COUNTS else "" if context(kind, body) else "unknown"
        yield Record(line, offset, raw, family, values(family, cells), fault)
        offset += len(raw)


def context(kind: str, body: bytes) -> bool:
    """A blank line, a comment, or a record that no line reads."""
    named = re.fullmatch(r"(MW|RU|RE|RC|ST|CU|LC)[0-9]{2}(\.[0-9]{2})?|HEAD|FOOT", kind)
    return not body or body.startswith(b"#") or bool(named)


def values(family: str, cells: list[str]) -> list[str | None]:
    """Cells without escapes, blank ones null; an AS record may name several artists."""
    between = [", " if family == "AS" and place == 6 else "|" for place in range(len(cells))]
    return [
        re.sub(r"\\([\\|])|\|", lambda found, mark=mark: found[1] or mark, cell) or None
        for cell, mark in zip(cells, between, strict=True)
    ]


def oracle(data: bytes) -> list[tuple[object, ...]]:
    """The lines of a file: one record after the other, with the state that it is read in."""
    records = list(read_records(data))
    sums = [one for one in records if one.kind == "SY"]
    groups: list[list[Record]] = [[]]
    key: str | None = None
    for one in (one for one in records if one.kind in {"AS", "SU", "LI", "unknown"}):
        if one.kind == "AS":
            name = block_name(one)
            if name != key:
                groups.append([])
            key = name
        groups[-1].append(one)
    found = []
    for records_of_block in groups:
        group = Group(doubled=sum(one.kind == "AS" for one in records_of_block) > 1)
        for one in records_of_block:
            group.read(one)
        found.extend(line_of(row, sums) for row in group.lines())
    return sorted(found)


def block_name(record: Record) -> str:
    """The second cell of a line, whatever its count."""
    cells = record.raw.rstrip(b"\r\n").split(b"\t")
    return cells[1].decode("utf-8", "replace") if len(cells) > 1 else ""


@dataclass
class Row:
    """One line with the records that speak for it."""

    record: Record
    money: Record | None
    usage: Record | None
    asset: Record | None
    fault: int


class Group:
    """The records from an AS to before the next block's, read one after the other."""

    def __init__(self, *, doubled: bool) -> None:
        self.doubled = doubled
        self.asset: Record | None = None
        self.head: Record | None = None
        self.paid: set[int] = set()
        self.lost: set[int] = set()
        self.rows: list[Row] = []

    def read(self, one: Record) -> None:
        match one.kind:
            case "AS":
                self.asset, self.head = one, None
            case "unknown":
                if self.head is not None:
                    self.lost.add(self.head.line)
                self.head = one
                self.rows.append(Row(one, None, None, None, SHIFTED))
            case "SU":
                context_fault, asset, one.fault = self.context(one)
                self.head = one
                usage = one if one.fault != SHIFTED else None
                self.rows.append(Row(one, None, usage, asset, max(one.fault, context_fault)))
            case _:
                self.money(one)

    def context(self, one: Record) -> tuple[int, Record | None, int]:
        """The context's fault, the asset that speaks, and the record's own fault."""
        asset = self.asset
        if asset is None:
            return SHIFTED, None, SHIFTED
        stray = SHIFTED not in (asset.fault, one.fault) and asset.cells[0] != one.cells[0]
        silent = self.doubled or stray or asset.fault == SHIFTED
        fault = SHIFTED if stray else one.fault
        return (SHIFTED, None, fault) if silent else (asset.fault, asset, fault)

    def money(self, one: Record) -> None:
        context_fault, asset, _ = self.context(one)
        head = self.head
        head_fault = 0 if head is None else SHIFTED if head.kind == "unknown" else head.fault
        usage = head if head is not None and head.kind == "SU" else None
        if usage is not None:
            if SHIFTED in (one.fault, usage.fault) or usage.cells[2] == one.cells[1]:
                self.paid.add(usage.line)
            else:
                usage = None
        speaks = usage if usage is not None and usage.fault != SHIFTED else None
        money = one if one.fault != SHIFTED else None
        self.rows.append(Row(one, money, speaks, asset, max(one.fault, head_fault, context_fault)))

    def lines(self) -> Iterator[Row]:
        """The rows, without the SU records that an LI speaks for."""
        for row in self.rows:
            if row.record.kind == "SU" and row.record.line in self.paid:
                continue
            if row.record.kind == "SU" and row.record.line in self.lost:
                row.fault = SHIFTED
            yield row


def line_of(row: Row, sums: list[Record]) -> tuple[object, ...]:
    """The cells of one line, and its summary's."""
    one, money, usage, asset = row.record, row.money, row.usage, row.asset
    named = [money.cells[1] if money else None, usage.cells[2] if usage else None]
    identity = next((name for name in named if name is not None), None)
    controller = money.cells[2] if money else None
    mine = [
        sy
        for sy in sums
        if sy.fault != SHIFTED and identity is not None and sy.cells[0] == identity
        and (one.kind != "LI" or sy.cells[11] == controller)
    ]  # fmt: skip
    own = mine or [sy for sy in sums if identity and block_name(sy) == identity]
    fault = max([row.fault, *(sy.fault for sy in own)])
    shared = [
        mine[0].cells[place] if len({sy.cells[place] for sy in mine}) == 1 else None
        for place in (9, 5)
    ]
    amount = money.cells[8] if money else "0" if one.kind == "SU" and usage else None
    what = [asset.cells[place] if asset else None for place in (3, 4, 6)]
    used = usage.cells[4] if usage else None
    raw = one.raw if fault else None
    place = (one.line, one.offset, len(one.raw), FATE[fault], raw)
    return (*place, amount, controller, used, *what, *shared)


def frame_of(data: bytes, part_bytes: int) -> pl.DataFrame:
    """All parts of a file, read at one size."""
    found = survey(io.BytesIO(data))
    parts = dsrf.parts(io.BytesIO(data), found, frozenset(COLUMNS), part_bytes)
    frames = [part.frame() for part in parts]
    return pl.concat(frames) if frames else pl.DataFrame()


def rows_of(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    """The frame's rows in the order of the oracle's fields."""
    if not frame.width:
        return []
    return frame.select("_line", "_offset", "_length", "_fault", "_raw", *COLUMNS).rows()


WORDS = [
    "1",
    "2",
    "22",
    "",
    "US",
    "USD",
    "EUR",
    "a b",
    "é",
    "x\\|y",
    "p|q",
    "c\\\\",
    "USAB12345678",
    "0.5",
]


def random_file(draw: random.Random) -> bytes:
    """Blocks as a sender writes them, mostly; then some damage."""
    lines = ["HEAD\tdsrf/30\tUGCProfile\t1.0"]
    for _ in range(draw.randrange(4)):
        cells = [draw.choice(WORDS) for _ in range(17)]
        cells[0], cells[11] = draw.choice("12"), draw.choice("AB")
        lines.append("\t".join(["SY02.01", *cells]))
    for block in range(draw.randrange(6)):
        lines.extend(random_block(draw, str(block if draw.random() < 0.9 else 1)))
    if draw.random() < 0.7:
        lines.append("FOOT\t35\t35\t4\t3\t3")
    ends = draw.choice([["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]])
    text = "".join(line + draw.choice(ends) for line in lines)
    data = bytearray(("\ufeff" if draw.random() < 0.1 else "").encode() + text.encode())
    for _ in range(draw.choice([0, 0, 1, 2, 8])):
        damage(data, draw)
    return bytes(data)


def random_block(draw: random.Random, block: str) -> Iterator[str]:
    """The records of one block, in some order that is mostly right."""
    kinds = ["AS01"] if draw.random() < 0.9 else draw.choices(["AS01", "AS01.01", "AS77"], k=2)
    for _ in range(draw.randrange(4)):
        kinds.append(draw.choices(["SU03.01", "RU01", "XX01", "#LI", ""], [8, 1, 1, 1, 1])[0])
        kinds.extend(["LI01.01"] * draw.choice([0, 1, 1, 2]))
    for kind in kinds:
        count = COUNTS.get(kind, 3) + (draw.choice([-1, 1]) if draw.random() < 0.05 else 0)
        cells = [draw.choice(WORDS) for _ in range(count)]
        cells[:1] = [block if draw.random() < 0.95 else "9"]
        for place, choices in {"SU": {2: "12"}, "LI": {1: "12", 2: "AB"}}.get(kind[:2], {}).items():
            if place < len(cells):
                cells[place] = draw.choice(choices if draw.random() < 0.9 else choices[0])
        yield "\t".join([kind, *cells]) if kind else ""


def damage(data: bytearray, draw: random.Random) -> None:
    """Change, drop or add bytes somewhere."""
    at = draw.randrange(len(data) + 1)
    match draw.randrange(3):
        case 0:
            data[at : at + 1] = draw.choice([b"\0", b"\xff", b"\xc3", b"\t", b"\n", b"\r", b"9"])
        case 1:
            del data[at : at + draw.randrange(1, 40)]
        case _:
            data[at:at] = draw.choice(
                [b"\t", b"\n", b"\r", b"\xef\xbf\xbd", b"AS01\t1", b"\nAS01\n"]
            )


def check(data: bytes) -> None:
    """The oracle's lines, at every part size, and every byte of each line where it says."""
    if records_of(data).flaws():
        with pytest.raises(ManifestRefused, match="declares that"):
            survey(io.BytesIO(data))
        return
    expected = oracle(data)
    for part_bytes in (1, 97, 1024, 32 * 2**20):
        rows = rows_of(frame_of(data, part_bytes))
        assert rows == expected
    for line in expected:
        offset, length = line[1], line[2]
        assert isinstance(offset, int)
        assert isinstance(length, int)
        assert line[4] is None or data[offset : offset + length] == line[4]


@given(st.integers(min_value=0))
def test_random_files_are_read_as_the_oracle_reads_them(seed: int) -> None:
    check(random_file(random.Random(seed)))


@given(st.binary(max_size=300))
def test_no_bytes_raise(data: bytes) -> None:
    check(data)


FRAGMENTS = (
    *(b"AS01", b"AS01\t", b"LI01.01", b"SU03.01\t1", b"#", b"1"),
    *(b"\n", b"\r", b"\r\n", b"\t", b"\xef\xbb\xbf"),
)


@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40))
def test_fragments_are_read_as_the_oracle_reads_them(fragments: list[bytes]) -> None:
    check(b"".join(fragments))


@pytest.mark.campaign
@pytest.mark.parametrize("start", range(0, 20_000, 1_000))
def test_campaign_of_random_files(start: int) -> None:
    for seed in range(start, start + 1_000):
        check(random_file(random.Random(seed)))


@given(st.integers(min_value=0))
def test_every_byte_belongs_to_one_line_of_one_part(seed: int) -> None:
    data = random_file(random.Random(seed))
    found = survey(io.BytesIO(data))
    parts = list(dsrf.parts(io.BytesIO(data), found, frozenset(COLUMNS), 64))
    assert b"".join(part.data for part in parts) == data
    ends = re.findall(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+", data)
    blank = sum(not line.removeprefix(b"\xef\xbb\xbf" if not at else b"").strip(b"\r\n")
                for at, line in enumerate(ends))  # fmt: skip
    assert found.control["lines"]["found"] == len(ends) - blank
    assert records_of(data).layouts["LI01.01"][-1] == "AllocatedAmount"
