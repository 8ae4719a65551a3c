"""Exact decimals from text: money and quantities, never through a float."""

from collections.abc import Callable
from decimal import Decimal
from functools import cache

import polars as pl

from pipeline.contract.columns import AMOUNT, QUANTITY

AMOUNT_LIMIT = 10**12
"""An amount of this size or more is unreadable, so that sums stay in range (DESIGN 5)."""

# The polars cast rounds decimals beyond the scale without a word, those of `9.1e-19` too: what
# stands beyond it must be zeros. Programs write small amounts with an exponent (Java from 0.001 on
# down), and the number that it says is as exact as any other.
_EXACT = r"^[+-]?[0-9]*\.?[0-9]{{0,{scale}}}0*$"
_EXPONENT = "[eE]"
_POWER = r"^([+-]?)([0-9]*)\.?([0-9]*)[eE]([+-]?[0-9]{1,3})$"
_CELL = "cell"
_MOST_ZEROS = 60
"""More than an amount has places before and after its point."""


def amount(cells: pl.Expr) -> pl.Expr:
    """Money as Decimal(38,18): exactly what the text says, or null.

    Read are an optional sign, digits and one point (`-1.50`, `+2`, `.5`), and such a number with a
    power of ten (`9.1E-05`). Null are a blank, grouping, surrounding blanks, more than 18 decimals
    unless the rest are zeros, and anything from 10^12 on. Decimals pass through unchanged.
    """
    value = _exact(cells, AMOUNT)
    return pl.when(value.abs() < AMOUNT_LIMIT).then(value)


def total(cells: pl.Expr) -> pl.Expr:
    """A declared sum as Decimal(38,18), or null; the grammar of `amount` without its limit."""
    return _exact(cells, AMOUNT)


def quantity(cells: pl.Expr) -> pl.Expr:
    """Units as Decimal(28,6): exactly what the text says, or null; the grammar of `amount`."""
    return _exact(cells, QUANTITY)


def _exact(cells: pl.Expr, dtype: pl.Decimal) -> pl.Expr:
    text = _without_power(cells.cast(pl.String))
    fits = text.str.contains(_EXACT.format(scale=dtype.scale))
    return pl.when(fits).then(text.cast(dtype, strict=False))


def _without_power(text: pl.Expr) -> pl.Expr:
    """Text with the point where the power of ten puts it; text without one as it is."""
    parts = text.str.extract_groups(_POWER).struct
    sign, whole, rest = (parts.field(str(place)) for place in (1, 2, 3))
    digits = whole + rest
    point = whole.str.len_bytes().cast(pl.Int64) + parts.field("4").cast(pl.Int64)
    size = digits.str.len_bytes().cast(pl.Int64)
    before, after = (-point).clip(0, _MOST_ZEROS), (point - size).clip(0, _MOST_ZEROS)
    zeros = pl.lit("0" * _MOST_ZEROS)
    padded = pl.concat_str(zeros.str.slice(0, before), digits, zeros.str.slice(0, after))
    place = point.clip(0, size + _MOST_ZEROS)
    moved = pl.concat_str(sign, padded.str.slice(0, place), pl.lit("."), padded.str.slice(place))
    # Farther than so many zeros it is nothing that an amount can be.
    told = (size > 0) & (point > -_MOST_ZEROS) & (point < size + _MOST_ZEROS)
    return pl.when(told.not_().fill_null(value=True)).then(text).otherwise(moved)


def read_amounts(cells: pl.Series) -> pl.Series:
    """`amount` of one column of text; only the cells that a plain cast could misread pay for it."""
    values = _read(cells, AMOUNT, amount)
    largest, smallest = values.max(), values.min()
    if isinstance(largest, Decimal) and isinstance(smallest, Decimal):
        limit = Decimal(AMOUNT_LIMIT)
        if largest >= limit or smallest <= -limit:
            return values.set((values >= limit) | (values <= -limit), None)
    return values


def read_quantities(cells: pl.Series) -> pl.Series:
    """`quantity` of one column of text, likewise."""
    return _read(cells, QUANTITY, quantity)


def _read(cells: pl.Series, dtype: pl.Decimal, reading: Callable[[pl.Expr], pl.Expr]) -> pl.Series:
    """The plain cast, with the cells that it could round, for their length or power, read exactly.

    A cell of at most scale + 1 bytes holds no decimals beyond the scale. One look at the joined
    text for exponents costs 10 ns a line, a look at each cell 24.
    """
    values = cells.cast(dtype, strict=False)
    doubtful = cells.str.len_bytes() > dtype.scale + 1
    if cells.str.join("\n").str.contains(_EXPONENT).any():
        doubtful |= cells.str.contains(_EXPONENT)
    if not doubtful.any():
        return values
    places = doubtful.fill_null(value=False).arg_true()
    exact = cells.gather(places).alias(_CELL).to_frame().select(_over_cell(reading)).to_series()
    return values.scatter(places, exact)


@cache
def _over_cell(reading: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """A reading as an expression, composed once: that takes as long as reading some rows."""
    return reading(pl.col(_CELL))


def sum_text(value: Decimal | None) -> str:
    """A decimal as JSON carries it: plain digits, no exponent, no trailing zeros; null is 0."""
    text = format(value or Decimal(0), "f")
    plain = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if plain in {"", "-0", "-"} else plain
