"""A series finds the last change that was told of it as if it had looked at all that were told."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.vocab import Fault
from pipeline.vocab_watch import Finding
from pipeline.watch.family import PLACES
from pipeline.watch.follow import is_settled_by
from pipeline.watch.settled import Settled

SUBJECTS = (None, "QZ1", "QZ2")
FAULTS = (Fault.ISRC_MISSING, Fault.AMOUNT_UNREADABLE, Fault.UNMATCHED, Fault.GTIN_CHECK_DIGIT)
"""What stands as the subject of a finding of faults; nothing else does."""


@st.composite
def placed(draw: st.DrawFn) -> dict[str, Any]:
    """A finding, and where it stands: few names, so that many meet."""
    finding = draw(st.sampled_from(Finding))
    subjects = [fault.value for fault in FAULTS] if finding is Finding.FAULTS else SUBJECTS
    names = {
        "service": (None, "A", "B"),
        "territory": (None, "DE", "FR"),
        "currency": (None, "EUR"),
        "column": (None, "isrc", "amount", "usage"),
        "subject": subjects,
    }
    where = {name: draw(st.sampled_from(names[name])) for name in PLACES}
    return {"finding": finding.value, **where}


@given(
    st.lists(st.builds(lambda one, at: {**one, "place": at}, placed(), st.integers(0, 12))),
    st.lists(placed(), min_size=1),
)
def test_the_last_change_of_a_series_is_that_of_all_that_settle_it(
    told: list[dict[str, Any]], series: list[dict[str, Any]]
) -> None:
    settled = Settled(told)
    for own in series:
        places = [one["place"] for one in told if is_settled_by(own, one)]
        assert settled.begin(own) == max(places, default=0)


@pytest.mark.parametrize("ours", Finding)
@pytest.mark.parametrize("theirs", Finding)
def test_whatever_settles_a_series_is_looked_at(ours: Finding, theirs: Finding) -> None:
    """Each pair of findings once, for chance seldom draws two that name the same."""
    fault = Fault.ISRC_MISSING.value
    for column in ("isrc", "amount", "usage"):
        for subject in ("QZ1", None):
            where = {"service": "A", "territory": "DE", "currency": "EUR", "column": column}
            own, one = (
                {
                    **where,
                    "finding": it.value,
                    "subject": fault if it is Finding.FAULTS else subject,
                }
                for it in (ours, theirs)
            )
            wider = {**one, "territory": None, "place": 3}
            expected = 3 if is_settled_by(own, wider) else 0
            assert Settled([wider, {**wider, "place": 2}]).begin(own) == expected
