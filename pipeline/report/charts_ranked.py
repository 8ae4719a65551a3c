"""Charts of what ranks: titles that are unmatched, titles that earned, reasons why money waits.

Each shows one currency; exact figures appear where one points at a mark.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import polars as pl

from pipeline.report import amounts, charts
from pipeline.report import charts_bars as bars
from pipeline.report.charts_bars import Rows
from pipeline.report.layout import count, currency_name
from pipeline.vocab import Status

_LARGEST = 15


def titles(found: pl.DataFrame, currency: str) -> Any:
    """The largest unmatched titles; of `notebooks/titles`."""
    shown = found.head(_LARGEST)
    if shown.is_empty():
        return charts.blank("No title is unmatched", currency_name(currency))
    named = list(shown.iter_rows(named=True))
    return charts.titled(
        _ranked(named, currency, charts.COLOURS[Status.UNMATCHED]),
        _unmatched(named, currency),
        _of_titles(named, currency),
    )


def _unmatched(named: Sequence[Mapping[str, Any]], currency: str) -> str:
    some = amounts.total([one["amount"] for one in named])
    in_all = named[0]["in_all"]
    what = "One title holds" if len(named) == 1 else f"{len(named)} titles hold"
    part = "all" if named[0]["titles_in_all"] == len(named) else amounts.share(some, in_all)
    return f"{what} {part} of {amounts.short(in_all, currency)} unmatched"


def _of_titles(named: Sequence[Mapping[str, Any]], currency: str) -> str:
    return (
        f"{currency_name(currency)}, the largest of"
        f" {count(named[0]['titles_in_all'], 'unmatched title')}"
    )


def earners(found: pl.DataFrame, currency: str) -> Any:
    """The titles that earned most; of `notebooks/earners`."""
    named = list(found.head(_LARGEST).iter_rows(named=True))
    if not named:
        return charts.blank("Nothing is matched", currency_name(currency))
    first = named[0]
    share = amounts.share(first["amount"], first["in_all"])
    title = (
        f"{charts.reported(first['title'], 40)} earned {amounts.short(first['amount'], currency)},"
        f" {share} of what is matched"
    )
    return charts.titled(
        _ranked(named, currency, charts.COLOURS[Status.MATCHED]),
        title,
        f"{currency_name(currency)} matched, the largest of"
        f" {count(first['titles_in_all'], 'title')}",
    )


def _ranked(named: Sequence[Mapping[str, Any]], currency: str, colour: str) -> Any:
    """Bars of titles, the largest first; two of one name are two bars."""
    rows: Rows = [
        {
            "name": charts.reported(one["title"], bars.NAME_CELLS),
            "value": float(one["amount"]),
            "label": amounts.short(one["amount"], currency),
            "exact": amounts.exact(one["amount"], currency_name(currency)),
            "title": charts.reported(one["title"], 200),
            "artist": charts.reported(one["artist"], 200),
        }
        for one in named
    ]
    base = bars.ranked(rows)
    drawn = base.mark_bar(height=15, color=colour).encode(
        x=alt.X("value:Q", axis=None),
        tooltip=bars.tooltip("title", "artist", "exact"),
    )
    return bars.beside(drawn, base, rows)


def reasons(found: pl.DataFrame, currency: str) -> Any:
    """What money waits for; of `notebooks/reasons`."""
    if found.is_empty():
        return charts.blank("Nothing waits", currency_name(currency))
    rows: Rows = [
        {
            "name": one["fault"],
            "value": float(one["amount"]),
            "label": _waits(one, currency),
            "exact": amounts.exact(one["amount"], currency_name(currency)),
            "lines": f"{one['lines']:,}",
        }
        for one in found.head(_LARGEST).iter_rows(named=True)
    ]
    base = bars.ranked(rows)
    drawn = base.mark_bar(height=15, color=charts.COLOURS[Status.HELD]).encode(
        x=alt.X("value:Q", axis=None), tooltip=bars.tooltip("name", "exact", "lines")
    )
    first = found.row(0, named=True)
    return charts.titled(
        bars.beside(drawn, base, rows),
        f"Most waits for {first['fault']}: {_waits(first, currency)}"
        f" in {count(first['lines'], 'line')}",
        f"{currency_name(currency)}; a line counts for each fault that it waits for",
    )


def _waits(one: Mapping[str, Any], currency: str) -> str:
    """What waits for one fault: money, or lines where none of it can be read."""
    if one["unreadable_lines"] == one["lines"]:
        return f"{count(one['lines'], 'line')} unread"
    return amounts.short(one["amount"], currency)
