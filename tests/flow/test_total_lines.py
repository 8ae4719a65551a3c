"""A total that is shaped like a record, wherever it stands, is noticed before it doubles a sum."""

from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.flow import differences, total_lines
from pipeline.flow.outcome import Report
from pipeline.vocab import Fault
from tests.flow.homes import (
    ALPHA,
    AT,
    BETA,
    GAMMA,
    SETTINGS,
    asked,
    assert_conserved,
    copied,
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


STATED = {
    "at the beginning": Case((total("7.50"), A, B), {"EUR": ("7.50", "15")}),
    "in the middle": Case((A, total("7.50"), B), {"EUR": ("7.50", "15")}),
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
    "at the end": Case((A, B, total("7.50")), {"EUR": ("7.50", "15")}),
}  # fmt: skip
NOT_STATED = {
    "off by the last digit": Case((A, B, total("7.5" + TINY[3:])), {}),
    "another currency": Case((A, B, total("7.50", "USD")), {}),
    "a line that names its recording": Case((A, B, line(GAMMA, "7.50")), {}),
    "a line that names a title": Case((A, B, total("7.50", title="Delta")), {}),
    "a line that names an artist": Case((A, B, total("7.50", artist="Anna")), {}),
    "a line that names a barcode": Case((A, B, total("7.50", gtin="036000291452")), {}),
    "a recording that is called so": Case((A, B, line(GAMMA, "7.50", title="Total")), {}),
    "of nothing": Case((A, line(ALPHA, "-5"), total("0")), {}),
    "an amount that cannot be read": Case((A, B, total("n/a")), {}),
}  # fmt: skip


CODES = (
    *("AUD", "BRL", "CAD", "CHF", "CLP", "CNY", "COP", "CZK", "DKK", "EUR", "GBP", "HKD"),
    *("HUF", "IDR", "ILS", "INR", "ISK", "JPY", "KRW", "MXN", "NOK", "NZD", "PLN", "SEK"),
)
Stood = tuple[Report, dict[str, tuple[Any, ...]]]


def own_code(cases: dict[str, Case], name: str, currency: str) -> str:
    """The currency of a case's own that stands for one in it: sums of others are another matter."""
    return CODES[2 * list(cases).index(name) + (currency == "USD")]


def together(cases: dict[str, Case], origin: Path, folder: Path) -> Stood:
    """What came of one report of all cases, and its figures."""
    home = copied(origin, folder)
    lines = [
        {**cells, "currency": own_code(cases, name, cells["currency"])}
        for name, case in cases.items()
        for cells in case.lines
    ]
    return take(report(folder / "r.csv", lines), home), figures(home)


@pytest.fixture(scope="module")
def stated(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Stood:
    return together(STATED, stocked, tmp_path_factory.mktemp("stated"))


@pytest.fixture(scope="module")
def not_stated(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Stood:
    return together(NOT_STATED, stocked, tmp_path_factory.mktemp("not_stated"))


@pytest.mark.parametrize("name", STATED)
def test_the_sum_of_all_other_lines_is_a_total(name: str, stated: Stood) -> None:
    expected = {
        f"total_line {own_code(STATED, name, currency)}": (
            *(Decimal(own), Decimal(all_)),
            *(Decimal(all_) - Decimal(own), "off"),
        )
        for currency, (own, all_) in STATED[name].expected.items()
    }
    codes = {own_code(STATED, name, currency) for currency in ("EUR", "USD")}
    assert {what: figure for what, figure in stated[1].items() if what[-3:] in codes} == expected


def test_a_report_that_states_its_sum_is_held_as_a_whole(stated: Stood) -> None:
    told, found = stated
    assert len(found) == sum(len(case.expected) for case in STATED.values())
    assert told.by_status["held"] == told.lines == told.by_fault[Fault.OUT_OF_BALANCE]


@pytest.mark.parametrize("name", NOT_STATED)
def test_what_is_not_the_sum_of_all_others_is_no_total(name: str, not_stated: Stood) -> None:
    codes = {own_code(NOT_STATED, name, currency) for currency in ("EUR", "USD")}
    assert [what for what in not_stated[1] if what[-3:] in codes] == []


def test_without_a_total_nothing_is_held_for_one(not_stated: Stood) -> None:
    assert not_stated[1] == {}
    assert Fault.OUT_OF_BALANCE not in not_stated[0].by_fault


def test_lines_none_of_which_names_anything_hold_no_total(home: Path, tmp_path: Path) -> None:
    told = take(report(tmp_path / "r.csv", [total("2"), total("2")]), home)
    assert figures(home) == {}
    assert Fault.OUT_OF_BALANCE not in told.by_fault


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


def test_lines_are_named_in_order_whether_their_parts_have_many_or_few(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A part with more than the few that are remembered is told before the others."""
    monkeypatch.setattr(total_lines, "_FEW", 1)
    path = report(tmp_path / "r.csv", [total("7.50"), A, B, total("7.50"), total("7.50")])
    _, first, second, *_ = path.read_bytes().splitlines(keepends=True)
    settings = replace(SETTINGS, part_bytes=len(first) + len(second) + 1)
    told = take(path, home, settings)
    assert told.lines == 5
    ((detail,),) = asked(home, "SELECT detail FROM ledger_state WHERE kind = 'manifest'")
    assert "declared 7.5 EUR, found 30 EUR" in detail
    assert "(lines 2, 5, 6 name nothing and are each the sum of the others)" in detail


def test_a_person_says_that_it_is_none(home: Path, tmp_path: Path) -> None:
    """Then what names something is paid, and the line that names nothing waits as any such line."""
    told = take(report(tmp_path / "r.csv", [A, B, total("7.50")]), home)
    assert frame(home, "sales").height == 0
    differences.accept(home, SETTINGS, AT, told.manifest, reason="a flat fee", name="ann")
    assert asked(home, "SELECT sum(amount) FROM sales") == [(Decimal("7.50"),)]
    assert asked(home, "SELECT line, status FROM staged") == [(4, "unmatched")]
    assert_conserved(home, {"EUR": Decimal(15)}, 3)
