"""Writing the tables of a quarter: from the views of a lake to parquet and CSV, and the digests.

Everything streams through DuckDB, which sorts on disk what does not fit into its memory. The bytes
depend on the lake and the quarter alone; the time of an export stands in `digests.json` only.
"""

from collections.abc import Sequence
from functools import partial
from pathlib import Path

import duckdb

from pipeline.audit.digest import (
    DIGESTS,
    FILES,
    LINE_TABLES,
    SUMS,
    TABLES,
    Digests,
    FileDigest,
    rendered,
    sha256_of,
    sums_text,
)
from pipeline.audit.figures import roomy, row_counts, table_sums, texts
from pipeline.store.sql import query

_PARQUET = "(FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)"
"""Stated in full: the choices are part of what determines the bytes."""


def deliveries_by_period(lake: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Accounting period to the number of deliveries accounted in it; '' where undated."""
    return dict(lake.execute(query("audit/periods")).fetchall())


def write_tables(lake: duckdb.DuckDBPyConnection, periods: Sequence[str], folder: Path) -> None:
    """Write each table as parquet and, from that, as CSV.

    In CSV decimals are exact text, lists are JSON, null is an empty cell, `""` an empty text.

    Args:
        lake: a session on the views of a lake, within bounds.
        periods: the accounting periods to write.
        folder: where to write.
    """
    for table in TABLES:
        roomy(lake, partial(_write, lake, table, periods, folder))


def write_digests(
    folder: Path, quarter: str, created_at: str, figures: duckdb.DuckDBPyConnection
) -> Digests:
    """Write `digests.json` and `SHA256SUMS` over the tables' files, and say what they say.

    Args:
        folder: holds all of `FILES`.
        quarter: such as `2026Q3`.
        created_at: ISO 8601 in UTC.
        figures: a session that has taken in all of `FILES`.
    """
    rows = row_counts(figures)
    sums = table_sums(figures)
    digests = Digests(
        quarter,
        created_at,
        {
            name: FileDigest(
                sha256_of(folder / name), (folder / name).stat().st_size, rows.get(name, 0)
            )
            for name in FILES
        },
        {table: sums.get(f"{table}.parquet", {}) for table in LINE_TABLES},
    )
    (folder / DIGESTS).write_bytes(rendered(digests))
    sha256 = {name: file.sha256 for name, file in digests.files.items()}
    sha256[DIGESTS] = sha256_of(folder / DIGESTS)
    (folder / SUMS).write_bytes(sums_text(sha256).encode())
    return digests


def _write(
    lake: duckdb.DuckDBPyConnection, table: str, periods: Sequence[str], folder: Path
) -> None:
    """Write one table in both forms."""
    parquet = str(folder / f"{table}.parquet")
    lake.execute(
        f"COPY ({query(f'audit/{table}')}) TO $path {_PARQUET}",
        {"periods": list(periods), "path": parquet},
    )
    texts(lake.read_parquet(parquet)).write_csv(str(folder / f"{table}.csv"), header=True)
