"""Locks between processes: flock, so that the kernel frees what a killed process held."""

import fcntl
import os
import shlex
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path

from pipeline.errors import LakeBusy
from pipeline.settings import Settings

POLL_S = 0.02
"""Sleep between two tries: short beside a commit of some 0.2 s."""

# Per thread, so that a second thread of this process waits like any other writer.
_HELD: ContextVar[frozenset[Path]] = ContextVar("held_homes", default=frozenset())


@contextmanager
def exclusive(home: Path, settings: Settings) -> Iterator[None]:
    """Hold the commit lock of a home; re-entrant, so that a replay commits inside its own.

    Raises:
        LakeBusy: another writer still holds it after `settings.lock_wait_s`; names that writer.
    """
    path = home.resolve() / ".commit.lock"
    if path in _HELD.get():
        yield
        return
    with locked(path, settings.lock_wait_s):
        token = _HELD.set(_HELD.get() | {path})
        try:
            yield
        finally:
            _HELD.reset(token)


@contextmanager
def locked(path: Path, wait_s: float) -> Iterator[None]:
    """Hold the flock of a lock file; not re-entrant. The file says who holds it, and stays.

    Raises:
        LakeBusy: another still holds it after `wait_s`.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        if not try_for(wait_s, lambda: flock_now(descriptor)):
            raise LakeBusy(
                f"{path.parent} is being written to by {_holder(descriptor)}",
                f"run again when it has ended (waited {wait_s:g} s: setting lock_wait_s)",
            )
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, _self().encode(), 0)
        yield
        os.ftruncate(descriptor, 0)
    finally:
        os.close(descriptor)


def flock_now(descriptor: int) -> bool:
    """Whether the flock of an open file could be had at once."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def try_for(wait_s: float, attempt: Callable[[], bool]) -> bool:
    """Whether an attempt succeeded, repeated with short sleeps until `wait_s` are over."""
    end = time.monotonic() + wait_s
    while not attempt():
        if time.monotonic() >= end:
            return False
        time.sleep(POLL_S)
    return True


def _self() -> str:
    """What others are told about this process."""
    command = shlex.join([Path(sys.argv[0]).name, *sys.argv[1:]])
    return f"process {os.getpid()} ({command[:200]})"


def _holder(descriptor: int) -> str:
    """What the holder wrote about itself; it may just have ended or not yet have written."""
    return os.pread(descriptor, 1_000, 0).decode(errors="replace") or "another process"
