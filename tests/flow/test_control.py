"""What a report's last lines declare, against its lines: counts exactly, money within a tolerance.

Every expected figure is worked out by hand from the few lines of its report.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import UsageError
from pipeline.flow import differences, replay
from pipeline.flow.control import Word
from pipeline.flow.entries import Choice
from pipeline.settings import Settings
from pipeline.vocab import Fault
from tests.flow.homes import (
    ALPHA,
    AT,
    BETA,
    SETTINGS,
    TITLES,
    asked,
    assert_conserved,
    frame,
    take,
)

PROFILE = """
name = "shop"
title = "A shop whose reports end with totals"
kind = "delimited"
header = ["Month", "ISRC", "Title", "Artist", "Units", "Due", "Cur"]
trailer = ["Rows,", "Total,"]
{more}

[totals]
lines = '^Rows,([^,]*)'
quantity = '^Total,,,,([^,]*),'
amount = '^Total,,,,[^,]*,([^,]*)'

[columns]
period_start = "Month"
period_end = "Month"
isrc = "ISRC"
title = "Title"
artist = "Artist"
quantity = "Units"
amount = "Due"
currency = "Cur"

[fixed]
line_type = "sale"
sale_level = "track"

[forms]
period = ["YYYY-MM"]

[period]
column = "Month"
forms = ["YYYY-MM"]

