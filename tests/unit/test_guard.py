"""The guard of what is written finds each broken promise, on all rows and on their witnesses."""

from datetime import UTC, date, datetime
from decimal import Decimal
from random import Random
from typing import Any

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.contract.columns import CONTEXT, SALES
from pipeline.errors import PipelineError
from pipeline.flow import guard

SOUND: dict[str, Any] = {
    "manifest": "a" * 64,
    "accounting_period": "2026-09",
    "line": 2,
    "offset": 40,
    "source": "canonical",
    "territory": "DE",
    "activity_start": date(2026, 9, 1),
    "currency": "EUR",
    "amount": Decimal("1.25"),
    "faults": [],
    "recording_id": "R1",
    "method": "isrc",
    "decided_at": datetime(2026, 10, 5, tzinfo=UTC),
    "run": "r1",
}
BROKEN: dict[str, dict[str, Any]] = {
    "no amount": {"amount": None},
    "an amount beyond the limit": {"amount": Decimal(10**12)},
    "a negative amount beyond the limit": {"amount": Decimal(-(10**12))},
    "no currency": {"currency": None},
    "an invalid currency": {"currency": "XQZ"},
    "a currency withdrawn before": {"currency": "DEM"},
    "nothing that was sold": {"recording_id": None},
    "no method": {"method": None},
    "no place": {"line": None},
    "no manifest": {"manifest": None},
    "no run": {"run": None},
}
WELL: dict[str, dict[str, Any]] = {
    "as it should be": {},
    "another context": {"currency": "USD", "territory": "US"},
    "a release": {"recording_id": None, "release_id": "L1"},
    "money taken back": {"amount": Decimal("-999999999999.999999999999999999")},
    "a withdrawn currency in its time": {"currency": "DEM", "activity_start": date(1999, 1, 1)},
}


def sales(*changes: dict[str, Any]) -> pl.DataFrame:
    rows = [dict.fromkeys(SALES) | SOUND | change for change in changes]
    return pl.DataFrame(rows, schema=SALES, orient="row")


def refused(rows: pl.DataFrame) -> bool:
    try:
        guard.refuse_broken("sales", rows)
    except PipelineError as error:
        return "breaks its contract" in error.what
    return False


def witnesses(rows: pl.DataFrame) -> pl.DataFrame:
    """As an ingest has them: contexts are numbered by what they hold."""
    numbers = rows.select(pl.struct(*CONTEXT).rank("dense").cast(pl.UInt32)).to_series()
    lacks = guard.lacking(rows)
    places, _ = guard.witnesses(numbers.to_numpy(), rows["amount"], lacks)
    return rows[places]


@pytest.mark.parametrize("case", BROKEN)
def test_a_broken_sale_is_refused(case: str) -> None:
    assert refused(sales({}, BROKEN[case], {}))


@pytest.mark.parametrize("case", WELL)
def test_a_sound_sale_passes(case: str) -> None:
    assert not refused(sales({}, WELL[case]))


def test_nothing_passes() -> None:
    assert not refused(sales())


@given(
    st.lists(st.sampled_from(list(WELL)), max_size=20),
    st.lists(st.sampled_from(list(BROKEN)), max_size=2),
    st.randoms(use_true_random=False),
)
def test_witnesses_are_refused_exactly_where_all_rows_are(
    well: list[str], broken: list[str], shuffler: Random
) -> None:
    cases = [*(WELL[case] for case in well), *(BROKEN[case] for case in broken)]
    shuffler.shuffle(cases)
    rows = sales(*cases)
    assert refused(rows) is refused(witnesses(rows)) is bool(broken)


def test_witnesses_are_few() -> None:
    rows = sales(*[{"line": n, "amount": Decimal(n % 97)} for n in range(2, 5_000)])
    assert witnesses(rows).height <= 3


def test_witnesses_of_contexts_seen_before_are_needless_but_those_that_decide() -> None:
    rows = sales(*[{"line": n, "amount": Decimal(n)} for n in range(2, 50)])
    numbers = np.arange(rows.height, dtype=np.uint32) % 5

    def found(context: NDArray[np.uint32]) -> pl.DataFrame:
        places, decisive = guard.witnesses(context, rows["amount"], guard.lacking(rows))
        told = [pl.Series("context", context[places]), pl.Series("decisive", decisive)]
        return rows[places].with_columns(told)

    seen: set[int] = set()
    first = guard.fresh(found(numbers), seen)
    assert seen == {0, 1, 2, 3, 4}
    assert first.height >= len(seen)
    again = guard.fresh(found(numbers), seen)
    assert again["amount"].to_list() == [Decimal(2), Decimal(49)]
    assert guard.fresh(found(numbers + 5), seen).height == first.height
