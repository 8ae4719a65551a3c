"""Texts as numbers: what repeats thousands of times in a column is worked on once."""

import polars as pl


def numbered(cells: pl.Series) -> tuple[pl.Series, pl.Series]:
    """The distinct texts, and for each cell the place of its text among them; null for null.

    The places are UInt32; in which order the texts stand is not told.
    """
    coded = cells.cast(pl.Categorical(pl.Categories.random()))
    distinct = coded.drop_nulls().unique()
    codes = distinct.to_physical()
    place = pl.zeros(len(codes) + 1, dtype=pl.UInt32, eager=True)
    place = place.scatter(codes, pl.int_range(len(codes), dtype=pl.UInt32, eager=True))
    return distinct.cast(pl.String), place.gather(coded.to_physical())
