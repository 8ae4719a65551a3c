"""A notebook served as people open it: a real server over a real lake."""

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PATIENCE_MS = 60_000
"""Much more than a page takes: the machine that runs all tests at once is slow."""


@contextmanager
def served(home: Path, *notebooks: Path) -> Iterator[str]:
    """The address at which notebooks are served over a home; of several, `?file=` names one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "marimo", "run", *map(str, notebooks)]
    # The package need not be installed where its tests run.
    paths = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, "ROYALTY_HOME": str(home), "PYTHONPATH": paths}
    environment.pop("ROYALTY_USER", None)
    address = f"http://127.0.0.1:{port}"
    with subprocess.Popen(
        [*command, "--headless", "--port", str(port)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as server:
        try:
            _await(address, server)
            yield address
        finally:
            server.terminate()


def _await(address: str, server: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < until and server.poll() is None:
        try:
            urllib.request.urlopen(f"{address}/health", timeout=5).close()  # noqa: S310 - our own
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    server.kill()
    told = server.stdout.read().decode() if server.stdout else ""
    pytest.fail(f"no page: {told}")


def outside(url: str, address: str) -> list[str]:
    """An address that is another's than the page's own."""
    own = url.startswith((address, address.replace("http", "ws", 1), "data:", "blob:"))
    return [] if own else [url]
