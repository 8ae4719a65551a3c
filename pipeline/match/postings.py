"""What identities ask the index of words for: their rarest words, and the texts that hold them."""

import os
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl

from pipeline.contract.text_fold import collapse, fold
from pipeline.match import vocabulary
from pipeline.match.word_index import Numbers, Places
from pipeline.store.sql import query

THREADS = len(os.sched_getaffinity(0))

KINDS = 3
BUDGET = 250  # texts that an identity's words of one kind may name, beside its rarest word's
MOST_TEXTS = 20_000  # of a word: beyond it names nothing in particular
SCALE = 1000
LEAST_TEXTS = 4096
"""So many texts of a kind are supposed at least: a small catalog is a part of all the songs."""
TEXT_BITS, WEIGHT_BITS = np.uint64(25), np.uint64(20)
"""Bits of the number of a text or a recording, and of a weight, where they are packed."""
_SEED = 20_261_127
_BORDER = r"\s+\p{Pd}+\s+|[()\[\]{}]|^[0-9]{3}\s*-"


def asked_words(asked: pl.DataFrame) -> pl.DataFrame:
    """Slot (identity × `KINDS` + kind) and word, for title, artist and release_title as reported.

    A text that is not reported may stand in the title. The artist as a whole is asked for among
    releases too: many are called after the artist, and rows of catalogs slip by a column.
    What stands before, between and after dashes and brackets is asked for as a whole too.
    """
    names = ("title", "artist", "release_title")
    # In two steps: what stands twice in an expression is worked out twice.
    folded = asked.select(fold(pl.col(name)).alias(name) for name in names)
    spelled = folded.select(collapse(pl.col(name)).alias(name) for name in names)
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
    called = texts.select(
        slot=identity + vocabulary.RELEASE, word=vocabulary.keys_of(spelled["artist"])
    )
    whole = pl.concat([*listed, called, *_parts(asked["title"])])
    told = whole.explode("word").drop_nulls().unique()
    return told.sort("slot", "word")


def _parts(titles: pl.Series) -> list[pl.DataFrame]:
    """By slot, the keys of the parts that dashes and brackets divide a title into."""
    divided = titles.str.replace_all(_BORDER, "\x1f").str.split("\x1f")
    rows = pl.DataFrame([divided.alias("text")]).with_row_index("identity")
    several = rows.filter(pl.col("text").list.len() > 1).explode("text")
    parts = several.select("identity", collapse(fold(pl.col("text"))).alias("text"))
    parts = parts.filter(pl.col("text") != "")
    keys = vocabulary.keys_of(parts["text"])
    return [
        parts.select(slot=pl.col("identity") * KINDS + kind, word=keys) for kind in range(KINDS)
    ]


@dataclass(frozen=True)
class Postings:
    """Runs of the texts of the index, who asks for them, and what they weigh; by slot."""

    slot: Places
    start: Places
    length: Places
    weight: Places


def asked_of(con: duckdb.DuckDBPyConnection, asked: pl.DataFrame) -> Postings:
    """The postings of what identities ask for; see `candidates.candidates` for the arguments."""
    words = asked_words(asked).with_columns(kind=(pl.col("slot") % KINDS).cast(pl.UInt8))
    con.register("asked_words", words.select("word").unique())
    found = con.sql(query("match/words_found")).pl()
    con.unregister("asked_words")
    counts = con.sql(query("match/texts_counted")).pl()
    # Rounded up to a power of two, so that a weight holds still while a catalog grows.
    steady = counts.select("kind", supposed=supposed_texts(pl.col("texts")))
    rarity = (pl.col("supposed") / pl.col("texts") + 1).log() * SCALE
    weighed = found.join(steady, on="kind").with_columns(
        pl.col("start", "texts").cast(pl.Int64),
        weight=rarity.round().cast(pl.Int64),
        tie=pl.col("word").hash(_SEED),
    )
    asking = words.join(weighed, on=["word", "kind"]).sort("slot", "texts", "tie")
    within = pl.col("texts").cum_sum().over("slot") <= BUDGET
    rarest = pl.int_range(pl.len()).over("slot") == 0
    kept = asking.filter(within | (rarest & (pl.col("texts") <= MOST_TEXTS)))
    return Postings(
        kept["slot"].cast(pl.Int64).to_numpy(),
        kept["start"].to_numpy(),
        kept["texts"].to_numpy(),
        kept["weight"].to_numpy(),
    )


def supposed_texts(texts: pl.Expr) -> pl.Expr:
    """How many texts of a kind words are weighed against: the next power of two."""
    return 2 ** texts.clip(LEAST_TEXTS).log(2).ceil().cast(pl.Int64)


def spread(start: Places, length: Places) -> tuple[Places, Places]:
    """The places of runs, one after another, and the run of each."""
    return places(start, length), np.repeat(np.arange(len(start)), length)


def places(start: Places, length: Places) -> Places:
    """The places of runs, one after another."""
    ahead = np.repeat(start - (np.cumsum(length) - length), length)
    ahead += np.arange(len(ahead))
    return ahead


@dataclass(frozen=True)
class Likely:
    """The likeliest texts of each slot (identity × 3 + kind), best first: rows of three columns."""

    slot: Places
    text: Places
    weight: Places

    def of_kind(self, kind: int) -> "Likely":
        """Those of one kind, `slot` being the identity."""
        mine = self.slot % KINDS == kind
        return Likely(self.slot[mine] // KINDS, self.text[mine], self.weight[mine])

    def within(self, low: int, high: int) -> "Likely":
        """Those of slots from `low` up to `high`; slots are in order."""
        some = slice(*np.searchsorted(self.slot, (low, high)))
        return Likely(self.slot[some], self.text[some], self.weight[some])


def mask(bits: np.uint64) -> np.uint64:
    """So many bits, all set."""
    return (np.uint64(1) << bits) - np.uint64(1)


def firsts(ordered: Numbers | Places) -> Places:
    """Where each run of equal numbers begins."""
    return np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(ordered)])


def rank(owner: Places) -> Places:
    """The place of each row among its owner's, which stand together."""
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    return np.arange(len(owner)) - np.repeat(first, np.diff(np.append(first, len(owner))))
