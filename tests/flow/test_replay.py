"""`retry`: what was held back moves on when the catalog has learned, and waits its time if not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.flow import replay
from pipeline.flow.moves import ReplayReport
from pipeline.store import catalog
from pipeline.vocab import Fault, Kind, Outcome
from tests.flow.homes import (
    ALPHA,
    BETA,
    DELTA,
    EPSILON,
    GAMMA,
    SETTINGS,
    SHELF,
    SINGLE,
    WHOLE,
    ZETA,
    asked,
    assert_conserved,
    frame,
    frames,
    in_books,
    line,
    load,
    report,
    take,
    tree,
)
from tests.flow.once import Once

Homes = Callable[[str], Path]
NOW = datetime.now(UTC)
"""A new catalog makes lines due, and when it became current is the time of a file."""
LATER = NOW + timedelta(days=1)
NOWHERE = "GBZZZ2600001"
MIXED = [
    line(ALPHA, "1"),
    line(ZETA, "2"),
    line(ZETA, "4", "USD"),
    line(EPSILON, "8", gtin=SINGLE),
    line(NOWHERE, "16", title="Omega"),
    line(ZETA, "much"),
    line(ZETA, "32", ""),
    line(ZETA, "64", "XQZ"),
    line(GAMMA, "128", territory="Neverland"),
    line(GAMMA, "256", territory="FR"),
    line(BETA, "-512"),
    line(DELTA, "1024", activity_start="soon", activity_end="2026-07-31"),
]
LEARNED = {
    **WHOLE,
    "recordings.csv": WHOLE["recordings.csv"] + f"R-Omega,{NOWHERE},Omega,Anna\n",
    "splits.csv": WHOLE["splits.csv"] + "R-Omega,P1,1,,,,\nR-Epsilon,P1,0.5,,L2,,\n",
}
"""The catalog that knows Omega, who owns the rest of Zeta, and all of the single."""


def settled(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Where each line stands, and the sums."""
    names = ("sales", "staged", "quarantine", "sums", "reported", "conservation")
    drop = {name: ["run", "decided_at"] for name in names}
    # A quarantined line is not judged again: beside what is fatal it keeps its old faults.
    drop["quarantine"].append("faults")
    return {
        name: sorted(table.drop(drop[name], strict=False).rows(), key=repr)
        for name, table in frames(home, *names).items()
    }


def states(home: Path, *columns: str) -> pl.DataFrame:
    return frame(home, "ledger_state").filter(kind=Kind.LINE.value).select(*columns)


def retry(home: Path, at: datetime = NOW, **more: Any) -> ReplayReport:
    return replay.retry(home, more.pop("settings", SETTINGS), at, **more)


@pytest.mark.parametrize("taught", [WHOLE, LEARNED], ids=["whole", "learned"])
def test_a_retry_ends_where_an_ingest_with_the_later_catalog_does(
    once: Once, taught: dict[str, str], home: Path, tmp_path: Path
) -> None:
    path = report(tmp_path / "r.csv", MIXED)
    once.take(path, home, at=NOW - timedelta(days=1))
    load(home, taught, tmp_path / "taught")
    retry(home)
    load(tmp_path / "other", taught, tmp_path / "taught again")
    take(path, tmp_path / "other")
    assert settled(home) == settled(tmp_path / "other")


def test_money_moves_from_where_it_waited_to_matched(home: Path, tmp_path: Path) -> None:
    # Without the line that halts Zeta.
    lines = [cells for cells in MIXED if cells["currency"] != "XQZ"]
    take(report(tmp_path / "r.csv", lines), home, at=NOW - timedelta(days=1))
    before = in_books(home)
    assert before["EUR", "matched"] == (2, Decimal(-511))
    assert before["EUR", "held"] == (6, Decimal(2 + 8 + 128 + 256 + 1024))
    assert before["USD", "held"] == (1, Decimal(4))
    assert before["EUR", "unmatched"] == (1, Decimal(16))
    load(home, LEARNED, tmp_path / "learned")
    told = retry(home)
    # Gamma still lacks splits and Delta a day; without a currency or an amount, a person must act.
    assert (told.attempted, told.resolved, told.still_open, told.escalated) == (9, 4, 5, 0)
    assert retry(home, NOW + timedelta(days=2)).attempted == 3
    assert told.moved == {
        "EUR": {"from held to matched": "10", "from unmatched to matched": "16"},
        "USD": {"from held to matched": "4"},
    }
    after = in_books(home)
    assert after["EUR", "matched"] == (5, Decimal(-511 + 2 + 8 + 16))
    assert after["EUR", "held"] == (4, Decimal(128 + 256 + 1024))
    assert ("EUR", "unmatched") not in after
    assert_conserved(
        home, {"EUR": Decimal(-511 + 410 + 1024), "USD": Decimal(4), "": Decimal(32)}, len(lines)
    )


