"""Charts of faults: what puts lines aside, and whose lines they are."""

from typing import Any

import altair as alt
import polars as pl

from pipeline.report import amounts, charts
from pipeline.report import charts_bars as bars
from pipeline.report.charts_bars import Rows
from pipeline.report.layout import count
from pipeline.vocab import Status

_LARGEST = 12


def faults(found: pl.DataFrame, by: str, *, quarantined: bool) -> Any:
    """How many lines each fault, or each source's faults, put aside; of `notebooks/faults`.

    Args:
        found: one row per fault, source, manifest and currency.
        by: `fault` or `source`.
        quarantined: whether those in quarantine alone are counted.
    """
    where = "in quarantine" if quarantined else "held back"
    sums = (
        found.group_by(by).agg(pl.col("lines").sum()).sort(["lines", by], descending=[True, False])
    )
    if sums.is_empty():
        return charts.blank(f"No line is {where}")
    in_all = int(sums["lines"].sum())
    rows: Rows = [
        {
            "name": charts.reported(one[by], bars.NAME_CELLS),
            "value": one["lines"],
            "label": count(one["lines"], "line"),
            "share": amounts.share_of(one["lines"], in_all),
        }
        for one in sums.head(_LARGEST).iter_rows(named=True)
    ]
    base = bars.ranked(rows)
    colour = charts.COLOURS[Status.QUARANTINED if quarantined else Status.HELD]
    drawn = base.mark_bar(height=15, color=colour).encode(
        x=alt.X("value:Q", axis=None), tooltip=bars.tooltip("name", "label", "share")
    )
    first = rows[0]
    part = "all" if first["value"] == in_all else first["share"]
    twice = "" if quarantined else "; a line counts for each of its faults"
    left = sums.height - len(rows)
    more = f"; {count(left, by)} more in the table" if left > 0 else ""
    return charts.titled(
        bars.beside(drawn, base, rows),
        f"{first['name']}: {first['label']}, {part} of what is {where}",
        f"lines by {by}{twice}{more}",
    )
