"""The folder of an export: it appears whole or not at all, and never in place of something else."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import duckdb

from pipeline.audit.verify import is_export
from pipeline.errors import LakeBusy, LakeDamaged, PipelineError, UsageError
from pipeline.store.layout import fsync
from pipeline.store.locks import flock_now


def refuse_other(folder: Path) -> None:
    """Raise UsageError where something stands in the folder's place that no export wrote."""
    if not os.path.lexists(folder) or is_export(folder):
        return
    if not folder.is_dir() or any(folder.iterdir()):
        raise UsageError(f"{folder} holds something else than an export", "name another --out")


@contextmanager
def writable(folder: Path) -> Iterator[None]:
    """Say in one line why a folder cannot be written."""
    try:
        yield
    except (OSError, duckdb.OutOfMemoryException) as error:
        raise _unwritable(folder, error) from error
    except duckdb.Error as error:
        if "No space left" in str(error):
            raise _unwritable(folder, error) from error
        raise LakeDamaged(
            f"the lake cannot be read: {first_line(error)}",
            "royalty lake verify names the broken files",
        ) from error


def _unwritable(folder: Path, error: Exception) -> PipelineError:
    return PipelineError(
        f"{folder} cannot be written: {first_line(error)}",
        "mend that, or name another folder with --out",
    )


def first_line(error: Exception) -> str:
    """What an error says, without DuckDB's advice about itself."""
    return str(error).partition("\n")[0]


@contextmanager
def building_of(folder: Path) -> Iterator[Path]:
    """A new folder beside the one to be written, for this process alone; gone at the end.

    Raises:
        LakeBusy: another process is writing an export beside.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder.parent, os.O_RDONLY)
    try:
        if not flock_now(descriptor):
            raise LakeBusy(
                f"another export is being written in {folder.parent}", "run again when it has ended"
            )
        building = folder.with_name(f".{folder.name}.building")
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir()
        try:
            yield building
        finally:
            shutil.rmtree(building, ignore_errors=True)
    finally:
        os.close(descriptor)


def publish(building: Path, folder: Path) -> Path | None:
    """Give a new export its name; the result is where an earlier one was moved, if one was."""
    superseded = None
    if is_export(folder):
        names = (folder.with_name(f"{folder.name}.superseded-{n}") for n in count(1))
        superseded = next(name for name in names if not os.path.lexists(name))
        folder.rename(superseded)
    building.rename(folder)
    fsync(folder.parent)
    return superseded
