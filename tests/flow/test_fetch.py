"""Fetching end to end: a provider on real HTTP, every paginator, every payload, into the lake."""

import asyncio
from collections import Counter
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import UsageError
from pipeline.flow.fetch import Fetched, FetchOrder, fetch
from pipeline.flow.fetch_follow import follow
from pipeline.settings import Settings
from pipeline.sync.words import SyncState
from pipeline.vocab import Fault
from tests.flow.homes import asked
from tests.provider import sources
from tests.provider.mischief import Schedule
from tests.provider.provider import Provider
from tests.provider.shelf import Shelf, amount, report, row
from tests.provider.signatures import KEY_ID, signer
from tests.provider.wire import Answer

SETTINGS = Settings(threads=1, lock_wait_s=30)
REPORTS, ROWS = 12, 35


def shelf(reports: int = REPORTS, rows: int = ROWS) -> Shelf:
    return Shelf([report(n) for n in range(reports)], [row(n) for n in range(rows)])


def sync(home: Path, **order: Any) -> Fetched:
    """What becomes of the one source of a home."""
    (told,) = fetch(FetchOrder(home, SETTINGS, **order), [])
    return told


def money(home: Path) -> tuple[int, Decimal]:
    """Lines and money of the lake, all of which waits: there is no catalog."""
    return asked(home, "SELECT count(*), coalesce(sum(amount), 0) FROM staged")[0]  # type: ignore[return-value]  # a pair


def of_rows(*numbers: int) -> tuple[int, Decimal]:
    return len(numbers), sum((amount(n) for n in numbers), Decimal())


def of_reports(*numbers: int) -> tuple[int, Decimal]:
    lines = [amount(n * 1000 + line) for n in numbers for line in range(3)]
    return len(lines), sum(lines, Decimal())


def assert_explained(home: Path, provider: Provider) -> None:
    """Each request at the provider is one attempt of the ledger, and the other way round."""
    in_ledger = Counter(
        key for (key,) in asked(home, "SELECT ledger_id FROM retry_ledger WHERE kind = 'request'")
    )
    assert in_ledger == Counter(one.key for one in provider.arrivals)


@pytest.mark.parametrize("pager", ["link", "next", "cursor", "offset", "page", "counted"])
def test_rows_by_every_paginator_come_once(pager: str, tmp_path: Path) -> None:
    provider = Provider(shelf())
    with provider.running():
        sources.write(tmp_path, "acme", sources.api(provider.base, pager, "rows"))
        told = sync(tmp_path)
    assert (told.state, told.error) == (SyncState.FETCHED, "")
    assert told.pages == len(provider.arrivals) == 4
    assert money(tmp_path) == of_rows(*range(ROWS))
    assert_explained(tmp_path, provider)


def test_files_come_each_as_a_manifest(tmp_path: Path) -> None:
    provider = Provider(shelf())
    with provider.running():
        sources.write(tmp_path, "acme", sources.api(provider.base, "link", "reports"))
        told = sync(tmp_path)
    assert money(tmp_path) == of_reports(*range(REPORTS))
    named = {(one.manifest, one.path.name) for one in told.reports}
    assert named == {(one.sha256, one.name) for one in provider.shelf.reports}
    kept = {path.name for path in (tmp_path / "lake" / "raw").iterdir()}
    assert kept == {f"{one.sha256}.zst" for one in provider.shelf.reports}
    assert_explained(tmp_path, provider)


def test_json_lines_are_rows_too(tmp_path: Path) -> None:
    provider = Provider(shelf(rows=7))
    with provider.running():
        sources.write(tmp_path, "acme", sources.api(provider.base, "link", "rows.jsonl"))
        sync(tmp_path)
    assert money(tmp_path) == of_rows(*range(7))


@pytest.mark.parametrize("what", ["reports", "rows"])
def test_only_what_is_new_is_asked_for(what: str, tmp_path: Path) -> None:
    provider = Provider(shelf(3, 5))
    expected = of_reports if what == "reports" else of_rows
    with provider.running():
        sources.write(tmp_path, "acme", sources.api(provider.base, "next", what))
        sync(tmp_path)
        again = sync(tmp_path)
        before = len(provider.arrivals)
        provider.shelf = shelf(5, 9)
        third = sync(tmp_path)
    assert (again.state, again.attempts) == (SyncState.NOTHING_NEW, 1)
    assert third.state is SyncState.FETCHED
    assert money(tmp_path) == expected(*range(5 if what == "reports" else 9))
    files = sorted(one.target for one in provider.arrivals[before:] if "/files/" in one.target)
    assert files == (["/files/rep-0003", "/files/rep-0004"] if what == "reports" else [])
    assert_explained(tmp_path, provider)


