"""Notices: kept once, answered once, and missed without harm."""

import signal
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import LakeDamaged
from pipeline.flow import notices
from pipeline.flow.visit import Pulled
from pipeline.store.steps import Step
from tests.flow import processes
from tests.flow.homes import ALPHA, AT, BETA, asked, tree
from tests.flow.senders import Clock, became, deliver, folder, held, look, notice, profile

JULY, AUGUST = "acme_2026-07.csv", "acme_2026-08.csv"
HOOK = '[webhook]\nsecrets = { env = "NOBODY_NEEDS_IT_HERE" }\nwindow_h = 24\n'
BOOKED = "SELECT notice_id, outcome FROM notices ORDER BY ALL"


def waiting(home: Path) -> list[str]:
    return [one.notice.notice_id for one in notices.waiting(home)]


def test_a_notice_is_kept_as_it_came(home: Path) -> None:
    told = notice("msg_1", subject="R-7", body=b'\x00\xff"')
    assert notices.keep(home, told)
    (found,) = notices.waiting(home)
    assert found.notice == told
    modes = {path: path.stat().st_mode & 0o777 for path in (found.path, found.path.parent)}
    assert list(modes.values()) == [0o600, 0o700]


def test_of_the_same_notice_told_at_once_one_is_new(home: Path) -> None:
    with ThreadPoolExecutor(8) as executor:
        new = list(executor.map(lambda _: notices.keep(home, notice("msg_1")), range(32)))
    assert sorted(new) == [False] * 31 + [True]
    assert waiting(home) == ["msg_1"]
    assert [path.name for path in notices.folder(home).rglob(".*")] == []


def test_ids_are_of_their_source(home: Path) -> None:
    assert notices.keep(home, notice("msg_1", "acme"))
    assert notices.keep(home, notice("msg_1", "other"))
    assert not notices.keep(home, notice("msg_1", "acme", body=b"another"))


@pytest.mark.parametrize(
    ("step", "is_there"), [(Step.NOTICE_WRITTEN, False), (Step.NOTICE_NAMED, True)]
)
def test_a_server_killed_before_it_answers(step: Step, home: Path, *, is_there: bool) -> None:
    """Its sender sends the notice again, as to any server that does not answer."""
    process = processes.start(processes.keep, home, "msg_1", die_at=step)
    assert processes.ended(process) == -signal.SIGKILL
    assert waiting(home) == (["msg_1"] if is_there else [])
    assert notices.keep(home, notice("msg_1")) is not is_there
    assert waiting(home) == ["msg_1"]


def test_a_file_that_is_no_notice_is_said(home: Path) -> None:
    notices.prepare(home)
    (notices.folder(home) / "waiting" / "a.json").write_text("{}")
    with pytest.raises(LakeDamaged, match=r"a\.json is no notice"):
        notices.waiting(home)


def test_a_notice_has_its_source_looked_at(home: Path) -> None:
    deliver(folder(home, more=HOOK) / JULY, (ALPHA, "1"))
    deliver(folder(home, "other", HOOK) / JULY, (BETA, "2"))
    clock = Clock()
    look(home, clock=clock)
    for name in ("acme", "other"):
        deliver(home.parent / f"drop-{name}" / AUGUST, (ALPHA, "4"))
    assert look(home, clock=clock.forward(hours=1)) == []
    notices.keep(home, notice("msg_1", at=clock.at, subject="R-7"))
    notices.keep(home, notice("msg_2", at=clock.at, subject="R-8"))
    (found,) = look(home, clock=clock)
    assert (found.source, found.occasion, found.why) == ("acme", "notice", "2 notices (R-7, R-8)")
    assert became([found]) == {"acme": [(AUGUST, "committed")]}
    assert asked(home, BOOKED) == [("msg_1", "fetched"), ("msg_2", "fetched")]
    assert waiting(home) == []


def test_a_notice_told_again_after_its_fetch_is_known(home: Path) -> None:
    deliver(folder(home, more=HOOK) / JULY, (ALPHA, "1"))
    notices.keep(home, notice("msg_1"))
    look(home)
    whole = tree(home)
    assert not notices.keep(home, notice("msg_1"))
    assert look(home) == []
    assert tree(home) == whole


def test_a_late_notice_of_what_is_here_changes_nothing(home: Path) -> None:
    """The silence was broken by a poll; then the notice comes after all."""
    clock = Clock()
    deliver(folder(home, more=HOOK) / JULY, (ALPHA, "1"))
    look(home, clock=clock)
    files = asked(home, "SELECT tbl, name FROM files ORDER BY ALL")
    notices.keep(home, notice("msg_1", at=clock.at))
    (found,) = look(home, clock=clock.forward(hours=1))
    assert (found.occasion, found.arrivals) == ("notice", [])
    assert asked(home, BOOKED) == [("msg_1", "unchanged")]
    assert asked(home, "SELECT tbl, name FROM files ORDER BY ALL") == files
    assert held(home) == (1, Decimal(1))


