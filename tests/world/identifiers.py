"""Identifiers in their right form: ISRC, GTIN, ISWC, whole columns at once."""

import numpy as np
import polars as pl

from tests.world.draws import Ints

_BASE36 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_FIRST_REGISTRANT = 12960  # 'A00': real registrants mostly begin with a letter


def registrants(count: int) -> list[str]:
    """Distinct registrant codes of three letters or digits (ISO 3901 §4)."""
    numbers = range(_FIRST_REGISTRANT, _FIRST_REGISTRANT + count)
    return [_BASE36[n // 1296] + _BASE36[n // 36 % 36] + _BASE36[n % 36] for n in numbers]


def padded(numbers: Ints, width: int) -> pl.Series:
    """Numbers as text with leading zeros."""
    return pl.Series(numbers).cast(pl.String).str.zfill(width)


def isrcs(prefixes: pl.Series, years: Ints, designations: Ints) -> pl.Series:
    """ISRCs of a country and registrant prefix, a year and a five-digit designation."""
    return prefixes + padded(years % 100, 2) + padded(designations, 5)


def gtins(bodies: Ints, width: int) -> pl.Series:
    """Bodies of `width` − 1 digits with the GS1 check digit that makes `width` digits."""
    weighted = np.zeros_like(bodies)
    rest = bodies.copy()
    for place in range(width - 1):
        weighted += rest % 10 * (3 if place % 2 == 0 else 1)
        rest //= 10
    return padded(bodies * 10 + (10 - weighted % 10) % 10, width)


def iswcs(works: Ints) -> pl.Series:
    """ISWCs (ISO 15707) of nine-digit work numbers, without separators."""
    weighted = np.ones_like(works)
    for place in range(9):
        weighted += works // 10 ** (8 - place) % 10 * (place + 1)
    return "T" + padded(works * 10 + (10 - weighted % 10) % 10, 10)
