"""Which reported column may hold which canonical one: by what senders call it, and its cells."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl
from rapidfuzz import fuzz

from pipeline.contract import currencies, forms, identifiers
from pipeline.contract.columns import REPORTED
from pipeline.read.draft_names import NAMES
from pipeline.read.profile_spec import Spec

_ASIDE = re.compile(r"[(\[].*?[)\]]")
_GAP = re.compile(r"[\W_]+")
_LEAST_LIKE = 0.85
_SLIP = 0.05
_WITHIN, _SHARE = 0.4, 0.4
"""A known name among further words: so much, and so much more by its share of the words."""
_LEAST_SOUND = 0.5
_SURE = 0.95
_UNNAMED = 0.7
_BLANK = 0.6
NUMBERS = ("quantity", "amount", "unit_price", "gross_amount")
DAYS = {
    "period_start": "period",
    "period_end": "period",
    "activity_start": "activity",
    "activity_end": "activity",
    "release_date": "release_date",
}
_ENDS = {"period_end": "period_start", "activity_end": "activity_start"}
"""Days that the column of another names too, where no column of their own does."""
_TELLING = ("isrc", "gtin")
"""Canonical columns whose cells alone can tell them, where enough differ."""
_LEAST_DISTINCT = 3


@dataclass(frozen=True)
class Proposal:
    """A reported column for a canonical one.

    Attributes:
        canonical: the canonical column.
        column: the reported one.
        confidence: from 0 to 1.
        why: what speaks for it, in words.
        forms: how its cells are written, by the names of forms, the most frequent first.
    """

    canonical: str
    column: str
    confidence: float
    why: str
    forms: tuple[str, ...] = ()


def proposals(cells: pl.DataFrame, known: Sequence[Spec]) -> list[Proposal]:
    """The likeliest column for each canonical one, each taken once, in canonical order.

    Args:
        cells: some records of the report, all String.
        known: profiles, whose names for columns are what senders call them.
    """
    names = vocabulary(known)
    offers = [
        offer
        for column in map(_Column, cells)
        for canonical in REPORTED
        if (offer := _offer(canonical, column, names[canonical])) is not None
    ]
    place = {name: at for at, name in enumerate(cells.columns)}
    taken: dict[str, Proposal] = {}
    for offer in sorted(offers, key=lambda one: (-one.confidence, place[one.column])):
        used = {one.column for one in taken.values()}
        if offer.canonical not in taken and offer.column not in used:
            taken[offer.canonical] = offer
    for end, start in _ENDS.items():
        if start in taken and end not in taken:
            taken[end] = replace(taken[start], canonical=end)
    return [taken[name] for name in REPORTED if name in taken]


def vocabulary(known: Sequence[Spec]) -> dict[str, frozenset[str]]:
    """What senders call each canonical column, in plain words.

    Args:
        known: profiles, whose names for columns count beside `NAMES`.
    """
    names = {name: {plain_name(name), *NAMES[name]} for name in NAMES}
    for spec in known:
        for canonical, columns in spec.columns.items():
            # A cell of a DSR flat file is named by its record and a dot.
            names[canonical].update(plain_name(column.rpartition(".")[2]) for column in columns)
    return {name: frozenset(found) for name, found in names.items()}


def plain_name(column: str) -> str:
    """The words of a column's name in lower case, without what stands in parentheses."""
    return " ".join(_GAP.sub(" ", _ASIDE.sub(" ", column)).casefold().split())


def _offer(canonical: str, column: "_Column", names: Iterable[str]) -> Proposal | None:
    """How well a column would do for a canonical one; None where nothing speaks for it."""
    named, like = _named(column.plain, names)
    if not named and canonical not in _TELLING:
        # Whatever its cells are: they are not looked at.
        return None
    filled = column.filled
    test = _TESTS.get(canonical)
    if test is None or not len(filled):
        if not named:
            return None
        blank = "" if test is None else ", all blank"
        sure = named if len(filled) else named * _BLANK
        return Proposal(canonical, column.name, round(sure, 2), f"named like {like!r}{blank}")
    share, written = column.tested(test)
    told = canonical in _TELLING and share >= _SURE and filled.n_unique() >= _LEAST_DISTINCT
    if share < _LEAST_SOUND or not (named or told):
        return None
    sure = (named + share) / 2 if named else share * _UNNAMED
    sound = f"{share * len(filled):.0f} of {len(filled)} cells sound"
    why = f"named like {like!r}, {sound}" if named else sound
    return Proposal(canonical, column.name, round(sure, 2), why, written)


