"""A line's bytes as HTML: hex and text side by side, where its faults stand, and cell by cell."""

import html
import unicodedata
from collections.abc import Iterator

from pipeline.flow.locating import Located
from pipeline.report import layout

_ROW = 16
_MOST = 2048
_CONTROLS = {"\t": "→", "\n": "↵", "\r": "↵", "\0": "∅"}
_CELL = 200

_STYLE = """<style>
.payload { font-size: 0.92rem; line-height: 1.45; }
.payload table { border-collapse: collapse; }
.payload .bytes { font-family: DejaVu Sans Mono, Menlo, Consolas, monospace; font-size: 0.82rem; }
.payload .bytes td { padding: 0 0.09rem; text-align: center; min-width: 1.05rem; line-height: 1.5; }
.payload .bytes .at, .payload th { color: inherit; opacity: 0.6; font-weight: normal; }
.payload .bytes .at { padding-right: 0.7rem; text-align: right; }
.payload .bytes .gap { min-width: 0.7rem; }
.payload .bytes .faint { opacity: 0.45; }
.payload mark { background: #c0344f; color: #fff; border-radius: 0.15rem; }
.payload .bytes td.bad { background: #c0344f; color: #fff; font-weight: bold; }
.payload .cells th { text-align: right; padding-right: 0.8rem; vertical-align: top; }
.payload .cells td { overflow-wrap: anywhere; white-space: pre-wrap; }
.payload .cells th, .payload .cells td { border-bottom: 1px solid rgba(128, 128, 128, 0.25); }
.payload .sides { display: flex; flex-wrap: wrap; gap: 1rem 2.5rem; align-items: start; }
.payload .sides > * { overflow-x: auto; max-width: 100%; }
.payload .title { font-size: 1.1rem; font-weight: 600; }
.payload .head { font-weight: 600; padding-bottom: 0.3rem; }
.payload bdi { unicode-bidi: isolate; }
</style>"""


def payload(found: Located, title: str) -> str:
    """A line's bytes under a title, with what is to be seen in them."""
    bad = {at for place in found.places for at in range(place.begin, place.end)}
    return (
        f'{_STYLE}<div class="payload"><p class="title">{_safe(title)}</p><p>{_told(found)}</p>'
        f'<div class="sides"><div><p class="head">As delivered, in hex and as text</p>'
        f'{_bytes(found, bad)}</div><div><p class="head">{_safe(_cells_title(found))}</p>'
        f"{_cells(found, bad)}</div></div></div>"
    )


def _told(found: Located) -> str:
    """Where the faults stand, in words."""
    if not found.places:
        return (
            f"{layout.count(len(found.raw), 'byte')}. No fault is to be seen in them: it is of the"
            " line's place, its report or its context, or it waits for the catalog."
        )
    names = dict.fromkeys(place.fault for place in found.places)
    parts = []
    for fault in names:
        spans = [place for place in found.places if place.fault == fault]
        first = f"{spans[0].begin:,}"
        more = f" and {len(spans) - 1} more" if len(spans) > 1 else ""
        parts.append(f"<b>{_safe(fault)}</b> at byte {first}{more}")
    return f"{layout.count(len(found.raw), 'byte')}, counted from 0: {'; '.join(parts)}."


def _bytes(found: Located, bad: set[int]) -> str:
    """Rows of sixteen bytes: where they begin, in hex, as text."""
    texts = _characters(found)
    begin = _window(found, bad)
    end = min(begin + _MOST, len(found.raw))
    rows = []
    for row in range(begin, end, _ROW):
        places = range(row, min(row + _ROW, end))
        codes = "".join(_cell(f"{found.raw[at]:02x}", at in bad) for at in places)
        blanks = "<td></td>" * (_ROW - len(places))
        shown = "".join(_cell(texts[at], at in bad) for at in places)
        rows.append(
            f'<tr><td class="at">{row}</td>{codes}{blanks}<td class="gap"></td>{shown}</tr>'
        )
    left = len(found.raw) - (end - begin)
    note = f"<p>… and {layout.count(left, 'byte')} more</p>" if left else ""
    return f'<table class="bytes"><tbody>{"".join(rows)}</tbody></table>{note}'


def _window(found: Located, bad: set[int]) -> int:
    """Where to begin: of a long line, a little before its first fault."""
    if len(found.raw) <= _MOST or not bad:
        return 0
    return max(0, (min(bad) // _ROW - 4) * _ROW)


def _cell(text: str, bad: bool) -> str:
    return f'<td class="bad">{text}</td>' if bad else f"<td>{text}</td>"


def _characters(found: Located) -> list[str]:
    """What each byte shows: its character at its first byte, dots for the rest of it."""
    texts = ["·"] * len(found.raw)
    at = 0
    for character in found.raw.decode(found.encoding, "surrogateescape"):
        size = 1 if _is_escaped(character) else len(character.encode(found.encoding))
        if at < len(texts):
            texts[at] = _glyph(character)
        for rest in range(at + 1, min(at + size, len(texts))):
            texts[rest] = '<span class="faint">·</span>'
        at += size
    return texts


def _is_escaped(character: str) -> bool:
    return unicodedata.category(character) == "Cs"


def _glyph(character: str) -> str:
    """A character that can be seen: controls as their pictures, what is no text as a mark."""
    if character in _CONTROLS:
        return f'<span class="faint">{_CONTROLS[character]}</span>'
    if _is_escaped(character):
        return "�"
    if unicodedata.category(character) in {"Cc", "Cf", "Zl", "Zp", "Mn", "Me"}:
        return '<span class="faint">◌</span>'
    return f"<bdi>{html.escape(character)}</bdi>"


def _cells_title(found: Located) -> str:
    cells = layout.count(len(found.cells), "cell")
    if not found.names or len(found.names) == len(found.cells):
        return cells
    return f"{cells}, but its report has {layout.count(len(found.names), 'column')}"


def _cells(found: Located, bad: set[int]) -> str:
    """One row per cell, beside what its column is called."""
    rows = []
    for number in range(max(len(found.cells), len(found.names))):
        name = found.names[number] if number < len(found.names) else f"cell {number + 1}"
        cell = "<i>no cell</i>"
        if number < len(found.cells):
            cell = _text(found, *found.cells[number], bad)
        rows.append(f"<tr><th>{_safe(name)}</th><td>{cell}</td></tr>")
    return f'<table class="cells"><tbody>{"".join(rows)}</tbody></table>'


def _text(found: Located, begin: int, end: int, bad: set[int]) -> str:
    """A cell as text, what is faulty in it marked."""
    runs = "".join(_runs(found, begin, min(end, begin + _CELL), bad))
    return f"<bdi>{runs}</bdi>{'…' if end > begin + _CELL else ''}"


def _runs(found: Located, begin: int, end: int, bad: set[int]) -> Iterator[str]:
    """Text in runs of faulty and of sound bytes."""
    at = begin
    while at < end:
        stop = next((one for one in range(at, end) if (one in bad) != (at in bad)), end)
        text = _safe(found.raw[at:stop].decode(found.encoding, "backslashreplace"))
        yield f"<mark>{text}</mark>" if at in bad else text
        at = stop


def _safe(text: str) -> str:
    return html.escape(layout.plain(text).replace("\n", "\\n"), quote=True)
