"""Exact decimals from text: money and quantities, never through a float."""

from collections.abc import Callable
from decimal import Decimal

import polars as pl

from pipeline.contract.columns import AMOUNT, QUANTITY

AMOUNT_LIMIT = 10**12
"""An amount of this size or more is unreadable, so that sums stay in range (DESIGN 5)."""

# The polars cast reads `1e3` and rounds decimals beyond the scale, both without a word. A sender
# that writes exponents has passed through a float or a spreadsheet that dropped digits, so they
# are refused, and decimals beyond the scale must be zeros.
_EXACT = r"^[+-]?[0-9]*\.?[0-9]{{0,{scale}}}0*$"
_EXPONENT = "[eE]"


def amount(cells: pl.Expr) -> pl.Expr:
    """Money as Decimal(38,18): exactly what the text says, or null.

    Read are an optional sign, digits and one point (`-1.50`, `+2`, `.5`). Null are a blank,
    exponents, grouping, surrounding blanks, more than 18 decimals unless the rest are zeros,
    and anything from 10^12 on. Decimals pass through unchanged.
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
    text = cells.cast(pl.String)
    fits = text.str.contains(_EXACT.format(scale=dtype.scale))
    return pl.when(fits).then(text.cast(dtype, strict=False))


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
    """The plain cast, with the cells that it could round or read as an exponent read exactly.

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
    exact = cells.gather(places).to_frame().select(reading(pl.col(cells.name))).to_series()
    return values.scatter(places, exact)


def sum_text(value: Decimal | None) -> str:
    """A decimal as JSON carries it: plain digits, no exponent, no trailing zeros; null is 0."""
    text = format(value or Decimal(0), "f")
    plain = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if plain in {"", "-0", "-"} else plain
