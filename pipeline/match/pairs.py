"""Readings beside recordings: what is compared of each pair, in arrays.

rapidfuzz compares each pair of texts once, in batches on all cores; no Python runs for a single
pair. What is not known on both sides is NaN.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import polars as pl
from numpy.typing import NDArray
from rapidfuzz import fuzz, process

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

_PER_CENT = 100.0
_EXACT_S = 1.5
_LEAST_GAP_S, _GAP_SHARE = 8.0, 0.04
_SHORTENED = 0.75
"""Likeness of a release title to one that has all its words: titles get shortened and extended."""
_LIKE = 0.9
_SURE = 0.95
_HALF = 0.5
_SAME_TEXT = 0.8
_NOTHING = np.uint32(2**32 - 1)
_ALONE = 0.95
"""What the first of several artists counts for against all of them."""


@dataclass(frozen=True)
class Pairs:
    """Readings beside recordings.

    Attributes:
        reported: the readings.
        known: the recordings.
        releases: parts of the titles of releases, one row per release.
        left: the reading of each pair.
        right: its recording.
        on_pair: for each pair and release that its recording is on, the pair.
        on_release: and the release.
    """

    reported: pl.DataFrame
    known: pl.DataFrame
    releases: pl.DataFrame
    left: Places
    right: Places
    on_pair: Places
    on_release: Places

    def alike(self, scorer: Callable[..., float], mine: str, theirs: str) -> Floats:
        """How like a text of each reading and one of its recording are; NaN where one is null."""
        return _alike(scorer, self.reported[mine], self.known[theirs], self.left, self.right)

    def differ(self, name: str) -> Flags:
        """Whether a part differs; parts are never null."""
        mine, theirs = _codes(self.reported[name], self.known[name])
        other: Flags = mine[self.left] != theirs[self.right]
        return other

    def of_reported(self, name: str) -> NDArray[np.generic]:
        """A column of the readings, by pair."""
        return self.reported[name].to_numpy()[self.left]

    def of_known(self, name: str) -> NDArray[np.generic]:
        """A column of the recordings, by pair."""
        return self.known[name].to_numpy()[self.right]

    def with_release(self, mine: str) -> Floats:
        """How like a text of each reading and the likeliest of its recording's releases are."""
        left = self.left[self.on_pair]
        found = np.fmax(
            _alike(fuzz.token_sort_ratio, self.reported[mine], self.releases["release"], left,
                   self.on_release),
            _alike(fuzz.ratio, self.reported[f"{mine}_joined"], self.releases["release_joined"],
                   left, self.on_release),
        )  # fmt: skip
        held = _holds(self.reported[mine], self.releases["release"], left, self.on_release)
        found = np.where(held, np.fmax(found, _SHORTENED), found)
        numbers = f"{mine}_numbers"
        one, other = _codes(self.reported[numbers], self.releases["release_numbers"])
        found = np.where(one[left] != other[self.on_release], found / 2, found)
        best = np.full(len(self.left), np.nan)
        np.fmax.at(best, self.on_pair, found)
        return best

    @cached_property
    def on_that_release(self) -> Flags:
        """Whether the release agrees, and says more than the title does."""
        told = self.of_reported("release_tells").astype(np.bool_)
        agrees: Flags = (self.release_title >= _LIKE) & told
        return agrees

    @cached_property
    def placed(self) -> Flags:
        """Whether release and length, to the second, name one place on a record."""
        return self.on_that_release & (self.gap_s <= _EXACT_S)

    @cached_property
    def on_named_release(self) -> Flags:
        """Whether title and length, to the second, name one place on a record of a name of its own.

        Where a length is unknown, the year must agree instead. So many artists have "Greatest Hits"
        that such a title names no record.
        """
        named = self.on_that_release & self.of_reported("release_names").astype(np.bool_)
        in_time = np.where(np.isnan(self.gap_s), self.years == 0.0, self.gap_s <= _EXACT_S)
        sure: Flags = named & in_time & (self.title >= _SURE)
        return sure

    @cached_property
    def gap_s(self) -> Floats:
        """Seconds between the durations; NaN where one is unknown."""
        return np.abs(self._number("duration_s", self.reported, self.left) - self._theirs_s)

    @cached_property
    def tolerated_s(self) -> Floats:
        """The largest gap between two reports of one recording."""
        return np.maximum(_LEAST_GAP_S, _GAP_SHARE * self.longer_s)

    @cached_property
    def longer_s(self) -> Floats:
        """The longer of both durations."""
        mine = self._number("duration_s", self.reported, self.left)
        longer: Floats = np.fmax(mine, self._theirs_s)
        return longer

    @cached_property
    def _theirs_s(self) -> Floats:
        return self._number("duration_s", self.known, self.right)

    @cached_property
    def years(self) -> Floats:
        """Years between the release dates; NaN where one is unknown."""
        mine = self._number("year", self.reported, self.left)
        return np.abs(mine - self._number("year", self.known, self.right))

    @cached_property
    def title(self) -> Floats:
        """The words in any order, or the letters whatever the spaces: the better of both."""
        words = self.alike(fuzz.token_sort_ratio, "core", "core")
        return np.fmax(words, self.alike(fuzz.ratio, "squashed", "squashed"))

    @cached_property
    def cut(self) -> Flags:
        """Whether all words of one title stand in the other, and are about half of it."""
        held = _holds(self.reported["core"], self.known["core"], self.left, self.right)
        half: Flags = held & (self.title >= _HALF)
        return half

    @cached_property
    def artist(self) -> Floats:
        """The same of the names, or the one credited alone against the first of several."""
        whole = np.fmax(
            self.alike(fuzz.token_sort_ratio, "credited", "credited"),
            self.alike(fuzz.ratio, "joined", "joined"),
        )
        lead = np.fmax(
            self.alike(fuzz.token_sort_ratio, "lead", "credited"),
            self.alike(fuzz.token_sort_ratio, "credited", "lead"),
        )
        return np.fmax(whole, lead * _ALONE)

    @cached_property
    def imitated(self) -> Flags:
        """Whether one credit alone says that others are imitated."""
        mine = self._number("imitates", self.reported, self.left)
        theirs = self._number("imitates", self.known, self.right)
        one: Flags = np.abs(mine - theirs) > 0
        return one

    @cached_property
    def release_title(self) -> Floats:
        """The likeliest of the releases that the recording is on; other numbers, another volume."""
        return self.with_release("release")

    @staticmethod
    def _number(name: str, side: pl.DataFrame, places: Places) -> Floats:
        return side[name].cast(pl.Float64).to_numpy()[places]


