"""A watched folder: each delivery is taken as by hand, once, and the sender's folder stays his."""

import shutil
import signal
import threading
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.flow.status import alerts
from pipeline.store import lake
from pipeline.store.steps import Step
from tests.flow import processes, senders
from tests.flow.homes import ALPHA, AT, BETA, SETTINGS, asked, take, tree
from tests.flow.senders import became, deliver, folder, held, look

JULY, AUGUST = "acme_2026-07.csv", "acme_2026-08.csv"


def as_it_is(place: Path) -> dict[str, tuple[bytes, int]]:
    """Every file of a folder with its bytes and its time."""
    return {
        str(path.relative_to(place)): (path.read_bytes(), path.stat().st_mtime_ns)
        for path in place.rglob("*")
        if path.is_file()
    }


def sales(home: Path) -> list[tuple[object, ...]]:
    return asked(home, "SELECT source, accounting_period, isrc, amount FROM sales ORDER BY ALL")


def test_a_delivery_is_taken_as_by_hand(homes: Callable[[str], Path]) -> None:
    home, other = homes("home"), homes("other")
    drop = folder(home)
    shutil.copytree(home / "sources", other / "sources")
    path = deliver(drop / JULY, (ALPHA, "1.50"), (BETA, "2.25"))
    assert became(look(home)) == {"acme": [(JULY, "committed")]}
    by_hand = take(path, other, source="acme")
    rows = "SELECT manifest, accounting_period, source, path, bytes, lines FROM manifests"
    assert asked(home, rows) == asked(other, rows)
    assert by_hand.accounting_period == "2026-07"
    assert sales(home) == sales(other)
    assert held(home) == (2, Decimal("3.75"))


def test_a_second_look_changes_nothing_at_all(home: Path) -> None:
    drop = folder(home)
    deliver(drop / JULY, (ALPHA, "1"))
    before = as_it_is(drop)
    look(home)
    assert as_it_is(drop) == before
    whole = tree(home)
    assert became(look(home)) == {"acme": []}
    assert tree(home) == whole


def test_the_same_bytes_by_another_name_are_unchanged(home: Path) -> None:
    drop = folder(home)
    deliver(drop / JULY, (ALPHA, "1"))
    look(home)
    shutil.copy2(drop / JULY, drop / "again_2026-07.csv")
    assert became(look(home)) == {"acme": [("again_2026-07.csv", "unchanged")]}
    assert held(home) == (1, Decimal(1))
    assert became(look(home)) == {"acme": []}


def test_a_file_that_was_replaced_is_another_delivery(home: Path) -> None:
    drop = folder(home)
    deliver(drop / JULY, (ALPHA, "1"))
    look(home)
    deliver(drop / JULY, (ALPHA, "2"), age_s=10)
    assert became(look(home)) == {"acme": [(JULY, "committed")]}
    assert held(home) == (2, Decimal(3))


def test_what_is_not_whole_waits(home: Path) -> None:
    drop = folder(home, more='mark = "{stem}.ctrl"')
    deliver(drop / JULY, (ALPHA, "1"))
    (waiting,) = look(home)
    assert [(one.name, one.why) for one in waiting.partial] == [
        (JULY, "has no mark {stem}.ctrl yet")
    ]
    assert asked(home, "FROM manifests") == []
    (drop / "acme_2026-07.ctrl").touch()
    assert became(look(home)) == {"acme": [(JULY, "committed")]}


def test_a_link_is_no_delivery(home: Path) -> None:
    drop = folder(home)
    elsewhere = deliver(home.parent / "private" / JULY, (ALPHA, "1"))
    (drop / JULY).symlink_to(elsewhere)
    (drop / "in").symlink_to(elsewhere.parent, target_is_directory=True)
    assert became(look(home)) == {"acme": []}


def test_what_was_taken_is_put_away_where_the_profile_says_so(home: Path) -> None:
    drop = folder(home, more='move = "done"\nmark = "{stem}.ctrl"\nfiles = ["*.csv"]')
    first = deliver(drop / JULY, (ALPHA, "1")).read_bytes()
    deliver(drop / "broken_2026-07.csv", (ALPHA, "1")).write_text("no,report\n1,2\n")
    for name in ("acme_2026-07.ctrl", "broken_2026-07.ctrl", "of nobody.ctrl"):
        (drop / name).touch()
    (found,) = look(home)
    assert sorted(one.state.value for one in found.arrivals) == ["committed", "refused"]
    assert sorted(as_it_is(drop)) == [
        "broken_2026-07.csv",
        "broken_2026-07.ctrl",
        f"done/{JULY}",
        "done/acme_2026-07.ctrl",
        "of nobody.ctrl",
    ]
    # The next of that name does not replace the first.
    second = deliver(drop / JULY, (ALPHA, "2")).read_bytes()
    (drop / "acme_2026-07.ctrl").touch()
    look(home)
    kept = [path.read_bytes() for path in (drop / "done").glob("*.csv")]
    assert sorted(kept) == sorted([first, second])


def test_parts_are_put_away_together(home: Path) -> None:
    """One that is refused would be alone there, and never be whole again."""
    drop = folder(home, more='move = "done"')
    names = [f"acme_2026-07_{number}of2_x.csv" for number in (1, 2)]
    deliver(drop / names[0], (ALPHA, "1"))
    second = deliver(drop / names[1], (BETA, "2"))
    sound = second.read_bytes()
    second.write_text("no,report\n1,2\n")
    assert became(look(home)) == {"acme": [(names[0], "committed"), (names[1], "refused")]}
    assert sorted(as_it_is(drop)) == names
    second.write_bytes(sound)
    assert became(look(home)) == {"acme": [(names[1], "committed")]}
    assert sorted(as_it_is(drop)) == [f"done/{name}" for name in names]


