"""How like a reported line and a recording are: named features, their weights, and vetoes.

A feature is a number in [0, 1] for each pair of a reading and a recording, or NaN where one side
says nothing. The score is the mean of those present, by weight; a veto keeps it below what may
match. Scores are rounded, so that they are the same bits on any number of threads.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz

from pipeline.match.pairs import Flags, Floats, Pairs

VETOED = 0.84
"""No vetoed pair scores higher: below the threshold, whatever the features say."""
DECIMALS = 6

_ROUNDING_S = 1.0
_GENERIC_S = 2.0
_YEARS = 10.0
_SURE, _LIKE, _ENOUGH = 0.95, 0.9, 0.75
_TITLE, _PLACED_TITLE = 0.8, 0.75
_ARTIST, _PLACED_ARTIST = 0.75, 0.5
_NAME, _GUESTS, _RELEASE = 0.8, 0.6, 0.6
_OTHER_EDIT = 2.0
"""How many times as long another edit is, at least, where all texts agree."""


def _title(pairs: Pairs) -> Floats:
    """The likeness of the names; a cut one counts as barely like where all else agrees."""
    known = pairs.cut & pairs.placed & (pairs.artist >= _LIKE)
    return np.where(known, np.fmax(pairs.title, _TITLE), pairs.title)


def duration(pairs: Pairs) -> Floats:
    """1 within a second, 0 at twice what two reports of one recording may differ by."""
    gap = np.maximum(pairs.gap_s - _ROUNDING_S, 0.0)
    return np.maximum(1.0 - gap / (2.0 * pairs.tolerated_s), 0.0)


def release_date(pairs: Pairs) -> Floats:
    """By years: a reissue is dated years later, and many reports know the year alone."""
    return np.maximum(1.0 - pairs.years / _YEARS, 0.0)


def label(pairs: Pairs) -> Floats:
    """The words of the labels; imprint and distributor often stand for each other."""
    return pairs.alike(fuzz.token_sort_ratio, "label_words", "label_words")


FEATURES: dict[str, tuple[float, Callable[[Pairs], Floats]]] = {
    "title": (0.45, _title),
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
    witnessed = (pairs.release_title >= _LIKE) & (pairs.gap_s <= _GENERIC_S)
    return generic & ~witnessed


def _other_markers(pairs: Pairs) -> Flags:
    return pairs.differ("markers")


def _other_name(pairs: Pairs) -> Flags:
    """Whose remix, or where it was played: named on both sides and unlike, or on one alone."""
    unlike = pairs.alike(fuzz.token_sort_ratio, "name", "name") < _NAME
    return pairs.differ("name") & unlike


def _other_guests(pairs: Pairs) -> Flags:
    """Guests named on both sides, and not the same ones: another recording of the song."""
    return pairs.alike(fuzz.token_sort_ratio, "guests", "guests") < _GUESTS


def _other_numbers(pairs: Pairs) -> Flags:
    return pairs.differ("numbers")


def _other_title(pairs: Pairs) -> Flags:
    """Unlike titles; a cut or misspelt one may pass where artist and place on a record agree."""
    known = pairs.placed & (pairs.artist >= _LIKE)
    return (pairs.title < np.where(known, _PLACED_TITLE, _TITLE)) & ~(known & pairs.cut)


def _no_artist(pairs: Pairs) -> Flags:
    """No artist on one side: then only the title and its place on a record can tell.

    Reports leave the artist out, and catalogs hold recordings whose artist is "unknown". A report
    without one may name any record; where the recording has none, it must be one of a name of its
    own, or else another artist's song of that title is paid to no one in particular.
    """
    unsaid = pairs.reported["credited"].is_null().to_numpy()[pairs.left]
    told = (unsaid & pairs.placed & (pairs.title >= _SURE)) | pairs.on_named_release
    return np.isnan(pairs.artist) & ~told


def _other_artist(pairs: Pairs) -> Flags:
    """Unlike artists; a misspelt one may pass where title and place on a record are sure."""
    known = pairs.placed & (pairs.title >= _SURE)
    return pairs.artist < np.where(known, _PLACED_ARTIST, _ARTIST)


def _imitator(pairs: Pairs) -> Flags:
    """A tribute or karaoke band bears the name of whom it imitates."""
    return pairs.imitated


def _other_duration(pairs: Pairs) -> Flags:
    """Another length, unless title, artist and release all agree: then the length is a slip.

    Title or artist may be misspelt, not both. From twice as long on it is another edit whatever
    its name.
    """
    lower = np.minimum(pairs.title, pairs.artist)
    upper = np.maximum(pairs.title, pairs.artist)
    agreed = (lower >= _LIKE) & (upper >= _SURE) & pairs.on_that_release
    slip = agreed & (pairs.longer_s < _OTHER_EDIT * (pairs.longer_s - pairs.gap_s))
    return (pairs.gap_s > pairs.tolerated_s) & ~slip


def _other_release(pairs: Pairs) -> Flags:
    """Not even the release's name agrees."""
    return pairs.release_title < _RELEASE


def _part_unknown(pairs: Pairs) -> Flags:
    """What a reading took off the title is neither the recording's artist nor its release."""
    need = pairs.of_reported("agrees_with")
    names = pairs.alike(fuzz.token_sort_ratio, "part_names", "credited")
    names = np.fmax(names, pairs.alike(fuzz.ratio, "part_names_joined", "joined"))
    taken = np.fmax(pairs.with_release("part"), pairs.of_reported("part_repeats").astype(float))
    # As misspelt as an artist's own cell may be, and no more.
    known = pairs.placed & (pairs.title >= _SURE)
    as_artist = names >= np.where(known, _PLACED_ARTIST, _ENOUGH)
    # A recording of no known artist, or on no known release, cannot agree: all else must.
    as_artist |= np.isnan(names) & pairs.on_named_release
    alone = (pairs.gap_s <= _ROUNDING_S) & (pairs.title >= _SURE) & (pairs.artist >= _SURE)
    as_release = (taken >= _ENOUGH) | (np.isnan(taken) & alone)
    agreed = np.where(need == "artist", as_artist, as_release)
    unknown: Flags = ((need == "artist") | (need == "release")) & ~agreed
    return unknown


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
    "imitator": _imitator,
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
        held: Flags = np.logical_or.reduce(list(self.vetoes.values()))
        return held


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
