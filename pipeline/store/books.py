"""`royalty.duckdb`, the books: what was committed. Open only for the time of a transaction."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipeline.contract.columns import TABLES
from pipeline.errors import LakeBusy, LakeDamaged
from pipeline.settings import Settings
from pipeline.store import sessions
from pipeline.store.layout import books_path, fsync, table_folder
from pipeline.store.locks import try_for
from pipeline.store.records import ALARM_TABLES, DECISIONS, RECORDS
from pipeline.store.sql import query
from pipeline.store.steps import Step, reach

_LATER = (
    *("bases", "layouts", "control", "remittances", "contents", "messages", "endings"),
    *("arrivals", "notices", "visits", "cursors", "requests", "fetched_rows", "findings"),
    *ALARM_TABLES,
)
"""Tables that books of an earlier pipeline lack: made where they are missing."""


def connect(path: Path | None, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A DuckDB session on a file, or in memory, that fetches nothing and whose clocks are UTC."""
    name = ":memory:" if path is None else str(path)
    return sessions.connect(name, read_only=read_only)


def create(home: Path) -> None:
    """Make the books where there are none; under the commit lock.

    Raises:
        LakeDamaged: the lake holds tables, so the books were there and have been lost.
    """
    path = books_path(home)
    if path.exists():
        return
    refuse_lost(home)
    new = path.with_name(".royalty.duckdb.new")
    for leftover in (new, new.with_name(f"{new.name}.wal")):
        leftover.unlink(missing_ok=True)
    with sessions.session() as con:
        con.execute(f"ATTACH {literal(str(new))} AS royalty")
        con.execute("USE royalty")
        con.begin()
        create_tables(con)
        con.commit()
    fsync(new)
    reach(Step.CREATED)
    new.rename(path)
    fsync(home)


def create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """The empty tables of the books, in the current database of a session."""
    for name in ("commits", "files", "bases", *RECORDS, *ALARM_TABLES):
        con.execute(query(f"lake/create_{name}"))


def refuse_lost(home: Path) -> None:
    """Raise where the lake holds files but the books that named them are gone.

    Raises:
        LakeDamaged: `royalty.duckdb` is missing and files are there.
    """
    if books_path(home).exists():
        return
    for table in TABLES:
        if any(table_folder(home, table).glob("*.parquet")):
            raise LakeDamaged(
                f"{books_path(home)} is missing, but {table_folder(home, table)} holds files",
                "restore it from a backup, or move the lake folder away to begin anew",
            )


@contextmanager
def writing(home: Path, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The books, open to write; under the commit lock.

    Raises:
        LakeBusy: someone else keeps them open beyond `settings.lock_wait_s`.
        LakeDamaged: the file is not a database.
    """
    path = books_path(home)
    with sessions.session() as con:
        quoted = literal(str(path))
        patient(path, settings, lambda: con.execute(f"ATTACH {quoted} AS royalty"))
        con.execute("USE royalty")
        _complete(con)
        yield con


def attach_current(con: duckdb.DuckDBPyConnection, home: Path, settings: Settings) -> None:
    """Attach the books as `attach` does, with the tables and columns of today.

    Books that an earlier version of the pipeline made are given those that they lack.

    Raises:
        LakeBusy, LakeDamaged: as `writing`.
    """
    attach(con, home, settings)
    if not (_has_columns(con, "books") and _tables(con, "books").issuperset(_LATER)):
        con.execute("DETACH books")
        with writing(home, settings):
            pass
        attach(con, home, settings)


def _complete(con: duckdb.DuckDBPyConnection) -> None:
    """Give the books that a session writes to what those of an earlier pipeline lack."""
    if not _has_columns(con, "royalty"):
        _renew_decisions(con)
    known = _tables(con, "royalty")
    for name in _LATER:
        if name not in known:
            con.execute(query(f"lake/create_{name}"))


def _tables(con: duckdb.DuckDBPyConnection, name: str) -> set[str]:
    """The tables of books that are attached by that name."""
    asked = "SELECT table_name FROM duckdb_tables() WHERE database_name = $name"
    return {table for (table,) in con.execute(asked, {"name": name}).fetchall()}


def _has_columns(con: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Whether the table of decisions of such books has the columns of today."""
    columns = {row[0] for row in con.execute(f"DESCRIBE {name}.decisions").fetchall()}
    return columns >= DECISIONS.keys()


def _renew_decisions(con: duckdb.DuckDBPyConnection) -> None:
    """Make the table of decisions anew, which lacks columns: such a one never held a row."""
    held = con.execute("SELECT count(*) FROM decisions").fetchall()[0][0]
    if held:
        raise LakeDamaged(
            "the books hold decisions of an unknown form", "restore the pipeline that made them"
        )
    con.execute("DROP TABLE decisions")
    con.execute(query("lake/create_decisions"))


def attach(con: duckdb.DuckDBPyConnection, home: Path, settings: Settings) -> None:
    """Attach the books to a session as `books`, read-only; empty ones where there are none.

    Raises:
        LakeBusy: someone else keeps them open beyond `settings.lock_wait_s`.
        LakeDamaged: the file is not a database, or is lost.
    """
    path = books_path(home)
    if path.exists():
        quoted = literal(str(path))
        patient(path, settings, lambda: con.execute(f"ATTACH {quoted} AS books (READ_ONLY)"))
        return
    refuse_lost(home)
    current = con.execute("SELECT current_database()").fetchall()[0][0]
    con.execute("ATTACH ':memory:' AS books")
    con.execute("USE books")
    create_tables(con)
    con.execute(f'USE "{current}"')


def patient(path: Path, settings: Settings, action: Callable[[], object]) -> None:
    """Do what opens a database, again until no other process has it open.

    Raises:
        LakeBusy: it stays open elsewhere beyond `settings.lock_wait_s`.
        LakeDamaged: it cannot be opened for another reason.
    """
    last: list[str] = []

    def succeeded() -> bool:
        try:
            action()
        except duckdb.Error as error:
            last.append(str(error).splitlines()[0])
            if not _is_lock(error):
                raise LakeDamaged(
                    f"{path} cannot be opened: {last[-1]}", "restore it from a backup"
                ) from error
            return False
        return True

    if not try_for(settings.lock_wait_s, succeeded):
        holder = re.search(r"held in (.*?)\.? See|held in (.*)", last[-1])
        who = (holder[1] or holder[2]) if holder else "another process"
        raise LakeBusy(
            f"{path} is kept open by {who}",
            "close it there: only the pipeline opens that file; lake.duckdb is the one to read",
        )


def literal(text: str) -> str:
    """A text as a SQL literal, where a statement takes no parameter."""
    return "'" + text.replace("'", "''") + "'"


def _is_lock(error: duckdb.Error) -> bool:
    """Whether another process, or another thread of this one, has the database open."""
    elsewhere = isinstance(error, duckdb.IOException) and "lock" in str(error)
    locked = elsewhere or "is already attached" in str(error)
    return locked or isinstance(error, duckdb.ConnectionException | duckdb.BinderException)
