"""What a notebook shows: alive in the browser, or still where it is exported to be read elsewhere.

Still, charts are drawings and tables plain: Jupyter knows nothing of marimo's own elements.
"""

import html
import os
from collections.abc import Mapping
from typing import Any

import marimo as mo
import polars as pl

from pipeline.report import charts
from pipeline.report.layout import count

STILL = "ROYALTY_STILL"
"""The variable that asks for it."""
_ROWS = 50


def is_still() -> bool:
    """Whether what is shown is to be read elsewhere."""
    return bool(os.environ.get(STILL))


def side_by_side(*shown: Any) -> Any:
    """Charts, as many beside one another as there is room for."""
    drawn = [mo.Html(charts.svg(one)) for one in shown] if is_still() else list(shown)
    return mo.hstack(drawn, justify="start", align="start", gap=1.5, wrap=True)


def choices(*shown: Any) -> Any:
    """What may be chosen, in a row; where it is still, nothing may."""
    if is_still():
        return mo.md("")
    return mo.hstack(list(shown), justify="start", gap=1.5, wrap=True)


def listed(table: Any, arguments: Mapping[str, Any]) -> Any:
    """A table of which a row may be chosen, made of these arguments."""
    return mo.Html(_plain("", arguments)) if is_still() else table


def tabs(named: Mapping[str, Mapping[str, Any]]) -> Any:
    """Tables one behind the other, by name; each as the arguments of a table.

    Where it is still, those that have rows one after the other.
    """
    if not is_still():
        return mo.ui.tabs({name: mo.ui.table(**one) for name, one in named.items()})
    return mo.vstack(
        [mo.Html(_plain(name, one)) for name, one in named.items() if one["data"].height]
    )


def _plain(name: str, table: Mapping[str, Any]) -> str:
    """A table as plain HTML, its first rows."""
    data: pl.DataFrame = table["data"]
    forms = table["format_mapping"]
    heads = "".join(f"<th>{html.escape(column)}</th>" for column in data.columns)
    rows = "".join(
        f"<tr>{''.join(_cell(value, forms.get(column)) for column, value in row.items())}</tr>"
        for row in data.head(_ROWS).iter_rows(named=True)
    )
    left = data.height - _ROWS
    more = f"<p>… and {count(left, 'row')} more</p>" if left > 0 else ""
    head = f"<h3>{html.escape(name)}</h3>" if name else ""
    return f"{head}<table><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table>{more}"


def _cell(value: Any, form: Any) -> str:
    said = form(value) if form is not None else "" if value is None else str(value)
    return f"<td>{html.escape(said)}</td>"
