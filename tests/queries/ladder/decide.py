"""Program: decides the report of this folder and writes the decisions as JSON lines.

python -m tests.queries.ladder.decide
"""

import sys

import polars as pl

from pipeline.match.ladder import Policy, resolve
from tests.queries.ladder.test_likeness import HERE, REPORT, identities
from tests.queries.match.catalogs import opened


def main() -> str:
    """What is decided, one line per identity."""
    with opened(HERE) as con:
        found = resolve(con, identities(REPORT), "dsp", Policy())
    return found.with_columns(pl.col(pl.Decimal).cast(pl.String)).write_ndjson()


if __name__ == "__main__":
    sys.stdout.write(main())
