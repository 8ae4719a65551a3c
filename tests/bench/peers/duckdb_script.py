"""The job in DuckDB: `duckdb.sql`, run in the folder of its inputs and outputs."""

import json
import os
import sys
from collections import Counter
from pathlib import Path

import duckdb

SCRIPT = Path(__file__).with_name("duckdb.sql").resolve()


def main() -> None:
    """Run the script in the folder named and tell its lines by status."""
    os.chdir(sys.argv[1])
    lines: Counter[str] = Counter()
    with duckdb.connect() as con:
        for status, count in con.execute(SCRIPT.read_text(encoding="utf-8")).fetchall():
            lines[status] += count
    print(json.dumps({"by_status": lines}))


if __name__ == "__main__":
    main()