def test_pages_that_come_double_and_in_any_order_count_once(tmp_path: Path) -> None:
    rows = [row(n) for n in (3, 1, 2, 3, 1, 5, 4, 2, 0, 5)]
    provider = Provider(Shelf(rows=rows, size=3))
    with provider.running():
        sources.write(tmp_path, "acme", sources.api(provider.base, "link", "rows"))
        told = sync(tmp_path)
    assert money(tmp_path) == of_rows(*range(6))
    assert told.rows["repeated"] == 4


def test_a_row_of_another_form_is_quarantined_with_its_payload(tmp_path: Path) -> None:
    rows = [row(0), row(1, mood="blue"), row(2)]
    provider = Provider(Shelf(rows=rows))
    with provider.running():
        contract = {"contract": "quarantine_row"}
        table = sources.api(provider.base, "link", "rows", rows=contract)
        sources.write(tmp_path, "acme", table)
        sync(tmp_path)
    assert money(tmp_path) == of_rows(0, 2)
    ((fault, raw),) = asked(tmp_path, "SELECT fault, raw FROM quarantine")
    assert fault == Fault.FIELD_COUNT
    assert b'""mood"": ""blue""' in raw


def test_a_column_that_shows_on_a_later_page_costs_no_row_of_earlier_ones(tmp_path: Path) -> None:
    provider = Provider(shelf())
    provider.shelf.rows[15] = row(15, campaign="autumn")
    with provider.running():
        table = sources.api(provider.base, "link", "rows", rows={"contract": "evolve"})
        sources.write(tmp_path, "acme", table, "delimited")
        told = sync(tmp_path)
    assert (told.state, told.error, told.pages) == (SyncState.FETCHED, "", 4)
    assert money(tmp_path) == of_rows(*range(ROWS))
    said = asked(tmp_path, "SELECT count(*) FROM staged WHERE extra LIKE '%autumn%'")
    assert said == [(1,)]


def test_what_is_not_final_yet_is_fetched_later(tmp_path: Path) -> None:
    provider = Provider(shelf(rows=8))
    with provider.running():
        table = sources.api(provider.base, "link", "rows", cursor={"latency_s": 86_400})
        del table["list"]["until"]
        sources.write(tmp_path, "acme", table)
        first = sync(tmp_path, clock=sources.StillClock("2026-09-02T05:30:00+00:00"))
        assert money(tmp_path) == of_rows(*range(6))
        assert first.rows["early"] == 2
        sync(tmp_path, clock=sources.StillClock("2026-09-02T09:00:00+00:00"))
    assert money(tmp_path) == of_rows(*range(8))


def test_a_range_before_what_was_taken_is_fetched_and_none_behind(tmp_path: Path) -> None:
    provider = Provider(shelf(rows=10))
    start = {"start": "2026-09-01T05:00:00Z", "overlap_s": 0}
    with provider.running():
        sources.write(tmp_path, "acme", sources.api(provider.base, "link", "rows", cursor=start))
        sync(tmp_path)
        assert money(tmp_path) == of_rows(*range(5, 10))
        with pytest.raises(UsageError, match="was taken from 2026-09-01T05"):
            sync(tmp_path, since="2026-09-01T07:00:00Z")
        sync(tmp_path, since="2026-09-01T02:00:00Z", until="2026-09-01T04:00:00Z")
    assert money(tmp_path) == of_rows(2, 3, 4, *range(5, 10))


def test_a_file_is_gone_on_with_where_it_broke_off(tmp_path: Path) -> None:
    big = report(0, lines=4000)
    provider = Provider(Shelf([big]), Schedule(kinds=("cut",)))
    provider.script["/files/rep-0000"] = [
        Answer(body=big.body, headers={"ETag": f'"{big.sha256[:16]}"'}, cut=100_000)
    ]
    with provider.running():
        sources.write(tmp_path, "acme", sources.api(provider.base, "link", "reports"))
        told = sync(tmp_path)
    statuses = [one.status for one in provider.arrivals if "/files/" in one.target]
    assert (statuses, told.retries) == ([200, 206], 1)
    assert told.reports[0].manifest == big.sha256


def test_a_file_that_is_not_what_is_listed_is_never_taken(tmp_path: Path) -> None:
    provider = Provider(shelf(reports=1))
    other = Answer(body=provider.shelf.reports[0].body.replace(b"EUR", b"USD"))
    provider.script["/files/rep-0000"] = [other] * 4
    with provider.running():
        table = sources.api(provider.base, "link", "reports", retries={"attempts": 4})
        sources.write(tmp_path, "acme", table)
        told = sync(tmp_path)
    assert told.state is SyncState.GAVE_UP
    assert "SHA-256" in told.error
    assert money(tmp_path) == (0, 0)
    events = asked(
        tmp_path,
        "SELECT fault, outcome FROM retry_ledger WHERE fault IS NOT NULL ORDER BY attempt",
    )
    said = ["opened", "retried", "retried", "escalated"]
    assert events == [(Fault.TRUNCATED_BODY, outcome) for outcome in said]


