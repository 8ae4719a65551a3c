"""The promises of the pinned versions and of conftest, tried in folders of their own."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parents[2]
PIN = re.compile(r'[a-z0-9-]+==[0-9][0-9a-z.]*( ; python_version [<>=]+ "3\.\d+")?')


def test_constraints_are_exact_versions_alone() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert [line for line in lines if not PIN.fullmatch(line) and not line.startswith("# ")] == []


def test_every_requirement_is_pinned_and_pandas_stays_with_the_bench() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    names = {
        kind: {re.split(r"[\[<>=]", one)[0] for one in wanted}
        for kind, wanted in {"run": project["dependencies"], **extras}.items()
    }
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert set().union(*names.values()) <= {pin.partition("==")[0] for pin in pins}
    assert [kind for kind, wanted in names.items() if "pandas" in wanted] == ["bench"]


@pytest.mark.parametrize(
    ("ci", "there", "outcome"),
    [("", False, "1 skipped"), ("true", False, "1 error"), ("true", True, "1 passed")],
)
def test_outside_files_may_be_absent_but_not_in_ci(
    tmp_path: Path, ci: str, *, there: bool, outcome: str
) -> None:
    tests = tmp_path / "repo" / "tests"
    tests.mkdir(parents=True)
    shutil.copy2(ROOT / "tests" / "conftest.py", tests)
    shutil.copy2(ROOT / "pyproject.toml", tests.parent)
    (tests / "test_it.py").write_text("def test_it(shared):\n    assert shared.is_dir()\n")
    if there:
        (tmp_path / "shared" / "data").mkdir(parents=True)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-m", "realdata"],
        cwd=tests.parent,
        env={**os.environ, "CI": ci, "PYTEST_ADDOPTS": ""},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome in done.stdout.splitlines()[-1], done.stdout
    assert there or "../shared/data is not beside the repo" in done.stdout


@pytest.mark.parametrize(
    ("ci", "there", "outcome"),
    [("", False, "1 skipped"), ("true", False, "1 error"), ("true", True, "1 passed")],
)
def test_a_browser_may_be_absent_but_not_in_ci(
    tmp_path: Path, ci: str, *, there: bool, outcome: str
) -> None:
    shutil.copy2(ROOT / "tests" / "notebooks" / "conftest.py", tmp_path)
    (tmp_path / "test_it.py").write_text("def test_it(chromium):\n    assert chromium\n")
    commands = tmp_path / "bin"
    commands.mkdir()
    if there:
        (commands / "chromium").touch(mode=0o755)
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rs"],
        cwd=tmp_path,
        env={"PATH": str(commands), "CI": ci},
        capture_output=True,
        text=True,
        check=False,
    )
    assert outcome in done.stdout.splitlines()[-1], done.stdout
    assert there or "apt install chromium" in done.stdout


def test_the_examples_are_the_same_every_time() -> None:
    if os.environ.get("HYPOTHESIS_PROFILE", "default") == "default":
        assert settings().derandomize
    assert settings().deadline is None


def test_no_test_reaches_the_lake_of_whoever_runs_it() -> None:
    assert "ROYALTY_HOME" not in os.environ
