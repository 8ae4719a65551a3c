"""A second command while an ingest is under way: both end as if the other had not been there."""

import shutil
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import LakeBusy
from pipeline.settings import load as load_settings
from pipeline.store import lake
from tests.flow import processes
from tests.flow.homes import ALPHA, BETA, WHOLE, ZETA, asked, line, load, report, take, tree
from tests.flow.lake_program import content

NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=1)
EARLIER = [line(ALPHA, "1"), line(ZETA, "2"), line(BETA, "4"), line(BETA, "8", "XQZ")]
"""Zeta waits for splits, Beta for a word."""
FIRST = [line(ALPHA, "16"), line(ZETA, "32"), line(BETA, "64", "XQZ"), line(BETA, "128")]
SECOND = [line(ALPHA, "256"), line(BETA, "512"), line("GBZZZ2600001", "1024", title="Omega")]

Reports = dict[str, Path]


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> Reports:
    folder = tmp_path_factory.mktemp("delivered")
    lines = {"earlier": EARLIER, "first": FIRST, "second": SECOND}
    return {name: report(folder / f"{name}.csv", held) for name, held in lines.items()}


@pytest.fixture(scope="module")
def origin(stocked: Path, reports: Reports, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home that took a report before, whose reasons to wait have gone since."""
    folder = tmp_path_factory.mktemp("origin")
    home = Path(shutil.copytree(stocked, folder / "home"))
    take(reports["earlier"], home, at=NOW)
    load(home, WHOLE, folder / "whole")
    return home


@pytest.fixture
def home(origin: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(origin, tmp_path / "home"))


COMMANDS: dict[str, Callable[[Path, Reports], tuple[Any, ...]]] = {
    "another report": lambda home, reports: (processes.ingest, home, reports["second"], LATER),
    "the same report": lambda home, reports: (processes.ingest, home, reports["first"], LATER),
    "retry": lambda home, _reports: (processes.retry, home, LATER),
    "release": lambda home, _reports: (processes.release, home, LATER),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_second_command_while_an_ingest_runs(
    name: str, home: Path, origin: Path, reports: Reports, tmp_path: Path
) -> None:
    """The first has read and written everything, and commits after the second has ended."""
    alone = Path(shutil.copytree(origin, tmp_path / "alone"))
    command, _, *given = COMMANDS[name](alone, reports)
    command(alone, *given)
    between = content(alone)
    processes.ingest(alone, reports["first"], LATER)

    read, go = tmp_path / "read", tmp_path / "go"
    first = processes.start(processes.slow_ingest, home, reports["first"], LATER, read, go)
    processes.awaited(read)
    assert processes.ended(processes.start(*COMMANDS[name](home, reports))) == 0
    assert content(home) == between
    go.touch()
    assert processes.ended(first) == 0
    assert content(home) == content(alone)


def test_two_ingests_at_once_both_end(home: Path, origin: Path, reports: Reports) -> None:
    """Whichever is first, and with a third of the same bytes as the second."""
    alone = Path(shutil.copytree(origin, home.parent / "alone"))
    for name in ("first", "second"):
        processes.ingest(alone, reports[name], LATER)
    names = ("first", "second", "second")
    started = [processes.start(processes.ingest, home, reports[name], LATER) for name in names]
    assert [processes.ended(process) for process in started] == [0, 0, 0]
    assert content(home) == content(alone)


def test_who_reads_meanwhile_sees_a_whole(home: Path, reports: Reports, tmp_path: Path) -> None:
    read, go = tmp_path / "read", tmp_path / "go"
    first = processes.start(processes.slow_ingest, home, reports["first"], LATER, read, go)
    processes.awaited(read)
    assert looked(home, tmp_path) == [1] * 2
    go.touch()
    while first.is_alive():
        assert set(looked(home, tmp_path)) <= {1, 2}
    assert processes.ended(first) == 0
    assert looked(home, tmp_path) == [2] * 2


def looked(home: Path, tmp_path: Path) -> list[int]:
    """The deliveries that two readers at once see."""
    seen = [tmp_path / f"seen-{n}" for n in range(2)]
    readers = [processes.start(processes.look, home, mark) for mark in seen]
    assert [processes.ended(reader) for reader in readers] == [0, 0]
    return [int(mark.read_text(encoding="utf-8")) for mark in seen]


def test_a_catalog_that_comes_while_an_ingest_runs_is_tried_next(
    stocked: Path, reports: Reports, tmp_path: Path
) -> None:
    """The ingest keeps to the one that it began with; a retry need not wait for a due time."""
    home = Path(shutil.copytree(stocked, tmp_path / "home"))
    read, go, at = tmp_path / "read", tmp_path / "go", datetime.now(UTC)
    first = processes.start(processes.slow_ingest, home, reports["earlier"], at, read, go)
    processes.awaited(read)
    load(home, WHOLE, tmp_path / "whole")
    go.touch()
    assert processes.ended(first) == 0
    zeta = "SELECT count(*) FROM staged WHERE title = 'Zeta'"
    assert asked(home, zeta) == [(1,)]
    processes.retry(home, at)
    assert asked(home, zeta) == [(0,)]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_writer_that_waits_too_long_ends_and_changes_nothing(
    name: str, home: Path, reports: Reports
) -> None:
    (home / "settings.toml").write_text("lock_wait_s = 0.1\n", encoding="utf-8")
    settings = load_settings(home)
    lake.ensure_views(home, settings)
    before = tree(home)
    with lake.exclusive(home, settings):
        ended = processes.ended(processes.start(*COMMANDS[name](home, reports)))
    assert ended == LakeBusy.exit_code
    assert tree(home) == before
