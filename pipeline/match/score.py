"""How like a reported line and a recording are: named features, their weights, and vetoes.

A feature is a number in [0, 1] for each pair of a reading and a recording, or NaN where one side
says nothing. The score is the mean of those present, by weight; a veto keeps it below what may
match. Pairs come in arrays: rapidfuzz compares them in batches on all cores, and no Python runs for
a single pair. Scores are rounded, so that they are the same bits on any number of threads.
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

VETOED = 0.84
"""No vetoed pair scores higher: below the threshold, whatever the features say."""
DECIMALS = 6

_PER_CENT = 100.0
_ROUNDING_S = 1.0
_EXACT_S = 1.5
_LEAST_GAP_S, _GAP_SHARE = 8.0, 0.04
_YEARS = 10.0
_SHORTENED = 0.75
"""Likeness of a release title to one that has all its words: titles get shortened and extended."""
_SURE, _LIKE = 0.95, 0.9
_OTHER_EDIT = 2.0
_SAME_TEXT = 0.8


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
        return _alike(
            scorer, self.reported[mine], self.known[theirs], self.left, self.right
        )

    def differ(self, name: str) -> Flags:
        """Whether a part differs; parts are never null."""
        mine, theirs = _codes(self.reported[name], self.known[name])
        return mine[self.left] != theirs[self.right]

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
        return (self.release_title >= _LIKE) & told

    @cached_property
    def placed(self) -> Flags:
        """Whether release and length, to the second, name one place on a record."""
        return self.on_that_release & (self.gap_s <= _EXACT_S)

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
        """See `title`."""
        return title(self)

    @cached_property
    def artist(self) -> Floats:
        """See `artist`."""
        return artist(self)

    @cached_property
    def release_title(self) -> Floats:
        """See `release_title`."""
        return release_title(self)

    @staticmethod
    def _number(name: str, side: pl.DataFrame, places: Places) -> Floats:
        return side[name].cast(pl.Float64).to_numpy()[places]


def _codes(one: pl.Series, other: pl.Series) -> tuple[NDArray[np.uint32], NDArray[np.uint32]]:
    """Texts of two columns as numbers that are equal where the texts are; null equals null."""
    both = pl.concat([one.rename("t"), other.rename("t")]).cast(
        pl.Categorical(pl.Categories.random())
    )
    codes = both.to_physical().fill_null(2**32 - 1).to_numpy()
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
    nothing = np.uint32(2**32 - 1)
    a, b = mine[left].astype(np.uint64), theirs[right].astype(np.uint64)
    found = np.full(len(left), np.nan)
    told = np.flatnonzero((a != nothing) & (b != nothing))
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


def title(pairs: Pairs) -> Floats:
    """The words in any order, or the letters whatever the spaces: the better of both."""
    words = pairs.alike(fuzz.token_sort_ratio, "core", "core")
    return np.fmax(words, pairs.alike(fuzz.ratio, "squashed", "squashed"))


def artist(pairs: Pairs) -> Floats:
    """The same of the names, or the one credited alone against the first of several."""
    whole = np.fmax(
        pairs.alike(fuzz.token_sort_ratio, "credited", "credited"),
        pairs.alike(fuzz.ratio, "joined", "joined"),
    )
    lead = np.fmax(
        pairs.alike(fuzz.token_sort_ratio, "lead", "credited"),
        pairs.alike(fuzz.token_sort_ratio, "credited", "lead"),
    )
    return np.fmax(whole, lead * 0.95)


def release_title(pairs: Pairs) -> Floats:
    """The likeliest of the releases that the recording is on; other numbers, another volume."""
    return pairs.with_release("release")


def duration(pairs: Pairs) -> Floats:
    """1 within a second, 0 at twice what two reports of one recording may differ by."""
    gap = np.maximum(pairs.gap_s - _ROUNDING_S, 0.0)
    return np.maximum(1.0 - gap / (2.0 * pairs.tolerated_s), 0.0)


def release_date(pairs: Pairs) -> Floats:
    """By years: a reissue is dated years later, and many reports know the year alone."""
    return np.maximum(1.0 - pairs.years / _YEARS, 0.0)


def label(pairs: Pairs) -> Floats:
    """The words of the labels; imprint and distributor often stand for each other."""
    return pairs.alike(fuzz.token_sort_ratio, "label", "label")


FEATURES: dict[str, tuple[float, Callable[[Pairs], Floats]]] = {
    "title": (0.45, lambda pairs: pairs.title),
    "artist": (0.30, lambda pairs: pairs.artist),
    "release_title": (0.12, lambda pairs: pairs.release_title),
    "duration": (0.08, duration),
    "release_date": (0.05, release_date),
    "label": (0.02, label),
}
"""Weight and function of each component, in the order in which they are told and summed."""

UNSAID = {"artist": 0.7}
"""What a component counts for where one side says nothing; the others then do not count at all."""


def _nameless(pairs: Pairs) -> Flags:
    """A placeholder for a title names nothing."""
    return _flags(pairs.of_reported("is_blank")) | _flags(pairs.of_known("is_blank"))


def _generic(pairs: Pairs) -> Flags:
    """An "Intro" is told from all others by its release and its length alone."""
    generic = _flags(pairs.of_reported("is_generic")) | _flags(pairs.of_known("is_generic"))
    witnessed = (pairs.release_title >= 0.9) & (pairs.gap_s <= 2.0)
    return generic & ~witnessed


def _other_markers(pairs: Pairs) -> Flags:
    return pairs.differ("markers")


def _other_name(pairs: Pairs) -> Flags:
    """Whose remix, or where it was played: named on both sides and unlike, or on one alone."""
    unlike = pairs.alike(fuzz.token_sort_ratio, "name", "name") < 0.8
    return pairs.differ("name") & unlike


def _other_guests(pairs: Pairs) -> Flags:
    """Guests named on both sides, and not the same ones: another recording of the song."""
    return pairs.alike(fuzz.token_sort_ratio, "guests", "guests") < 0.6


def _other_numbers(pairs: Pairs) -> Flags:
    return pairs.differ("numbers")


def _other_title(pairs: Pairs) -> Flags:
    """Unlike titles; a cut one may pass where artist and place on a record agree."""
    known = pairs.placed & (pairs.artist >= _LIKE)
    return pairs.title < np.where(known, 0.75, 0.8)


def _no_artist(pairs: Pairs) -> Flags:
    """No artist on one side; a report may leave it out where title and place on a record are sure.

    A recording without an artist is not what a report with one means.
    """
    unsaid = pairs.reported["credited"].is_null().to_numpy()[pairs.left]
    return np.isnan(pairs.artist) & ~(unsaid & pairs.placed & (pairs.title >= _SURE))


def _other_artist(pairs: Pairs) -> Flags:
    """Unlike artists; a misspelt one may pass where title and place on a record are sure."""
    known = pairs.placed & (pairs.title >= _SURE)
    return pairs.artist < np.where(known, 0.5, 0.75)


def _other_duration(pairs: Pairs) -> Flags:
    """Another length, unless title, artist and release all agree: then the length is a slip.

    From twice as long on it is another edit whatever its name.
    """
    agreed = (pairs.title >= _SURE) & (pairs.artist >= _LIKE) & pairs.on_that_release
    slip = agreed & (pairs.longer_s < _OTHER_EDIT * (pairs.longer_s - pairs.gap_s))
    return (pairs.gap_s > pairs.tolerated_s) & ~slip


def _other_release(pairs: Pairs) -> Flags:
    """Not even the release's name agrees."""
    return pairs.release_title < 0.6


