"""What a report's last lines declare, against its lines: counts exactly, money within a tolerance.

Every expected figure is worked out by hand from the few lines of its report.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pipeline.flow import differences
from pipeline.flow.ingest import Order
from pipeline.flow.relaying import accept
from pipeline.settings import Settings
from pipeline.vocab import Fault
from tests.flow.homes import ALPHA, AT, BETA, SETTINGS, asked, assert_conserved, frame, take
from tests.flow.shop import HEADER, TWO, amount, end, even, figures, shop, sold, written


@dataclass(frozen=True)
class Case:
    """A report, and how it must stand."""

    lines: tuple[str, ...]
    expected: Mapping[str, tuple[Any, ...]]
    tolerance: str = ""
    reported: Mapping[str, str] | None = None


CASES = {
    "as declared": Case((*TWO, end(2, 2, "10.25")), even(2, 2, "10.25")),
    "a line too few": Case(
        (TWO[0], end(2, 2, "10.25")),
        {
            "lines": (2, 1, -1, "off"),
            "quantity": (2, 3, 1, "off"),
            "amount EUR": amount("10.25", "10.50", "off"),
        },
    ),
    "a count is never tolerated": Case(
        (*TWO, end(3, 2, "10.25")),
        {**even(2, 2, "10.25"), "lines": (3, 2, -1, "off")},
        'rounding = "5"',
    ),
    "money off by more than is tolerated": Case(
        (*TWO, end(2, 2, "10.27")),
        {**even(2, 2, "10.25"), "amount EUR": amount("10.27", "10.25", "off")},
        'rounding = "0.01"',
    ),
    "money off by what is tolerated": Case(
        (*TWO, end(2, 2, "10.26")),
        {**even(2, 2, "10.25"), "amount EUR": amount("10.26", "10.25", "tolerated")},
        'rounding = "0.01"',
    ),
    "rounded by line, either way": Case(
        (*TWO, end(2, 2, "10.26")),
        {**even(2, 2, "10.25"), "amount EUR": amount("10.26", "10.25", "tolerated")},
        'rounding_per_line = "0.005"',
    ),
    "rounded by line, too far": Case(
        (*TWO, end(2, 2, "10.2601")),
        {**even(2, 2, "10.25"), "amount EUR": amount("10.2601", "10.25", "off")},
        'rounding_per_line = "0.005"',
    ),
    "fees are kept back": Case(
        (*TWO, end(2, 2, "8.25")),
        {**even(2, 2, "10.25"), "amount EUR": amount("8.25", "10.25", "tolerated")},
        'fees = "2"',
    ),
    "fees are never paid on top": Case(
        (*TWO, end(2, 2, "12.25")),
        {**even(2, 2, "10.25"), "amount EUR": amount("12.25", "10.25", "off")},
        'fees = "2"',
    ),
    "fees and tax of 20 %": Case(
        # 10.25 - 2.05 - 1 = 7.2
        (*TWO, end(2, 2, "7.2")),
        {**even(2, 2, "10.25"), "amount EUR": amount("7.2", "10.25", "tolerated")},
        'fees = "1"\ntax = "0.2"',
    ),
    "more than fees and tax": Case(
        (*TWO, end(2, 2, "7.19")),
        {**even(2, 2, "10.25"), "amount EUR": amount("7.19", "10.25", "off")},
        'fees = "1"\ntax = "0.2"',
    ),
    "the end is cut off": Case(
        TWO,
        {
            "lines": (None, 2, None, "off"),
            "quantity": (None, 2, None, "off"),
            "amount EUR": amount(None, "10.25", "off"),
        },
    ),
    "one sum over two currencies": Case(
        (TWO[0], sold(BETA, "1", currency="USD"), end(2, 4, "11.5")),
        {
            "lines": (2, 2, 0, "balanced"),
            "quantity": (4, 4, 0, "balanced"),
            "amount": (Decimal("11.5"), None, None, "off"),
        },
        reported={"EUR": "10.5", "USD": "1"},
    ),
    "a difference of 30 digits": Case(
        (sold(ALPHA, "123456789012"), end(1, 1, "0.000000000000000001")),
        {
            **even(1, 1, "1"),
            "amount EUR": (
                Decimal("0.000000000000000001"),
                Decimal(123456789012),
                Decimal("123456789011.999999999999999999"),
                "off",
            ),
        },
    ),
    "18 decimals": Case(
        (sold(ALPHA, "0.000000000000000001"), end(1, 1, "0.000000000000000002")),
        {
            **even(1, 1, "1"),
            "amount EUR": amount("0.000000000000000002", "0.000000000000000001", "off"),
        },
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_a_report_is_held_unless_it_is_as_declared(case: str, home: Path, tmp_path: Path) -> None:
    asked_of = CASES[case]
    shop(home, asked_of.tolerance)
    told = take(written(tmp_path / "r.csv", *asked_of.lines), home)
    records = [line for line in asked_of.lines if line.startswith("2026")]
    assert figures(home) == asked_of.expected
    is_off = any(figure[-1] == "off" for figure in asked_of.expected.values())
    assert told.by_status["held"] == (len(records) if is_off else 0)
    assert told.by_fault.get(Fault.OUT_OF_BALANCE, 0) == told.by_status["held"]
    reported = asked_of.reported or {"EUR": str(asked_of.expected["amount EUR"][1])}
    assert_conserved(home, {name: Decimal(sum_) for name, sum_ in reported.items()}, len(records))
    assert {name: one["balance"] for name, one in told.control.items()} == {
        name: figure[-1] for name, figure in asked_of.expected.items()
    }


def test_both_figures_are_told_wherever_a_report_is(home: Path, tmp_path: Path) -> None:
    shop(home)
    told = take(written(tmp_path / "r.csv", *TWO, end(2, 2, "11.25")), home)
    assert told.as_json()["control"]["amount EUR"] == {
        "declared": "11.25",
        "found": "10.25",
        "difference": "-1",
        "balance": "off",
        "currency": "EUR",
        "tolerance": "0",
    }
    detail = "amount: declared 11.25 EUR, found 10.25 EUR, difference -1 EUR"
    alerts = frame(home, "alerts").select("severity", "fault", "currency", "amount", "detail")
    assert alerts.rows() == [("high", Fault.OUT_OF_BALANCE, "EUR", Decimal(-1), detail)]
    state = frame(home, "ledger_state").filter(fault=Fault.OUT_OF_BALANCE.value)
    assert state.select("kind", "is_open", "lines", "detail").rows() == [
        ("manifest", True, 2, detail)
    ]


def test_counts_that_are_off_alert_once(home: Path, tmp_path: Path) -> None:
    shop(home)
    take(written(tmp_path / "r.csv", *TWO, end(3, 4, "11.25")), home)
    lines, units = "lines: declared 3, found 2", "quantity: declared 4, found 2"
    counts = f"{lines}, difference -1; {units}, difference -2"
    alerts = frame(home, "alerts").sort("currency").select("currency", "amount", "detail")
    assert alerts.rows() == [
        (
            None,
            None,
            counts,
        ),
        ("EUR", Decimal(-1), "amount: declared 11.25 EUR, found 10.25 EUR, difference -1 EUR"),
    ]


def test_a_total_in_the_middle_is_a_line_as_any_other(home: Path, tmp_path: Path) -> None:
    """It is not taken away: it is reported, it pays nobody, and the control shows its money."""
    shop(home)
    middle = "Total,,,,3,10.50,\n"
    told = take(written(tmp_path / "r.csv", TWO[0], middle, TWO[1], end(2, 2, "10.25")), home)
    assert told.lines == 3
    assert figures(home)["lines"] == (2, 3, 1, "off")
    assert frame(home, "sales").height == 0
    assert asked(home, "SELECT line, raw FROM staged WHERE line = 3") == [(3, middle.encode())]


@pytest.mark.parametrize("part_bytes", [1, 40, 10**6])
def test_the_size_of_parts_changes_nothing(part_bytes: int, home: Path, tmp_path: Path) -> None:
    shop(home)
    settings = replace(SETTINGS, part_bytes=part_bytes)
    told = take(written(tmp_path / "r.csv", *TWO, end(2, 2, "10.25")), home, settings)
    assert (told.lines, told.by_status["matched"]) == (2, 2)
    assert figures(home) == even(2, 2, "10.25")


def test_what_is_declared_outlives_a_changed_layout(home: Path, tmp_path: Path) -> None:
    """The lines are read from their bytes, the totals from the books."""
    shop(home)
    renamed = HEADER.replace("Due", "Payable")
    path = tmp_path / "r.csv"
    path.write_text(renamed + "".join(TWO) + end(2, 2, "11.25"), encoding="utf-8")
    told = take(path, home)
    assert told.by_fault == {Fault.SCHEMA_DRIFT: 2}
    assert {figure[-1] for figure in figures(home).values()} == {"unknown"}
    accept(Order(home, SETTINGS, AT), told.manifest, {"Due": "Payable"}, name="ann")
    assert figures(home) == {**even(2, 2, "10.25"), "amount EUR": amount("11.25", "10.25", "off")}
    assert frame(home, "staged")["faults"].to_list() == [[Fault.OUT_OF_BALANCE]] * 2
    differences.accept(home, SETTINGS, AT, told.manifest, reason="known", name="ann")
    assert frame(home, "sales").height == 2
    assert_conserved(home, {"EUR": Decimal("10.25")}, 2)


def test_archived_reports_are_kept_as_delivered(home: Path, tmp_path: Path) -> None:
    shop(home)
    path = written(tmp_path / "r.csv", *TWO, end(2, 2, "10.25"))
    told = take(path, home, Settings(threads=2, lock_wait_s=30, archive=True))
    kept = home / "lake" / "raw" / f"{told.manifest}.zst"
    with pa.CompressedInputStream(pa.OSFile(str(kept)), "zstd") as stream:
        assert stream.read() == path.read_bytes()
    assert json.loads(asked(home, "SELECT control FROM manifests")[0][0]) == told.control
