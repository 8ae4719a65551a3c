"""The queue: one row per identity that waits with money, in the order to work them off."""

from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.flow.review_entry import entry
from pipeline.flow.review_queue import listed, queue
from pipeline.vocab import Decision
from tests.flow.desks import NOWHERE, accept, row, say
from tests.flow.homes import ALPHA, AT, SETTINGS, SHELF, ZETA, line, load, report, take

RATES = "date,from,to,rate,source\n2026-07-01,USD,EUR,0.9,ecb\n2026-08-01,USD,EUR,0.5,ecb\n"


def titles(home: Path, *, by_artist: bool = False) -> list[str]:
    return queue(home, SETTINGS, by_artist=by_artist).rows["title"].to_list()


def test_a_row_is_an_identity_with_its_money_and_reports(home: Path, tmp_path: Path) -> None:
    first = take(report(tmp_path / "a.csv", [line(NOWHERE, "5", title="Alpha"), line(ALPHA)]), home)
    more = [
        line(NOWHERE, "-2", title="Alpha"),
        line(NOWHERE, "4", "USD", title="Alpha"),
        line(NOWHERE, "4", title="Alpha", quantity="7"),
    ]
    second = take(report(tmp_path / "b.csv", more), home, at=AT + timedelta(days=1))
    (one,) = queue(home, SETTINGS).rows.iter_rows(named=True)
    assert (one["lines"], one["candidates"], one["state"]) == (4, ["R-Alpha"], "open")
    assert one["money"] == [
        {"currency": "EUR", "lines": 3, "amount": Decimal(7), "absolute": Decimal(11)},
        {"currency": "USD", "lines": 1, "amount": Decimal(4), "absolute": Decimal(4)},
    ]
    assert one["manifests"] == sorted([first.manifest, second.manifest])
    assert one["oldest_at"] == AT.replace(tzinfo=None)


def test_what_needs_no_decision_is_not_in_the_queue(home: Path, tmp_path: Path) -> None:
    """No money; splits lack; matched; quarantined."""
    lines = [line("", "0", title="Omega"), line(ZETA), line(ALPHA), line("", "1", "XQZ")]
    take(report(tmp_path / "r.csv", lines), home)
    assert queue(home, SETTINGS).rows.height == 0


def test_the_most_money_comes_first_then_the_oldest(home: Path, tmp_path: Path) -> None:
    old = [line("", "3", title="Old"), line("", "2", title="Small")]
    new = [line("", "-5", title="Return"), line("", "3", title="New")]
    take(report(tmp_path / "old.csv", old), home)
    take(report(tmp_path / "new.csv", new), home, at=AT + timedelta(days=1))
    assert titles(home) == ["Return", "Old", "New", "Small"]


def test_without_rates_the_largest_of_each_currency_come_first(home: Path, tmp_path: Path) -> None:
    lines = [
        line("", "1000", "JPY", title="Yen"),
        line("", "900", "JPY", title="Less Yen"),
        line("", "9", title="Euro"),
        line("", "8", title="Less Euro"),
    ]
    take(report(tmp_path / "r.csv", lines), home)
    found = queue(home, SETTINGS)
    assert set(found.rows["title"][:2]) == {"Yen", "Euro"}
    assert "the largest of each currency first" in found.ordered_by


def test_with_rates_all_currencies_are_compared_in_one(tmp_path: Path) -> None:
    """A dollar is half a euro by the latest rate, though it was 0.9 a month before."""
    home = tmp_path / "home"
    load(home, {**SHELF, "fx_rates.csv": RATES}, tmp_path / "offered")
    lines = [
        line("", "10", "USD", title="Ten dollars"),
        line("", "6", title="Six euros"),
        line("", "4", title="Four euros"),
        line("", "3", title="Both"),
        line("", "5", "USD", title="Both"),
    ]
    take(report(tmp_path / "r.csv", lines), home)
    assert titles(home) == ["Six euros", "Both", "Ten dollars", "Four euros"]
    assert queue(home, SETTINGS).ordered_by.startswith("absolute amounts, in EUR")


