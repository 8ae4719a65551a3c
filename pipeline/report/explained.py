"""The screen of one line, explained."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from rich.text import Text

from pipeline.contract.columns import IDENTITY
from pipeline.contract.money import sum_text
from pipeline.flow.explain import Explained
from pipeline.flow.review_entry import Candidate
from pipeline.report import layout
from pipeline.report.layout import SHORT_ID, Column
from pipeline.report.review import decisions_table
from pipeline.vocab import Status


def explain_screen(found: Sequence[Explained], at: datetime, width: int) -> Iterator[Text]:
    """Why each of some lines is where it is."""
    for one in found:
        yield from layout.joined(
            _where(one, at, width),
            _pairs("As reported", {name: one.line[name] for name in IDENTITY}),
            _pairs("What was told when it was decided", one.told or {}),
            _today(one),
            _candidates(one.candidates, width),
            decisions_table([one.decision] if one.decision else [], "Settled by", width),
            decisions_table(one.history, "Decided of this identity", width),
        )


def _where(one: Explained, at: datetime, width: int) -> list[Text]:
    line = one.line
    amount = "unreadable" if line["amount"] is None else sum_text(line["amount"])
    facts = [
        f"{amount} {layout.currency_name(line['currency'] or '')}",
        line["status"],
        f"accounted in {line['accounting_period'] or 'no period'}",
        f"territory {line['territory'] or '–'}",
    ]
    if line["status"] == Status.MATCHED.value:
        age = layout.duration(layout.seconds_between(line["decided_at"], at))
        score = "" if line["score"] is None else f", score {line['score']:.3f}"
        whom = line["recording_id"] or "the whole release"
        facts.append(f"{whom} on {line['release_id'] or 'no single release'}")
        facts.append(f"by {line['method']}{score}, {age} ago")
    else:
        facts.append(f"row {one.queue_id} of the queue")
    faults = ", ".join(line["faults"]) or "none"
    name = f"line {line['line']} of {line['manifest'][:SHORT_ID]}, source {line['source']}"
    return [layout.heading(name), *layout.listed(facts, width), layout.note(f"faults: {faults}")]


def _today(one: Explained) -> list[Text]:
    """What the catalog of today says."""
    told = one.today
    found = told["recording_id"] or told["release_id"]
    said = f"{told['method']}: {found}" if found else f"no match: {told['fault']}"
    margin = "" if told["margin"] is None else f", margin {told['margin']:.3f}"
    return [
        layout.heading(f"By the catalog of today ({one.catalog or 'none'})"),
        layout.note(f"{said}{margin}"),
    ]


def _pairs(title: str, values: Mapping[str, Any]) -> list[Text]:
    told = {name: value for name, value in values.items() if value not in (None, "", [])}
    longest = max(map(len, told), default=0)
    lines = [layout.note(f"{name:<{longest}}  {value}") for name, value in told.items()]
    return [layout.heading(title), *lines] if lines else []


def _candidates(found: Sequence[Candidate], width: int) -> list[Text]:
    """One line per candidate: its components where it was compared."""
    if not found:
        return []
    names = [name for name in found[0].components if any(one.components[name] for one in found)]
    columns = [
        Column("candidate"),
        Column("title", flexible=True),
        Column("artist", flexible=True),
        Column("score", right=True),
        *(Column(name, right=True) for name in names),
        Column("vetoes", flexible=True),
    ]
    rows = [
        [
            one.id,
            str(one.fields.get("title") or "–"),
            str(one.fields.get("artist") or "–"),
            _figure(one.score),
            *(_figure(one.components[name]) for name in names),
            ", ".join([*one.vetoes, *(["turned down"] if one.rejected else [])]),
        ]
        for one in found
    ]
    return [layout.heading("Candidates"), *layout.table(columns, rows, width)]


def _figure(value: float | None) -> str:
    return "–" if value is None else f"{value:.3f}"
