"""From likely texts to recordings: those that bear a likely title and artist, and one of both.

Releases, length and version weigh in; ties fall by a mark of the recording that depends on its id
alone, so that the order of a catalog's rows changes nothing.
"""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import duckdb
import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract.text import version_form
from pipeline.match.postings import (
    KINDS,
    SCALE,
    TEXT_BITS,
    THREADS,
    Likely,
    Numbers,
    Places,
    firsts,
    mask,
    places,
    rank,
    spread,
)
from pipeline.match.vocabulary import version_hash
from pipeline.store.sql import query

LIMIT = 12
"""Candidates of an identity, at most."""

_BORNE = 60  # recordings of one text that are looked at
_BORNE_IN_ALL = 160  # recordings of all likely texts of a kind
_TOLD = ("mark", "recording_no", "duration_s", "version_hash")
_NEAR_S = 2
_OF_LENGTH, _OF_VERSION = (int(math.log(one_in) * SCALE) for one_in in (25, 5))
_SIDES = ("titles", "artists", "release_titles")
_NO_TEXT = 2**32 - 1  # beyond all numbers of texts
_SCATTER = np.uint64(0x9E37_79B9_7F4A_7C15)
_HELD_EACH = 16  # places of the table of keys, for each key
_TOTAL_BITS = np.uint64(21)
_TOGETHER = 512  # identities whose recordings are weighed at once
_SUM_BITS = np.uint64(20)


def frame(identity: Places, recording: Places) -> pl.DataFrame:
    """A frame of both columns."""
    return pl.DataFrame(
        [
            pl.Series("identity", identity.astype(np.uint32)),
            pl.Series("recording_no", recording.astype(np.uint32)),
        ]
    )


@dataclass(frozen=True)
class _Borne:
    """Recordings in the order of a first and a second text of theirs.

    Attributes:
        key: both texts as one number.
        recording: by its mark, which no order of a catalog's rows changes.
        begin: where the recordings of each first text begin; one more than there are texts.
        held: by the scattered key, whether any recording bears both texts; few others answer yes.
    """

    key: Numbers
    recording: Places
    begin: Places
    held: NDArray[np.bool_]

    @classmethod
    def of(cls, first: pl.Series, second: pl.Series, recording: pl.Series) -> "_Borne":
        """Sorted by both texts; without those whose first text is unknown."""
        known = first.is_not_null().to_numpy()
        ones, others, marks = (
            side.cast(pl.UInt64).fill_null(_NO_TEXT).to_numpy()[known]
            for side in (first, second, recording)
        )
        key = ones << np.uint64(32) | others
        order = np.lexsort((marks, key))
        key = key[order]
        texts = int(ones.max(initial=0)) + 1
        begin = np.concatenate([[0], np.bincount(ones.astype(np.int64), minlength=texts).cumsum()])
        held = np.zeros(2 ** max(_HELD_EACH * len(key), 2).bit_length(), np.bool_)
        held[_scattered(key, held)] = True
        return cls(key, marks[order].astype(np.int64), begin, held)

    def bearing(self, text: Places) -> tuple[Places, Places]:
        """Start and length of the recordings that bear each text first."""
        known = np.minimum(text, len(self.begin) - 2)
        start = self.begin[known]
        length = np.where(known == text, self.begin[known + 1] - start, 0)
        return start, np.minimum(length, _BORNE)

    def bearing_both(self, key: Numbers) -> tuple[Places, Places, Places]:
        """Which keys any recording bears, and start and length of those that do."""
        asked = np.flatnonzero(self.held[_scattered(key, self.held)])
        start = np.searchsorted(self.key, key[asked])
        length = np.searchsorted(self.key, key[asked], "right") - start
        return asked, start, np.minimum(length, _BORNE)


def _scattered(key: Numbers, held: NDArray[np.bool_]) -> Numbers:
    """A place in a table of 2^n for each key: the upper bits of a product, which all bits sway."""
    return key * _SCATTER >> np.uint64(65 - len(held).bit_length())


def joined(con: duckdb.DuckDBPyConnection, likely: Likely, asked: pl.DataFrame) -> pl.DataFrame:
    """From likely texts to recordings."""
    kinds = [likely.of_kind(kind) for kind in range(KINDS)]
    for name, side in zip(_SIDES, kinds, strict=True):
        distinct = pl.Series("text_no", np.unique(side.text).astype(np.uint32))
        con.register(f"likely_{name}", distinct.to_frame())
    named = con.sql(query("match/recordings_likely")).pl()
    tracks = con.sql(query("match/tracks_likely")).pl()
    for name in _SIDES:
        con.unregister(f"likely_{name}")
    by_title = _Borne.of(named["title_no"], named["artist_no"], named["mark"])
    by_artist = _Borne.of(named["artist_no"], named["title_no"], named["mark"])
    on_release = _Borne.of(tracks["title_no"], tracks["mark"], tracks["mark"])
    last = max((int(kind.slot.max(initial=-1)) for kind in kinds), default=-1)

    fit = _Fit.of(asked, pl.concat([named.select(_TOLD), tracks.select(_TOLD)]))

    def together(low: int) -> tuple[Places, Places]:
        title, artist, release = (kind.within(low, low + _TOGETHER) for kind in kinds)
        found = [
            _packed(_bearing(title, by_title), low, 0),
            _packed(_bearing(artist, by_artist), low, 0),
            _packed(_bearing_both(title, artist, by_title), low, 0),
            _packed(_bearing(release, on_release), low, 1),
        ]
        return _best(np.concatenate(found), low, fit)

    with ThreadPoolExecutor(THREADS) as executor:
        found = list(executor.map(together, range(0, last + 1, _TOGETHER)))
    none = np.zeros(0, np.int64)
    identity, mark = (np.concatenate([none, *(part[side] for part in found)]) for side in (0, 1))
    return frame(identity, fit.number[mark])


