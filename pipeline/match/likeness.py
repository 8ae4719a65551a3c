"""Step 5's pairs: what was reported beside its candidates, scored; of each the best reading."""

import duckdb
import numpy as np
import polars as pl

from pipeline.contract import text_readings
from pipeline.contract.text_words import NO_NAME_OF_A_RELEASE
from pipeline.match import pairs as paired
from pipeline.match import score
from pipeline.match.parts import Parts
from pipeline.store.sql import query

_LEAST_LETTERS = 8  # of a release title that tells a release from those of others
_BEST_FIRST = ["identity", "recording_no", "vetoed", "score", "left"]
_SONG = ("core", "markers", "name", "guests", "numbers", "credited")
_COMPARED: dict[str, pl.DataType] = {
    "identity": pl.UInt32(),
    "recording_no": pl.UInt32(),
    "score": pl.Float64(),
    "vetoed": pl.Boolean(),
    **dict.fromkeys(score.FEATURES, pl.Float64()),
    "vetoes": pl.List(pl.String()),
    "alias": pl.String(),
    "recording_id": pl.String(),
    "isrc": pl.String(),
    "terms": pl.Int64(),
    "song": pl.UInt64(),
    "length_s": pl.Int64(),
}
NOTHING = pl.DataFrame(schema=_COMPARED)
"""What comparing nothing comes to."""
REPORTED = ("title", "version", "artist", "release_title", "duration_s", "release_date", "label")


def compared(
    con: duckdb.DuckDBPyConnection, reported: pl.DataFrame, pairs: pl.DataFrame, parts: Parts
) -> pl.DataFrame:
    """How like each identity and each recording asked for are.

    Args:
        con: has the catalog attached as `catalog`.
        reported: one row per identity and spelling of its artist, in order: identity (UInt32), the
            columns `REPORTED`, and `alias`: where the spelling comes from, null where reported.
        pairs: identity and recording_no, each pair once.
        parts: what has been taken apart; more is added.

    Returns:
        One row per pair, ordered by identity, likelihood and recording: identity, recording_no,
        recording_id, isrc, terms (what it pays by, as a number; null: unknown), song (a number
        for all that its texts say, however they are written), length_s (its own), score (Float64),
        one Float64 column per component of `score.FEATURES` (null where one side says nothing),
        vetoes (List(String), in the order of `score.VETOES`), alias.
    """
    if not pairs.height:
        return NOTHING
    known, on = _known(con, pairs, parts)
    releases = parts.releases(on["title"])
    read = _read(reported.join(pairs, on="identity", how="semi", maintain_order="left"), parts)
    places = known.select("recording_no", right=pl.int_range(pl.len(), dtype=pl.UInt32))
    readings = read.select("identity", left=pl.int_range(pl.len(), dtype=pl.UInt32))
    joined = (
        pairs.join(places, on="recording_no")
        .join(readings, on="identity")
        .sort("identity", "recording_no", "left")
        .with_columns(pair=pl.int_range(pl.len(), dtype=pl.UInt32))
    )
    releases_of = on.select("recording_no", release=pl.int_range(pl.len(), dtype=pl.UInt32))
    placed = joined.select("pair", "recording_no").join(releases_of, on="recording_no")
    found = score.scored(
        paired.Pairs(
            reported=read,
            known=known,
            releases=releases,
            left=_numbers(joined["left"]),
            right=_numbers(joined["right"]),
            on_pair=_numbers(placed["pair"]),
            on_release=_numbers(placed["release"]),
        )
    )
    return _best_readings(joined, known, read, found)


def _numbers(column: pl.Series) -> paired.Places:
    return column.cast(pl.Int64).to_numpy()


