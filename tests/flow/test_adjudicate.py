"""A person's word: it binds what waits and what comes, frees money at once, and can be undone."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import UsageError
from pipeline.flow import replay
from pipeline.flow.adjudicate import Adjudicated
from pipeline.flow.review_queue import queue
from pipeline.vocab import Binding, Decision, Fault, Method
from tests.flow.desks import LATER, NOWHERE, accept, conserved, money, row, say, take_back
from tests.flow.homes import (
    ALBUM,
    ALPHA,
    SETTINGS,
    WHOLE,
    asked,
    became,
    copied,
    frame,
    line,
    load,
    report,
    take,
    tree,
)

# Two lines of one ISRC under two titles, a title alone, and a line that needs no one.
WAITING = (
    line(NOWHERE, "5", title="Alpha"),
    line(NOWHERE, "-7", title="Alfa"),
    line("", "20", title="Omega"),
    line(ALPHA, "9"),
)
# What is bound by something other than an ISRC.
ODD = (
    line("", "3", title="The Box", gtin="0075678164125", sale_level="release"),
    line("NOT-AN-ISRC", "7", title="Omicron"),
    line("", "3", title="Omega", artist="", gtin=ALBUM),
    line("", "4", title="Omega", artist=""),
)
SOLD = "SELECT line, recording_id, release_id, method FROM sales ORDER BY line"


Begun = tuple[Path, Adjudicated]


@pytest.fixture(scope="module")
def delivered(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where lines wait; copied, never written to."""
    folder = tmp_path_factory.mktemp("delivered")
    home = copied(stocked, folder)
    take(report(folder / "r.csv", WAITING), home)
    assert money(home) == {("EUR", "matched"): (1, 9), ("EUR", "unmatched"): (3, 18)}
    return home


@pytest.fixture(scope="module")
def decided(delivered: Path, tmp_path_factory: pytest.TempPathFactory) -> Begun:
    """The same once `Alpha` was accepted, and the word; copied, never written to."""
    home = copied(delivered, tmp_path_factory.mktemp("decided"))
    return home, accept(home, "Alpha", "R-Alpha", reason="heard it")


@pytest.fixture
def waiting(delivered: Path, tmp_path: Path) -> Path:
    return copied(delivered, tmp_path)


@pytest.fixture
def accepted(decided: Begun, tmp_path: Path) -> Begun:
    home, done = decided
    return copied(home, tmp_path), done


