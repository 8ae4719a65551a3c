"""Catalogs in memory: built by the code that loads real ones, or unchecked from rows."""

from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipeline.contract import text
from pipeline.flow.rulings import lay_out
from pipeline.match import index, vocabulary
from pipeline.match.exact import resolve
from pipeline.store import catalog_build, catalog_source
from pipeline.store.records import RECORDS

Row = dict[str, Any]
Catalog = dict[str, list[Any]]
TERMS = ("by_territory", "by_usage", "by_service", "by_release", "by_date")
EMPTY: Catalog = {name: [] for name in ("recordings", "releases", "tracks", "texts", "splits")}
RECORDING: Row = {
    "recording_id": "r0", "isrc": "USAAA2000001", "title_key": "home", "version_key": "",
    "splits": "complete", "splits_digest": "x", **dict.fromkeys(TERMS, False),
}  # fmt: skip
LINE: Row = {
    "identity": 0, "source": "dsp", "isrc": "USAAA2000001", "isrc_many": False, "gtin": None,
    "dsp_asset_id": None, "sale_level": None, "title_key": None, "version_key": "",
    "text_key": None,
}  # fmt: skip
FLAGS = {name: dict.fromkeys(TERMS, pl.Boolean()) for name in ("recordings", "releases")}
COLUMNS: dict[str, tuple[str, ...]] = {
    "recordings": tuple(name for name in RECORDING if name not in TERMS),
    "releases": ("release_id", "gtin", "splits", "splits_digest"),
    "tracks": ("release_id", "recording_id"),
    "texts": ("text_key", "recording_id"),
    "splits": (
        "recording_id", "party_id", "share", "territory", "usage", "service", "release_id",
        "valid_from", "valid_to",
    ),
}  # fmt: skip
CREATE = {
    "recordings": "create table catalog.recordings as from given",
    "releases": "create table catalog.releases as from given",
    "tracks": "create table catalog.tracks as from given",
    "texts": "create table catalog.match_text as from given",
    "splits": (
        "create table catalog.splits as select * replace (share::decimal(38, 18) as share,"
        " valid_from::date as valid_from, valid_to::date as valid_to) from given"
    ),
}


def opened(folder: Path, decisions: pl.DataFrame | None = None) -> duckdb.DuckDBPyConnection:
    """A connection with a folder's tables as `catalog`, its match index, and `decisions`."""
    con = _attached()
    catalog_source.give(con, catalog_source.find(folder))
    catalog_build.stage(con, folder)
    offenders = catalog_build.offenders(con)
    assert offenders.to_dicts() == []
    recordings = catalog_build.formed(con)
    catalog_build.build_named(con, recordings)
    catalog_build.build_texts(con, recordings)
    catalog_build.build_others(con, "test", folder, offenders, datetime(2026, 9, 1, tzinfo=UTC))
    index.build(con)
    vocabulary.build(con)
    _decide(con, decisions)
    return con


def unchecked(catalog: Catalog) -> duckdb.DuckDBPyConnection:
    """The same from rows that no load would accept, without decisions."""
    con = _attached()
    for name, rows in catalog.items():
        schema = {**dict.fromkeys(COLUMNS[name], pl.String()), **FLAGS.get(name, {})}
        con.register("given", pl.DataFrame(rows, schema=schema, orient="row"))
        con.execute(CREATE[name])
        con.unregister("given")
    index.build(con)
    _decide(con, None)
    return con


def _attached() -> duckdb.DuckDBPyConnection:
    con = duckdb.connect(":memory:", config={"threads": 1})
    con.execute("attach ':memory:' as catalog")
    return con


def _decide(con: duckdb.DuckDBPyConnection, decisions: pl.DataFrame | None) -> None:
    rows = [] if decisions is None else decisions.to_dicts()
    whole = pl.DataFrame([ruling(row) for row in rows], schema=RECORDS["decisions"])
    lay_out(con, whole)


def ruling(cells: Row) -> Row:
    """A row of decisions as the books hold it; what the cells leave open is an acceptance.

    Of a text, its level is that of what it was matched to.
    """
    level = None
    if cells["bound_to"] == "text":
        level = "release" if cells.get("recording_id") is None else "track"
    usual = {**dict.fromkeys(RECORDS["decisions"]), "kind": "accept", "level": level}
    said = {name: cell for name, cell in cells.items() if cell is not None}
    for name in ("territories", "candidates"):
        said[name] = said[name].split(" ") if name in said else None
    for name in ("valid_from", "valid_to"):
        said[name] = date.fromisoformat(said[name]) if name in said else None
    said["decided_at"] = datetime.fromisoformat(said["decided_at"])
    return {**usual, **said}


def decided(catalog: Catalog, asked: list[Row], *, blocks: bool = True) -> list[Row]:
    with unchecked(catalog) as con:
        return resolve(con, frame(asked), isrc_contradiction_blocks=blocks).to_dicts()


def frame(asked: Iterable[Row]) -> pl.DataFrame:
    schema = dict.fromkeys(LINE, pl.String()) | {"identity": pl.UInt32(), "isrc_many": pl.Boolean()}
    return pl.DataFrame(list(asked), schema=schema)


def table(path: Path) -> pl.DataFrame:
    """A table of text cells; an empty cell is null."""
    return pl.read_csv(path, infer_schema=False)


def identified(report: pl.DataFrame) -> pl.DataFrame:
    """Reported cells as identities: several ISRCs in a cell are told, and texts get their keys.

    Columns that a report lacks are null; the source is `dsp` unless it says otherwise.
    """
    cells = ("source", "isrc", "gtin", "dsp_asset_id", "sale_level", "title", "version", "artist")
    absent = [pl.lit(None, dtype=pl.String).alias(c) for c in cells if c not in report.columns]
    many = pl.col("isrc").str.contains("|", literal=True).fill_null(value=False)
    title, version, artist = pl.col("title"), pl.col("version"), pl.col("artist")
    return report.with_columns(absent).select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("identity"),
        pl.col("source").fill_null("dsp"),
        pl.when(~many).then("isrc").alias("isrc"),
        many.alias("isrc_many"),
        "gtin",
        "dsp_asset_id",
        "sale_level",
        text.title_core(title).alias("title_key"),
        text.version_form(title, version).alias("version_key"),
        text.text_key(title, version, artist).alias("text_key"),
    )
