"""The adjudicator's page as HTML: whatever reports and catalogs say is escaped in every place."""

import html
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

import polars as pl

from pipeline.flow.review_entry import FIELDS, Candidate, Delivery, ReviewEntry
from pipeline.flow.sitting import Board, Sitting, money
from pipeline.report import compare, layout
from pipeline.report.layout import SHORT_ID

_NAMES = {"release_title": "release", "release_date": "released on", "duration_s": "duration"}
_SECONDS = 60


def released(sitting: Sitting) -> str:
    """The running total of a sitting: what its decisions released, by currency."""
    totals = [
        f'<span class="total"><b>{_safe(money({currency: amount}))}</b></span>'
        for currency, amount in sitting.released.items()
        if amount
    ]
    told = " ".join(totals) or '<span class="total">nothing yet</span>'
    count = layout.count(len(sitting.done), "decision")
    return f'<div id="released">Released in this sitting: {told} <small>({count})</small></div>'


def outcome(sitting: Sitting) -> str:
    """What the last press came to, or why it came to nothing."""
    lines = []
    if sitting.problem:
        lines.append(
            f'<p id="problem" role="alert" style="color: #a11616">{_safe(sitting.problem)}</p>'
        )
    if sitting.said:
        lines.append(f'<p id="said" role="status">{_safe(sitting.said)}</p>')
    return "".join(lines)


def listing(board: Board, sitting: Sitting) -> pl.DataFrame:
    """The queue as a table to choose from, in its order.

    Returns:
        One row per row of the queue: artist, title, version, waits (money, every digit), lines,
        since, skipped, id.
    """
    rows = [
        {
            "artist": _plain(row["artist"] or ""),
            "title": _plain(row["title"] or ""),
            "version": _plain(row["version"] or ""),
            "waits": money({one["currency"]: one["amount"] for one in row["money"]}),
            "lines": row["lines"],
            "since": f"{row['oldest_at']:%Y-%m-%d}" if row["oldest_at"] else "",
            "skipped": "skipped" if row["queue_id"] in sitting.skipped else "",
            "id": row["queue_id"],
        }
        for row in board.rows.iter_rows(named=True)
    ]
    names = ("artist", "title", "version", "waits", "lines", "since", "skipped", "id")
    numbers = {"lines": pl.Int64()}
    return pl.DataFrame(rows, schema={name: numbers.get(name, pl.String()) for name in names})


def _plain(text: str) -> str:
    """As `layout.plain`, which is slow for the many that are plain already."""
    return text if text.isprintable() else layout.plain(text)


def row(entry: ReviewEntry) -> dict[str, Any]:
    """A row of the queue for the page: `queue_id`, `version`, `head`, `foot` and `cards`.

    Cards are the candidates, best first: `id` and `html`; one without an id where there are none.
    """
    none = {"id": "", "html": _card(entry, None, 0)}
    cards = [
        {"id": candidate.id, "html": _card(entry, candidate, number)}
        for number, candidate in enumerate(entry.candidates, 1)
    ]
    return {
        "queue_id": entry.queue_id,
        "version": entry.version,
        "head": _head(entry),
        "foot": _foot(entry),
        "cards": cards or [none],
    }


def _head(entry: ReviewEntry) -> str:
    """What waits, and what a decision would hold for."""
    reported = entry.reported
    names = [reported["artist"], reported["title"], reported["version"]]
    title = " – ".join(_safe(name) for name in names if name) or "without a title"
    lines = layout.count(entry.lines, "line")
    facts = [
        f"<b>{_safe(money(entry.money) or '0')}</b> in {lines} from {_safe(entry.source)}",
        f"waits for: {_safe(', '.join(entry.faults) or entry.state)}",
        f"a decision holds for {_safe(entry.bound_to)} <code>{_safe(entry.value)}</code>"
        + _others(entry),
    ]
    said = [f"<li>{_history(one)}</li>" for one in entry.history]
    history = f'<ul class="history">{"".join(said)}</ul>' if said else ""
    return f"<h2>{title}</h2><p>{' · '.join(facts)}</p>{history}"


def _others(entry: ReviewEntry) -> str:
    others = len(entry.shared_with)
    return f", and so for {layout.count(others, 'other row')}" if others else ""


