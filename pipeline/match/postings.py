"""What identities ask the index of words for: their rarest words, and the texts that hold them."""

from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract.text_fold import collapse, fold
from pipeline.match import vocabulary
from pipeline.store.sql import query

Numbers = NDArray[np.uint64]
Places = NDArray[np.int64]

KINDS = 3
BUDGET = 400  # texts that an identity's words of one kind may name, beside its rarest word's
MOST_TEXTS = 20_000  # of a word: beyond it names nothing in particular
_SCALE = 1000
LEAST_TEXTS = 4096
"""So many texts of a kind are supposed at least: a small catalog is a part of all the songs."""


def asked_words(asked: pl.DataFrame) -> pl.DataFrame:
    """Slot (identity × `KINDS` + kind) and word, for title, artist and release_title as reported.

    A text that is not reported may stand in the title.
    """
    spelled = asked.select(
        collapse(fold(pl.col(name))).alias(name) for name in ("title", "artist", "release_title")
    )
    texts = spelled.select(
        "title",
        pl.coalesce(pl.col("artist").replace("", None), "title"),
        pl.coalesce(pl.col("release_title").replace("", None), "title").alias("release"),
    )
    identity = pl.int_range(pl.len(), dtype=pl.UInt32) * KINDS
    listed = [
        texts.select(slot=identity + kind, word=vocabulary.words_of(texts.to_series(kind)))
        for kind in range(KINDS)
    ]
    return pl.concat(listed).explode("word").drop_nulls().sort("slot", maintain_order=True)


@dataclass(frozen=True)
class Postings:
    """What the asked words name: runs of texts by word and kind, and who asks for which run."""

    slot: Places
    start: Places
    length: Places
    weight: Places
    text: Numbers
    words: Numbers


def asked_of(con: duckdb.DuckDBPyConnection, asked: pl.DataFrame) -> Postings:
    """The postings of what identities ask for; see `candidates.candidates` for the arguments."""
    words = asked_words(asked)
    con.register("asked_words", words.select("word").unique())
    numbered = con.sql(query("match/asked_words")).pl()
    con.unregister("asked_words")
    con.register("asked_words", numbered.select("word_no"))
    found = con.sql(query("match/words_found")).pl()
    con.unregister("asked_words")
    counts = con.sql(query("match/texts_counted")).pl()
    key = (pl.col("word_no").cast(pl.UInt64) * KINDS + pl.col("kind")) * 2**25 + pl.col("text_no")
    found = found.with_columns(key=key).sort("key")
    runs = found.group_by("word_no", "kind", maintain_order=True).agg(
        length=pl.len().cast(pl.Int64)
    )
    runs = runs.with_columns(start=pl.col("length").cum_sum() - pl.col("length"))
    # Rounded up to a power of two, so that a weight holds still while a catalog grows.
    steady = counts.with_columns(texts=supposed_texts(pl.col("texts")))
    weighed = runs.join(steady, on="kind").with_columns(
        weight=(((pl.col("texts") / pl.col("length")) + 1).log() * _SCALE).round().cast(pl.Int64)
    )
    asking = (
        words.join(numbered, on="word")
        .with_columns(kind=(pl.col("slot") % KINDS).cast(pl.UInt8))
        .join(weighed, on=["word_no", "kind"])
        .sort("slot", "length", "word_no")
    )
    within = pl.col("length").cum_sum().over("slot") <= BUDGET
    rarest = pl.int_range(pl.len()).over("slot") == 0
    kept = asking.filter(within | (rarest & (pl.col("length") <= MOST_TEXTS)))
    return Postings(
        kept["slot"].cast(pl.Int64).to_numpy(),
        kept["start"].to_numpy(),
        kept["length"].to_numpy(),
        kept["weight"].to_numpy(),
        found["text_no"].cast(pl.UInt64).to_numpy(),
        found["words"].cast(pl.UInt64).to_numpy(),
    )


def supposed_texts(texts: pl.Expr) -> pl.Expr:
    """How many texts of a kind words are weighed against: the next power of two."""
    return 2 ** texts.clip(LEAST_TEXTS).log(2).ceil().cast(pl.Int64)


def spread(start: Places, length: Places) -> tuple[Places, Places]:
    """The places of runs, one after another, and the run of each."""
    run = np.repeat(np.arange(len(start)), length)
    first = np.cumsum(length) - length
    return np.arange(len(run)) - first[run] + start[run], run
