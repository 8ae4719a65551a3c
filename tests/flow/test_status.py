"""What the lake tells of a report whose every line was worked out by hand."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.flow import catalog, queue, replay, status
from pipeline.flow.entries import Choice
from pipeline.flow.ingest import Order, ingest
from pipeline.flow.standing import Money
from pipeline.settings import Settings
from pipeline.vocab import Fault, Kind

AT = datetime(2026, 10, 5, 12, tzinfo=UTC)
KNOWN, HALTED = "USABC2600001", "USABC2600002"

RECORDINGS = f"""recording_id,isrc,title,artist
R1,{KNOWN},Known,Ann
R2,{HALTED},Halted,Bob
"""
REPORT = f"""isrc,title,artist,currency,amount
{KNOWN},Known,Ann,EUR,10.50
,Lost,Cid,EUR,-3.25
,Lost,Cid,EUR,-1
,Found,Dee,EUR,4
,Nothing,Dee,EUR,0
{HALTED},Halted,Bob,XQZ,7
{HALTED},Halted,Bob,EUR,2.000000000000000001
{KNOWN},Known,Ann,,1
{KNOWN},Known,Ann,USD,n/a
{KNOWN},Known,Ann
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with a catalog of two recordings without splits, and one report."""
    folder = tmp_path_factory.mktemp("status")
    (folder / "labels").mkdir()
    (folder / "labels" / "recordings.csv").write_text(RECORDINGS, encoding="utf-8")
    (folder / "sept.csv").write_text(REPORT, encoding="utf-8")
    home = folder / "home"
    catalog.load(home, folder / "labels", False, AT)
    ingest(folder / "sept.csv", Order(home, Settings(), AT, period="2026-09"))
    return home


@pytest.fixture(scope="module")
def standing(home: Path) -> status.Standing:
    (found,) = status.report_status(home, Settings(), AT + timedelta(days=2), "")
    return found.standing


def test_money_by_currency(standing: status.Standing) -> None:
    by_currency = {one.currency: one for one in standing.money}
    small = Decimal("0.000000000000000001")
    assert by_currency["EUR"] == Money(
        currency="EUR",
        reported=Decimal("12.25") + small,
        matched=Decimal("10.5"),
        unmatched=Decimal("-0.25"),
        held=Decimal(2) + small,
        quarantined=Decimal(0),
        excluded=Decimal(0),
        difference=Decimal(0),
        reported_lines=6,
        matched_lines=1,
        unmatched_lines=4,
        held_lines=1,
        quarantined_lines=0,
        excluded_lines=0,
        difference_lines=0,
        unreadable_lines=0,
    )
    assert by_currency["XQZ"].quarantined == 7
    assert by_currency["USD"].unreadable_lines == 1
    # The line without a currency, and the record that is too short to have one.
    assert (by_currency[""].held, by_currency[""].reported_lines) == (1, 2)
    assert sum(one.reported_lines for one in standing.money) == 10


def test_largest_titles_first_and_none_without_money(standing: status.Standing) -> None:
    told = [(one.title, one.lines, one.amount) for one in standing.unmatched]
    assert told == [("Lost", 2, Decimal("-4.25")), ("Found", 1, Decimal(4))]


def test_what_waits_by_fault(standing: status.Standing) -> None:
    told = {(one.fault, one.currency): (one.lines, one.amount) for one in standing.waiting}
    assert told == {
        (Fault.UNMATCHED, "EUR"): (3, Decimal("-0.25")),
        (Fault.ASSET_HALTED, "EUR"): (1, Decimal("2.000000000000000001")),
        (Fault.CURRENCY_INVALID, "XQZ"): (1, Decimal(7)),
        (Fault.CURRENCY_MISSING, ""): (1, Decimal(1)),
        (Fault.AMOUNT_UNREADABLE, "USD"): (1, Decimal(0)),
        (Fault.FIELD_COUNT, ""): (1, Decimal(0)),
    }
    waits = {one.fault: one for one in standing.waiting}
    assert waits[Fault.UNMATCHED].oldest_at == AT.replace(tzinfo=None)
    assert waits[Fault.UNMATCHED].next_at is not None
    assert waits[Fault.ASSET_HALTED].next_at is None


def test_alerts_and_next_steps(standing: status.Standing) -> None:
    told = {(one.fault, one.assets, one.lines, one.amount) for one in standing.alerts}
    assert told == {
        (Fault.CURRENCY_INVALID, 1, 1, Decimal(7)),
        (Fault.ASSET_HALTED, 1, 1, Decimal("2.000000000000000001")),
        (Fault.FIELD_COUNT, 0, 1, Decimal(0)),
    }
    commands = [step.command for step in standing.next]
    assert commands[0] == f"quarantine list --fault {Fault.ASSET_HALTED}"
    assert "retry" in commands


def test_the_whole_lake_and_its_latest_reports(home: Path) -> None:
    found = status.status(home, Settings(), AT, 5)
    assert (found.deliveries, len(found.reports)) == (1, 1)
    (report, money) = found.reports[0]
    assert (report.accounting_period, report.lines) == ("2026-09", 10)
    assert money == found.standing.money


def test_a_home_without_reports_stands_empty(tmp_path: Path) -> None:
    found = status.status(tmp_path, Settings(), AT, 5)
    assert (found.deliveries, found.standing.money, found.standing.waiting) == (0, (), ())
    assert [step.command for step in found.standing.next] == ["catalog load DIR"]
    assert status.alerts(tmp_path, Settings(), AT, 5) == ([], 0)
    assert queue.listed(tmp_path, Settings(), 5) == ([], 0)


def test_the_queue_holds_quarantined_lines_and_groups(home: Path) -> None:
    found, in_all = queue.listed(home, Settings(), 10)
    told = [(one.kind, one.fault, one.lines, one.money) for one in found]
    assert told == [
        (Kind.ASSET, Fault.ASSET_HALTED, 1, {"EUR": Decimal("2.000000000000000001")}),
        (Kind.LINE, Fault.CURRENCY_INVALID, 1, {"XQZ": Decimal(7)}),
        (Kind.LINE, Fault.FIELD_COUNT, 1, {"": Decimal(0)}),
    ]
    assert in_all == 3
    assert (found[0].asset, found[1].line, found[2].unreadable_lines) == (f"isrc:{HALTED}", 7, 1)
    first, in_all = queue.listed(home, Settings(), 1)
    assert (first, in_all) == (found[:1], 3)


def test_a_fault_lists_whatever_waits_for_it(home: Path) -> None:
    found, _ = queue.listed(home, Settings(), 10, fault=Fault.AMOUNT_UNREADABLE)
    assert [(one.line, one.unreadable_lines) for one in found] == [(10, 1)]
    other, _ = queue.listed(home, Settings(), 10, manifest="ff" * 32)
    assert other == []
    with pytest.raises(UsageError, match="'NO' is no fault; known: AMBIGUOUS, "):
        queue.listed(home, Settings(), 10, fault="NO")


def test_an_entry_is_shown_with_its_bytes(home: Path) -> None:
    found, _ = queue.listed(home, Settings(), 10, fault=Fault.FIELD_COUNT)
    shown = queue.shown(home, Settings(), found[0].ledger_id[:8])
    assert shown.ledger_id == found[0].ledger_id
    assert shown.payload is not None
    assert shown.payload.text == f"{KNOWN},Known,Ann\n"
    assert bytes.fromhex(shown.payload.hex) == shown.payload.text.encode()
    assert [event["outcome"] for event in shown.history] == ["opened"]
    halted = queue.shown(home, Settings(), queue.listed(home, Settings(), 1)[0][0].ledger_id)
    assert (halted.payload, halted.lines_in_all) == (None, 1)
    assert halted.lines[0]["amount"] == Decimal("2.000000000000000001")


def test_a_release_moves_money_and_leaves_the_fatal_line(home: Path, tmp_path: Path) -> None:
    """On a home of its own, for it changes the lake."""
    own = tmp_path / "home"
    catalog.load(own, home.parent / "labels", False, AT)
    ingest(home.parent / "sept.csv", Order(own, Settings(), AT, period="2026-09"))
    replay.release(own, Settings(), AT, Choice(everything=True), reason="checked", name="ann")
    money = {one.currency: one for one in status.status(own, Settings(), AT, 1).standing.money}
    assert money["EUR"].matched == Decimal("12.500000000000000001")
    assert (money["EUR"].held, money["XQZ"].quarantined) == (0, 7)
    found, _ = queue.listed(own, Settings(), 10)
    assert [one.kind for one in found] == [Kind.LINE, Kind.LINE]
