"""Candidates of step 5: the few recordings that share rare words with what was reported.

Words of title, artist and release are weighed by how rare they are among the texts of their kind.
An identity asks for its rarest words within a budget, so its cost is bounded whatever the catalog
holds, and all identities of a call read the index once. The likeliest titles, artists and releases
are then joined: recordings that bear a title and an artist of these first, and then those that
bear one of them. All weights are whole numbers, so that no order of summing changes a rank.
"""

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise

import duckdb
import numpy as np
import polars as pl

from pipeline.match.postings import KINDS, Numbers, Places, Postings, asked_of, spread
from pipeline.store.sql import query

LIMIT = 12
"""Candidates of an identity, at most."""

_LIKELY = 12  # texts of a kind that are looked into
_BORNE = 60  # recordings of one text that are looked at
_SLOTS = 3 * 1024  # identity and kind pairs that are weighed at once
_TEXT_BITS, _WORD_BITS, _WEIGHT_BITS = np.uint64(25), np.uint64(5), np.uint64(20)
_SUM_BITS = np.uint64(20)
_TOTAL_BITS = np.uint64(21)
_THREADS = len(os.sched_getaffinity(0))
_TOGETHER = 2048  # identities whose recordings are weighed at once


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


def candidates(con: duckdb.DuckDBPyConnection, asked: pl.DataFrame) -> pl.DataFrame:
    """The recordings that each identity may be, at most `LIMIT` each, the likeliest first.

    Args:
        con: has the catalog, with its index of words, attached as `catalog`.
        asked: one row per identity, numbered from 0 in order: title, artist, release_title, any
            of them null.

    Returns:
        identity, recording_no; ordered by identity and rank. Nothing for those who share no word.
    """
    if not asked.height:
        return _frame(np.zeros(0, np.int64), np.zeros(0, np.int64))
    likely = _likely(asked_of(con, asked))
    return _joined(con, likely)


def _frame(identity: Places, recording: Places, name: str = "recording_no") -> pl.DataFrame:
    return pl.DataFrame(
        [
            pl.Series("identity", identity.astype(np.uint32)),
            pl.Series(name, recording.astype(np.uint32)),
        ]
    )


def _likely(postings: Postings) -> Likely:
    """The likeliest texts of each slot, some thousand slots at a time."""
    slots = postings.slot
    borders = np.searchsorted(slots, np.arange(0, int(slots.max(initial=0)) + _SLOTS + 1, _SLOTS))
    some = [(a, b) for a, b in pairwise(borders) if b > a]
    with ThreadPoolExecutor(_THREADS) as executor:
        found = list(executor.map(lambda part: _weighed(postings, *part), some))
    none = np.zeros(0, np.int64)
    return Likely(
        *(
            np.concatenate([none, *(getattr(part, name) for part in found)])
            for name in ("slot", "text", "weight")
        )
    )


def _weighed(postings: Postings, begin: int, end: int) -> Likely:
    chosen = slice(begin, end)
    place, run = spread(postings.start[chosen], postings.length[chosen])
    slot = postings.slot[chosen]
    low = int(slot[0])
    key = (slot - low).astype(np.uint64)[run] << _TEXT_BITS | postings.text[place]
    key = key << _WORD_BITS | postings.words[place]
    key = key << _WEIGHT_BITS | postings.weight[chosen].astype(np.uint64)[run]
    key.sort()
    weight = (key & _mask(_WEIGHT_BITS)).astype(np.int64)
    text = key >> _WEIGHT_BITS
    first = _firsts(text)
    total = np.add.reduceat(weight, first)
    text = text[first]
    words = (text & _mask(_WORD_BITS)).astype(np.float64)
    text >>= _WORD_BITS
    # A text of many words that share few is less like than a short one.
    fair = np.rint(total / np.sqrt(words)).astype(np.uint64)
    owner = text >> _TEXT_BITS
    key = owner << _WEIGHT_BITS | (_mask(_WEIGHT_BITS) - np.minimum(fair, _mask(_WEIGHT_BITS)))
    key = key << _TEXT_BITS | (text & _mask(_TEXT_BITS))
    key.sort()
    mine = (key >> (_WEIGHT_BITS + _TEXT_BITS)).astype(np.int64)
    kept = _rank(mine) < _LIKELY
    key = key[kept]
    return Likely(
        mine[kept] + low,
        (key & _mask(_TEXT_BITS)).astype(np.int64),
        (_mask(_WEIGHT_BITS) - (key >> _TEXT_BITS & _mask(_WEIGHT_BITS))).astype(np.int64),
    )


def _mask(bits: np.uint64) -> np.uint64:
    return (np.uint64(1) << bits) - np.uint64(1)


def _firsts(ordered: Numbers) -> Places:
    """Where each run of equal numbers begins."""
    return np.flatnonzero(np.concatenate([[True], ordered[1:] != ordered[:-1]])[: len(ordered)])


def _rank(owner: Places) -> Places:
    """The place of each row among its owner's, which stand together."""
    first = np.flatnonzero(np.diff(owner, prepend=-1))
    return np.arange(len(owner)) - np.repeat(first, np.diff(np.append(first, len(owner))))


@dataclass(frozen=True)
class _Borne:
    """Recordings in the order of a first and a second text of theirs."""

    key: Numbers
    recording: Places

    @classmethod
    def of(cls, first: Numbers, second: Numbers, recording: Places) -> "_Borne":
        """Sorted by both texts."""
        key = first << np.uint64(32) | second
        order = np.lexsort((recording, key))
        return cls(key[order], recording[order])

    def run(self, low: Numbers, high: Numbers) -> tuple[Places, Places]:
        """Start and length of the recordings whose key is in [low, high)."""
        start = np.searchsorted(self.key, low)
        return start, np.minimum(np.searchsorted(self.key, high) - start, _BORNE)


