"""Horizontal bars: a name before each, its figure after it, one under the other.

Figures stand beside the longest bar, so that none is written over, and names have a fixed room.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import altair as alt
from rich.cells import cell_len

from pipeline.report import charts

NAME_CELLS = 19
"""How long a name may be."""
_NAMES = 165
"""Pixels for the names before the bars."""
_PER_CELL = 7.6
"""Pixels of a figure's cell in the widest of the fonts that may stand in."""
_ROW = 26

Rows = list[dict[str, Any]]


def stacked(rows: Rows, labels: Rows, colours: Mapping[str, str]) -> Any:
    """Bars by name, in parts of one colour each.

    Args:
        rows: one per part: `place` (of its bar, from 0), `name`, `part`, `order`, `value`, and
            `exact` and `of` to point at.
        labels: one per bar, in order: `name`, and `label` to stand after it.
        colours: by part, in the order of the legend.
    """
    drawn = (
        alt.Chart(charts.values(placed(rows)))
        .mark_bar(height=15)
        .encode(
            y=places(labels),
            x=alt.X("value:Q", axis=None, title=None),
            color=alt.Color("part:N", scale=scale(colours), legend=LEGEND),
            order="order:Q",
            tooltip=tooltip("name", "part", "exact", "of"),
        )
    )
    numbered = [{**row, "place": at} for at, row in enumerate(labels)]
    base = alt.Chart(charts.values(placed(numbered))).encode(y=places(labels))
    return beside(drawn, base, labels)


LEGEND = alt.Legend(
    orient="top",
    direction="horizontal",
    title=None,
    offset=4,
    columnPadding=26,
    symbolOpacity=1,
    columns=3,
)


def ranked(rows: Rows) -> alt.Chart:
    """One bar per row, in order, to be drawn in some way."""
    numbered = placed([{**row, "place": at} for at, row in enumerate(rows)])
    return alt.Chart(charts.values(numbered)).encode(y=places(rows))


def placed(rows: Rows) -> Rows:
    """Rows with their place as a text that sorts."""
    return [{**row, "place": f"{row['place']:03}"} for row in rows]


def places(rows: Rows) -> alt.Y:
    """An axis of bars in order, each with its own name: two whose names are cut alike stay two."""
    names = [row["name"] for row in rows]
    return alt.Y(
        "place:N",
        title=None,
        axis=axis(labelExpr=f"{_literal(names)}[toNumber(datum.value)]"),
    )


def _literal(names: Sequence[str]) -> str:
    """Texts as an expression of Vega."""
    return json.dumps(list(names))


def axis(**more: Any) -> alt.Axis:
    """The room for names, the same whatever they are."""
    return alt.Axis(labelLimit=_NAMES, minExtent=_NAMES, maxExtent=_NAMES, grid=False, **more)


def beside(bars: Any, base: alt.Chart, rows: Rows) -> Any:
    """Bars with each row's `label` after them, one under the other, however long a bar is."""
    figures = round(max(cell_len(row["label"]) for row in rows) * _PER_CELL) + 12
    width = charts.WIDTH - _NAMES - figures - 14
    text = base.mark_text(align="right", baseline="middle").encode(
        x=alt.value(width + figures), text="label:N"
    )
    zero = alt.Chart(charts.values([{"zero": 0}])).mark_rule(opacity=0.5)
    return alt.layer(bars, text, zero.encode(x=alt.X("zero:Q", axis=None))).properties(
        width=width, height=len(rows) * _ROW
    )


def span(ends: Iterable[float]) -> alt.Scale:
    """From the least to the most, and nothing besides: bars of steps begin where they end."""
    found = [0.0, *ends]
    low, high = min(found), max(found)
    return alt.Scale(domain=[low, high if high > low else low + 1], nice=False)


def scale(colours: Mapping[str, str]) -> alt.Scale:
    """Colours by what they mean."""
    return alt.Scale(domain=list(colours), range=list(colours.values()))


def tooltip(*fields: str) -> list[alt.Tooltip]:
    """What is told of a mark that one points at."""
    return [alt.Tooltip(f"{field}:N", title=field) for field in fields]
