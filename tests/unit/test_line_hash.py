"""What makes the hash of a line, and what does not; fixed by vectors that were computed by hand."""

import hashlib
from collections import Counter
from decimal import Context, Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.contract import line_hash
from pipeline.contract.columns import AMOUNT, MONEY, QUANTITY
from pipeline.contract.line_hash import Rows
from pipeline.flow.digests import FEW, digests
from pipeline.flow.line_hashes import GROUP_ROWS, SAMPLE, _Runs, counted

MASK = 2**64 - 1
VECTOR = (0x55928B50DF2636AA, 0x15333DB57DEB8BD9)
"""Of a line that names nothing but 1; computed by `by_hand`."""


def by_hand(identity: bytes, context: bytes, money: dict[str, Decimal | None]) -> tuple[int, int]:
    """The definition once more, in whole numbers of Python."""
    spread = (0xBF58476D1CE4E5B9, 0x94D049BB133111EB)
    lanes = []
    for lane in (0, 1):
        part = slice(8 * lane, 8 * lane + 8)
        whom, where = (
            int.from_bytes(hashlib.sha256(text).digest()[part], "big")
            for text in (identity, context)
        )
        total = whom + where * (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)[lane]
        for name, value in money.items():
            if value is None:
                continue
            scale = 6 if name == "quantity" else 18
            unscaled = int(value.scaleb(scale, Context(prec=60))) & (2**128 - 1)
            for word, factors in zip(
                (unscaled & MASK, unscaled >> 64), line_hash._WORDS[name], strict=True
            ):
                mixed = (word + spread[1]) * spread[0] & MASK
                mixed ^= mixed >> 32
                # The factor of the second lane stands on the same mixed word.
                total += mixed * factors[lane]
        total &= MASK
        for shift, factor in ((30, spread[0]), (27, spread[1])):
            total ^= total >> shift
            total = total * factor & MASK
        lanes.append(total ^ (total >> 31))
    return lanes[0], lanes[1]


def hashed(texts: tuple[str, str], money: dict[str, Decimal | None]) -> tuple[int, int]:
    frame = pl.DataFrame({name: [value] for name, value in money.items()}, schema_overrides=MONEY)
    whom, where = (Rows(digests(pl.Series([text])), np.zeros(1, dtype=np.uint32)) for text in texts)
    first, second = line_hash.hashes(whom, where, frame)
    return int(first[0]), int(second[0])


AMOUNTS = st.none() | st.decimals(-(10**11), 10**11, places=18)
COUNTS = st.none() | st.decimals(-(10**9), 10**9, places=6)


@given(st.text(), st.text(), COUNTS, AMOUNTS, AMOUNTS)
def test_a_hash_is_what_its_definition_says(
    whom: str, where: str, quantity: Decimal | None, amount: Decimal | None, gross: Decimal | None
) -> None:
    money = {"quantity": quantity, "amount": amount, "gross_amount": gross}
    expected = by_hand(whom.encode(), where.encode(), money)
    assert hashed((whom, where), money) == expected


@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 1), COUNTS, AMOUNTS, AMOUNTS), min_size=1),
    st.integers(0, 5),
)
def test_each_line_has_the_hash_of_what_it_holds(
    lines: list[tuple[int, int, Decimal | None, Decimal | None, Decimal | None]], cut: int
) -> None:
    """However the lines of a part lie in memory."""
    whom, where = ["a", "b", ""], ["c", "d"]
    names = ("quantity", "amount", "unit_price")
    money = pl.DataFrame(
        [line[2:] for line in lines], {name: MONEY[name] for name in names}, orient="row"
    )
    pieces = pl.concat([money[:cut], money[cut:]], rechunk=False)
    first, second = line_hash.hashes(
        Rows(digests(pl.Series(whom)), np.array([line[0] for line in lines], dtype=np.uint32)),
        Rows(digests(pl.Series(where)), np.array([line[1] for line in lines], dtype=np.uint32)),
        pieces,
    )
    expected = [
        by_hand(
            whom[line[0]].encode(), where[line[1]].encode(), dict(zip(names, line[2:], strict=True))
        )
        for line in lines
    ]
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == expected


def test_a_hash_never_changes() -> None:
    """A lake compares what it holds with what comes: another definition would know nothing."""
    assert hashed(("", ""), {"amount": Decimal(1)}) == VECTOR


DIFFERENT = {
    "zero and nothing": ({"amount": Decimal(0)}, {"amount": None}),
    "quantity and amount": (
        {"quantity": Decimal(1), "amount": None},
        {"quantity": None, "amount": Decimal("0.000000000001")},
    ),
    "signs": ({"amount": Decimal("0.5")}, {"amount": Decimal("-0.5")}),
    "beyond 64 bits": ({"amount": Decimal(2**64) / 10**18}, {"amount": Decimal(0)}),
    "amounts that changed places": (
        {"amount": Decimal(1), "gross_amount": Decimal(2)},
        {"amount": Decimal(2), "gross_amount": Decimal(1)},
    ),
}


@pytest.mark.parametrize("case", DIFFERENT)
def test_what_differs_has_another_hash_in_both_lanes(case: str) -> None:
    one, other = (hashed(("a", "b"), money) for money in DIFFERENT[case])
    assert one[0] != other[0]
    assert one[1] != other[1]


