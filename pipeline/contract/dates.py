"""Calendar dates from text."""

import polars as pl

_ISO_DATE = r"^[12][0-9]{3}-[0-9]{2}-[0-9]{2}$"


def date(cells: pl.Expr) -> pl.Expr:
    """The Date that `YYYY-MM-DD` names, or null: a real calendar day of the years 1000 to 2999.

    The form is checked apart because the parser alone also takes `2025-6-1`. Dates pass through.
    """
    text = cells.cast(pl.String)
    parsed = text.str.to_date("%Y-%m-%d", strict=False)
    return pl.when(text.str.contains(_ISO_DATE)).then(parsed)


def day_or_year(cells: pl.Expr) -> pl.Expr:
    """The Date that `YYYY-MM-DD` names, or the first day of what `YYYY` or `YYYY-MM` does."""
    text = cells.cast(pl.String)
    first = pl.when(text.str.contains(r"^[12][0-9]{3}$")).then(text + "-01-01")
    month = pl.when(text.str.contains(r"^[12][0-9]{3}-[0-9]{2}$")).then(text + "-01")
    return date(pl.coalesce(first, month, text))


def iso(dates: pl.Expr) -> pl.Expr:
    """Dates as `YYYY-MM-DD` text; null stays null."""
    return dates.dt.to_string("%Y-%m-%d")


def first_known(*cells: pl.Expr) -> pl.Expr:
    """The first of several cells that holds a readable date, as Date; null where none does."""
    return pl.coalesce([date(cell) for cell in cells])
