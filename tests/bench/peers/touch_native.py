"""Reading alone, natively: polars scans a CSV file and touches every cell."""

import json
import sys
import time

import polars as pl


def main() -> None:
    """Sum the bytes of all cells and tell the sum, the rows and the seconds without imports."""
    start = time.perf_counter()
    rows = pl.scan_csv(sys.argv[1], infer_schema=False)
    touched = rows.select(pl.len().alias("rows"), pl.all().str.len_bytes().sum())
    sums = touched.collect(engine="streaming").row(0, named=True)
    seconds = time.perf_counter() - start
    count = sums.pop("rows")
    told = {"seconds": seconds, "rows": count, "bytes": sum(size or 0 for size in sums.values())}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
