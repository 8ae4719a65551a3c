"""Loading the authoritative catalog, and telling what it holds."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipeline.errors import CatalogError
from pipeline.match import index, vocabulary
from pipeline.store import catalog, catalog_build, catalog_source


@dataclass(frozen=True)
class CatalogLoaded:
    """What a load came to."""

    version: str
    path: Path
    changed: bool
    """False where the same content was current already."""
    counts: dict[str, int]
    """Rows by table."""
    splits_checked: bool
    """False where the catalog has no splits at all: the split check is then skipped."""
    offenders: pl.DataFrame
    """One row per offender that a partial load left out: check, relation, key, offender."""
    ignored: tuple[str, ...]
    """Files, sheets or columns that bear no known name and were not read."""


def load(home: Path, source: Path, partial: bool, clock: datetime) -> CatalogLoaded:
    """Make a new version of the catalog and make it current once it is whole.

    Args:
        home: the home folder.
        source: a folder of CSV or parquet files, or one CSV file or workbook.
        partial: load the rest where some of it offends a check.
        clock: the run's clock, aware.

    Raises:
        CatalogError: it cannot be read, or offends a check; nothing was changed.
        LakeBusy: another load is running.
    """
    offered = catalog_source.find(source)
    version = catalog_source.version(offered)
    with catalog.workplace(home) as work:
        if (path := _loaded_before(home, version)) and (
            partial or not catalog.meta(path)["offenders"]
        ):
            changed = catalog.named(home) != version
            if changed:
                catalog.point(home, work, version)
            return _loaded(path, changed, ())
        with catalog.building(work) as con:
            ignored = catalog_source.give(con, offered)
            catalog_build.stage(con, offered.path)
            # DuckDB scans, joins and writes while polars works on texts.
            with con.cursor() as reader, ThreadPoolExecutor(1) as beside:
                forming = beside.submit(catalog_build.formed, reader)
                dropped = _checked(con, partial)
                recordings = forming.result()
                if not dropped.is_empty():
                    recordings = catalog_build.formed(con)
                catalog_build.build_named(con, recordings)
                words = beside.submit(vocabulary.made, reader)
                catalog_build.build_texts(con, recordings)
                del forming, recordings  # hundreds of bytes a recording, of no more use
                catalog_build.build_others(con, version, source, dropped, clock)
                index.build(con)
                vocabulary.write(con, words.result())
        return _loaded(catalog.publish(home, work, version), True, ignored)


def _checked(con: duckdb.DuckDBPyConnection, partial: bool) -> pl.DataFrame:
    """The offenders that were taken out; none in a load that is not partial."""
    found = catalog_build.offenders(con)
    if not (partial or found.is_empty()):
        raise catalog_build.refused(found)
    return catalog_build.drop(con, found)


def stats(home: Path) -> dict[str, Any] | None:
    """What the current version holds and how well it can match and pay; None without a catalog.

    Raises:
        CatalogError: the current version is missing or broken.
    """
    path = catalog.current(home)
    return None if path is None else {**catalog.meta(path), **catalog.quality(path)}


def _loaded_before(home: Path, version: str) -> Path | None:
    """The version's file where it is there and sound; a broken one is made anew."""
    path = catalog.version_path(home, version)
    try:
        return path if path.exists() and catalog.meta(path)["version"] == version else None
    except CatalogError:
        return None


def _loaded(path: Path, changed: bool, ignored: tuple[str, ...]) -> CatalogLoaded:
    meta = catalog.meta(path)
    return CatalogLoaded(
        version=meta["version"],
        path=path,
        changed=changed,
        counts={table: meta[table] for table in catalog_source.TABLES},
        splits_checked=meta["splits"] > 0,
        offenders=catalog.offenders(path),
        ignored=ignored,
    )
