"""Framing: long records, the limit on open quotes, and files made to make it slow."""

import random
import time
import tracemalloc
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.errors import ManifestRefused
from pipeline.read import Dialect, Part, bits, delimited, framing, parts, scalar
from pipeline.read.framing import BAD_QUOTING, FIELD_COUNT, SOUND

MIB = 2**20
ESCAPED = Dialect(escape="\\")
# Lines that open a quoted cell read from outside, and leave it open read from inside.
HOSTILE = {
    "opens, then breaks": (Dialect(), b'"a\n'),
    "quotes alone": (Dialect(), b'"\n'),
    "doubled quotes": (Dialect(), b'""\n'),
    "open whichever way": (Dialect(), b',#","\n'),
    "open whichever way, with a loose quote": (Dialect(), b'a,#","\n",a"b,"\n'),
    "escaped, open whichever way": (ESCAPED, b'"\\",#","\n'),
    "escapes at line ends": (ESCAPED, b'"\\\n,#",,'),
    "CR and CRLF": (Dialect(), b'",\r",\r\n'),
    "one long line": (Dialect(), b'"a",'),
    "one long escaped line": (ESCAPED, b'"\\",a",'),
}


@dataclass
class Work:
    """What framing a file took: units given to it, and units that it looked at."""

    framed: int = 0
    scanned: int = 0


@pytest.fixture
def work(monkeypatch: pytest.MonkeyPatch) -> Work:
    """Counters on the two loops that could run away."""
    done = Work()

    def framed(units: Any, *arguments: Any, **named: Any) -> framing.Frame:
        found = frame(units, *arguments, **named)
        done.framed += len(units)
        done.scanned += found.scanned
        return found

    frame = framing.frame
    monkeypatch.setattr(framing, "frame", framed)
    return done


def write(path: Path, body: bytes, width: int = 2) -> Path:
    """A file of so many columns."""
    path.write_bytes(b",".join(b"c%d" % place for place in range(width)) + b"\n" + body)
    return path


def verdicts_of(found: list[Part]) -> list[int]:
    """The structural verdicts of all parts."""
    return [int(verdict) for part in found for verdict in part.frame.verdicts]


