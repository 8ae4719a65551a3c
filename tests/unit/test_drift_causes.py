"""One cause is told once, at the coarsest cell that explains it."""

from dataclasses import dataclass
from math import log
from typing import Any

import pytest

from pipeline.vocab_watch import Finding
from pipeline.watch.explain import Node, causes
from pipeline.watch.follow import is_explained, is_settled_by

LIMIT = 0.05


@dataclass(frozen=True)
class Cell:
    """What a cell brings now, and what it was to bring."""

    name: str
    actual: float
    usual: float
    parts: tuple["Cell", ...] = ()


def whole(name: str, *parts: Cell) -> Cell:
    """A cell that is its parts."""
    return Cell(name, sum(one.actual for one in parts), sum(one.usual for one in parts), parts)


def told(cell: Cell) -> list[str]:
    """The names of the cells that are told."""
    names: list[str] = []

    def node(one: Cell) -> Node:
        names.append(one.name)
        row = len(names) - 1
        deviation = log(max(one.actual, 1e-3) / one.usual)
        changed = abs(deviation) > LIMIT
        own = Node(row, changed, deviation, LIMIT, one.actual, one.usual)
        own.parts = [node(part) for part in one.parts]
        return own

    return [names[row] for row in causes([node(cell)])]


@pytest.mark.parametrize(
    ("why", "cell", "expected"),
    [
        (
            "nothing has changed",
            whole("service", Cell("DE", 100, 100), Cell("FR", 51, 50)),
            [],
        ),
        (
            "all of a service's territories fall alike: it is the service",
            whole("service", Cell("DE", 70, 100), Cell("FR", 35, 50), Cell("PL", 7, 10)),
            ["service"],
        ),
        (
            "one territory is gone, and the service lacks it: it is the territory",
            whole("service", Cell("DE", 0, 100), Cell("FR", 50, 50), Cell("US", 400, 400)),
            ["DE"],
        ),
        (
            "a territory falls too little for the service to be seen",
            whole("service", Cell("PL", 5, 10), Cell("US", 400, 400)),
            ["PL"],
        ),
        (
            "all fall, and one is gone besides: both",
            whole("service", Cell("DE", 0, 40), Cell("FR", 70, 100), Cell("US", 280, 400)),
            ["service", "DE"],
        ),
        (
            "two of three territories fall by the same, the third stays: they, not the service",
            whole("service", Cell("DE", 50, 100), Cell("FR", 50, 100), Cell("US", 600, 600)),
            ["DE", "FR"],
        ),
        (
            "one service of two falls, in all its territories: the service, not the source",
            whole(
                "source",
                whole("A", Cell("A DE", 50, 100), Cell("A FR", 25, 50)),
                whole("B", Cell("B DE", 300, 300), Cell("B FR", 200, 200)),
            ),
            ["A"],
        ),
        (
            "both services rise alike: the source",
            whole(
                "source",
                whole("A", Cell("A DE", 140, 100), Cell("A FR", 70, 50)),
                whole("B", Cell("B DE", 420, 300), Cell("B FR", 280, 200)),
            ),
            ["source"],
        ),
    ],
)
def test_the_coarsest_cell_that_explains_a_change_is_told(
    why: str, cell: Cell, expected: list[str]
) -> None:
    assert told(cell) == expected, why


def change(finding: Finding, **where: Any) -> dict[str, Any]:
    """A change of the service A."""
    named = dict.fromkeys(("territory", "currency", "column", "subject"))
    figures = {"deviation": -0.02, "limit": 0.01, "chance": 1e-6}
    return {"finding": finding.value, "service": "A", **named, **figures, **where}


FALL = change(Finding.RATE)
BARE = change(Finding.NULLS, column="isrc", deviation=1.0)


@pytest.mark.parametrize(
    ("cause", "one", "follows"),
    [
        (FALL, change(Finding.MONEY, deviation=-0.021), True),
        (FALL, change(Finding.MONEY, deviation=-0.4), False),
        (FALL, change(Finding.MONEY, service="B"), False),
        (FALL, change(Finding.MONEY, territory="DE"), True),
        (FALL, change(Finding.SHAPE, column="rate", subject="bucket"), True),
        (FALL, change(Finding.SHAPE, column="usage", subject="value"), False),
        (change(Finding.MONEY), change(Finding.VOLUME), True),
        (BARE, change(Finding.FAULTS, subject="ISRC_MISSING"), True),
        (BARE, change(Finding.FAULTS, subject="UNMATCHED"), True),
        (BARE, change(Finding.FAULTS, subject="GTIN_CHECK_DIGIT"), False),
        (BARE, change(Finding.UNSEEN, column="isrc"), True),
        (BARE, change(Finding.UNSEEN, column="title"), False),
        (BARE, change(Finding.MONEY, column="isrc", subject="QZ"), True),
        (BARE, change(Finding.MONEY), False),
        (
            change(Finding.FAULTS, subject="AMOUNT_UNREADABLE"),
            change(Finding.NULLS, column="amount"),
            True,
        ),
        (change(Finding.FAULTS, subject="AMOUNT_UNREADABLE"), change(Finding.MONEY), True),
        (change(Finding.FAULTS, subject="GTIN_CHECK_DIGIT"), change(Finding.MONEY), False),
    ],
)
def test_what_follows_from_another_change_is_not_told_once_more(
    cause: dict[str, Any], one: dict[str, Any], follows: bool
) -> None:
    assert is_explained(one, [cause, one]) is follows


@pytest.mark.parametrize(
    ("told_before", "series", "settled"),
    [
        (change(Finding.RATE), change(Finding.RATE), True),
        (change(Finding.RATE), change(Finding.RATE, territory="DE"), True),
        (change(Finding.RATE), change(Finding.RATE, service="B"), False),
        (change(Finding.RATE), change(Finding.MONEY), True),
        (change(Finding.MONEY), change(Finding.RATE), False),
        (change(Finding.MONEY, territory="DE"), change(Finding.MONEY), True),
        (change(Finding.MONEY, territory="DE"), change(Finding.VOLUME, territory="DE"), True),
        (change(Finding.MONEY, territory="DE"), change(Finding.MONEY, territory="FR"), False),
        (
            change(Finding.MONEY, column="isrc", subject="X"),
            change(Finding.MONEY, column="isrc", subject="Y"),
            False,
        ),
        (BARE, change(Finding.FAULTS, subject="ISRC_MISSING"), True),
        (BARE, change(Finding.NULLS, column="gtin"), False),
    ],
)
def test_what_was_told_is_the_past_of_the_series_that_it_changed(
    told_before: dict[str, Any], series: dict[str, Any], settled: bool
) -> None:
    assert is_settled_by(series, told_before) is settled
