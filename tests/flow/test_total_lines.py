"""A total that is shaped like a record, wherever it stands, is noticed before it doubles a sum."""

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.flow import differences
from pipeline.vocab import Fault
from tests.flow.homes import (
    ALPHA,
    AT,
    BETA,
    GAMMA,
    SETTINGS,
    asked,
    assert_conserved,
    frame,
    line,
    report,
    take,
)
from tests.flow.shop import figures

Cells = dict[str, str]


def total(amount: str, currency: str = "EUR", **more: str) -> Cells:
    """A record that names nothing but what is said otherwise."""
    return line("", amount, currency, **{"artist": "", "quantity": "", **more})


A, B = line(ALPHA, "5"), line(BETA, "2.50")
TINY = "0.000000000000000001"


@dataclass(frozen=True)
class Case:
    """Lines, and by currency the sum that one of them states and what all sum to."""

    lines: tuple[Cells, ...]
    expected: dict[str, tuple[str, str]]


CASES = {
    "at the end": Case((A, B, total("7.50")), {"EUR": ("7.50", "15")}),
    "in the middle": Case((A, total("7.50"), B), {"EUR": ("7.50", "15")}),
    "at the beginning": Case((total("7.50"), A, B), {"EUR": ("7.50", "15")}),
    "of one line": Case((A, total("5.0")), {"EUR": ("5", "10")}),
    "called a total": Case((A, B, total("7.5", title="TOTAL:")), {"EUR": ("7.5", "15")}),
    "in another language": Case((A, B, total("7.5", artist="Gesamtsumme")), {"EUR": ("7.5", "15")}),
    "of a currency of its own": Case(
        (A, B, line(GAMMA, "3", "USD"), total("3", "USD")), {"USD": ("3", "6")}
    ),
    "one for each currency": Case(
        (A, line(GAMMA, "3", "USD"), total("3", "USD"), total("5")),
        {"EUR": ("5", "10"), "USD": ("3", "6")},
    ),
    "of returns": Case((A, line(BETA, "-9"), total("-4")), {"EUR": ("-4", "-8")}),
    "beside a nameless sale": Case((A, B, total("1"), total("8.5")), {"EUR": ("8.5", "17")}),
    "over subtotals": Case(
        (A, total("5"), B, total("2.50"), total("7.50")), {"EUR": ("7.50", "22.50")}
    ),
    "subtotals alone": Case((A, A, total("10"), B, total("2.50")), {"EUR": ("12.50", "25")}),
    "off by the last digit": Case((A, B, total("7.5" + TINY[3:])), {}),
    "another currency": Case((A, B, total("7.50", "USD")), {}),
    "a line that names its recording": Case((A, B, line(GAMMA, "7.50")), {}),
    "a line that names a title": Case((A, B, total("7.50", title="Delta")), {}),
    "a line that names an artist": Case((A, B, total("7.50", artist="Anna")), {}),
    "a line that names a barcode": Case((A, B, total("7.50", gtin="036000291452")), {}),
    "a recording that is called so": Case((A, B, line(GAMMA, "7.50", title="Total")), {}),
    "of nothing": Case((A, line(ALPHA, "-5"), total("0")), {}),
    "no line that names anything": Case((total("2"), total("2")), {}),
    "an amount that cannot be read": Case((A, B, total("n/a")), {}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_the_sum_of_all_other_lines_is_a_total(name: str, home: Path, tmp_path: Path) -> None:
    case = CASES[name]
    told = take(report(tmp_path / "r.csv", case.lines), home)
    expected = {
        f"total_line {currency}": (Decimal(own), Decimal(all_), Decimal(all_) - Decimal(own), "off")
        for currency, (own, all_) in case.expected.items()
    }
    assert figures(home) == expected
    held = told.by_status["held"] == told.lines
    assert held == bool(case.expected)
    assert told.by_fault.get(Fault.OUT_OF_BALANCE, 0) == (told.lines if held else 0)


@pytest.mark.parametrize("part_bytes", [1, 10**6])
def test_a_total_is_found_over_parts_and_its_line_is_named(
    part_bytes: int, home: Path, tmp_path: Path
) -> None:
    settings = replace(SETTINGS, part_bytes=part_bytes)
    take(report(tmp_path / "r.csv", [A, total("7.50"), B]), home, settings)
    detail = "total_line: declared 7.5 EUR, found 15 EUR, difference 7.5 EUR"
    note = "line 3 names nothing and is the sum of the others"
    assert asked(home, "SELECT detail FROM ledger_state WHERE kind = 'manifest'") == [
        (f"{detail} ({note})",)
    ]
    assert asked(home, "SELECT currency, amount FROM alerts") == [("EUR", Decimal("7.5"))]
    assert_conserved(home, {"EUR": Decimal(15)}, 3)


def test_a_person_says_that_it_is_none(home: Path, tmp_path: Path) -> None:
    """Then what names something is paid, and the line that names nothing waits as any such line."""
    told = take(report(tmp_path / "r.csv", [A, B, total("7.50")]), home)
    assert frame(home, "sales").height == 0
    differences.accept(home, SETTINGS, AT, told.manifest, reason="a flat fee", name="ann")
    assert asked(home, "SELECT sum(amount) FROM sales") == [(Decimal("7.50"),)]
    assert asked(home, "SELECT line, status FROM staged") == [(4, "unmatched")]
    assert_conserved(home, {"EUR": Decimal(15)}, 3)
