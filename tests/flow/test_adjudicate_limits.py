"""Decisions for some territories or dates: the same at an ingest as in a replay."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.flow.review_limits import Limits, limits
from pipeline.flow.review_queue import queue
from pipeline.vocab import Decision
from tests.flow.desks import NOWHERE, accept, conserved, money, row, say, take_back
from tests.flow.homes import ALPHA, SETTINGS, asked, line, report, take
from tests.flow.once import Once

# One identity in three territories and on three days; powers of two tell which lines moved.
SPREAD = (
    line(NOWHERE, "1", title="Alpha", territory="DE"),
    line(NOWHERE, "2", title="Alpha", territory="AT"),
    line(NOWHERE, "4", title="Alpha", territory="FR"),
    line(NOWHERE, "8", title="Alpha", territory="DE", activity_start="2026-06-30"),
    line(NOWHERE, "16", title="Alpha", territory="DE", activity_start="2026-08-01"),
    line(NOWHERE, "32", title="Alpha", territory="DE", activity_start=""),
    line(NOWHERE, "64", title="Alpha", territory="", activity_start="2026-07-15"),
    line(ALPHA, "128"),
)
JULY = Limits(valid_from=date(2026, 7, 1), valid_to=date(2026, 7, 31))
CASES = {
    "territories": (Limits(("DE", "AT")), 1 + 2 + 8 + 16 + 32),
    "dates": (JULY, 1 + 2 + 4 + 64),
    "both": (Limits(("DE",), *(JULY.valid_from, JULY.valid_to)), 1),
    "from": (Limits(valid_from=date(2026, 8, 1)), 16),
    "to": (Limits(valid_to=date(2026, 6, 30)), 8),
}


@pytest.mark.parametrize(
    "case",
    [
        *("territories", "both"),
        *(pytest.param(one, marks=pytest.mark.campaign) for one in ("dates", "from", "to")),
    ],
)
def test_limits_hold_per_line_at_ingest_as_in_a_replay(
    once: Once, case: str, homes: Callable[[str], Path], tmp_path: Path
) -> None:
    held, released = CASES[case]
    path = report(tmp_path / "r.csv", SPREAD)
    replayed, ingested = homes("replayed"), homes("ingested")
    once.take(path, replayed)
    assert accept(replayed, "Alpha", "R-Beta", limits=held).released == {"EUR": str(released)}
    elsewhere = line(NOWHERE, "0.5", title="Alpha", territory="US", activity_start="2000-01-01")
    once.take(report(tmp_path / "first.csv", [elsewhere]), ingested)
    accept(ingested, "Alpha", "R-Beta", limits=held)
    take(path, ingested)
    sold = "SELECT amount, recording_id, method, status, faults FROM (SELECT amount, recording_id,"
    sold += " method, 'matched' AS status, faults FROM sales UNION ALL SELECT amount, NULL, NULL,"
    sold += " status, faults FROM staged) WHERE amount != 0.5 ORDER BY amount"
    assert asked(ingested, sold) == asked(replayed, sold)
    assert money(replayed)["EUR", "matched"] == (released.bit_count() + 1, 128 + released)
    conserved(replayed, 8, EUR=255)


@pytest.mark.parametrize("at_ingest", [True, False])
def test_a_limited_word_is_undone_line_by_line(
    once: Once, at_ingest: bool, home: Path, tmp_path: Path
) -> None:
    first = SPREAD[:1] if at_ingest else SPREAD
    once.take(report(tmp_path / "r.csv", first), home)
    done = accept(home, "Alpha", "R-Beta", limits=Limits(("DE", "AT")))
    if at_ingest:
        take(report(tmp_path / "next.csv", SPREAD[1:]), home)
    taken = take_back(home, done)
    assert taken.released == {"EUR": "-59"}
    assert money(home) == {("EUR", "matched"): (1, 128), ("EUR", "unmatched"): (7, 127)}
    conserved(home, 8, EUR=255)


def test_within_its_limits_a_word_beats_one_without(once: Once, home: Path, tmp_path: Path) -> None:
    once.take(report(tmp_path / "r.csv", SPREAD), home)
    accept(home, "Alpha", "R-Beta", limits=Limits(("AT",)))
    accept(home, "Alpha", "R-Eta")
    take(report(tmp_path / "again.csv", SPREAD[:3]), home)
    sold = "SELECT territory, recording_id, sum(amount)::INTEGER FROM sales WHERE method ="
    sold += " 'decision' GROUP BY ALL ORDER BY ALL"
    assert asked(home, sold) == [
        ("AT", "R-Beta", 4),
        ("DE", "R-Eta", 1 + 1 + 8 + 16 + 32),
        ("FR", "R-Eta", 8),
        (None, "R-Eta", 64),
    ]
    conserved(home, 11, EUR=255 + 7)


def test_words_whose_limits_overlap_are_told(once: Once, home: Path, tmp_path: Path) -> None:
    once.take(report(tmp_path / "r.csv", SPREAD), home)
    accept(home, "Alpha", "R-Beta", limits=Limits(("AT", "CH")))
    accept(home, "Alpha", "R-Eta", limits=Limits(("FR",)))
    with pytest.raises(UsageError, match="accepted R-Beta by ann"):
        accept(home, "Alpha", "R-Eta", limits=Limits(("AT", "DE")))


def test_what_is_excluded_in_one_territory_waits_in_others(home: Path, tmp_path: Path) -> None:
    take(report(tmp_path / "r.csv", SPREAD[:2]), home)
    queue_id = row(home, "Alpha")["queue_id"]
    done = say(home, Decision.EXCLUDE, queue_id, reason="licensed out", limits=Limits(("AT",)))
    take(report(tmp_path / "next.csv", SPREAD[:3]), home)
    assert money(home) == {("EUR", "excluded"): (2, 4), ("EUR", "unmatched"): (3, 6)}
    take_back(home, done)
    assert money(home) == {("EUR", "unmatched"): (5, 10)}
    conserved(home, 5, EUR=10)


def test_terms_are_asked_for_by_the_line(home: Path, tmp_path: Path) -> None:
    """Gamma's owners are known in the US and in Germany alone."""
    take(report(tmp_path / "r.csv", SPREAD[:3]), home)
    done = accept(home, "Alpha", "R-Gamma", limits=Limits(("DE", "FR")))
    assert done.released == {"EUR": "1"}
    take(report(tmp_path / "next.csv", SPREAD[2::-1]), home, period="2026-08")
    assert money(home) == {
        ("EUR", "matched"): (2, 2),
        ("EUR", "held"): (2, 8),
        ("EUR", "unmatched"): (2, 4),
    }
    assert queue(home, SETTINGS).rows["lines"].to_list() == [2]


@pytest.mark.parametrize(
    ("given", "complaint"),
    [
        (("DX", None, None), "'DX' is no territory"),
        ((None, "1.7.2026", None), "'1.7.2026' is no day"),
        ((None, "2026-07-02", "2026-07-01"), "a limit ends on 2026-07-01, before it begins"),
    ],
)
def test_limits_that_are_none_are_refused(
    given: tuple[str | None, str | None, str | None], complaint: str
) -> None:
    with pytest.raises(UsageError, match=complaint):
        limits(*given)


def test_limits_are_read_as_people_write_them() -> None:
    found = limits("de, AT", "2026-07-01", "2026-07-31")
    assert found == Limits(("DE", "AT"), date(2026, 7, 1), date(2026, 7, 31))
