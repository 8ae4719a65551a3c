"""Decisions that were made while an ingest ran: its commit settles its lines by them too.

Under the commit lock, and before anything of the run is in the lake, the run's own files are judged
again where a newer decision concerns their lines. Most commits find no newer decision.
"""

import json
from collections import Counter
from dataclasses import replace
from pathlib import Path

import polars as pl

from pipeline.contract.columns import RETRY_LEDGER
from pipeline.faults import ledger
from pipeline.flow.concerned import Concerned
from pipeline.flow.delivery import Delivery
from pipeline.flow.desk import desk
from pipeline.flow.moves import Moves
from pipeline.flow.outcome import amounts, status_counts
from pipeline.flow.reopening import apply
from pipeline.flow.replaying import Replay
from pipeline.flow.tally import TOTALS, Book
from pipeline.store import lake
from pipeline.store.records import SUMS

_KEYS = ("manifest", "accounting_period", "currency", "status")


def caught_up(book: Book, known: frozenset[str] | None, delivery: Delivery, home: Path) -> Book:
    """What an ingest commits, once the decisions of today have had their say.

    Args:
        book: what it would commit.
        known: ids of the decisions that it has read; None where it read none.
        delivery: the manifest; the commit lock is held.
        home: the home folder.
    """
    if known is None:
        return book
    decisions = lake.decisions(home, delivery.settings)
    newer = decisions.filter(~pl.col("decision_id").is_in(list(known)))
    if not newer.height:
        return book
    files = book.batch.files
    with desk(home, delivery.settings) as at_desk:
        moves = Moves(delivery.run, "again-")
        states = ledger.state(_events(files))
        replay = Replay(home, delivery.settings, delivery.run, at_desk, states, moves, files)
        apply(replay, Concerned.by(newer, decisions))
    return _rewritten(book, moves) if moves.files or moves.replaced else book


def _events(files: list[lake.NewFile]) -> pl.DataFrame:
    """The ledger's events of a run."""
    own = [pl.read_parquet(file.path) for file in files if file.table == "retry_ledger"]
    return pl.concat([pl.DataFrame(schema=RETRY_LEDGER), *own])


def _rewritten(book: Book, moves: Moves) -> Book:
    """The book with the files, sums and figures that the moves have made of it."""
    gone = {name for names in moves.replaced.values() for name in names}
    kept = [file for file in book.batch.files if file.path.name not in gone]
    columns = [pl.col(name).cast(dtype) for name, dtype in SUMS.items()]
    both = pl.concat([book.batch.sums.select(columns), moves.batch().sums.select(columns)])
    sums = both.group_by(_KEYS).agg(pl.col(TOTALS).sum()).sort(_KEYS)
    files = [*kept, *moves.files]
    by_method, by_fault = _counts(files)
    report = replace(
        book.report,
        by_status=status_counts(sums),
        by_method=by_method,
        by_fault=by_fault,
        amounts=amounts(book.batch.reported, sums),
    )
    manifests = book.batch.manifests.with_columns(
        by_method=pl.lit(json.dumps(by_method)), by_fault=pl.lit(json.dumps(by_fault))
    )
    return Book(report, replace(book.batch, files=files, sums=sums, manifests=manifests))


def _counts(files: list[lake.NewFile]) -> tuple[dict[str, int], dict[str, int]]:
    """Matched lines by method, and lines by fault."""
    methods, faults = Counter[str](), Counter[str]()
    for file in files:
        if file.table == "sales":
            rows = pl.read_parquet(file.path, columns=["method"])
            methods.update(dict(rows.group_by("method").len().iter_rows()))
        if file.table in {"sales", "staged", "quarantine"}:
            found = pl.read_parquet(file.path, columns=["faults"]).explode("faults").drop_nulls()
            faults.update(dict(found.group_by("faults").len().iter_rows()))
    return dict(sorted(methods.items())), dict(sorted(faults.items()))
