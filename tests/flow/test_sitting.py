"""What a person does at the desk in a row: every press counts once, every sum is exact."""

from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import LakeBusy, UsageError
from pipeline.flow import sitting as sittings
from pipeline.flow.sitting import Board, Press, Sitting
from pipeline.store import locks
from tests.flow.desk_home import LINES, REPORTED, with_rows
from tests.flow.homes import AT, SETTINGS, asked, assert_conserved, copied


@pytest.fixture(scope="module")
def waiting(stocked: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home in which rows wait; copied, never written to."""
    folder = tmp_path_factory.mktemp("waiting")
    return with_rows(copied(stocked, folder), folder)


@pytest.fixture
def desk(waiting: Path, tmp_path: Path) -> Path:
    return copied(waiting, tmp_path)


def looked(desk: Path, sitting: Sitting) -> Board:
    return sittings.board(desk, SETTINGS, sitting)


def pressed(desk: Path, sitting: Sitting, act: str, candidate: str | None = None) -> Press:
    """A press upon the row in sight; its first candidate is chosen where none is named."""
    entry = looked(desk, sitting).entry
    assert entry is not None
    first = entry.candidates[0].id if entry.candidates else ""
    chosen = first if candidate is None else candidate
    serial = f"{act}-{entry.queue_id}-{entry.version}"
    return Press(serial, act, entry.queue_id, entry.version, chosen)


def carried_out(desk: Path, sitting: Sitting, press: Press, name: str = "Ann") -> Sitting:
    return sittings.carry_out(desk, SETTINGS, AT, sitting, press, name=name)


def act(desk: Path, sitting: Sitting, what: str, candidate: str | None = None) -> Sitting:
    return carried_out(desk, sitting, pressed(desk, sitting, what, candidate))


def test_an_accepted_row_is_paid_and_the_total_runs(desk: Path) -> None:
    first = act(desk, Sitting(), "accept")
    assert first.released == {"EUR": Decimal("12.50"), "USD": Decimal(3)}
    assert first.said == "Anna – ALPHA: accepted as R-Alpha; 12.5 EUR, 3 USD released"
    second = act(desk, first, "accept")
    assert second.released == {"EUR": Decimal("19.75"), "USD": Decimal(3)}
    paid = asked(desk, "select recording_id, sum(amount) from sales group by all order by all")
    assert paid == [("R-Alpha", Decimal("15.50")), ("R-Beta", Decimal("7.25"))]
    assert asked(desk, "select distinct method from sales") == [("decision",)]
    assert_conserved(desk, REPORTED, LINES)


def test_a_decision_is_taken_back_with_its_money(desk: Path) -> None:
    done = act(desk, Sitting(), "accept")
    back = act(desk, done, "undo")
    assert back.released == {"EUR": Decimal(0), "USD": Decimal(0)}
    assert back.done == ()
    assert looked(desk, back).rows.height == 4
    assert asked(desk, "select count(*) from sales") == [(0,)]
    assert_conserved(desk, REPORTED, LINES)
    with pytest.raises(UsageError, match="nothing was decided in this sitting"):
        act(desk, back, "undo")


def test_what_is_skipped_comes_last_and_changes_nothing(desk: Path) -> None:
    before = looked(desk, Sitting()).rows["queue_id"].to_list()
    skipped = act(desk, Sitting(), "skip")
    assert looked(desk, skipped).rows["queue_id"].to_list() == [*before[1:], before[0]]
    assert skipped.done == ()
    assert asked(desk, "select count(*) from decisions") == [(0,)]


@pytest.mark.parametrize(("what", "state"), [("reject", "rejected"), ("missing", "missing")])
def test_what_is_turned_down_leaves_the_open_rows(desk: Path, what: str, state: str) -> None:
    turned = act(desk, Sitting(), what)
    assert turned.released == {}
    assert looked(desk, turned).rows.height == 3
    there = sittings.board(desk, SETTINGS, turned, state=state)
    assert there.rows.height == 1
    assert_conserved(desk, REPORTED, LINES)


def test_a_press_that_arrives_twice_counts_once(desk: Path) -> None:
    press = pressed(desk, Sitting(), "accept")
    once = carried_out(desk, Sitting(), press)
    assert carried_out(desk, once, press) is once
    assert asked(desk, "select count(*) from decisions") == [(1,)]


def test_a_late_press_settles_no_other_row(desk: Path) -> None:
    """Sent for the first row again, though the second is in sight by now."""
    press = pressed(desk, Sitting(), "accept")
    once = carried_out(desk, Sitting(), press)
    with pytest.raises(UsageError, match="decided meanwhile: accepted R-Alpha by Ann"):
        carried_out(desk, once, replace(press, serial="again"))
    assert looked(desk, once).rows.height == 3


def test_two_people_cannot_overwrite_each_other_unseen(desk: Path) -> None:
    hers, his = Sitting(), Sitting()
    press = pressed(desk, his, "reject")
    act(desk, hers, "accept")
    with pytest.raises(UsageError, match="decided meanwhile: accepted R-Alpha by Ann") as caught:
        carried_out(desk, his, press, name="Bob")
    told = his.failed(caught.value, press.serial)
    assert told.problem == str(caught.value)
    assert (told.done, told.released, told.serial) == ((), {}, press.serial)


@pytest.mark.parametrize(
    ("what", "candidate", "name", "why"),
    [
        ("accept", "R-Alpha", " ", "nothing is decided without a name"),
        ("accept", "", "Ann", "nothing is chosen to accept"),
        ("accept", "R-None", "Ann", "the catalog has no recording R-None"),
    ],
)
def test_what_cannot_count_changes_nothing(
    desk: Path, what: str, candidate: str, name: str, why: str
) -> None:
    with pytest.raises(UsageError, match=why):
        carried_out(desk, Sitting(), pressed(desk, Sitting(), what, candidate), name=name)
    assert asked(desk, "select count(*) from decisions") == [(0,)]
    assert looked(desk, Sitting()).rows.height == 4


def test_a_busy_lake_is_told_and_loses_nothing(desk: Path) -> None:
    press = pressed(desk, Sitting(), "accept")
    hurried = replace(SETTINGS, lock_wait_s=0.1)
    with locks.locked(desk.resolve() / ".commit.lock", 1), pytest.raises(LakeBusy):
        sittings.carry_out(desk, hurried, AT, Sitting(), press, name="Ann")
    assert carried_out(desk, Sitting(), press).released["EUR"] == Decimal("12.50")


def test_a_page_that_sends_something_else_is_refused() -> None:
    with pytest.raises(UsageError, match="which is no act"):
        Press.of({"serial": "1", "act": "exclude", "queue_id": "abc"})
    with pytest.raises(UsageError, match="which is no act"):
        Press.of({"act": "accept"})


def test_a_row_that_a_person_went_to_stays_in_sight(desk: Path) -> None:
    last = looked(desk, Sitting()).rows["queue_id"][-1]
    entry = looked(desk, Sitting().going_to(last)).entry
    assert entry is not None
    assert (entry.queue_id, entry.reported["title"]) == (last, "Nothing like it")
