"""One rule, two readers: what `tag` tags is what the schema finds; nothing is lost or moved."""

import re
from collections import defaultdict
from decimal import Decimal
from itertools import chain

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipeline.contract import forms, identifiers, money, rules, tag
from pipeline.contract.columns import AMOUNT, CONTEXT, IDENTITY, MONEY, QUANTITY, REPORTED
from pipeline.vocab import Fault

ANY = st.one_of(st.none(), st.just(""), st.just(" "), st.just("N/A"), st.text(max_size=8))
DAYS = st.sampled_from(
    ["2022-12-31", "2023-01-01", "2025-06-01", "2025-02-30", "JUN-25", "20250601"]
)
NUMBERS = st.one_of(
    st.from_regex(r"[+-]?[0-9]{0,14}[.,]?[0-9]{0,22}([eE]-?[0-9])?", fullmatch=True),
    st.from_regex(r"-?[0-9]{1,4}\.[0-9]{1,12}", fullmatch=True),
    st.sampled_from(["(1.5)", "1,200.50", "1e-19", "0." + "0" * 17 + "15", "1" * 13, "NaN", "inf"]),
)
CELLS: dict[str, st.SearchStrategy[str | None]] = defaultdict(
    lambda: ANY,
    {
        "isrc": ANY
        | st.from_regex(r"[A-Za-z]{2}-?[A-Z0-9]{3}-?[0-9]{2}-?[0-9]{4,6}", fullmatch=True)
        | st.sampled_from(["USRC17607839|GBAYE0601498", "ISRC USRC17607839", "ISRCC0101010"]),
        "gtin": ANY
        | st.from_regex(r"[0-9]{7,15}(\.0)?", fullmatch=True)
        | st.sampled_from(["36000291452", "5.901234123457E+12", "8.6e+11", "0000000000000"]),
        "sale_level": st.sampled_from([None, "", "track", "release", "other"]),
        "currency": ANY | st.sampled_from(["EUR", "usd", "RMB", "HRK", "XXX", "ZZZ", "$"]),
        "territory": ANY | st.sampled_from(["DE", "uk", "Worldwide", "XK", "USA", "ZZ"]),
        **dict.fromkeys(
            ("period_start", "period_end", "activity_start", "activity_end"), ANY | DAYS
        ),
        **dict.fromkeys(MONEY, ANY | NUMBERS),
    },
)
LINES = st.lists(st.fixed_dictionaries({name: CELLS[name] for name in REPORTED}), max_size=6).map(
    lambda lines: pl.DataFrame(lines, REPORTED)
)


def _found_by_schema(lines: pl.DataFrame) -> list[list[str]]:
    from pandera.errors import SchemaErrors

    from pipeline.contract import schemas

    found: list[set[str]] = [set() for _ in range(len(lines))]
    try:
        schemas.Reported.validate(lines, lazy=True)
    except SchemaErrors as errors:
        for check, index in errors.failure_cases.select("check", "index").rows():
            found[index].add(check)
    return [[fault for fault in Fault if fault in faults] for faults in found]


@given(LINES)
@settings(deadline=None)
def test_tag_and_schema_find_the_same(lines: pl.DataFrame) -> None:
    tagged = tag.tag(lines.lazy()).collect()
    assert tagged["faults"].to_list() == _found_by_schema(lines)


@given(LINES)
@settings(deadline=None)
def test_no_line_is_lost_or_moved(lines: pl.DataFrame) -> None:
    """Tagging a line depends on nothing but that line."""
    tagged = tag.tag(lines.lazy()).collect()
    assert len(tagged) == len(lines)
    backwards = tag.tag(lines.reverse().lazy()).collect()
    assert_frame_equal(backwards.reverse(), tagged)
    apart = [tag.tag(line.lazy()).collect() for line in lines.iter_slices(1)]
    assert_frame_equal(pl.concat([tagged.clear(), *apart]), tagged)


