"""Sets of faults, joined and told apart in loops: as numpy does it step by step."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from pipeline.faults import route
from pipeline.flow.kernel_sets import join
from pipeline.vocab import Fault

SETS = st.sets(st.sampled_from(route.OF_LINES), max_size=3).map(lambda held: route.joined(*held))
TORN = route.joined(Fault.FIELD_COUNT, Fault.BAD_QUOTING)
PAIR = route.BIT[Fault.SPLITS_INCOMPLETE]
HALTED = route.BIT[Fault.ASSET_HALTED]
LINES = st.lists(st.tuples(st.integers(0, 3), st.integers(0, 2), SETS, st.booleans()), max_size=30)


def of(sets: list[np.uint32]) -> NDArray[np.uint32]:
    return np.array(sets, dtype=np.uint32)


@given(
    LINES,
    st.lists(SETS, min_size=4, max_size=4),
    st.lists(SETS, min_size=3, max_size=3),
    st.lists(st.booleans(), min_size=4, max_size=4),
    SETS,
)
def test_the_faults_of_lines_are_joined_as_rule_by_rule(
    lines: list[tuple[int, int, np.uint32, bool]],
    identity_sets: list[np.uint32],
    context_sets: list[np.uint32],
    halts: list[bool],
    whole: np.uint32,
) -> None:
    identity, context = (np.array([line[at] for line in lines], np.uint32) for at in (0, 1))
    own, halted = of([line[2] for line in lines]), np.array(halts)
    found = np.array([PAIR if line[3] else 0 for line in lines], dtype=np.uint32)
    expected = of(identity_sets)[identity] | of(context_sets)[context] | found
    expected[(own & TORN) != 0] = 0
    expected |= own
    sound = (expected & route.FATAL) == 0
    expected[sound & halted[identity]] |= HALTED
    expected[sound] |= whole
    named = (of(identity_sets), of(context_sets), halted)
    join(identity, context, own, *named, TORN, route.FATAL, HALTED, whole, found)
    assert found.tolist() == expected.tolist()


@given(st.lists(st.sampled_from([0, 1, 2**31, 2**32 - 1, 7]) | st.integers(0, 2**32 - 1)))
def test_kinds_are_distinct_and_each_line_has_its_own(given_sets: list[int]) -> None:
    sets = np.array(given_sets, dtype=np.uint32)
    kinds = route.Kinds.of(sets)
    assert kinds.sets[kinds.places].tolist() == given_sets
    assert sorted(kinds.sets.tolist()) == sorted(set(given_sets))


def test_kinds_may_be_more_than_the_loop_has_room_for() -> None:
    for height in (route.FEW, route.FEW + 1, 3 * route.FEW):
        sets = np.arange(height, dtype=np.uint32)[::-1].repeat(2)
        kinds = route.Kinds.of(sets)
        assert len(kinds.sets) == height
        assert (kinds.sets[kinds.places] == sets).all()
