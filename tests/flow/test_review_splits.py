"""Completing splits: a person says who owns the rest, and lines on hold are paid."""

from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.flow.adjudicate import undo
from pipeline.flow.review_limits import NO_LIMITS, Limits
from pipeline.flow.review_splits import Completed, Shares, complete
from tests.flow.desks import LATER, conserved, money
from tests.flow.homes import (
    ALBUM,
    ALPHA,
    EPSILON,
    GAMMA,
    SETTINGS,
    SHELF,
    SINGLE,
    ZETA,
    asked,
    line,
    load,
    report,
    take,
)
from tests.flow.once import Once


def shared(
    home: Path, recording: str, *shares: tuple[str, str], limits: Limits = NO_LIMITS
) -> Completed:
    said = Shares(recording, shares, limits)
    return complete(home, SETTINGS, LATER, said, name="ann")


@pytest.fixture
def held(once: Once, home: Path, tmp_path: Path) -> Path:
    """Zeta lacks 0.15 everywhere, Epsilon 0.5 on the single, Gamma all of it but in two places."""
    lines = [
        line(ZETA, "1"),
        line(ZETA, "2", territory="US"),
        line(EPSILON, "4", gtin=SINGLE),
        line(GAMMA, "8", territory="FR"),
        line(ALPHA, "16"),
        line(EPSILON, "32", gtin=ALBUM),
    ]
    once.take(report(tmp_path / "r.csv", lines), home)
    assert money(home) == {("EUR", "matched"): (2, 48), ("EUR", "held"): (4, 15)}
    return home


def test_lines_are_paid_once_shares_sum_to_one(held: Path, tmp_path: Path) -> None:
    part = shared(held, "R-Zeta", ("P2", "0.10"))
    assert (part.least, part.most) == (Decimal("0.95"), Decimal("0.95"))
    assert part.adjudicated.released == {}
    rest = shared(held, "R-Zeta", ("P2", "0.05"))
    assert (rest.least, rest.adjudicated.released) == (Decimal(1), {"EUR": "3"})
    take(report(tmp_path / "next.csv", [line(ZETA, "64")]), held)
    assert money(held)["EUR", "matched"] == (5, 48 + 3 + 64)
    conserved(held, 7, EUR=127)


def test_undone_shares_hold_what_they_paid_then_and_since(held: Path, tmp_path: Path) -> None:
    done = shared(held, "R-Zeta", ("P2", "0.15"))
    take(report(tmp_path / "next.csv", [line(ZETA, "64"), line(ALPHA, "128")]), held)
    (decision,) = done.adjudicated.decisions
    taken = undo(held, SETTINGS, LATER, [decision["decision_id"][:6]], name="bob")
    assert taken.released == {"EUR": "-67"}
    assert money(held) == {("EUR", "matched"): (3, 48 + 128), ("EUR", "held"): (5, 15 + 64)}
    conserved(held, 8, EUR=63 + 64 + 128)


def test_shares_may_be_given_for_a_territory(held: Path) -> None:
    done = shared(held, "R-Gamma", ("P1", "0.5"), ("P2", "0.5"), limits=Limits(("FR",)))
    assert done.adjudicated.released == {"EUR": "8"}
    assert (done.least, done.most) == (Decimal(0), Decimal(1))


def test_a_whole_release_is_paid_once_its_recordings_are(tmp_path: Path) -> None:
    home, gtin = tmp_path / "home", "05901234123457"
    third = {
        "releases.csv": SHELF["releases.csv"] + f"L3,{gtin},Third,Anna\n",
        "tracks.csv": SHELF["tracks.csv"] + "L3,R-Alpha,1,1\nL3,R-Zeta,1,2\n",
    }
    load(home, {**SHELF, **third}, tmp_path / "offered")
    sold = line("", "4", title="Third", gtin=gtin, sale_level="release")
    take(report(tmp_path / "r.csv", [sold]), home)
    assert money(home) == {("EUR", "held"): (1, 4)}
    done = shared(home, "R-Zeta", ("P2", "0.15")).adjudicated
    assert done.released == {"EUR": "4"}
    undo(home, SETTINGS, LATER, [done.decisions[0]["decision_id"]], name="bob")
    assert money(home) == {("EUR", "held"): (1, 4)}
    conserved(home, 1, EUR=4)


def test_shares_beyond_all_are_refused_wherever_they_are(home: Path, tmp_path: Path) -> None:
    """Epsilon lacks half on the single alone; on the album it is complete."""
    single = line("", "4", title="Single", gtin=SINGLE, sale_level="release")
    take(report(tmp_path / "r.csv", [single]), home)
    assert money(home) == {("EUR", "held"): (1, 4)}
    with pytest.raises(UsageError, match=r"beyond 1: 1\.5"):
        shared(home, "R-Epsilon", ("P1", "0.5"))
    assert money(home) == {("EUR", "held"): (1, 4)}


@pytest.mark.parametrize(
    ("recording", "shares", "complaint"),
    [
        ("R-Nobody", [("P1", "0.1")], "the catalog has no recording R-Nobody"),
        ("R-Zeta", [("P9", "0.1")], "the catalog has no party P9"),
        ("R-Zeta", [("P2", "0.2")], "R-Zeta would be shared out beyond 1: 1.05"),
        ("R-Zeta", [("P2", "15%")], "'15%' is no share"),
        ("R-Zeta", [("P2", "-0.1")], "'-0.1' is no share"),
        ("R-Zeta", [("P2", "NaN")], "'NaN' is no share"),
        ("R-Zeta", [], "no share is given"),
    ],
)
def test_shares_that_are_none_change_nothing(
    recording: str, shares: list[tuple[str, str]], complaint: str, home: Path
) -> None:
    with pytest.raises(UsageError, match=complaint):
        shared(home, recording, *shares)
    assert asked(home, "SELECT count(*) FROM decisions") == [(0,)]
