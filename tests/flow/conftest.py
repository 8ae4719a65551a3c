"""What tests of the flows share: homes with a catalog, made once and copied."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from tests.flow import drifting_metadata
from tests.flow.demo_home import demo_home
from tests.flow.drifting_metadata import MONTHS
from tests.flow.homes import ALPHA, BETA, SHELF, line, load, report
from tests.flow.once import Once
from tests.world import catalog


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with the small catalog and nothing else; copied, never written to."""
    folder = tmp_path_factory.mktemp("stocked")
    load(folder / "home", SHELF, folder / "offered")
    return folder / "home"


@pytest.fixture
def home(stocked: Path, tmp_path: Path) -> Path:
    """A home of one's own with the small catalog."""
    return Path(shutil.copytree(stocked, tmp_path / "home"))


@pytest.fixture
def homes(stocked: Path, tmp_path: Path) -> Callable[[str], Path]:
    """As many homes of one's own, by name."""
    return lambda name: Path(shutil.copytree(stocked, tmp_path / name))


@pytest.fixture(scope="session")
def once(tmp_path_factory: pytest.TempPathFactory) -> Once:
    """Does what several tests begin with, and gives the others a copy."""
    return Once(tmp_path_factory.mktemp("once"))


@pytest.fixture(scope="session")
def demo_catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo catalog of 20,000 recordings as a folder."""
    folder = tmp_path_factory.mktemp("demo") / "catalog"
    catalog.write(catalog.build(), folder, parquet=True)
    return folder


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home made by the real command, see `demo_home`; copied, never written to."""
    return demo_home(tmp_path_factory.mktemp("demo"))


@pytest.fixture(scope="session")
def retitled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose reports change what they say of a song; only read."""
    return drifting_metadata.lake(tmp_path_factory.mktemp("metadata") / "world", MONTHS)


@pytest.fixture
def royalty(home: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    """Run a command on the home: its exit code, its document or screen, and its errors."""

    def ran(*arguments: str | Path, screen: bool = False) -> tuple[int, Any, str]:
        given = [str(argument) for argument in arguments]
        code = main.run(["--home", str(home), *given, *([] if screen else ["--json"])])
        out, err = capsys.readouterr()
        return code, (out if screen or not out else json.loads(out)), err

    return ran


@pytest.fixture
def july(tmp_path: Path) -> Path:
    """Two lines, 7.50 EUR together."""
    return report(tmp_path / "july_2026-07.csv", [line(ALPHA, "5"), line(BETA, "2.50")])


@pytest.fixture
def august(tmp_path: Path) -> Path:
    """One line of 4 EUR."""
    return report(tmp_path / "august_2026-08.csv", [line(ALPHA, "4")])
