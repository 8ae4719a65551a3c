"""What several tests begin with, done once: another home that stands the same gets a copy of it.

For what a test needs, never for what it is about: a copy tells nothing of how often the same thing
comes out.
"""

import hashlib
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from pipeline.flow.outcome import Report
from pipeline.store import lake
from tests.flow import homes

Key = tuple[Any, ...]


class Once:
    """Homes as steps left them, by what they were before and what was done to them."""

    def __init__(self, folder: Path) -> None:
        """Nothing was done yet; copies are kept in a folder that is there."""
        self._folder = folder
        self._done: dict[Key, tuple[Path, Any]] = {}

    def take(self, path: Path, home: Path, **order: Any) -> Report:
        """Ingest a report, as `homes.take` does; its path in the books is where it first lay."""
        what = ("take", path.name, hashlib.sha256(path.read_bytes()).digest(), repr(order))
        told: Report = self._once(home, what, lambda: homes.take(path, home, **order))
        return told

    def load(self, home: Path, tables: Mapping[str, str], offered: Path) -> None:
        """Make a catalog current, as `homes.load` does."""
        self._once(home, ("load", repr(tables)), lambda: homes.load(home, tables, offered))

    def _once(self, home: Path, what: Key, step: Callable[[], Any]) -> Any:
        key = (_state(home), *what)
        if key not in self._done:
            told = step()
            kept = shutil.copytree(home, self._folder / str(len(self._done)))
            self._done[key] = (kept, told)
            return told
        kept, told = self._done[key]
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(kept, home)
        lake.ensure_views(home, homes.SETTINGS)  # they name the folder that they stand in
        return told


def _state(home: Path) -> bytes:
    """A digest of every file of a home but its views, which are another in every folder."""
    files = {name: data for name, data in homes.tree(home).items() if name != "lake.duckdb"}
    digest = hashlib.sha256()
    for name in sorted(files):
        digest.update(f"{name}\0{len(files[name])}\0".encode())
        digest.update(files[name])
    return digest.digest()
