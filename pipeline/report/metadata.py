"""Screens of metadata drift: patterns, single changes, conflicts, and the history of one ISRC."""

import textwrap
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import polars as pl
from rich.text import Text

from pipeline.flow.metadata_drift import MetadataDrift
from pipeline.flow.metadata_history import History
from pipeline.report import document, layout
from pipeline.report.layout import Column
from pipeline.vocab_watch import Conflict
from pipeline.watch.metadata.saying import THINGS

_LEAST_ROOM = 20
_CONFLICTS = {
    Conflict.REUSED: "names two things",
    Conflict.CATALOG: "not the catalog's",
    Conflict.TITLE: "two titles at once",
    Conflict.ARTIST: "two artists at once",
    Conflict.SEVERAL: "several ISRCs",
}
_MONEY = [Column("lines", right=True), Column("amount", right=True), Column("")]

Row = Mapping[str, Any]


def drift_screen(found: MetadataDrift, shown: int, width: int) -> Iterator[Text]:
    """What many ISRCs have in common first, then single changes, then conflicts.

    Args:
        found: what the lake tells.
        shown: how many of each at most.
        width: cells of the screen.
    """
    sections = [
        [_heading(found)],
        _patterns(found.patterns, shown, width),
        _changes(found.changes, shown, width),
        _conflicts(found, shown, width),
    ]
    if not any(sections[1:]):
        sections.append([layout.note("nothing has changed in what the reports tell of them")])
    if found.unsaid:
        other = f"{layout.count(found.unsaid, 'change')} in writing alone not told"
        sections.append([layout.note(f"{other}: the same words, in other letters or signs")])
    return layout.joined(*sections)


def drift_document(found: MetadataDrift, limit: int | None) -> dict[str, Any]:
    """The same for programs; `limit` None tells all."""
    sides = found.sides.partition_by("conflict_no", as_dict=True)
    conflicts = [
        {**row, "sides": sides[(row["conflict_no"],)].drop("conflict_no").to_dicts()}
        for row in found.conflicts.head(limit or found.conflicts.height).iter_rows(named=True)
    ]
    told: dict[str, Any] = {
        "isrcs": found.isrcs,
        "first_month": found.first_month,
        "last_month": found.last_month,
        "patterns_in_all": found.patterns.height,
        "changes_in_all": found.changes.height,
        "conflicts_in_all": found.conflicts.height,
        "unsaid": found.unsaid,
        "patterns": found.patterns.head(limit or found.patterns.height).to_dicts(),
        "changes": found.changes.head(limit or found.changes.height).to_dicts(),
        "conflicts": conflicts,
    }
    return dict(document.values(told))


def history_screen(found: History, width: int) -> Iterator[Text]:
    """One ISRC: what the catalog says, then who told what from when to when."""
    given = [
        layout.note(f"{row['recording_id']}  {_named(row)}")
        for row in found.catalog.iter_rows(named=True)
    ]
    absent = [layout.note("the catalog has no recording of it")]
    columns = [Column("service", flexible=True), Column("from"), Column("to"), *_MONEY]
    entries = [
        (
            [row["service"] or row["source"], row["first_month"], row["last_month"]],
            row["money"],
            [_named(row), *_facts(row)],
        )
        for row in found.told.iter_rows(named=True)
    ]
    nothing = [layout.note("no line names it")]
    return layout.joined(
        [layout.heading(found.isrc), *(given or absent)],
        _entries(columns, entries, width) or nothing,
    )


def history_document(found: History) -> dict[str, Any]:
    """The same for programs."""
    told = {"isrc": found.isrc, "catalog": found.catalog.to_dicts(), "told": found.told.to_dicts()}
    return dict(document.values(told))


def _heading(found: MetadataDrift) -> Text:
    if found.first_month is None:
        return layout.heading("Metadata: no line names an ISRC")
    months = f"{found.first_month} – {found.last_month}"
    return layout.heading(f"Metadata of {layout.count(found.isrcs, 'ISRC')}, {months}")


def _patterns(patterns: pl.DataFrame, shown: int, width: int) -> list[Text]:
    """A sentence for each, its share and its money, and an example."""
    lines: list[Text] = []
    for row in patterns.head(shown).iter_rows(named=True):
        share = row["isrcs"] / row["of_isrcs"]
        money = ", ".join(_amount(one) for one in row["money"])
        about = f"{share:.1%} of its ISRCs; {layout.count(row['lines'], 'line')} since: {money}"
        lines += _wrapped(row["said"], width, "" if row["is_cosmetic"] else "bold")
        lines += _wrapped(f"  {about}", width)
        lines += [_example(one, width) for one in row["examples"][:1]]
    return [*lines, *_more(patterns, shown, "pattern")]


def _example(one: Row, width: int) -> Text:
    room = width - layout.INDENT * 2
    return layout.note(layout.shortened(f"  {one['isrc']}  {_became(one)}", room))


def _became(row: Row) -> str:
    """From what to what."""
    return f"{row['before'] or '(nothing)'} → {row['after'] or '(nothing)'}"


