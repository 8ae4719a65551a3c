"""Sums of lines and money: exact, and the same as polars finds group by group."""

from decimal import Decimal

import numpy as np
import polars as pl
from hypothesis import given
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipeline.contract.columns import AMOUNT
from pipeline.flow import summing

LINES = st.lists(
    st.tuples(
        st.integers(0, 2),
        st.integers(0, 4),
        st.none() | st.decimals(-(10**12), 10**12, places=18),
    ),
    min_size=1,
)


@given(LINES, st.integers(0, 9))
def test_all_lines_of_a_part_are_summed_by_context_and_status(
    lines: list[tuple[int, int, Decimal | None]], cut: int
) -> None:
    numbers = np.array([7, 0, 5], dtype=np.uint32)
    rows = pl.DataFrame(
        lines, {"context": pl.UInt32, "status": pl.UInt8, "amount": AMOUNT}, orient="row"
    )
    pieces = pl.concat([rows[:cut], rows[cut:]], rechunk=False)
    found = summing.by_status(
        rows["context"].to_numpy(), rows["status"].to_numpy(), pieces["amount"], numbers
    )
    named = rows.with_columns(pl.Series("context", numbers[rows["context"].to_numpy()]))
    expected = summing.sums_by(named, "context", "status")
    assert_frame_equal(found, expected, check_row_order=False)


@given(LINES, st.integers(0, 9))
def test_all_lines_of_a_part_are_summed_by_context(
    lines: list[tuple[int, int, Decimal | None]], cut: int
) -> None:
    rows = pl.DataFrame(
        lines, {"context": pl.UInt32, "status": pl.UInt8, "amount": AMOUNT}, orient="row"
    )
    pieces = pl.concat([rows[:cut], rows[cut:]], rechunk=False)
    found = summing.by_context(rows["context"].to_numpy(), pieces["amount"])
    assert_frame_equal(found, summing.sums_by(rows, "context").sort("context"))


def test_no_lines_have_no_sums() -> None:
    none = pl.DataFrame(schema={"context": pl.UInt32, "asset": pl.String, "amount": AMOUNT})
    one = pl.DataFrame([(0, "a", Decimal(1))], none.schema, orient="row")
    assert summing.by_context(none["context"].to_numpy(), none["amount"]).is_empty()
    found = summing.sums_by(none, "asset", "context")
    assert found.is_empty()
    assert found.schema == summing.sums_by(one, "asset", "context").schema
