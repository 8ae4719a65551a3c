"""Distinct rows and their numbers: within a part, and over all parts."""

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pipeline.flow.registry import HASH, Registry, distinct

CELLS = pl.DataFrame(
    {"a": ["x", "y", "x", "x", None], "b": ["1", "1", "2", "1", None], "c": ["p"] * 5}
)

cells = st.one_of(st.none(), st.sampled_from(["", "x", "y", "xy"]))
parts = st.lists(st.lists(st.tuples(cells, cells), max_size=8), min_size=1, max_size=4)


def test_rows_are_told_apart_by_the_columns_asked_for() -> None:
    rows, places = distinct(CELLS, ["a", "b"])
    assert rows.drop(HASH).rows() == [("x", "1"), ("y", "1"), ("x", "2"), (None, None)]
    assert places.to_list() == [0, 1, 2, 0, 3]
    assert places.dtype == pl.UInt32


def test_without_columns_all_lines_are_one() -> None:
    rows, places = distinct(CELLS, [])
    assert (rows.height, rows.columns, places.to_list()) == (1, [HASH], [0] * 5)
    assert Registry().numbers(rows).to_list() == [0]


def test_a_part_without_lines_has_no_rows() -> None:
    rows, places = distinct(CELLS.head(0), ["a"])
    assert (rows.height, len(places)) == (0, 0)
    registry = Registry()
    assert registry.numbers(rows).to_list() == []
    assert (registry.waiting, registry.drained().height) == (0, 0)


def test_null_is_not_empty_text() -> None:
    rows, places = distinct(pl.DataFrame({"a": [None, ""]}), ["a"])
    assert (rows.height, places.to_list()) == (2, [0, 1])


@given(parts, st.sets(st.integers(0, 3)))
def test_numbers_lead_back_to_each_line_s_cells(
    lines: list[list[tuple[str | None, ...]]], drained_after: set[int]
) -> None:
    """And are those of first appearance, however the lines are cut and the rows are drained."""
    registry, found, known = Registry(), [], []
    for number, part in enumerate(lines):
        frame = pl.DataFrame(part, schema={"a": pl.String, "b": pl.String}, orient="row")
        rows, places = distinct(frame, ["a", "b"])
        found += registry.numbers(rows).gather(places).to_list()
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
