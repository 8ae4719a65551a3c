"""Each compiled loop of the sketch does what the plain form says."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.compiled import kernel
from pipeline.contract.columns import AMOUNT
from pipeline.watch import kernel_lines, kernel_pairs, kernel_sums
from pipeline.watch.kernel_lines import code_of, float_of
from pipeline.watch.sketch_buckets import SMALLEST, ZERO_CODE, names
from pipeline.watch.sketch_pairs import NARROW, WIDE, Ordered, counts
from pipeline.watch.sketch_sums import SUMMED, Table, decimals
from tests.properties.sketch_oracle import bucket, is_clear

Words = NDArray[np.uint64]
Figures = tuple[int, int, int]
"""Lines, quantity and amount, unscaled."""

MOST = 2**126
words = st.integers(-(2**80), 2**80) | st.integers(-MOST, MOST).map(lambda n: n // 2**6)
narrow = st.sampled_from([-(2**63), -1, 0, 1, 2**32, 2**63 - 1]) | st.integers(-(2**63), 2**63 - 1)
figures = st.tuples(st.integers(1, 2**40), words, words)


def pair(number: int) -> tuple[int, int]:
    """The lower and the upper word of the complement of two."""
    return number % 2**64, (number >> 64) % 2**64


def row(lines: int, quantity: int, amount: int) -> list[int]:
    return [lines, *pair(quantity), *pair(amount)]


def rows_of(numbers: Iterable[Sequence[int]], width: int) -> Words:
    return np.array([list(one) for one in numbers], dtype=np.uint64).reshape(-1, width)


def read(sums: Words) -> list[Figures]:
    """What rows of words say."""
    found = []
    for lines, *parts in sums[:, :SUMMED].tolist():
        numbers = [low + 2**64 * high for low, high in (parts[:2], parts[2:])]
        quantity, amount = (one - 2**128 if one >= 2**127 else one for one in numbers)
        found.append((lines, quantity, amount))
    return found


def added(pairs: Iterable[tuple[object, Figures]]) -> dict[object, Figures]:
    """Figures by key, one after the other."""
    sums: dict[object, Figures] = defaultdict(lambda: (0, 0, 0))
    for key, more in pairs:
        lines, quantity, amount = (a + b for a, b in zip(sums[key], more, strict=True))
        sums[key] = lines, quantity, amount
    return dict(sums)


def test_the_places_in_a_row_are_those_that_all_others_know() -> None:
    assert (kernel_sums.LINES, kernel_sums.UNITS, kernel_sums.MONEY) == (0, 1, 3)
    assert kernel_sums.WORDS == kernel_sums.KEY == SUMMED
    assert kernel_lines.SHORT == kernel_pairs.NARROW == NARROW
    assert WIDE == SUMMED


keys = st.integers(0, 3) | st.integers(0, 2**62) | st.integers(0, 30).map(lambda n: n << 36)


@given(st.lists(st.tuples(keys, figures), max_size=30), st.integers(1, 5))
def test_a_table_adds_up_by_key_whatever_it_is_filled_with(
    given_: list[tuple[int, Figures]], blocks: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.watch.sketch_sums._SMALL", 2)
        table, other = Table(), Table()
    keyed = rows_of(([*row(*sums), key] for key, sums in given_), SUMMED + 1)
    for number, block in enumerate(np.array_split(keyed, blocks)):
        (table if number % 2 else other).add(block)
    table.add(other.rows)
    sums = table.sums()
    expected = added(given_)
    assert sums.keys.tolist() == sorted(expected)
    assert read(sums.rows) == [expected[key] for key in sums.keys.tolist()]


@given(st.lists(words))
def test_words_are_decimals(numbers: list[int]) -> None:
    written = decimals(rows_of(map(pair, numbers), 2), AMOUNT.scale)
    assert written.to_list() == [Decimal(number).scaleb(-AMOUNT.scale) for number in numbers]


@kernel("int64(uint64, uint64, float64, int64, int64, float64[::1])")
def coded(low: Any, high: Any, scale: Any, zero: Any, smallest: Any, value: Any) -> Any:
    """A number as a float, and the code of that: what other kernels call is compiled with them."""
    value[0] = float_of(low, high, scale)
    return code_of(value[0], zero, smallest)


@given(st.integers(-(10**30), 10**30) | st.integers(-(10**6), 10**6), st.sampled_from([6, 18]))
@example(-(2**64), 18)
def test_the_code_of_a_number_is_that_of_its_bucket(unscaled: int, scale: int) -> None:
    number = Fraction(unscaled, 10**scale)
    assume(is_clear({"amount": Decimal(unscaled).scaleb(-scale)}))
    value = np.empty(1)
    code = coded(*pair(unscaled), 10.0**scale, ZERO_CODE, SMALLEST, value)
    assert value[0] == pytest.approx(float(number), rel=1e-15)
    assert names(np.array([code])).to_list() == [bucket(number)]


lines_ = st.lists(
    st.tuples(st.integers(0, 4), st.integers(0, 6), st.one_of(narrow, words), narrow), max_size=60
)
Lines = list[tuple[int, int, int, int]]


def put(lines: Lines, width: int) -> Words:
    """Lines as rows of that many words."""
    found = []
    for group, identity, quantity, amount in lines:
        both = group << 32 | identity
        pairs = (pair(quantity), pair(amount))
        found.append([both, *(word for one in pairs for word in one[: width // 2])])
    return rows_of(found, width)


@given(lines_, st.sampled_from([NARROW, WIDE]))
def test_lines_are_put_in_the_order_of_their_groups(lines: Lines, width: int) -> None:
    rows = put(lines, width)
    ordered = Ordered.of(rows, 5)
    assert ordered.rows.tolist() == sorted(rows.tolist(), key=lambda one: one[0] >> 32)
    counted = [sum(group < end for group, *_ in lines) for end in range(6)]
    assert ordered.begins.tolist() == [counted]


def is_short(quantity: int, amount: int) -> bool:
    return all(-(2**63) <= number < 2**63 for number in (quantity, amount))


@given(lines_, st.integers(1, 4), st.sampled_from([1, 10, 2**18]))
def test_pairs_are_summed_from_blocks_of_lines_of_both_widths(
    lines: Lines, blocks: int, together: int
) -> None:
    widths = {
        NARROW: [line for line in lines if is_short(*line[2:])],
        WIDE: [line for line in lines if not is_short(*line[2:])],
    }
    narrow_, wide = (
        Ordered.joined(
            [Ordered.of(put(own[at::blocks], width), 5) for at in range(blocks)], width, 5
        )
        for width, own in widths.items()
    )
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("pipeline.watch.sketch_pairs.TOGETHER", together)
        for some in counts(narrow_, wide, 7):
            cells = np.repeat(np.array(some.cells), np.diff(some.begins))
            both = zip(cells.tolist(), some.numbers.tolist(), strict=True)
            found |= dict(zip(both, read(some.figures), strict=True))
    assert found == added(
        ((group, identity), (1, quantity, amount)) for group, identity, quantity, amount in lines
    )


cells_ = st.lists(st.lists(st.tuples(st.integers(0, 9), figures), max_size=20), max_size=4)
texts_ = st.lists(st.integers(-1, 3), min_size=10, max_size=10)
Cells = list[list[tuple[int, Figures]]]


def summed(cells: Cells, codes: list[int]) -> tuple[NDArray[np.int64], NDArray[np.int32], Words]:
    """What `sum_texts` makes of cells."""
    begins = np.cumsum([0, *map(len, cells)])
    flat = [one for cell in cells for one in cell]
    numbers = np.array([number for number, _ in flat], dtype=np.uint32)
    figures_ = rows_of((row(*one) for _, one in flat), SUMMED)
    ends, slots = np.zeros_like(begins), np.full(4, -1, dtype=np.int32)
    texts, sums = np.empty(len(flat), dtype=np.int32), np.empty_like(figures_)
    code_of = np.array(codes, dtype=np.int32)
    kernel_pairs.sum_texts(begins, numbers, figures_, code_of, slots, ends, texts, sums)
    assert (slots == -1).all()
    return ends, texts[: ends[-1]], sums[: ends[-1]]


def by_cell(
    ends: NDArray[np.int64], texts: NDArray[np.int32], sums: Words
) -> list[dict[object, Figures]]:
    told = list(zip(texts.tolist(), read(sums), strict=True))
    found = [told[begin:end] for begin, end in pairwise(ends)]
    assert all(len(dict(cell)) == len(cell) for cell in found)
    return [dict(cell) for cell in found]


@given(cells_, texts_)
def test_rows_are_summed_by_text_cell_by_cell(cells: Cells, codes: list[int]) -> None:
    expected = [
        added((codes[number], one) for number, one in cell if codes[number] >= 0) for cell in cells
    ]
    assert by_cell(*summed(cells, codes)) == expected


@given(cells_, texts_, st.lists(st.integers(0, 2), min_size=4, max_size=4))
def test_texts_are_counted_by_what_they_are_made_of(
    cells: Cells, codes: list[int], made: list[int]
) -> None:
    table = Table()
    table.reserve(3 * len(cells))
    what = np.array(made, dtype=np.uint16)
    kernel_pairs.count_texts(*summed(cells, codes), what, 5, 3, table.rows, table.used)
    sums = table.sums()
    found = dict(zip(sums.keys.tolist(), read(sums.rows), strict=True))
    assert found == added(
        ((5 + place) * 3 + made[codes[number]], one)
        for place, cell in enumerate(cells)
        for number, one in cell
        if codes[number] >= 0
    )


weighty = st.tuples(st.integers(1, 2), words, st.sampled_from([-5, 0, 5, 2**70, -(2**70)]) | words)
valued = st.lists(
    st.dictionaries(st.integers(0, 29), weighty, min_size=0, max_size=30), min_size=1, max_size=3
)


@given(valued, st.integers(1, 12), st.permutations(range(30)))
def test_the_heaviest_of_each_cell_are_chosen_and_the_others_summed(
    cells: list[Mapping[int, Figures]], limit: int, ranks: list[int]
) -> None:
    """By the size of their amounts, then by lines; texts decide only where both are alike."""
    flat = [one for cell in cells for one in cell.items()]
    ends = np.cumsum([0, *map(len, cells)])
    texts = np.array([text for text, _ in flat], dtype=np.int32)
    sums = rows_of((row(*one) for _, one in flat), SUMMED)
    order = [
        sorted(cell, key=lambda text, cell=cell: (*_weight(cell[text]), ranks[text]))
        for cell in cells
    ]
    is_tied = any(
        len(texts_) > limit and _weight(cell[texts_[limit - 1]]) == _weight(cell[texts_[limit]])
        for texts_, cell in zip(order, cells, strict=True)
    )
    for asked in (np.zeros(1, dtype=np.int32), np.array(ranks, dtype=np.int32)):
        heap = np.empty((limit, SUMMED), dtype=np.uint64)
        chosen = np.empty(sum(min(len(cell), limit) for cell in cells), dtype=np.int64)
        rest = np.zeros((len(cells), SUMMED), dtype=np.uint64)
        found = kernel_pairs.heaviest(ends, texts, sums, asked, heap, chosen, rest)
        if is_tied and len(asked) == 1:
            assert found == -1
            continue
        assert found == len(chosen)
        cuts = np.cumsum([0, *(min(len(cell), limit) for cell in cells)])
        for place, texts_ in enumerate(order):
            own = chosen[cuts[place] : cuts[place + 1]]
            assert sorted(texts[own]) == sorted(texts_[:limit])
            left = added((0, cells[place][text]) for text in texts_[limit:])
            assert read(rest)[place] == left.get(0, (0, 0, 0))


def _weight(figures_: Figures) -> tuple[int, int]:
    lines, _, amount = figures_
    return -abs(amount), -lines


def test_a_slice_of_a_part_is_read_from_its_own_place() -> None:
    """Arrow's buffers are those of the whole."""
    from pipeline.watch.sketch import _column

    whole = pl.DataFrame({"amount": [Decimal(1), None, Decimal(-2), None]}, {"amount": AMOUNT})
    own, nulls = _column(whole[2:], "amount")
    assert own[0].tolist() == list(pair(-2 * 10**AMOUNT.scale))
    assert nulls.tolist() == [False, True]
