"""Sessions of DuckDB in memory: what they are made of is kept for the next one.

To make such a database takes some 14 ms of work, nearly all of it for the functions that it knows,
and its end some more; an ingest has six sessions. A database belongs to one session at a time, so
nobody meets the names, tables or files of another.
"""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb

# Nothing is fetched from anywhere; what is needed is part of the duckdb wheel.
_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_MOST_IDLE = 2
"""Databases that are kept: one for the pipeline, one for a thread beside it."""

_TRACES = """
SELECT
    list(database_name) FILTER (NOT internal AND database_name != 'memory') AS attached,
    current_setting('memory_limit') AS memory_limit,
    current_setting('temp_directory') AS temp_directory
FROM duckdb_databases()
"""


@dataclass(frozen=True)
class Room:
    """What a session may take: bytes of memory, and a folder for what is more than that."""

    memory_bytes: int
    spill: Path


# Taking from a list and giving to it is one step each, so threads need no lock.
_IDLE: list[tuple[duckdb.DuckDBPyConnection, tuple[str, str]]] = []


def connect(name: str, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """A database that fetches nothing and whose clocks are UTC; `:memory:` is one of its own."""
    con = duckdb.connect(name, read_only=read_only, config=_OFFLINE)
    con.execute("SET TimeZone = 'UTC'")
    return con


@contextmanager
def session(room: Room | None = None) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session on an empty database in memory, whose clocks are UTC; files may be attached.

    What it attaches is closed when it ends. Tables that it makes must be temporary.

    Args:
        room: what it may take; None: most of the machine's memory.
    """
    database, options = _IDLE.pop() if _IDLE else _made()
    con = database.cursor()
    try:
        con.execute("SET TimeZone = 'UTC'")
        if room is not None:
            _set(con, f"{room.memory_bytes} bytes", str(room.spill))
        yield con
        con.close()
        if room is not None:
            # A database that has spilled keeps its folder, so it is not kept.
            with suppress(duckdb.Error):
                _set(database, *options)
        is_clean = _cleared(database) == options
    except BaseException:
        # Whatever state that left it in: nobody shall meet it.
        con.close()
        database.close()
        raise
    if is_clean and len(_IDLE) < _MOST_IDLE:
        _IDLE.append((database, options))
    else:
        database.close()


def _made() -> tuple[duckdb.DuckDBPyConnection, tuple[str, str]]:
    database = connect(":memory:")
    return database, _cleared(database)


def _cleared(database: duckdb.DuckDBPyConnection) -> tuple[str, str]:
    """The options of a database that sessions change, after all files were detached."""
    attached, memory_limit, temp_directory = database.execute(_TRACES).fetchall()[0]
    for name in attached or ():
        database.execute(f'DETACH "{name}"')
    return memory_limit, temp_directory


def _set(con: duckdb.DuckDBPyConnection, memory_limit: str, temp_directory: str) -> None:
    """Set the options that `_TRACES` tells, for the whole database."""
    con.execute("SET temp_directory = $folder", {"folder": temp_directory})
    con.execute("SET memory_limit = $limit", {"limit": memory_limit})
