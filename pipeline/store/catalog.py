"""The home's catalog folder: immutable version files, and which of them is current."""

import fcntl
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipeline.errors import CatalogError, LakeBusy
from pipeline.store import sessions
from pipeline.store.books import literal
from pipeline.store.sql import query

CURRENT = "current"
FORM = 5
"""Of version files: another number whenever they come to hold other keys or tables."""
_WORK_PREFIX = ".load-"
_MEMORY_LIMIT = "1200MB"  # of DuckDB; with the text forms' frames a load stays below 2 GiB


def folder(home: Path) -> Path:
    """Where a home keeps its catalog."""
    return home / "catalog"


def current(home: Path) -> Path | None:
    """The version file that is current; None where no catalog was ever loaded.

    Raises:
        CatalogError: the file that `current` names is missing, broken or of another form.
    """
    version = named(home)
    if version is None:
        return None
    path = version_path(home, version)
    if not path.is_file():
        what = f"the current catalog {path} is missing"
        raise CatalogError(what, "load the catalog again")
    told = meta(path)
    if told.get("form") != FORM:
        what = f"{path} was loaded by another version of this program, which indexed it otherwise"
        raise CatalogError(what, "load the catalog again")
    if told["version"] != version:
        raise CatalogError(f"{path} holds another version", "load the catalog again")
    return path


def named(home: Path) -> str | None:
    """The version that is named as current, whether or not its file is there."""
    pointer = folder(home) / CURRENT
    if not pointer.exists():
        return None
    return pointer.read_text(encoding="utf-8", errors="replace").strip()


def version_path(home: Path, version: str) -> Path:
    """Where a version's file stands, whether or not it is there."""
    return folder(home) / f"{version}.duckdb"


def meta(path: Path) -> dict[str, Any]:
    """What a version file says of itself: version, loaded_at, source, offenders and row counts.

    Raises:
        CatalogError: it is no catalog file, or a broken one.
    """
    return _row(path, "catalog/meta")


def offenders(path: Path) -> pl.DataFrame:
    """What a partial load left out of a version: check, relation, key, offender."""
    with _opened(path) as con:
        found: pl.DataFrame = con.sql(query("catalog/offenders")).pl()
        return found


def quality(path: Path) -> dict[str, int]:
    """Counts that say how well a version can match and pay.

    Raises:
        CatalogError: it is no catalog file, or a broken one.
    """
    return {name: int(value) for name, value in _row(path, "catalog/stats").items()}


@contextmanager
def _opened(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A read-only session on a version file."""
    with sessions.session() as con:
        con.execute(f"ATTACH {literal(str(path))} AS version (READ_ONLY)")
        con.execute("USE version")
        yield con


def _row(path: Path, name: str) -> dict[str, Any]:
    try:
        with _opened(path) as con:
            row: dict[str, Any] = con.sql(query(name)).pl().row(0, named=True)
            return row
    except duckdb.Error as error:
        what = f"{path} is broken: {str(error).splitlines()[0]}"
        raise CatalogError(what, "load the catalog again") from error


@contextmanager
def workplace(home: Path) -> Iterator[Path]:
    """An empty folder for one load, beside the versions; what killed loads left is swept.

    Raises:
        LakeBusy: another load is running.
    """
    place = folder(home)
    place.mkdir(parents=True, exist_ok=True)
    with (place / ".lock").open("wb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LakeBusy(f"another load is writing to {place}", "wait for its end") from error
        _sweep(place)
        work = place / f"{_WORK_PREFIX}{os.getpid()}"
        work.mkdir()
        try:
            yield work
        finally:
            _sweep(place)


def _sweep(place: Path) -> None:
    for left in place.glob(f"{_WORK_PREFIX}*"):
        shutil.rmtree(left)


@contextmanager
def building(work: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection with room to stage in memory, and the new file attached as `catalog`."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": _MEMORY_LIMIT,
        "temp_directory": str(work / "spill"),
    }
    with duckdb.connect(":memory:", config=config) as con:
        con.execute("set preserve_insertion_order = false")
        # 600 bytes a recording instead of 250, and two seconds less for a million of them
        con.execute("pragma force_compression = 'uncompressed'")
        con.execute(f"attach '{str(built(work)).replace(chr(39), chr(39) * 2)}' as catalog")
        yield con
        con.execute("checkpoint catalog")
        con.execute("detach catalog")


def built(work: Path) -> Path:
    """The new version's file before it has its name."""
    return work / "new.duckdb"


def publish(home: Path, work: Path, version: str) -> Path:
    """Give the built file its name and make it current, each step durable before the next."""
    path = version_path(home, version)
    _settle(built(work), path)
    point(home, work, version)
    return path


def point(home: Path, work: Path, version: str) -> None:
    """Make a version that is there the current one."""
    beside = work / CURRENT
    beside.write_text(f"{version}\n", encoding="utf-8")
    _settle(beside, folder(home) / CURRENT)


def _settle(made: Path, path: Path) -> None:
    """Rename a file into place, its bytes and its name both on disk."""
    _fsync(made)
    made.replace(path)
    _fsync(path.parent)


def _fsync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
