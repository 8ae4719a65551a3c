"""The bench at a small size: every program of it runs, and what it saves says so."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bench.figures import Figure, Measure

ROOT = Path(__file__).resolve().parents[2]
ROYALTY = Path(sys.executable).with_name("royalty")


@pytest.mark.parametrize(
    ("value", "floor", "met"),
    [(1.9, False, True), (2.0, False, True), (2.1, False, False), (1.9, True, False)],
)
def test_a_bar_is_reached_on_its_side(value: float, floor: bool, met: bool) -> None:
    assert Figure(Measure.FLOOR, "ingest", value, "×", 2.0, floor).met is met


def test_a_figure_without_a_bar_only_informs() -> None:
    assert Figure(Measure.FLOOR, "ingest", 9.0, "×", None).met is None


@pytest.mark.slow
@pytest.mark.skipif(not ROYALTY.exists(), reason="the royalty command is not beside python")
def test_the_bench_measures_a_small_manifest(tmp_path: Path) -> None:
    size = ["--lines", "2000", "--recordings", "2000", "--only", "floor", "duckdb"]
    command = [sys.executable, "-m", "tests.bench", *size, "--folder", tmp_path / "bench"]
    done = subprocess.run(
        [*command, "--out", tmp_path / "out.json"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    saved = json.loads((tmp_path / "out.json").read_text())
    figures = [figure["what"] for figure in saved["figures"]]
    assert figures == [
        "ingest, in times of the floor",
        "ingest, in times of the floor, zstd",
        "ingest, in times of the floor, undamaged",
        "ingest, faster than duckdb",
    ]
    assert all(figure["value"] > 0 and len(figure["times"]) == 2 for figure in saved["figures"])
    assert (saved["lines"], saved["judged"]) == (2000, False)
    assert done.stdout.count("┏") == 1
