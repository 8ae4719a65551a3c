"""Distinct rows gathered for lines: the same values as polars gathers, whatever lines hold."""

from datetime import date

import numpy as np
import polars as pl
import pyarrow as pa
from hypothesis import given
from hypothesis import strategies as st

from pipeline.flow.coded import Coded

SCHEMA = {
    "title": pl.String(),
    "label": pl.String(),
    "version": pl.String(),
    "release_date": pl.Date(),
    "duration_s": pl.UInt32(),
    "score": pl.Float64(),
}
WORDS = st.none() | st.sampled_from(["", "a", "b", "Ünder", "a much longer text than others"])
ROWS = st.tuples(
    WORDS,
    st.none(),
    st.sampled_from(["live", "remix"]),
    st.none() | st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    st.none() | st.integers(0, 2**32 - 1),
    st.floats(allow_nan=False),
)


@given(st.lists(ROWS, min_size=1, max_size=20), st.data())
def test_lines_get_what_their_rows_hold(
    rows: list[tuple[object, ...]], data: st.DataObject
) -> None:
    numbers = np.array(
        data.draw(st.lists(st.integers(0, len(rows) - 1), max_size=60)), dtype=np.uint32
    )
    columns = data.draw(st.lists(st.sampled_from([*SCHEMA]), unique=True))
    frame = pl.DataFrame(rows, SCHEMA, orient="row")
    found = Coded.of(frame).gathered(numbers, columns)
    assert [*found] == columns
    for name, array in found.items():
        array.validate(full=True)
        assert array.to_pylist() == frame[name].gather(numbers).to_list()


@given(st.lists(WORDS, min_size=1, max_size=20), st.data())
def test_no_text_is_handed_on_that_no_line_holds(
    texts: list[str | None], data: st.DataObject
) -> None:
    numbers = np.array(
        data.draw(st.lists(st.integers(0, len(texts) - 1), max_size=30)), dtype=np.uint32
    )
    rows = pl.DataFrame({"title": texts}, {"title": pl.String()})
    array = Coded.of(rows).gathered(numbers, ["title"])["title"]
    held = {texts[number] for number in numbers} - {None}
    if held:
        assert sorted(array.dictionary.to_pylist()) == sorted(map(str, held))
    else:
        assert array.equals(pa.nulls(len(numbers), pa.large_string()))


def test_many_texts_stay_with_their_rows() -> None:
    """As many as a part has: the few of a drawn example are soon told by one digit."""
    texts = [None if n % 11 == 0 else f"Title {n % 700}" for n in range(3_000)]
    frame = pl.DataFrame({"title": texts, "label": texts[::-1]})
    numbers = np.random.default_rng(6).integers(0, 3_000, 5_000).astype(np.uint32)
    found = Coded.of(frame).gathered(numbers, ["label", "title"])
    for name, array in found.items():
        assert array.to_pylist() == frame[name].gather(numbers).to_list()


def test_rows_that_are_none_give_no_lines() -> None:
    found = Coded.of(pl.DataFrame(schema=SCHEMA)).gathered(np.empty(0, np.uint32), SCHEMA)
    assert {name: len(array) for name, array in found.items()} == dict.fromkeys(SCHEMA, 0)
