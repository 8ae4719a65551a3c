"""Runs: a folder under `lake/.run/` that belongs to one process, told by its flock."""

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pipeline.contract.columns import TABLES
from pipeline.store.layout import fsync, runs_folder
from pipeline.store.locks import flock_now
from pipeline.store.steps import Step, reach


@dataclass(frozen=True)
class NewFile:
    """A parquet file of a run, whole on disk, which a commit may take into the lake."""

    table: str
    path: Path
    rows: int
    sha256: str
    bytes: int


@dataclass(frozen=True)
class Run:
    """One run of a command that writes; `at` is its only clock reading, in UTC."""

    id: str
    kind: str
    at: datetime
    dir: Path

    def file(self, table: str, name: str) -> Path:
        """The path for a parquet file of this run; `name` is unique in the table and run."""
        return self.dir / f"{table}-{name}.parquet"


@contextmanager
def begin(home: Path, kind: str, at: datetime) -> Iterator[Run]:
    """A run with its folder, held until the block ends; then the folder is gone.

    Args:
        home: the home folder; made where it is missing.
        kind: what runs: `ingest`, `retry`, `release`, `exclude` …
        at: the run's one clock reading, aware.
    """
    moment = at.astimezone(UTC)
    name = f"{moment:%Y%m%dT%H%M%SZ}-{secrets.token_hex(4)}"
    folder = runs_folder(home.resolve()) / name
    descriptor = _claimed(folder)
    try:
        reach(Step.BEGUN)
        yield Run(name, kind, moment, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


@contextmanager
def spilling(home: Path) -> Iterator[Path]:
    """A folder for what a reader's memory does not hold, gone when the block ends.

    It stands among those of runs and is held like them, so a sweep takes it after a crash.

    Raises:
        OSError: the home cannot be written to.
    """
    folder = runs_folder(home) / f"reading-{secrets.token_hex(8)}"
    descriptor = _claimed(folder)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(descriptor)


def seal(path: Path, table: str, rows: int) -> NewFile:
    """A written parquet file, fsynced and hashed; runs in any thread.

    Args:
        path: the file, inside the folder of its run.
        table: one of `TABLES`.
        rows: how many rows were written; files without rows are left out of the lake.
    """
    if table not in TABLES:
        raise ValueError(table)
    fsync(path)
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    reach(Step.SEALED)
    return NewFile(table, path, rows, digest, path.stat().st_size)


def remove_dead(home: Path) -> int:
    """How many folders of runs that no process holds any more were removed."""
    folder = runs_folder(home)
    return sum(map(_removed, sorted(folder.iterdir()))) if folder.exists() else 0


def _claimed(folder: Path) -> int:
    """An open descriptor that holds the flock of a folder, made now.

    A sweep may take the folder between its making and its flock: then it is made again.
    """
    while True:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
        except FileNotFoundError:
            continue
        if flock_now(descriptor) and _is_there(folder, descriptor):
            return descriptor
        os.close(descriptor)


def _is_there(folder: Path, descriptor: int) -> bool:
    """Whether the folder of that name is still the one that is open."""
    try:
        return os.path.samestat(folder.stat(), os.fstat(descriptor))
    except FileNotFoundError:
        return False


def _removed(folder: Path) -> bool:
    """Whether a run's folder was free and is gone now."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except FileNotFoundError:
        return False
    try:
        free = flock_now(descriptor)
        if free:
            shutil.rmtree(folder, ignore_errors=True)
        return free
    finally:
        os.close(descriptor)
