"""The commit: everything that a run found takes effect in one transaction, or nothing does."""

from collections import Counter
from pathlib import Path

import duckdb
import polars as pl

from pipeline.errors import LakeBusy, LakeDamaged, PipelineError
from pipeline.settings import Settings
from pipeline.store import books
from pipeline.store.batch import Batch
from pipeline.store.layout import fsync, lake_folder, table_folder
from pipeline.store.locks import exclusive
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


_BY = ("run_id", "moment")
_RECORDED: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("manifests", "record_manifests", _BY),
    ("reported", "record_reported", ()),
    ("sums", "record_sums", ("number",)),
    ("alerts", "record_alerts", _BY),
    ("decisions", "record_decisions", ()),
    ("layouts", "record_layouts", _BY),
    ("remittances", "record_remittances", _BY),
    ("endings", "record_endings", _BY),
    ("arrivals", "record_arrivals", _BY),
    ("notices", "record_notices", _BY),
    ("visits", "record_visits", _BY),
    ("requests", "record_requests", _BY),
    ("fetched_rows", "record_fetched_rows", _BY),
    ("findings", "record_findings", _BY),
    ("cursors", "record_fetches", _BY),
    ("cursors", "record_cursors", _BY),
    ("cursors", "forget_rows", ()),
    ("control", "record_control", ("number", *_BY)),
    ("contents", "record_contents", ()),
    ("messages", "record_messages", ()),
)
"""Tables of a batch, the queries that record their rows, in order, and the parameters of these."""


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
        _append(con, records, {"number": number, **by})
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


def _append(
    con: duckdb.DuckDBPyConnection, records: dict[str, pl.DataFrame], given: dict[str, object]
) -> None:
    """Record the rows of each table that has any: in most commits nearly all have none."""
    for table, frame in records.items():
        # A check after this reads what was reported, also where that is nothing.
        if frame.height or table == "reported":
            con.register(f"new_{table}", frame)
    for table, name, params in _RECORDED:
        if records[table].height:
            con.execute(query(f"lake/{name}"), {param: given[param] for param in params})


def _replace(
    con: duckdb.DuckDBPyConnection, replaced: dict[str, list[str]], params: dict[str, object]
) -> None:
    """Take files out of the lake; each must still be in it."""
    pairs = [(table, name) for table, names in replaced.items() for name in names]
    if not pairs:
        return
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
