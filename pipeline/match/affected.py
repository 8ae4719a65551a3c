"""Which identities a change of the catalog may concern; all others keep their decision.

A decision reads the catalog by few keys: ISRC, GTIN, exact text, other spellings of the artist, and
the words by which candidates are found. Where none of these lead to anything that has changed, each
step of the ladder finds what it found before, in the same order, so the same decision:

- A word is asked for only where it is among the rarest of its text (`postings`), so common words
  lead nowhere; whether a word is one of those is judged in both versions.
- Words are weighed against a number of texts that is a power of two. When that changes
  (`Changes.weighs_anew`), a catalog has about doubled, and everyone is concerned.
- Ties among texts and recordings fall by hashes of themselves, not by their places in the file.
"""

import duckdb
import polars as pl

from pipeline.contract import text
from pipeline.match import exact, ladder
from pipeline.match.changes import Changes
from pipeline.match.comparison import spelled
from pipeline.match.postings import BUDGET, KINDS, MOST_TEXTS, asked_words
from pipeline.store.sql import query


def affected(
    con: duckdb.DuckDBPyConnection, identities: pl.DataFrame, source: str, changes: Changes
) -> pl.Series:
    """Whether each identity may be decided otherwise than by the former catalog.

    Whom a person's word concerns, be it a decision, a refusal or an alias, always may.

    Args:
        con: as `ladder.resolve`, with the catalog of before attached as `former`.
        identities: one row per identity: the typed IDENTITY columns.
        source: who reported them.
        changes: `changes.between` of the two catalogs.

    Returns:
        Boolean, in order, never null.
    """
    if changes.weighs_anew:
        return pl.Series([True]).new_from_index(0, identities.height)
    asked = ladder.asked_of(identities, source)
    numbered = identities.with_row_index("identity")
    learned = con.sql(query("match/names_learned")).pl()["key"]
    names = pl.concat([learned, changes.of("alias")]).implode()
    number = pl.col("gtin").cast(pl.UInt64, strict=False).cast(pl.String)
    keyed = numbered.select(
        "identity",
        pl.col("isrc").is_in(changes.of("isrc").implode()).alias("isrc"),
        number.is_in(changes.of("gtin").implode()).alias("gtin"),
        text.artist_form(pl.col("artist")).is_in(names).alias("alias"),
        asked["text_key"].is_in(changes.of("text").implode()).alias("text"),
    )
    by_key = keyed.filter(pl.any_horizontal("isrc", "gtin", "alias", "text"))["identity"]
    concerned = pl.concat([by_key, exact.ruled(con, asked), _by_words(con, numbered, changes)])
    return numbered["identity"].is_in(concerned.unique().implode())


def _by_words(
    con: duckdb.DuckDBPyConnection, numbered: pl.DataFrame, changes: Changes
) -> pl.Series:
    """The identities that ask for a word of something that has changed.

    Every word of a slot counts for which of them are its rarest, so all are looked up where one
    has changed.
    """
    titled = numbered.filter(pl.col("title").is_not_null())
    spellings = spelled(con, titled)
    words = asked_words(spellings.select("title", "artist", "release_title"))
    words = words.with_columns(kind=(pl.col("slot") % KINDS).cast(pl.UInt8))
    changed = words.join(changes.words, on=["word", "kind"], how="semi")
    slots = words.join(changed, on="slot", how="semi")
    con.register("asked_words", slots.select("word").unique())
    counts = con.sql(query("match/word_counts")).pl()
    con.unregister("asked_words")
    held = slots.join(counts, on=["word", "kind"])
    rarest = pl.col("texts") == pl.col("texts").min().over("slot", "version")
    leads = (pl.col("texts") <= BUDGET) | (rarest & (pl.col("texts") <= MOST_TEXTS))
    led = held.filter(leads).join(changes.words, on=["word", "kind"], how="semi")
    return spellings["identity"].gather(led["slot"].unique() // KINDS)
