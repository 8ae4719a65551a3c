"""A watched folder of this machine, into which a sender puts its reports."""

import os
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from pipeline.errors import RemoteFailed
from pipeline.sync import complete
from pipeline.sync.complete import Semaphore, Sight
from pipeline.sync.table import Table

REST_S = 60.0
"""How long a file must rest where nothing is said: a copy that halts is not yet one that ended."""


@dataclass(frozen=True)
class Folder:
    """The folder, and what makes a delivery in it whole."""

    path: Path
    semaphore: Semaphore

    @classmethod
    def read(cls, source: str, given: Mapping[str, Any], home: Path) -> "Folder":
        """The table `[folder]` of a profile; a relative path is one below the home.

        Raises:
            UsageError: a key is wrong.
        """
        table = Table(source, "folder", given)
        table.only(("path", *complete.KEYS))
        return cls(home / table.text("path"), Semaphore.read(table, REST_S))

    @property
    def place(self) -> str:
        """The folder's name in the books."""
        return str(self.path)

    def sights(self) -> list[Sight]:
        """Every file in it, by name. A link is none: it may lead anywhere.

        Raises:
            RemoteFailed: it is not there or cannot be read.
        """
        try:
            return sorted(
                self._below(self.path, PurePosixPath(), self.semaphore.depth), key=_by_name
            )
        except OSError as error:
            what = f"{error.filename or self.path} cannot be read: {error.strerror}"
            raise RemoteFailed(what, "mend the folder, or [folder] of the profile") from error

    def file(self, sight: Sight) -> Path:
        """Where a file stands."""
        return self.path / sight.name

    def put_away(self, name: str, digest: str) -> None:
        """Move a file that was taken to where such files go; no file there is ever replaced.

        Raises:
            RemoteFailed: it cannot be moved.
        """
        if self.semaphore.move is None:
            return
        target = self.path / self.semaphore.move / name
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if target.exists():
                target = target.with_name(f"{digest[:12]}-{target.name}")
            (self.path / name).rename(target)
        except FileNotFoundError:
            return
        except OSError as error:
            what = f"{self.path / name} cannot be moved to {target.parent}: {error.strerror}"
            raise RemoteFailed(what, "mend the folder's rights, or leave out move") from error

    def _below(self, folder: Path, under: PurePosixPath, depth: int) -> Iterator[Sight]:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    found = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                name = under / entry.name
                if stat.S_ISREG(found.st_mode):
                    yield Sight(str(name), found.st_size, found.st_mtime_ns)
                elif stat.S_ISDIR(found.st_mode) and depth:
                    yield from self._below(folder / entry.name, name, depth - 1)


def _by_name(sight: Sight) -> str:
    return sight.name
