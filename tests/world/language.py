"""What a language can say: numbered titles and artist names, native and in Latin letters.

A title is head + joint + tail, a name is given + family or a band's title: every number below the
pool's size is another one, so that the titles of one artist differ by construction.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

import polars as pl

from tests.world.draws import Ints

_STRIDE = 7919  # a prime: neighbouring numbers fall far apart in the pool


@dataclass(frozen=True)
class Pool:
    """Distinct texts by number, native and Latin; past the end the round makes them distinct."""

    native: pl.Series
    latin: pl.Series

    def picked(self, numbers: Ints, start: Ints) -> pl.DataFrame:
        """Columns `native` and `latin`, one row per number counted from its start."""
        size = len(self.native)
        places = pl.Series((numbers + start) % size * coprime(_STRIDE, size) % size)
        rounds = pl.Series("rounds", numbers // size + 1)
        suffix = pl.when(rounds > 1).then(pl.format(" {}", rounds)).otherwise(pl.lit(""))
        texts = pl.DataFrame(
            {"native": self.native.gather(places), "latin": self.latin.gather(places)}
        )
        return texts.select((pl.col(name) + suffix).alias(name) for name in texts.columns)


@dataclass(frozen=True)
class Language:
    """The words of one language; where `script` is set a word stands as native=latin."""

    code: str
    countries: tuple[str, ...]
    weight: int
    joints: tuple[str, ...]
    heads: str
    tails: str
    given: str
    family: str
    bands: tuple[str, ...]
    order: str = "{given} {family}"
    latin_order: str = "{given} {family}"
    script: bool = False

    @cached_property
    def titles(self) -> Pool:
        """Every title of the language."""
        return _pool(
            (head[0] + joint[0] + tail[0], head[1] + joint[1] + tail[1])
            for joint in map(_forms, self.joints)
            for tail in _words(self.tails)
            for head in _words(self.heads)
        )

    @cached_property
    def artists(self) -> Pool:
        """Every artist's name of the language: people and bands."""
        latin_order = self.latin_order if self.script else self.order
        people = (
            (
                self.order.format(given=given[0], family=family[0]),
                latin_order.format(given=given[1], family=family[1]),
            )
            for family in _words(self.family)
            for given in _words(self.given)
        )
        groups = (
            (band[0].format(head=head[0], tail=tail[0]), band[1].format(head=head[1], tail=tail[1]))
            for band in map(_forms, self.bands)
            for tail in _words(self.tails)
            for head in _words(self.heads)
        )
        return _pool(chain(people, groups))


def coprime(stride: int, size: int) -> int:
    """The first number from `stride` on that walks through a circle of `size` without repeats."""
    while math.gcd(stride, size) != 1:
        stride += 1
    return stride


def _forms(text: str) -> tuple[str, str]:
    """Native and Latin form of a joint or a band: native|latin, or one for both."""
    native, _, latin = text.partition("|")
    return native, latin or native


def _words(text: str) -> list[tuple[str, str]]:
    """Native and Latin form of each word."""
    pairs = (word.partition("=") for word in text.split())
    return [(native, latin or native) for native, _, latin in pairs]


def _pool(pairs: Iterable[tuple[str, str]]) -> Pool:
    distinct = dict(pairs)
    return Pool(pl.Series(list(distinct)), pl.Series(list(distinct.values())))
