"""What else a person says of a report that came again, and what no later word changes."""

import random
from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.flow import replay, restating
from pipeline.flow.entries import Choice
from pipeline.flow.quarter import export, verify
from pipeline.vocab import Decision, Fault
from tests.flow.corrections import (
    EXCLUDED,
    FIRST,
    FIRST_PAID,
    LATER,
    NOWHERE,
    SECOND,
    SECOND_PAID,
    correct,
    delivered,
    of,
    paid,
    replacement,
)
from tests.flow.desks import accept, row, say, take_back
from tests.flow.homes import (
    ALPHA,
    BETA,
    SETTINGS,
    WHOLE,
    ZETA,
    asked,
    assert_conserved,
    frame,
    line,
    load,
    take,
)
from tests.flow.once import Once


@pytest.fixture
def first(once: Once, home: Path, tmp_path: Path) -> str:
    told = once.take(delivered(tmp_path, "2026-07.csv", FIRST), home)
    assert paid(home) == FIRST_PAID
    return told.manifest


@pytest.fixture
def second(tmp_path: Path) -> Path:
    return delivered(tmp_path, "new-2026-08.csv", SECOND)


@pytest.mark.usefixtures("first")
def test_another_report_is_released(home: Path, second: Path) -> None:
    held = take(second, home, at=LATER)
    everything = Choice(everything=True)
    replay.release(home, SETTINGS, LATER, everything, reason="halts", name="ann")
    assert paid(home) == FIRST_PAID
    replay.release(
        home,
        SETTINGS,
        LATER,
        Choice(fault=Fault.POSSIBLE_DUPLICATE),
        reason="another tier",
        name="ann",
    )
    assert paid(home) == FIRST_PAID + SECOND_PAID
    assert asked(home, "SELECT outcome FROM ledger_state WHERE kind = 'manifest'") == [
        ("released",)
    ]
    waiting = of(home, "staged", held.manifest)["isrc"].to_list()
    assert waiting == [ZETA, NOWHERE]


def test_a_duplicate_is_excluded_whole(
    home: Path, first: str, second: Path, tmp_path: Path
) -> None:
    held = take(second, home, at=LATER)
    ((entry,),) = asked(
        home, "SELECT ledger_id FROM ledger_state WHERE fault = 'POSSIBLE_DUPLICATE'"
    )
    done = replay.exclude(
        home, SETTINGS, LATER, reason="sent twice", name="ann", entries=[entry[:10]]
    )
    assert done.resolved == len(SECOND)
    sums = of(home, "sums", held.manifest).sort("lines")
    assert sums.select("status", "lines").rows() == [(EXCLUDED, 1), (EXCLUDED, len(SECOND) - 1)]
    assert not of(home, "ledger_state", held.manifest)["is_open"].any()
    load(home, WHOLE, tmp_path / "whole")
    replay.retry(home, SETTINGS, LATER + timedelta(days=1), force=True)
    assert paid(home) == FIRST_PAID + Decimal("0.5")
    with pytest.raises(UsageError, match="is a duplicate"):
        restating.restate(home, SETTINGS, LATER, held.manifest, replacement(first))


def test_the_export_of_both_quarters_verifies(home: Path, first: str, tmp_path: Path) -> None:
    correct(home, delivered(tmp_path, "new-2026-10.csv", SECOND), first)
    sums = {}
    for quarter in ("2026Q3", "2026Q4"):
        folder = tmp_path / quarter
        export(home, quarter, folder, LATER)
        sums[quarter] = verify(folder).sums["sales"]["EUR"].amount
    assert sums == {"2026Q3": "81", "2026Q4": "104"}


def test_an_undone_word_moves_nothing_of_what_is_replaced(home: Path, tmp_path: Path) -> None:
    """What a person's word had paid is reversed; without that word it is neither paid nor waits."""
    lines = [line("", "3", title="Long Road", artist="Carla"), line(ALPHA, "1")]
    old = take(delivered(tmp_path, "2026-07.csv", lines), home)
    done = accept(home, "Long Road", "R-Beta")
    assert paid(home) == Decimal(4)
    correct(home, delivered(tmp_path, "new-2026-07.csv", [line(ALPHA, "2")]), old.manifest)
    take_back(home, done)
    by_recording = "SELECT recording_id, sum(amount) FROM sales GROUP BY ALL ORDER BY ALL"
    assert asked(home, by_recording) == [("R-Alpha", Decimal(2)), ("R-Beta", Decimal(0))]
    assert frame(home, "staged").is_empty()
    assert_conserved(home, {"EUR": Decimal(2)}, 5)


def test_a_word_about_a_line_excluded_by_decision_does_not_bring_it_back(
    home: Path, tmp_path: Path
) -> None:
    old = take(delivered(tmp_path, "2026-07.csv", [line("", "3", title="Eta", artist="X")]), home)
    entry = row(home, "Eta")["queue_id"]
    done = say(home, Decision.EXCLUDE, entry, reason="not ours")
    correct(home, delivered(tmp_path, "new-2026-07.csv", [line(ALPHA, "2")]), old.manifest)
    take_back(home, done)
    assert of(home, "staged", old.manifest)["status"].to_list() == [EXCLUDED]


@pytest.mark.parametrize("seed", range(3))
def test_sums_move_by_exactly_the_difference_whatever_the_reports_hold(
    seed: int, home: Path, homes: Callable[[str], Path], tmp_path: Path
) -> None:
    """In every currency, the lake pays what one pays that has only ever seen the correction."""
    draw = random.Random(seed)

    def lines() -> list[dict[str, str]]:
        return [
            line(
                draw.choice([ALPHA, BETA, ZETA, NOWHERE]),
                draw.choice(["1.000000000000000001", "-2.5", "0", "?", str(draw.randint(1, 99))]),
                draw.choice(["EUR", "USD", "XQZ", ""]),
                territory=draw.choice(["DE", "AT", "Neverland"]),
            )
            for _ in range(draw.randint(1, 60))
        ]

    old = take(delivered(tmp_path, "2026-07.csv", lines()), home)
    corrected = delivered(tmp_path, "new-2026-07.csv", lines())
    correct(home, corrected, old.manifest)
    alone = homes("alone")
    take(corrected, alone)
    for sums in (
        "SELECT currency, sum(amount), sum(quantity) FROM sales GROUP BY ALL",
        "SELECT recording_id, sum(amount), sum(quantity) FROM sales GROUP BY ALL",
    ):
        kept = {one for one in asked(home, sums) if one[1:] != (0, 0)}
        assert kept == {one for one in asked(alone, sums) if one[1:] != (0, 0)}
    assert set(frame(home, "conservation")["difference"]) == {0}