def _named(name: str, names: Iterable[str]) -> tuple[float, str]:
    """How like a name is to one that senders use, 0 where it is not, and to which."""
    likes = ((_like(name, one), one) for one in names)
    return max(likes, default=(0.0, ""))


def _like(name: str, known: str) -> float:
    """1 for the same words, less for a slip or another word beside them; 0 for anything else."""
    if name == known:
        return 1.0
    ratio = fuzz.token_sort_ratio(name, known) / 100
    if ratio >= _LEAST_LIKE:
        return ratio - _SLIP
    words, others = set(name.split()), set(known.split())
    return _WITHIN + _SHARE * len(others) / len(words) if others and others < words else 0.0


Test = Callable[[pl.Series], tuple[float, tuple[str, ...]]]


class _Column:
    """A reported column; canonical ones that share a test put it to the cells once."""

    def __init__(self, cells: pl.Series) -> None:
        self.name = cells.name
        self.plain = plain_name(cells.name)
        self.filled = cells.str.strip_chars().replace("", None).drop_nulls()
        self._tested = dict[Test, tuple[float, tuple[str, ...]]]()

    def tested(self, test: Test) -> tuple[float, tuple[str, ...]]:
        """Which share of the cells is sound, and how they are written."""
        if test not in self._tested:
            self._tested[test] = test(self.filled)
        return self._tested[test]


def _sound(expression: Callable[[pl.Expr], pl.Expr]) -> Test:
    """A test by an expression that is null where a cell is none."""

    def test(cells: pl.Series) -> tuple[float, tuple[str, ...]]:
        found = cells.to_frame("cell").select(expression(pl.col("cell"))).to_series()
        return 1 - found.null_count() / len(cells), ()

    return test


def _is_currency(cells: pl.Expr) -> pl.Expr:
    return pl.when(currencies.is_valid(cells, pl.lit(None, dtype=pl.Date))).then(cells)


def _written(
    names: Iterable[str], read: Callable[[pl.Expr, str], pl.Expr], most: int | None = None
) -> Test:
    """A test by forms: the one that reads most cells, then those that read more of the rest.

    Args:
        names: of forms.
        read: null where a form cannot read a cell.
        most: how many forms a column may be written in.
    """

    def test(cells: pl.Series) -> tuple[float, tuple[str, ...]]:
        found = list[str]()
        # Whether a form reads a cell depends on no other cell, so all are asked once.
        left = cells.to_frame("cell").select(
            read(pl.col("cell"), name).is_not_null().alias(name) for name in names
        )
        while len(left) and (most is None or len(found) < most):
            best = max(left, key=pl.Series.sum)
            if not best.any():
                break
            found.append(best.name)
            left = left.filter(~best)
        return 1 - len(left) / len(cells), tuple(found)

    return test


def _number(cells: pl.Expr, name: str) -> pl.Expr:
    return forms.number(cells, name).cast(pl.Float64, strict=False)


def _day(cells: pl.Expr, name: str) -> pl.Expr:
    return forms.period(cells, [name], "start").str.to_date("%Y-%m-%d", strict=False)


def _place(cells: pl.Expr, name: str) -> pl.Expr:
    return forms.TERRITORIES[name](cells)


_TESTS: Mapping[str, Test] = {
    "isrc": _sound(identifiers.isrc),
    "gtin": _sound(identifiers.gtin),
    "currency": _sound(_is_currency),
    "territory": _written(forms.TERRITORIES, _place),
    **dict.fromkeys(NUMBERS, _written(("point", "comma"), _number, most=1)),
    **dict.fromkeys(DAYS, _written(forms.PERIODS, _day)),
}
