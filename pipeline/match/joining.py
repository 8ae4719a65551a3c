"""From likely texts to recordings: those that bear a likely title and artist, and one of both.

Releases, length and version weigh in; ties fall by a mark of the recording that depends on its id
alone, so that the order of a catalog's rows changes nothing.
"""

import math
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

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
    firsts,
    mask,
    places,
    rank,
    spread,
)
from pipeline.match.vocabulary import version_hash
from pipeline.match.word_index import Borne, Numbers, Places, WordIndex

LIMIT = 12
"""Candidates of an identity, at most."""
SHOWN = 5
"""As many are kept however little they weigh, to be shown; those beyond must weigh their share."""
_LEAST_SHARE = 2  # of what the heaviest weighs: less than the half of it

_BORNE_IN_ALL = 160  # recordings of all likely texts of a kind
_NEAR_S = 2
_OF_LENGTH, _OF_VERSION = (int(math.log(one_in) * SCALE) for one_in in (25, 5))
_TOTAL_BITS = np.uint64(21)
_TOGETHER = 512  # identities whose recordings are weighed at once
_SUM_BITS = np.uint64(20)


def frame(identity: Places, recording: NDArray[np.integer]) -> pl.DataFrame:
    """A frame of both columns."""
    return pl.DataFrame(
        [
            pl.Series("identity", identity.astype(np.uint32)),
            pl.Series("recording_no", recording.astype(np.uint32)),
        ]
    )


def joined(index: WordIndex, likely: Likely, asked: pl.DataFrame) -> pl.DataFrame:
    """From likely texts to recordings."""
    kinds = [likely.of_kind(kind) for kind in range(KINDS)]
    last = max((int(kind.slot.max(initial=-1)) for kind in kinds), default=-1)
    fit = _Fit.of(asked, index)

    def together(low: int) -> tuple[Places, Places]:
        title, artist, release = (kind.within(low, low + _TOGETHER) for kind in kinds)
        both = _bearing_both(title, artist, index.by_title)
        found = [
            _packed(_bearing(title, index.by_title), low, 0),
            _packed(_bearing(artist, index.by_artist), low, 0),
            _packed(both, low, 0),
            _packed(_bearing(release, index.by_release), low, 1),
            _packed(_on_releases(both, release, index.by_release), low, 1),
        ]
        return _best(np.concatenate(found), low, fit)

    with ThreadPoolExecutor(THREADS) as executor:
        found = list(executor.map(together, range(0, last + 1, _TOGETHER)))
    none = np.zeros(0, np.int64)
    identity, mark = (np.concatenate([none, *(part[side] for part in found)]) for side in (0, 1))
    return frame(identity, index.recording_no[mark])


@dataclass(frozen=True)
class _Fit:
    """Length and version of identities, and of recordings by their marks; a length of 0: unknown.

    What they add is weighed like a word: about one recording in twenty-five has a given length to
    two seconds, and one in five the version that is meant.
    """

    asked_s: NDArray[np.uint32]
    asked_version: NDArray[np.uint16]
    index: WordIndex

    @classmethod
    def of(cls, asked: pl.DataFrame, index: WordIndex) -> "_Fit":
        """From the columns of `candidates`."""
        version = version_hash(version_form(pl.col("title"), pl.col("version")))
        mine = asked.select(pl.col("duration_s").cast(pl.UInt32).fill_null(0), version_hash=version)
        return cls(mine["duration_s"].to_numpy(), mine["version_hash"].to_numpy(), index)

    def weight(self, identity: Places, mark: Places) -> Places:
        """What length and version add to the weight of each pair."""
        mine, theirs = self.asked_s[identity], self.index.duration_s[mark]
        gap = np.maximum(mine, theirs) - np.minimum(mine, theirs)
        near = (gap <= _NEAR_S) & (mine > 0) & (theirs > 0)
        same = self.asked_version[identity] == self.index.version_hash[mark]
        added: Places = near * _OF_LENGTH + same * _OF_VERSION
        return added


_Found = tuple[Places, NDArray[np.uint32], Places]
"""identity, recording and weight."""


def _bearing(likely: Likely, borne: Borne) -> _Found:
    """Recordings that bear a likely text, those of the likeliest first, some hundred in all."""
    start, length = borne.bearing(likely.text)
    ahead = np.cumsum(length) - length
    first = firsts(likely.slot)
    before = np.repeat(ahead[first], np.diff(np.append(first, len(ahead))))
    length = np.clip(_BORNE_IN_ALL - (ahead - before), 0, length)
    found = borne.recording[places(start, length)]
    return np.repeat(likely.slot, length), found, np.repeat(likely.weight, length)


def _bearing_both(titles: Likely, artists: Likely, by_title: Borne) -> _Found:
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


def _on_releases(found: _Found, releases: Likely, by_release: Borne) -> _Found:
    """Those of some recordings that are on a likely release, however many others are too.

    So many releases are "Greatest Hits" that few of their recordings are looked at by that name.
    """
    identity, recording, _ = found
    begin = np.searchsorted(releases.slot, identity, "left")
    end = np.searchsorted(releases.slot, identity, "right")
    release, pair = spread(begin, end - begin)
    key = releases.text[release].astype(np.uint64) << np.uint64(32)
    borne, _, _ = by_release.bearing_both(key | recording[pair].astype(np.uint64))
    pair = pair[borne]
    return identity[pair], recording[pair], releases.weight[release[borne]]


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
    place = rank(identity)
    total = (mask(_TOTAL_BITS) - (ranked >> TEXT_BITS & mask(_TOTAL_BITS))).astype(np.int64)
    heaviest = total[np.arange(len(place)) - place]
    kept = (place < SHOWN) | ((place < LIMIT) & (total * _LEAST_SHARE >= heaviest))
    recording = (ranked[kept] & mask(TEXT_BITS)).astype(np.int64)
    return identity[kept] + low, recording
