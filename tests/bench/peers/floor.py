"""The floor: a manifest from CSV to parquet by polars alone, all strings.

Of the options of `scan_csv` only these get through the bench's manifest: with `quote_char='"'` it
stops at the first stray quote whatever else is asked, with `encoding="utf8"` at the first bad
byte. So it reads wrongly (cells with commas are cut in two, the rest truncated) but all of it.
"""

import argparse
import json
from pathlib import Path

import polars as pl


def main() -> None:
    """Write the manifest as parquet and tell how many rows that were."""
    parser = argparse.ArgumentParser()
    parser.add_argument("manifest", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--compression", default="lz4")
    parser.add_argument("--undamaged", action="store_true")
    asked = parser.parse_args()
    if asked.undamaged:
        rows = pl.scan_csv(asked.manifest, infer_schema=False)
    else:
        rows = pl.scan_csv(
            asked.manifest,
            infer_schema=False,
            quote_char=None,
            encoding="utf8-lossy",
            truncate_ragged_lines=True,
        )
    rows.sink_parquet(asked.out, compression=asked.compression)
    print(json.dumps({"rows": pl.scan_parquet(asked.out).select(pl.len()).collect().item()}))


if __name__ == "__main__":
    main()
