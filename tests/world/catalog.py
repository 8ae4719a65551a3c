"""A catalog of recordings, releases and tracks as a label would load it, any size, seeded.

Its figures lie near real ones: a fifth of the recordings are versions of others, three in ten came
out as a single too, one in fifty is a re-recording under its own ISRC, one in five hundred shares
its ISRC with another version, and compilations take tracks of many artists.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from tests.world import terms
from tests.world.artists import Artists, by_language, sign_artists
from tests.world.draws import Flags, Ints, below, chance, shuffled
from tests.world.identifiers import gtins, isrcs, iswcs, padded
from tests.world.names import LANGUAGES, VERSIONS

RECORDINGS = 20_000
SEED = 20260901
ICELANDIC_ISRC = "ISRCC0101010"  # valid, although it begins like the prefix "ISRC"
TRACKS_OF_COMPILATION = 12
_LAST_RELEASE = np.datetime64("2026-06-30", "D").astype(np.int64)
_UPC_BODY = 19_177_400_000  # 12-digit UPCs from 191774… on, where rounding senders damage them
_EAN_COUNTRIES = {"GB": 502, "DE": 400, "FR": 360, "JP": 490, "KR": 880, "BR": 789, "ES": 843}


@dataclass(frozen=True)
class Catalog:
    """The tables of a catalog folder; `traits` (recording_id, terms) is ours and not written."""

    recordings: pl.DataFrame
    releases: pl.DataFrame
    tracks: pl.DataFrame
    artist_aliases: pl.DataFrame
    parties: pl.DataFrame
    splits: pl.DataFrame
    fx_rates: pl.DataFrame
    traits: pl.DataFrame

    def tables(self) -> dict[str, pl.DataFrame]:
        """The tables by the name of their file."""
        return {name: table for name, table in vars(self).items() if name != "traits"}


@dataclass(frozen=True)
class _Songs:
    """Recordings as numbers; `source` is the original that a version or re-recording repeats."""

    source: Ints
    version: Ints
    shared: Flags
    again: Flags
    artist: Ints
    ordinal: Ints
    album: Ints
    number: Ints
    released: Ints


def build(recordings: int = RECORDINGS, seed: int = SEED) -> Catalog:
    """The catalog of a seed: the same tables on every machine."""
    signed = sign_artists(max(24, recordings // 20), max(12, recordings // 800), seed)
    songs = _songs(recordings, signed, seed)
    titles = _titles(songs, signed)
    table = _recordings(songs, titles, signed, seed)
    releases, tracks = _releases(songs, table, signed, seed)
    traits, splits = terms.agree(
        terms.Subjects(table["recording_id"], songs.artist, signed.label[songs.artist]),
        terms.pairs(songs.source, songs.shared),
        tracks,
        signed,
        seed,
    )
    return Catalog(
        recordings=table,
        releases=releases,
        tracks=tracks,
        artist_aliases=signed.aliases(seed),
        parties=signed.parties(),
        splits=splits,
        fx_rates=terms.fx_rates(seed),
        traits=traits,
    )


def write(catalog: Catalog, folder: Path, *, parquet: bool = False) -> None:
    """One file per table in the folder, CSV unless parquet is asked for."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, table in catalog.tables().items():
        if parquet:
            table.write_parquet(folder / f"{name}.parquet")
        else:
            table.write_csv(folder / f"{name}.csv")


