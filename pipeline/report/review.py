"""Screens of the desk: the queue, one row of it, and what decisions came to."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
from rich.text import Text

from pipeline.contract.money import sum_text
from pipeline.flow.adjudicate import Adjudicated
from pipeline.flow.review_entry import FIELDS, Candidate, ReviewEntry
from pipeline.flow.review_queue import Listed
from pipeline.flow.review_sheet import Exported
from pipeline.flow.review_splits import Completed
from pipeline.report import layout
from pipeline.report.layout import SHORT_ID, Column

_LONGEST = 28
"""Cells of a catalog's field beside the reported one; `--json` gives all of it."""


def queue_screen(found: Listed, at: datetime, width: int) -> Iterator[Text]:
    """One line per row of the queue, one more for each further currency."""
    counts = [f"{number:,} {state}" for state, number in found.states.items()]
    yield from layout.listed(["by identity", *counts] if counts else ["nothing waits"], width)
    if not found.entries:
        return
    columns = [
        Column("id"),
        Column("amount", right=True),
        Column(""),
        Column("lines", right=True),
        Column("age", right=True),
        Column("title", flexible=True),
        Column("artist", flexible=True),
        Column("why", flexible=True),
    ]
    rows = [row for entry in found.entries for row in _rows(entry, at)]
    yield from layout.table(columns, rows, width)
    if len(found.entries) < found.in_all:
        yield layout.note(f"… and {found.in_all - len(found.entries):,} more: --limit")
    yield layout.note(f"ordered by {found.ordered_by}")


def _rows(entry: Mapping[str, Any], at: datetime) -> Iterator[list[str]]:
    age = layout.duration(layout.seconds_between(entry["oldest_at"], at))
    title = " ".join(filter(None, (entry["title"], entry["version"])))
    named = title or entry["isrc"] or entry["gtin"] or "(no title)"
    begin = entry["queue_id"]
    end = [age, named, entry["artist"] or "", ", ".join(entry["faults"])]
    for money in entry["money"]:
        yield [
            begin,
            layout.decimals([money["amount"]])[0],
            layout.currency_name(money["currency"]),
            f"{money['lines']:,}",
            *end,
        ]
        begin, end = "", ["", "", "", ""]


def entry_screen(shown: ReviewEntry, at: datetime, width: int) -> Iterator[Text]:
    """Reported fields beside those of each candidate, and what else helps to decide."""
    return layout.joined(
        _facts(shown, at, width),
        *(_beside(shown, one, place) for place, one in enumerate(shown.candidates, 1)),
        [] if shown.candidates else _reported(shown),
        _manifests(shown, width),
        decisions_table(shown.history, "Decided before", width),
    )


def _facts(shown: ReviewEntry, at: datetime, width: int) -> list[Text]:
    age = layout.duration(layout.seconds_between(shown.oldest_at, at))
    money = [f"{sum_text(amount)} {layout.currency_name(c)}" for c, amount in shown.money.items()]
    facts = [*money, layout.count(shown.lines, "line"), f"oldest {age}", shown.state]
    would = shown.method and f"the catalog of today would match it by {shown.method}: retry"
    said = would or shown.fault or ", ".join(shown.faults)
    margin = "" if shown.margin is None else f", margin {shown.margin:.3f}"
    lines = [
        layout.heading(f"{shown.queue_id}  version {shown.version}"),
        *layout.listed(facts, width),
        layout.note(f"{said}{margin}, catalog {shown.catalog or 'none'}, source {shown.source}"),
        layout.note(f"a decision binds its {shown.bound_to}: {shown.value}"),
    ]
    if shown.shared_with:
        others = layout.count(len(shown.shared_with), "other row")
        lines.append(layout.note(f"and with it {others}: {', '.join(shown.shared_with[:5])}"))
    return lines


def _reported(shown: ReviewEntry) -> list[Text]:
    values = {name: value for name, value in shown.reported.items() if value is not None}
    return [layout.heading("As reported (no candidate)"), *_pairs(values)]


def _pairs(values: Mapping[str, Any]) -> Iterator[Text]:
    longest = max(map(len, values), default=0)
    for name, value in values.items():
        yield layout.note(f"{name:<{longest}}  {value}")


def _beside(shown: ReviewEntry, candidate: Candidate, place: int) -> list[Text]:
    """One candidate: each field as reported, as the catalog has it, and how alike they are."""
    told = [candidate.what, f"splits {candidate.splits}"]
    if candidate.score is not None:
        told.insert(0, f"score {candidate.score:.3f}")
    told += [f"veto {veto}" for veto in candidate.vetoes]
    told += ["turned down"] if candidate.rejected else []
    rows = []
    for name in FIELDS:
        reported, known = shown.reported[name], candidate.fields.get(name)
        if reported is None and known is None:
            continue
        alike = candidate.components.get(_COMPONENT.get(name, name))
        mark = "" if alike is None else f"{alike:.2f}"
        rows.append([name, _cell(reported), _cell(known), mark or _differs(reported, known)])
    columns = [
        Column("field"),
        Column("reported"),
        Column(f"{place}. {candidate.id}"),
        Column("alike", right=True),
    ]
    heading = layout.heading(f"{place}. {candidate.id}: {', '.join(told)}")
    return [heading, *layout.table(columns, rows, 10 * _LONGEST)]


_COMPONENT = {"duration_s": "duration", "release_date": "date"}