def test_rows_of_an_artist_stand_where_the_first_of_them_does(home: Path, tmp_path: Path) -> None:
    lines = [
        line("", "9", title="A1", artist="Anna"),
        line("", "8", title="B1", artist="Berta"),
        line("", "7", title="A2", artist="anna"),
        line("", "6", title="B2", artist="Berta"),
    ]
    take(report(tmp_path / "r.csv", lines), home)
    assert titles(home) == ["A1", "B1", "A2", "B2"]
    assert titles(home, by_artist=True) == ["A1", "A2", "B1", "B2"]


def test_an_id_means_the_same_in_every_home(home: Path, tmp_path: Path) -> None:
    """The SHA-256 of `canonical`, four empty cells but for title and artist, and so on."""
    import hashlib

    take(report(tmp_path / "r.csv", [line("", "1", title="Omega")]), home)
    cells = ["canonical", "", "", "", "", "Omega", "", "Anna", "", "", "", "", ""]
    digest = hashlib.sha256("\x1f".join(cells).encode()).hexdigest()
    assert row(home, "Omega")["queue_id"] == digest[:12]


def test_a_list_is_of_one_state(home: Path, tmp_path: Path) -> None:
    lines = [line("", str(n), title=f"T{n}") for n in (1, 2, 3)]
    take(report(tmp_path / "r.csv", lines), home)
    say(home, Decision.REJECT, row(home, "T3")["queue_id"])
    say(home, Decision.MISSING, row(home, "T2")["queue_id"])
    found = {state: listed(home, SETTINGS, 9, state=state) for state in ("open", "rejected", "all")}
    assert [one["title"] for one in found["open"].entries] == ["T1"]
    assert [one["title"] for one in found["rejected"].entries] == ["T3"]
    assert (found["all"].in_all, found["all"].states) == (
        3,
        {"missing": 1, "open": 1, "rejected": 1},
    )
    with pytest.raises(UsageError, match="'shut' is no state"):
        listed(home, SETTINGS, 9, state="shut")


def test_a_row_is_shown_beside_its_candidates(home: Path, tmp_path: Path) -> None:
    lines = [line(NOWHERE, "5", title="Alpha"), line(NOWHERE, "7", title="Alfa")]
    told = take(report(tmp_path / "r.csv", lines), home)
    shown = entry(home, SETTINGS, row(home, "Alpha")["queue_id"][:8])
    (candidate,) = shown.candidates
    assert (candidate.id, candidate.what, candidate.rejected) == ("R-Alpha", "recording", False)
    assert candidate.fields["isrc"] == ALPHA
    assert (candidate.fields["release_title"], candidate.splits) == ("Album", "complete")
    assert shown.reported["isrc"] == NOWHERE
    assert (shown.bound_to, shown.value) == ("isrc", NOWHERE)
    assert shown.shared_with == (row(home, "Alfa")["queue_id"],)
    assert shown.money == {"EUR": Decimal(5)}
    assert [(one.manifest, one.lines) for one in shown.manifests] == [(told.manifest, 1)]
    assert shown.history == ()
    say(home, Decision.REJECT, shown.queue_id)
    again = entry(home, SETTINGS, shown.queue_id)
    assert [one["kind"] for one in again.history] == ["reject"]
    assert [one.id for one in again.candidates if one.rejected] == ["R-Alpha"]


def test_a_row_that_waits_no_longer_cannot_be_shown(home: Path, tmp_path: Path) -> None:
    take(report(tmp_path / "r.csv", [line(NOWHERE, "5", title="Alpha")]), home)
    queue_id = row(home, "Alpha")["queue_id"]
    accept(home, "Alpha", "R-Alpha")
    with pytest.raises(UsageError, match="waits no longer"):
        entry(home, SETTINGS, queue_id)
    with pytest.raises(UsageError, match="too short"):
        entry(home, SETTINGS, queue_id[:3])


def test_a_queue_needs_no_catalog(tmp_path: Path) -> None:
    home = tmp_path / "home"
    take(report(tmp_path / "r.csv", [line("", "5", title="Omega")]), home)
    assert titles(home) == ["Omega"]
    assert entry(home, SETTINGS, row(home, "Omega")["queue_id"]).candidates == ()
