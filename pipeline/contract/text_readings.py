"""The ways to read a reported title: as it stands, or with an artist, a release or a number in it.

Senders write "Artist - Title", "Title - Album", "Title (Album)" and "003-Title". A reading that
takes a part off is only an offer: it counts where the part agrees with what the catalog, or the
report's own release cell, says (`agrees_with`); only a padded track number says nothing to agree.
"""

import polars as pl

from pipeline.contract.text_fold import fold
from pipeline.contract.text_parts import only_version

ARTIST, RELEASE = "artist", "release"
_PADDED = r"^\s*(?:0[0-9a-d]{1,3}|[0-9]{3})\s*[-._]\s*(\S.*)$"
_FIRST_DASH = r"^(.*?[^\s_])(?:[\s_]+\p{Pd}+[\s_]+|\p{Pd}{2,})(\S.*)$"
_LAST_DASH = r"^(.*[^\s_])(?:[\s_]+\p{Pd}+[\s_]+|\p{Pd}{2,})(\S.*?)$"
_LAST_BRACKET = r"^(.*\S)\s*[(\[]([^()\[\]]*)[)\]][^()\[\]\p{L}]*\p{L}?$"
_FIRST_BRACKET = r"^([^(\[]*[^(\[\s])\s*[(\[](.+)[)\]][^()\[\]\p{L}]*\p{L}?$"
_SECOND_BRACKET = r"^([^(\[]*[(\[][^()\[\]]*[)\]])\s*[(\[](.+)[)\]][^()\[\]\p{L}]*\p{L}?$"

_SPLITS: tuple[tuple[str, str, int, int], ...] = (
    (ARTIST, _FIRST_DASH, 2, 1),
    (ARTIST, _LAST_DASH, 2, 1),
    (RELEASE, _FIRST_DASH, 1, 2),
    (RELEASE, _LAST_DASH, 1, 2),
    (RELEASE, _LAST_BRACKET, 1, 2),
    (RELEASE, _FIRST_BRACKET, 1, 2),
    (RELEASE, _SECOND_BRACKET, 1, 2),
)
"""What the part taken off must agree with, the pattern, and its groups of title and part."""

READING: dict[str, pl.DataType] = {
    "identity": pl.UInt32(),
    "title": pl.String(),
    "version": pl.String(),
    "artist": pl.String(),
    "part": pl.String(),
    "agrees_with": pl.String(),
}


def readings(identities: pl.DataFrame) -> pl.DataFrame:
    """All ways to read each identity, the plain one first.

    Args:
        identities: identity, title, version, artist.

    Returns:
        One row per identity and reading, in order: `title`, folded; `version` and `artist` as
        given; `part`: what was taken off the title, null where nothing to agree was; `agrees_with`:
        `artist` or `release`, null where `part` is.
    """
    nothing = pl.lit(None, dtype=pl.String)
    plain = identities.select(
        "identity",
        title=fold(pl.col("title")),
        version="version",
        artist="artist",
        part=nothing,
        agrees_with=nothing,
    )
    padded = plain.with_columns(title=pl.col("title").str.extract(_PADDED, 1)).drop_nulls("title")
    whole = pl.concat([plain, padded])
    parts = [_split(whole, *split) for split in _SPLITS]
    return (
        pl.concat([whole, *parts]).unique(maintain_order=True).sort("identity", maintain_order=True)
    )


def _split(
    rows: pl.DataFrame, agrees_with: str, pattern: str, title: int, part: int
) -> pl.DataFrame:
    found = rows.with_columns(
        title=pl.col("title").str.extract(pattern, title),
        part=pl.col("title").str.extract(pattern, part),
        agrees_with=pl.lit(agrees_with),
    )
    named = found.drop_nulls(["title", "part"])
    # A release may be called "Live", and the bracket still means how it was played.
    return named.filter(~only_version(pl.col("part")))
