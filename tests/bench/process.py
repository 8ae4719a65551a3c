"""Commands in fresh processes: how long they took and how much memory of their own they held."""

import json
import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

ROOT = Path(__file__).resolve().parents[2]
SAMPLE_S = 0.02
MIB = 2**20

_ANON, _PEAK = "RssAnon:", "VmHWM:"
_NOT_KEPT = "PYTHONDONTWRITEBYTECODE"


class BenchFailed(Exception):
    """A command that is measured did not do its work; what it says of it."""


@dataclass(frozen=True)
class Run:
    """One run of a command.

    Attributes:
        seconds: from start to end, the interpreter's start-up included.
        cpu_s: of all its threads, user and system.
        anon_mib: the largest RssAnon seen (every 20 ms); 0 where it was not watched.
        resident_mib: the peak of all resident memory, mapped files included (VmHWM); likewise.
        told: the JSON document on its stdout; empty where that is none.
    """

    seconds: float
    cpu_s: float
    anon_mib: float
    resident_mib: float
    told: dict[str, Any]


def run(command: Sequence[str | Path], *, watch: bool = False, limit_s: float | None = None) -> Run:
    """Run a command to its end in the repo's root.

    Args:
        command: program and arguments.
        watch: whether to watch its memory, which costs it a little time.
        limit_s: after how long it is ended.

    Raises:
        BenchFailed: it did not end well, or in time.
    """
    # Writes of the runs before must not slow this one down.
    os.sync()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=ROOT, env=_environment(), stdout=out, stderr=err)
        memory = _Memory(process.pid)
        if watch:
            threading.Thread(target=memory.watch, daemon=True).start()
        limit = threading.Timer(limit_s or threading.TIMEOUT_MAX, process.kill)
        limit.daemon = True
        limit.start()
        _, status, usage = os.wait4(process.pid, 0)
        limit.cancel()
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        memory.over.set()
        if process.returncode:
            raise BenchFailed(f"{' '.join(map(str, command))}: {_text(err).strip()[-2000:]}")
        return Run(
            seconds,
            usage.ru_utime + usage.ru_stime,
            memory.anon / MIB,
            memory.peak / MIB,
            _document(_text(out)),
        )


def _environment() -> dict[str, str]:
    """Ours, in which modules are compiled once, as they are for everyone who installs them."""
    return {name: value for name, value in os.environ.items() if name != _NOT_KEPT}


class _Memory:
    """The largest figures seen of a process, in bytes."""

    def __init__(self, pid: int) -> None:
        self._status = Path(f"/proc/{pid}/status")
        self.anon = self.peak = 0
        self.over = threading.Event()

    def watch(self) -> None:
        """Look until it is over."""
        while not self.over.wait(SAMPLE_S):
            try:
                lines = self._status.read_text(encoding="ascii", errors="replace").splitlines()
            except (FileNotFoundError, ProcessLookupError):
                return
            sizes = {line.split()[0]: line.split()[1] for line in lines if line.endswith(" kB")}
            self.anon = max(self.anon, int(sizes.get(_ANON, 0)) * 1024)
            self.peak = max(self.peak, int(sizes.get(_PEAK, 0)) * 1024)


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")


def _document(text: str) -> dict[str, Any]:
    try:
        told = json.loads(text)
    except json.JSONDecodeError:
        return {}
    return told if isinstance(told, dict) else {}
