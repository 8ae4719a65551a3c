"""Killed at any step and run again: the same lake, no page lost, none twice, every attempt told."""

import signal
from collections import Counter
from pathlib import Path

import pytest

from pipeline.store.steps import Step
from tests.flow import processes
from tests.flow.homes import asked
from tests.flow.test_fetch import money, of_reports, of_rows, shelf, sync
from tests.provider import sources
from tests.provider.chaos import STEPS, carry_out
from tests.provider.provider import Provider
from tests.provider.wire import Answer

_BEFORE_THE_JOURNAL = {Step.ANSWERED: 1, Step.SPOOLED: 3}
"""How many answers may be lost: pages wait in a queue for their place on disk."""


@pytest.mark.parametrize("what", ["reports", "rows"])
@pytest.mark.parametrize("step", STEPS)
def test_killed_at_a_step_and_run_again(step: Step, what: str, tmp_path: Path) -> None:
    provider = Provider(shelf(2, 25))
    with provider.running():
        sources.write(tmp_path, "acme", sources.api(provider.base, "cursor", what))
        process = processes.start(carry_out, tmp_path, die_at=step)
        assert processes.ended(process) == -signal.SIGKILL
        sync(tmp_path)
        assert money(tmp_path) == (of_reports(0, 1) if what == "reports" else of_rows(*range(25)))
        quiet = sync(tmp_path)
    assert quiet.attempts == 1
    attempts = asked(
        tmp_path, "SELECT ledger_id, attempt, detail FROM retry_ledger WHERE kind = 'request'"
    )
    assert len({one[:2] for one in attempts}) == len(attempts)
    told = Counter(one[0] for one in attempts)
    came = Counter(arrival.key for arrival in provider.arrivals)
    interrupted = Counter(one[0] for one in attempts if "the process ended" in one[2])
    assert all(0 <= told[key] - came[key] <= interrupted[key] for key in told | came)
    # What was had and entered before the kill is not asked for again.
    again = sum(count > 1 for count in came.values())
    assert again <= _BEFORE_THE_JOURNAL.get(step, 0)


def test_a_restart_goes_on_with_the_schedule(tmp_path: Path) -> None:
    """A later run waits until the next attempt of an earlier one is due, and counts on."""
    provider = Provider(shelf(rows=5))
    clock = sources.StillClock("2026-10-01T00:00:00+00:00")
    slow = {"base_s": 60.0, "cap_s": 60.0, "deadline_s": 0.0}
    with provider.running():
        sources.write(tmp_path, "acme", sources.api(provider.base, "none", "rows", retries=slow))
        provider.script["/none/rows"] = [Answer(500)]
        first = sync(tmp_path, clock=clock)
        assert "its next attempt is due in" in first.error
        ((due,),) = asked(tmp_path, "SELECT epoch(next_attempt_at) FROM retry_ledger")
        early = sync(tmp_path, clock=clock)
        assert (early.attempts, len(provider.arrivals)) == (0, 1)
        assert clock.now() < due
        patient = {**slow, "deadline_s": 90.0}
        sources.write(tmp_path, "acme", sources.api(provider.base, "none", "rows", retries=patient))
        sync(tmp_path, clock=clock)
    assert clock.now() >= due
    assert money(tmp_path) == of_rows(*range(5))
    events = asked(tmp_path, "SELECT attempt, outcome FROM retry_ledger WHERE kind = 'request'")
    assert sorted(events) == [(1, "opened"), (2, "resolved")]
