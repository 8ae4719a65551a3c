"""A session on what the lake's lines tell of ISRCs: grouped by identity before anything else.

Millions of lines tell some ten thousand identities. Lines are read once to number these, once to
count who told which of them when, and once for the money of what is asked for; texts are folded
once each.
"""

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from pipeline.settings import Settings
from pipeline.store import books, catalog, lake
from pipeline.store.sql import query
from pipeline.watch.metadata import telling
from pipeline.watch.metadata.telling import Texts

MEMORY = "800MB"
"""DuckDB's share; what does not fit goes to a folder that ends with the session."""


@dataclass(frozen=True)
class Told:
    """A session, and the distinct texts that its table `named` numbers.

    Tables: lines, told, named, titles, artists and given; see `queries/metadata/`. `params` name
    the source and the service that they are of.
    """

    con: duckdb.DuckDBPyConnection
    texts: Texts
    has_catalog: bool
    params: dict[str, str | None]


@contextmanager
def lines(home: Path, settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """A session on the lake with the view `lines`, bounded in memory.

    Raises:
        LakeBusy, LakeDamaged: as `lake.ensure_views`.
    """
    with tempfile.TemporaryDirectory() as spill, lake.reading(home, settings) as con:
        con.execute("SET memory_limit = $memory", {"memory": MEMORY})
        con.execute("SET temp_directory = $spill", {"spill": spill})
        con.execute(f"CREATE TEMP VIEW lines AS {query('metadata/lines')}")
        yield con


@contextmanager
def told(home: Path, settings: Settings, source: str | None, service: str | None) -> Iterator[Told]:
    """What a source (all: None) tells of the ISRCs of a service (all: None).

    Raises:
        CatalogError: the current catalog is broken.
        LakeBusy, LakeDamaged: as `lake.ensure_views`.
    """
    version = catalog.current(home)
    with lines(home, settings) as con:
        yield tell(con, version, {"source": source, "service": service})


def tell(
    con: duckdb.DuckDBPyConnection, version: Path | None, params: dict[str, str | None]
) -> Told:
    """The tables of a session that has the view `lines`; `version` is the catalog's file."""
    identities = fetch(con, "identities", params=params)
    texts = telling.texts(identities)
    keep(con, "named", telling.named(identities, texts))
    keep(con, "titles", texts.titles.select("title_no", "title_key"))
    keep(con, "artists", texts.artists.select("artist_no", "artist_key"))
    make(con, "told", params)
    keep(con, "given", _given(con, version))
    return Told(con, texts, version is not None, params)


def fetch(
    con: duckdb.DuckDBPyConnection,
    name: str,
    params: Mapping[str, str | None] | None = None,
    **tables: pl.DataFrame,
) -> pl.DataFrame:
    """The rows of a query of `queries/metadata/`, over further tables of a session."""
    for table, rows in tables.items():
        con.register(table, rows)
    found: pl.DataFrame = con.sql(query(f"metadata/{name}"), params=params or {}).pl()
    for table in tables:
        con.unregister(table)
    return found


def keep(con: duckdb.DuckDBPyConnection, table: str, rows: pl.DataFrame) -> None:
    """A table of the session with these rows: unlike a frame, it has statistics and may spill."""
    con.register("rows", rows)
    con.execute(f"CREATE TEMP TABLE {table} AS FROM rows")
    con.unregister("rows")


def make(
    con: duckdb.DuckDBPyConnection, table: str, params: Mapping[str, str | None] | None = None
) -> None:
    """A table of the session by the query of `queries/metadata/` that bears its name."""
    con.execute(f"CREATE TEMP TABLE {table} AS {query(f'metadata/{table}')}", params or {})


_GIVEN = ("isrc", "recording_id", "title", "version", "artist", "title_key", "artist_key")


def _given(con: duckdb.DuckDBPyConnection, version: Path | None) -> pl.DataFrame:
    if version is None:
        return pl.DataFrame(schema=dict.fromkeys(_GIVEN, pl.String))
    con.execute(f"ATTACH {books.literal(str(version))} AS catalog (READ_ONLY)")
    return fetch(con, "given")
