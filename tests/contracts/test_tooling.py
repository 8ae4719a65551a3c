"""The promises of make, tried in folders of their own."""

import os
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ("sh", "awk", "cat", "rm", "mkdir", "printf", "test", "find", "git", "make")
ANALYSTS = ("catalog", "ingest", "sync", "status", "retry", "quarantine", "review", "audit")
_SHOWN = ("demo", "formats", "real", "drift", "alerts", "notebook", "bench")
OTHERS = (*_SHOWN, "setup", "check", "test", "campaign", "clean", "verify", "chaos", "provider")

# Stands in for the interpreter: answers what make asks, as a machine in that state would.
FAKE_PYTHON = """#!/bin/sh
case "$2" in
*version_info*) {new} ;;
*ensurepip*) {venv} ;;
*python_version*) echo 3.9.2 ;;
*) exit 0 ;;
esac
"""


@dataclass(frozen=True)
class Place:
    """A copy of the build files in a folder with spaces in its path, and the PATH to use there."""

    folder: Path
    bin: Path

    def make(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run make there with nothing but that PATH."""
        command = [str(self.bin / "make"), *arguments]
        environment = {"PATH": str(self.bin), "HOME": str(self.folder)}
        return subprocess.run(
            command, cwd=self.folder, env=environment, capture_output=True, text=True, check=False
        )

    def python(self, *, new: bool = True, venv: bool = True) -> None:
        """Put a stand-in for python3 on the PATH."""
        answer = {True: "exit 0", False: "exit 1"}
        script = self.bin / "python3"
        script.write_text(FAKE_PYTHON.format(new=answer[new], venv=answer[venv]))
        script.chmod(0o755)

    def installed(self, python: str, *, root: str) -> None:
        """Leave what a finished setup leaves, its commands standing in for the real ones."""
        commands = self.folder / ".venv" / "bin"
        commands.mkdir(parents=True)
        for name in ("python", "royalty"):
            (commands / name).write_text(f'#!{python}\necho {name} "$@"\n')
            (commands / name).chmod(0o755)
        (self.folder / ".venv" / "stamp").write_text(root)
        (self.folder / ".venv" / "compiled").touch()


@pytest.fixture
def place(tmp_path: Path) -> Place:
    folder = tmp_path / "a place with spaces"
    folder.mkdir()
    for name in ("Makefile", "pyproject.toml", "constraints.txt"):
        shutil.copy2(ROOT / name, folder)
    commands = tmp_path / "bin"
    commands.mkdir()
    for tool in TOOLS:
        (commands / tool).symlink_to(shutil.which(tool) or pytest.fail(f"{tool} is not here"))
    return Place(folder, commands)


@pytest.fixture
def ready(place: Place) -> Place:
    place.installed("/bin/sh", root=str(place.folder))
    return place


def refusal(done: subprocess.CompletedProcess[str]) -> str:
    """The one line with which make ended; fails where it said more, or went well."""
    assert done.returncode != 0
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    return line


def test_make_alone_prints_the_help(place: Place) -> None:
    done = place.make()
    listed = re.findall(r"^  make ([a-z]+) +\S", done.stdout, re.MULTILINE)
    assert done.returncode == 0
    assert sorted(listed) == sorted(("help", *ANALYSTS, *OTHERS))


def test_make_says_that_python_is_missing(place: Place) -> None:
    assert "python3 is missing or does not start" in refusal(place.make("setup"))


def test_make_says_that_python_is_too_old(place: Place) -> None:
    place.python(new=False)
    said = refusal(place.make("demo"))
    assert "Python 3.9.2, but 3.11 or newer is needed" in said


def test_make_says_that_venv_is_missing(place: Place) -> None:
    place.python(venv=False)
    assert "apt install python3-venv" in refusal(place.make("test"))


def test_make_says_that_git_is_missing(place: Place) -> None:
    place.python()
    (place.bin / "git").unlink()
    assert "git is missing" in refusal(place.make("setup"))


def test_make_sets_up_where_nothing_is_missing(place: Place) -> None:
    """The stand-in makes no environment, so pip's step fails: later than any check."""
    place.python()
    done = place.make("setup")
    assert done.returncode != 0
    assert "Setting up .venv/" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        (["status"], "status"),
        (["sync", "SOURCE=acme"], "sync acme"),
        (["quarantine"], "quarantine list"),
        (["catalog", "DIR=labels"], "catalog load labels"),
        (["ingest", "FILES=a.csv b.tsv"], "ingest a.csv b.tsv"),
        (
            ["ingest", "FILES='a b.csv'", "PERIOD=2026-09", "SOURCE=symphonic"],
            "ingest a b.csv --period 2026-09 --source symphonic",
        ),
        (["audit", "QUARTER=2026Q3"], "audit export 2026Q3"),
        (["verify", "DIR=export"], "audit verify export"),
    ],
)
def test_a_target_is_one_command(ready: Place, arguments: list[str], command: str) -> None:
    done = ready.make(*arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [f"royalty {command}"]


@pytest.mark.parametrize(
    ("arguments", "options"),
    [([], ""), (["HOST=0.0.0.0"], " --host 0.0.0.0 --token")],
)
def test_the_page_is_for_this_machine_alone_or_behind_a_token(
    ready: Place, arguments: list[str], options: str
) -> None:
    done = ready.make("review", *arguments)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"python -m marimo run notebooks/review.py{options}\n"


@pytest.mark.parametrize(
    ("target", "export", "ending"),
    [
        ("notebooks-html", "html --force --no-include-code", "html"),
        ("notebooks-ipynb", "ipynb --force --include-outputs", "ipynb"),
    ],
)
def test_notebooks_are_exported_beside_the_lake(
    ready: Place, target: str, export: str, ending: str
) -> None:
    done = ready.make(target, "NOTEBOOK=quarter drift", "ROYALTY_HOME=my home")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [
        line
        for name in ("quarter", "drift")
        for line in (
            (
                f"python -m marimo -q -y export {export} notebooks/{name}.py"
                f" -o my home/notebooks/{name}.{ending}"
            ),
            f"my home/notebooks/{name}.{ending}",
        )
    ]


@pytest.mark.parametrize(
    ("target", "variable"),
    [("ingest", "FILES"), ("catalog", "DIR"), ("verify", "DIR"), ("audit", "QUARTER")],
)
def test_make_says_what_to_name(ready: Place, target: str, variable: str) -> None:
    said = refusal(ready.make(target))
    assert f"{variable} is missing; for example: make {target} {variable}=" in said


def test_real_says_that_the_reports_are_absent(ready: Place) -> None:
    assert "../shared/data/dsrf is not there" in refusal(ready.make("real"))


def test_real_reads_the_reports_where_they_lie(ready: Place) -> None:
    reports = ready.folder.parent / "shared" / "data" / "dsrf"
    reports.mkdir(parents=True)
    (reports / "DSR_TEST_YouTube_a.tsv").touch()
    (reports / "DSR_OTHER.tsv").touch()
    done = ready.make("real")
    expected = "royalty --home data/real ingest ../shared/data/dsrf/DSR_TEST_YouTube_a.tsv"
    assert done.stdout.splitlines()[-1] == expected


def test_the_demo_begins_with_a_fresh_home_of_its_own(ready: Place) -> None:
    for kept in ("data/demo/old", "data/lake/sales", "data/sample/june.csv"):
        (ready.folder / kept).parent.mkdir(parents=True, exist_ok=True)
        (ready.folder / kept).touch()
    done = ready.make("demo")
    ran = [line for line in done.stdout.splitlines() if not line.startswith(".venv/")]
    assert ran == [
        "python -m tests.world catalog data/generated/catalog",
        "royalty --home data/demo catalog load data/generated/catalog",
        "royalty --home data/demo ingest data/sample/june.csv",
        "royalty --home data/demo status",
    ]
    assert not (ready.folder / "data/demo/old").exists()
    assert (ready.folder / "data/lake/sales").exists()


def test_a_setup_that_was_moved_is_made_anew(place: Place) -> None:
    """Its commands hold the old path."""
    place.python(venv=False)
    place.installed("/bin/sh", root="elsewhere")
    assert "apt install python3-venv" in refusal(place.make("status"))


def test_setup_compiles_again_what_was_changed(ready: Place) -> None:
    kernel = ready.folder / "pipeline" / "read" / "kernel.py"
    kernel.parent.mkdir(parents=True)
    kernel.touch()
    compiled = ready.folder / ".venv" / "compiled"
    os.utime(compiled, (0, 0))
    (ready.bin / "touch").symlink_to(shutil.which("touch") or pytest.fail("touch is not here"))
    assert ready.make("setup").stdout.splitlines() == ["python -m pipeline.flow.compiling"]
    assert ready.make("setup").stdout == ""


def test_clean_leaves_the_lake(ready: Place) -> None:
    for name in (
        "data/demo/a",
        "data/real/a",
        "data/lake/a",
        "data/royalty.duckdb",
        "data/sample/a",
    ):
        (ready.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (ready.folder / name).touch()
    done = ready.make("clean")
    assert done.returncode == 0, done.stderr
    left = {path.name for path in (ready.folder / "data").iterdir()}
    assert left == {"lake", "royalty.duckdb", "sample"}
    assert not (ready.folder / ".venv").exists()