def _known(
    con: duckdb.DuckDBPyConnection, pairs: pl.DataFrame, parts: Parts
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The recordings of some pairs with their parts, and the titles of releases they are on."""
    con.register("wanted", pairs.select("recording_no").unique())
    known = con.sql(query("match/known_recordings")).pl()
    on = con.sql(query("match/known_releases")).pl().sort("recording_no", "title")
    con.unregister("wanted")
    known = known.sort("recording_no")
    return parts.told(known), on


def _joined(name: str) -> pl.Expr:
    return pl.col(name).str.replace_all(" ", "", literal=True)


def _read(reported: pl.DataFrame, parts: Parts) -> pl.DataFrame:
    """The readings of some identities with their parts."""
    spellings = reported.with_row_index("row")
    offered = text_readings.readings(
        spellings.select("title", "version", "artist", identity="row")
    ).rename({"identity": "row"})
    rest = spellings.select("row", "identity", "release_title", "duration_s", "release_date",
                            "label", "alias")  # fmt: skip
    read = offered.join(rest, on="row", maintain_order="left")
    taken = parts.artists(read["part"]).select(
        part_names="credited",
        part_names_joined="joined",
        part_lead="lead",
        part_imitates="imitates",
    )
    of_artist = pl.col("agrees_with") == text_readings.ARTIST
    release = parts.releases(read["release_title"]).select("release", "release_numbers")
    part = parts.releases(read["part"]).select(part="release", part_numbers="release_numbers")
    wide = parts.told(read.drop("part")).hstack(taken).hstack(release).hstack(part)
    # A cell that says nothing is filled by what was taken off the title.
    from_part = {
        "credited": "part_names",
        "joined": "part_names_joined",
        "lead": "part_lead",
        "imitates": "part_imitates",
    }
    filled = wide.with_columns(
        pl.when(of_artist).then(pl.coalesce(name, other)).otherwise(name).alias(name)
        for name, other in from_part.items()
    ).with_columns(
        pl.when(~of_artist).then(pl.coalesce(name, other)).otherwise(name).alias(name)
        for name, other in (("release", "part"), ("release_numbers", "part_numbers"))
    )
    return filled.with_columns(
        _joined("release").alias("release_joined"),
        _joined("part").alias("part_joined"),
        release_tells=paired.unlike(filled["core"], filled["release"]),
        release_names=_names_release(pl.col("release")),
        year=pl.col("release_date").dt.year(),
        part_repeats=(~of_artist & pl.col("part").eq(release["release"])).fill_null(value=False),
    )


def _names_release(release: pl.Expr) -> pl.Expr:
    """Whether a release's title is one that few others bear."""
    letters = release.str.replace_all(r"[^\p{L}]", "").str.len_chars()
    told = (letters >= _LEAST_LETTERS) & ~release.is_in(list(NO_NAME_OF_A_RELEASE))
    return told.fill_null(value=False)


def _best_readings(
    joined: pl.DataFrame, known: pl.DataFrame, read: pl.DataFrame, found: score.Scored
) -> pl.DataFrame:
    """Of the readings of a pair the one that fits best, the plainest of equals."""
    columns = [pl.Series(name, values) for name, values in found.components.items()]
    names = np.array(list(score.VETOES), dtype=object)
    flags = np.stack([found.vetoes[name] for name in names], axis=1) if names.size else None
    rows = joined.hstack([pl.Series("score", found.score), pl.Series("vetoed", found.vetoed)])
    best = (
        rows.hstack(columns)
        .sort(_BEST_FIRST, descending=[name == "score" for name in _BEST_FIRST])
        .unique(["identity", "recording_no"], keep="first", maintain_order=True)
    )
    vetoes = _vetoes(best["pair"], names, flags)
    song = pl.concat_str(_SONG, separator="|", ignore_nulls=False).hash()
    of_known = known.with_columns(pl.col(_SONG).fill_null("")).select(
        "recording_id", "isrc", "terms", song=song, length_s=pl.col("duration_s").cast(pl.Int64)
    )[best["right"]]
    alias = read["alias"].gather(best["left"])
    told = best.drop("pair", "left", "right").hstack([vetoes, alias]).hstack(of_known)
    present = pl.col(*found.components).fill_nan(None)
    return told.with_columns(present).sort(
        "identity", "vetoed", "score", "recording_id", descending=[False, False, True, False]
    )


def _vetoes(pairs: pl.Series, names: np.ndarray, flags: np.ndarray | None) -> pl.Series:
    """The names of each pair's vetoes; few sets of them occur."""
    places = pairs.to_numpy()
    if flags is None or not len(places):
        return pl.Series("vetoes", [[]] * len(places), dtype=pl.List(pl.String))
    bits = flags[places] @ (1 << np.arange(len(names)))
    kinds, back = np.unique(bits, return_inverse=True)
    lists = [[str(n) for place, n in enumerate(names) if kind >> place & 1] for kind in kinds]
    return pl.Series("vetoes", lists, dtype=pl.List(pl.String)).gather(back)
