"""Places in time or order of many rows at once, in the canonical text of `cursor`."""

import polars as pl

from pipeline.sync.cursor import canonical
from pipeline.sync.words import CursorForm

_PLAIN_ISO = r"^[12]\d{3}-\d\d-\d\dT\d\d:\d\d:[0-5]\d(\.\d{1,6})?Z$"
_PLAIN_EPOCH = r"^\d{1,10}$"
_FORM = "%Y-%m-%dT%H:%M:%S%.6fZ"


def canonical_all(form: CursorForm, texts: pl.Series) -> pl.Series:
    """The canonical text of each place, `moment`; a null is none.

    Times in the form that most providers write are read all at once, others once per distinct one.

    Raises:
        CursorBroken: one of them is none.
    """
    found = texts.fill_null("").alias("moment")
    if form is CursorForm.TEXT:
        return found
    quick = _quick(form, found)
    distinct = found.filter(quick.is_null()).unique()
    if distinct.is_empty():
        return quick
    known = [canonical(form, text) for text in distinct]
    slow = found.replace_strict(distinct, known, default=None, return_dtype=pl.String)
    return quick.fill_null(slow)


def _quick(form: CursorForm, found: pl.Series) -> pl.Series:
    """The canonical text of each plain place; null for every other."""
    match form:
        case CursorForm.ISO:
            plain = found.set(~found.str.contains(_PLAIN_ISO), None)
            moments = plain.str.to_datetime("%Y-%m-%dT%H:%M:%S%.fZ", time_unit="us", strict=False)
        case CursorForm.EPOCH:
            plain = found.set(~found.str.contains(_PLAIN_EPOCH), None)
            moments = pl.from_epoch(plain.cast(pl.Int64), "s").cast(pl.Datetime("us"))
        case _:
            return pl.Series("moment", [None], dtype=pl.String).new_from_index(0, found.len())
    return moments.dt.strftime(_FORM).alias("moment")
