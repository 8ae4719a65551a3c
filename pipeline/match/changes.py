"""What is not the same in two versions of a catalog, by the keys that identities may find it by."""

from dataclasses import dataclass

import duckdb
import polars as pl

from pipeline.contract.text_fold import collapse, fold
from pipeline.match import vocabulary
from pipeline.match.postings import supposed_texts
from pipeline.store.sql import query

_STEPS = ("changed_releases", "changed_recordings", "touched_releases")
_TEXTS = {
    "title": vocabulary.TITLE,
    "artist": vocabulary.ARTIST,
    "release_title": vocabulary.RELEASE,
}


@dataclass(frozen=True)
class Changes:
    """The keys of what is new, gone or otherwise, as both versions say them.

    A recording is otherwise where its own row, its splits, a spelling of its artist, the releases
    it is on, or what those are called, is; a release also where a recording on it is.

    Attributes:
        keys: kind (isrc, gtin, text or alias) and key; a GTIN without leading zeros.
        words: word and kind of text (UInt8), as the index of words holds them.
        weighs_anew: whether words weigh otherwise, so that any identity may find others.
    """

    keys: pl.DataFrame
    words: pl.DataFrame
    weighs_anew: bool

    def of(self, kind: str) -> pl.Series:
        """The keys of one kind."""
        return self.keys.filter(kind=kind)["key"]


def between(con: duckdb.DuckDBPyConnection) -> Changes:
    """What is not the same in the catalogs attached as `catalog` and `former`."""
    for step in _STEPS:
        con.execute(query(f"match/{step}"))
    keys = con.sql(query("match/changed_keys")).pl()
    words = [_words(keys.filter(kind=name)["key"], kind) for name, kind in _TEXTS.items()]
    return Changes(keys, pl.concat(words), _supposed(con, "") != _supposed(con, "_before"))


def _words(texts: pl.Series, kind: int) -> pl.DataFrame:
    """The distinct words of texts; the keys of titles and artists are spelled as they stand."""
    spelled = texts.alias("text").to_frame()
    if kind == vocabulary.RELEASE:
        spelled = spelled.select(collapse(fold(pl.col("text"))))
    listed = pl.DataFrame([vocabulary.words_of(spelled["text"]).alias("word")])
    rows = listed.explode("word").drop_nulls().unique()
    return rows.with_columns(kind=pl.lit(kind, dtype=pl.UInt8))


def _supposed(con: duckdb.DuckDBPyConnection, which: str) -> list[int]:
    """How many texts of each kind words are weighed against."""
    counts = con.sql(query(f"match/texts_counted{which}")).pl()
    told = dict(counts.select("kind", supposed_texts(pl.col("texts"))).iter_rows())
    least = pl.select(supposed_texts(pl.lit(0))).item()
    return [told.get(kind, least) for kind in _TEXTS.values()]