def test_a_refused_delivery_is_told_once_and_tried_again(home: Path) -> None:
    drop = folder(home)
    path = deliver(drop / JULY, (ALPHA, "1"))
    sound = path.read_bytes()
    path.write_text("no,report\n1,2\n")
    (found,) = look(home)
    assert [one.state.value for one in found.arrivals] == ["refused"]
    assert "is not of source acme" in (found.arrivals[0].detail or "")
    whole = tree(home)
    assert became(look(home)) == {"acme": [(JULY, "refused")]}
    assert tree(home) == whole, "nothing is new, and nothing is written"
    assert became(look(home, again=False)) == {"acme": []}
    told, in_all = alerts(home, SETTINGS, AT, 10)
    assert [(one.fault, one.asset) for one in told] == [("REPORT_REFUSED", f"acme {JULY}")]
    assert in_all == 1
    path.write_bytes(sound)
    assert became(look(home)) == {"acme": [(JULY, "committed")]}
    assert alerts(home, SETTINGS, AT, 10) == ([], 0)


def test_a_refused_delivery_is_taken_once_the_profile_is_mended(home: Path) -> None:
    drop = folder(home)
    deliver(drop / JULY, (ALPHA, "1"))
    sound = (home / "sources" / "acme.toml").read_text()
    wrong = sound.replace('kind = "canonical"', 'kind = "delimited"\nheader = ["a", "b"]')
    (home / "sources" / "acme.toml").write_text(wrong)
    assert became(look(home)) == {"acme": [(JULY, "refused")]}
    (home / "sources" / "acme.toml").write_text(sound)
    assert became(look(home)) == {"acme": [(JULY, "committed")]}


def test_a_source_that_is_wrong_hinders_no_other(home: Path) -> None:
    for name, more in (("acme", ""), ("bad", "depth = 9"), ("gone", "")):
        deliver(folder(home, name, more) / JULY, (ALPHA, "1"))
    shutil.rmtree(home.parent / "drop-gone")
    visits = {one.source: one for one in look(home)}
    assert visits["acme"].failed is None
    assert "folder.depth is 9" in (visits["bad"].failed or "")
    assert "drop-gone cannot be read" in (visits["gone"].failed or "")
    assert len(asked(home, "FROM manifests")) == 1


def test_only_sources_that_are_named_are_looked_at(home: Path) -> None:
    for name in ("acme", "other"):
        deliver(folder(home, name) / JULY, (ALPHA, "1"))
    assert became(look(home, "other")) == {"other": [(JULY, "committed")]}
    with pytest.raises(UsageError, match="no profile says how reports of 'canonical' come"):
        look(home, "canonical")


def test_a_source_is_looked_at_by_one_process_at_a_time(home: Path) -> None:
    drop = folder(home)
    deliver(drop / JULY, (ALPHA, "1"))
    with lake.exclusive(home, SETTINGS):
        other = threading.Thread(target=lambda: look(home))
        other.start()
        parts = home / "inbox" / ".parts"
        while not any(path.read_text() for path in parts.glob("*.lock")):
            assert other.is_alive()
        impatient = SETTINGS.__class__(threads=1, lock_wait_s=0)
        order = senders.InboxOrder(home, impatient, senders.Clock())
        (found,) = senders.collect(order)
        assert "is being written to by" in (found.failed or "")
    other.join(60)
    assert len(asked(home, "FROM manifests")) == 1


@pytest.mark.parametrize("step", [Step.COMMITTED, Step.TAKEN, Step.RECORDED, Step.SETTLED])
def test_killed_and_run_again_nothing_is_lost_and_nothing_doubled(step: Step, home: Path) -> None:
    drop = folder(home, more='move = "done"')
    deliver(drop / JULY, (ALPHA, "1"))
    deliver(drop / AUGUST, (BETA, "2"))
    process = processes.start(processes.collect, home, die_at=step)
    assert processes.ended(process) == -signal.SIGKILL
    for _ in range(2):
        look(home)
    assert held(home) == (2, Decimal(3))
    assert sorted(as_it_is(drop)) == [f"done/{JULY}", f"done/{AUGUST}"]
    states = asked(home, "SELECT name, count(*) FROM arrivals GROUP BY ALL ORDER BY ALL")
    assert states == [(JULY, 1), (AUGUST, 1)]


def test_a_busy_lake_ends_the_look_and_the_next_one_takes_all(home: Path) -> None:
    drop = folder(home)
    deliver(drop / JULY, (ALPHA, "1"))
    impatient = SETTINGS.__class__(threads=1, lock_wait_s=0)
    busy = threading.Event()
    go = threading.Event()

    def hold() -> None:
        with lake.exclusive(home, SETTINGS):
            busy.set()
            assert go.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    assert busy.wait(60)
    order = senders.InboxOrder(home, impatient, senders.Clock())
    (found,) = senders.collect(order)
    go.set()
    holder.join(60)
    assert "is being written to by" in (found.failed or "")
    assert became(look(home)) == {"acme": [(JULY, "committed")]}