[tolerance]
{tolerance}
"""
HEADER = "Month,ISRC,Title,Artist,Units,Due,Cur\n"


def shop(home: Path, tolerance: str = "", more: str = "") -> None:
    """Give a home the profile."""
    (home / "sources").mkdir(exist_ok=True)
    text = PROFILE.format(tolerance=tolerance, more=more)
    (home / "sources" / "shop.toml").write_text(text, encoding="utf-8")


def sold(isrc: str, due: str, units: str = "1", currency: str = "EUR") -> str:
    """A line of the shop."""
    return f"2026-07,{isrc},{TITLES[isrc]},Anna,{units},{due},{currency}\n"


def end(lines: object, units: object, amount: object) -> str:
    """The last lines of a report of the shop; the second is shaped like a record."""
    return f"Rows,{lines}\nTotal,,,,{units},{amount},\n"


def written(path: Path, *lines: str) -> Path:
    path.write_text(HEADER + "".join(lines), encoding="utf-8")
    return path


def figures(home: Path) -> dict[str, tuple[Any, ...]]:
    """Declared, found, difference and balance of each figure, by its name."""
    rows = frame(home, "control").select(
        "what", "currency", "declared", "found", "difference", "balance"
    )
    return {f"{what} {currency}".strip(): tuple(rest) for what, currency, *rest in rows.rows()}


@dataclass(frozen=True)
class Case:
    """A report, and how it must stand."""

    lines: tuple[str, ...]
    expected: Mapping[str, tuple[Any, ...]]
    tolerance: str = ""
    reported: Mapping[str, str] | None = None


TWO = (sold(ALPHA, "10.50", "3"), sold(BETA, "-0.25", "-1"))
"""Two lines: 2 units and 10.25 EUR."""


def even(lines: int, units: int, amount: str) -> dict[str, tuple[Any, ...]]:
    return {
        "lines": (lines, lines, 0, "balanced"),
        "quantity": (units, units, 0, "balanced"),
        "amount EUR": (Decimal(amount), Decimal(amount), 0, "balanced"),
    }


def amount(declared: str | None, found: str, balance: str) -> tuple[Any, ...]:
    if declared is None:
        return None, Decimal(found), None, balance
    difference = Decimal(found) - Decimal(declared)
    return Decimal(declared), Decimal(found), difference, balance


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


def test_a_named_person_accepts_a_difference_beforehand(home: Path, tmp_path: Path) -> None:
    shop(home)
    path = written(tmp_path / "r.csv", *TWO, end(2, 2, "11.25"))
    told = take(path, home, word=Word("their rounding", "ann"))
    assert (told.by_status["matched"], told.by_status["held"]) == (2, 0)
    assert figures(home)["amount EUR"] == amount("11.25", "10.25", "accepted")
    said = frame(home, "control").filter(what="amount").select("accepted_by", "reason")
    assert said.rows() == [("ann", "their rounding")]
    events = frame(home, "retry_ledger").filter(fault=Fault.OUT_OF_BALANCE.value)
    assert events["outcome"].to_list() == ["opened", "released"]
    assert events["detail"][1] == (
        "difference accepted by ann: their rounding"
        " (amount: declared 11.25 EUR, found 10.25 EUR, difference -1 EUR)"
    )
    assert frame(home, "alerts").height == 0
    assert_conserved(home, {"EUR": Decimal("10.25")}, 2)


BY = {
    "control accept": lambda home, manifest: differences.accept(
        home, SETTINGS, AT, manifest[:8], reason="known", name="bob"
    ),
    "quarantine release": lambda home, manifest: replay.release(
        home, SETTINGS, AT, Choice(manifest=manifest[:12]), reason="known", name="bob"
    ),
}


@pytest.mark.parametrize("by", BY)
def test_a_named_person_accepts_a_difference_afterwards(
    by: str, home: Path, tmp_path: Path
) -> None:
    shop(home)
    told = take(written(tmp_path / "r.csv", *TWO, end(3, 2, "11.25")), home)
    done = BY[by](home, told.manifest)
    assert (done.attempted, done.resolved) == (2, 2)
    assert figures(home)["amount EUR"] == amount("11.25", "10.25", "accepted")
    assert figures(home)["lines"] == (3, 2, -1, "accepted")
    assert figures(home)["quantity"] == (2, 2, 0, "balanced")
    ended = frame(home, "ledger_state").filter(fault=Fault.OUT_OF_BALANCE.value)
    assert ended.select("outcome", "is_open").rows() == [("released", False)]
    assert ended["detail"][0].startswith("difference accepted by bob: known (")
    assert "amount: declared 11.25 EUR, found 10.25 EUR, difference -1 EUR" in ended["detail"][0]
    assert "lines: declared 3, found 2, difference -1" in ended["detail"][0]
    assert_conserved(home, {"EUR": Decimal("10.25")}, 2)
    with pytest.raises(UsageError):
        BY[by](home, told.manifest)


def test_the_same_report_with_a_word_for_it_is_accepted(home: Path, tmp_path: Path) -> None:
    shop(home)
    path = written(tmp_path / "r.csv", *TWO, end(2, 2, "11.25"))
    take(path, home)
    told = take(path, home, word=Word("known", "ann"))
    assert told.state == "unchanged"
    assert told.freed == {"EUR": {"from held to matched": "10.25"}}
    assert figures(home)["amount EUR"][-1] == "accepted"
    before = frame(home, "retry_ledger").height
    assert take(path, home, word=Word("known", "ann")).freed == {}
    assert frame(home, "retry_ledger").height == before


@pytest.mark.parametrize(("reason", "name"), [("x", None), (None, "ann"), (" ", "ann"), ("x", " ")])
def test_nothing_is_accepted_without_reason_and_name(reason: str | None, name: str | None) -> None:
    with pytest.raises(UsageError, match="without a reason and a name"):
        Word.of(reason, name)


def test_what_is_declared_outlives_a_changed_layout(home: Path, tmp_path: Path) -> None:
    """The lines are read from their bytes, the totals from the books."""
    from pipeline.flow.ingest import Order
    from pipeline.flow.relaying import accept

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


def test_books_of_before_hold_no_figures(home: Path, tmp_path: Path) -> None:
    """A hold of an earlier pipeline, which booked no difference, is released as it was."""
    import duckdb

    shop(home)
    told = take(written(tmp_path / "r.csv", *TWO, end(2, 2, "11.25")), home)
    with duckdb.connect(str(home / "royalty.duckdb")) as con:
        con.execute("DROP TABLE control")
        con.execute("DROP TABLE remittances")
    (home / "lake.duckdb").unlink()
    assert frame(home, "control").height == 0
    done = BY["quarantine release"](home, told.manifest)
    assert done.resolved == 2
    ended = frame(home, "ledger_state").filter(fault=Fault.OUT_OF_BALANCE.value)
    assert ended["detail"].to_list() == ["released by bob: known"]


def test_archived_reports_are_kept_as_delivered(home: Path, tmp_path: Path) -> None:
    import pyarrow as pa

    shop(home)
    path = written(tmp_path / "r.csv", *TWO, end(2, 2, "10.25"))
    told = take(path, home, Settings(threads=2, lock_wait_s=30, archive=True))
    kept = home / "lake" / "raw" / f"{told.manifest}.zst"
    with pa.CompressedInputStream(pa.OSFile(str(kept)), "zstd") as stream:
        assert stream.read() == path.read_bytes()
    assert json.loads(asked(home, "SELECT control FROM manifests")[0][0]) == told.control
