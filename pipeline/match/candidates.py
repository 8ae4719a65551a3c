"""Candidates of step 5: the few recordings that share rare words with what was reported.

Words of title, artist and release are weighed by how rare they are among the texts of their kind.
An identity asks for its rarest words within a budget, so its cost is bounded whatever the catalog
holds, and all identities of a call read the index once. The likeliest titles, artists and releases
are then joined: recordings that bear a title and an artist of these first, and then those that
bear one of them. All weights are whole numbers, so that no order of summing changes a rank.
"""

from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.match.joining import frame, joined
from pipeline.match.postings import (
    TEXT_BITS,
    THREADS,
    WEIGHT_BITS,
    Likely,
    Postings,
    asked_of,
    firsts,
    mask,
    places,
    rank,
)
from pipeline.match.vocabulary import WORD_BITS
from pipeline.match.word_index import WordIndex

_LIKELY = 12  # texts of a kind that are looked into
_LEAST_SHARE = 4  # a text weighing less than this part of the likeliest is not looked into
_SLOTS = 3 * 256  # identity and kind pairs that are weighed at once: they fit a core's cache
_FAIR = 1.0 / np.sqrt(np.maximum(np.arange(2**WORD_BITS), 1))
_WORD_BITS = np.uint64(WORD_BITS)


def candidates(
    con: duckdb.DuckDBPyConnection, asked: pl.DataFrame, index: WordIndex | None = None
) -> pl.DataFrame:
    """The recordings that each identity may be, at most `LIMIT` each, the likeliest first.

    Args:
        con: has the catalog, with its index of words, attached as `catalog`.
        asked: one row per identity, numbered from 0 in order: title, version, artist,
            release_title, duration_s, any of them null.
        index: that catalog's, where a caller has read it already.

    Returns:
        identity, recording_no; ordered by identity and rank. Nothing for those who share no word.
    """
    if not asked.height:
        return frame(np.zeros(0, np.int64), np.zeros(0, np.int64))
    index = index or WordIndex.read(con)
    likely = _likely(asked_of(con, asked), index.texts)
    return joined(index, likely, asked)


def _likely(postings: Postings, texts: NDArray[np.uint32]) -> Likely:
    """The likeliest texts of each slot, some thousand slots at a time."""
    slots = postings.slot
    borders = np.searchsorted(slots, np.arange(0, int(slots.max(initial=0)) + _SLOTS + 1, _SLOTS))
    some = [(a, b) for a, b in pairwise(borders) if b > a]
    with ThreadPoolExecutor(THREADS) as executor:
        found = list(executor.map(lambda part: _weighed(postings, texts, *part), some))
    none = np.zeros(0, np.int64)
    return Likely(
        *(
            np.concatenate([none, *(getattr(part, name) for part in found)])
            for name in ("slot", "text", "weight")
        )
    )


def _weighed(postings: Postings, texts: NDArray[np.uint32], begin: int, end: int) -> Likely:
    chosen = slice(begin, end)
    length = postings.length[chosen]
    slot = postings.slot[chosen]
    low = int(slot[0])
    asked = (slot - low).astype(np.uint64) << (TEXT_BITS + _WORD_BITS + WEIGHT_BITS)
    key = np.repeat(asked | postings.weight[chosen].astype(np.uint64), length)
    text = texts[places(postings.start[chosen], length)].astype(np.uint64)
    key |= text << WEIGHT_BITS
    key.sort()
    text = key >> WEIGHT_BITS
    key &= mask(WEIGHT_BITS)
    first = firsts(text)
    total = np.add.reduceat(key, first)
    text = text[first]
    # A text of many words that share few is less like than a short one.
    fair = np.rint(total * _FAIR[(text & mask(_WORD_BITS)).astype(np.int64)]).astype(np.uint64)
    text >>= _WORD_BITS
    mine = firsts(text >> TEXT_BITS)
    best = np.repeat(np.maximum.reduceat(fair, mine), np.diff(np.append(mine, len(text))))
    near = fair * np.uint64(_LEAST_SHARE) >= best
    text, fair = text[near], fair[near]
    owner = text >> TEXT_BITS
    key = owner << WEIGHT_BITS | (mask(WEIGHT_BITS) - np.minimum(fair, mask(WEIGHT_BITS)))
    key = key << TEXT_BITS | (text & mask(TEXT_BITS))
    key.sort()
    mine = (key >> (WEIGHT_BITS + TEXT_BITS)).astype(np.int64)
    kept = rank(mine) < _LIKELY
    key = key[kept]
    return Likely(
        mine[kept] + low,
        (key & mask(TEXT_BITS)).astype(np.int64),
        (mask(WEIGHT_BITS) - (key >> TEXT_BITS & mask(WEIGHT_BITS))).astype(np.int64),
    )
