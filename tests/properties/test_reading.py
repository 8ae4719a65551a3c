"""Delimited files: whatever the bytes and wherever the file is cut, the lines are the oracle's."""

import random
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contract import money
from pipeline.contract.columns import AMOUNT, QUANTITY
from pipeline.read import Dialect, Part, framing, parts, scan
from pipeline.read.delimited import FAULT_OF, header_of
from pipeline.read.encoding import spoiled
from tests.properties.random_files import (
    ROUGH,
    SPOILT,
    TEXTS,
    TORN,
    Case,
    Row,
    expected,
    random_case,
    random_dialect,
    with_head,
)

SHARDS = 8
FILES = min(6 * settings().max_examples, 10_000)  # a shard: 1,728 in all, 80,000 in the campaign
EDGES = bytes.fromhex("0a00 6180 8f90 9fa0 bf c0c1c2df e0e1 ecedee ef f0f1 f3f4f5 f8ff")
SIZES = (1024, 4096, 32 * 2**20)


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One file, written anew for each example."""
    return tmp_path_factory.mktemp("reading") / "manifest"


def dialects() -> st.SearchStrategy[Dialect]:
    """Any dialect that the random files know."""
    return st.integers(0, 2**32).map(lambda seed: random_dialect(random.Random(seed)))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Marks, texts and bytes that are no text, in any order."""
    dialect = draw(dialects())
    marks = [dialect.delimiter, dialect.quote or '"', f'"{dialect.delimiter}', '""']
    texts = [text.encode(dialect.encoding, "replace") for text in marks * 3 + TEXTS + ROUGH]
    pieces = draw(st.lists(st.sampled_from(texts + SPOILT) | st.binary(max_size=3), max_size=40))
    return with_head(dialect, draw(st.integers(1, 4)), b"".join(pieces), bom=draw(st.booleans()))


def rows_of(found: list[Part]) -> list[Row]:
    """All rows of some parts."""
    return [row for part in found for row in part.read().rows()]


def places_of(found: list[Part]) -> Iterator[Row]:
    """Line, offset, length, structural fault and bytes of each record, its cells not looked at."""
    for part in found:
        starts, ends = part.borders()
        raws = part.raw(range(part.lines))
        for at, raw in enumerate(raws):
            fault = FAULT_OF.get(int(part.frame.verdicts[at]))
            line = int(part.frame.lines[at]) + part.first_line
            length = int(ends[at] - starts[at])
            yield line, int(starts[at]) + part.offset, length, fault in TORN and fault, raw


