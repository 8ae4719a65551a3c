"""Charts of what changed in what a source reports: money by period, where it changed, shares.

`now` is the period that is looked at; `before` are those of the source that came before it.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import altair as alt
import polars as pl

from pipeline.flow.notebooks import Seen
from pipeline.report import amounts, charts
from pipeline.report import charts_bars as bars
from pipeline.report.charts_bars import Rows
from pipeline.report.layout import count, currency_name
from pipeline.vocab import Status

_PERIODS = 24
_PLOT = charts.WIDTH - 70
_BAR = 30
"""Pixels, as wide as a bar may be."""
_LARGEST = 12
_LESS, _MORE = charts.COLOURS[Status.QUARANTINED], charts.NOW


def whose(seen: Seen) -> str:
    """Whose figures these are."""
    return charts.reported(seen.service, 30) if seen.service is not None else seen.source


def past(seen: Seen) -> str:
    """The periods before, in words."""
    if len(seen.before) > 1:
        return f"{seen.before[0]} to {seen.before[-1]}"
    return seen.previous or "before"


def money(found: pl.DataFrame, seen: Seen) -> Any:
    """Money by period, the one that is looked at in colour; of `notebooks/drift_periods`."""
    upto = found.filter(pl.col("accounting_period") <= seen.period).tail(_PERIODS)
    if upto.is_empty():
        return charts.blank(f"{whose(seen)} reports no {currency_name(seen.currency)}")
    rows: Rows = [
        {
            "period": one["accounting_period"],
            "value": float(one["amount"]),
            "exact": amounts.exact(one["amount"], currency_name(seen.currency)),
            "lines": f"{one['lines']:,}",
            "is": "now" if one["accounting_period"] == seen.period else "before",
        }
        for one in upto.iter_rows(named=True)
    ]
    chart = (
        alt.Chart(charts.values(rows))
        .mark_bar(size=min(_BAR, 0.85 * _PLOT / upto.height))
        .encode(
            x=alt.X("period:O", title=None, axis=alt.Axis(labelAngle=-90, labelOverlap=False)),
            y=alt.Y(
                "value:Q",
                title=currency_name(seen.currency),
                axis=alt.Axis(labelExpr="format(datum.value, '~s')", tickCount=4),
            ),
            color=alt.Color("is:N", legend=None, scale=bars.scale(_HIGHLIGHT)),
            tooltip=bars.tooltip("period", "exact", "lines"),
        )
        .properties(width=_PLOT, height=150)
    )
    by_period = dict(upto.select("accounting_period", "amount").iter_rows())
    return charts.titled(
        chart, _course(by_period, seen), f"{currency_name(seen.currency)} by accounting period"
    )


_HIGHLIGHT = {"now": charts.NOW, "before": "#868d95"}


def _course(by_period: Mapping[str, Decimal], seen: Seen) -> str:
    now = by_period.get(seen.period, Decimal(0))
    brings = f"{whose(seen)} brings {amounts.short(now, seen.currency)} in {seen.period}"
    if seen.previous is None:
        return brings
    then = by_period.get(seen.previous, Decimal(0))
    return f"{brings}: {amounts.change(now, then)} on {seen.previous}"


def changes(found: pl.DataFrame, seen: Seen, by: str) -> Any:
    """Where money changed on the period before; of `drift_services` or `drift_territories`.

    Args:
        found: one row per service or territory, the largest change first.
        seen: what is looked at.
        by: the column that names them.
    """
    name = currency_name(seen.currency)
    if seen.previous is None:
        return charts.blank(f"Nothing to compare {seen.period} with", name)
    shown = found.filter(pl.col("change") != 0)
    if shown.is_empty():
        return charts.blank(f"No {by} brings more or less than in {seen.previous}", name)
    rows: Rows = [
        {
            "name": charts.reported(one[by], bars.NAME_CELLS, f"(no {by})"),
            "value": float(one["change"]),
            "is": "less" if one["change"] < 0 else "more",
            "label": _signed(one["change"], seen.currency),
            "now": amounts.exact(one["amount_now"], name),
            "before": amounts.exact(one["amount_then"], name),
        }
        for one in shown.head(_LARGEST).iter_rows(named=True)
    ]
    base = bars.ranked(rows)
    drawn = base.mark_bar(height=15).encode(
        x=alt.X("value:Q", axis=None),
        color=alt.Color("is:N", legend=None, scale=bars.scale({"less": _LESS, "more": _MORE})),
        tooltip=bars.tooltip("name", "now", "before", "label"),
    )
    left = shown.height - len(rows)
    more = f"; {count(left, by)} more in the table" if left else ""
    return charts.titled(
        bars.beside(drawn, base, rows),
        _largest(shown.row(0, named=True), seen, by),
        f"{name} more or less than in {seen.previous}, by {by}{more}",
    )


def _signed(change: Decimal, currency: str) -> str:
    text = amounts.short(change, currency)
    return text if change < 0 else f"+{text}"


def _largest(first: Mapping[str, Any], seen: Seen, by: str) -> str:
    """The finding: who changed, by how much, and what it comes to."""
    whom = charts.reported(first[by], 30, f"What has no {by}")
    change: Decimal = first["change"]
    said = amounts.change(first["amount_now"], first["amount_then"])
    more = "less" if change < 0 else "more"
    return (
        f"{whom} is {said} on {seen.previous}: {amounts.short(abs(change), seen.currency)} {more}"
    )


def nulls(found: pl.DataFrame, seen: Seen) -> Any:
    """How often columns say nothing, now and before; of `notebooks/drift_nulls`."""
    rows = [
        _moved(
            one["column"], (one["lines_now"], one["all_now"]), (one["lines_then"], one["all_then"])
        )
        for one in found.iter_rows(named=True)
        if one["lines_now"] or one["lines_then"]
    ]
    if not rows:
        return charts.blank("Every column says something on every line")
    first = rows[0]
    now = f"{first['name']} says nothing in {first['now_text']} of lines"
    if not seen.before:
        said = now
    elif first["now_text"] == first["then_text"]:
        said = "Columns say nothing as often as before"
    else:
        said = f"{now}, before in {first['then_text']}"
    return _from_to(rows[:_LARGEST], seen, said, "share of lines on which a column says nothing")


def vocabulary(found: pl.DataFrame, seen: Seen, column: str) -> Any:
    """What a column says, now and before; of `notebooks/drift_values`."""
    told = found.filter(~pl.col("is_rest"))
    all_now, all_then = (int(found[name].sum()) for name in ("lines_now", "lines_then"))
    rows = [
        _moved(
            charts.reported(one["value"], bars.NAME_CELLS),
            (one["lines_now"], all_now),
            (one["lines_then"], all_then),
        )
        for one in told.iter_rows(named=True)
    ]
    if not rows:
        return charts.blank(f"No line says a {column}")
    moved = max(rows, key=lambda row: abs(row["now"] - row["then"]))
    now = f"{column} {moved['name']}: {moved['now_text']} of lines"
    if not seen.before:
        said = now
    elif moved["now_text"] == moved["then_text"]:
        said = f"{column} says the same as before"
    else:
        said = f"{now}, before {moved['then_text']}"
    if len(rows) > _LARGEST:
        rows.sort(key=lambda row: -abs(row["now"] - row["then"]))
    shown = rows[:_LARGEST]
    left = len(rows) - len(shown)
    more = f"; {count(left, 'value')} more in the table" if left else ""
    return _from_to(shown, seen, said, f"share of lines by {column}{more}")


def _moved(name: str, now: tuple[int, int], then: tuple[int, int]) -> dict[str, Any]:
    """A share now and before, as figures to draw and as text."""
    return {
        "name": name,
        "now": now[0] / now[1] if now[1] else 0.0,
        "then": then[0] / then[1] if then[1] else 0.0,
        "now_text": amounts.share_of(*now),
        "then_text": amounts.share_of(*then),
    }


def _from_to(moved: Sequence[Mapping[str, Any]], seen: Seen, title: str, what: str) -> Any:
    """A dot for before and one for now on a line, both shares after it."""
    rows: Rows = [{**one, "label": _label(one, seen)} for one in moved]
    base = bars.ranked(rows)
    x = alt.X("then:Q", axis=None, scale=alt.Scale(domainMin=0))
    line = base.mark_rule(strokeWidth=2, opacity=0.35).encode(x=x, x2="now:Q")
    when = points(seen)
    dots = [
        base.transform_calculate(when=f"'{name}'")
        .mark_point(filled=filled, size=80, opacity=1, strokeWidth=2)
        .encode(
            x=alt.X(f"{field}:Q", axis=None),
            color=alt.Color("when:N", scale=bars.scale(when), legend=bars.LEGEND),
            tooltip=bars.tooltip("name", "then_text", "now_text"),
        )
        for field, name, filled in (("then", past(seen), False), ("now", seen.period, True))
        if name in when
    ]
    lines = [line] if seen.before else []
    return charts.titled(bars.beside(alt.layer(*lines, *dots), base, rows), title, what)


def _label(one: Mapping[str, Any], seen: Seen) -> str:
    return f"{one['then_text']} → {one['now_text']}" if seen.before else str(one["now_text"])


def points(seen: Seen) -> dict[str, str]:
    """What is drawn, with its colour: before, where there was anything, and now."""
    before = {past(seen): charts.THEN} if seen.before else {}
    return {**before, seen.period: charts.NOW}
