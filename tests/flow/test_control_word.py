"""A named person accepts what differs, beforehand or afterwards; the ledger has both figures."""

from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import UsageError
from pipeline.flow import differences, replay
from pipeline.flow.control import Word
from pipeline.flow.entries import Choice
from pipeline.vocab import Fault
from tests.flow.homes import AT, SETTINGS, assert_conserved, frame, take
from tests.flow.shop import TWO, amount, end, figures, shop, written


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


def test_books_of_before_hold_no_figures(home: Path, tmp_path: Path) -> None:
    """A hold of an earlier pipeline, which booked no difference, is released as it was."""
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
