"""The commit: everything that a run found takes effect in one transaction, or nothing does."""

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import duckdb
import polars as pl

from pipeline.errors import LakeBusy, LakeDamaged, PipelineError
from pipeline.settings import Settings
from pipeline.store import books
from pipeline.store.layout import fsync, lake_folder, table_folder
from pipeline.store.locks import exclusive
from pipeline.store.records import (
    ALERTS,
    ARRIVALS,
    CONTENTS,
    CONTROL,
    CURSORS,
    DECISIONS,
    ENDINGS,
    FETCHED_ROWS,
    FINDINGS,
    LAYOUTS,
    MANIFESTS,
    MESSAGES,
    NOTICES,
    RECORDS,
    REMITTANCES,
    REPORTED,
    REQUESTS,
    SUMS,
    VISITS,
)
from pipeline.store.runs import NewFile, Run
from pipeline.store.sql import query
from pipeline.store.steps import Step, reach
from pipeline.store.views import renew
from pipeline.vocab import ManifestState

_NEW_FILES = {
    "tbl": pl.String(),
    "name": pl.String(),
    "sha256": pl.String(),
    "bytes": pl.Int64(),
    "rows": pl.Int64(),
}


@dataclass(frozen=True)
class Basis:
    """By what a run judged: a version of the catalog, None where there was none, and the rules."""

    catalog: str | None
    rules: str


@dataclass
class Batch:
    """What one transaction records; the frames' columns are those of `store.records`.

    Attributes:
        files: files of the run; those without rows are left out.
        replaced: table to names of the files that these files replace.
        manifests: one row per new delivery.
        reported: one row per delivery and currency: of a new one what was read, summed before any
            line got a status; of one that is read again the change.
        sums: changes, one row per delivery, currency and status.
        alerts: one row per event that a person must see.
        decisions: one row per new standing decision.
        layouts: one row per new delivery that came in another layout than its source's.
        control: one row per figure of a delivery that was weighed.
        remittances: one row per new remittance, currency and delivery that it pays.
        contents: one row per delivery that was read, or read again.
        messages: one row per delivery that says what its sender calls it.
        endings: one row per delivery that pays no longer.
        arrivals: one row per file that came by a watched folder or SFTP.
        notices: one row per notice that is settled.
        visits: one row per look at a source.
        cursors: one row per source that was fetched.
        requests: one row per request that is done.
        fetched_rows: one row per row of a source that may come once more.
        findings: one row per change of what a source reports.
        basis: by what lines were judged; None where it is not known.
    """

    files: list[NewFile] = field(default_factory=list)
    replaced: dict[str, list[str]] = field(default_factory=dict)
    manifests: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MANIFESTS))
    reported: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REPORTED))
    sums: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SUMS))
    alerts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ALERTS))
    decisions: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DECISIONS))
    layouts: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=LAYOUTS))
    control: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CONTROL))
    remittances: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REMITTANCES))
    contents: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CONTENTS))
    messages: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=MESSAGES))
    endings: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ENDINGS))
    arrivals: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=ARRIVALS))
    notices: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=NOTICES))
    visits: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=VISITS))
    cursors: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=CURSORS))
    requests: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=REQUESTS))
    fetched_rows: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FETCHED_ROWS))
    findings: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=FINDINGS))
    basis: Basis | None = None

    def joined(self, other: "Batch") -> "Batch":
        """What both record, in one transaction, by the basis of the first."""
        mine, others = self.records(), other.records()
        names = [*self.replaced, *other.replaced]
        return Batch(
            files=[*self.files, *other.files],
            replaced={
                table: [*self.replaced.get(table, []), *other.replaced.get(table, [])]
                for table in names
            },
            basis=self.basis,
            **{table: pl.concat([frame, others[table]]) for table, frame in mine.items()},
        )

    def records(self) -> dict[str, pl.DataFrame]:
        """The frames by the name of their table, with exactly its columns and types.

        Raises:
            pl.exceptions.PolarsError: a frame lacks a column; a mistake of the programmer.
        """
        return {
            table: getattr(self, table).select(
                pl.col(name).cast(dtype) for name, dtype in schema.items()
            )
            for table, schema in RECORDS.items()
        }


def commit(home: Path, run: Run, batch: Batch, settings: Settings) -> ManifestState:
    """`committed`, or `unchanged` where a delivery of the batch is already in the lake.

    The files stand in their folders before the transaction names them, and a crash at any step
    leaves the lake as it was or as it shall be; what no transaction names is swept away.

    Raises:
        LakeBusy: another writer holds the lake beyond `settings.lock_wait_s`, or has replaced a
            file that this batch replaces.
        LakeDamaged: the books are lost or broken.
        PipelineError: the batch loses or gains lines or money; nothing was committed.
    """
    home = home.resolve()
    with exclusive(home, settings):
        reach(Step.LOCKED)
        books.create(home)
        with books.writing(home, settings) as con:
            records = batch.records()
            con.register("new_manifests", records["manifests"])
            if con.execute(query("lake/known_manifests")).fetchall():
                return ManifestState.UNCHANGED
            placed = _placed(con, home, batch.files)
            reach(Step.PLACED)
            _record(con, run, batch, placed, records)
        reach(Step.CLOSED)
        publish(home, settings)
    return ManifestState.COMMITTED


