"""The history of one ISRC: who told what of it, from when to when, and what the catalog says."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.contract.identifiers import isrc as isrc_form
from pipeline.errors import UsageError
from pipeline.flow import metadata_lines
from pipeline.flow.metadata_lines import fetch
from pipeline.settings import Settings
from pipeline.store import books, catalog
from pipeline.watch.metadata.stakes import MONEY

_TOLD = ("title", "version", "artist", "label", "gtin", "duration_s")


@dataclass(frozen=True)
class History:
    """What was told of one ISRC.

    Attributes:
        isrc: in its normal form.
        catalog: one row per recording that the catalog gives it to: recording_id, title, version,
            artist, label, duration_s.
        told: one row per source, service and stretch of months in which they told the same, by
            source, service and month: source, service, first_month and last_month (`2026-05`),
            title, version, artist, label, gtin, duration_s, lines, and money as in `MetadataDrift`.
    """

    isrc: str
    catalog: pl.DataFrame
    told: pl.DataFrame


def history(
    home: Path, settings: Settings, isrc: str, source: str | None = None, service: str | None = None
) -> History:
    """What was told of an ISRC, by a source (all: None), of a service (all: None).

    Raises:
        UsageError: it is no ISRC.
        CatalogError: the current catalog is broken.
        LakeBusy, LakeDamaged: as `lake.ensure_views`.
    """
    name = pl.select(isrc_form(pl.lit(isrc))).item()
    if name is None:
        raise UsageError(f"{isrc!r} is no ISRC", "write twelve characters, such as USABC2600001")
    version = catalog.current(home)
    with metadata_lines.lines(home, settings) as con:
        params = {"isrc": name, "source": source, "service": service}
        rows = fetch(con, "history", params=params)
        given = pl.DataFrame(schema=dict.fromkeys(_GIVEN, pl.String))
        if version is not None:
            con.execute(f"ATTACH {books.literal(str(version))} AS catalog (READ_ONLY)")
            given = fetch(con, "given_of", params={"isrc": name})
    return History(name, given, _stretches(rows))


_GIVEN = ("recording_id", "title", "version", "artist", "label", "duration_s")


def _stretches(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of one stretch in one, its currencies side by side."""
    key = ["source", "service", "stretch", "identity"]
    told = (
        rows.sort(*key, "currency")
        .group_by(key, maintain_order=True)
        .agg(
            pl.col("first_month").min(),
            pl.col("last_month").max(),
            pl.col(_TOLD).first(),
            pl.struct("currency", "lines", "quantity", "amount").alias("money").cast(MONEY.inner),
            pl.col("lines").sum(),
        )
        .sort("source", "service", "first_month", "last_month", "identity")
    )
    months = pl.col("first_month", "last_month").dt.to_string("%Y-%m")
    return told.with_columns(months).select(
        "source", "service", "first_month", "last_month", *_TOLD, "lines", "money"
    )