@given(LINES)
@settings(deadline=None)
def test_groups_apart_are_the_whole(lines: pl.DataFrame) -> None:
    tagged = tag.tag(lines.lazy()).collect()
    parts = (
        tag.tag_contexts(lines.select(list(CONTEXT))),
        tag.tag_identities(lines.select(list(IDENTITY))),
        tag.tag_money(lines.select(list(MONEY))),
    )
    joined = pl.concat([part.drop("faults") for part in parts], how="horizontal")
    assert_frame_equal(joined, tagged.drop("faults"))
    lists = zip(*(part["faults"].to_list() for part in parts), strict=True)
    assert [sorted(chain(*apart)) for apart in lists] == [
        sorted(faults) for faults in tagged["faults"]
    ]


@given(LINES)
@settings(deadline=None)
def test_blocking_faults_stand_on_typed_lines(lines: pl.DataFrame) -> None:
    """A rule that blocks says of the typed line what it said of the reported one."""
    tagged = tag.tag(lines.lazy()).collect()
    blocking = {rule.fault.value for rule in rules.BLOCKING_RULES}
    again = tagged.select(rules.faults(rules.BLOCKING_RULES)).to_series()
    assert again.to_list() == [
        [fault for fault in faults if fault in blocking] for faults in tagged["faults"]
    ]


def _said(text: str | None, scale: int, limit: int) -> Decimal | None:
    """What a cell says, by the grammar alone; null where the type cannot hold it."""
    if text is None or not re.fullmatch(
        r"[+-]?(?=\.?[0-9])[0-9]*\.?[0-9]*([eE][+-]?[0-9]{1,3})?", text
    ):
        return None
    value = Decimal(text)
    fits = value.as_tuple().exponent >= -scale or value == value.quantize(Decimal(1).scaleb(-scale))
    return value if fits and abs(value) < limit else None


@given(st.lists(st.none() | NUMBERS | st.text(max_size=6), max_size=8))
@settings(deadline=None)
def test_columns_of_numbers_read_as_cells(cells: list[str | None]) -> None:
    """The quick reading of a column is the expression's, and its value the text's."""
    column = pl.Series("cell", cells, dtype=pl.String)
    cell = pl.col("cell")
    amounts, quantities = money.read_amounts(column), money.read_quantities(column)
    frame = column.to_frame().select(amount=money.amount(cell), quantity=money.quantity(cell))
    assert frame["amount"].equals(amounts.alias("amount"), null_equal=True)
    assert frame["quantity"].equals(quantities.alias("quantity"), null_equal=True)
    assert (amounts.dtype, quantities.dtype) == (AMOUNT, QUANTITY)
    for text, value, units in zip(cells, amounts, quantities, strict=True):
        assert value == _said(text, AMOUNT.scale, 10**12)
        assert units == _said(text, QUANTITY.scale, 10 ** (28 - 6))


@given(st.lists(st.none() | NUMBERS | st.text("0123456789.,-+() \n", max_size=9), max_size=8))
@settings(deadline=None)
def test_columns_of_forms_convert_as_cells(cells: list[str | None]) -> None:
    column = pl.Series("cell", cells, dtype=pl.String)
    for name in ("point", "comma"):
        expected = column.to_frame().select(forms.number(pl.col("cell"), name)).to_series()
        assert forms.numbers(column, name).to_list() == expected.to_list()


@given(st.lists(st.from_regex("[0-9]{6,16}", fullmatch=True), max_size=20))
@settings(deadline=None)
def test_gtins_against_a_scalar_oracle(cells: list[str]) -> None:
    cell = pl.col("cell")
    frame = pl.DataFrame({"cell": cells}, {"cell": pl.String})
    read = frame.select(identifiers.gtin(cell), repaired=identifiers.gtin_repaired(cell))
    assert read.rows() == [
        (text.zfill(14), len(text) in {10, 11}) if _is_gtin(text) else (None, False)
        for text in cells
    ]


def _is_gtin(text: str) -> bool:
    """GS1's check digit, digit by digit: from the right 1, 3, 1 …; all zeros are none."""
    weighted = sum(int(digit) * (3 if n % 2 else 1) for n, digit in enumerate(reversed(text)))
    return len(text) in {8, 10, 11, 12, 13, 14} and int(text) > 0 and weighted % 10 == 0