@pytest.mark.parametrize("width", [3, 50, 1365, 4000])
@pytest.mark.parametrize("name", HOSTILE)
def test_work_grows_with_the_file_and_no_faster(
    name: str, width: int, work: Work, tmp_path: Path
) -> None:
    dialect, unit = HOSTILE[name]
    body = unit * (48_000 // len(unit))
    for part_bytes in (1024, MIB):
        work.framed = work.scanned = 0
        found = list(parts(write(tmp_path / "f", body, width), dialect, part_bytes))
        assert sum(part.frame.physical for part in found) >= 1
        assert work.framed <= 8 * len(body) + 2 * part_bytes
        assert work.scanned <= 8 * work.framed


def test_work_on_any_repeated_pattern_is_bounded_too(work: Work, tmp_path: Path) -> None:
    draw = random.Random(11)
    for _ in range(150):
        dialect = draw.choice([Dialect(), ESCAPED, Dialect(comment="#")])
        unit = bytes(draw.choices(b'"""",,,a\\\n\n\n\r#', k=draw.randint(1, 9)))
        body = bytes(draw.choices(b'"",a\n', k=3)) + unit * (12_000 // len(unit))
        width, part_bytes = draw.choice([1, 3, 50, 1000]), draw.choice([64, 1024, MIB])
        work.framed = work.scanned = 0
        for part in parts(write(tmp_path / "f", body, width), dialect, part_bytes):
            assert len(part.data)
        told = f"{unit!r} in {width} columns, {part_bytes}"
        assert work.framed <= 8 * len(body) + 2 * part_bytes, told
        assert work.scanned <= 8 * work.framed, told


def test_a_long_line_without_escapes_is_not_searched_for_them_cell_by_cell() -> None:
    def seconds(cells: int) -> float:
        line = b'"a",' * cells + b'"a"\n'
        start = time.process_time()
        scalar.read_line(scalar.Outline(), line, ESCAPED)
        return time.process_time() - start

    # Eight times the cells: 8 times as long, or 64 times where each is searched to the line's end.
    assert min(seconds(80_000) for _ in range(3)) < 30 * min(seconds(10_000) for _ in range(3))


@pytest.mark.parametrize("cell", [b"x", b'"x"', b'"x""\n"'])
def test_a_record_of_30_mib_in_parts_of_1_kib(cell: bytes, work: Work, tmp_path: Path) -> None:
    long = cell.replace(b"x", b"x" * (30 * MIB))
    path = write(tmp_path / "f", b"1,2\n" + long + b",2\n3,4\n")
    found = list(parts(path, Dialect(), 1024))
    assert verdicts_of(found) == [SOUND] * 3
    assert work.framed < 8 * 30 * MIB
    rows = [row for part in found for row in part.cells()[0].rows()]
    text = long.strip(b'"').replace(b'""', b'"').decode()
    assert rows == [("1", "2"), (text, "2"), ("3", "4")]


def open_file(beyond: int) -> bytes:
    """A record of two lines that ends so many bytes beyond 64 MiB, after one that is sound."""
    lines = b"0123456789abcde\n" * (4 * MIB - 1)
    return b'1,2\n1,"' + lines + b"x" * (11 + beyond) + b'"\n' + b"3,4\n"


@pytest.mark.parametrize("part_bytes", [1024, 32 * MIB])
def test_a_cell_open_for_64_mib_is_sound(part_bytes: int, tmp_path: Path) -> None:
    path = write(tmp_path / "f", open_file(0))
    found = list(parts(path, Dialect(), part_bytes))
    assert verdicts_of(found) == [SOUND] * 3
    lengths = [int(length) for part in found for length in np.subtract(*part.borders()[::-1])]
    assert lengths == [4, 64 * MIB, 4]


@pytest.mark.parametrize("part_bytes", [1024, 32 * MIB])
def test_a_cell_open_for_longer_is_broken_whatever_the_part_size(
    part_bytes: int, tmp_path: Path
) -> None:
    path = write(tmp_path / "f", open_file(1))
    found = list(parts(path, Dialect(), part_bytes))
    verdicts = np.concatenate([part.frame.verdicts for part in found])
    # `1,"0123…`, the lines of one cell, and at the end `xxx"`, an unquoted cell with a quote.
    lines = 4 * MIB - 1
    assert len(verdicts) == 1 + lines + 1 + 1
    assert verdicts[:2].tolist() == [SOUND, BAD_QUOTING]
    assert set(verdicts[2 : lines + 2].tolist()) == {FIELD_COUNT}
    assert verdicts[-1] == SOUND
    assert sum(part.frame.resynchronised for part in found) == lines - 1
    assert b"".join(part.data for part in found) == open_file(1)


def test_an_unclosed_quote_is_given_up_without_the_rest_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(framing, "MAX_OPEN_BYTES", 1000)
    found = list(parts(write(tmp_path / "f", b'1,"2\n' + b"1,2\n" * 10_000), Dialect(), 64))
    assert verdicts_of(found) == [BAD_QUOTING] + [SOUND] * 10_000
    assert max(len(part.data) for part in found) < 4000


def test_a_line_beyond_all_measure_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(delimited, "MOST_BYTES", 2**16)
    path = write(tmp_path / "f", b"1,2\n" + b"x" * 2**17)
    with pytest.raises(ManifestRefused, match="no line end within 65,536 bytes after byte 10"):
        list(parts(path, Dialect(), 1024))


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    def peak(lines: int) -> int:
        plain = b'12345678901,"quoted, and so on",version,0.25\n' * 95
        rare = b'1,"two\nlines",3,4\n1,7" Mix,3,4\n1,2,3,\xff\n1,"2,3,4\n1,2,3\n'
        path = write(tmp_path / "f", (plain + rare) * (lines // 100), 4)
        tracemalloc.start()
        for part in parts(path, Dialect(), 128 * 1024):
            part.cells()
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return most

    peak(3000)
    assert peak(80_000) < 1.1 * peak(20_000)


def test_ranks_agree_with_plain_counts() -> None:
    draw = random.Random(5)
    for count in (1, 63, 64, 65, 127, 128, 1000, 2**18 - 1, 2**18, 2**18 + 1):
        members = sorted({draw.randrange(count) for _ in range(draw.choice([1, 40, 200]))})
        units = np.zeros(count, dtype=np.uint8)
        units[members] = 1
        rank = bits.Rank(bits.equal(units, 1)[0])
        asked = sorted(draw.randrange(count + 1) for _ in range(50))
        before = [sum(member < place for member in members) for place in asked]
        assert rank.at(np.array(asked)).tolist() == before
        assert rank.between(np.array(asked)).tolist() == np.diff(before).tolist()


# Records of two cells, and the verdicts that they must have.
READINGS = [
    ("1,2\n", [SOUND]),
    ('"1","2"\n', [SOUND]),
    ('1,"2\n2"\n', [SOUND]),
    ('7" Mix,2\n', [SOUND]),
    ('7" Mix 12",2\n', [SOUND]),
    ('7" Mix,12"\n', [BAD_QUOTING]),
    ('"7" Mix,2\n', [BAD_QUOTING]),
    ('1, "2"\n', [SOUND]),
    ('"1" ,2\n', [BAD_QUOTING]),
    ('"1""",2\n', [SOUND]),
    ('"""1",2\n', [SOUND]),
    ('"",""\n', [SOUND]),
    ('"""",""""""\n', [SOUND]),
    ("1\n", [FIELD_COUNT]),
    ("1,2,\n", [FIELD_COUNT]),
    ("1,2,3\n", [FIELD_COUNT]),
    ('1,"2\n2",3\n', [BAD_QUOTING, SOUND]),
    ('1,"2\n3,4\n5,6\n', [BAD_QUOTING, SOUND, SOUND]),
    ('1,",2\n1,",2\n', [BAD_QUOTING, BAD_QUOTING]),
    ('1,2"\n3,4\n', [SOUND, SOUND]),
    ("\n\r\n\r1,2\r3,4\r\n\n5,6", [SOUND, SOUND, SOUND]),
]


@pytest.mark.parametrize(("text", "verdicts"), READINGS)
def test_the_grammar_by_example(text: str, verdicts: list[int], tmp_path: Path) -> None:
    found = list(parts(write(tmp_path / "f", text.encode()), Dialect()))
    assert verdicts_of(found) == verdicts
