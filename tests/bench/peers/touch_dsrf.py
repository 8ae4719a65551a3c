"""Reading alone, ours: a DSR flat file surveyed and cut, the cells of its profile touched."""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from pipeline import memory

if TYPE_CHECKING:
    from pipeline.read.dsrf import DsrfPart

_HEAD_BYTES = 2**17


def _touch(part: "DsrfPart") -> tuple[int, int, int]:
    """Lines, faulty lines and bytes of the cells of a part."""
    import polars as pl

    cells = pl.col(part.columns).str.len_bytes().sum()
    rows = part.scan().select(
        pl.len().alias("rows"), pl.col("_fault").count().alias("faulty"), cells
    )
    lines, faulty, *sizes = rows.collect().row(0)
    return lines, faulty, sum(size or 0 for size in sizes)


def main() -> None:
    """Sum the bytes of all cells and tell the sum, the lines and the seconds without imports."""
    memory.keep()  # as the command does, and before polars is there
    from pipeline.flow.executor import in_order
    from pipeline.read import dsrf
    from pipeline.read.dsrf_survey import survey
    from pipeline.read.profiles import choose, load_profiles

    path, threads = Path(sys.argv[1]), len(os.sched_getaffinity(0))
    with path.open("rb") as file:
        profile = choose(file.read(_HEAD_BYTES), load_profiles())
    start = time.perf_counter()
    with path.open("rb") as file:
        found = survey(file, profile.spec.records)
    with path.open("rb") as file, ThreadPoolExecutor(threads) as executor:
        parts = dsrf.parts(file, found, profile.wanted)
        touched = list(in_order(executor, _touch, parts, threads + 1))
    seconds = time.perf_counter() - start
    rows, faulty, size = (sum(column) for column in zip(*touched, strict=True))
    print(json.dumps({"seconds": seconds, "rows": rows, "faulty": faulty, "bytes": size}))


if __name__ == "__main__":
    main()
