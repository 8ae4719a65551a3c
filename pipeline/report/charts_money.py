"""Charts of where money is: from reported to matched, by service, over periods, by age, by title.

Each shows one currency. Figures on the chart are rounded to the hundredth; exact ones are in the
tables beside it, and appear where one points at a mark.
"""

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

import altair as alt
import polars as pl

from pipeline.report import amounts, charts
from pipeline.report import charts_bars as bars
from pipeline.report.charts_bars import Rows
from pipeline.report.layout import count, currency_name
from pipeline.vocab import Status

_WAITING = (Status.UNMATCHED, Status.HELD, Status.QUARANTINED)
_STATUSES = (Status.MATCHED, *_WAITING, Status.EXCLUDED)
_LARGEST = 15
_PERIODS = 24


def waterfall(steps: pl.DataFrame, currency: str, where: str = "") -> Any:
    """From what was reported, step by step, to what is matched; of `notebooks/waterfall`."""
    rows: Rows = [
        {
            "name": charts.status_name(step["step"]),
            "status": step["step"],
            "begins": float(step["begins"]),
            "ends": float(step["ends"]),
            "label": amounts.short(_taken(step), currency) if step["lines"] else "–",
            "exact": amounts.exact(step["amount"], currency_name(currency)),
            "lines": f"{step['lines']:,}",
        }
        for step in steps.iter_rows(named=True)
    ]
    by_step = {row["step"]: row["amount"] for row in steps.iter_rows(named=True)}
    colours = {"reported": charts.INK, **charts.COLOURS}
    base = bars.ranked(rows)
    drawn = base.mark_bar(height=16).encode(
        x=alt.X("begins:Q", axis=None, scale=bars.span(row[end] for row in rows for end in _ENDS)),
        x2="ends:Q",
        color=alt.Color("status:N", legend=None, scale=bars.scale(colours)),
        opacity=alt.condition("datum.status == 'reported'", alt.value(0.55), alt.value(1)),
        tooltip=bars.tooltip("name", "exact", "lines"),
    )
    layers = bars.beside(drawn, base, rows)
    return charts.titled(layers, _reconciled(by_step, currency, where), _unreadable(steps))


_ENDS = ("begins", "ends")


def _taken(step: Mapping[str, Any]) -> Decimal:
    """A step's amount: what it takes away is negative, the first and the last say what is there."""
    amount: Decimal = step["amount"]
    return amount if step["step"] in {"reported", Status.MATCHED} else -amount


def _reconciled(by_step: Mapping[str, Decimal], currency: str, where: str) -> str:
    reported, matched = by_step["reported"], by_step[Status.MATCHED]
    of = f"{amounts.short(reported, currency)} reported{f' {where}' if where else ''}"
    largest = max(_WAITING, key=lambda status: abs(by_step[status]))
    if not any(by_step[status] for status in (*_WAITING, Status.EXCLUDED)):
        return f"All of {of} is matched" if reported else f"Nothing with money in {of}"
    held = by_step[largest]
    rest = f"; most of the rest, {amounts.short(held, currency)}, is "
    said = f"{rest}{charts.status_name(largest)}" if held else ""
    return f"{amounts.share(matched, reported)} of {of} is matched{said}"


def _unreadable(steps: pl.DataFrame) -> str:
    first = steps.row(0, named=True)
    said = f"{count(first['lines'], 'line')}, amounts in the currency reported"
    lost = first["unreadable_lines"]
    without = f"; {count(lost, 'line')} without a readable amount" if lost else ""
    return f"{said}{without}"


def waiting(found: pl.DataFrame, currency: str, by: str = "service") -> Any:
    """Where the money is that is not matched; of `services` or `territories`.

    Args:
        found: one row per service or territory, largest first.
        currency: of all its amounts.
        by: the column that names them.
    """
    ranked = found.filter(pl.col("waiting") != 0).sort(pl.col("waiting").abs(), descending=True)
    shown = ranked.head(_LARGEST)
    if shown.is_empty():
        return charts.blank(f"No {by} has money that is not matched", currency_name(currency))
    rows: Rows = []
    labels: Rows = []
    for one in shown.iter_rows(named=True):
        name = charts.reported(one[by], bars.NAME_CELLS, f"(no {by})")
        labels.append({"name": name, "label": amounts.short(one["waiting"], currency)})
        place = len(labels) - 1
        rows += [{"place": place, **_part(name, status, one, currency)} for status in _WAITING]
    others = ranked.height - shown.height
    chart = bars.stacked(rows, labels, _colours(_WAITING))
    first = shown.row(0, named=True)
    in_all = amounts.total(found["waiting"].to_list())
    title = (
        f"{charts.reported(first[by], 30, f'Lines without a {by}')} has"
        f" {amounts.short(first['waiting'], currency)} of the"
        f" {amounts.short(in_all, currency)} that is not matched"
    )
    said = f"{currency_name(currency)}, not matched and not excluded, by {by}"
    more = f"; {count(others, by)} more in the table" if others else ""
    return charts.titled(chart, title, f"{said}{more}")


