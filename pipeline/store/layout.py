"""Where things stand in a home folder, and how a change of a folder is made to last."""

import os
from pathlib import Path


def books_path(home: Path) -> Path:
    """The database of what was committed; the pipeline alone opens it."""
    return home / "royalty.duckdb"


def lake_path(home: Path) -> Path:
    """The derived database of views that people and notebooks open, read-only."""
    return home / "lake.duckdb"


def lake_folder(home: Path) -> Path:
    """The folder of the tables."""
    return home / "lake"


def table_folder(home: Path, table: str) -> Path:
    """The folder of one table's files, named by content."""
    return lake_folder(home) / table


def raw_folder(home: Path) -> Path:
    """The folder of delivered files as they came, compressed and named by content."""
    return lake_folder(home) / "raw"


def runs_folder(home: Path) -> Path:
    """The folder where runs write before their commit."""
    return lake_folder(home) / ".run"


def fsync(path: Path) -> None:
    """Make a file's bytes, or a folder's names, outlast a loss of power."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
