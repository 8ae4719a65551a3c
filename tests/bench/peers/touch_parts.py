"""Reading alone, ours: the parts of a manifest on all cores, every cell touched."""

import json
import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from pipeline import memory

if TYPE_CHECKING:
    from pipeline.read import Part


def _touch(part: "Part") -> tuple[int, int, int]:
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
    from pipeline import read
    from pipeline.flow.executor import in_order

    start = time.perf_counter()
    threads = len(os.sched_getaffinity(0))
    with ThreadPoolExecutor(threads) as executor:
        parts = read.parts(sys.argv[1], read.Dialect())
        touched = list(in_order(executor, _touch, parts, threads + 1))
    seconds = time.perf_counter() - start
    rows, faulty, size = (sum(column) for column in zip(*touched, strict=True))
    print(json.dumps({"seconds": seconds, "rows": rows, "faulty": faulty, "bytes": size}))


if __name__ == "__main__":
    main()
