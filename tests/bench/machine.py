"""On what, with what and when it was measured."""

import os
import platform
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from tests.bench.process import ROOT

OURS = ("polars", "duckdb", "numpy", "pyarrow")
PEERS = ("pandas", "pydantic", "pyarrow")
_VERSIONS = "import importlib.metadata as m, sys; print(*(m.version(n) for n in sys.argv[1:]))"


def machine(peers: Path, asked: list[str]) -> dict[str, Any]:
    """The machine, its load, the versions, the commit, the clock and the command."""
    load, _, _ = os.getloadavg()
    return {
        "command": " ".join(["python -m tests.bench", *asked]),
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _said("git", "describe", "--always", "--dirty"),
        "processor": _first("/proc/cpuinfo", "model name"),
        "cores": len(os.sched_getaffinity(0)),
        "memory_mib": int(_first("/proc/meminfo", "MemTotal").split()[0]) // 1024,
        "system": platform.platform(),
        "load_at_start": round(load, 2),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in OURS},
        "peer_versions": dict(zip(PEERS, _peer_versions(peers), strict=False)),
    }


def _peer_versions(peers: Path) -> list[str]:
    return _said(str(peers), "-c", _VERSIONS, *PEERS).split()


def _said(*command: str) -> str:
    """What a command prints; empty where it cannot."""
    try:
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    except (OSError, subprocess.CalledProcessError):
        return ""
    return done.stdout.strip()


def _first(path: str, key: str) -> str:
    """The first value of a key in a file of `key: value` lines."""
    for line in Path(path).read_text(encoding="utf-8", errors="replace").splitlines():
        name, _, value = line.partition(":")
        if name.strip() == key:
            return value.strip()
    return f"unknown, {sys.platform}"
