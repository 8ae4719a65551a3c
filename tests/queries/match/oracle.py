"""The exact steps of the ladder once more, for one line at a time, in plain Python."""

from typing import Any

from pipeline.vocab import Fault
from tests.queries.match.catalogs import TERMS, Catalog, Row


def verdict(catalog: Catalog, line: Row, *, blocks: bool) -> Row:
    """The row that `resolve` should return for a line of an identity frame."""
    found = candidates(catalog, line, blocks=blocks)
    several = line["isrc_many"] and line["sale_level"] != "release"
    shown = sorted({c["id"] for c in found})
    if not found:
        return answer(line, fault=Fault.AMBIGUOUS if several else Fault.UNMATCHED)
    if found[0]["contradicted"]:
        return answer(line, fault=Fault.ISRC_CONTRADICTED, candidates=shown[:5])
    terms = {c["row"]["splits_digest"] if told(c["row"]) else None for c in found}
    alike = len(terms) == 1 and None not in terms
    if several or (len(shown) > 1 and not alike):
        return answer(line, fault=Fault.AMBIGUOUS, candidates=shown[:5])
    chosen = min(found, key=lambda c: str(c["id"]))
    place = chosen["id"] if chosen["method"] == "gtin" else released(catalog, line, chosen["id"])
    whom = None if chosen["method"] == "gtin" else chosen["id"]
    matched = answer(line, recording_id=whom, release_id=place, method=chosen["method"])
    return {**matched, **{name: chosen["row"][name] for name in ("splits", *TERMS)}}


def told(row: Row) -> bool:
    return row["splits"] in {"complete", "conditional"} and not row["by_release"]


def answer(line: Row, **said: Any) -> Row:
    blank = dict.fromkeys(("recording_id", "release_id", "method", "fault"))
    terms = dict.fromkeys(("splits", *TERMS))
    return {"identity": line["identity"], **blank, "candidates": [], **terms, **said}


def candidates(catalog: Catalog, line: Row, *, blocks: bool) -> list[Row]:
    """The best of the first step that finds anything."""
    for method, rows in steps(catalog, line):
        found = [weighed(catalog, line, method, row, blocks=blocks) for row in rows]
        found = [c for c in found if method != "gtin_title" or c["likeness"]]
        if found:
            best = min((c["contradicted"], -c["likeness"]) for c in found)
            return [c for c in found if (c["contradicted"], -c["likeness"]) == best]
    return []


def steps(catalog: Catalog, line: Row) -> list[tuple[str, list[Row]]]:
    recordings = catalog["recordings"]
    ours = [r for r in catalog["releases"] if line["gtin"] and r["gtin"] == line["gtin"]]
    if line["sale_level"] == "release":
        return [("gtin", ours)]
    ids = {release["release_id"] for release in ours}
    on = {recording for release, recording in catalog["tracks"] if release in ids}
    named = {who for key, who in catalog["texts"] if key == line["text_key"]}
    tracks = [r for r in recordings if r["recording_id"] in on]
    title = line["title_key"]
    return [
        ("isrc", [r for r in recordings if line["isrc"] and r["isrc"] == line["isrc"]]),
        ("gtin_title", [r for r in tracks if title and r["title_key"] == title]),
        ("exact_text", [r for r in recordings if r["recording_id"] in named]),
    ]


def weighed(catalog: Catalog, line: Row, method: str, row: Row, *, blocks: bool) -> Row:
    recording = row.get("recording_id")
    likeness = 0
    if recording and line["title_key"] and row["title_key"] == line["title_key"]:
        likeness = 2 if row["version_key"] == line["version_key"] else int(not line["version_key"])
    if recording and (line["text_key"], recording) in catalog["texts"]:
        likeness = 3
    bearers = {r["recording_id"] for r in catalog["recordings"] if r["isrc"] == line["isrc"]}
    if method == "gtin":
        held = {who for where, who in catalog["tracks"] if where == row["release_id"]}
        other = bool(line["isrc"] and bearers and not bearers & held)
    else:
        other = bool(line["isrc"] and row["isrc"] and row["isrc"] != line["isrc"])
    return {
        "id": recording or row["release_id"],
        "row": row,
        "method": method,
        "likeness": likeness,
        "contradicted": blocks and other,
    }


def released(catalog: Catalog, line: Row, recording: str) -> str | None:
    gtins = {row["release_id"]: row["gtin"] for row in catalog["releases"]}
    held = {where for where, who in catalog["tracks"] if who == recording and where in gtins}
    if line["gtin"]:
        held = {where for where in held if gtins[where] == line["gtin"]}
    return min(held) if len(held) == 1 else None
