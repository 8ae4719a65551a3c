"""Verifying what the files of an export hold: rows, sums and conservation, in both forms.

Each form is held against itself (lines against conservation and manifests), against the other
form, row by row, and against `digests.json`.
"""

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

import duckdb

from pipeline.audit.digest import DIGESTS, FORMS, LINE_TABLES, TABLES, Digests, TableSum
from pipeline.audit.figures import columns_of, row_counts, table_sums, take_in
from pipeline.audit.verify import Finding
from pipeline.contract.money import sum_text
from pipeline.store.sql import query

_BALANCED = (*LINE_TABLES, "manifests", "conservation")
"""The tables that must be whole before lines can be held against what is said of them."""

# RuntimeError: the names of columns in a damaged file are not text.
UNREADABLE = (ValueError, OSError, RuntimeError, duckdb.Error)

_NO_SUM = TableSum(0, "0", 0)


def taken_in(
    con: duckdb.DuckDBPyConnection, folder: Path, names: Sequence[str]
) -> tuple[list[str], list[Finding]]:
    """The files that the session could take in, and why the others could not be."""
    readable, findings = [], []
    for name in names:
        try:
            take_in(con, folder / name)
        except UNREADABLE as error:
            reason = " ".join(str(error).split())[:200]
            findings.append(Finding(name, f"cannot be read: {reason}"))
        else:
            readable.append(name)
    return readable, findings


def contents_off(
    con: duckdb.DuckDBPyConnection,
    folder: Path,
    readable: Collection[str],
    periods: Sequence[str],
) -> list[Finding]:
    """What the files taken in contradict each other in, or that belongs to no listed manifest.

    Args:
        con: a session that has taken in the readable files.
        folder: the export.
        readable: names of the files taken in.
        periods: the accounting periods of the quarter; empty where it is not known.
    """
    findings: list[Finding] = []
    whole = [form for form in FORMS if all(f"{table}.{form}" in readable for table in _BALANCED)]
    for form in whole:
        findings += _sums_off(con, form)
        findings += _lines_off(con, form)
        findings += _strangers(con, form, periods)
    if "parquet" in whole:
        findings += _twice(con)
    for table in TABLES:
        if all(f"{table}.{form}" in readable for form in FORMS):
            findings += _texts_off(con, folder, table)
    return findings


def digests_off(
    con: duckdb.DuckDBPyConnection, digests: Digests, readable: Collection[str]
) -> Iterator[Finding]:
    """Rows and sums of the files taken in that `digests.json` states otherwise."""
    rows, sums = row_counts(con), table_sums(con)
    for name in sorted(digests.files.keys() & set(readable)):
        stated, found = digests.files[name].rows, rows.get(name, 0)
        if stated != found:
            yield Finding(name, f"rows in {DIGESTS}", str(stated), str(found))
    for name in sorted(readable):
        table = name.partition(".")[0]
        if table in LINE_TABLES:
            yield from _totals_off(name, digests.sums.get(table, {}), sums.get(name, {}))
    for table in sorted(digests.sums.keys() ^ set(LINE_TABLES)):
        yield Finding(DIGESTS, f"its sums do not name the tables of lines: {table}")


def _totals_off(
    name: str, stated: dict[str, TableSum], found: dict[str, TableSum]
) -> Iterator[Finding]:
    """Figures of one file that `digests.json` states otherwise."""
    for currency in sorted(stated.keys() | found.keys()):
        one, other = stated.get(currency, _NO_SUM), found.get(currency, _NO_SUM)
        for figure in ("lines", "amount", "unreadable_lines"):
            if getattr(one, figure) != getattr(other, figure):
                yield Finding(
                    name,
                    f"{figure} in {DIGESTS}",
                    str(getattr(one, figure)),
                    str(getattr(other, figure)),
                    currency=currency,
                )


def _sums_off(con: duckdb.DuckDBPyConnection, form: str) -> Iterator[Finding]:
    """Figures of the conservation table that the lines do not add up to."""
    for manifest, period, currency, figure, stated, found in con.execute(
        query("audit/sums_off"), {"form": form}
    ).fetchall():
        name = f"conservation.{form}"
        yield Finding(name, figure, sum_text(stated), sum_text(found), manifest, period, currency)


def _lines_off(con: duckdb.DuckDBPyConnection, form: str) -> Iterator[Finding]:
    """Manifests whose lines are not all there."""
    for manifest, period, stated, found in con.execute(
        query("audit/lines_off"), {"form": form}
    ).fetchall():
        name = f"manifests.{form}"
        yield Finding(name, "lines of all statuses", str(stated), str(found), manifest, period)


def _strangers(
    con: duckdb.DuckDBPyConnection, form: str, periods: Sequence[str]
) -> Iterator[Finding]:
    """Rows that belong to no listed manifest, to another quarter, or have no known status."""
    for table, manifest, period, rows, problem in con.execute(
        query("audit/strangers"), {"form": form, "periods": list(periods)}
    ).fetchall():
        yield Finding(
            f"{table}.{form}", f"{rows} {problem}", manifest=manifest, accounting_period=period
        )


def _twice(con: duckdb.DuckDBPyConnection) -> Iterator[Finding]:
    """Lines that stand more than once; the CSV forms hold the same rows, which is checked apart."""
    for manifest, period, lines, offset in con.execute(query("audit/twice")).fetchall():
        what = f"{lines} lines stand more than once, the first at offset {offset}"
        yield Finding(
            " or ".join(f"{table}.parquet" for table in LINE_TABLES),
            what,
            manifest=manifest,
            accounting_period=period,
        )


def _texts_off(con: duckdb.DuckDBPyConnection, folder: Path, table: str) -> Iterator[Finding]:
    """Rows of a table that are others in CSV than in parquet."""
    parquet, csv = (columns_of(con, folder / f"{table}.{form}") for form in FORMS)
    if parquet != csv:
        yield Finding(f"{table}.csv", f"its columns are not those of {table}.parquet")
    for manifest, period, in_parquet, in_csv in con.execute(
        query("audit/texts_off"), {"tbl": table}
    ).fetchall():
        yield Finding(
            f"{table}.csv",
            f"rows, against those of {table}.parquet",
            _rows(in_parquet),
            _rows(in_csv) if in_csv != in_parquet else f"{_rows(in_csv)} that differ",
            manifest,
            period,
        )


def _rows(count: int) -> str:
    return f"{count} row" if count == 1 else f"{count} rows"
