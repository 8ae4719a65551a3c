"""The journal's file: a SQLite database that all processes of a home share."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pipeline.store.sql import query

_BUSY_S = 30.0
_TABLES = ("attempts", "bodies", "rounds", "breakers", "learned", "index")


def connect(path: Path | None) -> sqlite3.Connection:
    """The journal's database, which several processes may write to; None for an empty one.

    A commit is safe from a killed process at once, from a loss of power within moments.
    """
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
    con = sqlite3.connect(
        path or ":memory:", timeout=_BUSY_S, isolation_level=None, check_same_thread=False
    )
    con.execute("PRAGMA journal_mode = WAL")
    con.execute("PRAGMA synchronous = NORMAL")
    for name in _TABLES:
        con.execute(query(f"sync/create_{name}"))
    return con


@contextmanager
def transaction(con: sqlite3.Connection) -> Iterator[None]:
    """All of what is written inside, or nothing of it; other processes wait meanwhile."""
    con.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        con.rollback()
        raise
    con.commit()
