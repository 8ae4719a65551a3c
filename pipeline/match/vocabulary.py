"""The index of words: which texts of a catalog hold a word, and which recordings bear a text.

Titles repeat and artists have many recordings, so words point at distinct texts, not at recordings:
a tenth of the rows. Texts are numbered by a hash of themselves: the same numbers whatever the order
in which a load met them, so that ties fall the same way, and go on doing so when others are added;
recordings are marked likewise.

What is asked for by place (the texts of a word, the recordings of a text) stands in the order in
which it is asked for: a column of a million numbers is read in 3 ms, and each run of it found by
where it begins, while a join with the same column takes ten times as long for a handful of words.
"""

from dataclasses import dataclass

import duckdb
import polars as pl

from pipeline.contract.distinct import numbered
from pipeline.contract.text_fold import collapse, fold
from pipeline.store.sql import query

TITLE, ARTIST, RELEASE = range(3)
"""Kinds of text, as `index_vocabulary.kind` holds them."""
WORD_BITS = 5
"""Lowest bits of `index_words.text`: how many words the text has; the others are its number."""
NO_TEXT = 2**32 - 1
"""Beyond all numbers of texts: the second text of a recording that has none."""

_MOST_WORDS = 2**WORD_BITS - 1
_LEAST_BARE = 3  # the sign before it included
_SEED = 20_261_124


@dataclass(frozen=True)
class Made:
    """The tables of the index but for that of releases, and what it needs.

    Attributes:
        tables: by name.
        marks: the mark of each recording, by its number.
        release_titles: the number of each release's title, by its own; null where it has none.
    """

    tables: dict[str, pl.DataFrame]
    marks: pl.Series
    release_titles: pl.Series


def build(con: duckdb.DuckDBPyConnection) -> None:
    """Work the tables of the index out and write them; see `made` and `write`."""
    write(con, made(con))


def made(con: duckdb.DuckDBPyConnection) -> Made:
    """The tables of the index; a load reads rows in any order, so nothing is told by their place.

    - `index_kinds`: kind, texts: how many there are of each.
    - `index_vocabulary`: one row per word and kind: where its texts begin, and how many they are.
    - `index_words`: `text`, each with the number of its words in the lowest bits, run after run.
    - `index_by_title`, `index_by_artist`: `key`, that text in the upper half and the other in the
      lower, and the mark of the recording that bears both, in order.
    - `index_marks`: recording_no, duration_s (0: unknown) and version_hash, in order of the marks.

    Args:
        con: has the catalog attached as `catalog`, its tables built.
    """
    recordings = con.sql(query("match/vocabulary_recordings")).pl()
    releases = con.sql(query("match/vocabulary_releases")).pl()
    titles, title_no = _numbered(recordings["title_key"])
    artists, artist_no = _numbered(recordings["artist_key"])
    release_titles, release_title_no = _numbered(_spelled(releases["title"]))
    texts = {TITLE: titles, ARTIST: artists, RELEASE: release_titles}
    vocabulary, words = _runs(pl.concat([_words(kind, text) for kind, text in texts.items()]))
    marks = _rank(recordings["recording_id"])
    counts = [
        pl.Series("kind", texts.keys(), dtype=pl.UInt8),
        pl.Series("texts", [text.height for text in texts.values()]),
    ]
    tables = {
        "index_kinds": pl.DataFrame(counts),
        "index_vocabulary": vocabulary,
        "index_words": words,
        "index_by_title": _by_text(title_no, artist_no, marks),
        "index_by_artist": _by_text(artist_no, title_no, marks),
        "index_marks": recordings.select(
            "recording_no",
            pl.col("duration_s").fill_null(0),
            version_hash=version_hash(pl.col("version_key")),
        )[marks.arg_sort()],
    }
    return Made(
        tables,
        marks.gather(recordings["recording_no"].arg_sort()),
        release_title_no.gather(releases["release_no"].arg_sort()),
    )