def _placed(con: duckdb.DuckDBPyConnection, home: Path, files: list[NewFile]) -> pl.DataFrame:
    """The files as the books list them, one row each, after they got their places.

    Two files of equal content are two files: the second is named with a number, for a list that
    named one file twice, or that named a file replaced earlier, would lose rows.
    """
    files = [file for file in files if file.rows]
    listed = pl.DataFrame(
        [(file.table, "", file.sha256, file.bytes, file.rows) for file in files],
        schema=_NEW_FILES,
        orient="row",
    )
    con.register("new_files", listed)
    taken = con.execute(query("lake/names_taken")).fetchall()
    times = Counter({(table, sha256): count for table, sha256, count in taken})
    names = []
    for file in files:
        times[file.table, file.sha256] += 1
        count = times[file.table, file.sha256]
        names.append(f"{file.sha256}.parquet" if count == 1 else f"{file.sha256}-{count}.parquet")
    _move(home, files, names)
    return listed.with_columns(pl.Series("name", names, dtype=pl.String()))


def _move(home: Path, files: list[NewFile], names: list[str]) -> None:
    """Rename the run's files into their tables' folders, and make that last."""
    folders = {table_folder(home, file.table) for file in files}
    for folder in folders:
        folder.mkdir(parents=True, exist_ok=True)
    for file, name in zip(files, names, strict=True):
        file.path.rename(table_folder(home, file.table) / name)
        reach(Step.PLACING)
    for path in (*folders, lake_folder(home), home):
        fsync(path)


def _record(
    con: duckdb.DuckDBPyConnection,
    run: Run,
    batch: Batch,
    placed: pl.DataFrame,
    records: dict[str, pl.DataFrame],
) -> None:
    """The one transaction."""
    moment = run.at.replace(tzinfo=None)
    by = {"run_id": run.id, "moment": moment}
    con.begin()
    try:
        numbered = con.execute(query("lake/record_commit"), {**by, "kind_of_run": run.kind})
        number = numbered.fetchall()[0][0]
        con.register("new_files", placed)
        con.execute(query("lake/record_files"), {"number": number})
        _replace(con, batch.replaced, {"number": number, "moment": moment})
        for table, frame in records.items():
            con.register(f"new_{table}", frame)
        con.execute(query("lake/record_manifests"), by)
        con.execute(query("lake/record_reported"))
        con.execute(query("lake/record_sums"), {"number": number})
        con.execute(query("lake/record_alerts"), by)
        con.execute(query("lake/record_decisions"))
        for table in ("layouts", "remittances", "endings", "arrivals", "notices", "visits"):
            con.execute(query(f"lake/record_{table}"), by)
        con.execute(query("lake/record_fetches"), by)
        for table in ("cursors", "requests", "fetched_rows", "findings"):
            con.execute(query(f"lake/record_{table}"), by)
        con.execute(query("lake/forget_rows"))
        con.execute(query("lake/record_control"), {"number": number, **by})
        con.execute(query("lake/record_contents"))
        con.execute(query("lake/record_messages"))
        if batch.basis is not None:
            basis = {"catalog": batch.basis.catalog, "rules": batch.basis.rules}
            con.execute(query("lake/record_basis"), {"number": number, **basis})
        _refuse_loss(con, number)
    except BaseException:
        con.rollback()
        raise
    reach(Step.RECORDED)
    con.commit()
    reach(Step.COMMITTED)


def _replace(
    con: duckdb.DuckDBPyConnection, replaced: dict[str, list[str]], params: dict[str, object]
) -> None:
    """Take files out of the lake; each must still be in it."""
    pairs = [(table, name) for table, names in replaced.items() for name in names]
    frame = pl.DataFrame(pairs, schema={"tbl": pl.String(), "name": pl.String()}, orient="row")
    con.register("replaced", frame)
    found = con.execute(query("lake/record_replaced"), params).fetchall()
    if len(found) != len(pairs):
        raise LakeBusy("another run has replaced the same lake files meanwhile", "run again")


def _refuse_loss(con: duckdb.DuckDBPyConnection, number: int) -> None:
    """Raise where what is about to be committed loses or gains lines or money."""
    con.execute(f"CREATE OR REPLACE TEMP VIEW conservation AS {query('lake/conservation')}")
    for check in ("unbalanced", "miscounted"):
        offenders = con.execute(query(f"lake/{check}"), {"number": number}).fetchall()
        if offenders:
            raise PipelineError(
                f"the books would be {check}: {', '.join(map(str, offenders[0]))}",
                "nothing was committed; this is a defect of the pipeline, please report it",
            )


def publish(home: Path, settings: Settings) -> None:
    """Renew the views, as far as that can be done now.

    What is committed is committed: a view that cannot be renewed at once is stale, and the next
    command renews it or says what is wrong.
    """
    try:
        renew(home, settings)
    except (LakeBusy, LakeDamaged):
        return
