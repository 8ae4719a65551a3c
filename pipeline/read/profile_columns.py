"""From a profile's words to expressions: raw cells in, canonical columns in normal form out."""

from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase
from functools import partial
from typing import Literal

import polars as pl

from pipeline.contract import forms, identifiers
from pipeline.contract.columns import MONEY
from pipeline.read.profile_spec import Choice, Sign, Spec
from pipeline.read.signature import currency_of, folded, match, own_names
from pipeline.vocab import SaleLevel

_SPANS: Mapping[str, tuple[str, Literal["start", "end"]]] = {
    "period_start": ("period", "start"),
    "period_end": ("period", "end"),
    "activity_start": ("activity", "start"),
    "activity_end": ("activity", "end"),
    "release_date": ("release_date", "start"),
}
_JOIN = "/"
_PLAIN = r"^-?[0-9]*\.?[0-9]*$"


def sources(spec: Spec, header: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Canonical columns that are taken from cells, each with those cells.

    Args:
        spec: the profile.
        header: the report's own columns; one that it has not gives nothing.
    """
    if spec.kind == "canonical":
        return {name: (name,) for name in header}
    own = own_names(spec, header)
    found = {
        name: tuple(own[column] for column in columns if column in own)
        for name, columns in (*spec.columns.items(), *spec.joined.items())
    }
    return {name: columns for name, columns in found.items() if columns}


def reported(spec: Spec, header: Sequence[str]) -> dict[str, pl.Expr]:
    """The expression of each canonical column that the report has, as String.

    What a form cannot convert stays as it was reported, for a rule to find unsound.
    """
    own = own_names(spec, header)
    found = {name: pl.lit(value) for name, value in spec.fixed.items()}
    if (currency := currency_of(spec, header)) is not None:
        found["currency"] = pl.lit(currency)
    for name, columns in sources(spec, header).items():
        elsewhere = [own[column] for column in spec.misplaced.get(name, ()) if column in own]
        cell = _cell(columns, joined=name in spec.joined)
        if name in spec.several:
            cell = pl.when(~cell.str.contains(spec.several[name], literal=True)).then(cell)
        found[name] = _formed(spec, name, _found(name, cell, elsewhere))
    if spec.blank_amount == "zero" and "amount" in found:
        blank = found["amount"].str.strip_chars().fill_null("") == ""
        found["amount"] = pl.when(blank).then(pl.lit("0")).otherwise(found["amount"])
    found |= _ruled(spec, own)
    if spec.sign is not None and spec.sign.column in own:
        for name in found.keys() & set(spec.sign.columns):
            found[name] = _negative(found[name], spec.sign, pl.col(own[spec.sign.column]))
    return {name: expression.alias(name) for name, expression in found.items()}


def _ruled(spec: Spec, own: Mapping[str, str]) -> dict[str, pl.Expr]:
    """What rules decide of a line, as far as the report has the columns that they read."""
    found = {
        name: _chosen(choice, pl.col(own[choice.column]))
        for name, choice in (("line_type", spec.line_type), ("sale_level", spec.sale_level))
        if choice is not None and choice.column in own
    }
    if telling := [own[column] for column in spec.track_if if column in own]:
        found["sale_level"] = _level(telling)
    return found


def unmapped(spec: Spec, header: Sequence[str]) -> tuple[str, ...]:
    """The report's columns that no canonical column holds and that may be kept, in order.

    A column that only a rule reads is among them: its own words would be lost otherwise.
    """
    held = {
        column
        for name, columns in sources(spec, header).items()
        for column in columns
        if name not in spec.several
    }
    left_out = {*_named(spec, header, spec.ignore), *personal(spec, header)}
    return tuple(column for column in header if column not in held | left_out)


def personal(spec: Spec, header: Sequence[str]) -> list[str]:
    """The report's columns with personal data, and those that nobody has looked at, if it has any.

    A shop's next column may be the buyer's telephone.
    """
    if not spec.personal:
        return []
    known = set(match(spec, header).own.values())
    named = _named(spec, header, spec.personal)
    return [column for column in header if column in named or column not in known]


def _named(spec: Spec, header: Sequence[str], patterns: Sequence[str]) -> list[str]:
    """The report's columns that patterns name, by their own name or by the profile's."""
    named: dict[str, set[str]] = {column: {column} for column in header}
    for name, column in own_names(spec, header).items():
        named[column].add(name)
    return [column for column in header if any(ignored(patterns, name) for name in named[column])]


def ignored(patterns: Sequence[str], column: str) -> bool:
    """Whether a column is one of those, or fits a pattern such as `SY.*`, whatever its case."""
    name = folded(column)
    return any(name == pattern or fnmatchcase(name, pattern) for pattern in map(folded, patterns))


def _cell(columns: Sequence[str], *, joined: bool) -> pl.Expr:
    """The one cell, the first that is not blank, or all joined."""
    if joined:
        return pl.concat_str(columns, separator=_JOIN, ignore_nulls=True)
    if len(columns) == 1:
        return pl.col(columns[0])
    return pl.coalesce(pl.when(_filled(column)).then(pl.col(column)) for column in columns)


def _found(name: str, cell: pl.Expr, elsewhere: Sequence[str]) -> pl.Expr:
    """A cell, or where it is blank an identifier that stands in another column, if it is one."""
    if not elsewhere:
        return cell
    sound = identifiers.isrc if name == "isrc" else identifiers.gtin
    blank = identifiers.is_placeholder(cell)
    strays = [
        pl.when(sound(pl.col(column)).is_not_null()).then(pl.col(column)) for column in elsewhere
    ]
    return pl.coalesce(pl.when(~blank).then(cell), *strays, cell)


def _filled(column: str) -> pl.Expr:
    return pl.col(column).str.strip_chars().fill_null("") != ""


def _formed(spec: Spec, name: str, cell: pl.Expr) -> pl.Expr:
    """A cell in normal form, by the form that the profile gives for its group."""
    if name in _SPANS:
        group, edge = _SPANS[name]
        return forms.period(cell, spec.forms[group], edge) if group in spec.forms else cell
    if name in MONEY and "number" in spec.forms:
        numbers = partial(forms.numbers, name=spec.forms["number"][0])
        return cell.map_batches(numbers, return_dtype=pl.String, is_elementwise=True)
    if name == "territory" and "territory" in spec.forms:
        return forms.territory(cell, spec.forms["territory"])
    if name == "duration_s" and "duration" in spec.forms:
        return forms.duration(cell)
    return cell


def _chosen(choice: Choice, cell: pl.Expr) -> pl.Expr:
    """What a reported value means, whatever its case."""
    value = cell.str.strip_chars().str.to_lowercase()
    return value.replace_strict(choice.values, default=choice.otherwise, return_dtype=pl.String)


def _level(columns: Sequence[str]) -> pl.Expr:
    track = pl.any_horizontal([_filled(column) for column in columns])
    return (
        pl.when(track)
        .then(pl.lit(SaleLevel.TRACK.value))
        .otherwise(pl.lit(SaleLevel.RELEASE.value))
    )


def _negative(number: pl.Expr, sign: Sign, cell: pl.Expr) -> pl.Expr:
    """A number below zero where the sign's column says so; zero and what is none stay."""
    value = cell.str.strip_chars().str.to_lowercase()
    counts = number.str.contains(_PLAIN) & number.str.contains("[1-9]")
    minus = pl.lit("-") + number.str.strip_prefix("-")
    return pl.when(value.is_in(sorted(sign.negative)) & counts).then(minus).otherwise(number)
