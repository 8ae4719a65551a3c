"""Whatever a source reports, to hold it against its past raises nothing and invents nothing."""

from decimal import Decimal

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contract.columns import DRIFT
from pipeline.vocab import Fault
from pipeline.vocab_watch import Finding, Measure
from pipeline.watch import past
from pipeline.watch.changes import NESTED, changes
from pipeline.watch.period import Period
from pipeline.watch.sentences import sentence

COLUMNS = [name for name in DRIFT if name not in ("manifest", "source", "month")]
SUMS = [pl.col(name).sum() for name in ("lines", "quantity", "amount")]
SAID = {
    Measure.ALL: (("", ""),),
    Measure.NULL: (("isrc", ""), ("amount", ""), ("usage", "")),
    Measure.VALUE: (("usage", "free"), ("usage", ""), ("isrc", "QZ1"), ("title", "é")),
    Measure.REST: (("isrc", "3"), ("title", "1")),
    Measure.BUCKET: (("amount", "3"), ("amount", "neg:-2"), ("rate", "zero"), ("rate", "-40")),
    Measure.LENGTH: (("title", "4"), ("title", "32")),
    Measure.SCRIPT: (("title", "latin"), ("title", "mixed")),
    Measure.FAULT: (("faults", Fault.AMOUNT_UNREADABLE), ("faults", Fault.UNMATCHED)),
}


@st.composite
def sketched(draw: st.DrawFn) -> pl.DataFrame:
    """Rows of a few cells, periods and values, with figures of any sign."""
    said = st.sampled_from([(one, *told) for one, pairs in SAID.items() for told in pairs])
    row = st.builds(
        lambda place, cell, told, figures: {
            "accounting_period": f"{2024 + place // 12}-{place % 12 + 1:02}",
            **dict(zip(("service", "territory", "currency"), cell, strict=True)),
            **dict(zip(("measure", "column", "value"), told, strict=True)),
            **dict(zip(("lines", "quantity", "amount"), figures, strict=True)),
        },
        st.integers(0, 15),
        st.tuples(*map(st.sampled_from, (("A", "B", ""), ("DE", ""), ("EUR", "USD", "")))),
        said,
        st.tuples(
            st.integers(1, 10**6),
            st.decimals(-(10**6), 10**6, places=2),
            st.decimals(-(10**6), 10**6, places=6),
        ),
    )
    rows = draw(st.lists(row, min_size=1, max_size=60))
    # A cell has all of its lines, whatever else is told of them.
    wholes = [
        {**one, "measure": Measure.ALL, "column": "", "value": ""}
        for one in rows
        if one["measure"] not in (Measure.ALL, Measure.REST)
    ]
    return pl.DataFrame([*rows, *wholes], schema={name: DRIFT[name] for name in COLUMNS})


@given(sketched(), st.booleans())
def test_every_change_is_told_with_a_sentence_and_money_of_the_sketch(
    frame: pl.DataFrame, whole: bool
) -> None:
    names = sorted(frame["accounting_period"].unique())
    calendar = past.calendar(names[-1], names[:-1])
    if calendar is None:
        return
    on = past.on(calendar, frame).group_by([*COLUMNS[:-3], "place"]).agg(SUMS)
    found = changes(Period(on, calendar), whole=whole)
    lines = int(on.filter(measure="all", place=calendar.periods - 1)["lines"].sum())
    for change in found:
        assert sentence(change, "source")
        assert isinstance(change.stake.amount, Decimal)
        assert whole or change.finding not in (Finding.MONEY, Finding.VOLUME)
        if change.finding in NESTED:
            assert change.stake.lines <= lines
    # Told as settled, none of them is told again.
    told = [{**change.test, "place": calendar.periods - 1} for change in found]
    assert changes(Period(on, calendar, told), whole=whole) == []


CELLS = [(service, territory) for service in "AB" for territory in ("DE", "FR", "US")]


def month(number: int, factors: list[tuple[float, float, float]]) -> list[dict[str, object]]:
    """The sketch of a month: each cell with its factors of units, price and lines without ISRC."""
    rows: list[dict[str, object]] = []
    for place, ((service, territory), (units, price, bare)) in enumerate(
        zip(CELLS, factors, strict=True)
    ):
        wobble = 1 + ((7 * number + 3 * place) % 11 - 5) / 100
        quantity = round(100_000 * (place + 1) * units * wobble)
        if not quantity:
            continue
        amount = Decimal(round(quantity * 4000 * price * (1 + wobble / 1000))) / 10**6
        where = {"service": service, "territory": territory, "currency": "EUR"}
        where["accounting_period"] = f"{2024 + number // 12}-{number % 12 + 1:02}"
        figures = {"lines": quantity // 50 + 1, "quantity": Decimal(quantity), "amount": amount}
        lost = round(figures["lines"] * bare)
        usage = {"measure": Measure.VALUE, "column": "usage", "value": "free"}
        rows.append({**where, "measure": Measure.ALL, "column": "", "value": "", **figures})
        rows.append({**where, **usage, **figures})
        if lost:
            none = {"measure": Measure.NULL, "column": "isrc", "value": "", "lines": lost}
            rows.append({**where, **none, "quantity": Decimal(0), "amount": Decimal(0)})
    return rows


factor = st.sampled_from([0.0, 0.5, 0.9, 0.98, 1.0, 1.0, 1.0, 1.02, 1.3, 3.0])


@settings(max_examples=15)
@given(
    st.lists(
        st.tuples(factor, factor.filter(bool), st.sampled_from([0.0, 0.02, 0.02, 0.3])),
        min_size=len(CELLS),
        max_size=len(CELLS),
    ).filter(lambda cells: any(units for units, _, _ in cells)),
    st.sampled_from([1, 2, 5, 13, 25]),
)
def test_what_is_told_is_beyond_its_limit_and_told_once(
    factors: list[tuple[float, float, float]], before: int
) -> None:
    usual = [(1.0, 1.0, 0.02)] * len(CELLS)
    rows = [row for number in range(before) for row in month(number, usual)]
    frame = pl.DataFrame(
        [*rows, *month(before, factors)], schema={name: DRIFT[name] for name in COLUMNS}
    )
    names = sorted(frame["accounting_period"].unique())
    calendar = past.calendar(names[-1], names[:-1])
    assert calendar is not None
    on = past.on(calendar, frame).group_by([*COLUMNS[:-3], "place"]).agg(SUMS)
    found = changes(Period(on, calendar), whole=True)
    named = ("finding", "service", "territory", "currency", "column", "subject")
    places = [tuple(one.test[name] for name in named) for one in found]
    assert len(set(places)) == len(places)
    for one in found:
        observed, expected = one.test["observed"], one.test["expected"]
        assert (observed - expected) * (observed - one.limit) >= 0
        assert min(observed, expected) <= one.limit <= max(observed, expected)
        assert sentence(one, "source")
    told = [{**one.test, "place": calendar.periods - 1} for one in found]
    assert changes(Period(on, calendar, told), whole=True) == []