def _songs(count: int, signed: Artists, seed: int) -> _Songs:
    """Originals first, artist by artist, then versions, shared ISRCs and re-recordings."""
    versions, shared, again = count * 16 // 100, max(4, count // 500), count // 50
    base = count - versions - shared - again
    originals = np.arange(base)
    repeats = shuffled(base, seed, "repeated")[: versions + shared + again]
    source = np.concatenate([originals, repeats])
    kind = np.repeat([0, 1, 2, 3], [base, versions, shared, again])
    draws = np.arange(count)
    artist = np.sort(below(len(signed.language), seed, "artist", originals))
    ordinal = originals - np.searchsorted(artist, artist)
    size = 6 + below(8, seed, "album size", artist)
    first = np.concatenate([[True], (artist[1:] != artist[:-1]) | (ordinal % size == 0)[1:]])
    album = np.cumsum(first) - 1
    debut = below(21_000, seed, "debut", artist)
    released = np.minimum(
        debut - 1_500 + ordinal // size * (350 + below(600, seed, "pace", artist)),
        _LAST_RELEASE - below(2_500, seed, "latest", album),
    )
    later = np.minimum(
        released[source] + np.where(kind == 3, 3_000, 30) + below(900, seed, "later", draws),
        _LAST_RELEASE - below(200, seed, "latest repeat", draws),
    )
    version = np.where((kind == 1) | (kind == 2), below(len(VERSIONS), seed, "version", draws), -1)
    return _Songs(
        source=source,
        version=version,
        shared=kind == 2,
        again=kind == 3,
        artist=artist[source],
        ordinal=ordinal[source],
        album=np.where(kind == 0, album[source], -1),
        number=ordinal[source] % size[source] + 1,
        released=np.where(kind == 0, released[source], np.maximum(later, released[source])),
    )


def _titles(songs: _Songs, signed: Artists) -> pl.Series:
    """One title per recording; those of one artist's originals differ."""
    pools = [language.titles for language in LANGUAGES]
    language, start = signed.language[songs.artist], signed.first_title[songs.artist]
    return by_language(pools, language, songs.ordinal, start)["native"]


def _recordings(songs: _Songs, titles: pl.Series, signed: Artists, seed: int) -> pl.DataFrame:
    count = len(songs.source)
    position = np.arange(count)
    label = signed.label[songs.artist]
    of_label = pl.DataFrame({"label": label}).select(pl.int_range(pl.len()).over("label"))
    released = pl.Series(songs.released).cast(pl.Int32).cast(pl.Date)
    own = isrcs(
        signed.isrc_prefix.gather(label),
        released.dt.year().to_numpy().astype(np.int64),
        of_label.to_series().to_numpy(),
    )
    own[0] = ICELANDIC_ISRC
    keyed = pl.Series(np.where(songs.shared, songs.source, position))
    spared = np.isin(position, songs.source[songs.shared]) | songs.shared | (position == 0)
    absent = pl.Series(chance(0.005, seed, "no isrc", position) & ~spared)
    known_work = pl.Series(chance(0.6, seed, "iswc", songs.source))
    return pl.DataFrame(
        {
            "recording_id": "R" + padded(position + 1, 8),
            "isrc": own.gather(keyed).zip_with(~absent, pl.Series([None], dtype=pl.String)),
            "title": titles,
            "version": _versions(songs.version),
            "artist": signed.name.gather(songs.artist),
            "duration_s": _durations(songs, seed),
            "release_date": released,
            "label": signed.label_name.gather(label),
            "iswc": iswcs(100_000_000 + songs.source * 887).zip_with(
                known_work, pl.Series([None], dtype=pl.String)
            ),
        }
    )


def _versions(numbers: Ints) -> pl.Series:
    """The version's words, null for the recording itself."""
    words = pl.Series(VERSIONS).gather(pl.Series(np.maximum(numbers, 0)))
    return words.zip_with(pl.Series(numbers >= 0), pl.Series([None], dtype=pl.String))


def _durations(songs: _Songs, seed: int) -> Ints:
    """Seconds: versions up to a quarter longer or shorter, re-recordings about as long."""
    position = np.arange(len(songs.source))
    base = 130 + below(90, seed, "length", songs.source) + below(90, seed, "more", songs.source)
    stretch = np.where(songs.again, 99 + below(3, seed, "again", position), 100)
    stretch = np.where(songs.version >= 0, 80 + below(45, seed, "stretch", position), stretch)
    return base * stretch // 100


