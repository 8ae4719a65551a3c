"""The command as its own process: start-up, terminals, readers that leave, interruption."""

import ast
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.settings import Settings
from pipeline.store import lake
from tests.flow.demo_home import ORCHARD, ROOT
from tests.flow.homes import copied


@pytest.fixture(scope="module")
def loaded(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copied(demo, tmp_path_factory.mktemp("process"))


def command(
    arguments: Sequence[str | Path], environment: dict[str, str] | None = None
) -> subprocess.Popen[str]:
    """The command as its own process."""
    return subprocess.Popen(
        [sys.executable, "-m", "pipeline.cli.main", *map(str, arguments)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "COLUMNS": "80", **(environment or {})},
    )


def test_to_import_the_command_brings_nothing_slow() -> None:
    code = "import sys, pipeline.cli.main; print(sorted(sys.modules))"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    slow = {"polars", "duckdb", "pandera", "pyarrow", "numpy", "pandas", "rich.progress"}
    assert slow & set(ast.literal_eval(done.stdout)) == set()


def test_a_title_that_the_terminal_cannot_write_is_spelled_out(loaded: Path) -> None:
    plain = {"PYTHONIOENCODING": "ascii", "NO_COLOR": "1", "TERM": "dumb"}
    out, err = command(["--home", loaded, "quarantine", "list"], plain).communicate(timeout=60)
    assert err == ""
    assert "\\u2026" in out


def test_a_reader_that_leaves_is_no_error(loaded: Path) -> None:
    process = command(["--home", loaded, "status", "--json"])
    assert process.stdout is not None
    process.stdout.close()
    assert process.stderr is not None
    assert process.stderr.read() == ""
    process.stderr.close()
    assert process.wait(timeout=60) in {0, 1}


def test_an_interrupted_ingest_is_one_line_and_takes_nothing(loaded: Path) -> None:
    """The commit lock is held here, so that the command is surely under way when it is told."""
    with lake.exclusive(loaded, Settings()):
        process = command(["--home", loaded, "ingest", ORCHARD, "--period", "2026-11", "--json"])
        _wait_for_run(loaded)
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=60)
    assert (process.returncode, out) == (130, "")
    assert err == "royalty: interrupted; what was not committed yet has changed nothing\n"
    assert not list((loaded / "lake" / ".run").iterdir())


def _wait_for_run(home: Path) -> None:
    """Until a run has its folder."""
    end = time.monotonic() + 60
    while not any((home / "lake" / ".run").iterdir()):
        assert time.monotonic() < end
        time.sleep(0.02)
