"""The commit lock: one writer, re-entrant within it, others wait and then say for whom."""

import os
import threading
import time
from pathlib import Path

import pytest

from pipeline.errors import LakeBusy
from pipeline.settings import Settings
from pipeline.store.locks import exclusive, locked, try_for

HURRIED = Settings(lock_wait_s=0.05)


def test_the_lock_may_be_taken_again_inside_itself(tmp_path: Path) -> None:
    with exclusive(tmp_path, HURRIED):
        with exclusive(tmp_path, HURRIED):
            pass
        # The inner one has not freed what the outer holds.
        assert _failure_elsewhere(tmp_path) is not None
    assert _failure_elsewhere(tmp_path) is None


def test_the_lock_is_held_the_second_time_as_the_first(tmp_path: Path) -> None:
    for _ in range(2):
        with exclusive(tmp_path, HURRIED):
            assert _failure_elsewhere(tmp_path) is not None
        assert _failure_elsewhere(tmp_path) is None


def test_another_thread_waits_and_is_told_who_holds_it(tmp_path: Path) -> None:
    with exclusive(tmp_path, HURRIED):
        failure = _failure_elsewhere(tmp_path)
    assert failure is not None
    assert failure.exit_code == 5
    assert f"process {os.getpid()} (" in str(failure)


def test_locks_of_two_homes_are_two(tmp_path: Path) -> None:
    with exclusive(tmp_path / "a", HURRIED), exclusive(tmp_path / "b", HURRIED):
        assert _failure_elsewhere(tmp_path / "a") is not None


def test_an_error_frees_the_lock(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), exclusive(tmp_path, HURRIED):
        raise ZeroDivisionError
    assert _failure_elsewhere(tmp_path) is None


def test_one_who_waits_gets_it_as_soon_as_it_is_free(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    waited: list[float] = []

    def wait() -> None:
        start = time.monotonic()
        with locked(path, 30):
            waited.append(time.monotonic() - start)

    with locked(path, 0):
        thread = threading.Thread(target=wait)
        thread.start()
        time.sleep(0.2)
    thread.join()
    assert 0.1 < waited[0] < 10


@pytest.mark.parametrize(("succeeds_at", "expected"), [(1, True), (3, True), (10**9, False)])
def test_an_attempt_is_made_at_least_once_and_not_for_ever(
    succeeds_at: int, expected: bool
) -> None:
    attempts: list[int] = []

    def attempt() -> bool:
        attempts.append(1)
        return len(attempts) >= succeeds_at

    assert try_for(0.3 if succeeds_at > 1 else 0, attempt) is expected


def _failure_elsewhere(home: Path) -> LakeBusy | None:
    """What another thread meets that wants the lock."""
    failures: list[LakeBusy] = []

    def want() -> None:
        try:
            with exclusive(home, HURRIED):
                pass
        except LakeBusy as failure:
            failures.append(failure)

    thread = threading.Thread(target=want)
    thread.start()
    thread.join()
    return failures[0] if failures else None