def test_identity_and_context_do_not_change_places() -> None:
    assert hashed(("a", "b"), {}) != hashed(("b", "a"), {})


def test_a_column_that_is_absent_is_one_that_is_null() -> None:
    assert hashed(("a", "b"), {"amount": Decimal(1)}) == hashed(
        ("a", "b"), {"amount": Decimal(1), "unit_price": None}
    )


def test_cells_cannot_run_into_each_other() -> None:
    rows = pl.DataFrame({"title": ["a;version=1:b", "a"], "version": [None, "b"]})
    told = line_hash.texts(rows).to_list()
    assert told == ["title=13:a;version=1:b;", "title=1:a;version=1:b;"]


def test_the_order_of_columns_and_columns_without_a_cell_change_no_text() -> None:
    one = pl.DataFrame({"isrc": ["X "], "title": ["a\r\nb"]})
    other = pl.DataFrame(
        {"title": ["a\nb"], "artist": [None], "isrc": ["X"]},
        {"title": pl.String, "artist": pl.String, "isrc": pl.String},
    )
    assert line_hash.texts(one).to_list() == line_hash.texts(other).to_list()


@given(st.lists(st.integers(0, 9), max_size=40), st.data())
def test_a_content_counts_repeats_and_no_order_or_parts(
    numbers: list[int], data: st.DataObject
) -> None:
    lanes = {n: hashed((str(n), ""), {}) for n in set(numbers)}
    shuffled = data.draw(st.permutations(numbers))
    cut = data.draw(st.integers(0, len(numbers)))
    parts = [shuffled[:cut], shuffled[cut:]]
    sums = [(sum(lanes[n][0] for n in part), sum(lanes[n][1] for n in part)) for part in parts]
    assert line_hash.content(sums) == line_hash.content(lanes[n] for n in numbers)
    if numbers:
        assert line_hash.content(sums) != line_hash.content(lanes[n] for n in numbers[1:])


HASHES = st.lists(
    st.integers(0, MASK) | st.integers(0, 5) | st.sampled_from([MASK, MASK - 1, 1 << 63]),
    min_size=1,
    max_size=300,
)


@given(HASHES, st.integers(0, 9))
def test_distinct_hashes_are_counted(numbers: list[int], same: int) -> None:
    own = [n >> same for n in numbers]
    hashes, times = counted(np.array(own, dtype=np.uint64), same)
    assert dict(zip(hashes.tolist(), times.tolist(), strict=True)) == Counter(own)
    assert hashes.tolist() == sorted(set(own))


def test_hashes_that_begin_alike_are_counted() -> None:
    """As nobody's would by chance: all of them fall into one bucket."""
    numbers = [*range(1_000, 0, -1), 7, 7]
    hashes, times = counted(np.array(numbers, dtype=np.uint64), 0)
    assert hashes.tolist() == list(range(1, 1_001))
    assert times.tolist() == [3 if n == 7 else 1 for n in range(1, 1_001)]


@pytest.mark.parametrize("lines", [0, GROUP_ROWS, 40 * GROUP_ROWS])
@given(st.lists(HASHES, min_size=1, max_size=3))
def test_hashes_on_disk_are_counted_in_order(lines: int, parts: list[list[int]]) -> None:
    with TemporaryDirectory() as folder:
        runs = _Runs(Path(folder), lines)
        for number, part in enumerate(parts):
            smallest = runs.add(number, np.array(part, dtype=np.uint64))
            assert smallest.tolist() == sorted(set(part))
        found = list(runs.counted())
    hashes = [n for run, _ in found for n in run.tolist()]
    times = [n for _, run in found for n in run.tolist()]
    expected = Counter(n for part in parts for n in part)
    assert hashes == sorted(expected)
    assert dict(zip(hashes, times, strict=True)) == expected


def test_a_sample_is_the_smallest_of_many_equal_ones(tmp_path: Path) -> None:
    numbers = [*[5] * 10_000, *range(MASK, MASK - 2_000, -1)]
    sample = _Runs(tmp_path, 2**23).add(0, np.array(numbers, dtype=np.uint64))
    assert sample.tolist() == sorted(set(numbers))[:SAMPLE]


def test_the_last_bit_says_whether_a_line_carries_money() -> None:
    amounts = pl.Series([Decimal(0), Decimal("0.1"), None, Decimal(2**64) / 10**18], dtype=AMOUNT)
    flags = np.array([7, 6, 6, 6], dtype=np.uint64)
    line_hash.flag(flags, amounts)
    assert flags.tolist() == [6, 7, 7, 7]
    line_hash.flag(flags[:2], amounts[:2])
    assert flags.tolist() == [6, 7, 7, 7]


@pytest.mark.parametrize("dtype", [pl.String, pl.Binary])
def test_many_texts_are_hashed_as_few_are(dtype: pl.DataType) -> None:
    told = pl.Series([f"ü{n}" for n in range(FEW)]).cast(dtype)
    many, few = digests(told), digests(told[1:])
    assert [lane[1:].tolist() for lane in many] == [lane.tolist() for lane in few]


def test_quantities_keep_their_scale() -> None:
    """A cast that widened them would change every hash."""
    assert pl.Series([Decimal(1)], dtype=QUANTITY).to_arrow().type.scale == 6
