"""Paginators: from a page to the requests for what follows it. They know nothing of the network."""

import re
from dataclasses import dataclass
from decimal import Context, Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, assert_never

from pipeline.errors import RemoteFailed
from pipeline.sync.asked import Asked, found_at, text_at
from pipeline.sync.row_cells import Items
from pipeline.sync.spec import Api
from pipeline.sync.words import Paging, Payload

if TYPE_CHECKING:
    import msgspec

_LINK = re.compile(r'<([^>]*)>((?:\s*;\s*[\w*-]+\s*=\s*(?:"[^"]*"|[^",;\s]+))*)')
_NEXT = re.compile(r';\s*rel\s*=\s*(?:"(?:[^"]*\s)?next(?:\s[^"]*)?"|next\b)', re.IGNORECASE)


_LARGEST_EXPONENT = 40
_EXACT = Context(prec=200)


class PageBroken(ValueError):
    """A page is not what its source says: cut off, or of another form."""


@dataclass(frozen=True)
class Page:
    """A page that was read.

    Attributes:
        items: reports or rows, in their order; numbers are text, digit by digit.
        whole: the JSON value around them; None or empty for JSON lines.
        link: the header `Link`.
    """

    items: Items
    whole: Any
    link: str = ""


def read_page(api: Api, body: bytes, link: str) -> Page:
    """A page from its bytes. Numbers stay the text that the provider wrote: money is no float.

    Raises:
        PageBroken: it is no JSON, or holds no list where one must be.
    """
    try:
        if api.payload is Payload.JSONL:
            return Page([_json(line) for line in body.splitlines() if line.strip()], None, link)
        whole = _json(body)
    except (ValueError, RecursionError) as error:
        raise PageBroken(f"its body is no JSON: {error}") from error
    items = found_at(whole, api.listing.items)
    if not isinstance(items, list) or not set(map(type, items)) <= {dict}:
        raise PageBroken(f"it holds no list of objects at {api.listing.items or 'its top'!r}")
    return Page(items, whole, link)


def _json(body: bytes) -> Any:
    # DuckDB and polars read numbers as doubles: 0.1234567890123456789 would lose its end. Whole
    # numbers come as such, however long.
    return _decoder().decode(body)


@cache
def _decoder() -> "msgspec.json.Decoder[Any]":
    """Reads JSON in a third of the time of `json`; only pages need it."""
    import msgspec

    return msgspec.json.Decoder(float_hook=plain_number)


def plain_number(number: str) -> str:
    """A number as people write it; one of absurd size stays as it is, and is no amount."""
    if "e" not in number and "E" not in number:
        return number
    mantissa, _, exponent = number.lower().partition("e")
    if abs(int(exponent)) > _LARGEST_EXPONENT:
        return number
    return format(_EXACT.scaleb(Decimal(mantissa), int(exponent)), "f")


def first(api: Api, asked: Asked) -> Asked:
    """The request for the first page."""
    pages = api.pages
    query = {pages.size_param: str(pages.size)} if pages.size_param and pages.size else {}
    if pages.kind is Paging.PAGE:
        query[pages.param] = str(pages.first)
    if pages.kind is Paging.OFFSET:
        query[pages.param] = "0"
    return asked.with_query(query)


def following(api: Api, asked: Asked, page: Page, number: int) -> list[Asked]:
    """The requests that a page lets one send: the next one, or all others at once.

    Args:
        api: whose pages they are.
        asked: the request for this page.
        page: what it brought.
        number: how many pages came before; a total is looked for in the first.

    Raises:
        RemoteFailed: there would be more pages than the cap, or the page names itself as next.
        PageBroken: the total is no number.
    """
    if number + 1 >= api.pages.cap and _next(api, asked, page):
        raise RemoteFailed(
            f"{api.source}: more than {api.pages.cap} pages in one round",
            "raise pages.cap, or ask for a shorter range with --range",
        )
    if is_counted(api):
        return _others(api, asked, page) if number == 0 else []
    found = _next(api, asked, page)
    if found is not None and found.key == asked.key:
        raise RemoteFailed(f"{api.source}: a page names itself as the next", "tell the provider")
    return [] if found is None else [found]


def is_counted(api: Api) -> bool:
    """Whether the first page tells how many there are, so that all others can be asked for."""
    return bool(api.pages.total) and api.pages.kind in (Paging.OFFSET, Paging.PAGE)


def _next(api: Api, asked: Asked, page: Page) -> Asked | None:
    pages = api.pages
    match pages.kind:
        case Paging.NONE:
            return None
        case Paging.LINK:
            link = next_link(page.link)
            return asked.at(link) if link else None
        case Paging.NEXT:
            link = text_at(page.whole, pages.next)
            return asked.at(link) if link else None
        case Paging.CURSOR:
            cursor = text_at(page.whole, pages.next)
            return asked.with_query({pages.param: cursor}) if cursor else None
        case Paging.OFFSET | Paging.PAGE:
            return _counted_on(api, asked, page)
        case _:
            assert_never(pages.kind)


def _counted_on(api: Api, asked: Asked, page: Page) -> Asked | None:
    """The request for the next offset or page; None after a page that is not full."""
    pages = api.pages
    if not page.items or (pages.size and len(page.items) < pages.size):
        return None
    step = pages.size if pages.kind is Paging.OFFSET else 1
    return asked.with_query({pages.param: str(int(dict(asked.query)[pages.param]) + step)})


def _others(api: Api, asked: Asked, page: Page) -> list[Asked]:
    """All pages but the first, where the provider says how many items there are."""
    pages = api.pages
    total = text_at(page.whole, pages.total)
    if not total.isdecimal():
        raise PageBroken(f"it holds no number at {pages.total!r}")
    size = pages.size or len(page.items)
    count = -(-int(total) // size) if size else 0
    if count > pages.cap:
        raise RemoteFailed(
            f"{api.source}: {count} pages in one round, at most {pages.cap}",
            "raise pages.cap, or ask for a shorter range with --range",
        )
    start, step = (0, size) if pages.kind is Paging.OFFSET else (pages.first, 1)
    places = range(start + step, start + step * count, step)
    return [asked.with_query({pages.param: str(place)}) for place in places]


def next_link(header: str) -> str:
    """The address with `rel="next"` in a `Link` header (RFC 8288); "" where there is none."""
    return next((one[1] for one in _LINK.finditer(header) if _NEXT.search(one[2])), "")
