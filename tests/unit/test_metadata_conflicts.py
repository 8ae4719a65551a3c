"""What is told of one ISRC that cannot all be so, as a table of who tells what, and when."""

from datetime import date
from typing import Any

import polars as pl
import pytest

from pipeline.vocab_watch import Conflict
from pipeline.watch.metadata import conflicts

Told = tuple[str, str | None, str, int, int]
"""Title, artist, service, and the first and the last month."""


def judged(told: list[Told], given: list[tuple[str, str | None]]) -> conflicts.Judged:
    """The conflicts of one ISRC; the earlier of its claims have more lines."""
    numbers: dict[str, dict[str | None, int]] = {"title": {}, "artist": {}}
    rows: list[dict[str, Any]] = []
    for place, (title, artist, service, first, last) in enumerate(told):
        rows.append(
            {
                "isrc": "A1",
                "title_no": numbers["title"].setdefault(title, len(numbers["title"])),
                "artist_no": numbers["artist"].setdefault(artist, len(numbers["artist"])),
                "title": title,
                "artist": artist,
                "source": "acme",
                "service": service,
                "first_month": date(2026, first, 1),
                "last_month": date(2026, last, 1),
                "periods": [f"2026-{last:02}"],
                "lines": 100 - place,
            }
        )
    texts = dict.fromkeys(("isrc", "recording_id", "title", "version", "artist"), pl.String)
    recordings = [
        {"isrc": "A1", "recording_id": f"R{place}", "title": title, "artist": artist}
        for place, (title, artist) in enumerate(given)
    ]
    return conflicts.judged(
        pl.DataFrame(rows, schema=conflicts.CLAIM), pl.DataFrame(recordings, schema=texts)
    )


ALPHA: Told = ("Alpha Road", "Anna Grey", "S", 1, 6)
OTHER: Told = ("Blue Moon", "Bob Stone", "S", 7, 9)
CATALOG = [("Alpha Road", "Anna Grey")]

# what is told, what the catalog has, what that is, and the titles at stake
CONFLICTS = [
    # one ISRC, two things: at any time, of one service or of two
    ("another thing later", [ALPHA, OTHER], CATALOG, Conflict.REUSED, ["Blue Moon"]),
    ("another thing, no catalog", [ALPHA, OTHER], [], Conflict.REUSED, ["Blue Moon"]),
    ("the heavier is not the catalog's", [OTHER, ALPHA], CATALOG, Conflict.REUSED, ["Blue Moon"]),
    (
        "two things, and the catalog has a third",
        [ALPHA, OTHER],
        [("Gone Fishing", "Cleo Winter")],
        Conflict.REUSED,
        ["Alpha Road", "Blue Moon"],
    ),
    (
        "two things, and the catalog has both",
        [ALPHA, OTHER],
        [*CATALOG, ("Blue Moon", "Bob Stone")],
        Conflict.REUSED,
        ["Blue Moon"],
    ),
    # all agree but the catalog
    ("the catalog alone differs", [OTHER], CATALOG, Conflict.CATALOG, ["Blue Moon"]),
    (
        "the catalog has another title",
        [("Blue Moon", "Anna Grey", "S", 1, 6)],
        CATALOG,
        Conflict.CATALOG,
        ["Blue Moon"],
    ),
    (
        "the catalog has another artist",
        [("Alpha Road", "Bob Stone", "S", 1, 6)],
        CATALOG,
        Conflict.CATALOG,
        ["Alpha Road"],
    ),
    # at the same time
    (
        "two services, two titles",
        [ALPHA, ("Blue Moon", "Anna Grey", "T", 6, 9)],
        [],
        Conflict.TITLE,
        ["Blue Moon"],
    ),
    (
        "one service, two titles for months",
        [ALPHA, ("Blue Moon", "Anna Grey", "S", 5, 9)],
        [],
        Conflict.TITLE,
        ["Blue Moon"],
    ),
    (
        "two services, two artists",
        [ALPHA, ("Alpha Road", "Bob Stone", "T", 1, 1)],
        [],
        Conflict.ARTIST,
        ["Alpha Road"],
    ),
]

NONE = [
    ("one thing", [ALPHA], CATALOG),
    ("one thing, no catalog", [ALPHA], []),
    ("other letters", [ALPHA, ("ALPHA ROAD!", "anna grey", "T", 1, 9)], CATALOG),
    ("another version", [ALPHA, ("Alpha Road - Remastered", "Anna Grey", "T", 1, 9)], CATALOG),
    ("a typing error", [ALPHA, ("Alpah Road", "Ana Grey", "T", 1, 9)], CATALOG),
    ("a longer title", [ALPHA, ("Alpha Road from the Hills", "Anna Grey", "T", 1, 9)], CATALOG),
    ("a guest", [ALPHA, ("Alpha Road (feat. Bob)", "Anna Grey & Bob", "T", 1, 9)], CATALOG),
    ("no artist", [ALPHA, ("Alpha Road", None, "T", 1, 9)], CATALOG),
    ("another script", [ALPHA, ("Альфа", "Анна", "T", 1, 9)], CATALOG),
    ("a placeholder", [ALPHA, ("Track 01", "Unknown Artist", "T", 1, 9)], CATALOG),
    ("a title that changes", [ALPHA, ("Blue Moon", "Anna Grey", "S", 7, 9)], []),
    ("a title that changes in June", [ALPHA, ("Blue Moon", "Anna Grey", "S", 6, 9)], []),
]


@pytest.mark.parametrize(
    ("told", "given", "kind", "at_stake"),
    [case[1:] for case in CONFLICTS],
    ids=[case[0] for case in CONFLICTS],
)
def test_a_conflict(
    told: list[Told], given: list[tuple[str, str | None]], kind: Conflict, at_stake: list[str]
) -> None:
    found = judged(told, given)
    assert found.conflicts.select("isrc", "kind").rows() == [("A1", kind)]
    staked = found.sides.filter("at_stake")
    assert sorted(staked["title"]) == at_stake
    assert found.sides.height == len(told)
    catalog = given[0] if given else (None, None)
    assert found.conflicts.select("catalog_title", "catalog_artist").row(0) == catalog


@pytest.mark.parametrize(
    ("told", "given"), [case[1:] for case in NONE], ids=[case[0] for case in NONE]
)
def test_no_conflict(told: list[Told], given: list[tuple[str, str | None]]) -> None:
    found = judged(told, given)
    assert [frame.height for frame in found] == [0, 0, 0]


def test_a_thing_is_one_side_however_it_is_written() -> None:
    told = [ALPHA, OTHER, ("ALPHA ROAD", "Anna Grey", "T", 3, 8)]
    found = judged(told, [])
    alpha = found.sides.filter(title="Alpha Road").row(0, named=True)
    assert (alpha["services"], alpha["lines"]) == (["S", "T"], 100 + 98)
    assert (alpha["first_month"], alpha["last_month"]) == (date(2026, 1, 1), date(2026, 8, 1))
    assert alpha["periods"] == ["2026-06", "2026-08"]
    members = found.members.filter(side_no=alpha["side_no"])
    assert sorted(members.select("title_no", "artist_no").rows()) == [(0, 0), (2, 0)]


def test_nothing_is_nothing() -> None:
    found = judged([], [])
    assert [frame.height for frame in found] == [0, 0, 0]
