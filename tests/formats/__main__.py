"""Ingest one fixture per profile into a fresh home, and show what became of each."""

import argparse
import shutil
import sys
from pathlib import Path

from rich.console import Console

from tests.formats import fixtures, table
from tests.world import dsrf_formats

_UNWATCHED_WIDTH = 220


def main() -> int:
    """Run it; 1 where something is not conserved."""
    parser = argparse.ArgumentParser(prog="python -m tests.formats", description=__doc__)
    parser.add_argument("folder", type=Path, help="where fixtures and home are made anew")
    folder = parser.parse_args().folder
    shutil.rmtree(folder, ignore_errors=True)
    catalog = fixtures.write_catalog(folder / "catalog")
    fixtures.write(folder / "reports", fixtures.fixtures())
    dsrf_formats.write(folder / "reports", fixtures.RECORDINGS)
    paths = sorted((folder / "reports").iterdir())
    taken = table.take(paths, folder / "home", catalog)
    console = Console(width=None if sys.stdout.isatty() else _UNWATCHED_WIDTH)
    for line in table.shown(taken, console.width):
        console.print(line, soft_wrap=True)
    return int(not all(one.conserved for one in taken) or bool(table.offenders(folder / "home")))


if __name__ == "__main__":
    sys.exit(main())
