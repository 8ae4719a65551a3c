"""Frames as tables of a notebook: exact amounts that sort as numbers, names as people say them."""

from functools import partial
from typing import Any

import polars as pl

from pipeline.report import amounts, layout

_ROWS = 10
_LEAST_PLACES = 2
_SENTENCE = 420
"""Pixels of a column of sentences."""
_NAMED = ("service", "territory", "currency", "accounting_period")
"""Columns in which a blank says that a line names none."""
_HEADS = {
    "accounting_period": "period",
    "unreadable_lines": "unreadable",
    "held": "on hold",
    "detail": "what changed",
}


def shown(frame: pl.DataFrame, *, currency: str = "", **more: Any) -> dict[str, Any]:
    """The arguments of a table that sorts, filters and can be downloaded.

    Args:
        frame: its rows.
        currency: of all its amounts, where a single one is meant.
        more: further arguments of the table, that stand before the usual ones.
    """
    heads = {name: _head(name, dtype, currency) for name, dtype in frame.schema.items()}
    words = [name for name, dtype in frame.schema.items() if dtype == pl.String]
    # What reports say may move the cursor or turn the writing of a whole row.
    plain = (
        frame.with_columns(
            pl.col(name).fill_null("").map_elements(_single, return_dtype=pl.String)
            for name in words
        )
        .with_columns(
            pl.col(name).replace("", "(none)") for name in _NAMED if name in frame.columns
        )
        .rename(heads)
    )
    numbers = [name for name, dtype in plain.schema.items() if dtype.is_numeric()]
    return {
        "data": plain,
        "selection": None,
        "page_size": _ROWS,
        "pagination": plain.height > _ROWS,
        "show_column_summaries": False,
        "show_data_types": False,
        "format_mapping": _forms(plain),
        "text_justify_columns": dict.fromkeys(numbers, "right"),
        **more,
    }


def _single(text: str) -> str:
    return text if text.isprintable() else layout.plain(text).replace("\n", "\\n")


def _head(name: str, dtype: pl.DataType, currency: str) -> str:
    head = _HEADS.get(name, name.replace("_", " "))
    return f"{head} {currency}" if currency and isinstance(dtype, pl.Decimal) else head


def _forms(frame: pl.DataFrame) -> dict[str, Any]:
    """How each column's values are written."""
    forms: dict[str, Any] = {}
    for name, dtype in frame.schema.items():
        if isinstance(dtype, pl.Decimal):
            forms[name] = partial(amounts.exact, places=_places(frame[name]))
        elif dtype.is_integer():
            forms[name] = "{:,}".format
        elif dtype.is_float():
            forms[name] = "{:,.4g}".format
    return forms


def _places(values: pl.Series) -> int:
    """Decimals of the longest, so that the points stand one under the other."""
    digits = values.cast(pl.String).str.extract(r"\.(\d*?)0*$").str.len_chars().max()
    return max(int(digits or 0), _LEAST_PLACES)  # type: ignore[arg-type]  # of numbers


def lines(held_back: pl.DataFrame) -> dict[str, Any]:
    """The arguments of a table of lines of which one is chosen; of `notebooks/held_back`.

    The first line is chosen to begin with, so that there is something to see.
    """
    in_all = int(held_back["lines_in_all"][0])
    left = in_all - held_back.height
    told = f"; {layout.count(left, 'line')} more: choose fewer" if left else ""
    return shown(
        held_back.select(
            pl.col("faults").list.join(", "),
            "amount",
            "currency",
            "title",
            "artist",
            "source",
            "status",
            "line",
            pl.col("path").str.extract("([^/]*)$").alias("report"),
            pl.col("ledger_id").alias(_ID),
        ),
        selection="single",
        initial_selection=[0],
        hidden_columns=[_ID],
        label=f"{layout.count(in_all, 'line')}, the largest first{told}",
    )


_ID = "id"


def is_chosen(chosen: pl.DataFrame) -> pl.Expr:
    """Whether a line is the one that is chosen in such a table."""
    return pl.col("ledger_id").eq(pl.lit(chosen[_ID][0]))


def with_money(found: pl.DataFrame, *columns: str) -> dict[str, Any]:
    """The arguments of a table of rows whose `money` is a list by currency; of metadata drift."""
    told = pl.col("money").map_elements(_money, return_dtype=pl.String)
    return shown(found.select(*columns, told), wrapped_columns=list(columns[:1]))


def _money(parts: pl.Series) -> str:
    return ", ".join(amounts.exact(one["amount"], one["currency"] or "(none)") for one in parts)


def findings(found: pl.DataFrame) -> dict[str, Any]:
    """The arguments of a table of findings; of `drift/findings`."""
    names = ("detail", "amount", "currency", "lines", "finding", "severity", "service")
    more = ("territory", "column", "subject", "observed", "expected", "limit", "q_value")
    everywhere = [pl.col(name).fill_null("(all)") for name in ("service", "territory", "currency")]
    told = found.with_columns(everywhere).select(*names, *more)
    sentence = _HEADS["detail"]
    return shown(told, wrapped_columns=[sentence], column_widths={sentence: _SENTENCE})


def layouts(found: pl.DataFrame) -> dict[str, Any]:
    """The arguments of a table of layouts that changed; of `drift/layouts`."""
    lists = [pl.col(name).list.join(", ") for name in ("new", "gone", "missing")]
    return shown(found.select("accounting_period", *lists, "proposed", "encoding", "manifest"))
