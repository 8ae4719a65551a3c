"""The quarterly export for the auditor, and its verification from the folder alone."""

import shutil
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from pipeline.audit.contents import contents_off, digests_off, taken_in
from pipeline.audit.digest import (
    DIGESTS,
    FILES,
    SUMS,
    TABLES,
    Digests,
    TableSum,
    is_in_some_quarter,
    parsed,
    periods_of,
)
from pipeline.audit.export import deliveries_by_period, write_digests, write_tables
from pipeline.audit.figures import bound, session
from pipeline.audit.verify import Finding, bytes_off, is_export
from pipeline.errors import LakeDamaged, PipelineError, UsageError, VerificationFailed
from pipeline.flow.export_folder import building_of, first_line, publish, refuse_other, writable
from pipeline.settings import load
from pipeline.store import lake
from pipeline.store.layout import books_path, fsync, lake_path


@dataclass(frozen=True)
class ExportReport:
    """What an export wrote.

    Attributes:
        folder: the export.
        quarter: such as `2026Q3`.
        created_at: ISO 8601 in UTC; of the earlier export where nothing has changed since.
        unchanged: whether the folder already held this very export.
        superseded: where a different earlier export of that folder was moved; None without one.
        deliveries: manifests accounted in the quarter, one per manifest and period.
        rows: table to rows.
        bytes: size of all tables' files.
        sums: table of lines to currency to sum.
        notes: what is not in any quarter's export, one sentence each.
    """

    folder: Path
    quarter: str
    created_at: str
    unchanged: bool
    superseded: Path | None
    deliveries: int
    rows: dict[str, int]
    bytes: int
    sums: dict[str, dict[str, TableSum]]
    notes: tuple[str, ...]


@dataclass(frozen=True)
class VerifyReport:
    """What a verification found.

    Attributes:
        folder: the export.
        quarter: such as `2026Q3`; '' where the digests cannot be read, as `created_at`.
        created_at: ISO 8601 in UTC.
        files: tables' files whose contents were read.
        rows: table to rows, as the digests say.
        sums: table of lines to currency to sum, as the digests say.
        findings: everything that is off, in no order of weight; empty where all is well.
    """

    folder: Path
    quarter: str
    created_at: str
    files: int
    rows: dict[str, int]
    sums: dict[str, dict[str, TableSum]]
    findings: tuple[Finding, ...]


class ExportNotSound(VerificationFailed):
    """An export is not what its digests and sums say; `report` lists all that is off."""

    def __init__(self, report: VerifyReport) -> None:
        """One line with the first finding and the number of the others."""
        first, others = report.findings[0], len(report.findings) - 1
        more = f" and {others} more" if others else ""
        super().__init__(
            f"{report.folder} is not the export that was written: {first}{more}",
            "ask for the export again, and compare both SHA256SUMS",
        )
        self.report = report


def export(home: Path, quarter: str, out: Path | None, at: datetime) -> ExportReport:
    """Write the export of a quarter, check what it holds against itself, then give it its name.

    Where the folder holds an export already, an equal one stays untouched and a different one is
    kept beside, for an auditor may have it.

    Args:
        home: the home folder.
        quarter: such as `2026Q3`.
        out: the folder to write; `<home>/audit/<quarter>` where it is None.
        at: the one clock reading, aware.

    Raises:
        UsageError: no such quarter, no lake, nothing accounted in the quarter, or the folder is
            something else than an export.
        LakeBusy: another export into the same place is being written.
        LakeDamaged: what the lake holds does not add up or cannot be read; nothing was exported.
        PipelineError: the folder cannot be written.
    """
    periods = _periods(quarter)
    folder = (out or home / "audit" / quarter).absolute()
    with writable(folder):
        refuse_other(folder)
    if not books_path(home).exists() and not lake_path(home).exists():
        raise UsageError(f"there is no lake in {home}", "ingest reports first, or name its --home")
    with lake.reading(home, load(home)) as con:
        counts = deliveries_by_period(con)
        deliveries = sum(counts.get(period, 0) for period in periods)
        if not deliveries:
            raise UsageError(f"no manifest is accounted in {quarter}", _known(counts))
        with writable(folder), building_of(folder) as building:
            digests = _written(con, building, quarter, periods, at)
            earlier = _earlier(folder, digests)
            superseded = None if earlier else publish(building, folder)
    return ExportReport(
        folder=folder,
        quarter=quarter,
        created_at=(earlier or digests).created_at,
        unchanged=earlier is not None,
        superseded=superseded,
        deliveries=deliveries,
        rows=_rows(digests),
        bytes=sum(file.bytes for file in digests.files.values()),
        sums=digests.sums,
        notes=_notes(counts),
    )


