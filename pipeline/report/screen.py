"""The screen of a report and of the whole lake: one place to see that the money adds up."""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from decimal import Decimal
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING

from rich.cells import cell_len
from rich.text import Text

from pipeline.flow.standing import (
    AlertGroup,
    Delivered,
    Money,
    ReportStatus,
    Standing,
    Status,
    Step,
    Title,
    Waiting,
)
from pipeline.report import layout, seen
from pipeline.report.alarms import firing_table
from pipeline.report.control import control_lines
from pipeline.report.drift import changes_notes
from pipeline.report.layout import SHORT_ID, Column
from pipeline.report.money import money_table
from pipeline.vocab import ManifestState, Tier

if TYPE_CHECKING:
    from pipeline.flow.outcome import Report

_SHOWN_CURRENCIES = 4
"""Of each fault; a report of forty currencies would fill the screen with one of them."""


def report_screen(shown: ReportStatus, at: datetime, width: int, royalty: str) -> Iterator[Text]:
    """The screen of one report.

    Args:
        shown: the delivery and where it stands.
        at: the clock reading that ages are counted to, aware.
        width: cells of the screen.
        royalty: how the command is called, its options before the command's name included.
    """
    return layout.joined(
        _report(shown.report, shown.standing.money, at, width),
        *_standing(shown.standing, at, width, royalty),
    )


def reports_screen(
    found: Sequence[ReportStatus], at: datetime, width: int, royalty: str
) -> Iterator[Text]:
    """The screens of several reports."""
    return layout.joined(*(report_screen(one, at, width, royalty) for one in found))


def ingested_screen(
    report: "Report", found: Sequence[ReportStatus], at: datetime, width: int, royalty: str
) -> Iterator[Text]:
    """The screen at the end of an ingest: how it went, and where the report stands."""
    if report.state is ManifestState.UNCHANGED:
        yield layout.heading(layout.plain(report.path.name))
        yield layout.note(seen.unchanged(report.seen))
    else:
        yield from reports_screen(found, at, width, royalty)
        yield from seen.notes(report.seen, width)
        yield from seen.restated(report.restated)
        rate = report.lines / report.seconds if report.seconds else 0
        yield layout.blank()
        yield layout.note(
            f"committed in {report.seconds:.1f} s, {layout.count(round(rate), 'line')}/s"
        )
    for currency, moves in report.freed.items():
        for move, amount in moves.items():
            told = f"{amount} {layout.currency_name(currency)} {move}"
            yield layout.note(f"{told}, for what was paid balances now")
    yield layout.blank()


def status_screen(shown: Status, at: datetime, width: int, royalty: str) -> Iterator[Text]:
    """The screen of the whole lake: its latest reports, the latest last, then all together."""
    reports = [_report(one, money, at, width) for one, money in reversed(shown.reports)]
    listed = len(shown.reports)
    together = f"All {layout.count(shown.deliveries, 'report')}"
    if listed < shown.deliveries:
        together += f" (above: the latest {listed})" if listed else ""
    catalog = f"catalog {shown.catalog}" if shown.catalog else "no catalog"
    return layout.joined(
        *reports,
        [layout.heading(f"{together}, {catalog}"), *money_table(shown.standing.money, width)],
        firing_table(shown.firing, at, width),
        *_standing(shown.standing, at, width, royalty),
    )


def _standing(
    standing: Standing, at: datetime, width: int, royalty: str
) -> tuple[Iterable[Text], ...]:
    return (
        titles_table(standing.unmatched, width),
        waiting_table(standing.waiting, at, width),
        alerts_table(standing.alerts, width),
        steps(standing.next, royalty, width),
    )


def _report(report: Delivered, money: Sequence[Money], at: datetime, width: int) -> list[Text]:
    """What a report is, whether it is whole, and what became of its money."""
    name = Path(report.path).name if report.path else report.manifest[:SHORT_ID]
    age = layout.duration(layout.seconds_between(report.at, at))
    facts = [
        report.title or report.source,
        f"accounted in {report.accounting_period}" if report.accounting_period else "undated",
        layout.count(report.lines, "line"),
        *([layout.size(report.bytes)] if report.bytes is not None else []),
        f"taken {age} ago",
    ]
    lines = [layout.heading(layout.plain(name)), *layout.listed(facts, width)]
    lines.append(layout.note(f"manifest {report.manifest[:SHORT_ID]}, source {report.source}"))
    lines += control_lines(report.control, width)
    if report.resynchronised:
        again = layout.count(report.resynchronised, "line")
        lines.append(layout.note(f"{again} read again after a stray quote"))
    return [*lines, *money_table(money, width), *changes_notes(report, width)]


