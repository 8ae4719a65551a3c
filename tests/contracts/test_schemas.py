"""The schemas: what may be written, and the first offenders where it may not."""

from datetime import UTC, date, datetime
from decimal import Decimal
from types import ModuleType
from typing import Any

import polars as pl
import pytest

from pipeline.contract.columns import QUARANTINE, REPORTED, RETRY_LEDGER, SALES, STAGED, TAGGED
from pipeline.errors import PipelineError

NOW = datetime(2026, 10, 1, tzinfo=UTC)
PLACE = {
    "manifest": "0" * 64,
    "accounting_period": "2026-09",
    "line": 2,
    "offset": 90,
    "source": "canonical",
    "faults": [],
}
MONEY = {"amount": Decimal("1.5"), "currency": "EUR"}
SALE = {
    **PLACE,
    **MONEY,
    "recording_id": "R1",
    "method": "isrc",
    "decided_at": NOW,
    "run": "r",
}
HELD = {**PLACE, "status": "held", "ledger_id": "l", "payload_sha256": "p", "run": "r"}
INVALID = {**PLACE, "fault": "FIELD_COUNT", "ledger_id": "l", "payload_sha256": "p", "run": "r"}
EVENT = {
    "ledger_id": "l",
    "kind": "line",
    "fault": "UNMATCHED",
    "tier": "recoverable",
    "attempt": 0,
    "at": NOW,
    "outcome": "opened",
    "run": "r",
}


@pytest.fixture(scope="session")
def schemas() -> ModuleType:
    """The module, imported only where a test runs: it takes half a second."""
    from pipeline.contract import schemas

    return schemas


def _frame(schema: dict[str, pl.DataType], *lines: dict[str, Any]) -> pl.DataFrame:
    return pl.DataFrame([{name: line.get(name) for name in schema} for line in lines], schema)


@pytest.mark.parametrize(
    ("table", "schema", "line"),
    [
        ("sales", SALES, SALE),
        ("staged", STAGED, HELD),
        ("quarantine", QUARANTINE, INVALID),
        ("retry_ledger", RETRY_LEDGER, EVENT),
    ],
)
def test_guard_passes(
    schemas: ModuleType, table: str, schema: dict[str, pl.DataType], line: dict[str, Any]
) -> None:
    schemas.guard(table, _frame(schema, line))
    schemas.guard(table, _frame(schema))


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"amount": None}, "1 of 3 lines are AMOUNT_UNREADABLE, first line 7, amount None"),
        ({"amount": Decimal(10) ** 12}, "1 of 3 lines are AMOUNT_UNREADABLE, first line 7"),
        ({"amount": -(Decimal(10) ** 12)}, "1 of 3 lines are AMOUNT_UNREADABLE, first line 7"),
        ({"currency": None}, "1 of 3 lines are CURRENCY_MISSING, first line 7, currency None"),
        ({"currency": "XXX"}, "1 of 3 lines are CURRENCY_INVALID, first line 7, currency XXX"),
        (
            {"currency": "HRK", "activity_start": date(2023, 5, 1)},
            "currency HRK, activity_start 2023-05-01",
        ),
        ({"recording_id": None}, "names a recording or a release"),
        ({"run": None}, "'run' contains null"),
        ({"method": None}, "'method' contains null"),
        ({"faults": None}, "'faults' contains null"),
    ],
)
def test_guard_names_the_first_offender(
    schemas: ModuleType, wrong: dict[str, Any], message: str
) -> None:
    frame = _frame(SALES, SALE, {**SALE, "line": 7, **wrong}, {**SALE, "line": 9})
    with pytest.raises(schemas.ContractBroken) as raised:
        schemas.guard("sales", frame)
    assert message in str(raised.value)
    assert "\n" not in str(raised.value)
    assert isinstance(raised.value, PipelineError)
    with pytest.raises(schemas.SchemaError):
        schemas.Sale.validate(frame)


@pytest.mark.parametrize(
    "change",
    [
        pl.exclude("run"),
        pl.exclude("line"),
        [pl.all(), pl.lit(1).alias("surplus")],
        [pl.col("run"), pl.exclude("run")],
        [pl.exclude("amount"), pl.col("amount").cast(pl.Float64)],
    ],
)
def test_guard_holds_the_structure(schemas: ModuleType, change: Any) -> None:
    with pytest.raises(schemas.ContractBroken):
        schemas.guard("sales", _frame(SALES, SALE).select(change))


def test_guard_shows_three_of_many(schemas: ModuleType) -> None:
    lines = [{**SALE, "line": number, "amount": None} for number in range(1, 6)]
    with pytest.raises(schemas.ContractBroken, match="5 of 5 lines") as raised:
        schemas.guard("sales", _frame(SALES, *lines))
    assert "line 3" in str(raised.value)
    assert "line 4" not in str(raised.value)


def test_tagged_holds_faulty_lines(schemas: ModuleType) -> None:
    schemas.Tagged.validate(_frame(TAGGED, {**PLACE, "faults": ["AMOUNT_UNREADABLE"]}))


def test_reported_allows_further_columns(schemas: ModuleType) -> None:
    line = {"amount": "1", "currency": "EUR", "title": "Song"}
    frame = _frame(REPORTED, line).with_columns(_line=pl.lit(2))
    schemas.Reported.validate(frame)