def write(con: duckdb.DuckDBPyConnection, index: Made) -> None:
    """Write the index into the attached database `catalog`, which is writable.

    `index_by_release` is worked out here: `key`, a release title in the upper half and the mark of
    a recording on a release of that title in the lower, each pair once and in order.

    Args:
        con: has the catalog attached as `catalog`, and `index_tracks` built there.
        index: what is to be written.
    """
    tracks = con.sql(query("match/vocabulary_tracks")).pl()
    title = index.release_titles.gather(tracks["release_no"])
    mark = index.marks.gather(tracks["recording_no"])
    key = pl.DataFrame([title.alias("title"), mark.alias("mark")]).drop_nulls()
    by_release = key.select(key=_pair("title", "mark")).unique().sort("key")
    con.execute("set preserve_insertion_order = true")
    for name, rows in {**index.tables, "index_by_release": by_release}.items():
        con.register("given", rows)
        con.execute(f"create table catalog.{name} as from given")
        con.unregister("given")


def _pair(upper: str, lower: str) -> pl.Expr:
    """Two numbers as the halves of one."""
    return pl.col(upper).cast(pl.UInt64) * 2**32 + pl.col(lower)


def _by_text(first: pl.Series, second: pl.Series, marks: pl.Series) -> pl.DataFrame:
    """The recordings that have the first text, in the order of both and of their marks."""
    borne = pl.DataFrame([first.alias("first"), second.alias("second"), marks.alias("mark")])
    known = borne.drop_nulls("first").with_columns(pl.col("second").fill_null(NO_TEXT))
    return known.select("mark", key=_pair("first", "second")).sort("key", "mark")


def _runs(said: pl.DataFrame) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The vocabulary, and the texts of each of its words, run after run."""
    coded = said.with_columns(pl.col("word").cast(pl.Categorical(pl.Categories.random())))
    code = pl.col("word").to_physical().cast(pl.UInt64)
    key = (code * 4 + pl.col("kind")) * 2**32 + pl.col("text")
    order = coded.select(key=key).with_row_index("row").sort("key")
    placed = order.select(
        "row", run=pl.col("key") // 2**32, text=(pl.col("key") % 2**32).cast(pl.UInt32)
    )
    runs = placed.select(pl.col("run").rle()).unnest("run")
    begin = runs["len"].cum_sum() - runs["len"]
    first = placed["row"].gather(begin)
    vocabulary = pl.DataFrame(
        [
            said["word"].gather(first),
            said["kind"].gather(first),
            begin.alias("start").cast(pl.UInt32),
            runs["len"].alias("texts"),
        ]
    )
    return vocabulary, placed.select("text")


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
    listed = texts.select("text_no", word=words_of(texts["text"]))
    words = pl.col("word").list.len().clip(1, _MOST_WORDS).cast(pl.UInt32)
    return listed.select(
        "word", kind=pl.lit(kind, dtype=pl.UInt8), text=pl.col("text_no") * 2**WORD_BITS + words
    ).explode("word")


def _spelled(titles: pl.Series) -> pl.Series:
    """Release titles as words; a title is spelled once however many releases bear it."""
    given, places = numbered(titles)
    folded = given.to_frame("given").select(fold(pl.col("given")))
    return folded.select(collapse(pl.col("given"))).to_series().gather(places)


def _numbered(cells: pl.Series) -> tuple[pl.DataFrame, pl.Series]:
    """The distinct texts with their numbers (`text`, `text_no`), and the number of each cell.

    Blank cells have none.
    """
    texts, places = numbered(cells.replace("", None))
    rank = _rank(texts)
    return pl.DataFrame([texts.alias("text"), rank.alias("text_no")]), rank.gather(places)


def _rank(distinct: pl.Series) -> pl.Series:
    """Numbers from 0 in an order that depends on each text alone."""
    return distinct.hash(_SEED).rank("ordinal").cast(pl.UInt32) - 1