def shares(found: pl.DataFrame, currency: str, by: str) -> Any:
    """What became of the money of each service or territory, the largest first.

    Args:
        found: of `services` or `territories`.
        currency: of all its amounts.
        by: the column that names them.
    """
    ranked = found.filter(pl.col("reported") != 0).sort(pl.col("reported").abs(), descending=True)
    if ranked.is_empty():
        return charts.blank(f"No {by} has reported money", currency_name(currency))
    rows: Rows = []
    labels: Rows = []
    for one in ranked.head(_LARGEST).iter_rows(named=True):
        name = charts.reported(one[by], bars.NAME_CELLS, f"(no {by})")
        labels.append({"name": name, "label": amounts.short(one["reported"], currency)})
        place = len(labels) - 1
        rows += [{"place": place, **_part(name, status, one, currency)} for status in _STATUSES]
    first = ranked.row(0, named=True)
    in_all = amounts.total(found["reported"].to_list())
    title = (
        f"{charts.reported(first[by], 30, f'Lines without a {by}')} reported"
        f" {amounts.share(first['reported'], in_all)} of {amounts.short(in_all, currency)}"
    )
    left = ranked.height - len(labels)
    more = f"; {count(left, by)} more in the table" if left else ""
    chart = bars.stacked(rows, labels, _colours(_STATUSES))
    return charts.titled(chart, title, f"{currency_name(currency)} as reported, by {by}{more}")


def _part(name: str, status: str, one: Mapping[str, Any], currency: str) -> dict[str, Any]:
    amount: Decimal = one[status]
    reported: Decimal = one["reported"]
    return {
        "name": name,
        "part": charts.status_name(status),
        "order": _STATUSES.index(Status(status)),
        "value": float(amount),
        "exact": amounts.exact(amount, currency_name(currency)),
        "of": f"{amounts.share(amount, reported)} of {amounts.exact(reported)}",
    }


def trend(found: pl.DataFrame, currency: str) -> Any:
    """What became of each period's money; of `notebooks/periods`."""
    if found.is_empty():
        return charts.blank("No period has lines of this choice", currency_name(currency))
    rows: Rows = []
    labels: Rows = []
    for one in found.tail(_PERIODS).iter_rows(named=True):
        name = one["accounting_period"] or "(no period)"
        label = f"{amounts.share(one['matched'], one['reported'])} matched"
        labels.append({"name": name, "label": label})
        place = len(labels) - 1
        rows += [{"place": place, **_part(name, status, one, currency)} for status in _STATUSES]
    chart = bars.stacked(rows, labels, _colours(_STATUSES))
    return charts.titled(
        chart, _course(found, currency), f"{currency_name(currency)} by accounting period"
    )


def _course(found: pl.DataFrame, currency: str) -> str:
    """How the last period stands beside the one before it of the same length."""
    last = found.row(found.height - 1, named=True)
    alike = found.filter(pl.col("accounting_period").str.contains(_MONTH))
    if alike.height > 1:
        last, before = (alike.row(alike.height - place, named=True) for place in (1, 2))
        now, then = (amounts.share(one["matched"], one["reported"]) for one in (last, before))
        names = [one["accounting_period"] for one in (last, before)]
        return f"{now} of {names[0]} is matched, of {names[1]} it was {then}"
    now = f"{amounts.share(last['matched'], last['reported'])} of {last['accounting_period']}"
    return f"{now} is matched: {amounts.short(last['matched'], currency)}"


_MONTH = r"^\d{4}-\d\d$"


def ageing(found: pl.DataFrame, currency: str, since: str) -> Any:
    """How long money has waited; of `notebooks/ageing`.

    Args:
        found: one row per age and status, in order.
        currency: of all its amounts.
        since: from when it counts, in words.
    """
    ages = found.partition_by("age", maintain_order=True)
    sums = [(age["age"][0], amounts.total(age["amount"].to_list())) for age in ages]
    in_all = amounts.total([amount for _, amount in sums])
    if not found["lines"].sum():
        return charts.blank("Nothing waits with money in it", currency_name(currency))
    rows: Rows = [
        {
            "place": one["place"],
            "name": one["age"],
            "part": charts.status_name(one["status"]),
            "order": _STATUSES.index(Status(one["status"])),
            "value": float(one["amount"]),
            "exact": amounts.exact(one["amount"], currency_name(currency)),
            "of": count(one["lines"], "line"),
        }
        for one in found.iter_rows(named=True)
    ]
    labels: Rows = [
        {"name": age, "label": amounts.short(amount, currency) if amount else "–"}
        for age, amount in sums
    ]
    oldest, amount = next(one for one in reversed(sums) if one[1])
    return charts.titled(
        bars.stacked(rows, labels, _colours((Status.UNMATCHED, Status.HELD))),
        f"{amounts.short(amount, currency)} of {amounts.short(in_all, currency)}"
        f" has waited {oldest}",
        f"{currency_name(currency)}, unmatched or on hold, by days since {since}",
    )


def _colours(statuses: Sequence[Status]) -> dict[str, str]:
    return {charts.status_name(one): charts.COLOURS[one] for one in statuses}
