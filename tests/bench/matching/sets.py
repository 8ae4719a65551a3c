"""The labelled sets beside the repo: reported lines, a catalog, and the pairs that are true."""

from dataclasses import dataclass
from pathlib import Path

import polars as pl

from pipeline.contract import dates, text
from pipeline.contract.columns import IDENTITY
from tests.bench.process import ROOT

FOLDER = ROOT.parent / "shared" / "data" / "matching"
_DRAWN = 20_261_124


@dataclass(frozen=True)
class LabelledSet:
    """One set.

    Attributes:
        name: of the set.
        recordings: as `royalty catalog load` takes them; so `releases` and `tracks`.
        releases: one row per recording's release.
        tracks: which recording is on which.
        reported: the IDENTITY columns of each line.
        wanted: the recording of each line; null where the catalog has none.
    """

    name: str
    recordings: pl.DataFrame
    releases: pl.DataFrame
    tracks: pl.DataFrame
    reported: pl.DataFrame
    wanted: pl.Series

    @property
    def songs(self) -> pl.DataFrame:
        """recording_id and the song that it is: its title and artist, whatever the release."""
        key = text.text_key(pl.col("title"), pl.lit(None, pl.String), pl.col("artist"))
        return self.recordings.select("recording_id", song=pl.coalesce(key, "recording_id"))

    @property
    def amounts(self) -> pl.Series:
        """Money of each line: few earn much, most earn little; drawn from a fixed seed."""
        draws = pl.int_range(self.reported.height, eager=True).hash(_DRAWN) / 2**64
        return (1.0 / (draws + 0.001)).alias("amount")

    def write(self, folder: Path) -> Path:
        """The catalog as a folder of CSV files."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("recordings", "releases", "tracks"):
            getattr(self, name).write_csv(folder / f"{name}.csv")
        return folder


def musicbrainz() -> LabelledSet:
    """MusicBrainz 20K, development part: four ways to write against a fifth."""
    rows = pl.read_csv(FOLDER / "musicbrainz20k_dev.csv", infer_schema=False)
    told = rows.select(
        "role", "cluster", "title", "artist",
        recording_id="tid",
        release_title="album",
        duration_s=pl.col("dur_s").cast(pl.Float64).round().cast(pl.UInt32),
        release_date="year",
    )  # fmt: skip
    catalog = told.filter(role="catalog")
    sales = told.filter(role="sales")
    wanted = sales.join(
        catalog.select("cluster", wanted="recording_id"),
        on="cluster",
        how="left",
        maintain_order="left",
    )["wanted"]
    return _set("MusicBrainz 20K dev", catalog, sales, wanted)


def itunes_amazon() -> LabelledSet:
    """iTunes-Amazon: each right-hand line is a catalog of its own, contested labels aside."""
    rows = pl.read_csv(FOLDER / "itunes_amazon_dev.csv", infer_schema=False).filter(
        label_contested="0"
    )
    rows = rows.with_columns(recording_id=pl.format("P{}", pl.int_range(pl.len())))

    def side(letter: str) -> pl.DataFrame:
        return rows.select(
            "recording_id",
            title=f"{letter}_title",
            artist=f"{letter}_artist",
            release_title=f"{letter}_album",
            duration_s=pl.col(f"{letter}_dur_s").cast(pl.UInt32),
            release_date=f"{letter}_date",
        )

    wanted = rows.select(pl.when(label="1").then("recording_id").alias("wanted")).to_series()
    return _set("iTunes-Amazon dev", side("r"), side("l"), wanted)


def _set(name: str, catalog: pl.DataFrame, sales: pl.DataFrame, wanted: pl.Series) -> LabelledSet:
    nothing = pl.lit(None, dtype=pl.String)
    titled = catalog.filter(pl.col("release_title").is_not_null())
    release = pl.format("L{}", "recording_id").alias("release_id")
    dated = sales.with_columns(dates.day_or_year(pl.col("release_date")))
    return LabelledSet(
        name,
        catalog.select(
            "recording_id", nothing.alias("isrc"), "title", "artist", "duration_s", "release_date"
        ),
        titled.select(release, nothing.alias("gtin"), title="release_title"),
        titled.select(release, "recording_id"),
        dated.select(
            pl.col(column).cast(dtype)
            if column in dated.columns and column != "recording_id"
            else pl.lit(None, dtype=dtype).alias(column)
            for column, dtype in IDENTITY.items()
        ),
        wanted,
    )
