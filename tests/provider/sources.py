"""Profiles of sources that fetch from the provider, as an operator writes them."""

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.sync.clock import Clock

COLUMNS = (
    "period_start",
    "service",
    "territory",
    "isrc",
    "title",
    "artist",
    "quantity",
    "currency",
    "amount",
)
PAGES: Mapping[str, Mapping[str, Any]] = {
    "none": {},
    "link": {"kind": "link"},
    "next": {"kind": "next", "next": "paging.next"},
    "cursor": {"kind": "cursor", "next": "paging.cursor", "param": "at"},
    "offset": {"kind": "offset", "param": "offset", "size": 10, "size_param": "limit"},
    "page": {"kind": "page", "param": "page", "size": 10, "size_param": "limit"},
    "counted": {
        "kind": "page",
        "param": "page",
        "size": 10,
        "size_param": "limit",
        "total": "total",
    },
}
"""Each paginator by the first part of the path; `counted` is `page` with a total."""
HURRIED: Mapping[str, Mapping[str, Any]] = {
    "retries": {"base_s": 0.005, "cap_s": 0.03, "budget": 1.0, "deadline_s": 20.0},
    "breaker": {"failures": 50, "open_s": 0.05, "cap_s": 0.1},
    "timeouts": {"connect_s": 2.0, "read_s": 5.0, "whole_s": 10.0},
}
"""Waits of milliseconds."""


def api(base: str, pager: str, what: str, **tables: Any) -> dict[str, Any]:
    """The table `[api]` of a source.

    Args:
        base: the provider's address.
        pager: one of `PAGES`.
        what: `reports`, `rows` or `rows.jsonl`.
        tables: further tables and keys, or other values of those here.
    """
    path = f"/{'page' if pager == 'counted' else pager}/{what}"
    found: dict[str, Any] = {
        "base_url": base,
        "list": {"path": path, "items": "data", "since": "since", "until": "until"},
        "pages": dict(PAGES[pager]),
        "cursor": {"field": "updated_at", "start": "2026-09-01T00:00:00Z", "overlap_s": 7200},
        **{name: dict(table) for name, table in HURRIED.items()},
    }
    if what == "reports":
        found["files"] = {
            "path": "/files/{id}",
            "version": "updated_at",
            "name": "name",
            "sha256": "sha256",
            "bytes": "size",
        }
    else:
        found["payload"] = "jsonl" if what == "rows.jsonl" else "json"
        found["rows"] = {"key": ["id"], "fields": {name: name for name in COLUMNS}}
    for name, value in tables.items():
        known = found.get(name)
        found[name] = {**known, **value} if isinstance(known, dict) else value
    return found


def write(home: Path, name: str, table: Mapping[str, Any], kind: str = "canonical") -> None:
    """Put a source's TOML into a home; only a `delimited` one may have further columns."""
    folder = home / "sources"
    folder.mkdir(parents=True, exist_ok=True)
    head = (
        f'name = "{name}"\ntitle = "{name} by API"\nkind = "{kind}"\n'
        f"{f'header = {_value(COLUMNS)}' if kind == 'delimited' else ''}\n"
        '[forms]\nterritory = ["alpha2"]\n'
        '[period]\ncolumn = "period_start"\nforms = ["YYYY-MM-DD"]\n'
    )
    own = {"columns": {one: one for one in COLUMNS}} if kind == "delimited" else {}
    tables = [line for key, one in {**own, "api": table}.items() for line in _toml(key, one)]
    (folder / f"{name}.toml").write_text(head + "".join(tables), encoding="utf-8")


def _toml(name: str, table: Mapping[str, Any]) -> list[str]:
    lines = [f"[{name}]\n"]
    inner: list[str] = []
    for key, value in table.items():
        if isinstance(value, Mapping) and not (value.keys() <= {"env", "file"} and value):
            inner += _toml(f"{name}.{key}", value)
        else:
            lines.append(f"{key} = {_value(value)}\n")
    return lines + inner


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    if isinstance(value, bool):
        return str(value).lower()
    return f'"{value}"' if isinstance(value, str) else str(value)


class StillClock(Clock):
    """Stands still at a moment, but for what is slept."""

    def __init__(self, moment: str) -> None:
        """Stand at a moment in ISO form."""
        self._at = datetime.fromisoformat(moment).timestamp()

    def now(self) -> float:
        """The moment."""
        return self._at

    async def sleep(self, seconds: float) -> None:
        """Move on at once."""
        self._at += seconds