def _codes(one: pl.Series, other: pl.Series) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Texts of two columns as numbers that are equal where the texts are; null equals null."""
    both = pl.concat([one.rename("t"), other.rename("t")]).cast(
        pl.Categorical(pl.Categories.random())
    )
    codes = both.to_physical().fill_null(int(_NOTHING)).to_numpy()
    return codes[: len(one)], codes[len(one) :]


def _alike(
    scorer: Callable[..., float],
    one: pl.Series,
    other: pl.Series,
    left: Places,
    right: Places,
) -> Floats:
    """The similarity of texts pair by pair, in [0, 1]; each pair of texts is compared once."""
    mine, theirs = _codes(one, other)
    a, b = mine[left].astype(np.uint64), theirs[right].astype(np.uint64)
    found = np.full(len(left), np.nan)
    told = np.flatnonzero((a != _NOTHING) & (b != _NOTHING))
    key, place, back = np.unique(
        a[told] << np.uint64(32) | b[told], return_index=True, return_inverse=True
    )
    if not len(key):
        return found
    texts = one.gather(left[told[place]]).to_list(), other.gather(right[told[place]]).to_list()
    scores = process.cpdist(*texts, scorer=scorer, workers=-1, dtype=np.float64)
    found[told] = (scores / _PER_CENT)[back]
    return found


def unlike(one: pl.Series, other: pl.Series) -> pl.Series:
    """Whether two texts of a row say different things; not where one is null."""
    rows = np.arange(len(one))
    found = _alike(fuzz.token_sort_ratio, one, other, rows, rows)
    return pl.Series("unlike", found < _SAME_TEXT)


def _holds(one: pl.Series, other: pl.Series, left: Places, right: Places) -> Flags:
    """Whether all words of one text stand in the other, pair by pair; not where one is null."""
    words = [
        side.str.split(" ").gather(places).alias(name)
        for side, places, name in ((one, left, "a"), (other, right, "b"))
    ]
    a, b = pl.col("a").list, pl.col("b").list
    within = (a.set_difference("b").list.len() == 0) | (b.set_difference("a").list.len() == 0)
    return pl.DataFrame(words).select(within.fill_null(value=False)).to_series().to_numpy()