def check(case: Case, file: Path, part_bytes: int, max_open: int) -> None:
    """Read a case at several part sizes and compare all that the oracle says of it."""
    file.write_bytes(case.data)
    rows, again, end = expected(case, max_open)
    before, body = len(case.head), case.body
    places = [
        (line, offset, length, fault in TORN and fault, body[offset - before :][:length])
        for line, offset, length, fault, _ in (row[-5:] for row in rows)
    ]
    for size in (part_bytes, *SIZES[: 1 + len(body) // 1024]):
        found = list(parts(file, case.dialect, size))
        assert b"".join(part.data for part in found) == body[:end], size
        assert list(places_of(found)) == places, size
        assert sum(part.frame.resynchronised for part in found) == again, size
    assert rows_of(list(parts(file, case.dialect))) == rows
    if part_bytes % 4 == 0:
        assert rows_of(list(parts(file, case.dialect, part_bytes))) == rows


def between(case: Case, file: Path) -> list[bytes]:
    """The physical lines after the header that belong to no record."""
    file.write_bytes(case.data)
    spans = [
        (part.offset + int(start), part.offset + int(end))
        for part in parts(file, case.dialect, 64)
        for start, end in zip(*part.borders(), strict=True)
    ]
    edges = [len(case.head), *(edge for span in spans for edge in span), len(case.data)]
    assert edges == sorted(edges)
    gaps = [case.data[end:start] for end, start in list(pairwise(edges))[::2]]
    return [line for gap in gaps for line in re.findall(rb"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", gap)]


@pytest.mark.parametrize("shard", range(SHARDS))
def test_random_files_read_as_the_oracle_reads_them(
    shard: int, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(FILES):
        draw = random.Random(f"{shard}-{number}")
        case = random_case(draw, pieces=3000 if number % 40 == 0 else 60)
        max_open = draw.choice([7, 30, 300]) if draw.random() < 0.2 else 64 * 2**20
        monkeypatch.setattr(framing, "MAX_OPEN_BYTES", max_open)
        try:
            check(case, file, draw.randrange(1, 200), max_open)
        except Exception as error:
            error.add_note(f"file {number} of shard {shard}: {case}, max_open={max_open}")
            raise


@given(cases(), st.integers(1, 60))
def test_a_soup_of_marks_reads_as_the_oracle_reads_it(
    file: Path, case: Case, part_bytes: int
) -> None:
    check(case, file, part_bytes, 64 * 2**20)


@given(st.binary(max_size=300), dialects(), st.booleans())
def test_no_content_raises_and_no_byte_is_lost(
    file: Path, data: bytes, dialect: Dialect, header: bool
) -> None:
    """Here the header is as random as all that follows it."""
    dialect = dialect if header else replace(dialect, header=False, columns=("a", "b"))
    file.write_bytes(data)
    names, offset, _ = header_of(file, dialect)
    found = list(parts(file, dialect, 32))
    assert sum(part.read().height for part in found) == sum(part.lines for part in found)
    rest = data[offset:] if names else b""
    whole = b"".join(part.data for part in found)
    assert rest.startswith(whole)
    # The rest is the footer: that many physical lines, each with one line end or none at the end.
    footer = rest[len(whole) :].decode(dialect.encoding, "replace")
    assert len(re.findall("\r\n|\r|\n", footer)) <= dialect.footer
    assert dialect.footer or not footer


@given(cases())
def test_what_is_in_no_record_is_blank_a_comment_or_the_footer(file: Path, case: Case) -> None:
    # One byte a code unit, so that gaps can be taken apart without the reader's own means.
    case = replace(case, dialect=replace(case.dialect, encoding="latin-1"))
    case = with_head(case.dialect, case.width, case.body, bom=False)
    sign = (case.dialect.comment or "\n").encode()
    lines = between(case, file)
    lines = lines[: max(0, len(lines) - case.dialect.footer)]
    assert all(not line.strip(b"\r\n") or line.startswith(sign) for line in lines)


@given(cases(), st.integers(1, 100), st.integers(0, 8))
def test_scan_is_the_parts_one_after_another(
    file: Path, case: Case, part_bytes: int, count: int
) -> None:
    file.write_bytes(case.data)
    rows = expected(case)[0]
    whole = scan(file, case.dialect, part_bytes)
    assert whole.collect().rows() == rows
    assert whole.head(count).collect().rows() == rows[:count]
    some = whole.select("_line", "c0").collect()
    assert some.rows() == [(row[-5], row[0]) for row in rows]
    faulty = whole.filter(pl.col("_fault").is_not_null())
    assert faulty.select("_raw").collect().rows() == [row[-1:] for row in rows if row[-1]]
    assert faulty.head(count).collect().rows() == [row for row in rows if row[-1]][:count]
    late = whole.head(count).filter(pl.col("_fault").is_not_null())
    assert late.collect().rows() == [row for row in rows[:count] if row[-1]]
    assert whole.select(pl.len()).collect().item() == len(rows)


def test_what_is_no_utf_8_is_found_in_its_own_line() -> None:
    draw = random.Random(8)
    for _ in range(10 * FILES):
        data = bytes(draw.choices(EDGES, k=draw.randint(1, 24)))
        lines = data.splitlines(keepends=True)
        ends = np.cumsum([len(line) for line in lines])
        starts = np.append(0, ends[:-1])
        broken = [at for at, line in enumerate(lines) if "\ufffd" in line.decode(errors="replace")]
        nul = [at for at, line in enumerate(lines) if 0 in line]
        found = spoiled(np.frombuffer(data, dtype=np.uint8), starts, ends, Dialect())
        assert found.tolist() == sorted({*broken, *nul}), data


def test_a_nul_between_records_spoils_none() -> None:
    starts, ends = np.array([0, 4, 8]), np.array([3, 8, 12])
    data = np.frombuffer(b"ab\n\0cd\0\nx\0\0\n", dtype=np.uint8)
    assert spoiled(data, starts, ends, Dialect()).tolist() == [1, 2]


@given(cases(), st.booleans())
def test_cells_are_the_same_whichever_way_they_are_read(
    file: Path, case: Case, by_hand: bool
) -> None:
    file.write_bytes(case.data)
    with pytest.MonkeyPatch.context() as patch:
        for part in parts(file, case.dialect, 100):
            records = part.records()
            wanted = [records.by_hand(at) for at in range(records.height)]
            if by_hand:
                patch.setattr(np, "array_equal", lambda _one, _other: False)
            found = part.cells()[0]
            patch.undo()
            assert found.rows() == [tuple(row) for row in wanted]


SEEDS = np.array([1, 2], dtype=np.uint64)


@given(cases(), st.randoms(use_true_random=False))
def test_distinct_rows_say_what_the_records_say(
    file: Path, case: Case, draw: random.Random
) -> None:
    file.write_bytes(case.data)
    known: dict[tuple[object, ...], tuple[str, ...]] = {}
    names: list[str] = []
    for part in parts(file, case.dialect, 300):
        records = part.records()
        names = names or draw.sample(part.columns, draw.randint(1, len(part.columns)))
        firsts, numbers, keys = records.kinds(names, SEEDS)
        rows = records.cells(names, firsts)
        assert rows[numbers].equals(records.cells(names))
        # In the order of their first appearance, and records of the same bytes together.
        assert list(dict.fromkeys(numbers.tolist())) == list(range(rows.height))
        # What has the same key in another part says the same there; of parts that are decoded,
        # whose records may be written out in another way in each, none is told.
        assert (keys is None) == (case.dialect.encoding != "utf-8")
        if keys is not None:
            told = rows.select(sorted(names)).rows()
            for key, row in zip(keys.tolist(), told, strict=True):
                assert known.setdefault((*key, *sorted(names)), row) == row
        raws = part.raw(range(part.lines))
        assert len(dict(zip(raws, numbers.tolist(), strict=True))) >= rows.height


@given(cases(), st.data())
def test_some_cells_of_some_records_are_those_of_all(
    file: Path, case: Case, data: st.DataObject
) -> None:
    file.write_bytes(case.data)
    for part in parts(file, case.dialect, 300):
        records = part.records()
        rows = data.draw(st.lists(st.integers(0, records.height - 1), max_size=9))
        names = data.draw(st.lists(st.sampled_from(part.columns), unique=True, min_size=1))
        chosen = np.array(rows, dtype=np.uint32)
        assert records.cells(names, chosen).equals(records.cells()[rows].select(names))


@given(
    st.lists(
        st.tuples(st.sampled_from(["", "-", "+"]), st.text("0123456789.e \u0663", max_size=32))
    )
)
def test_a_plain_decimal_is_the_number_that_money_reads(
    file: Path, cells: list[tuple[str, str]]
) -> None:
    told = [sign + digits for sign, digits in cells]
    file.write_text("a,b\n" + "".join(f'{one},"{one}"\n' for one in told), encoding="utf-8")
    for part in parts(file, Dialect(), 200):
        records = part.records()
        for name, dtype, reading in (("a", AMOUNT, money.amount), ("b", QUANTITY, money.quantity)):
            values, plain = records.decimals(name, dtype)
            wanted = records.cells([name]).select(reading(pl.col(name)))[name]
            assert values.dtype == wanted.dtype
            assert values.filter(pl.Series(plain)).equals(wanted.filter(pl.Series(plain)))
            assert not values.filter(~pl.Series(plain)).to_numpy().any()


@pytest.mark.parametrize(
    "cell", ["0", "-0.00", "+7", "-999999999999.999999", "12.5", "000000000001"]
)
def test_common_decimals_are_plain(file: Path, cell: str) -> None:
    file.write_text(f"a\n{cell}\n", encoding="utf-8")
    (part,) = parts(file, Dialect())
    values, plain = part.records().decimals("a", QUANTITY)
    assert plain.all()
    assert values.to_list() == [Decimal(cell)]


@pytest.mark.parametrize(
    "cell", ["18.9", "-18.9", "18.446744073709551616", "36.999999999999999999"]
)
def test_an_amount_that_passes_from_one_word_to_the_next_is_exact(file: Path, cell: str) -> None:
    file.write_text(f"a\n{cell}\n", encoding="utf-8")
    (part,) = parts(file, Dialect())
    values, plain = part.records().decimals("a", AMOUNT)
    assert plain.all()
    assert values.to_list() == [Decimal(cell)]
