"""A decision that is made while an ingest runs is in force in what the ingest commits."""

from pathlib import Path

import pytest

from pipeline.flow import ingest as ingesting
from pipeline.flow.review_limits import Limits
from pipeline.vocab import Decision
from tests.flow.desks import NOWHERE, accept, conserved, money, row, say, take_back
from tests.flow.homes import ALPHA, asked, frame, line, report, take
from tests.flow.once import Once

LINES = (
    line(NOWHERE, "1", title="Alpha"),
    line(NOWHERE, "2", title="Alpha", territory="AT"),
    line("", "4", title="Omega"),
    line(ALPHA, "8"),
)


@pytest.fixture
def waiting(once: Once, home: Path, tmp_path: Path) -> Path:
    lines = [line(NOWHERE, "16", title="Alpha"), line("", "32", title="Omega")]
    once.take(report(tmp_path / "first.csv", lines), home)
    return home


def during(monkeypatch: pytest.MonkeyPatch, decided: object) -> None:
    """Let something happen after an ingest has settled its lines, and before it commits."""
    taken = ingesting._taken

    def late(*arguments: object) -> object:
        decided()  # type: ignore[operator]  # a test's own function of no arguments
        return taken(*arguments)  # type: ignore[arg-type]  # handed on as they came

    monkeypatch.setattr(ingesting, "_taken", late)


def test_a_late_word_settles_the_lines_of_the_commit(
    waiting: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def decided() -> None:
        accept(waiting, "Alpha", "R-Beta", limits=Limits(("DE",)))
        say(waiting, Decision.EXCLUDE, row(waiting, "Omega")["queue_id"], reason="not ours")

    during(monkeypatch, decided)
    told = take(report(tmp_path / "r.csv", LINES), waiting)
    assert told.by_status == {
        "matched": 2,
        "unmatched": 1,
        "held": 0,
        "quarantined": 0,
        "excluded": 1,
    }
    assert told.by_method == {"decision": 1, "isrc": 1}
    assert told.amounts["EUR"]["matched"] == "9"
    assert money(waiting) == {
        ("EUR", "matched"): (3, 16 + 1 + 8),
        ("EUR", "unmatched"): (1, 2),
        ("EUR", "excluded"): (2, 36),
    }
    # One entry waits: that of the line in Austria.
    assert frame(waiting, "ledger_state").filter(is_open=True).height == 1
    assert asked(waiting, "SELECT by_method FROM manifests ORDER BY lines DESC")[0] == (
        '{"decision": 1, "isrc": 1}',
    )
    conserved(waiting, 6, EUR=63)


def test_a_late_undo_leaves_nothing_paid(
    waiting: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = accept(waiting, "Alpha", "R-Beta")
    during(monkeypatch, lambda: take_back(waiting, done))
    told = take(report(tmp_path / "r.csv", LINES), waiting)
    assert told.by_method == {"isrc": 1}
    assert money(waiting) == {("EUR", "matched"): (1, 8), ("EUR", "unmatched"): (5, 55)}
    conserved(waiting, 6, EUR=63)
