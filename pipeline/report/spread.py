"""How numbers are spread, by the buckets of a sketch: where each is drawn, and what is typical.

A bucket lies between two powers of 2^(1/4) (`watch.sketch_buckets`), so an axis of buckets is
logarithmic: below zero mirrored, with zero between.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipeline.watch.sketch_buckets import NEGATIVE, ZERO

_PER_POWER = 4
_PER_TEN = _PER_POWER * math.log2(10)
_LEAST_GAP = 0.22
"""Of an axis, between two labels."""
_LEAST_PLAIN, _MOST_PLAIN = -4, 3
_HUNDRED = 100
_HALF = 0.5


@dataclass(frozen=True, order=True)
class Bucket:
    """A bucket: its sign (0: zero itself), and the exponent of its lower border."""

    sign: int
    exponent: int

    @classmethod
    def of(cls, value: str) -> "Bucket":
        """The bucket of a sketch's `3`, `neg:3` or `zero`."""
        if value == ZERO:
            return cls(0, 0)
        sign = -1 if value.startswith(NEGATIVE) else 1
        return cls(sign, int(value.removeprefix(NEGATIVE)))

    def begins(self, least: int) -> int:
        """Where it is drawn on an axis whose least exponent is this: it is one wide."""
        return self.sign * (self.exponent - least + 1) if self.sign else 0


@dataclass(frozen=True)
class Spread:
    """How one column is spread now and before.

    Attributes:
        bars: `begins`, `ends`, `now` and `then` (shares of the lines), ascending and without gaps.
        ticks: places on the axis and what stands there.
        now: the typical size (the geometric mean) of this period; None without lines.
        then: of those before.
    """

    bars: list[dict[str, Any]]
    ticks: list[tuple[float, str]]
    now: float | None
    then: float | None


def spread(found: pl.DataFrame) -> Spread:
    """How the buckets of one column are spread; of `notebooks/drift_buckets`."""
    counts = {
        Bucket.of(value): (now, then)
        for value, now, then in found.select("value", "lines_now", "lines_then").iter_rows()
    }
    least = min((one.exponent for one in counts if one.sign), default=0)
    placed = {one.begins(least): share for one, share in counts.items()}
    all_now, all_then = (sum(pair[at] for pair in counts.values()) for at in (0, 1))
    bars = [
        {
            "begins": at,
            "ends": at + 1,
            "now": _share(placed.get(at, (0, 0))[0], all_now),
            "then": _share(placed.get(at, (0, 0))[1], all_then),
        }
        for at in range(min(placed, default=0), max(placed, default=0) + 1)
    ]
    first, last = min(placed, default=0), max(placed, default=0) + 1
    return Spread(
        bars,
        list(_ticks(first, last, least)),
        _typical({one: now for one, (now, _) in counts.items()}),
        _typical({one: then for one, (_, then) in counts.items()}),
    )


def _share(count: int, of: int) -> float:
    return count / of if of else 0.0


def _typical(counts: dict[Bucket, int]) -> float | None:
    """The geometric mean of all sizes but zero; it moves as all of them do."""
    lines = sum(count for one, count in counts.items() if one.sign)
    if not lines:
        return 0.0 if any(counts.values()) else None
    exponents = sum((one.exponent + _HALF) * count for one, count in counts.items() if one.sign)
    power: float = 2 ** (exponents / lines / _PER_POWER)
    return power


def _ticks(first: int, last: int, least: int) -> Iterator[tuple[float, str]]:
    """Powers of ten that lie on an axis, as many as find room."""
    wide = last - first
    every = math.ceil(_LEAST_GAP * wide / _PER_TEN)
    tens = range(math.floor(least / _PER_TEN), math.ceil((least + wide) / _PER_TEN) + 1)
    for ten in tens:
        at = ten * _PER_TEN - least + 1
        if ten % every:
            continue
        if max(first, 1) <= at <= last:
            yield at, _power(ten)
        if at >= 1 and -at >= first:
            yield -at, f"−{_power(ten)}"
    if first <= 0 < last:
        yield _HALF, "0"


def _power(ten: int) -> str:
    """A power of ten as people write it."""
    if ten < _LEAST_PLAIN:
        return f"1e−{-ten}"
    if ten <= _MOST_PLAIN:
        return f"{10**ten:,}" if ten >= 0 else f"{10.0**ten:.{-ten}f}"
    thousands, rest = divmod(ten, 3)
    unit = ("", "k", "M", "G", "T")[thousands] if thousands < _PER_POWER + 1 else ""
    return f"{10**rest}{unit}" if unit else f"1e{ten}"


def about(number: float | None) -> str:
    """A number that is known to two digits."""
    if number is None:
        return "–"
    if abs(number) >= _HUNDRED:
        return f"{float(f'{number:.2g}'):,.0f}".replace("-", "−")
    return f"{number:.2g}".replace("-", "−")
