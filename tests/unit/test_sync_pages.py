"""Requests, their signature, and what follows a page."""

import hashlib
import json
from typing import Any

import pytest

from pipeline.errors import RemoteFailed
from pipeline.sync.asked import Asked, get
from pipeline.sync.paginate import PageBroken, first, following, next_link, read_page
from pipeline.sync.schema import api_of
from pipeline.sync.spec import Api
from tests.provider.sources import api as table_of

BASE = "http://127.0.0.1:1"


def api(pager: str, **tables: Any) -> Api:
    return api_of("acme", table_of(BASE, pager, "rows", **tables), [])


def test_the_signature_is_the_digest_of_five_lines() -> None:
    asked = Asked("get", "HTTP://LocalHost:1/A", (("b", "2"), ("a", "1 x")), "body", "round 3")
    body = hashlib.sha256(b"body").hexdigest()
    form = f"GET\nhttp://localhost:1/A\na=1+x&b=2\n{body}\nround 3"
    assert asked.key == hashlib.sha256(form.encode()).hexdigest()


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (get(f"{BASE}/a?x=1&y=2"), get(f"{BASE}/a?y=2&x=1"), True),
        (get(f"{BASE}/a"), get(f"{BASE}/a", cursor="round 2"), False),
        (get(f"{BASE}/a"), get(f"{BASE}/b"), False),
        (get(f"{BASE}/a"), Asked("POST", f"{BASE}/a"), False),
        (get(f"{BASE}/a?x=1"), get(f"{BASE}/a?x=2"), False),
        (Asked("GET", f"{BASE}/a?t=1", name="n"), Asked("GET", f"{BASE}/b", name="n"), True),
    ],
)
def test_requests_that_ask_the_same_are_the_same(one: Asked, other: Asked, same: bool) -> None:
    assert (one.key == other.key) is same


@pytest.mark.parametrize(
    ("header", "link"),
    [
        ('<http://127.0.0.1/2>; rel="next"', "http://127.0.0.1/2"),
        (
            '<http://127.0.0.1/1>; rel="prev", <http://127.0.0.1/2?x=1,2>; rel="next"',
            "http://127.0.0.1/2?x=1,2",
        ),
        ("<http://127.0.0.1/2>; rel=next", "http://127.0.0.1/2"),
        ('<http://127.0.0.1/2>; title="rel=next"; rel="last"', ""),
        ('<http://127.0.0.1/2>; rel="last next"', "http://127.0.0.1/2"),
        ('<http://127.0.0.1/2>; rel="nextish"', ""),
        ("", ""),
    ],
)
def test_the_next_link_of_a_header(header: str, link: str) -> None:
    assert next_link(header) == link


def test_numbers_keep_every_digit() -> None:
    body = b'{"data":[{"a":0.1234567890123456789,"b":1.10,"c":1e-7,"d":12345678901234567890123}]}'
    (item,) = read_page(api("none"), body, "").items
    assert item["a"] == "0.1234567890123456789"
    assert (item["b"], item["c"]) == ("1.10", "0.0000001")
    assert str(item["d"]) == "12345678901234567890123"


@pytest.mark.parametrize(
    "body",
    [b"", b'{"data":[', b'{"data":[{"a":1}]}\x00', b'{"data":{}}', b'{"data":[1]}', b"[]", b"NaN"],
)
def test_what_is_no_page_is_broken(body: bytes) -> None:
    with pytest.raises(PageBroken):
        read_page(api("none"), body, "")


def walked(source: Api, pages: list[dict[str, Any]], links: list[str]) -> list[str]:
    """The addresses that are asked for, one page after the other."""
    asked = first(source, get(f"{BASE}/rows"))
    found = [asked.address]
    for number, (whole, link) in enumerate(zip(pages, links, strict=True)):
        page = read_page(source, json.dumps(whole).encode(), link)
        more = following(source, asked, page, number)
        found += [one.address for one in more]
        if more:
            asked = more[0]
    return found


FULL, SHORT = [{"id": str(n)} for n in range(10)], [{"id": "x"}]


@pytest.mark.parametrize(
    ("pager", "pages", "links", "asked"),
    [
        ("none", [{"data": FULL}], [""], ["/rows"]),
        (
            "link",
            [{"data": FULL}, {"data": FULL}],
            ['</rows?at=10>; rel="next"', ""],
            ["/rows", "/rows?at=10"],
        ),
        (
            "next",
            [{"data": FULL, "paging": {"next": "/rows?p=2"}}, {"data": SHORT, "paging": {}}],
            ["", ""],
            ["/rows", "/rows?p=2"],
        ),
        (
            "cursor",
            [{"data": FULL, "paging": {"cursor": "c1"}}, {"data": SHORT}],
            ["", ""],
            ["/rows", "/rows?at=c1"],
        ),
        (
            "offset",
            [{"data": FULL}, {"data": SHORT}],
            ["", ""],
            ["/rows?limit=10&offset=0", "/rows?limit=10&offset=10"],
        ),
        (
            "page",
            [{"data": FULL}, {"data": []}],
            ["", ""],
            ["/rows?limit=10&page=1", "/rows?limit=10&page=2"],
        ),
        (
            "counted",
            [{"data": FULL, "total": 21}],
            [""],
            [f"/rows?limit=10&page={number}" for number in (1, 2, 3)],
        ),
    ],
)
def test_what_is_asked_for_page_by_page(
    pager: str, pages: list[dict[str, Any]], links: list[str], asked: list[str]
) -> None:
    assert walked(api(pager), pages, links) == [f"{BASE}{path}" for path in asked]


def test_more_pages_than_the_cap_are_refused() -> None:
    with pytest.raises(RemoteFailed, match="more than 2 pages in one round"):
        walked(api("page", pages={"cap": 2}), [{"data": FULL}] * 2, [""] * 2)
    with pytest.raises(RemoteFailed, match="3 pages in one round, at most 2"):
        walked(api("counted", pages={"cap": 2}), [{"data": FULL, "total": 30}], [""])


def test_a_page_that_names_itself_is_refused() -> None:
    with pytest.raises(RemoteFailed, match="names itself"):
        walked(api("next"), [{"data": FULL, "paging": {"next": "/rows"}}], [""])
