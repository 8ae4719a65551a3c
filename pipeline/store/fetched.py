"""What the books and the lake know of fetching: cursors, requests that are done, and those open."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from pipeline.settings import Settings
from pipeline.store import books, sessions
from pipeline.store.layout import books_path
from pipeline.store.sql import query
from pipeline.store.views import reading

_BEGIN = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Taken:
    """How far a source has been taken.

    Attributes:
        value: the furthest place, canonical; "" before the first.
        earliest: the first place.
        round: the last round that was finished.
        seq: the last entry of the journal that the ledger holds.
        finished_at: when the last round was finished; None before.
    """

    value: str = ""
    earliest: str = ""
    round: int = 0
    seq: int = 0
    finished_at: datetime | None = None


def taken(home: Path, source: str, settings: Settings) -> Taken:
    """How far a source has been taken.

    Raises:
        LakeBusy, LakeDamaged: as `books.attach`.
    """
    rows = _asked(home, settings, "lake/fetched", source=source).rows()
    if not rows:
        return Taken()
    value, earliest, number, seq, finished = rows[0]
    aware = None if finished is None else finished.replace(tzinfo=UTC)
    return Taken(value or "", earliest or "", number, seq, aware)


def known_requests(home: Path, source: str, settings: Settings) -> set[str]:
    """The signatures of all requests of a source that are done.

    Raises:
        LakeBusy, LakeDamaged: as `books.attach`.
    """
    return set(_asked(home, settings, "lake/known_requests", source=source)["request"])


def fetched_rows(home: Path, source: str, settings: Settings) -> pl.DataFrame:
    """`row_key` and `digest` of rows that a source may bring once more.

    Raises:
        LakeBusy, LakeDamaged: as `books.attach`.
    """
    return _asked(home, settings, "lake/fetched_rows", source=source)


def open_requests(home: Path, since: datetime | None, settings: Settings) -> pl.DataFrame:
    """Where requests of a source's round stand: ledger_id, attempts, in_row, next_at.

    Args:
        home: the home folder.
        since: when the source's last round was over; None before the first.
        settings: of the home.

    Raises:
        LakeBusy, LakeDamaged: as `ensure_views`.
    """
    if not books_path(home.resolve()).exists():
        return pl.DataFrame(schema=["ledger_id", "attempts", "in_row", "next_at"])
    with reading(home, settings) as con:
        given = {"since": since or _BEGIN}
        found: pl.DataFrame = con.sql(query("lake/open_requests"), params=given).pl()
    return found


def _asked(home: Path, settings: Settings, name: str, **given: str) -> pl.DataFrame:
    with sessions.session() as con:
        books.attach_current(con, home.resolve(), settings)
        found: pl.DataFrame = con.sql(query(name), params=given).pl()
    return found