def _joined(con: duckdb.DuckDBPyConnection, likely: Likely) -> pl.DataFrame:
    """From likely texts to recordings."""
    titles, artists, releases = (likely.of_kind(kind) for kind in range(KINDS))
    for name, side in (("titles", titles), ("artists", artists), ("release_titles", releases)):
        distinct = pl.Series("text_no", np.unique(side.text).astype(np.uint32))
        con.register(f"likely_{name}", distinct.to_frame())
    named = con.sql(query("match/recordings_likely")).pl()
    tracks = con.sql(query("match/tracks_likely")).pl()
    for name in ("titles", "artists", "release_titles"):
        con.unregister(f"likely_{name}")
    # A recording without a text has the number beyond all.
    none = np.uint64(2**32 - 1)
    numbers = [
        named[name].cast(pl.UInt64).fill_null(none).to_numpy() for name in ("title_no", "artist_no")
    ]
    # Recordings go by their rank, so that ties fall alike however a load met them.
    recording = named["rank"].cast(pl.Int64).to_numpy()
    by_title = _Borne.of(numbers[0], numbers[1], recording)
    by_artist = _Borne.of(numbers[1], numbers[0], recording)
    on_release = _Borne.of(
        tracks["title_no"].cast(pl.UInt64).to_numpy(),
        tracks["rank"].cast(pl.UInt64).to_numpy(),
        tracks["rank"].cast(pl.Int64).to_numpy(),
    )
    kinds = (titles, artists, releases)
    last = max((int(kind.slot.max(initial=-1)) for kind in kinds), default=-1)

    def together(low: int) -> pl.DataFrame:
        title, artist, release = (kind.within(low, low + _TOGETHER) for kind in kinds)
        found = [
            _packed(_bearing(title, by_title), low, 0),
            _packed(_bearing(artist, by_artist), low, 0),
            _packed(_bearing_both(title, artist, by_title), low, 0),
            _packed(_bearing(release, on_release), low, 1),
        ]
        return _best(np.concatenate(found), low)

    nothing = _best(np.zeros(0, np.uint64), 0)
    with ThreadPoolExecutor(_THREADS) as executor:
        found = pl.concat([nothing, *executor.map(together, range(0, last + 1, _TOGETHER))])
    ranked = pl.concat(
        [named.select("rank", "recording_no"), tracks.select("rank", "recording_no")]
    )
    numbered = found.join(ranked.unique(), on="rank", maintain_order="left")
    return numbered.select("identity", "recording_no")


_Found = tuple[Places, Places, Places]
"""identity, recording and weight."""


def _bearing(likely: Likely, borne: _Borne) -> _Found:
    low = likely.text.astype(np.uint64) << np.uint64(32)
    start, length = borne.run(low, low + np.uint64(2**32))
    place, run = spread(start, length)
    return likely.slot[run], borne.recording[place], likely.weight[run]


def _bearing_both(titles: Likely, artists: Likely, by_title: _Borne) -> _Found:
    """Recordings that bear a likely title and a likely artist: found however many bear either."""
    begin = np.searchsorted(artists.slot, titles.slot, "left")
    end = np.searchsorted(artists.slot, titles.slot, "right")
    artist, title = spread(begin, end - begin)
    key = titles.text[title].astype(np.uint64) << np.uint64(32)
    key |= artists.text[artist].astype(np.uint64)
    start, length = by_title.run(key, key + np.uint64(1))
    hit = np.flatnonzero(length)
    place, run = spread(start[hit], length[hit])
    # Title and artist weigh in by themselves where the recording is among those looked at.
    weight = titles.weight[title[hit]] + artists.weight[artist[hit]]
    return titles.slot[title[hit]][run], by_title.recording[place], weight[run]


def _packed(found: _Found, low: int, part: int) -> Numbers:
    """identity, recording, part and weight as one number, to be sorted at once."""
    identity, recording, weight = (values.astype(np.uint64) for values in found)
    key = (identity - np.uint64(low)) << _TEXT_BITS | recording
    capped = np.minimum(weight, _mask(_SUM_BITS))
    return (key << np.uint64(1) | np.uint64(part)) << _SUM_BITS | capped


def _best(key: Numbers, low: int) -> pl.DataFrame:
    """The heaviest recordings of each identity: the best of their texts, and their release."""
    key.sort()
    # The last of a run has the largest weight.
    owner = key >> _SUM_BITS
    last = np.flatnonzero(np.append(owner[1:] != owner[:-1], True)[: len(owner)])
    heaviest = (key[last] & _mask(_SUM_BITS)).astype(np.int64)
    pair = owner[last] >> np.uint64(1)
    first = _firsts(pair)
    total = np.add.reduceat(heaviest, first) if len(first) else heaviest
    pair = pair[first]
    lighter = _mask(_TOTAL_BITS) - total.astype(np.uint64)
    ranked = (pair >> _TEXT_BITS) << _TOTAL_BITS | lighter
    ranked = ranked << _TEXT_BITS | (pair & _mask(_TEXT_BITS))
    ranked.sort()
    identity = (ranked >> (_TOTAL_BITS + _TEXT_BITS)).astype(np.int64)
    kept = _rank(identity) < LIMIT
    recording = (ranked[kept] & _mask(_TEXT_BITS)).astype(np.int64)
    return _frame(identity[kept] + low, recording, "rank")