@pytest.fixture(scope="module")
def odd(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where lines wait that have no ISRC; copied, never written to."""
    folder = tmp_path_factory.mktemp("odd")
    home = copied(stocked, folder)
    take(report(folder / "r.csv", ODD), home)
    return home


def test_a_word_binds_the_identifier_and_frees_every_line_of_it(decided: Begun) -> None:
    waiting, done = decided
    assert done.released == {"EUR": "-2"}
    assert money(waiting) == {("EUR", "matched"): (3, 7), ("EUR", "unmatched"): (1, 20)}
    assert asked(waiting, SOLD) == [
        (2, "R-Alpha", "L1", "decision"),
        (3, "R-Alpha", "L1", "decision"),
        (5, "R-Alpha", "L1", "isrc"),
    ]
    ((kind, bound_to, value, level, by, reason),) = asked(
        waiting, "SELECT kind, bound_to, value, level, decided_by, reason FROM decisions"
    )
    assert (kind, bound_to, value, level) == ("accept", "isrc", NOWHERE, "track")
    assert (by, reason) == ("ann", "heard it")
    conserved(waiting, 4, EUR=27)


def test_a_word_binds_lines_to_come(accepted: Begun, tmp_path: Path) -> None:
    waiting, _ = accepted
    told = take(report(tmp_path / "next.csv", [line(NOWHERE, "100", title="Else")]), waiting)
    assert told.by_method == {"decision": 1}
    assert money(waiting)["EUR", "matched"] == (4, 107)
    conserved(waiting, 5, EUR=127)


def test_where_there_is_no_identifier_the_text_is_bound(waiting: Path) -> None:
    accept(waiting, "Omega", "R-Eta")
    ((bound_to, value),) = asked(waiting, "SELECT bound_to, value FROM decisions")
    assert (bound_to, value) == ("text", "omega |  | anna")
    assert money(waiting)["EUR", "matched"] == (2, 29)


def test_a_malformed_isrc_is_no_identifier(odd: Path) -> None:
    assert row(odd, "Omicron")["bound_to"] == Binding.TEXT


def test_a_release_is_bound_to_its_gtin_and_is_no_recording(odd: Path, tmp_path: Path) -> None:
    home = copied(odd, tmp_path)
    with pytest.raises(UsageError, match="it is of release level: name a release"):
        accept(home, "The Box", "R-Alpha")
    queue_id = row(home, "The Box")["queue_id"]
    done = say(home, Decision.ACCEPT, queue_id, release_id="L1")
    assert done.decisions[0]["bound_to"] == Binding.GTIN
    # The album holds Epsilon, whose shares on it are complete, and two that always are.
    assert done.released == {"EUR": "3"}
    assert asked(home, SOLD) == [(2, None, "L1", "decision")]


def test_a_track_without_text_is_bound_to_the_very_identity(odd: Path, tmp_path: Path) -> None:
    home = copied(odd, tmp_path)
    rows = {one["gtin"]: one for one in _rows(home) if one["title"] == "Omega"}
    assert {one["bound_to"] for one in rows.values()} == {"identity"}
    say(home, Decision.ACCEPT, rows[None]["queue_id"], recording_id="R-Beta")
    assert money(home) == {("EUR", "matched"): (1, 4), ("EUR", "unmatched"): (3, 13)}
    told = take(report(tmp_path / "next.csv", [line("", "9", title="Omega", artist="")]), home)
    assert told.by_method == {"decision": 1}


def _rows(home: Path) -> list[dict[str, Any]]:
    return queue(home, SETTINGS).rows.to_dicts()


def test_an_exception_on_one_identity_beats_what_its_isrc_is(waiting: Path, tmp_path: Path) -> None:
    accept(waiting, "Alfa", "R-Beta", bind=Binding.IDENTITY)
    accept(waiting, "Alpha", "R-Alpha")
    take(report(tmp_path / "next.csv", WAITING[1::-1]), waiting)
    sold = "SELECT title, recording_id FROM sales WHERE method = 'decision' ORDER BY ALL"
    assert asked(waiting, sold) == [("Alfa", "R-Beta")] * 2 + [("Alpha", "R-Alpha")] * 2
    conserved(waiting, 6, EUR=25)


def test_undo_brings_back_lines_with_their_bytes_and_binds_no_longer(
    delivered: Path, accepted: Begun, tmp_path: Path
) -> None:
    waiting, done = accepted
    taken = take_back(waiting, done)
    assert taken.released == {"EUR": "2"}
    before, after = (frame(home, "staged").drop("run") for home in (delivered, waiting))
    assert after.sort("line").equals(before.sort("line"))
    assert money(waiting) == {("EUR", "matched"): (1, 9), ("EUR", "unmatched"): (3, 18)}
    states = frame(waiting, "ledger_state").filter(is_open=True)
    assert states.height == 3
    conserved(waiting, 4, EUR=27)
    told = take(report(tmp_path / "next.csv", [line(NOWHERE, "1", title="Alpha")]), waiting)
    assert told.by_status["unmatched"] == 1
    with pytest.raises(UsageError, match="names no decision that stands"):
        take_back(waiting, done)
    again = accept(waiting, "Alpha", "R-Beta")
    assert again.released == {"EUR": "-1"}


def test_undo_brings_back_lines_that_came_later(accepted: Begun, tmp_path: Path) -> None:
    waiting, done = accepted
    path = report(tmp_path / "next.csv", [line(NOWHERE, "100", title="Alpha"), line(ALPHA, "1")])
    take(path, waiting)
    assert take_back(waiting, done).released == {"EUR": "-98"}
    raw = asked(waiting, "SELECT raw FROM staged WHERE amount = 100")
    assert raw == [(path.read_bytes().splitlines(keepends=True)[1],)]
    conserved(waiting, 6, EUR=128)


def test_accept_undo_and_accept_again_end_where_one_accept_does(accepted: Begun) -> None:
    waiting, done = accepted
    take_back(waiting, done)
    accept(waiting, "Alpha", "R-Alpha")
    assert money(waiting) == {("EUR", "matched"): (3, 7), ("EUR", "unmatched"): (1, 20)}
    done = accept(waiting, "Omega", "R-Eta")
    take_back(waiting, done)
    assert money(waiting) == {("EUR", "matched"): (3, 7), ("EUR", "unmatched"): (1, 20)}
    conserved(waiting, 4, EUR=27)


def test_excluded_is_excluded_now_and_in_reports_to_come(waiting: Path, tmp_path: Path) -> None:
    queue_id = row(waiting, "Omega")["queue_id"]
    with pytest.raises(UsageError, match="nothing is excluded without a reason"):
        say(waiting, Decision.EXCLUDE, queue_id, reason=" ")
    done = say(waiting, Decision.EXCLUDE, queue_id, reason="not ours")
    assert done.released == {}
    told = take(report(tmp_path / "next.csv", [line("", "3", title="Omega")]), waiting)
    assert told.by_fault[Fault.EXCLUDED_BY_DECISION] == 1
    assert money(waiting)["EUR", "excluded"] == (2, 23)
    assert not [one for one in _rows(waiting) if one["title"] == "Omega"]
    # Nothing waits for them, so a retry leaves them alone.
    assert replay.retry(waiting, SETTINGS, LATER, force=True).attempted == 2
    conserved(waiting, 5, EUR=30)
    take_back(waiting, done)
    assert money(waiting)["EUR", "unmatched"] == (4, 21)
    conserved(waiting, 5, EUR=30)


def test_a_line_excluded_by_itself_stays_so(accepted: Begun) -> None:
    waiting, done = accepted
    ((ledger_id,),) = asked(waiting, "SELECT ledger_id FROM staged WHERE amount = 20")
    replay.exclude(waiting, SETTINGS, LATER, reason="returned", name="ann", entries=[ledger_id[:8]])
    take_back(waiting, done)
    assert money(waiting)["EUR", "excluded"] == (1, 20)


def test_a_rejected_row_waits_elsewhere_until_it_has_another_candidate(waiting: Path) -> None:
    queue_id = row(waiting, "Alpha")["queue_id"]
    done = say(waiting, Decision.REJECT, queue_id)
    assert done.decisions[0]["candidates"] == ["R-Alpha"]
    assert row(waiting, "Alpha")["state"] == "rejected"
    assert money(waiting)["EUR", "unmatched"] == (3, 18)
    take_back(waiting, done)
    assert row(waiting, "Alpha")["state"] == "open"


def test_a_word_on_what_the_catalog_lacks_changes_nothing(waiting: Path) -> None:
    row(waiting, "Alpha")  # views of a home that was copied are made anew by the first look
    before = tree(waiting)
    with pytest.raises(UsageError, match="the catalog has no recording R-Nobody"):
        accept(waiting, "Alpha", "R-Nobody")
    with pytest.raises(UsageError, match="nothing is decided without a name"):
        accept(waiting, "Alpha", "R-Alpha", name=" ")
    assert tree(waiting) == before


def test_two_people_cannot_overwrite_each_other_unseen(waiting: Path) -> None:
    """Both look at the row; Ann is first."""
    seen = row(waiting, "Omega")
    queue_id, version = seen["queue_id"], seen["queue_version"]
    ann = say(waiting, Decision.REJECT, queue_id, version=version)
    with pytest.raises(UsageError, match=r"decided meanwhile: rejected by ann on 2026-10-05") as no:
        say(waiting, Decision.ACCEPT, queue_id, "bob", recording_id="R-Eta", version=version)
    assert ann.decisions[0]["decision_id"] in str(no.value)
    # Without a version Bob has seen nothing, and must say that he means it.
    with pytest.raises(UsageError, match="--replace"):
        say(waiting, Decision.ACCEPT, queue_id, "bob", recording_id="R-Eta")
    fresh = row(waiting, "Omega")["queue_version"]
    assert fresh != version
    say(waiting, Decision.ACCEPT, queue_id, "bob", recording_id="R-Eta", version=fresh)
    stands = asked(waiting, "SELECT kind, decided_by FROM decisions WHERE undone_by IS NULL")
    assert sorted(stands) == [("accept", "bob"), ("undo", "bob")]


def test_what_was_accepted_is_replaced_only_on_purpose(delivered: Path, accepted: Begun) -> None:
    waiting, _ = accepted
    queue_id = row(delivered, "Alpha")["queue_id"]
    with pytest.raises(UsageError, match="accepted R-Alpha by ann"):
        say(waiting, Decision.ACCEPT, queue_id, "bob", recording_id="R-Beta")
    done = say(waiting, Decision.ACCEPT, queue_id, "bob", recording_id="R-Beta", replaces=True)
    assert done.released == {}
    assert asked(waiting, SOLD)[:2] == [
        (2, "R-Beta", "L1", "decision"),
        (3, "R-Beta", "L1", "decision"),
    ]
    # What was replaced does not come back when its successor goes.
    take_back(waiting, done, place=1)
    assert money(waiting)["EUR", "unmatched"] == (3, 18)
    conserved(waiting, 4, EUR=27)


def test_another_catalog_makes_a_version_stale(waiting: Path, tmp_path: Path) -> None:
    seen = row(waiting, "Omega")
    load(waiting, WHOLE, tmp_path / "whole")
    with pytest.raises(UsageError, match="the catalog is another now"):
        say(
            waiting,
            Decision.ACCEPT,
            seen["queue_id"],
            recording_id="R-Eta",
            version=seen["queue_version"],
        )


def test_a_word_that_lacks_splits_puts_its_lines_on_hold(waiting: Path) -> None:
    done = accept(waiting, "Omega", "R-Zeta")
    assert done.released == {}
    assert became(waiting)[4] == ("held", [Fault.SPLITS_INCOMPLETE])
    assert money(waiting)["EUR", "held"] == (1, Decimal(20))
    assert Method.DECISION not in {method for *_, method in asked(waiting, SOLD)}
