"""Sessions in memory: what one leaves behind, the next does not meet."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.store import sessions
from pipeline.store.sessions import session

Idle = list[tuple[duckdb.DuckDBPyConnection, tuple[str, str]]]
ATTACHED = "SELECT database_name FROM duckdb_databases() WHERE NOT internal"
MEMORY_LIMIT = "SELECT current_setting('memory_limit')"


@pytest.fixture(autouse=True)
def idle(monkeypatch: pytest.MonkeyPatch) -> Iterator[Idle]:
    """The databases that are kept: none before a test, and its own closed after it."""
    kept: Idle = []
    monkeypatch.setattr(sessions, "_IDLE", kept)
    yield kept
    for database, _ in kept:
        database.close()


def test_a_database_is_made_once_for_sessions_after_each_other(idle: Idle) -> None:
    for _ in range(3):
        with session() as con:
            assert con.execute("SELECT 1").fetchall() == [(1,)]
            assert not idle
        assert len(idle) == 1


def test_tables_and_names_end_with_their_session() -> None:
    with session() as con:
        con.execute("CREATE TEMP TABLE kept AS SELECT 1 AS one")
        con.execute("CREATE TEMP VIEW shown AS FROM kept")
        con.register("given", pl.DataFrame({"one": [1]}))
    with session() as con:
        for name in ("kept", "shown", "given"):
            with pytest.raises(duckdb.CatalogException, match=name):
                con.execute(f"FROM {name}")
            con.execute("SELECT 1")


def test_a_file_is_free_when_the_session_ends(tmp_path: Path) -> None:
    path = tmp_path / "it''s.duckdb"
    for number in range(3):
        with session() as con:
            con.execute(f"ATTACH '{path}' AS \"an odd name\"".replace("''", "''''"))
            con.execute('USE "an odd name"')
            con.execute(f"CREATE TABLE made_{number} AS SELECT 1 AS one")
        with session() as con:
            assert con.execute(ATTACHED).fetchall() == [("memory",)]
        with duckdb.connect(path) as con:
            assert len(con.execute("SHOW TABLES").fetchall()) == number + 1


def test_clocks_are_utc_in_every_session() -> None:
    for _ in range(2):
        with session() as con:
            assert con.execute("SELECT current_setting('TimeZone')").fetchall() == [("UTC",)]
            con.execute("SET TimeZone = 'Asia/Tokyo'")


def test_an_option_that_holds_for_the_whole_database_is_not_passed_on(idle: Idle) -> None:
    with session() as con:
        before = con.execute(MEMORY_LIMIT).fetchall()
        con.execute("SET memory_limit = '100MB'")
    assert not idle
    with session() as con:
        assert con.execute(MEMORY_LIMIT).fetchall() == before


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, GeneratorExit])
def test_a_database_whose_session_failed_is_not_kept(
    error: type[BaseException], idle: Idle, tmp_path: Path
) -> None:
    path = tmp_path / "file.duckdb"

    def failed() -> None:
        with session() as con:
            con.execute(f"ATTACH '{path}' AS file")
            con.execute("CREATE TABLE file.made AS SELECT 1 AS one")
            con.begin()
            con.execute("INSERT INTO file.made VALUES (2)")
            raise error

    with pytest.raises(error):
        failed()
    assert not idle
    with duckdb.connect(path) as con:
        assert con.execute("FROM made").fetchall() == [(1,)]


def test_sessions_at_once_have_databases_of_their_own(idle: Idle) -> None:
    with session() as one, session() as other, session() as third:
        for con in (one, other, third):
            con.execute("CREATE TEMP TABLE same AS SELECT 1 AS one")
            con.execute("ATTACH ':memory:' AS lake")
    assert len(idle) == 2
