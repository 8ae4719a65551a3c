"""What tests that damage reports share: a catalog, loaded once."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.flow import catalog
from tests.formats import fixtures


@pytest.fixture(scope="session")
def stocked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a home that has the catalog of the fixtures and nothing else."""
    folder = tmp_path_factory.mktemp("mutations")
    offered = fixtures.write_catalog(folder / "catalog")
    catalog.load(folder / "home", offered, partial=False, clock=datetime.now(UTC))
    return folder
