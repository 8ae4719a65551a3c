"""A report of drift as one HTML file for mailing: no script, no address, charts drawn within.

Whatever reports and catalogs say is escaped in every place, and its direction kept within.
"""

import html
import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby, islice
from operator import attrgetter
from typing import Any

import vl_convert  # noqa: F401 - of the extra `notebook`: without it nothing can be drawn, and is not begun

from pipeline.flow.drift import Found, Layout, Months
from pipeline.flow.drift_report import DriftReport, Looked
from pipeline.report import amounts, charts, charts_drift, charts_spread, layout
from pipeline.report.drift_style import STYLE
from pipeline.report.layout import SHORT_ID, count
from pipeline.vocab import Severity

MOST_BYTES = 900_000
"""Charts that would make a file larger than this are left out: many mail servers take 1 MB."""
_FINDINGS = 100
_MONTHS = 60
_SERVICES = 10
"""Of each source and currency, the largest."""
_PERIODS = 24
_PATTERNS = 40
_LAYOUTS = 40
_SPARK_WIDTH, _SPARK_HEIGHT = 132, 24


def drift_page(report: DriftReport) -> str:
    """The whole report as one HTML document."""
    texts = [_lead(report), _findings(report.drift.findings), _months(report.drift.months)]
    after = [_layouts(report.drift.layouts), _metadata(report)]
    room = MOST_BYTES - sum(len(text.encode()) for text in (*texts, *after, STYLE))
    body = "".join([*texts, _charts(report.looked, room), *after])
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta http-equiv="Content-Security-Policy"'
        " content=\"default-src 'none'; style-src 'unsafe-inline'\">"
        f"<title>What changed in the reports</title><style>{STYLE}</style></head>"
        f"<body><main>{body}<footer>Made by <code>royalty drift --html</code>. Amounts are exact in"
        " the lake; here they are rounded to the hundredth.</footer></main></body></html>\n"
    )


def _lead(report: DriftReport) -> str:
    """What it is of, and what it comes to."""
    found = report.drift.findings
    sources = sorted({one.source for one in found} | {one.source for one in report.drift.months})
    sums: dict[str, list[Decimal]] = {}
    for one in found:
        if one.amount:
            sums.setdefault(one.currency or "", []).append(abs(one.amount))
    stake = ", ".join(
        amounts.short(amounts.total(sums[currency]), currency) for currency in sorted(sums)
    )
    said = "Nothing stands out from what these sources reported before."
    if found:
        reports = count(len({(one.manifest, one.accounting_period) for one in found}), "report")
        said = f"{count(len(found), 'change')} in {reports}" + (
            f"; at stake: {stake}." if sums else "."
        )
    named = ", ".join(map(_said, sources[:_FINDINGS])) or "no source"
    at = f"{report.at:%Y-%m-%d %H:%M} UTC"
    return (
        f'<h1>What changed in the reports</h1><p class="lead">{_escaped(said)}</p>'
        f'<p class="faint">{named} · as of {at}</p>'
    )


def _findings(found: Sequence[Found]) -> str:
    if not found:
        return ""
    rows = "".join(
        f"<tr{_mark(one)}><td>{_said(one.detail)}</td>"
        f'<td class="figure">{_stake(one)}</td><td class="figure">{one.lines:,}</td>'
        f"<td>{_said(one.source)} {_escaped(one.accounting_period)}"
        f" <code>{_escaped(one.manifest[:8])}</code></td></tr>"
        for one in found[:_FINDINGS]
    )
    heads = _heads("what changed", "=at stake", "=lines", "report")
    return (
        f"<h2>Findings, the dearest first</h2>{_table(heads, rows)}{_more(len(found), _FINDINGS)}"
    )


def _mark(one: Found) -> str:
    return ' class="high"' if one.severity == Severity.HIGH else ""


def _stake(one: Found) -> str:
    return "–" if one.amount is None else _escaped(amounts.short(one.amount, one.currency or ""))


def _months(months: Sequence[Months]) -> str:
    """Money of each service by period, and how it stands to the period before; large ones first."""
    told = sorted(
        (one for one in months if any(one.amounts)),
        key=lambda one: (one.source, one.currency, -abs(one.amounts[-1]), one.service),
    )
    groups = groupby(told, key=attrgetter("source", "currency"))
    shown = [one for _, group in groups for one in islice(group, _SERVICES)]
    if not shown:
        return ""
    rows = "".join(
        f"<tr><td>{_said(one.service or '(no service)')}</td><td>{_said(one.source)}</td>"
        f"<td>{sparkline(one.amounts[-_PERIODS:])}</td>"
        f'<td class="figure">{_escaped(amounts.short(one.amounts[-1], one.currency))}</td>'
        f"<td>{_escaped(_course(one))}</td></tr>"
        for one in shown[:_MONTHS]
    )
    heads = _heads("service", "source", "by period", "=latest", "")
    left = len(told) - len(shown[:_MONTHS])
    return f"<h2>Money by period</h2>{_table(heads, rows)}{_more(len(told), len(told) - left)}"


def _course(one: Months) -> str:
    if len(one.amounts) == 1:
        return f"in {one.periods[-1]}, the first"
    change = amounts.change(one.amounts[-1], one.amounts[-2])
    return f"in {one.periods[-1]}, {change} on {one.periods[-2]}"


