"""The index of words: which texts of a catalog hold a word, and which recordings bear a text.

Titles repeat and artists have many recordings, so words point at distinct texts, not at recordings:
a tenth of the rows. Texts are numbered by a hash of themselves: the same numbers whatever the order
in which a load met them, so that ties fall the same way, and go on doing so when others are added;
recordings are ranked likewise.
"""

import duckdb
import polars as pl

from pipeline.contract.text_fold import collapse, fold
from pipeline.store.sql import query

TITLE, ARTIST, RELEASE = range(3)
"""Kinds of text, as `index_words.kind` holds them."""

_MOST_WORDS = 31
_LEAST_BARE = 3  # the sign before it included
_SEED = 20_261_124


def build(con: duckdb.DuckDBPyConnection) -> None:
    """Work the tables of the index out and write them; see `tables` and `write`."""
    write(con, tables(con))


def tables(con: duckdb.DuckDBPyConnection) -> dict[str, pl.DataFrame]:
    """The tables `index_vocabulary`, `index_words`, `index_named` and `index_release_titles`.

    Args:
        con: has the catalog attached as `catalog`, its tables built.
    """
    recordings = con.sql(query("match/vocabulary_recordings")).pl()
    releases = con.sql(query("match/vocabulary_releases")).pl()
    titles, title_no = _numbered(recordings["title_key"])
    artists, artist_no = _numbered(recordings["artist_key"])
    release_titles, release_title_no = _numbered(_spelled(releases["title"]))
    texts = {TITLE: titles, ARTIST: artists, RELEASE: release_titles}
    said = pl.concat([_words(kind, text) for kind, text in texts.items()])
    vocabulary, word_no = _numbered(said["word"])
    return {
        "index_vocabulary": vocabulary.rename({"text": "word", "text_no": "word_no"}),
        "index_words": said.select(word_no.alias("word_no"), "kind", "text_no", "words"),
        "index_named": recordings.select(
            "recording_no",
            title_no.alias("title_no"),
            artist_no.alias("artist_no"),
            mark=_rank(recordings["recording_id"]),
            duration_s="duration_s",
            version_hash=version_hash(pl.col("version_key")),
        ),
        "index_release_titles": releases.select("release_no", release_title_no.alias("title_no")),
    }


def write(con: duckdb.DuckDBPyConnection, made: dict[str, pl.DataFrame]) -> None:
    """Write the tables of the index into the attached database `catalog`, which is writable."""
    for name, rows in made.items():
        con.register("given", rows)
        con.execute(f"create table catalog.{name} as from given")
        con.unregister("given")


def words_of(texts: pl.Series) -> pl.Series:
    """The words of collapsed texts, each once, and two keys of the whole text.

    The keys are all words joined where there are several ("pink floyd", "pinkfloyd"), and what is
    left of them without Latin vowels, which is where most letters are lost or doubled.
    """
    apart = texts.str.split(" ")
    return pl.select(pl.concat_list(apart, keys_of(texts))).to_series().list.unique()


def keys_of(texts: pl.Series) -> pl.Series:
    """The two keys of each text, or one where too little is left without vowels."""
    joined = texts.str.replace_all(" ", "", literal=True)
    bare = pl.format("~{}", joined.str.replace_all("[aeiouy]", ""))
    return pl.select(
        pl.when(bare.str.len_chars() > _LEAST_BARE)
        .then(pl.concat_list(joined, bare))
        .otherwise(pl.concat_list(joined))
    ).to_series()


def version_hash(version_key: pl.Expr) -> pl.Expr:
    """Version words as a number, 0 where there are none or they are unknown."""
    told = version_key.replace("", None)
    return (told.hash(_SEED) % 2**16).cast(pl.UInt16).fill_null(0)


def _words(kind: int, texts: pl.DataFrame) -> pl.DataFrame:
    listed = texts.select(
        word=words_of(texts["text"]),
        kind=pl.lit(kind, dtype=pl.UInt8),
        text_no="text_no",
    )
    counted = pl.col("word").list.len().clip(1, _MOST_WORDS).cast(pl.UInt8)
    return listed.with_columns(words=counted).explode("word")


def _spelled(titles: pl.Series) -> pl.Series:
    """Release titles as words; a title is spelled once however many releases bear it."""
    distinct = titles.alias("given").to_frame().unique(maintain_order=True)
    spelled = distinct.with_columns(text=collapse(fold(pl.col("given"))))
    both = (
        titles.alias("given")
        .to_frame()
        .join(spelled, on="given", how="left", maintain_order="left", nulls_equal=True)
    )
    return both["text"]


def _numbered(cells: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """The distinct texts with their numbers (`text`, `text_no`), and the number of each cell.

    Blank cells have none.
    """
    coded = cells.replace("", None).cast(pl.Categorical(pl.Categories.random()))
    distinct = coded.drop_nulls().unique()
    texts = distinct.cast(pl.String).alias("text")
    rank = _rank(texts)
    codes = distinct.to_physical()
    places = pl.Series([0], dtype=pl.UInt32).new_from_index(0, len(codes) + 1)
    of_code = places.scatter(codes, rank)
    numbers = of_code.gather(coded.to_physical())
    return pl.DataFrame([texts, rank.alias("text_no")]), numbers


def _rank(distinct: pl.Series) -> pl.Series:
    """Numbers from 0 in an order that depends on each text alone."""
    return distinct.hash(_SEED).rank("ordinal").cast(pl.UInt32) - 1
