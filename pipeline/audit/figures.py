"""What the files of an export hold, read from nothing but the files: rows as text, and figures.

A session takes in one file after the other and keeps, per manifest, currency and status, counts,
sums and a fingerprint; the checks of `audit.verify` are queries over these.
"""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb

from pipeline.audit.digest import LINE_TABLES, TableSum
from pipeline.contract.money import sum_text
from pipeline.store.sql import query

MEMORY = "800MB"
"""DuckDB's share: 7 M sales are sorted in 27 s with 1 GB, in 37 s with 600 MB."""

LONGEST_ROW = 2**28
"""Bytes of a CSV row that is still read; one cell of a manifest may have 64 MiB."""

_HEADER_BYTES = 2**16
_OFFLINE: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
_PLACE = 'manifest, accounting_period, "offset"'
_AMOUNT = "TRY_CAST(amount AS DECIMAL(38, 18))"
_STATUSES = {"sales": "'matched'", "staged": "status", "quarantine": "'quarantined'"}


def session(spill: Path) -> duckdb.DuckDBPyConnection:
    """A DuckDB session in memory that has taken in nothing; what does not fit goes to `spill`."""
    con = duckdb.connect(":memory:", config=_OFFLINE)
    bound(con, spill)
    for table in ("figures", "deliveries", "stated"):
        con.execute(query(f"audit/create_{table}"))
    return con


def bound(con: duckdb.DuckDBPyConnection, spill: Path) -> None:
    """Keep a session within `MEMORY` and its clocks in UTC; the folder `spill` takes the rest."""
    con.execute("SET memory_limit = $memory", {"memory": MEMORY})
    con.execute("SET temp_directory = $spill", {"spill": str(spill)})
    con.execute("SET TimeZone = 'UTC'")


def roomy(con: duckdb.DuckDBPyConnection, action: Callable[[], object]) -> None:
    """Do it; once more with most of the machine's memory, where single huge cells burst ours."""
    try:
        action()
    except duckdb.OutOfMemoryException:
        con.execute("RESET memory_limit")
        action()


def columns_of(con: duckdb.DuckDBPyConnection, path: Path) -> list[str]:
    """The names of the columns of a parquet or CSV file.

    Raises:
        ValueError, duckdb.Error: the file cannot be read.
    """
    if path.suffix == ".parquet":
        return con.read_parquet(str(path)).columns
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader([file.readline(_HEADER_BYTES)]), [])


def texts(rows: duckdb.DuckDBPyRelation) -> duckdb.DuckDBPyRelation:
    """Each cell as CSV holds it: decimals in full, lists as JSON, clocks in UTC."""
    cells = (
        f"{f'to_json({quoted})' if kind.id == 'list' else quoted}::VARCHAR AS {quoted}"
        for quoted, kind in zip(map(_quoted, rows.columns), rows.types, strict=True)
    )
    return rows.project(", ".join(cells))


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def take_in(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Add what one file holds to the session.

    Raises:
        ValueError, duckdb.Error: the file cannot be read; nothing of it was added.
    """
    table, form = path.stem, path.suffix[1:]
    if form == "parquet" and table in LINE_TABLES:
        con.read_parquet(str(path)).project(_PLACE).create_view(table)
    try:
        roomy(con, lambda: _add(con, table, form, _shown(con, path)))
    except duckdb.Error:
        if form != "csv":
            raise
        # Perhaps for a row longer than DuckDB's buffers. They are not so long from the start, for
        # they are many times as large as the longest row.
        roomy(con, lambda: _add(con, table, form, _shown(con, path, LONGEST_ROW)))


def row_counts(con: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """File to rows, of the files taken in that hold any."""
    counted = con.execute(query("audit/rows")).fetchall()
    return {f"{table}.{form}": rows for form, table, rows in counted}


def table_sums(con: duckdb.DuckDBPyConnection) -> dict[str, dict[str, TableSum]]:
    """File of lines to currency to sum, of the files taken in that hold any line."""
    sums: dict[str, dict[str, TableSum]] = {}
    for form, table, currency, lines, amount, unreadable in con.execute(
        query("audit/table_sums")
    ).fetchall():
        total = TableSum(lines, sum_text(amount), unreadable)
        sums.setdefault(f"{table}.{form}", {})[currency] = total
    return sums


def _shown(
    con: duckdb.DuckDBPyConnection, path: Path, longest_row: int | None = None
) -> duckdb.DuckDBPyRelation:
    """The rows of a file as text."""
    if path.suffix == ".parquet":
        return texts(con.read_parquet(str(path)))
    limits: dict[str, Any] = {} if longest_row is None else {"max_line_size": longest_row}
    return con.read_csv(
        str(path),
        columns=dict.fromkeys(columns_of(con, path), "VARCHAR"),
        all_varchar=True,
        auto_detect=False,
        header=True,
        sep=",",
        quotechar='"',
        escapechar='"',
        na_values="",
        allow_quoted_nulls=False,
        strict_mode=True,
        **limits,
    )


def _add(
    con: duckdb.DuckDBPyConnection, table: str, form: str, rows: duckdb.DuckDBPyRelation
) -> None:
    """Add rows of text to the figures, and to what the small tables state."""
    status = _STATUSES.get(table, "NULL")
    currency, amount = ("currency", _AMOUNT) if table in LINE_TABLES else ("NULL", "NULL")
    rows.create_view("shown")
    rows.set_alias("shown").project(
        f"manifest, accounting_period, {currency} AS currency, {status} AS status, "
        f"{amount} AS amount, hash(shown) AS fingerprint"
    ).create_view("audited")
    con.begin()
    try:
        _insert(con, "figures", {"form": form, "tbl": table})
        if table == "manifests":
            _insert(con, "deliveries", {"form": form})
        if table == "conservation":
            _insert(con, "stated", {"form": form})
    except BaseException:
        con.rollback()
        raise
    con.commit()


def _insert(con: duckdb.DuckDBPyConnection, table: str, params: dict[str, str]) -> None:
    con.execute(f"INSERT INTO {table} BY NAME {query(f'audit/{table}')}", params)