def test_the_ledger_tells_what_an_attempt_came_to(home: Path, tmp_path: Path) -> None:
    lines = [line(ZETA), line(NOWHERE, title="Omega"), line(ALPHA, currency="")]
    take(report(tmp_path / "r.csv", lines), home, at=NOW - timedelta(days=1))
    load(home, WHOLE, tmp_path / "whole")
    retry(home)
    assert sorted(states(home, "fault", "outcome", "attempts", "is_open").rows()) == [
        (Fault.CURRENCY_MISSING, Outcome.OPENED, 0, True),
        (Fault.SPLITS_INCOMPLETE, Outcome.RESOLVED, 1, False),
        (Fault.UNMATCHED, Outcome.RETRIED, 1, True),
    ]
    ((wait, span, attempt),) = asked(
        home,
        'SELECT backoff_s, epoch_us(next_attempt_at) - epoch_us("at"), attempt FROM retry_ledger '
        "WHERE outcome = 'retried'",
    )
    assert (span, attempt) == (round(wait * 1_000_000), 1)
    assert 0 <= wait < SETTINGS.retry_base_s * 2


def test_only_what_is_due_is_tried_and_nothing_due_changes_nothing(
    home: Path, tmp_path: Path
) -> None:
    lines = [line(NOWHERE, title=f"Omega {n}") for n in range(40)]
    take(report(tmp_path / "r.csv", [*lines, line(ALPHA, currency="")]), home, at=LATER)
    due = sorted(states(home, "next_attempt_at").drop_nulls()["next_attempt_at"])
    assert len(due) == 40
    assert due[-1] - LATER.replace(tzinfo=None) <= timedelta(seconds=float(SETTINGS.retry_base_s))
    before = tree(home)
    assert retry(home, LATER).attempted == 0
    assert tree(home) == before
    half = due[19].replace(tzinfo=UTC)
    assert retry(home, half).attempted == 20
    assert retry(home, half).attempted == 0
    assert retry(home, half, force=True).attempted == 40
    attempts = states(home, "attempts", "fault").filter(fault=Fault.UNMATCHED.value)["attempts"]
    assert sorted(attempts) == [1] * 20 + [2] * 20


def test_the_last_attempt_escalates_and_only_a_new_catalog_tries_again(
    home: Path, tmp_path: Path
) -> None:
    settings = replace(SETTINGS, retry_attempts=2)
    take(report(tmp_path / "r.csv", [line(ZETA, "3"), line(ALPHA, currency="")]), home, at=NOW)
    outcomes = []
    for hours in (1, 2, 3):
        told = retry(home, NOW + timedelta(hours=hours), settings=settings)
        outcomes.append((told.attempted, told.escalated))
    assert outcomes == [(1, 0), (1, 1), (0, 0)]
    zeta = states(home, "outcome", "attempts", "next_attempt_at", "is_open", "fault").filter(
        fault=Fault.SPLITS_INCOMPLETE.value
    )
    assert zeta.rows() == [(Outcome.ESCALATED, 2, None, True, Fault.SPLITS_INCOMPLETE)]
    assert in_books(home)["EUR", "held"] == (1, Decimal(3))


def test_an_escalated_line_moves_once_the_catalog_has_learned(home: Path, tmp_path: Path) -> None:
    settings = replace(SETTINGS, retry_attempts=1)
    path = report(tmp_path / "r.csv", [line(ZETA, "3")])
    take(path, home, at=NOW - timedelta(days=3))
    assert retry(home, NOW - timedelta(days=2), settings=settings).escalated == 1
    load(home, WHOLE, tmp_path / "whole")
    assert retry(home, NOW + timedelta(hours=1), settings=settings).resolved == 1
    assert in_books(home) == {("EUR", "matched"): (1, Decimal(3))}


def test_a_better_reason_is_told_though_the_line_still_waits(home: Path, tmp_path: Path) -> None:
    """Omega is known now, but nobody has said whose it is."""
    take(report(tmp_path / "r.csv", [line(NOWHERE, "5", title="Omega")]), home, at=NOW)
    known = {**LEARNED, "splits.csv": WHOLE["splits.csv"]}
    load(home, known, tmp_path / "known")
    told = retry(home, NOW + timedelta(hours=1))
    assert (told.attempted, told.resolved) == (1, 0)
    assert told.moved == {"EUR": {"from unmatched to held": "5"}}
    assert asked(home, "SELECT status, faults FROM staged") == [("held", [Fault.SPLITS_INCOMPLETE])]
    assert states(home, "fault", "outcome", "attempts").rows() == [
        (Fault.SPLITS_INCOMPLETE, Outcome.RETRIED, 1)
    ]
    assert in_books(home) == {("EUR", "held"): (1, Decimal(5))}


