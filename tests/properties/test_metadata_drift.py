"""Promises of metadata drift on random histories, told straight to its queries."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import duckdb
import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.contract.columns import QUARANTINE, SALES, STAGED
from pipeline.flow.metadata_drift import MetadataDrift, drift_of
from pipeline.flow.metadata_lines import tell
from pipeline.store.sql import query
from pipeline.vocab import Status

MONTHS = [date(2026, month, 1) for month in range(1, 6)]
LINE = st.fixed_dictionaries(
    {
        "source": st.sampled_from(["acme", "beta"]),
        "service": st.sampled_from(["Spotify", None]),
        "activity_start": st.sampled_from([*MONTHS, None]),
        "accounting_period": st.sampled_from(["2026-02", "2026-04", "2026Q2"]),
        "isrc": st.sampled_from([f"USRC1260000{digit}" for digit in range(7)]),
        "title": st.sampled_from(["Alpha", "ALPHA", "Alpha (Live)", "Blue Moon", "", None]),
        "version": st.sampled_from([None, "Live"]),
        "artist": st.sampled_from(["Anna Grey", "Bob Stone", "Bob Stone & Anna Grey", None]),
        "label": st.sampled_from(["Blue", "Red Ltd.", None]),
        "gtin": st.sampled_from(["00036000291452", "00000096385074", None]),
        "duration_s": st.sampled_from([200, 201, 247, None]),
        "currency": st.sampled_from(["EUR", "USD", None]),
        "quantity": st.integers(0, 9).map(Decimal),
        "amount": st.decimals(0, 99, places=18) | st.none(),
        "recording_id": st.sampled_from(["R1", "R2", None]),
        "table": st.sampled_from(["sales", "staged", "quarantine"]),
    }
)
HISTORIES = st.lists(LINE, min_size=1, max_size=60)
FEW = settings(max_examples=30, deadline=None)  # each runs every query: some 0.1 s
TABLES = {"sales": SALES, "staged": STAGED, "quarantine": QUARANTINE}


def drift(lines: Sequence[dict[str, Any]]) -> MetadataDrift:
    """What is found in these lines, in a lake without a catalog."""
    with duckdb.connect() as con:
        con.execute("CREATE TABLE endings (manifest VARCHAR, accounting_period VARCHAR,"
                    " reversal VARCHAR, reversal_period VARCHAR)")  # fmt: skip
        for name, schema in TABLES.items():
            rows = [
                {**line, "manifest": "m", "status": Status.HELD.value}
                for line in lines
                if line["table"] == name
            ]
            own = [{column: row.get(column) for column in schema} for row in rows]
            con.register("rows", pl.DataFrame(own, schema=schema))
            con.execute(f"CREATE TABLE {name} AS FROM rows")
        con.execute(f"CREATE TEMP VIEW lines AS {query('metadata/lines')}")
        return drift_of(tell(con, None, {"source": None, "service": None}))


def summed(rows: Iterable[list[dict[str, Any]]]) -> Counter[str]:
    """Amounts by currency of packed money, all of it together."""
    sums: Counter[str] = Counter()
    for money in rows:
        for one in money:
            sums[one["currency"]] += one["amount"]
    return sums


@FEW
@given(HISTORIES, st.randoms(use_true_random=False))
def test_what_is_found_keeps_its_promises(lines: list[dict[str, Any]], chance: Any) -> None:
    """All three of one look at a history, which takes much longer than to check them."""
    found = drift(lines)
    assert_changes_hold_no_more_than_was_reported(lines, found)
    assert_sides_hold_each_line_of_their_isrcs_once(lines, found)
    mixed = list(lines)
    chance.shuffle(mixed)
    other = drift(mixed)
    for name in ("patterns", "changes", "conflicts", "sides"):
        assert getattr(other, name).equals(getattr(found, name)), f"the order changes {name}"


def assert_changes_hold_no_more_than_was_reported(
    lines: list[dict[str, Any]], found: MetadataDrift
) -> None:
    """A line is told under one new value of a column at most, whatever it changed to and back."""
    reported: Counter[str] = Counter()
    for line in lines:
        reported[line["currency"] or ""] += line["amount"] or Decimal(0)
    told = pl.concat(
        [
            found.changes.select("field", "lines", "money"),
            found.patterns.filter(~pl.col("is_cosmetic")).select("field", "lines", "money"),
        ]
    ).with_columns(pl.col("field").replace("version", "title"))
    for (field,), rows in told.group_by("field"):
        sums = summed(rows["money"].to_list())
        assert all(sums[currency] <= reported[currency] for currency in sums), field
        assert rows["lines"].sum() <= len(lines)
        assert rows["lines"].min() > 0


def assert_sides_hold_each_line_of_their_isrcs_once(
    lines: list[dict[str, Any]], found: MetadataDrift
) -> None:
    for conflict in found.conflicts.iter_rows(named=True):
        sides = found.sides.filter(conflict_no=conflict["conflict_no"])
        isrcs = set(sides["isrc"])
        assert sides["lines"].sum() <= sum(line["isrc"] in isrcs for line in lines)
        staked = sides.filter("at_stake")
        assert staked["lines"].sum() == conflict["lines"]
        assert summed(staked["money"].to_list()) == summed([conflict["money"]])
