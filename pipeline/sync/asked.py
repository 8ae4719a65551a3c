"""What is asked of a provider, and the one canonical form by which a request is known."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit


@dataclass(frozen=True)
class Asked:
    """A request before it is sent.

    Attributes:
        method: in upper case.
        url: without a query.
        query: names and values; their order among equal names counts.
        body: "" for none; without credentials, which are put in when it is sent.
        name: stands for the address in the signature, where addresses change from day to day.
        cursor: what else tells this request from the same one at another time: the round.
    """

    method: str
    url: str
    query: tuple[tuple[str, str], ...] = ()
    body: str = ""
    cursor: str = ""
    name: str = ""

    @cached_property
    def key(self) -> str:
        """The signature of the request: SHA-256 over its canonical form.

        The form is five texts parted by line feeds: method, address in lower-case scheme and host,
        sorted query, SHA-256 of the body, cursor. It is the Idempotency-Key and the ledger's id.
        """
        parts = urlsplit(self.url)
        bare = (parts.scheme.lower(), parts.netloc.lower(), parts.path or "/", "", "")
        place = self.name or urlunsplit(bare)
        body = hashlib.sha256(self.body.encode()).hexdigest()
        query = "" if self.name else urlencode(sorted(self.query))
        form = f"{self.method.upper()}\n{place}\n{query}\n{body}\n{self.cursor}"
        return hashlib.sha256(form.encode()).hexdigest()

    @cached_property
    def address(self) -> str:
        """The address with its query."""
        return f"{self.url}?{urlencode(self.query)}" if self.query else self.url

    def with_query(self, changes: Mapping[str, str]) -> "Asked":
        """The same request with some parameters set."""
        kept = tuple(pair for pair in self.query if pair[0] not in changes)
        return replace(self, query=(*kept, *changes.items()))

    def at(self, link: str) -> "Asked":
        """The same request at another address, which may be relative to this one."""
        parts = urlsplit(urljoin(self.url, link))
        bare = urlunsplit((parts.scheme, parts.netloc, parts.path, "", ""))
        return replace(self, url=bare, query=tuple(parse_qsl(parts.query, keep_blank_values=True)))


def get(url: str, query: Iterable[tuple[str, str]] = (), cursor: str = "") -> Asked:
    """A GET request."""
    return Asked("GET", url, cursor=cursor).at(url).with_query(dict(query))


def found_at(value: Any, path: str) -> Any:
    """What stands at a dotted path of a JSON value: the value itself at "", None where nothing."""
    for name in filter(None, path.split(".")):
        if not isinstance(value, dict):
            return None
        value = value.get(name)
    return value


def text_at(value: Any, path: str) -> str:
    """The text at a dotted path; "" where there is none."""
    found = found_at(value, path) if path else None
    return "" if found is None or isinstance(found, dict | list) else str(found)
