"""The session in which identities are decided: what it holds in memory, and for how long."""

import shutil
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from threading import Event

import duckdb
import pytest

from pipeline.errors import CatalogError
from pipeline.flow.desk import desk, desk_beside
from pipeline.flow.judging import Desk
from pipeline.settings import Settings
from pipeline.store import catalog, sessions

SETTINGS = Settings()
ASKED = "SELECT current_setting('memory_limit'), current_setting('temp_directory')"

SORTED = """
SELECT count(*) FROM (
    SELECT hash(i)::text || repeat('x', 60) AS word
    FROM range(4_000_000) AS t(i) ORDER BY 1 OFFSET 1
)
"""


def test_what_memory_shall_not_hold_goes_to_the_room_that_is_given(
    home: Path, tmp_path: Path
) -> None:
    with desk(home, SETTINGS) as free:
        assert free.con is not None
        unlimited = free.con.execute(ASKED).fetchall()
    (tmp_path / "run").mkdir()
    with desk(home, SETTINGS, room=tmp_path / "run") as bounded:
        assert bounded.con is not None
        ((limit, where),) = bounded.con.execute(ASKED).fetchall()
        assert Path(where).parent == tmp_path / "run"
        assert limit != unlimited[0][0]
        # More than the limit, sorted: only on disk is there room for it.
        count = bounded.con.execute(SORTED)
        assert count.fetchall() == [(3_999_999,)]
    # Nobody else meets the limit.
    with sessions.session() as con:
        assert con.execute(ASKED).fetchall() == unlimited
    assert not list((tmp_path / "run").rglob("*.tmp"))


def test_the_index_of_words_is_read_once_and_gone_with_the_session(home: Path) -> None:
    with desk(home, SETTINGS) as opened:
        assert opened.words is opened.words
        assert "words" in vars(opened)
    assert "words" not in vars(opened)


def test_a_desk_beside_is_closed_once_it_is_open(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also where whoever asked for it has failed before."""
    may_open = Event()
    current = catalog.current
    monkeypatch.setattr(catalog, "current", lambda home: may_open.wait(10) and current(home))
    begun: list[Future[Desk]] = []

    def fail(executor: ThreadPoolExecutor) -> None:
        with desk_beside(home, SETTINGS, tmp_path, executor) as opening:
            begun.append(opening)
            may_open.set()
            raise KeyError

    with ThreadPoolExecutor(1) as executor:
        with pytest.raises(KeyError):
            fail(executor)
        assert begun[0].done()
    con = begun[0].result().con
    assert con is not None
    with pytest.raises(duckdb.ConnectionException):
        con.execute("SELECT 1")


def test_a_catalog_that_is_not_there_is_told_by_whoever_asks_for_the_desk(
    home: Path, tmp_path: Path
) -> None:
    shutil.rmtree(catalog.folder(home) / "versions", ignore_errors=True)
    for path in catalog.folder(home).glob("*.duckdb"):
        path.unlink()
    with (
        ThreadPoolExecutor(1) as executor,
        desk_beside(home, SETTINGS, tmp_path, executor) as opening,
        pytest.raises(CatalogError),
    ):
        opening.result()