def test_a_retry_replaces_only_the_files_it_moves_lines_from(home: Path, tmp_path: Path) -> None:
    for name, isrc in (("zeta", ZETA), ("omega", NOWHERE)):
        take(report(tmp_path / f"{name}.csv", [line(isrc), line("", "2")]), home, at=NOW)
    staged = "SELECT name FROM files WHERE tbl = 'staged' ORDER BY name"
    before = set(asked(home, staged))
    load(home, WHOLE, tmp_path / "whole")
    assert retry(home, NOW + timedelta(hours=1)).resolved == 1
    after = set(asked(home, staged))
    assert (len(before), len(after), len(before & after)) == (2, 2, 1)


WAITING = [
    line(ZETA, "1"),
    line(ZETA, "2"),
    line(NOWHERE, "4", title="Omega"),
    line("", "8", title="Omicron Persei"),
    line("", "16", title="Rho", artist="Carla"),
    line("", "32", title="Sigma", artist="Carla", gtin=SINGLE),
    line(EPSILON, "64", gtin=SINGLE),
]
"""Six identities: four of Anna's, each of which may be any recording of hers, two of Carla's."""
CHANGES = {
    "nothing": ({}, 0),
    "whose the rest of Zeta is": ({"splits.csv": "R-Zeta,P2,0.15,,,,\n"}, 4),
    "a recording of that ISRC": ({"recordings.csv": f"R-Omega,{NOWHERE},Ohm,Eve\n"}, 1),
    "a recording with a rare word of one": ({"recordings.csv": "R-O,,Omicron Perseus,Eve\n"}, 1),
    "a recording of that artist": ({"recordings.csv": "R-Tau,,Tau,Carla\n"}, 2),
    "a track on that release": ({"tracks.csv": "L2,R-Eta,1,2\n"}, 2),
    "what nobody asked for": ({"recordings.csv": "R-Psi,GBZZZ2600009,Psi,Dora\n"}, 0),
}


@pytest.mark.parametrize(("added", "judged"), CHANGES.values(), ids=list(CHANGES))
def test_only_identities_that_a_change_touches_are_judged_again(
    once: Once, added: dict[str, str], judged: int, homes: Homes, tmp_path: Path
) -> None:
    """And the lake is then what it is after judging everything again."""
    taught = {**SHELF, **{name: SHELF[name] + rows for name, rows in added.items()}}
    path = report(tmp_path / "r.csv", WAITING)
    for name in ("some", "all"):
        once.take(path, homes(name), at=NOW)
        once.load(tmp_path / name, taught, tmp_path / f"offered to {name}")
    some = retry(tmp_path / "some", NOW)
    all_ = retry(tmp_path / "all", NOW, force=True)
    assert (some.identities_waiting, some.identities_judged) == (6, judged)
    assert (all_.identities_waiting, all_.identities_judged) == (6, 6)
    assert settled(tmp_path / "some") == settled(tmp_path / "all")
    assert retry(tmp_path / "some", NOW).identities_judged == 0


def test_untouched_lines_that_are_due_have_had_their_attempt(
    once: Once, home: Path, tmp_path: Path
) -> None:
    once.take(report(tmp_path / "r.csv", WAITING), home, at=NOW)
    told = retry(home, LATER)
    assert (told.attempted, told.still_open, told.identities_judged) == (7, 7, 0)
    assert states(home, "attempts")["attempts"].to_list() == [1] * 7


def test_another_policy_or_a_lost_catalog_has_everything_judged(
    once: Once, home: Path, tmp_path: Path
) -> None:
    once.take(report(tmp_path / "r.csv", WAITING), home, at=NOW)
    assert retry(home, NOW, settings=replace(SETTINGS, match_margin=0.1)).identities_judged == 6
    before = catalog.current(home)
    assert before is not None
    load(home, LEARNED, tmp_path / "learned")
    before.unlink()
    told = retry(home, NOW, settings=replace(SETTINGS, match_margin=0.1))
    assert told.identities_judged == told.identities_waiting == 6


def test_a_retry_of_a_lake_without_a_line_changes_nothing(home: Path) -> None:
    told = retry(home)
    assert (told.attempted, told.resolved, told.still_open, told.moved) == (0, 0, 0, {})
    assert asked(home, "SELECT count(*) FROM runs") == [(0,)]
