"""DSR flat files: whatever the bytes and wherever the file is cut, the lines are the oracle's."""

import io
import random
import re
from collections.abc import Iterator

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ManifestRefused
from pipeline.read import dsrf
from pipeline.read.dsrf_records import records_of
from pipeline.read.dsrf_standard import standard
from pipeline.read.dsrf_survey import survey
from pipeline.read.profiles import load_profiles
from tests.properties.dsrf_oracle import COLUMNS, COUNTS, oracle

ROLES = {one.name: one.spec.records for one in load_profiles()}["dsrf_ugc"]


def frame_of(data: bytes, part_bytes: int) -> pl.DataFrame:
    """All parts of a file, read at one size."""
    found = survey(io.BytesIO(data), ROLES)
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


def is_of_other_layouts(data: bytes) -> bool:
    """Whether damage has made a record of a type that the oracle does not know, but the reader."""
    named = re.findall(rb"(?:^|[\r\n]|\xef\xbb\xbf)((?:SY|AS|SU|LI)[0-9.]+)(?=[\t\r\n]|$)", data)
    others = set(standard().cells) - set(COUNTS)
    return any(kind.decode() in others for kind in named)


def check(data: bytes) -> None:
    """The oracle's lines, at every part size, and every byte of each line where it says."""
    if is_of_other_layouts(data):
        return
    if records_of(data, ROLES).flaws():
        with pytest.raises(ManifestRefused, match="declares that"):
            survey(io.BytesIO(data), ROLES)
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
    found = survey(io.BytesIO(data), ROLES)
    parts = list(dsrf.parts(io.BytesIO(data), found, frozenset(COLUMNS), 64))
    assert b"".join(part.data for part in parts) == data
    ends = re.findall(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+", data)
    blank = sum(not line.removeprefix(b"\xef\xbb\xbf" if not at else b"").strip(b"\r\n")
                for at, line in enumerate(ends))  # fmt: skip
    assert found.control["lines"]["found"] == len(ends) - blank
    assert records_of(data, ROLES).layouts["LI01.01"][-1] == "AllocatedAmount"
