"""What the provider holds: reports as files and as rows, and how it cuts lists into pages."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any, Self
from urllib.parse import urlencode

from tests.provider.wire import Answer, Request

BEGIN = datetime(2026, 9, 1, tzinfo=UTC)
HEADER = "period_start,service,territory,isrc,title,artist,quantity,currency,amount\n"


@dataclass(frozen=True)
class Report:
    """A report as a file."""

    id: str
    updated: str
    body: bytes
    name: str

    @property
    def sha256(self) -> str:
        """Of its bytes."""
        return hashlib.sha256(self.body).hexdigest()

    def listed(self) -> dict[str, Any]:
        """As a listing names it."""
        return {
            "id": self.id,
            "updated_at": self.updated,
            "name": self.name,
            "sha256": self.sha256,
            "size": len(self.body),
        }


def moment(number: int) -> str:
    """The moment of the n-th thing: one each hour."""
    return (BEGIN + timedelta(hours=number)).isoformat().replace("+00:00", "Z")


def amount(number: int) -> Decimal:
    """The amount of the n-th line: no two reports have the same sum."""
    return Decimal(number * number + 1).scaleb(-7)


def report(number: int, lines: int = 3) -> Report:
    """The n-th report: canonical CSV, its lines numbered through."""
    rows = "".join(
        f"2026-09-01,Acme,DE,USRC17607831,Alpha {number}-{line},Anna,1,EUR,"
        f"{amount(number * 1000 + line):f}\n"
        for line in range(lines)
    )
    body = (HEADER + rows).encode()
    return Report(f"rep-{number:04}", moment(number), body, f"acme-{number:04}.csv")


def row(number: int, **more: Any) -> dict[str, Any]:
    """The n-th row; its amount is a JSON number with all its digits."""
    return {
        "id": f"row-{number:06}",
        "updated_at": moment(number),
        "period_start": "2026-09-01",
        "service": "Acme",
        "territory": "DE",
        "isrc": "USRC17607831",
        "title": f"Alpha {number}",
        "artist": "Anna",
        "quantity": 1,
        "currency": "EUR",
        "amount": _Number(f"{amount(number):f}"),
        **more,
    }


class _Number(float):
    """A number that is written digit by digit."""

    def __new__(cls, text: str) -> Self:
        made = super().__new__(cls, text)
        made.text = text  # type: ignore[attr-defined]  # set here alone
        return made

    def __repr__(self) -> str:
        return str(self.text)  # type: ignore[attr-defined]  # set above


def dumped(value: Any) -> bytes:
    """JSON whose numbers are written digit by digit."""
    if isinstance(value, _Number):
        return repr(value).encode()
    if isinstance(value, Mapping):
        pairs = (json.dumps(key).encode() + b":" + dumped(one) for key, one in value.items())
        return b"{" + b",".join(pairs) + b"}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return b"[" + b",".join(map(dumped, value)) + b"]"
    return json.dumps(value).encode()


@dataclass
class Shelf:
    """Reports and rows, and the size of a page."""

    reports: list[Report] = field(default_factory=list)
    rows: list[dict[str, Any]] = field(default_factory=list)
    size: int = 10

    def listing(self, request: Request, base: str) -> Answer:
        """A page of `/PAGER/reports` or `/PAGER/rows`."""
        _, pager, what = request.path.split("/")[:3]
        everything: list[dict[str, Any]] = (
            [one.listed() for one in self.reports] if what.startswith("reports") else self.rows
        )
        query = request.query
        since, until = query.get("since", ""), query.get("until", "~")
        found = [one for one in everything if since <= one["updated_at"] <= until]
        size = int(query.get("limit", self.size))
        start = self._start(pager, query, size)
        items = found[start : start + size]
        more = start + size < len(found)
        if what == "rows.jsonl":
            body = b"\n".join(map(dumped, items)) + b"\n"
        else:
            whole: dict[str, Any] = {"data": items, "total": len(found)}
            body = dumped(
                {**whole, **self._inside(pager, query, start + size, request, base, more)}
            )
        headers = {"Content-Type": "application/json"}
        if pager == "link" and more:
            link = self._link(request, base, query, start + size)
            headers["Link"] = f'<{base}/>; rel="first", <{link}>; rel="next"'
        return Answer(body=body, headers=headers)

    def _start(self, pager: str, query: Mapping[str, str], size: int) -> int:
        if pager == "page":
            return (int(query.get("page", "1")) - 1) * size
        return int(query.get("at", query.get("offset", "0")).removeprefix("c"))

    def _inside(
        self,
        pager: str,
        query: Mapping[str, str],
        place: int,
        request: Request,
        base: str,
        more: bool,
    ) -> dict[str, Any]:
        if not more:
            return {}
        if pager == "next":
            return {"paging": {"next": self._link(request, base, query, place)}}
        return {"paging": {"cursor": f"c{place}"}} if pager == "cursor" else {}

    def _link(self, request: Request, base: str, query: Mapping[str, str], place: int) -> str:
        return f"{base}{request.path}?{urlencode({**query, 'at': str(place)})}"

    def file(self, request: Request) -> Answer:
        """`/files/ID`, or the rest of it."""
        known = {one.id: one for one in self.reports}
        found = known.get(request.path.rpartition("/")[2])
        if found is None:
            return Answer(404, b"no such report")
        etag = f'"{found.sha256[:16]}"'
        headers = {"ETag": etag, "Content-Type": "text/csv"}
        asked = request.headers.get("range", "")
        if asked and request.headers.get("if-range") == etag:
            start = int(asked.removeprefix("bytes=").removesuffix("-"))
            if start >= len(found.body):
                return Answer(416, b"", {"Content-Range": f"bytes */{len(found.body)}"})
            headers["Content-Range"] = f"bytes {start}-{len(found.body) - 1}/{len(found.body)}"
            return Answer(206, found.body[start:], headers)
        return Answer(body=found.body, headers=headers)