def titles_table(titles: Sequence[Title], width: int) -> list[Text]:
    """The largest unmatched titles."""
    if not titles:
        return []
    columns = [
        Column("amount", right=True),
        Column(""),
        Column("lines", right=True),
        Column("title", flexible=True),
        Column("artist", flexible=True),
    ]
    rows = [
        [
            amount,
            layout.currency_name(one.currency),
            f"{one.lines:,}",
            " ".join(filter(None, (one.title, one.version))) or "(no title)",
            one.artist or "",
        ]
        for _, group in groupby(titles, key=attrgetter("currency"))
        for one, amount in _with_amounts(list(group))
    ]
    return [layout.heading("Largest unmatched titles"), *layout.table(columns, rows, width)]


def _with_amounts(titles: Sequence[Title]) -> Iterator[tuple[Title, str]]:
    return zip(titles, layout.decimals(one.amount for one in titles), strict=True)


def waiting_table(waiting: Sequence[Waiting], at: datetime, width: int) -> list[Text]:
    """What waits, for what, how long and until when."""
    if not waiting:
        return []
    columns = [
        Column("waits for"),
        Column("lines", right=True),
        Column("amount", right=True),
        Column(""),
        Column("oldest", right=True),
        Column("next try", right=True),
    ]
    few, more = _few([one.fault for one in waiting])
    shown = [waiting[place] for place in few]
    amounts = _by_currency([(one.currency, one.amount) for one in shown])
    rows = [
        [
            f"{'!' if one.tier == Tier.FATAL else ''}{one.fault}",
            f"{one.lines:,}",
            amount,
            layout.currency_name(one.currency),
            layout.duration(layout.seconds_between(one.oldest_at, at)),
            layout.due(one.next_at, at),
        ]
        for one, amount in zip(shown, amounts, strict=True)
    ]
    lines = [layout.heading("Waiting"), *layout.table(columns, rows, width, "red"), *more]
    if escalated := sum(one.escalated_lines for one in waiting):
        lines.append(layout.note(f"{layout.count(escalated, 'line')} tried for the last time"))
    return lines


def alerts_table(alerts: Sequence[AlertGroup], width: int) -> list[Text]:
    """What a person must see, gathered."""
    if not alerts:
        return []
    columns = [
        Column("alert"),
        Column("fault"),
        Column("assets", right=True),
        Column("lines", right=True),
        Column("amount", right=True),
        Column(""),
    ]
    few, more = _few([one.fault for one in alerts])
    shown = [alerts[place] for place in few]
    amounts = _by_currency([(one.currency, one.amount) for one in shown])
    rows = [
        [
            one.severity,
            one.fault,
            f"{one.assets:,}" if one.assets else "–",
            f"{one.lines:,}",
            amount,
            layout.currency_name(one.currency) if one.currency or one.amount else "",
        ]
        for one, amount in zip(shown, amounts, strict=True)
    ]
    return [layout.heading("Alerts"), *layout.table(columns, rows, width), *more]


def _few(faults: Sequence[str]) -> tuple[list[int], list[Text]]:
    """The places of each fault's first currencies, and a line that says how many are left out."""
    seen = Counter[str]()
    places = []
    for place, fault in enumerate(faults):
        seen[fault] += 1
        if seen[fault] <= _SHOWN_CURRENCIES:
            places.append(place)
    left = len(faults) - len(places)
    more = f"… and {left:,} more, by fault and currency: --json"
    return places, [layout.note(more)] if left else []


def _by_currency(money: Sequence[tuple[str, Decimal]]) -> list[str]:
    """Amounts, aligned among those of one currency; a dash where there is none."""
    texts: dict[int, str] = {}
    for asked in {currency for currency, _ in money}:
        own = {place: amount for place, (currency, amount) in enumerate(money) if currency == asked}
        texts |= dict(zip(own, layout.decimals(own.values()), strict=True))
    return [texts[place] if amount else "–" for place, (_, amount) in enumerate(money)]


def steps(found: Sequence[Step], royalty: str, width: int) -> list[Text]:
    """The commands to run next, each with its reason: beside it where there is room."""
    if not found:
        return []
    lines = [layout.heading("Next")]
    commands = [f"{royalty} {step.command}" for step in found]
    longest = max(map(cell_len, commands))
    for command, step in zip(commands, found, strict=True):
        line = layout.note(command, "bold")
        if layout.INDENT + longest + 2 * layout.GAP + cell_len(step.why) <= width:
            padding = " " * (longest - cell_len(command) + layout.GAP)
            lines.append(Text.assemble(line, f"{padding}# {step.why}", end=""))
        else:
            lines += [layout.note(f"# {step.why}"), line]
    return lines
