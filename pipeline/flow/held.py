"""Lines that are not paid, gathered over parts and written with payload and ledger entries."""

from concurrent.futures import Executor, Future
from dataclasses import dataclass, field

import polars as pl

from pipeline.faults import ledger
from pipeline.flow import parquet
from pipeline.flow.delivery import Delivery
from pipeline.store import lake
from pipeline.vocab import Status

ROWS_PER_FILE = 50_000
"""A part of a good report holds back a thousand lines or so: too few for three files of their own,
whose fixed cost would be a fifth of the part's work."""
_AT_ONCE = 2
"""Files of held lines being written."""


@dataclass
class HeldBack:
    """Collects the held lines of parts, in their order, and writes them by many thousands."""

    delivery: Delivery
    executor: Executor
    waiting: list[pl.DataFrame] = field(default_factory=list)
    rows: int = 0
    writing: list[Future[list[lake.NewFile]]] = field(default_factory=list)

    def add(self, rows: pl.DataFrame) -> None:
        """Take the held lines of the next part; see `_Lines.held_back` for its columns."""
        if rows.height:
            self.waiting.append(rows)
            self.rows += rows.height
        if self.rows >= ROWS_PER_FILE:
            self._flush()

    def files(self) -> list[lake.NewFile]:
        """Write what is left and wait for all files."""
        if self.waiting:
            self._flush()
        return [file for future in self.writing for file in future.result()]

    def _flush(self) -> None:
        # Two are written while the next is gathered, for hashing one keeps a single core busy:
        # memory holds three.
        if len(self.writing) >= _AT_ONCE:
            self.writing[-_AT_ONCE].result()
        rows = pl.concat(self.waiting)
        self.waiting, self.rows = [], 0
        number = len(self.writing)
        self.writing.append(self.executor.submit(write, rows, number, self.delivery))


def write(rows: pl.DataFrame, number: int, delivery: Delivery) -> list[lake.NewFile]:
    """Write held lines to `staged` and `quarantine`, and what the ledger must know of them.

    Args:
        rows: TAGGED, `status`, `candidates`, `asset`, `raw`, `fault` (what decided the status) and
            `entry_fault` (what the line's own ledger entry is for; null where it has none).
        number: of the files, in the run.
        delivery: the manifest.
    """
    run = delivery.run
    identified = ledger.line_ids(rows)
    quarantined = pl.col("status") == Status.QUARANTINED.value
    entries = identified.filter(pl.col("entry_fault").is_not_null()).with_columns(
        fault=pl.col("entry_fault")
    )
    tables = {
        "staged": identified.filter(~quarantined),
        "quarantine": identified.filter(quarantined),
        "retry_ledger": ledger.opened(entries, at=run.at, run=run.id, settings=delivery.settings),
    }
    files = [
        parquet.write(frame, table, run.file(table, f"{number:05}"))
        for table, frame in tables.items()
    ]
    return [file for file in files if file is not None]
