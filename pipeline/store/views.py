"""`lake.duckdb`: views over exactly the committed files; derived, so always made whole and anew."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb
import polars as pl

from pipeline.contract.columns import TABLES
from pipeline.errors import LakeDamaged
from pipeline.settings import Settings
from pipeline.store import books, runs, sessions
from pipeline.store.layout import books_path, fsync, lake_path, table_folder
from pipeline.store.locks import locked
from pipeline.store.sql import query
from pipeline.store.steps import Step, reach

COPIED = (
    "files",
    "manifests",
    "reported",
    "sums",
    "runs",
    "alerts",
    "decisions",
    "layouts",
    "control",
    "remittances",
    "contents",
    "messages",
    "endings",
    "arrivals",
    "notices",
    "visits",
    "cursors",
    "findings",
    "sum_changes",
    "fetches",
    "alarms",
    "alarm_calls",
)
"""Tables that are copied from the books."""

DERIVED = {"conservation": "lake/conservation", "ledger_state": "ledger/state"}
"""Views over the others, by the query that they are."""

LISTED = "SELECT tbl, name FROM files"

_SQL_TYPES = {
    pl.String(): "VARCHAR",
    pl.Binary(): "BLOB",
    pl.Date(): "DATE",
    pl.Float64(): "DOUBLE",
    pl.Int64(): "BIGINT",
    pl.UInt32(): "UINTEGER",
    pl.UInt64(): "UBIGINT",
    pl.List(pl.String()): "VARCHAR[]",
    # Without a zone: with one, duckdb shows each reader local time and needs pytz to fetch it.
    pl.Datetime("us", "UTC"): "TIMESTAMP",
}


def ensure_views(home: Path, settings: Settings) -> Path:
    """The path of `lake.duckdb`, which now shows the last commit.

    It is made anew where it is missing, shows an older commit, was made by another version of
    the pipeline, or its home has moved. Needs no commit lock: a long replay hinders no reader.

    Raises:
        LakeBusy: the books or the views are being written beyond `settings.lock_wait_s`.
        LakeDamaged: the books are lost or broken, or a file that they list is missing.
    """
    home = home.resolve()
    if not _is_fresh(home, settings):
        with locked(home / ".views.lock", settings.lock_wait_s):
            if not _is_fresh(home, settings):
                _build(home, settings)
    return lake_path(home)


@contextmanager
def reading(home: Path, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only session on `lake.duckdb`, which shows the last commit; its clocks are UTC.

    Beyond `settings.query_bytes` of memory it writes to a folder under the home.

    Raises:
        LakeBusy, LakeDamaged: as `ensure_views`.
    """
    home = home.resolve()
    if not books_path(home).exists():
        books.refuse_lost(home)
        with _empty().cursor() as con:
            con.execute("USE lake")
            yield con
        return
    with (
        runs.spilling(home) as spill,
        sessions.session(sessions.Room(settings.query_bytes, spill)) as con,
    ):
        if not _shown(con, home, settings):
            con.execute(_attached(ensure_views(home, settings)))
        con.execute("USE lake")
        yield con


@cache
def _empty() -> duckdb.DuckDBPyConnection:
    """What a home without books shows: all tables and views, typed, without a row.

    Made once and shared; it takes longer than most questions to a home that is new.
    """
    con = books.connect(None)
    # Global, for a cursor is a session of its own.
    con.execute("SET GLOBAL TimeZone = 'UTC'")
    con.execute("ATTACH ':memory:' AS books")
    con.execute("USE books")
    books.create_tables(con)
    con.execute("ATTACH ':memory:' AS lake")
    con.execute("USE lake")
    _copy_books(con, Path())
    con.execute("DETACH books")
    _create_views(con, Path(), [])
    return con


def files(home: Path, table: str, settings: Settings) -> pl.DataFrame:
    """The files of a table, one row each, in the order of their commits, with absolute paths.

    Columns: name, path, rows (Int64), bytes (Int64), sha256.

    Raises:
        LakeBusy, LakeDamaged: as `ensure_views`.
    """
    folder = table_folder(home.resolve(), table)
    with reading(home, settings) as con:
        listed: pl.DataFrame = con.sql("FROM files").pl()
    return listed.filter(tbl=table).select(
        "name",
        pl.format("{}/{}", pl.lit(str(folder)), "name").alias("path"),
        "rows",
        "bytes",
        "sha256",
    )


def renew(home: Path, settings: Settings) -> None:
    """Make `lake.duckdb` anew from the last commit; what a commit ends with.

    Raises:
        LakeBusy, LakeDamaged: as `ensure_views`.
    """
    with locked(home / ".views.lock", settings.lock_wait_s):
        _build(home, settings)


def _is_fresh(home: Path, settings: Settings) -> bool:
    """Whether `lake.duckdb` shows the last commit, from here, by these queries."""
    with sessions.session() as con:
        return _shown(con, home, settings)


