"""Exact decimals from text: money and quantities, never through a float."""

from decimal import Decimal
from functools import partial

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
_MOST_ZEROS = 60
"""More than an amount has places before and after its point."""


def amount(cells: pl.Expr) -> pl.Expr:
    """Money as Decimal(38,18): exactly what the text says, or null.

    Read are an optional sign, digits and one point (`-1.50`, `+2`, `.5`), and such a number with a
    power of ten (`9.1E-05`). Null are a blank, grouping, surrounding blanks, more than 18 decimals
    unless the rest are zeros, and anything from 10^12 on. Decimals pass through unchanged.
    """
    return cells.map_batches(read_amounts, AMOUNT, is_elementwise=True)


def total(cells: pl.Expr) -> pl.Expr:
    """A declared sum as Decimal(38,18), or null; the grammar of `amount` without its limit."""
    return cells.map_batches(partial(_read, dtype=AMOUNT), AMOUNT, is_elementwise=True)


def quantity(cells: pl.Expr) -> pl.Expr:
    """Units as Decimal(28,6): exactly what the text says, or null; the grammar of `amount`."""
    return cells.map_batches(read_quantities, QUANTITY, is_elementwise=True)


def read_amounts(cells: pl.Series) -> pl.Series:
    """`amount` of one column.

    Step by step and not as one expression: that would be of some hundred parts, and to plan it
    takes as long as to read ten thousand cells.
    """
    values = _read(cells, AMOUNT)
    largest, smallest = values.max(), values.min()
    if isinstance(largest, Decimal) and isinstance(smallest, Decimal):
        limit = Decimal(AMOUNT_LIMIT)
        if largest >= limit or smallest <= -limit:
            return values.set((values >= limit) | (values <= -limit), None)
    return values


def read_quantities(cells: pl.Series) -> pl.Series:
    """`quantity` of one column, likewise."""
    return _read(cells, QUANTITY)


def _read(cells: pl.Series, dtype: pl.Decimal) -> pl.Series:
    """The plain cast, with the cells that it could round, for their length or power, read exactly.

    A cell of at most scale + 1 bytes holds no decimals beyond the scale. One look at the joined
    text for exponents costs 10 ns a line, a look at each cell 24.
    """
    values = cells.cast(dtype, strict=False)
    if cells.dtype != pl.String:
        return values
    doubtful = cells.str.len_bytes() > dtype.scale + 1
    if cells.str.join("\n").str.contains(_EXPONENT).any():
        doubtful |= cells.str.contains(_EXPONENT)
    if not doubtful.any():
        return values
    places = doubtful.fill_null(value=False).arg_true()
    return values.scatter(places, _exact(cells.gather(places), dtype))


def _exact(cells: pl.Series, dtype: pl.Decimal) -> pl.Series:
    """Cells that the plain cast could round: null where they hold more than the type does."""
    text = _without_power(cells)
    fits = text.str.contains(_EXACT.format(scale=dtype.scale))
    return text.cast(dtype, strict=False).set(~fits, None)


def _without_power(cells: pl.Series) -> pl.Series:
    """Text with the point where the power of ten puts it; text without one as it is."""
    rows = cells.str.contains(_POWER).arg_true()
    if not len(rows):
        return cells
    parts = cells.gather(rows).str.extract_groups(_POWER).struct.unnest()
    parts.columns = ["sign", "whole", "rest", "power"]
    sized = parts.select(
        "sign",
        digits=pl.col("whole") + pl.col("rest"),
        point=pl.col("whole").str.len_bytes().cast(pl.Int64) + pl.col("power").cast(pl.Int64),
    ).with_columns(size=pl.col("digits").str.len_bytes().cast(pl.Int64))
    size, point, zeros = pl.col("size"), pl.col("point"), pl.lit("0" * _MOST_ZEROS)
    padded = sized.with_columns(
        padded=pl.concat_str(
            zeros.str.slice(0, (-point).clip(0, _MOST_ZEROS)),
            "digits",
            zeros.str.slice(0, (point - size).clip(0, _MOST_ZEROS)),
        ),
        place=point.clip(0, size + _MOST_ZEROS),
    )
    digits, place = pl.col("padded"), pl.col("place")
    moved = padded.select(
        pl.concat_str("sign", digits.str.slice(0, place), pl.lit("."), digits.str.slice(place)),
        # Farther than so many zeros it is nothing that an amount can be.
        told=(size > 0) & (point > -_MOST_ZEROS) & (point < size + _MOST_ZEROS),
    )
    told = moved["told"]
    return cells.scatter(rows.filter(told), moved["sign"].filter(told))


def sum_text(value: Decimal | None) -> str:
    """A decimal as JSON carries it: plain digits, no exponent, no trailing zeros; null is 0."""
    text = format(value or Decimal(0), "f")
    plain = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if plain in {"", "-0", "-"} else plain
