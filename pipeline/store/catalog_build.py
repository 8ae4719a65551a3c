"""From tables as given to a version file: staged, checked, keyed, built."""

import os
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import duckdb
import polars as pl

from pipeline.contract import text
from pipeline.errors import CatalogError
from pipeline.store.catalog import FORM
from pipeline.store.catalog_source import TABLES, reading
from pipeline.store.sql import query

CHECKS = (
    "missing_key",
    "duplicate_recording",
    "duplicate_release",
    "duplicate_track",
    "duplicate_party",
    "unknown_reference",
    "isrc",
    "gtin",
    "date",
    "number",
    "share",
    "share_beyond_one",
    "rate",
)
"""Each is a query `catalog/check_<name>` that returns offenders: relation, key, offender."""

DROPPED = ("recordings", "releases", "tracks", "parties", "splits", "fx_rates")
SHOWN_OFFENDERS = 10  # in the line of a refusal; all of them where a caller asks for the rest


def stage(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Type every given table into `staged_<table>`.

    Raises:
        CatalogError: a file cannot be read to its end, or there is no recording in it.
    """
    for table in TABLES:
        with reading(path / f"{table}.*" if path.is_dir() else path):
            con.execute(query(f"catalog/stage_{table}"))
    if not count(con, "staged_recordings"):
        raise CatalogError(f"{path} holds no recordings, only headings", "add the recordings")


def offenders(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """One row per offender of a check; empty for a sound catalog. Works out the splits."""
    for step in ("split_terms", "split_corners"):
        con.execute(query(f"catalog/{step}"))
    found = [_offenders(con, check) for check in CHECKS]
    return pl.concat(found).sort("check", "relation", "key", "offender")


def _offenders(con: duckdb.DuckDBPyConnection, check: str) -> pl.DataFrame:
    found: pl.DataFrame = con.sql(query(f"catalog/check_{check}")).pl()
    named = found.select(pl.lit(check).alias("check"), *found.columns).cast(pl.String)
    # a row without a key has no text here; `missing_key` tells of it
    return named.drop_nulls("offender")


def drop(con: duckdb.DuckDBPyConnection, found: pl.DataFrame) -> pl.DataFrame:
    """Take out the offenders, and whatever then depends on nothing, until all checks pass.

    Returns:
        The offenders of every round.

    Raises:
        CatalogError: nothing would be left.
    """
    rounds = [found]
    while not rounds[-1].is_empty():
        con.register("offenders", rounds[-1])
        for table in DROPPED:
            con.execute(query(f"catalog/drop_{table}"))
        con.unregister("offenders")
        rounds.append(offenders(con))
    if not count(con, "staged_recordings"):
        what = f"no recording of the catalog is without offenders: {found['offender'][0]}"
        raise CatalogError(what, "mend them; nothing was changed")
    return pl.concat(rounds)


def refused(found: pl.DataFrame) -> CatalogError:
    """The one line of a refusal: how many by check, and the first of them."""
    counts = found.group_by("check").len().sort("len", "check", descending=[True, False])
    tally = ", ".join(f"{check} {number:,}" for check, number in counts.iter_rows())
    shown = "; ".join(found["offender"].head(SHOWN_OFFENDERS))
    more = (
        f"; and {found.height - SHOWN_OFFENDERS:,} more" if found.height > SHOWN_OFFENDERS else ""
    )
    what = f"catalog refused, nothing changed: {found.height:,} offenders ({tally}): {shown}{more}"
    return CatalogError(what, "mend them, or load the rest with --partial")


def formed(con: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    """The staged recordings with their text forms, in any order."""
    staged: pl.DataFrame = con.sql(
        "select * exclude (bad_date, bad_duration) from staged_recordings"
    ).pl()
    with ThreadPoolExecutor(len(os.sched_getaffinity(0))) as executor:
        forms = text.forms(staged.select("title", "version", "artist"), executor.map)
    return staged.hstack(forms)


def build_named(con: duckdb.DuckDBPyConnection, recordings: pl.DataFrame) -> None:
    """Write recordings and releases into the attached database `catalog`.

    Args:
        con: holds the staged tables, checked.
        recordings: as `formed` of them.
    """
    con.execute("drop table staged_recordings")
    checked = {"checked": count(con, "staged_splits") > 0}
    con.register("keyed_recordings", recordings)
    con.execute(query("catalog/build_recordings"), checked)
    con.unregister("keyed_recordings")
    con.execute("drop table split_terms")
    con.execute("drop table split_corners")
    con.execute(query("catalog/build_releases"), checked)
    con.execute("drop table staged_releases")


def build_texts(con: duckdb.DuckDBPyConnection, recordings: pl.DataFrame) -> None:
    """Write aliases and the text index into the attached database `catalog`.

    Args:
        con: holds the staged tables, checked.
        recordings: as `formed` of them.
    """
    aliases = (
        con.sql("select * from staged_artist_aliases")
        .pl()
        .with_columns(
            artist_key=text.artist_form(pl.col("artist")),
            alias_key=text.artist_form(pl.col("alias")),
        )
    )
    con.register("keyed_aliases", aliases)
    con.execute(query("catalog/build_artist_aliases"))
    con.register("spelled_recordings", spelled(recordings, aliases))
    con.execute(query("catalog/build_match_text"))
    con.unregister("spelled_recordings")


def build_others(
    con: duckdb.DuckDBPyConnection,
    version: str,
    source: Path,
    dropped: pl.DataFrame,
    clock: datetime,
) -> None:
    """Write the tables that are left, and what the version says of itself.

    Args:
        con: holds the staged tables, checked.
        version: the content's name.
        source: where it was loaded from.
        dropped: the offenders that were left out.
        clock: when it was loaded.
    """
    for table in ("tracks", "parties", "splits", "fx_rates"):
        con.execute(query(f"catalog/build_{table}"))
        con.execute(f"drop table staged_{table}")
    con.register("dropped", dropped)
    con.execute(query("catalog/build_offenders"))
    meta = {"form": FORM, "version": version, "loaded_at": clock, "source": str(source)}
    con.execute(query("catalog/build_meta"), meta)


def spelled(recordings: pl.DataFrame, aliases: pl.DataFrame) -> pl.DataFrame:
    """One row per recording and spelling of its artist: text_key, recording_id.

    An alias holds for the recordings credited to that artist alone. Recordings without a title or
    an artist have no row.
    """
    own = recordings.select("recording_id", "title_key", "version_key", "artist_key")
    names = aliases.select("artist_key", "alias_key").drop_nulls().unique()
    names = names.filter(pl.col("alias_key") != pl.col("artist_key"))
    others = own.join(names, on="artist_key").select(
        "recording_id", "title_key", "version_key", artist_key="alias_key"
    )
    key = text.key_of_forms(*(pl.col(f"{name}_key") for name in ("title", "version", "artist")))
    spellings = pl.concat([own, others]).select("recording_id", text_key=key)
    return spellings.drop_nulls("text_key")


def count(con: duckdb.DuckDBPyConnection, table: str) -> int:
    """How many rows a table holds."""
    found = con.table(table).count("*").fetchall()
    return int(found[0][0])