def test_a_lost_notice_is_made_up_for_by_polling(home: Path) -> None:
    clock = Clock()
    drop = folder(home, more=HOOK)
    (first,) = look(home, clock=clock)
    assert (first.occasion, first.why) == (
        "silence",
        "no notice has ever come: polling takes over",
    )
    deliver(drop / JULY, (ALPHA, "1"))
    assert look(home, clock=clock.forward(hours=23, minutes=59)) == []
    (found,) = look(home, clock=clock.forward(minutes=1))
    assert found.why == "no notice since 2026-10-05 09:00 UTC, for 24 h: polling takes over"
    assert became([found]) == {"acme": [(JULY, "committed")]}
    assert look(home, clock=clock) == []
    told = asked(home, "SELECT source, occasion, committed, detail FROM visits ORDER BY visits.at")
    assert told[1] == ("acme", "silence", 1, found.why)


def test_notices_of_other_types_and_of_nobody_ask_for_nothing(home: Path) -> None:
    drop = folder(home, more=f'{HOOK}types = ["report.ready"]')
    look(home)
    deliver(drop / JULY, (ALPHA, "1"))
    notices.keep(home, notice("msg_1", type="ping"))
    notices.keep(home, notice("msg_2", "nobody"))
    assert look(home) == []
    assert asked(home, BOOKED) == [("msg_1", "ignored"), ("msg_2", "ignored")]
    assert waiting(home) == []


def test_a_notice_waits_until_its_fetch_succeeds(home: Path) -> None:
    profile(home, "acme", f'{HOOK}[api]\nbase = "somewhere"')
    answers = [Pulled(failed="the server is down"), Pulled(committed=2)]
    notices.keep(home, notice("msg_1"))
    (first,) = look(home, pull=lambda _source: answers.pop(0))
    assert (first.failed, waiting(home)) == ("the server is down", ["msg_1"])
    assert asked(home, BOOKED) == []
    (second,) = look(home, pull=lambda _source: answers.pop(0))
    assert (second.failed, waiting(home)) == (None, [])
    assert asked(home, BOOKED) == [("msg_1", "fetched")]


def test_a_refused_report_answers_its_notice(home: Path) -> None:
    drop = folder(home, more=HOOK)
    deliver(drop / JULY, (ALPHA, "1")).write_text("no,report\n")
    notices.keep(home, notice("msg_1"))
    look(home)
    assert asked(home, BOOKED) == [("msg_1", "refused")]


@pytest.mark.parametrize("step", [Step.BEGUN, Step.COMMITTED, Step.TAKEN, Step.SETTLED])
def test_killed_between_notice_and_fetch_nothing_is_lost_or_done_twice(
    step: Step, home: Path
) -> None:
    deliver(folder(home, more=HOOK) / JULY, (ALPHA, "1"))
    notices.keep(home, notice("msg_1"))
    process = processes.start(processes.collect, home, die_at=step)
    assert processes.ended(process) == -signal.SIGKILL
    assert waiting(home) == ["msg_1"]
    look(home)
    assert waiting(home) == []
    assert [name for name, _ in asked(home, BOOKED)] == ["msg_1"]
    assert held(home) == (1, Decimal(1))
    assert not notices.keep(home, notice("msg_1"))


def test_a_notice_that_slips_in_while_it_is_settled_is_not_settled_twice(home: Path) -> None:
    """The server looked before the command put the file away, and names it after."""
    deliver(folder(home, more=HOOK) / JULY, (ALPHA, "1"))
    notices.keep(home, notice("msg_1"))
    look(home)
    (seen,) = (notices.folder(home) / "seen").iterdir()
    seen.unlink()
    assert notices.keep(home, notice("msg_1"))
    assert look(home) == []
    assert waiting(home) == []
    assert asked(home, BOOKED) == [("msg_1", "fetched")]


def test_a_notice_of_a_folder_of_the_clock(home: Path) -> None:
    """The clock of a sender is in the books beside ours."""
    folder(home, more=HOOK)
    notices.keep(home, notice("msg_1"))
    look(home)
    clocks = asked(home, "SELECT sent_at, received_at FROM notices")
    assert clocks == [(AT.replace(tzinfo=None), AT.replace(tzinfo=None))]