def _changed(row: Row) -> str:
    """From what to what, and of what title where that does not say it."""
    unit = " s" if row["field"] == "duration_s" else ""
    of = "" if row["field"] in {"title", "version"} else f"{row['title'] or '(no title)'}: "
    return f"{of}{_became(row)}{unit}"


def _changes(changes: pl.DataFrame, shown: int, width: int) -> list[Text]:
    columns = [
        Column("since"),
        Column("ISRC"),
        Column("service", flexible=True),
        Column("changed"),
        *_MONEY,
    ]
    entries = [
        (
            [
                row["since"],
                row["isrc"],
                row["service"] or row["source"],
                THINGS[row["field"]],
            ],
            row["money"],
            [_changed(row)],
        )
        for row in changes.head(shown).iter_rows(named=True)
    ]
    if not entries:
        return []
    head = layout.heading("Changes of single ISRCs, most money first")
    return [head, *_entries(columns, entries, width), *_more(changes, shown, "change")]


def _conflicts(found: MetadataDrift, shown: int, width: int) -> list[Text]:
    sides = found.sides.partition_by("conflict_no", as_dict=True)
    columns = [Column("ISRC"), Column("conflict", flexible=True), *_MONEY]
    entries = [
        (
            [row["isrc"], _CONFLICTS[Conflict(row["kind"])]],
            row["money"],
            [*_given(row), *_sides(row, sides[(row["conflict_no"],)])],
        )
        for row in found.conflicts.head(shown).iter_rows(named=True)
    ]
    if not entries:
        return []
    head = layout.heading("Conflicts, most money at stake first")
    rest = _more(found.conflicts, shown, "conflict")
    return [head, *_entries(columns, entries, width), *rest]


def _given(row: Row) -> list[str]:
    """What the catalog says, where it says anything."""
    if row["catalog_title"] is None:
        return []
    recording = f" ({row['recording_id']})" if row["recording_id"] else ""
    given = {"title": row["catalog_title"], "artist": row["catalog_artist"]}
    return [f"catalog: {_named(given)}{recording}"]


def _sides(conflict: Row, sides: pl.DataFrame) -> list[str]:
    of_several = conflict["kind"] == Conflict.SEVERAL
    return [_side(row, of_several=of_several) for row in sides.iter_rows(named=True)]


def _side(row: Row, *, of_several: bool) -> str:
    services = ", ".join(filter(None, row["services"])) or "no service named"
    first, last = row["first_month"], row["last_month"]
    months = first if first == last else f"{first} – {last}"
    isrc = f"{row['isrc']} " if of_several else ""
    return f"{'! ' if row['at_stake'] else '  '}{isrc}{_named(row)}: {months}, {services}"


def _named(row: Row) -> str:
    """Title, version and artist as one text."""
    version = f" ({row['version']})" if row.get("version") else ""
    artist = f" / {row['artist']}" if row["artist"] else ""
    return f"{row['title'] or '(no title)'}{version}{artist}"


def _facts(row: Row) -> list[str]:
    """Label, GTIN and length in one text, as far as they were told."""
    length = None if row["duration_s"] is None else f"{row['duration_s']} s"
    told = {"label": row["label"], "GTIN": row["gtin"], "length": length}
    facts = ", ".join(f"{name} {value}" for name, value in told.items() if value)
    return [facts] if facts else []


def _entries(
    columns: Sequence[Column],
    entries: Sequence[tuple[list[str], Sequence[Row], list[str]]],
    width: int,
) -> list[Text]:
    """A table whose rows have one line for each currency, and texts below them."""
    rows: list[list[str]] = []
    texts: dict[int, list[str]] = {}
    for begin, money, told in entries:
        blank = [""] * len(begin)
        cells = [_cells(one) for one in money] or [["0", "–", ""]]
        rows += [[*(blank if place else begin), *own] for place, own in enumerate(cells)]
        texts[len(rows)] = told
    if not rows:
        return []
    room = max(width - 2 * layout.INDENT, _LEAST_ROOM)
    lines: list[Text] = []
    for place, line in enumerate(layout.table(columns, rows, width)):
        lines.append(line)
        told = texts.get(place, []) if place else []
        lines += [layout.note("  " + layout.shortened(layout.plain(one), room)) for one in told]
    return lines


def _cells(one: Row) -> list[str]:
    amount = layout.decimals([one["amount"]])[0]
    return [f"{one['lines']:,}", amount, layout.currency_name(one["currency"])]


def _amount(one: Row) -> str:
    return f"{layout.decimals([one['amount']])[0]} {layout.currency_name(one['currency'])}"


def _more(rows: pl.DataFrame, shown: int, noun: str) -> list[Text]:
    left = rows.height - shown
    return [layout.note(f"… and {layout.count(left, noun)} more: --limit")] if left > 0 else []


def _wrapped(text: str, width: int, style: str = "") -> list[Text]:
    """A text in as many lines as it needs, those after the first as far in as its own blanks."""
    inner = " " * (len(text) - len(text.lstrip()) + 2)
    room = width - layout.INDENT
    parts = textwrap.wrap(layout.plain(text), room, subsequent_indent=inner)
    return [layout.note(part, style) for part in parts]