def sparkline(figures: Sequence[Decimal]) -> str:
    """Amounts as a small line, the last of them with a dot; zero is where the faint line is."""
    low, high = min(Decimal(0), *figures), max(Decimal(0), *figures)
    span = float(high - low) or 1.0
    step = (_SPARK_WIDTH - 8) / max(len(figures) - 1, 1)
    points = [
        (4 + step * at, 3 + (_SPARK_HEIGHT - 6) * float(high - figure) / span)
        for at, figure in enumerate(figures)
    ]
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    zero = 3 + (_SPARK_HEIGHT - 6) * float(high) / span
    x, y = points[-1]
    return (
        f'<svg class="spark" width="{_SPARK_WIDTH}" height="{_SPARK_HEIGHT}" role="img"'
        f' aria-label="{count(len(figures), "period")}">'
        f'<line x1="4" x2="{_SPARK_WIDTH - 4}" y1="{zero:.1f}" y2="{zero:.1f}"/>'
        f'<polyline points="{line}"/><circle cx="{x:.1f}" cy="{y:.1f}" r="2.6"/></svg>'
    )


def _charts(looked: Sequence[Looked], room: int) -> str:
    """The charts of each period that is looked at, as many as there is room for."""
    parts = []
    left_out = 0
    number = 0
    for one in looked:
        heading = f"<h2>{_said(one.seen.source)}, {_escaped(one.seen.period or 'no period')}</h2>"
        figures = []
        for chart in _of(one):
            number += 1
            drawn = figure(charts.svg(chart), number)
            room -= len(drawn.encode())
            if room > 0:
                figures.append(drawn)
            else:
                left_out += 1
        if figures:
            parts.append(f'{heading}<div class="charts">{"".join(figures)}</div>')
    note = f'<p class="faint">{count(left_out, "chart")} left out for size.</p>' if left_out else ""
    return "".join(parts) + note


def _of(one: Looked) -> Iterator[Any]:
    found, seen = one.frames, one.seen
    yield charts_drift.money(found["drift_periods"], seen)
    yield charts_drift.changes(found["drift_services"], seen, "service")
    yield charts_spread.by_service(found["drift_by_service"], seen, "rate")
    yield charts_spread.spreads(found["drift_buckets"], seen)
    yield charts_drift.changes(found["drift_territories"], seen, "territory")
    yield charts_drift.nulls(found["drift_nulls"], seen)
    yield charts_drift.vocabulary(found["drift_values"], seen, "usage")


_NAMESPACE = re.compile(r'\s+xmlns(?::\w+)?="[^"]*"')
_ID = re.compile(r'(\bid="|url\(#|href="#)')


def figure(svg: str, number: int) -> str:
    """A drawing within a page: without addresses, and with ids that no other drawing has."""
    inner = _ID.sub(rf"\g<1>c{number}-", _NAMESPACE.sub("", svg))
    return f"<figure>{inner}</figure>"


def _layouts(layouts: Sequence[Layout]) -> str:
    if not layouts:
        return ""
    rows = "".join(f"<li>{_layout(one)}</li>" for one in layouts[:_LAYOUTS])
    return f"<h2>Layouts that changed</h2><ul>{rows}</ul>{_more(len(layouts), _LAYOUTS)}"


def _layout(one: Layout) -> str:
    facts = [
        f"{what} {', '.join(f'<code>{_escaped(name)}</code>' for name in names)}"
        for what, names in (("new", one.new), ("gone", one.gone))
        if names
    ]
    facts += [
        f"<code>{_escaped(ours)}</code> may be <code>{_escaped(theirs)}</code> now"
        for ours, theirs in one.proposed.items()
    ]
    if one.is_held:
        facts.append("its lines wait until somebody says which column is which")
    name = f"<b>{_said(one.source)} {_escaped(one.accounting_period)}</b>"
    return f"{name} <code>{one.manifest[:SHORT_ID]}</code>: {'; '.join(facts) or 'columns moved'}"


def _metadata(report: DriftReport) -> str:
    """What many ISRCs of a service share, by the money that rides on it."""
    found = report.metadata.patterns
    if found.is_empty():
        return ""
    rows = "".join(
        f"<tr><td>{_said(one['said'])}{_examples(one['examples'])}</td>"
        f'<td class="figure">{_escaped(_money(one["money"]))}</td>'
        f'<td class="figure">{one["lines"]:,}</td></tr>'
        for one in found.head(_PATTERNS).iter_rows(named=True)
    )
    heads = _heads("what many titles share", "=money", "=lines")
    return f"<h2>Metadata</h2>{_table(heads, rows)}{_more(found.height, _PATTERNS)}"


def _examples(examples: Sequence[dict[str, Any]]) -> str:
    if not examples:
        return ""
    one = examples[0]
    before, after = (_said(str(one[side] or "–")) for side in ("before", "after"))
    return f'<br><span class="faint">such as {before} → {after}</span>'


def _money(parts: Sequence[dict[str, Any]]) -> str:
    named = [amounts.short(one["amount"], one["currency"] or "") for one in parts]
    return ", ".join(named) or "–"


def _heads(*names: str) -> str:
    """Heads of columns; those of figures begin with `=`."""
    return "".join(
        f'<th class="figure">{name[1:]}</th>' if name.startswith("=") else f"<th>{name}</th>"
        for name in names
    )


def _table(heads: str, rows: str) -> str:
    return (
        f'<div class="scroll"><table><thead><tr>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def _more(in_all: int, shown: int) -> str:
    return f'<p class="faint">… and {in_all - shown:,} more</p>' if in_all > shown else ""


def _said(text: str) -> str:
    """What a report says, its direction kept within."""
    return f"<bdi>{_escaped(text)}</bdi>"


def _escaped(text: str) -> str:
    return html.escape(layout.plain(text).replace("\n", "\\n"), quote=True)