def _part_unknown(pairs: Pairs) -> Flags:
    """What a reading took off the title is neither the recording's artist nor its release."""
    need = pairs.of_reported("agrees_with")
    names = pairs.alike(fuzz.token_sort_ratio, "part_names", "credited")
    names = np.fmax(names, pairs.alike(fuzz.ratio, "part_names_joined", "joined"))
    taken = np.fmax(pairs.with_release("part"), pairs.of_reported("part_repeats").astype(float))
    agreed = np.where(need == "artist", names, taken)
    return ((need == "artist") | (need == "release")) & ~(agreed >= 0.75)


VETOES: dict[str, Callable[[Pairs], Flags]] = {
    "part": _part_unknown,
    "placeholder": _nameless,
    "generic_title": _generic,
    "title": _other_title,
    "version": _other_markers,
    "version_name": _other_name,
    "guests": _other_guests,
    "number": _other_numbers,
    "artist_unknown": _no_artist,
    "artist": _other_artist,
    "duration": _other_duration,
    "release": _other_release,
}
"""What each of them says, alone, means another recording, or one that cannot be told."""


@dataclass(frozen=True)
class Scored:
    """Scores of pairs.

    Attributes:
        score: in [0, 1], rounded; not above `VETOED` where there is a veto, 0 for a placeholder.
        components: by name; NaN where one side says nothing.
        vetoes: by name, whether the pair has it.
    """

    score: Floats
    components: dict[str, Floats]
    vetoes: dict[str, Flags]

    @property
    def vetoed(self) -> Flags:
        """Whether any veto holds."""
        return np.logical_or.reduce(list(self.vetoes.values()))


def scored(pairs: Pairs) -> Scored:
    """Every feature and veto of every pair, and what they come to."""
    components = {name: np.round(find(pairs), DECIMALS) for name, (_, find) in FEATURES.items()}
    vetoes = {name: find(pairs) for name, find in VETOES.items()}
    total, weight = np.zeros(len(pairs.left)), np.zeros(len(pairs.left))
    for name, (share, _) in FEATURES.items():
        told = components[name]
        told = np.where(np.isnan(told), UNSAID.get(name, np.nan), told)
        present = ~np.isnan(told)
        total += np.where(present, told * share, 0.0)
        weight += np.where(present, share, 0.0)
    mean = np.round(total / np.maximum(weight, 1e-9), DECIMALS)
    any_veto = np.logical_or.reduce(list(vetoes.values()))
    score = np.where(any_veto, np.minimum(mean, VETOED), mean)
    score = np.where(vetoes["placeholder"], 0.0, score)
    return Scored(score, components, vetoes)


def _flags(values: NDArray[np.generic]) -> Flags:
    return values.astype(np.bool_)
