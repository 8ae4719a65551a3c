"""The command line where a report comes again, over a home made by itself."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from tests.flow.demo_home import ORCHARD
from tests.flow.homes import copied

ORCHARD_LINES = 138


@pytest.fixture
def home(demo: Path, tmp_path: Path) -> Path:
    return copied(demo, tmp_path)


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Any:
    """The exit code of a command, and what it printed to stdout and stderr."""

    def ran(*arguments: str | Path) -> tuple[int, str, str]:
        capsys.readouterr()  # what made the home has printed too
        code = main.run([str(argument) for argument in arguments])
        told = capsys.readouterr()
        return code, told.out, told.err

    return ran


def test_a_report_that_comes_again_from_screen_to_settlement(
    run: Any, home: Path, tmp_path: Path
) -> None:
    """Packed it is the same; for another month it is on hold until somebody says what it is."""
    packed = tmp_path / f"{ORCHARD.stem}.gz"
    packed.write_bytes(gzip.compress(ORCHARD.read_bytes()))
    reports = json.loads(run("--home", home, "status", "--json")[1])["reports"]
    ((first, period),) = [
        (one["manifest"], one["accounting_period"]) for one in reports if one["source"] == "orchard"
    ]
    code, out, _ = run("--home", home, "ingest", packed, "--period", period)
    assert (code, f"it reports what {first[:12]} does" in out) == (0, True)

    later = ("--home", home, "ingest", ORCHARD, "--period", "2026-10")
    _, out, _ = run(*later)
    assert f"{ORCHARD_LINES} lines came before" in out
    assert "quarantine list --fault POSSIBLE_DUPLICATE" in out

    replaces = ("--replaces", f"{first[:12]}@{period}")
    word = ("--by", "ann", "--reason", "sent anew")
    code, _, err = run(*later, *replaces)
    assert (code, "without a reason and a name" in err) == (2, True)
    code, out, _ = run("--home", home, "restate", f"{first[:12]}@2026-10", *replaces, *word)
    assert (code, "replaces from now on" in out) == (0, True)
    code, out, _ = run(*later, *replaces, *word, "--json")
    assert (code, json.loads(out)["manifests"][0]["restated"]) == (0, [])
