"""The identities that a manifest's lines name: drawn from a catalog folder, best-selling first."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import polars as pl

from tests.world.draws import Flags, Ints, below, chance, shuffled
from tests.world.identifiers import isrcs
from tests.world.names import ENGLISH

IDENTITIES = 30_000
UNKNOWN = 200
CELLS = ("sale_level", "isrc", "gtin", "title", "version", "artist", "release_title")
POPULAR = 0.05  # the share of the identities whose lines no invalid currency touches


@dataclass(frozen=True)
class Identities:
    """Cells by rank; the last `UNKNOWN` rows are of no catalog and sell only as bad lines."""

    cells: pl.DataFrame
    cumulative: npt.NDArray[np.float64]
    doomed: Flags
    one_line: Flags
    coded: Flags

    def __len__(self) -> int:
        """How many identities of the catalog there are."""
        return len(self.cumulative)

    def ranks(self, draws: npt.NDArray[np.float64]) -> Ints:
        """The rank sold by each draw in [0, 1)."""
        return np.searchsorted(self.cumulative, draws, side="right").astype(np.int64)


def choose(folder: Path, seed: int, count: int = IDENTITIES) -> Identities:
    """Tracks of the catalog in an order of sales; plainly agreed recordings lead.

    A best-seller without complete terms would put a tenth of a benchmark's lines on hold.
    """
    catalog = {name: _table(folder, name) for name in ("recordings", "releases", "tracks")}
    tracks = catalog["tracks"][shuffled(len(catalog["tracks"]), seed, "identities")[:count]]
    listed = tracks.join(catalog["recordings"], on="recording_id", maintain_order="left").join(
        catalog["releases"], on="release_id", suffix="_of_release", maintain_order="left"
    )
    plain = listed["recording_id"].is_in(_plain(_table(folder, "splits")).implode())
    leaders = plain & listed["isrc"].is_not_null()
    lead = np.flatnonzero(leaders.to_numpy())[: len(listed) // 10]
    ranked = listed[np.concatenate([lead, np.setdiff1d(np.arange(len(listed)), lead)])]
    cells = _cells(ranked, seed)
    weights = 1.0 / (np.arange(len(cells)) + 10.0) ** 1.05
    sums = np.cumsum(weights)
    cells = pl.concat([cells, _unknown()])
    return Identities(
        cells=cells,
        cumulative=sums / sums[-1],
        doomed=_doomed(cells, len(ranked), seed),
        one_line=~cells["release_title"].str.contains("\n", literal=True).to_numpy(),
        coded=((cells["isrc"] != "") & (cells["gtin"] != "")).to_numpy(),
    )


def _table(folder: Path, name: str) -> pl.DataFrame:
    """A catalog table, every column as text."""
    if (folder / f"{name}.parquet").exists():
        return pl.read_parquet(folder / f"{name}.parquet").cast(pl.String)
    return pl.read_csv(folder / f"{name}.csv", infer_schema=False)


def _plain(splits: pl.DataFrame) -> pl.Series:
    """Recordings whose splits sum to 1 without any condition."""
    keys = ("recording_id", "party_id", "share")
    conditions = [name for name in splits.columns if name not in keys]
    agreed = splits.group_by("recording_id").agg(
        pl.col("share").cast(pl.Decimal(20, 10)).sum().alias("share"),
        pl.all_horizontal(pl.col(conditions).is_null().all()).alias("unconditional"),
    )
    return agreed.filter(pl.col("unconditional") & (pl.col("share") == 1))["recording_id"]


def _cells(ranked: pl.DataFrame, seed: int) -> pl.DataFrame:
    """The cells as reported: one in a hundred names a whole release, some span two lines.

    A release title that only repeats the title stays empty, as many senders leave it.
    """
    rank = np.arange(len(ranked))
    unpopular = rank >= len(ranked) // 10
    whole = pl.Series(chance(0.01, seed, "release level", rank) & unpopular)
    broken = pl.Series(chance(0.004, seed, "two lines", rank) & unpopular)
    title = ranked["title"].zip_with(~whole, ranked["title_of_release"])
    artist = ranked["artist"].zip_with(~whole, ranked["artist_of_release"])
    return pl.select(
        pl.when(whole).then(pl.lit("release")).otherwise(pl.lit("track")).alias("sale_level"),
        pl.when(whole).then(pl.lit("")).otherwise(ranked["isrc"].fill_null("")).alias("isrc"),
        ranked["gtin"],
        title.alias("title"),
        pl.when(whole).then(pl.lit("")).otherwise(ranked["version"].fill_null("")).alias("version"),
        artist.alias("artist"),
        pl.when(broken)
        .then(ranked["title_of_release"] + "\n(Deluxe Edition)")
        .when(ranked["title_of_release"] == ranked["title"])
        .then(pl.lit(""))
        .otherwise(ranked["title_of_release"])
        .alias("release_title"),
    )


def _unknown() -> pl.DataFrame:
    """Recordings that no catalog has, with ISRCs of a registrant that no label of ours bears."""
    number = np.arange(UNKNOWN)
    words = ENGLISH.titles.picked(number, np.zeros_like(number))["native"]
    names = ENGLISH.artists.picked(number, np.full_like(number, 500))["native"]
    prefix = pl.repeat("QZZZZ", UNKNOWN, eager=True)
    return pl.DataFrame(
        {
            "sale_level": pl.repeat("track", UNKNOWN, eager=True),
            "isrc": isrcs(prefix, np.full_like(number, 26), number),
            "gtin": pl.repeat("", UNKNOWN, eager=True),
            "title": "Unlisted " + words,
            "version": pl.repeat("", UNKNOWN, eager=True),
            "artist": names + " Unsigned",
            "release_title": pl.repeat("", UNKNOWN, eager=True),
        }
    )


def _doomed(cells: pl.DataFrame, listed: int, seed: int) -> Flags:
    """One in a hundred of the middling sellers whose asset no best-seller shares."""
    rank = np.arange(len(cells))
    middling = (rank >= listed // 5) & (rank < listed * 3 // 5)
    best = cells.head(int(np.ceil(listed * POPULAR)))
    shared = cells.select(
        pl.col("isrc").is_in(best["isrc"].implode()) | pl.col("gtin").is_in(best["gtin"].implode())
    )
    lucky = shared.to_series().to_numpy() | (cells["isrc"] == "").to_numpy()
    drawn = below(40, seed, "doomed", rank) == 0
    doomed: Flags = middling & drawn & ~lucky
    return doomed
