"""What tests of the flows share: homes with a catalog, made once and copied."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.flow.homes import SHELF, load
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
def demo_catalog(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo catalog of 20,000 recordings as a folder."""
    folder = tmp_path_factory.mktemp("demo") / "catalog"
    catalog.write(catalog.build(), folder, parquet=True)
    return folder