def verify(folder: Path) -> VerifyReport:
    """Recompute every digest, count and sum of an export, from nothing but its folder.

    Raises:
        ExportNotSound: something is off; its report lists everything.
        UsageError: the folder is no export.
        PipelineError: the check needs more room for temporary files than there is.
    """
    if not _is_readable_export(folder):
        raise UsageError(
            f"{folder} is no export: it holds neither {DIGESTS} nor {SUMS}",
            "name the folder that royalty audit export wrote",
        )
    digests, names, findings = bytes_off(folder)
    with TemporaryDirectory() as spill, session(Path(spill)) as con:
        readable, unreadable = taken_in(con, folder, names)
        findings += unreadable
        findings += _compared(con, folder, digests, readable)
    report = VerifyReport(
        folder=folder,
        quarter=digests.quarter if digests else "",
        created_at=digests.created_at if digests else "",
        files=len(readable),
        rows=_rows(digests) if digests else {},
        sums=digests.sums if digests else {},
        findings=tuple(findings),
    )
    if findings:
        raise ExportNotSound(report)
    return report


def _is_readable_export(folder: Path) -> bool:
    try:
        return is_export(folder)
    except OSError as error:
        raise UsageError(f"{folder} cannot be read: {error}", "ask for access to it") from error


def _compared(
    con: duckdb.DuckDBPyConnection, folder: Path, digests: Digests | None, readable: list[str]
) -> list[Finding]:
    """What the readable files contradict each other or the digests in."""
    periods = periods_of(digests.quarter) if digests else ()
    try:
        findings = contents_off(con, folder, readable, periods)
        return [*findings, *(digests_off(con, digests, readable) if digests else ())]
    except (duckdb.OutOfMemoryException, duckdb.IOException) as error:
        raise PipelineError(
            f"there is no room here to compare what {folder} holds: {first_line(error)}",
            "name a folder with more room in TMPDIR",
        ) from error
    except duckdb.Error as error:
        # Such as sums beyond all bounds: of files that were named already for their digests.
        return [Finding("tables", f"cannot be compared: {first_line(error)}")]


def _periods(quarter: str) -> tuple[str, ...]:
    try:
        return periods_of(quarter)
    except ValueError as error:
        raise UsageError(f"{quarter!r} is no quarter", "write it like 2026Q3") from error


def _known(counts: dict[str, int]) -> str:
    """The mend where a quarter is empty: the periods that are not."""
    named = [f"{period or 'undated'} ({many})" for period, many in counts.items()]
    return f"periods with manifests: {', '.join(named)}" if named else "ingest reports first"


def _notes(counts: dict[str, int]) -> tuple[str, ...]:
    """A sentence per period that no quarter holds."""
    return tuple(
        f"{many} {'manifest' if many == 1 else 'manifests'} "
        f"{f'of {period!r}' if period else 'without an accounting period'} "
        f"{'stands' if many == 1 else 'stand'} in no quarter"
        for period, many in counts.items()
        if not is_in_some_quarter(period)
    )


def _written(
    con: duckdb.DuckDBPyConnection,
    building: Path,
    quarter: str,
    periods: Sequence[str],
    at: datetime,
) -> Digests:
    """The digests of an export that was written, checked and made to last.

    Raises:
        LakeDamaged: what was written does not add up.
    """
    spill = building / "spill"
    bound(con, spill)
    write_tables(con, periods, building)
    with session(spill) as figures:
        readable, findings = taken_in(figures, building, FILES)
        findings += contents_off(figures, building, readable, periods)
        if findings:
            raise LakeDamaged(
                f"the lake's {quarter} does not add up, nothing was exported: {findings[0]}",
                "royalty lake verify names broken files; restore them from a backup",
            )
        moment = f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
        digests = write_digests(building, quarter, moment, figures)
    if spill.exists():
        shutil.rmtree(spill)
    for path in (*building.iterdir(), building):
        fsync(path)
    return digests


def _earlier(folder: Path, digests: Digests) -> Digests | None:
    """The digests of the export that the folder holds, where it is whole and equals the new one."""
    if not (folder / DIGESTS).is_file() or bytes_off(folder)[2]:
        return None
    earlier = parsed((folder / DIGESTS).read_bytes())
    return earlier if replace(digests, created_at=earlier.created_at) == earlier else None


def _rows(digests: Digests) -> dict[str, int]:
    files = {table: digests.files.get(f"{table}.parquet") for table in TABLES}
    return {table: file.rows for table, file in files.items() if file}
