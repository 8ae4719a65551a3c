"""`royalty inbox --follow` as its own process: it takes what comes, and ends when told to."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.cli import main
from pipeline.store import lake
from tests.flow.demo_home import ROOT
from tests.flow.homes import ALPHA, BETA, SETTINGS, asked
from tests.flow.senders import deliver, folder, held


def until(is_so: Callable[[], bool]) -> None:
    """Return once something is so."""
    end = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.1)


def manifests(home: Path) -> int:
    return len(asked(home, "FROM manifests"))


def test_what_comes_is_taken_as_it_comes_and_what_is_refused_is_told_once(home: Path) -> None:
    (home / "settings.toml").write_text("lock_wait_s = 0.2\n")
    drop = folder(home)
    deliver(drop / "acme_2026-05.csv", (ALPHA, "1")).write_text("no,report\n")
    with subprocess.Popen(
        [
            *(sys.executable, "-m", "pipeline.cli.main", "--home", str(home)),
            *("inbox", "--follow", "--every", "1"),
        ],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "80"},
    ) as process:
        try:
            until(lambda: asked(home, "SELECT state FROM arrivals") == [("refused",)])
            deliver(drop / "acme_2026-06.csv", (ALPHA, "1"))
            until(lambda: manifests(home) == 1)
            # A lake that is busy for a while ends no watch.
            with lake.exclusive(home, SETTINGS):
                deliver(drop / "acme_2026-07.csv", (BETA, "2"))
                time.sleep(3)
            until(lambda: len(asked(home, "FROM arrivals")) == 3)
            # It is told once the books know of it; a further look finds nothing to tell.
            time.sleep(3)
            process.send_signal(signal.SIGINT)
            out, err = process.communicate(timeout=60)
        finally:
            process.kill()  # one that goes on would be waited for without end
    assert process.returncode == 130
    assert held(home) == (2, Decimal(3))
    assert [out.count(f"acme_2026-0{month}.csv  ") for month in (5, 6, 7)] == [1, 1, 1]
    assert err.count("is not of source acme") == 1
    assert err.endswith("royalty: interrupted; what was not committed yet has changed nothing\n")


def test_a_watch_is_no_document(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main.run(["--home", str(home), "inbox", "--follow", "--json"])
    told = capsys.readouterr()
    assert (code, told.out) == (2, "")
    assert "--follow never ends" in told.err
