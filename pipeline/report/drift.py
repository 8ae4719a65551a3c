"""The screen of `royalty drift`: money by month, what changed, layouts."""

import textwrap
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import groupby
from operator import attrgetter

from rich.text import Text

from pipeline.flow.drift import Drift, Found, Layout, Months
from pipeline.flow.standing import Delivered
from pipeline.report import layout
from pipeline.report.layout import SHORT_ID, Column
from pipeline.vocab import Severity

_BARS = "▁▂▃▄▅▆▇█"
_SHOWN_MONTHS = 24
_SHOWN_CHANGES = 3


def drift_screen(found: Drift, width: int) -> Iterator[Text]:
    """What changed, by source and period.

    Args:
        found: what the lake tells.
        width: cells of the screen.
    """
    nothing = [layout.note("nothing has changed in what the reports say")]
    return layout.joined(
        *(
            [layout.heading(f"Money of {source}, by period"), *months_table(list(own), width)]
            for source, own in groupby(found.months, key=attrgetter("source"))
        ),
        *(
            [layout.heading(f"{source}, {period or 'undated'}"), *findings_table(list(own), width)]
            for (period, source), own in groupby(
                sorted(found.findings, key=_place, reverse=True),
                key=attrgetter("accounting_period", "source"),
            )
        ),
        layouts_table(found.layouts, width),
        [] if found.findings or found.layouts else nothing,
    )


def _place(one: Found) -> tuple[str, str]:
    return one.accounting_period, one.source


def sparkline(amounts: Sequence[Decimal]) -> str:
    """One bar per amount, as high as its share of the largest; a blank where there is nothing."""
    largest = max(amounts, default=Decimal(0))
    return "".join(
        _BARS[min(int(amount * len(_BARS) / largest), len(_BARS) - 1)] if amount > 0 else " "
        for amount in amounts
    )


def months_table(months: Sequence[Months], width: int) -> list[Text]:
    """The latest money of each service beside its months."""
    shown = [one for one in months if any(one.amounts)]
    if not shown:
        return []
    periods = shown[0].periods[-_SHOWN_MONTHS:]
    columns = [
        Column("service", flexible=True),
        Column(f"{periods[0]} – {periods[-1]}"),
        Column(periods[-1], right=True),
        Column(""),
    ]
    rows = [
        [
            one.service or "(none)",
            sparkline(one.amounts[-_SHOWN_MONTHS:]),
            f"{one.amounts[-1]:,.2f}",
            layout.currency_name(one.currency),
        ]
        for one in shown
    ]
    return layout.table(columns, rows, width)


def findings_table(findings: Sequence[Found], width: int) -> list[Text]:
    """One sentence per finding, the dearest first, with the report that showed it."""
    return [
        line
        for one in findings
        for line in _wrapped(one.detail, width, "red" if one.severity == Severity.HIGH else "")
    ]


def changes_notes(report: Delivered, width: int) -> list[Text]:
    """The dearest of what a report shows to have changed, and how many more there are."""
    if not report.changes:
        return []
    lines = [layout.note("Against the past of its source:", "bold")]
    for told in report.changes[:_SHOWN_CHANGES]:
        lines += _wrapped(told, width, "")
    if left := len(report.changes) - _SHOWN_CHANGES:
        more = f"… and {left:,} more: royalty drift --manifest {report.manifest[:SHORT_ID]}"
        lines += [layout.note(more)] if left > 0 else []
    return lines


def _wrapped(sentence: str, width: int, style: str) -> list[Text]:
    """A sentence in as many lines as it needs, those after the first indented once more."""
    room = width - 2 * layout.INDENT
    first, *others = textwrap.wrap(layout.plain(sentence), room) or [""]
    return [layout.note(first, style), *(layout.note(f"  {one}", style) for one in others)]


def layouts_table(layouts: Sequence[Layout], width: int) -> list[Text]:
    """Which reports came in another layout, and what differs."""
    if not layouts:
        return []
    lines = [layout.heading("Layouts that changed")]
    for one in layouts:
        facts = [f"{what} {', '.join(names)}" for what, names in _differences(one) if names]
        name = f"{one.source} {one.accounting_period} ({one.manifest[:SHORT_ID]})"
        told = "; ".join(facts) or "the columns stand in another order"
        lines += _wrapped(f"{name}: {told}", width, "red" if one.is_held else "")
        if one.is_held:
            step = f"royalty sources accept {one.manifest[:SHORT_ID]} --by NAME"
            lines.append(layout.note(f"  its lines are on hold: {step}"))
    return lines


def _differences(one: Layout) -> list[tuple[str, Sequence[str]]]:
    proposed = [f"{ours!r} may be {theirs!r} now" for ours, theirs in one.proposed.items()]
    spared = [name for name in one.gone if name not in one.missing]
    return [("new:", one.new), ("gone:", spared), ("needed, gone:", one.missing), ("", proposed)]
