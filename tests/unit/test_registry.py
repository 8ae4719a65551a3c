"""Distinct rows and their numbers: within a part, and over all parts."""

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipeline.flow.kinds import UNKNOWN, Kinds
from pipeline.flow.registry import HASH, Distinct, Registry, distinct

CELLS = pl.DataFrame(
    {"a": ["x", "y", "x", "x", None], "b": ["1", "1", "2", "1", None], "c": ["p"] * 5}
)

cells = st.one_of(st.none(), st.sampled_from(["", "x", "y", "xy"]))
parts = st.lists(st.lists(st.tuples(cells, cells), max_size=8), min_size=1, max_size=4)
words = st.integers(0, 2**64 - 1)
keys = st.one_of(st.tuples(words, words), st.tuples(st.integers(0, 3), st.integers(0, 3)))


def as_keys(pairs: list[tuple[int, int]]) -> np.ndarray:
    return np.array(pairs, dtype=np.uint64).reshape(-1, 2)


def of_text(frame: pl.DataFrame, names: list[str]) -> tuple[Distinct, list[int]]:
    """Rows of which no bytes are known."""
    rows, numbers = distinct(frame, names)
    places = np.arange(rows.height)
    return Distinct(rows, places.astype(np.uint32), places), numbers.tolist()


def test_rows_are_told_apart_by_the_columns_asked_for() -> None:
    rows, places = distinct(CELLS, ["a", "b"])
    assert rows.drop(HASH).rows() == [("x", "1"), ("y", "1"), ("x", "2"), (None, None)]
    assert places.tolist() == [0, 1, 2, 0, 3]
    assert places.dtype == np.uint32


def test_without_columns_all_lines_are_one() -> None:
    rows, places = distinct(CELLS, [])
    assert (rows.height, rows.columns, places.tolist()) == (1, [HASH], [0] * 5)
    assert Registry().numbers(of_text(CELLS, [])[0]).tolist() == [0]


def test_a_part_without_lines_has_no_rows() -> None:
    rows, places = distinct(CELLS.head(0), ["a"])
    assert (rows.height, len(places)) == (0, 0)
    registry = Registry()
    assert registry.numbers(of_text(CELLS.head(0), ["a"])[0]).tolist() == []
    assert (registry.waiting, registry.drained().height) == (0, 0)


def test_null_is_not_empty_text() -> None:
    rows, places = distinct(pl.DataFrame({"a": [None, ""]}), ["a"])
    assert (rows.height, places.tolist()) == (2, [0, 1])


@given(parts, st.sets(st.integers(0, 3)))
def test_numbers_lead_back_to_each_line_s_cells(
    lines: list[list[tuple[str | None, ...]]], drained_after: set[int]
) -> None:
    """And are those of first appearance, however the lines are cut and the rows are drained."""
    registry, found, known = Registry(), [], []
    for number, part in enumerate(lines):
        frame = pl.DataFrame(part, schema={"a": pl.String, "b": pl.String}, orient="row")
        kinds, places = of_text(frame, ["a", "b"])
        found += registry.numbers(kinds)[places].tolist()
        if number in drained_after:
            known += registry.drained().rows()
            assert registry.waiting == 0
    waiting = registry.waiting
    rest = registry.drained().rows()
    known += rest
    wanted = [row for part in lines for row in part]
    assert [known[number] for number in found] == wanted
    assert known == list(dict.fromkeys(wanted))
    assert len(rest) == waiting


@given(
    st.lists(st.lists(st.tuples(st.integers(0, 9), st.booleans()), max_size=9), max_size=5),
    st.data(),
)
def test_what_is_known_by_its_bytes_needs_no_text(
    lines: list[list[tuple[int, bool]]], data: st.DataObject
) -> None:
    """Whatever of it a part's reader knew then; other bytes that say the same are the same row."""
    registry = Registry()
    seen = [registry.seen]
    found = []
    for part in lines:
        # The cell and whether it was quoted: two kinds of bytes that say the same.
        kinds = list(dict.fromkeys(part))
        given_keys = as_keys(kinds)
        known = data.draw(st.sampled_from(seen)).find(given_keys) != UNKNOWN
        new = np.flatnonzero(~known)
        text = pl.DataFrame({"a": [str(kinds[at][0]) for at in new]}, schema={"a": pl.String})
        rows, places = distinct(text, ["a"])
        numbers = registry.numbers(Distinct(rows, places, new, given_keys))
        found += [numbers[kinds.index(line)] for line in part]
        seen.append(registry.seen)
    wanted = [str(cell) for part in lines for cell, _ in part]
    rows = registry.drained()
    texts = rows["a"].to_list() if rows.width else []
    assert [texts[number] for number in found] == wanted
    assert texts == list(dict.fromkeys(wanted))


def test_few_kinds_are_new_to_a_reader_once_many_are_known() -> None:
    registry = Registry()
    for number in range(64):
        place = np.arange(1)
        rows, places = distinct(pl.DataFrame({"a": [str(number)]}), ["a"])
        registry.numbers(Distinct(rows, places, place, as_keys([(number, number)])))
    known = registry.seen.find(as_keys([(number, number) for number in range(64)]))
    assert known.tolist()[:60] == list(range(60))


@given(st.lists(st.lists(keys, max_size=20), max_size=5), st.lists(keys, max_size=20))
def test_kinds_are_what_a_dictionary_says(
    added: list[list[tuple[int, int]]], asked: list[tuple[int, int]]
) -> None:
    kinds, wanted = Kinds(), dict[tuple[int, int], int]()
    before = kinds.copy()
    for some in added:
        before, held = kinds.copy(), dict(wanted)
        numbers = np.arange(len(some), dtype=np.uint32) + len(wanted)
        kinds.add(as_keys(some), numbers)
        for key, number in zip(some, numbers.tolist(), strict=True):
            wanted.setdefault(key, number)
        # A copy is what it was.
        assert before.count == len(held)
        assert before.find(as_keys(some)).tolist() == [held.get(key, UNKNOWN) for key in some]
    looked = [*asked, *wanted]
    assert kinds.find(as_keys(looked)).tolist() == [wanted.get(key, UNKNOWN) for key in looked]
    assert kinds.count == len(wanted)


def test_kinds_are_kept_as_their_table_grows() -> None:
    kinds = Kinds()
    many = as_keys([(number % 7, number) for number in range(5_000)])
    for begin in range(0, 5_000, 700):
        some = many[begin : begin + 700]
        kinds.add(some, np.arange(begin, begin + len(some), dtype=np.uint32))
    assert kinds.find(many).tolist() == list(range(5_000))
    assert len(kinds.table) >= 2 * kinds.count
