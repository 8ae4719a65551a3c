"""Small multiples of how numbers are spread, now over before: amounts, units, pay for a unit."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import polars as pl

from pipeline.flow.notebooks import Seen
from pipeline.report import charts
from pipeline.report import charts_bars as bars
from pipeline.report.charts_drift import past, points, whose
from pipeline.report.layout import currency_name
from pipeline.report.spread import Spread, about, spread

NAMES = {
    "rate": "amount a unit",
    "amount": "amount of a line",
    "quantity": "units of a line",
    "unit_price": "unit price",
    "gross_amount": "gross amount",
}
"""Columns that are drawn, in this order, and what people call them."""
_SERVICES = 6
_AXIS = 34
_PANEL = charts.WIDTH // 2 - _AXIS - 16
_EDGE = 16
"""Pixels from an end of the axis within which a label stands inside it."""
_SHIFTED = 0.1
_TITLE_CELLS = 24


def spreads(found: pl.DataFrame, seen: Seen) -> Any:
    """How each number is spread, in a panel of its own; of `notebooks/drift_buckets`."""
    told = {
        name: spread(found.filter(pl.col("column") == name))
        for name in NAMES
        if found.filter(pl.col("column") == name, pl.col("lines_now") > 0).height
    }
    if not told:
        return charts.blank(f"{whose(seen)} has no numbers in {seen.period}")
    panels = [
        _panel(NAMES[name], _from_to(one, name, seen), one, seen) for name, one in told.items()
    ]
    name = _most_shifted(told)
    if not seen.before:
        name = next(iter(told))
    title = (
        f"{whose(seen)}: sizes are as before"
        if name is None
        else f"{whose(seen)}: {NAMES[name]} is typically {_from_to(told[name], name, seen)}"
    )
    return _multiples(panels, title)


def by_service(found: pl.DataFrame, seen: Seen, column: str) -> Any:
    """How one number of each service is spread; of `notebooks/drift_by_service`.

    Args:
        found: one row per service and bucket, the service with most lines first.
        seen: what is looked at.
        column: the number, of `NAMES`.
    """
    told: dict[str, Spread] = {
        one["service"][0]: spread(one)
        for one in found.partition_by("service", maintain_order=True)[:_SERVICES]
    }
    if not told:
        return charts.blank(f"No service has a {NAMES[column]} in {seen.period}")
    panels = [
        _panel(
            charts.reported(name, _TITLE_CELLS, "(no service)"),
            _from_to(one, column, seen),
            one,
            seen,
        )
        for name, one in told.items()
    ]
    name = _most_shifted(told) if seen.before else next(iter(told))
    title = (
        f"{NAMES[column].capitalize()} is as before at every service"
        if name is None
        else f"{charts.reported(name, _TITLE_CELLS)}: {NAMES[column]} is typically"
        f" {_from_to(told[name], column, seen)}"
    )
    return _multiples(panels, title)


def _multiples(panels: list[Any], title: str) -> Any:
    return charts.titled(
        alt.concat(*panels, columns=2, spacing={"row": 22, "column": 22}),
        title,
        "share of lines by size, on a logarithmic scale",
    )


def _unit(name: str, seen: Seen) -> str:
    return "" if name == "quantity" else f" {currency_name(seen.currency)}"


def _most_shifted(told: Mapping[str, Spread]) -> str | None:
    """Which is another than before, by what is typical of it; None where all are as before."""
    ratios = {
        name: abs(one.now / one.then - 1)
        for name, one in told.items()
        if one.now is not None and one.then
    }
    most = max(ratios, key=lambda name: ratios[name], default=None)
    return most if most is not None and ratios[most] >= _SHIFTED else None


def _from_to(one: Spread, name: str, seen: Seen) -> str:
    before = f", before {about(one.then)}" if seen.before else ""
    return f"{about(one.now)}{_unit(name, seen)}{before}"


def _panel(name: str, typical: str, one: Spread, seen: Seen) -> Any:
    """One number: before as an area, now as a line over it."""
    when = points(seen)
    begins, ends = one.bars[0]["begins"] - 1, one.bars[-1]["ends"]
    nothing = {"now": 0.0, "then": 0.0}
    # Beyond both ends is nothing: so that a step goes up and down, though there be but one.
    padded = [{"begins": begins, **nothing}, *one.bars, {"begins": ends, **nothing}]
    # Labels by place, for an axis of buckets has no numbers of its own.
    labels = " : ".join(f"abs(datum.value - {at}) < 0.01 ? '{text}'" for at, text in one.ticks)
    x = alt.X(
        "middle:Q",
        scale=alt.Scale(domain=[begins, ends + 1], nice=False),
        axis=alt.Axis(
            values=[at for at, _ in one.ticks],
            labelExpr=f"{labels} : ''" if labels else "''",
            labelFlush=_EDGE,
            title=None,
        ),
    )
    y = alt.Axis(format=".0%", tickCount=3, title=None, minExtent=_AXIS, maxExtent=_AXIS)
    colour = alt.Color("when:N", scale=bars.scale(when), legend=bars.LEGEND)
    base = alt.Chart(charts.values([{**bar, "middle": bar["begins"] + 0.5} for bar in padded]))
    then = (
        base.transform_calculate(when=f"'{past(seen)}'")
        .mark_area(interpolate="step", opacity=0.55)
        .encode(x=x, y=alt.Y("then:Q", axis=y), color=colour)
    )
    now = (
        base.transform_calculate(when=f"'{seen.period}'")
        .mark_line(interpolate="step", strokeWidth=2)
        .encode(x=x, y=alt.Y("now:Q", axis=y), color=colour)
    )
    words = alt.TitleParams(
        text=name,
        subtitle=f"typically {typical}",
        fontSize=12,
        fontWeight="bold",
        subtitleFontSize=11,
        anchor="start",
        offset=6,
    )
    layers = [then, now] if seen.before else [now]
    return alt.layer(*layers).properties(width=_PANEL, height=90, title=words)