def test_an_answer_signed_by_another_is_set_aside_and_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROVIDER_KEY", "shared secret")
    provider = Provider(shelf(reports=2))
    provider.signer = signer("shared secret", lambda request: request.path.endswith("rep-0001"))
    verify = {
        "algorithm": "hmac-sha256",
        "key_id": KEY_ID,
        "secret": {"env": "PROVIDER_KEY"},
    }
    with provider.running():
        table = sources.api(provider.base, "link", "reports", verify=verify)
        sources.write(tmp_path, "acme", table)
        told = sync(tmp_path)
        assert told.state is SyncState.GAVE_UP
        assert "SIGNATURE_MISMATCH" in told.error
        assert money(tmp_path) == of_reports(0)
        kept = tmp_path / "lake" / "raw" / f"{provider.shelf.reports[1].sha256}.zst"
        assert kept.exists()
        ((severity, fault, detail),) = asked(tmp_path, "SELECT severity, fault, detail FROM alerts")
        assert (severity, fault) == ("high", Fault.SIGNATURE_MISMATCH)
        assert kept.name in detail
        # Sent again in a later run, and sound by then.
        provider.signer = signer("shared secret", lambda _request: False)
        assert sync(tmp_path).state is SyncState.FETCHED
    assert money(tmp_path) == of_reports(0, 1)
    assert_explained(tmp_path, provider)


def test_one_file_that_is_not_there_stops_no_other(tmp_path: Path) -> None:
    provider = Provider(shelf(reports=4))
    provider.script["/files/rep-0001"] = [Answer(404)]
    with provider.running():
        sources.write(tmp_path, "acme", sources.api(provider.base, "link", "reports"))
        told = sync(tmp_path)
        assert "404 Not Found" in told.error
        assert money(tmp_path) == of_reports(0, 2, 3)
        # The cursor stands before the gap, so that the next run asks for it again.
        assert told.cursor == "2026-09-01T00:00:00.000000Z"
        assert sync(tmp_path).error == ""
    assert money(tmp_path) == of_reports(0, 1, 2, 3)
    assert_explained(tmp_path, provider)


def test_a_report_that_cannot_be_read_is_kept_and_told(tmp_path: Path) -> None:
    provider = Provider(shelf(reports=1))
    body = b"What,Is,This\n1,2,3\n"
    provider.shelf.reports[0] = type(provider.shelf.reports[0])(
        "odd", "2026-09-01T00:00:00Z", body, "odd.csv"
    )
    with provider.running():
        sources.write(tmp_path, "acme", sources.api(provider.base, "link", "reports"))
        told = sync(tmp_path)
        assert sync(tmp_path).attempts == 1
    assert [one.state.value for one in told.reports] == ["refused"]
    ((detail,),) = asked(tmp_path, "SELECT detail FROM alerts")
    kept = tmp_path / "lake" / "raw" / f"{provider.shelf.reports[0].sha256}.zst"
    assert kept.name in detail
    assert kept.exists()


def test_a_dry_run_asks_nobody_and_changes_nothing(tmp_path: Path) -> None:
    provider = Provider(shelf())
    with provider.running():
        sources.write(tmp_path, "acme", sources.api(provider.base, "link", "rows"))
        told = sync(tmp_path, dry_run=True)
    assert told.plan.startswith(f"GET {provider.base}/link/rows?since=2026-09-01T00%3A00%3A00Z")
    assert provider.arrivals == []
    assert not (tmp_path / "lake").exists()


def test_to_follow_is_to_fetch_each_source_when_it_is_due(tmp_path: Path) -> None:
    clock = sources.StillClock("2026-10-01T00:00:00+00:00")
    provider = Provider(shelf(1, 5))
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        asyncio.run(clock.sleep(seconds))

    told: list[list[str]] = []
    with provider.running():
        for name, every in (("fast", 60.0), ("slow", 150.0)):
            table = sources.api(provider.base, "link", "rows", every_s=every)
            sources.write(tmp_path, name, table)
        order = FetchOrder(tmp_path, SETTINGS, clock=clock)
        follow(order, [], lambda all_: told.append([one.source for one in all_]), sleep, rounds=4)
    assert told == [["fast", "slow"], ["fast"], ["fast"], ["slow"]]
    assert slept == pytest.approx([60.0, 60.0, 30.0], abs=1.0)