def _shown(con: duckdb.DuckDBPyConnection, home: Path, settings: Settings) -> bool:
    """Whether that is so; `lake.duckdb` is then attached to the session, as `lake`."""
    path = lake_path(home)
    books.attach(con, home, settings)
    latest = con.execute(query("lake/latest")).fetchall()[0][0]
    con.execute("DETACH books")
    if not path.exists():
        return False
    try:
        con.execute(_attached(path))
    except duckdb.Error:
        # Broken, or of another kind: a new one takes its place.
        return False
    try:
        con.execute("USE lake")
        built = con.execute(query("lake/built")).fetchall()
        listed = con.execute(LISTED).fetchall()
    except duckdb.Error:
        # Opened to write by hand.
        built, listed = [], []
    finally:
        con.execute("USE memory")
    if built == [(latest, str(home), _layout())]:
        _refuse_missing(home, listed)
        return True
    con.execute("DETACH lake")
    return False


def _attached(path: Path) -> str:
    return f"ATTACH {books.literal(str(path))} AS lake (READ_ONLY)"


def _build(home: Path, settings: Settings) -> None:
    """Write `lake.duckdb` beside itself and rename it into place; open readers keep the old."""
    new = home / ".lake.duckdb.new"
    path = lake_path(home)
    for leftover in (new, _wal(new)):
        leftover.unlink(missing_ok=True)
    with sessions.session() as con:
        books.attach_current(con, home, settings)
        # Nobody reads it before it is whole: no log of how it came about, written and synced first.
        con.execute(f"ATTACH {books.literal(str(new))} AS lake (RECOVERY_MODE no_wal_writes)")
        con.execute("USE lake")
        con.begin()
        _copy_books(con, home)
        listed = con.execute(LISTED).fetchall()
        _refuse_missing(home, listed)
        _create_views(con, home, listed)
        con.commit()
        con.execute("USE memory")
        con.execute("DETACH lake")
    fsync(new)
    reach(Step.BUILT)
    # Of someone who opened the old one to write: it would not fit the new one.
    _wal(path).unlink(missing_ok=True)
    new.replace(path)
    fsync(home)
    reach(Step.PUBLISHED)


def _copy_books(con: duckdb.DuckDBPyConnection, home: Path) -> None:
    """The tables that are copied from the books, and how they came about."""
    con.execute(query("lake/create_built"))
    con.execute(query("lake/record_built"), {"home_path": str(home), "layout_digest": _layout()})
    for table in COPIED:
        con.execute(f"CREATE TABLE {table} AS {query(f'lake/{table}')}")


def _create_views(
    con: duckdb.DuckDBPyConnection, home: Path, listed: list[tuple[str, str]]
) -> None:
    """One view per table over its files, and the views over these."""
    for table in TABLES:
        paths = [str(table_folder(home, table) / name) for tbl, name in listed if tbl == table]
        con.execute(_table_view(table, paths))
    for view, name in DERIVED.items():
        con.execute(f"CREATE VIEW {view} AS {query(name)}")


def _table_view(table: str, paths: list[str]) -> str:
    """The statement of a table's view: its columns in order and typed, also without files."""
    columns = ", ".join(
        f'{_cell(name, dtype, bool(paths))} AS "{name}"' for name, dtype in TABLES[table].items()
    )
    if not paths:
        return f"CREATE VIEW {table} AS SELECT {columns} LIMIT 0"
    listed = ", ".join(map(books.literal, paths))
    files = f"read_parquet([{listed}])"
    return f"CREATE VIEW {table} AS SELECT {columns} FROM {files}"  # noqa: S608 - paths are quoted


def _cell(name: str, dtype: pl.DataType, has_files: bool) -> str:
    """One column of a view in its type; a cast to the type it has costs nothing."""
    if not has_files:
        return f"CAST(NULL AS {_sql_type(dtype)})"
    if isinstance(dtype, pl.Datetime):
        return f"timezone('UTC', \"{name}\")"
    return f'CAST("{name}" AS {_sql_type(dtype)})'


def _sql_type(dtype: pl.DataType) -> str:
    """The DuckDB type of a polars type."""
    if isinstance(dtype, pl.Decimal):
        return f"DECIMAL({dtype.precision}, {dtype.scale})"
    return _SQL_TYPES[dtype]


@cache
def _layout() -> str:
    """A digest of all that the views are made of, beside the books: columns and queries."""
    parts = [_table_view(table, paths) for table in TABLES for paths in ([], ["x"])]
    parts += [query(f"lake/{table}") for table in COPIED]
    parts += [query(name) for name in DERIVED.values()]
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def _refuse_missing(home: Path, listed: list[tuple[str, str]]) -> None:
    """Raise where a listed file is not in its folder."""
    for table in TABLES:
        folder = table_folder(home, table)
        there = {path.name for path in folder.iterdir()} if folder.exists() else set()
        for tbl, name in listed:
            if tbl == table and name not in there:
                raise LakeDamaged(f"{folder / name} is missing", "restore it from a backup")


def _wal(path: Path) -> Path:
    """The write-ahead log of a database, where it has one."""
    return path.with_name(f"{path.name}.wal")
