"""What .ci/run does on a bare machine, tried with stand-ins for the commands it calls."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Bare:
    """What .ci/run did on a machine whose commands are stand-ins that note their calls."""

    code: int
    lines: list[str]
    calls: list[str]


@pytest.fixture
def bare(tmp_path: Path) -> Callable[..., Bare]:
    repo = tmp_path / "a clone"
    (repo / ".ci").mkdir(parents=True)
    shutil.copy2(ROOT / ".ci" / "run", repo / ".ci")
    commands = tmp_path / "bin"
    commands.mkdir()
    for tool in ("dirname", "mktemp", "rm", "tee", "grep", "tail", "git"):
        (commands / tool).symlink_to(shutil.which(tool) or pytest.fail(f"{tool} is not here"))

    def run(user: str, made: str, refused: str = "nothing") -> Bare:
        scripts = {
            "id": f"echo {user}",
            "apt-get": f'echo "apt-get $*" >> calls\ncase "$*" in *{refused}) exit 100 ;; esac',
            "python3": "exit 1",
            "make": f'echo "make $*" >> calls\n{made}',
        }
        for name, script in scripts.items():
            (commands / name).write_text(f"#!/bin/sh\n{script}\n")
            (commands / name).chmod(0o755)
        done = subprocess.run(
            [shutil.which("bash") or "bash", str(repo / ".ci" / "run")],
            cwd=tmp_path,
            env={"PATH": str(commands)},
            capture_output=True,
            text=True,
            check=False,
        )
        notes = repo / "calls"
        calls = notes.read_text().splitlines() if notes.exists() else []
        return Bare(done.returncode, (done.stdout + done.stderr).splitlines(), calls)

    return run


SUMMARY = "===== 8 passed, 1 skipped in 61.20s (0:01:01) ====="


def test_ci_installs_what_is_missing_and_closes_with_the_tests(
    bare: Callable[..., Bare],
) -> None:
    done = bare("0", f"echo '{SUMMARY}'; echo demo")
    assert done.code == 0
    assert done.calls == [
        "apt-get update -qq",
        "apt-get install -y -qq --no-install-recommends python3-venv",
        "apt-get update -qq",
        "apt-get install -y -qq --no-install-recommends chromium",
        "make check test demo",
    ]
    assert done.lines == [SUMMARY, "demo", SUMMARY]


def test_ci_goes_on_without_a_browser_and_says_so(bare: Callable[..., Bare]) -> None:
    done = bare("0", f"echo '{SUMMARY}'", refused="chromium")
    assert done.code == 0
    assert done.calls[-1] == "make check test demo"
    told = "chromium cannot be installed here: the page's tests say what that means"
    assert sorted(done.lines) == sorted([SUMMARY, SUMMARY, told])


def test_ci_fails_when_make_does(bare: Callable[..., Bare]) -> None:
    assert bare("0", "echo '===== 1 failed, 7 passed in 9.00s ====='; exit 2").code == 2
    assert bare("0", "exit 2").code == 2


def test_ci_names_what_it_may_not_install(bare: Callable[..., Bare]) -> None:
    done = bare("1000", "exit 0")
    assert (done.code, done.calls) == (1, [])
    assert done.lines == [
        "missing: python3-venv; install as root, for example: apt install python3-venv"
    ]
