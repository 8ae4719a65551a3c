"""From faults to status: each fault alone, and what prevails where there are several."""

from collections import Counter

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.faults import route
from pipeline.vocab import Fault, Status

STATUS_OF = {
    Fault.UNMATCHED: Status.UNMATCHED,
    Fault.LOW_CONFIDENCE: Status.UNMATCHED,
    Fault.AMBIGUOUS: Status.UNMATCHED,
    Fault.ISRC_CONTRADICTED: Status.UNMATCHED,
    Fault.SPLITS_INCOMPLETE: Status.HELD,
    Fault.SCHEMA_DRIFT: Status.HELD,
    Fault.ASSET_HALTED: Status.HELD,
    Fault.OUT_OF_BALANCE: Status.HELD,
    Fault.POSSIBLE_DUPLICATE: Status.HELD,
    Fault.AMOUNT_UNREADABLE: Status.HELD,
    Fault.CURRENCY_MISSING: Status.HELD,
    Fault.FIELD_COUNT: Status.QUARANTINED,
    Fault.BAD_QUOTING: Status.QUARANTINED,
    Fault.BAD_ENCODING: Status.QUARANTINED,
    Fault.CURRENCY_INVALID: Status.QUARANTINED,
    Fault.SIGNATURE_MISMATCH: Status.QUARANTINED,
    Fault.EXCLUDED_BY_DECISION: Status.EXCLUDED,
}
"""As the table of section 5 of the design has it; every other fault warns."""


def lists(*faults: list[Fault] | None) -> pl.Series:
    return pl.Series(faults, dtype=pl.List(pl.String))


def statuses(*faults: list[Fault], dependent: bool = False) -> list[Status]:
    sets = route.sets_of(lists(*faults))
    found = route.statuses(sets, np.full(len(sets), dependent))
    return [route.STATUSES[place] for place in found]


@pytest.mark.parametrize("fault", route.OF_LINES)
def test_a_fault_alone_gives_its_status_and_decides(fault: Fault) -> None:
    assert statuses([fault]) == [STATUS_OF.get(fault, Status.MATCHED)]
    assert route.deciding(route.sets_of(lists([fault]))).to_list() == [fault]


def test_no_fault_is_matched_and_nothing_decides() -> None:
    assert statuses([]) == [Status.MATCHED]
    assert route.deciding(route.sets_of(lists([]))).to_list() == [None]


@pytest.mark.parametrize(
    ("faults", "status", "decider"),
    [
        (
            [Fault.UNMATCHED, Fault.CURRENCY_MISSING],
            Status.HELD,
            Fault.CURRENCY_MISSING,
        ),
        (
            [Fault.CURRENCY_MISSING, Fault.UNMATCHED, Fault.BAD_ENCODING],
            Status.QUARANTINED,
            Fault.BAD_ENCODING,
        ),
        ([Fault.GTIN_MISSING, Fault.AMBIGUOUS], Status.UNMATCHED, Fault.AMBIGUOUS),
        ([Fault.ISRC_MISSING, Fault.GTIN_MISSING], Status.MATCHED, Fault.ISRC_MISSING),
    ],
)
def test_the_gravest_prevails(faults: list[Fault], status: Status, decider: Fault) -> None:
    for order in (faults, faults[::-1]):
        assert statuses(order) == [status]
        assert route.deciding(route.sets_of(lists(order))).to_list() == [decider]


def test_a_warning_holds_where_the_terms_depend_on_it() -> None:
    assert statuses([Fault.TERRITORY_UNKNOWN], dependent=True) == [Status.HELD]
    assert statuses([Fault.UNMATCHED, Fault.TERRITORY_UNKNOWN], dependent=True) == [Status.HELD]
    assert statuses([Fault.FIELD_COUNT], dependent=True) == [Status.QUARANTINED]


def test_sets_and_names_are_each_others_inverse() -> None:
    given = [
        [],
        [Fault.CURRENCY_INVALID],
        [Fault.UNMATCHED, Fault.GTIN_MISSING],
        list(route.OF_LINES),
        [],
    ]
    assert route.names_of(route.sets_of(lists(*given))).to_list() == given
    assert len(set(route.BIT.values())) == len(route.OF_LINES)


def test_null_is_no_fault() -> None:
    assert route.names_of(route.sets_of(lists(None, [Fault.AMBIGUOUS]))).to_list() == [
        [],
        [Fault.AMBIGUOUS],
    ]


def test_one_name_or_none_a_line() -> None:
    names = pl.Series([Fault.AMBIGUOUS, None, Fault.CURRENCY_INVALID], dtype=pl.String)
    assert route.sets_of_names(names).tolist() == [
        route.BIT[Fault.AMBIGUOUS],
        0,
        route.BIT[Fault.CURRENCY_INVALID],
    ]


def test_no_line_has_no_fault() -> None:
    none = route.sets_of(lists())
    assert route.counts(none) == {}
    assert route.names_of(none).to_list() == route.deciding(none).to_list() == []


def test_lines_are_counted_by_each_of_their_faults() -> None:
    sets = route.sets_of(
        lists([Fault.AMBIGUOUS], [], [Fault.AMBIGUOUS, Fault.GTIN_MISSING], [Fault.AMBIGUOUS])
    )
    assert route.counts(sets) == {Fault.AMBIGUOUS: 3, Fault.GTIN_MISSING: 1}


def test_a_set_joins_faults_whether_or_not_they_stand_twice() -> None:
    both = route.joined(Fault.AMBIGUOUS, Fault.GTIN_MISSING, Fault.AMBIGUOUS)
    assert both == route.BIT[Fault.AMBIGUOUS] | route.BIT[Fault.GTIN_MISSING]
    assert route.joined() == 0


@given(
    st.lists(st.tuples(st.sets(st.sampled_from(route.OF_LINES), max_size=4), st.booleans())),
    st.data(),
)
def test_some_lines_by_kind_are_what_they_are_alone(
    lines: list[tuple[set[Fault], bool]], data: st.DataObject
) -> None:
    sets = np.array([route.joined(*faults) for faults, _ in lines], dtype=np.uint32)
    dependent = np.array([depends for _, depends in lines], dtype=np.bool_)
    chosen = np.array(
        data.draw(st.lists(st.sampled_from(range(len(lines)))) if lines else st.just([])),
        dtype=np.int64,
    )
    some = route.Kinds.of(sets).some(chosen)
    own = sets[chosen]
    assert some.names().to_list() == [
        [fault.value for fault in route.OF_LINES if fault in lines[line][0]] for line in chosen
    ]
    assert some.deciding().to_list() == [route.deciding(own[[at]]).item() for at in range(len(own))]
    assert some.counts() == Counter(fault for line in chosen for fault in lines[line][0])
    expected = route.statuses(own, dependent[chosen])
    assert some.statuses(dependent[chosen]).tolist() == expected.tolist()
    asked = data.draw(st.sets(st.sampled_from(route.OF_LINES), max_size=3))
    having = [at for at, line in enumerate(chosen) if asked & lines[line][0]]
    assert some.having(route.joined(*asked)).tolist() == having