def _cell(value: object) -> str:
    return "–" if value is None else layout.shortened(layout.plain(str(value)), _LONGEST)


def _differs(reported: object, known: object) -> str:
    if reported is None or known is None:
        return ""
    return "same" if str(reported) == str(known) else "differs"


def _manifests(shown: ReviewEntry, width: int) -> list[Text]:
    columns = [
        Column("report", flexible=True),
        Column("period"),
        Column("lines", right=True),
        Column("amount", right=True),
        Column(""),
        Column("manifest"),
    ]
    rows = [
        [
            Path(one.path).name if one.path else "–",
            one.accounting_period or "undated",
            f"{one.lines:,}",
            layout.decimals([one.amount])[0],
            layout.currency_name(one.currency),
            one.manifest[:SHORT_ID],
        ]
        for one in shown.manifests
    ]
    return [layout.heading("Waits in"), *layout.table(columns, rows, width)] if rows else []


def adjudicated_screen(done: Adjudicated, width: int) -> Iterator[Text]:
    """What decisions came to: the money released, and the decisions' ids for an undo."""
    yield from decisions_table(done.decisions, "Decided", width)
    yield from released(done.released)
    replay = done.replay
    figures = [
        f"{layout.count(replay.attempted, 'line')} judged again",
        f"{replay.resolved:,} settled",
        f"{replay.still_open:,} still open",
        f"{replay.seconds:.1f} s",
    ]
    yield from layout.listed(figures, width)
    for refusal in done.refusals:
        yield layout.note(f"refused: {refusal}", "yellow")


def released(money: Mapping[str, str]) -> Iterator[Text]:
    """The money that is paid now and was not before."""
    if not money:
        yield layout.note("no money is released")
    for currency, amount in money.items():
        taken = Decimal(amount) < 0
        said = "taken back" if taken else "released"
        shown = layout.decimals([abs(Decimal(amount))])[0]
        yield layout.note(f"{said} {shown} {layout.currency_name(currency)}", "bold")


def completed_screen(done: Completed, width: int) -> Iterator[Text]:
    """What a completion of splits came to."""
    yield from adjudicated_screen(done.adjudicated, width)
    least, most = sum_text(done.least), sum_text(done.most)
    told = least if least == most else f"between {least} and {most}, by terms"
    yield layout.note(f"shared out now: {told}")


def decisions_table(found: Iterable[Mapping[str, Any]], title: str, width: int) -> list[Text]:
    """One line per decision."""
    columns = [
        Column("decision"),
        Column("at (UTC)"),
        Column("by", flexible=True),
        Column("said"),
        Column("about", flexible=True),
        Column("what", flexible=True),
    ]
    rows = [
        [
            one["decision_id"],
            f"{one['decided_at']:%Y-%m-%d %H:%M}",
            one["decided_by"],
            one["kind"] + (" (undone)" if one.get("undone_by") else ""),
            f"{one['bound_to']} {one['value']}",
            _what(one),
        ]
        for one in found
    ]
    return [layout.heading(title), *layout.table(columns, rows, width)] if rows else []


def _what(one: Mapping[str, Any]) -> str:
    """What a decision says, with its limits."""
    told = [one["recording_id"], one["release_id"], one["artist"], one["shares"]]
    places = ",".join(one["territories"] or ())
    limits = [places and f"in {places}", _day("from", one["valid_from"])]
    limits += [_day("to", one["valid_to"]), one["reason"]]
    return " ".join(str(part) for part in (*told, *limits) if part)


def _day(word: str, day: object) -> str:
    return f"{word} {day}" if day else ""


def decisions_screen(found: Sequence[Mapping[str, Any]], width: int) -> Iterator[Text]:
    """The decisions, the latest first."""
    yield from decisions_table(found, layout.count(len(found), "decision"), width)
    if not found:
        yield layout.note("nothing is decided")


def aliases_screen(found: Sequence[Mapping[str, Any]], width: int) -> Iterator[Text]:
    """One line per learned spelling."""
    if not found:
        yield layout.note("no spelling is learned")
        return
    columns = [
        Column("decision"),
        Column("artist", flexible=True),
        Column("spelling", flexible=True),
        Column("learned by"),
        Column("by", flexible=True),
    ]
    names = ("decision_id", "artist", "alias", "origin", "decided_by")
    rows = [[str(one[name] or "–") for name in names] for one in found]
    yield from layout.table(columns, rows, width)


def missing_screen(found: pl.DataFrame, out: Path | None, width: int) -> Iterator[Text]:
    """One line per recording or release to create."""
    if not found.height:
        yield layout.note("nothing is to be created")
        return
    columns = [
        Column("level"),
        Column("identifier"),
        Column("title", flexible=True),
        Column("artist", flexible=True),
        Column("money", right=True),
    ]
    rows = [
        [
            row["level"],
            row["isrc"] or row["gtin"] or "–",
            row["title"] or "",
            row["artist"] or "",
            ", ".join(f"{sum_text(one['amount'])} {one['currency']}" for one in row["money"]),
        ]
        for row in found.iter_rows(named=True)
    ]
    yield from layout.table(columns, rows, width)
    if out is not None:
        yield layout.note(f"written to {out}")


def exported_screen(done: Exported, royalty: str) -> Iterator[Text]:
    """What was written, and how it comes back."""
    yield layout.note(f"{layout.count(done.rows, 'row')} written to {done.path}")
    yield layout.note(f"fill the last columns, then: {royalty} review import {done.path} --by NAME")