def _releases(
    songs: _Songs, table: pl.DataFrame, signed: Artists, seed: int
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Albums, then singles, then compilations, with their tracks."""
    position = np.arange(len(songs.source))
    originals = np.flatnonzero(songs.album >= 0)
    single = np.flatnonzero((songs.album < 0) | chance(0.3, seed, "single", position))
    picks = shuffled(len(originals), seed, "compiled")
    compilations = max(3, len(position) // 250)
    picks = np.resize(picks, compilations * TRACKS_OF_COMPILATION)
    albums = int(songs.album.max()) + 1
    lead = np.searchsorted(songs.album[originals], np.arange(albums))
    release = np.concatenate(
        [
            songs.album[originals],
            albums + np.arange(len(single)),
            albums + len(single) + np.arange(len(picks)) // TRACKS_OF_COMPILATION,
        ]
    )
    number = np.concatenate(
        [
            songs.number[originals],
            np.ones_like(single),
            np.arange(len(picks)) % TRACKS_OF_COMPILATION + 1,
        ]
    )
    recording = np.concatenate([originals, single, picks])
    heads = pl.concat(
        [
            _albums(songs, table, signed, lead),
            _singles(table, single),
            _compilations(compilations, table, seed),
        ]
    )
    ids = "L" + padded(np.arange(len(heads)) + 1, 8)
    tracks = pl.DataFrame(
        {
            "release_id": ids.gather(release),
            "recording_id": table["recording_id"].gather(recording),
            "disc": np.ones_like(number),
            "number": number,
        }
    )
    countries = dict(zip(signed.label_name, signed.label_country, strict=True))
    codes = _barcodes(heads["label"].replace_strict(countries, return_dtype=pl.String))
    return heads.insert_column(0, ids.alias("release_id")).insert_column(1, codes), tracks


def _albums(songs: _Songs, table: pl.DataFrame, signed: Artists, lead: Ints) -> pl.DataFrame:
    """Every other album bears the name of its first track."""
    pools = [language.titles for language in LANGUAGES]
    artist, elsewhere = songs.artist[lead], 40_000
    start = signed.first_title[artist] + elsewhere
    other = by_language(pools, signed.language[artist], songs.ordinal[lead], start)["native"]
    named = pl.Series(np.arange(len(lead)) % 2 == 0)
    first = table[lead]
    return first.select(
        first["title"].zip_with(named, other).alias("title"), "artist", "release_date", "label"
    )


def _singles(table: pl.DataFrame, single: Ints) -> pl.DataFrame:
    version = pl.when(pl.col("version").is_null()).then(pl.lit(""))
    return table[single].select(
        pl.col("title") + version.otherwise(pl.format(" ({})", "version")),
        "artist",
        "release_date",
        "label",
    )


def _compilations(count: int, table: pl.DataFrame, seed: int) -> pl.DataFrame:
    places = np.arange(count)
    labels = table["label"].gather(below(len(table), seed, "compiler", places))
    days = _LAST_RELEASE - below(9_000, seed, "compiled on", places)
    return pl.DataFrame(
        {
            "title": pl.select(
                pl.format("Summer Hits, Vol. {} – {}", pl.Series(places + 1), labels)
            ).to_series(),
            "artist": pl.repeat("Various Artists", count, eager=True),
            "release_date": pl.Series(days).cast(pl.Int32).cast(pl.Date),
            "label": labels,
        }
    )


def _barcodes(countries: pl.Series) -> pl.Series:
    """Distinct GTINs: 12 digits (UPC) for North American labels, else 13 (EAN)."""
    counter = np.arange(len(countries))
    american = countries.is_in(["US", "CA"])
    codes = countries.replace_strict(_EAN_COUNTRIES, default=730, return_dtype=pl.Int64).to_numpy()
    european = gtins(codes * 10**9 + counter * 7_919 % 10**9, 13)
    return gtins(_UPC_BODY + counter, 12).zip_with(american, european).alias("gtin")