def _history(decision: Mapping[str, Any]) -> str:
    """A decision that was made about the row before."""
    what = decision["recording_id"] or decision["release_id"] or ""
    when = f"{decision['decided_at']:%Y-%m-%d %H:%M} UTC"
    reason = f": {_safe(decision['reason'])}" if decision["reason"] else ""
    words = f"{decision['kind']} {what} by {decision['decided_by']} on {when}"
    return _safe(words) + reason


def _foot(entry: ReviewEntry) -> str:
    """Where it waits, and by what it was judged."""
    reports = "".join(f"<li>{_safe(_delivery(one))}</li>" for one in entry.manifests)
    margin = "" if entry.margin is None else f" · margin over the next {entry.margin:.3f}"
    return (
        f"<details><summary>Catalog {_safe(entry.catalog or 'none')}{margin} · queue id"
        f" <code>{_safe(entry.queue_id)}</code> · reports</summary><ul>{reports}</ul></details>"
    )


def _delivery(one: Delivery) -> str:
    """A report in which it waits, and what waits there."""
    amount = money({one.currency: one.amount}) or "0"
    report = one.path or one.manifest[:SHORT_ID]
    period = f" for {one.accounting_period}" if one.accounting_period else ""
    return f"{report}{period}: {layout.count(one.lines, 'line')}, {amount}"


def _card(entry: ReviewEntry, candidate: Candidate | None, number: int) -> str:
    """A candidate beside what was reported, field by field, and what speaks for and against it."""
    fields = {} if candidate is None else candidate.fields
    rows = "".join(
        _compared(name, entry.reported.get(name), fields.get(name))
        for name in FIELDS
        if entry.reported.get(name) is not None or fields.get(name) is not None
    )
    heads = '<tr><th></th><th scope="col">reported</th><th scope="col">catalog</th></tr>'
    title = "no candidate" if candidate is None else _title(candidate, number)
    table = f"<table><thead>{heads}</thead><tbody>{rows}</tbody></table>"
    return f"<header>{title}</header>{table}{_evidence(candidate)}"


def _title(candidate: Candidate, number: int) -> str:
    score = "" if candidate.score is None else f" · score {candidate.score:.3f}"
    rejected = ' · <em class="veto">turned down before</em>' if candidate.rejected else ""
    what = f"{_safe(candidate.what)} <code>{_safe(candidate.id)}</code>"
    return f"<kbd>{number}</kbd> {what}{score}{rejected}"


def _compared(name: str, reported: Any, catalog: Any) -> str:
    left, right = compare.compared(_text(name, reported), _text(name, catalog))
    cells = "".join(f"<td>{compare.as_html(side) or _NOTHING}</td>" for side in (left, right))
    return f'<tr data-field="{_safe(name)}"><th scope="row">{_safe(_label(name))}</th>{cells}</tr>'


_NOTHING = '<span class="nothing">–</span>'


def _label(name: str) -> str:
    return _NAMES.get(name, name)


def _text(name: str, value: Any) -> str | None:
    """A field as a person reads it."""
    if value is None:
        return None
    if name == "duration_s":
        return f"{value // _SECONDS}:{value % _SECONDS:02} ({value} s)"
    return value.isoformat() if isinstance(value, date) else str(value)


def _evidence(candidate: Candidate | None) -> str:
    """Components and vetoes."""
    if candidate is None:
        return ""
    told = [
        f"{_safe(_label(name))} {value:.2f}"
        for name, value in candidate.components.items()
        if value is not None
    ]
    facts = [*told, *_remarks(candidate)]
    return f'<p class="evidence">{" · ".join(facts)}</p>' if facts else ""


def _remarks(candidate: Candidate) -> Iterable[str]:
    if candidate.alias:
        yield f"artist's spelling known from {_safe(candidate.alias)}"
    if candidate.splits:
        yield f"splits {_safe(candidate.splits)}"
    if candidate.vetoes:
        yield f'<em class="veto">against it: {_safe(", ".join(candidate.vetoes))}</em>'


def _safe(text: str) -> str:
    """A text for HTML, between tags or in a quoted attribute."""
    return html.escape(layout.plain(text).replace("\n", "\\n"), quote=True)
