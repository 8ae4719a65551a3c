"""Whether the text of a line agrees with what its ISRC names.

An ISRC decides, but senders attach wrong ones. Titles are translated, written in other scripts, cut
and decorated, so doubt needs both texts in one script, present on both sides, and unlike however
they are read. It warns where the title is another, or names a version that the recording does not;
where title and artist together are below the floor, the line is asked about instead of paid.
"""

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

from pipeline.contract.text_parts import artist_parts, title_parts
from pipeline.store.sql import query
from pipeline.vocab import Fault

Floats = NDArray[np.float64]

_OTHER_TITLE = 0.5  # unrelated titles of one language come to 0.2 to 0.4
_TITLE_SHARE = 0.6
_LEAST_HELD = 4  # letters of a text that count where another holds it
_TELLING = (
    "live", "remix", "karaoke", "instrumental", "acapella", "acoustic", "demo", "cover", "sped up",
    "slowed", "rerecorded",
)  # fmt: skip
"""Versions that a report names only where it means them."""
_SCHEMA = {"identity": pl.UInt32(), "refused": pl.Boolean()}


def asked(con: duckdb.DuckDBPyConnection, identities: pl.DataFrame) -> pl.DataFrame:
    """The identities that their ISRC settles, where the texts are not plainly the same.

    Args:
        con: has the verdicts of the exact steps.
        identities: as reported, in order.

    Returns:
        identity; title, version, artist as reported, and as the catalog has them (`…_of`).
    """
    known = con.sql(query("match/isrc_texts")).pl()
    told = identities.with_row_index("identity").select("identity", "title", "version", "artist")
    both: pl.DataFrame = known.rename(
        {name: f"{name}_of" for name in ("title", "version", "artist")}
    ).join(told, on="identity", maintain_order="left")
    plainly = pl.col("title").str.to_lowercase() == pl.col("title_of").str.to_lowercase()
    sure = plainly & pl.col("version").eq_missing(pl.col("version_of"))
    return both.filter(pl.col("title").is_not_null() & pl.col("title_of").is_not_null() & ~sure)


def applied(decisions: pl.DataFrame, doubted: pl.DataFrame) -> pl.DataFrame:
    """The decisions with `doubt`; those refused name no recording, but offer it."""
    rows = decisions.join(doubted, on="identity", how="left", maintain_order="left")
    refused = pl.col("refused").fill_null(value=False)
    kept = ("identity", "candidates", "fault", "evidence", "score", "margin", "refused")
    emptied = [
        pl.when(~refused).then(name).alias(name) for name in rows.columns if name not in kept
    ]
    return rows.with_columns(
        *emptied,
        pl.when(refused)
        .then(pl.concat_list("recording_id"))
        .otherwise("candidates")
        .alias("candidates"),
        pl.when(refused).then(pl.lit(Fault.LOW_CONFIDENCE.value)).otherwise("fault").alias("fault"),
        doubt=pl.when(pl.col("refused").is_not_null()).then(pl.lit(Fault.ISRC_TEXT_MISMATCH.value)),
    ).drop("refused")


def doubts(both: pl.DataFrame, floor: float) -> pl.DataFrame:
    """The identities whose ISRC names one recording and whose text names another.

    Args:
        both: as `asked`.
        floor: likeness of title and artist, in [0, 1], below which a line is not paid.

    Returns:
        identity, refused: whether it is below the floor.
    """
    if not both.height:
        return pl.DataFrame(schema=_SCHEMA)
    mine = title_parts(both.select("title", "version"))
    theirs = title_parts(both.select(title="title_of", version="version_of"))
    title = _likeness(mine["core"], theirs["core"])
    artist = _likeness(
        artist_parts(both["artist"])["credited"], artist_parts(both["artist_of"])["credited"]
    )
    whole = np.where(np.isnan(artist), title, _TITLE_SHARE * title + (1.0 - _TITLE_SHARE) * artist)
    other = title < _OTHER_TITLE
    blank = mine["is_blank"].to_numpy() | theirs["is_blank"].to_numpy()
    warned = (other | _other_version(mine, theirs)) & ~blank
    found = both.select("identity").with_columns(
        refused=pl.Series(other & (whole < floor)), warned=pl.Series(warned)
    )
    return found.filter("warned").drop("warned")


def _other_version(mine: pl.DataFrame, theirs: pl.DataFrame) -> NDArray[np.bool_]:
    """Whether the report names a version that the recording's texts nowhere do."""
    told = pl.DataFrame([mine["markers"].alias("mine"), theirs["markers"].alias("theirs")])
    extra = pl.col("mine").str.split("|").list.set_difference(pl.col("theirs").str.split("|"))
    named = extra.list.set_intersection(list(_TELLING)).list.len() > 0
    return told.select(named).to_series().to_numpy()


def _likeness(one: pl.Series, other: pl.Series) -> Floats:
    """How like two columns of words are, row by row; NaN where a text is absent.

    1 where one holds the other; NaN too where one has Latin letters and the other none.
    """
    texts = pl.DataFrame([one.alias("a"), other.alias("b")])
    a, b = pl.col("a"), pl.col("b")
    latin = r"\p{Latin}"
    apart = a.str.contains(latin) != b.str.contains(latin)
    short = pl.min_horizontal(a.str.len_chars(), b.str.len_chars()) < _LEAST_HELD
    squashed = [name.str.replace_all(" ", "", literal=True) for name in (a, b)]
    held = squashed[0].str.contains(squashed[1], literal=True) | squashed[1].str.contains(
        squashed[0], literal=True
    )
    flags = texts.select(
        unknown=apart.fill_null(value=True), held=(held & ~short).fill_null(value=False)
    )
    words = [texts[name].fill_null("").to_list() for name in ("a", "b")]
    joined = [[text.replace(" ", "") for text in side] for side in words]
    scores = [
        process.cpdist(*sides, scorer=scorer, workers=-1, dtype=np.float64) / 100.0
        for sides, scorer in ((words, fuzz.token_sort_ratio), (joined, fuzz.ratio))
    ]
    found = np.where(flags["held"].to_numpy(), 1.0, np.fmax(*scores))
    return np.where(flags["unknown"].to_numpy(), np.nan, found)
