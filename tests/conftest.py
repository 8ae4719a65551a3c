"""What every test has: hypothesis profiles, the outside files, and no analyst's lake in reach."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared" / "data"

# Times on a busy machine say nothing of the code, so neither profile fails for slowness.
_UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("default", _UNHURRIED, derandomize=True, database=None, max_examples=36)
settings.register_profile("campaign", _UNHURRIED, max_examples=20_000, print_blob=True)
# Compiled loops check their bounds in tests, and in the commands that tests start.
os.environ["NUMBA_BOUNDSCHECK"] = "1"

settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


def pytest_configure() -> None:
    """Keep tests, and the commands that they start, off the lake of whoever runs them."""
    os.environ.pop("ROYALTY_HOME", None)


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Look for no garbage meanwhile: all that is made stays, and to look took a quarter of it."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()
        gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark `realdata` whatever asks for the outside files."""
    for item in items:
        if "shared" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.realdata)


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of outside files; without it a test is skipped, with CI=true it fails."""
    if not SHARED.is_dir():
        absent = "no outside files: ../shared/data is not beside the repo"
        if os.environ.get("CI") == "true":
            pytest.fail(absent)
        pytest.skip(absent)
    return SHARED
