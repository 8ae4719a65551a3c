"""The index of words as a session reads it: whole columns, in the order in which they stand."""

from dataclasses import dataclass
from functools import cached_property

import duckdb
import numpy as np
from numpy.typing import NDArray

from pipeline.match.vocabulary import NO_TEXT
from pipeline.store.sql import query

Numbers = NDArray[np.uint64]
Places = NDArray[np.int64]

BORNE = 60  # recordings of one text that are looked at
_SCATTER = np.uint64(0x9E37_79B9_7F4A_7C15)
_HELD_EACH = 8  # places of the table of keys, for each key
_FEW = 64  # so many times as many keys: the table would cost more to fill than it spares
_HALF = np.uint64(32)


@dataclass(frozen=True)
class Borne:
    """Recordings in the order of a first and a second text of theirs.

    Attributes:
        key: both texts as one number.
        recording: by its mark, which no order of a catalog's rows changes.
        begin: where the recordings of each first text begin; one more than there are texts.
    """

    key: Numbers
    recording: NDArray[np.uint32]
    begin: Places

    @classmethod
    def of(cls, key: Numbers, recording: NDArray[np.uint32]) -> "Borne":
        """From keys in order, and the recording of each."""
        ones = (key >> _HALF).astype(np.int64)
        begin = np.concatenate([[0], np.bincount(ones).cumsum()])
        return cls(key, recording, begin)

    @cached_property
    def held(self) -> NDArray[np.bool_]:
        """By the scattered key, whether any recording bears both texts; few others answer yes."""
        held = np.zeros(2 ** max(_HELD_EACH * len(self.key), 2).bit_length(), np.bool_)
        held[_scattered(self.key, held)] = True
        return held

    def bearing(self, text: Places) -> tuple[Places, Places]:
        """Start and length of the recordings that bear each text first."""
        known = np.minimum(text, len(self.begin) - 2)
        start = self.begin[known]
        length = np.where(known == text, self.begin[known + 1] - start, 0)
        return start, np.minimum(length, BORNE)

    def bearing_both(self, key: Numbers) -> tuple[Places, Places, Places]:
        """Which keys any recording bears, and start and length of those that do."""
        if len(key) * _FEW < len(self.key):
            asked = np.arange(len(key))
        else:
            asked = np.flatnonzero(self.held[_scattered(key, self.held)])
        start = np.searchsorted(self.key, key[asked])
        length = np.searchsorted(self.key, key[asked], "right") - start
        borne = length > 0
        return asked[borne], start[borne], np.minimum(length[borne], BORNE)


def _scattered(key: Numbers, held: NDArray[np.bool_]) -> Numbers:
    """A place in a table of 2^n for each key: the upper bits of a product, which all bits sway."""
    return key * _SCATTER >> np.uint64(65 - len(held).bit_length())


@dataclass(frozen=True)
class WordIndex:
    """All that is asked for by place; see `vocabulary.made`.

    Attributes:
        texts: of words, run after run, each with the number of its words in the lowest bits.
        by_title: recordings by title and artist.
        by_artist: recordings by artist and title.
        by_release: recordings by the title of a release and their own mark.
        recording_no: of each mark.
        duration_s: of each mark, 0 where it is unknown.
        version_hash: of each mark.
    """

    texts: NDArray[np.uint32]
    by_title: Borne
    by_artist: Borne
    by_release: Borne
    recording_no: NDArray[np.uint32]
    duration_s: NDArray[np.uint32]
    version_hash: NDArray[np.uint16]

    @classmethod
    def read(cls, con: duckdb.DuckDBPyConnection) -> "WordIndex":
        """Of the catalog attached as `catalog`."""
        columns = {
            name: con.sql(query(f"match/read_{name}")).fetchnumpy()
            for name in ("words", "by_title", "by_artist", "by_release", "marks")
        }
        release = columns["by_release"]["key"]
        marks = columns["marks"]
        return cls(
            texts=columns["words"]["text"],
            by_title=Borne.of(columns["by_title"]["key"], columns["by_title"]["mark"]),
            by_artist=Borne.of(columns["by_artist"]["key"], columns["by_artist"]["mark"]),
            by_release=Borne.of(release, (release & np.uint64(NO_TEXT)).astype(np.uint32)),
            recording_no=marks["recording_no"],
            duration_s=marks["duration_s"],
            version_hash=marks["version_hash"],
        )
