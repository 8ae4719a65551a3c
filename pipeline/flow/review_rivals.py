"""Decisions that could not both hold: the same identifier, where and when limits overlap."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any

import polars as pl

from pipeline.vocab import Decision

_ABOUT_IDENTITIES = (Decision.ACCEPT, Decision.REJECT, Decision.MISSING, Decision.EXCLUDE)


def rivals(row: Mapping[str, Any], stand: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """Standing decisions about the same identifier, both limited or neither, that overlap."""
    same = stand.filter(
        pl.col("kind").is_in([kind.value for kind in _ABOUT_IDENTITIES]),
        bound_to=row["bound_to"],
        value=row["value"],
    )
    for other in same.iter_rows(named=True):
        alike = all(other[name] == row[name] for name in ("source", "level"))
        if alike and _overlap(row, other):
            yield other


def twice(row: Mapping[str, Any], earlier: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Words given before, in the same breath, that say something else of the same identifier."""
    said = ("kind", "recording_id", "release_id")
    return [
        dict(other)
        for other in earlier
        if all(other[name] == row[name] for name in ("bound_to", "source", "value", "level"))
        and _overlap(row, other)
        and any(other[name] != row[name] for name in said)
    ]


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two decisions could hold for one line with equal right."""
    if _limited(one) != _limited(other):
        return False
    places, others = set(one["territories"] or ()), set(other["territories"] or ())
    apart = bool(places and others and not places & others)
    first, last = date.min, date.max
    begins = max(one["valid_from"] or first, other["valid_from"] or first)
    ends = min(one["valid_to"] or last, other["valid_to"] or last)
    return not apart and begins <= ends


def _limited(decision: Mapping[str, Any]) -> bool:
    return bool(decision["territories"] or decision["valid_from"] or decision["valid_to"])
