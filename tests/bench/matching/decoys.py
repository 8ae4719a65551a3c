"""A catalog some thirty times as large: every recording among others that are easily taken for it.

What a labelled set leaves out of a catalog makes matching look better than it is. Decoys are made
from the recordings of the set: the same song in another version, another part of it, its namesakes
by others, the other tracks of its release, its artist's other songs.
"""

import random
from dataclasses import replace

import polars as pl

from tests.bench.matching.sets import LabelledSet

_SEED = 20_261_127
_EACH = 4  # of each kind but versions
_VERSIONS = ("live", "acoustic", "instrumental", "radio edit", "extended mix", "karaoke version",
             "demo")  # fmt: skip
Row = dict[str, str | int | None]


def among_decoys(labelled: LabelledSet) -> LabelledSet:
    """The set with its recordings among decoys; its lines and what they mean stay."""
    draw = random.Random(_SEED)
    album = labelled.tracks.join(labelled.releases, on="release_id").select(
        "recording_id", album="title"
    )
    known = labelled.recordings.join(album, on="recording_id", how="left", maintain_order="left")
    rows = known.to_dicts()
    made = [decoy for row in rows for decoy in _decoys(row, rows, draw)]
    schema = {**known.schema}
    decoys = pl.DataFrame(made, schema=schema).with_columns(
        recording_id=pl.format("decoy{}", pl.int_range(pl.len()))
    )
    titled = decoys.drop_nulls("album")
    release = pl.format("L{}", "recording_id").alias("release_id")
    releases = titled.select(release, pl.lit(None, pl.String).alias("gtin"), title="album")
    return replace(
        labelled,
        name=f"{labelled.name} among decoys",
        recordings=pl.concat([labelled.recordings, decoys.drop("album")]),
        releases=pl.concat([labelled.releases, releases]),
        tracks=pl.concat([labelled.tracks, titled.select(release, "recording_id")]),
    )


def _decoys(row: Row, rows: list[Row], draw: random.Random) -> list[Row]:
    """What may be taken for one recording."""
    title = row["title"] or "untitled"
    # A line "Title (Live)" on a release called "Live" would rightly be taken for such a version.
    told = f"{title} {row['album']}".lower()
    versions = [
        {**row, "title": f"{title} ({version})", "duration_s": _near(row, draw)}
        for version in draw.sample(_VERSIONS, 5)
        if version.split()[0] not in told and "vivo" not in told
    ]
    parts = [{**row, "title": f"{title}, Part {n}", "duration_s": _near(row, draw)} for n in (2, 3)]
    others = draw.sample(rows, 5 * _EACH)
    namesakes = [{**other, "title": row["title"]} for other in others[:_EACH]]
    covers = [
        {**row, "artist": other["artist"], "album": other["album"], "duration_s": _near(row, draw)}
        for other in others[_EACH : 2 * _EACH]
    ]
    on_release = [
        {**row, "title": other["title"], "duration_s": other["duration_s"]}
        for other in others[2 * _EACH : 3 * _EACH]
    ]
    by_artist = [
        {**other, "artist": row["artist"], "duration_s": row["duration_s"]}
        for other in others[3 * _EACH : 4 * _EACH]
    ]
    reworded = [
        {**row, "title": _reworded(title, str(other["title"]), draw), "album": other["album"]}
        for other in others[4 * _EACH :]
    ]
    return [*versions, *parts, *namesakes, *covers, *on_release, *by_artist, *reworded]


def _near(row: Row, draw: random.Random) -> int | None:
    """A length some seconds from a recording's."""
    length = row["duration_s"]
    return None if length is None else max(int(length) + draw.randint(-20, 20), 1)


def _reworded(title: str | int, other: str, draw: random.Random) -> str:
    """A title with one of its words by one of another, or beside it where it has one alone."""
    words, strange = str(title).split(), draw.choice(other.split() or ["again"])
    if len(words) < 2:
        return f"{title} {strange}"
    words[draw.randrange(len(words))] = strange
    return " ".join(words)
