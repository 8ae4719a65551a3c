"""Several processes on one lake: readers hinder no writer, writers wait for one another."""

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from pipeline.errors import LakeBusy
from pipeline.settings import Settings
from pipeline.store import lake
from tests.flow.lake_program import AT, command, content, environment, ingest, replay

SETTINGS = Settings()
HURRIED = Settings(lock_wait_s=0.3)
A, B = "a" * 64, "b" * 64

NOTEBOOK = """
import sys, duckdb
path = sys.argv[1]
ask = "SELECT (SELECT count(*) FROM sales), (SELECT count(*) FROM staged), count(*) FROM manifests"
con = duckdb.connect(path, read_only=True)
for line in sys.stdin:
    if line.strip() == "again":
        con.close()
        con = duckdb.connect(path, read_only=True)
    print(con.execute(ask).fetchall()[0], flush=True)
"""
BY_HAND = """
import sys, duckdb
con = duckdb.connect(sys.argv[1])
con.execute("CREATE TABLE mine AS SELECT 1 AS one")
print("open", flush=True)
sys.stdin.read()
"""


class Notebook:
    """A process that keeps a database open and answers when asked."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self.asks, self.answers = process.stdin, process.stdout

    def says(self, ask: str) -> str:
        self.asks.write(f"{ask}\n")
        self.asks.flush()
        return self.answers.readline().strip()


@contextmanager
def _process(arguments: list[str]) -> "Iterator[subprocess.Popen[str]]":
    """A process that ends with the block."""
    with subprocess.Popen(
        arguments,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment(),
    ) as process:
        try:
            yield process
        finally:
            process.kill()


@contextmanager
def _holder(home: Path) -> Iterator[int]:
    """A process that holds the commit lock of a home; its id."""
    with _process(command(home, "hold")) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        yield process.pid


def test_an_open_notebook_sees_one_whole_lake_and_keeps_nobody_out(tmp_path: Path) -> None:
    ingest(tmp_path, A, SETTINGS)
    program = [sys.executable, "-c", NOTEBOOK, str(tmp_path / "lake.duckdb")]
    with _process(program) as process:
        notebook = Notebook(process)
        assert notebook.says("ask") == "(2, 1, 1)"
        opened = (tmp_path / "lake.duckdb").stat().st_ino
        assert ingest(tmp_path, B, HURRIED) == "committed"
        # Another file: what the notebook has open is never written to.
        assert (tmp_path / "lake.duckdb").stat().st_ino != opened
        assert replay(tmp_path, HURRIED) == "committed"
        lake.sweep(tmp_path, HURRIED, AT)
        # Still the lake of its opening: the staged file that was replaced is kept for it.
        assert notebook.says("ask") == "(2, 1, 1)"
        assert notebook.says("again") == "(6, 0, 2)"


def test_a_second_writer_waits_and_then_names_the_first(tmp_path: Path) -> None:
    with _holder(tmp_path) as pid:
        start = time.monotonic()
        with pytest.raises(LakeBusy, match=rf"process {pid} \(lake_program\.py .* hold\)"):
            ingest(tmp_path, A, HURRIED)
        assert time.monotonic() - start >= HURRIED.lock_wait_s
    assert ingest(tmp_path, A, HURRIED) == "committed"


def test_a_long_replay_hinders_no_reader(tmp_path: Path) -> None:
    ingest(tmp_path, A, SETTINGS)
    before = content(tmp_path)
    with _holder(tmp_path):
        assert content(tmp_path, HURRIED) == before
        (tmp_path / "lake.duckdb").unlink()
        assert content(tmp_path, HURRIED) == before


def test_a_sweep_leaves_the_run_of_a_living_process(tmp_path: Path) -> None:
    runs = tmp_path / "lake" / ".run"
    with lake.begin(tmp_path, "ingest", AT) as run:
        (run.dir / "mine").touch()
        swept = subprocess.run(
            command(tmp_path, "sweep"), env=environment(), check=True, capture_output=True
        )
        assert b"runs=0" in swept.stdout
        assert (run.dir / "mine").exists()
    with _holder(tmp_path):
        assert len(list(runs.iterdir())) == 1
    # Killed: its folder stays until a sweep finds that nobody holds it.
    assert lake.sweep(tmp_path, SETTINGS, AT).runs == 1
    assert list(runs.iterdir()) == []


@pytest.mark.parametrize(
    ("manifests", "answers"),
    [((A, A), ["committed", "unchanged"]), ((A, B), ["committed", "committed"])],
)
def test_two_ingests_at_once_are_as_one_after_the_other(
    manifests: tuple[str, str], answers: list[str], tmp_path: Path
) -> None:
    home, undisturbed = tmp_path / "home", tmp_path / "undisturbed"
    with (
        _process(command(home, "ingest", manifests[0])) as first,
        _process(command(home, "ingest", manifests[1])) as second,
    ):
        said = [process.communicate(timeout=120)[0].strip() for process in (first, second)]
    assert sorted(said) == answers
    for manifest in manifests:
        ingest(undisturbed, manifest, SETTINGS)
    assert content(home) == content(undisturbed)


def test_books_that_someone_opened_by_hand_are_named(tmp_path: Path) -> None:
    ingest(tmp_path, A, SETTINGS)
    before = content(tmp_path)
    with _process([sys.executable, "-c", BY_HAND, str(tmp_path / "royalty.duckdb")]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        for act in (ingest, lambda home, _, settings: lake.ensure_views(home, settings)):
            with pytest.raises(LakeBusy, match=rf"royalty\.duckdb is kept open .*{process.pid}"):
                act(tmp_path, B, HURRIED)
    assert content(tmp_path) == before


def test_views_that_someone_opened_to_write_hinder_nobody(tmp_path: Path) -> None:
    """Nor does what was written there, and not yet folded in, find its way to the new ones."""
    ingest(tmp_path, A, SETTINGS)
    with _process([sys.executable, "-c", BY_HAND, str(tmp_path / "lake.duckdb")]) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        assert (tmp_path / "lake.duckdb.wal").exists()
        assert ingest(tmp_path, B, HURRIED) == "committed"
    assert len(content(tmp_path)["sales"]) == 4