@dataclass(frozen=True)
class _Fit:
    """Length and version of identities, and of recordings by their marks; a length of 0: unknown.

    What they add is weighed like a word: about one recording in twenty-five has a given length to
    two seconds, and one in five the version that is meant.
    """

    asked_s: NDArray[np.int32]
    asked_version: NDArray[np.int32]
    known_s: NDArray[np.int32]
    known_version: NDArray[np.int32]
    number: Places

    @classmethod
    def of(cls, asked: pl.DataFrame, known: pl.DataFrame) -> "_Fit":
        """From the columns of `candidates` and `_TOLD`."""
        told = known.with_columns(pl.col("duration_s").fill_null(0)).cast(pl.Int64)
        size = int(told["mark"].to_numpy().max(initial=-1)) + 1
        by_mark = {name: np.zeros(size, np.int32) for name in told.columns}
        for name, values in by_mark.items():
            values[told["mark"].to_numpy()] = told[name].to_numpy()
        version = version_hash(version_form(pl.col("title"), pl.col("version")))
        mine = asked.select(pl.col("duration_s").fill_null(0), version_hash=version).cast(pl.Int32)
        return cls(
            mine["duration_s"].to_numpy(),
            mine["version_hash"].to_numpy(),
            by_mark["duration_s"],
            by_mark["version_hash"],
            by_mark["recording_no"].astype(np.int64),
        )

    def weight(self, identity: Places, mark: Places) -> Places:
        """What length and version add to the weight of each pair."""
        mine, theirs = self.asked_s[identity], self.known_s[mark]
        near = (np.abs(mine - theirs) <= _NEAR_S) & (mine > 0) & (theirs > 0)
        same = self.asked_version[identity] == self.known_version[mark]
        added: Places = near * _OF_LENGTH + same * _OF_VERSION
        return added


_Found = tuple[Places, Places, Places]
"""identity, recording and weight."""


def _bearing(likely: Likely, borne: _Borne) -> _Found:
    """Recordings that bear a likely text, those of the likeliest first, some hundred in all."""
    start, length = borne.bearing(likely.text)
    ahead = np.cumsum(length) - length
    first = firsts(likely.slot)
    before = np.repeat(ahead[first], np.diff(np.append(first, len(ahead))))
    length = np.clip(_BORNE_IN_ALL - (ahead - before), 0, length)
    found = borne.recording[places(start, length)]
    return np.repeat(likely.slot, length), found, np.repeat(likely.weight, length)


def _bearing_both(titles: Likely, artists: Likely, by_title: _Borne) -> _Found:
    """Recordings that bear a likely title and a likely artist: found however many bear either."""
    begin = np.searchsorted(artists.slot, titles.slot, "left")
    end = np.searchsorted(artists.slot, titles.slot, "right")
    artist, title = spread(begin, end - begin)
    key = titles.text[title].astype(np.uint64) << np.uint64(32)
    key |= artists.text[artist].astype(np.uint64)
    asked, start, length = by_title.bearing_both(key)
    title, artist = title[asked], artist[asked]
    weight = titles.weight[title] + artists.weight[artist]
    found = by_title.recording[places(start, length)]
    return np.repeat(titles.slot[title], length), found, np.repeat(weight, length)


def _packed(found: _Found, low: int, part: int) -> Numbers:
    """identity, recording, part and weight as one number, to be sorted at once."""
    identity, recording, weight = (values.astype(np.uint64) for values in found)
    key = (identity - np.uint64(low)) << TEXT_BITS | recording
    capped = np.minimum(weight, mask(_SUM_BITS))
    return (key << np.uint64(1) | np.uint64(part)) << _SUM_BITS | capped


def _best(key: Numbers, low: int, fit: _Fit) -> tuple[Places, Places]:
    """The heaviest recordings of each identity.

    What weighs are the best of their texts, their release, length and version. Those that weigh
    the same are in the order of their marks.
    """
    key.sort()
    # The last of a run has the largest weight.
    owner = key >> _SUM_BITS
    last = np.flatnonzero(np.append(owner[1:] != owner[:-1], True)[: len(owner)])
    heaviest = (key[last] & mask(_SUM_BITS)).astype(np.int64)
    pair = owner[last] >> np.uint64(1)
    first = firsts(pair)
    total = np.add.reduceat(heaviest, first) if len(first) else heaviest
    pair = pair[first]
    identity = (pair >> TEXT_BITS).astype(np.int64) + low
    total += fit.weight(identity, (pair & mask(TEXT_BITS)).astype(np.int64))
    lighter = mask(_TOTAL_BITS) - total.astype(np.uint64)
    ranked = (pair >> TEXT_BITS) << _TOTAL_BITS | lighter
    ranked = ranked << TEXT_BITS | (pair & mask(TEXT_BITS))
    ranked.sort()
    identity = (ranked >> (_TOTAL_BITS + TEXT_BITS)).astype(np.int64)
    kept = rank(identity) < LIMIT
    recording = (ranked[kept] & mask(TEXT_BITS)).astype(np.int64)
    return identity[kept] + low, recording
