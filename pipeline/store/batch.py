"""What a run hands to its commit: its files, and rows for the tables of the books."""

from dataclasses import dataclass, field

import polars as pl

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
from pipeline.store.runs import NewFile


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
        return {table: _as(getattr(self, table), schema) for table, schema in RECORDS.items()}


def _as(frame: pl.DataFrame, schema: dict[str, pl.DataType]) -> pl.DataFrame:
    """A frame with exactly these columns; most have them, and to ask polars costs more than that.

    Raises:
        pl.exceptions.PolarsError: it lacks one.
    """
    if list(frame.schema.items()) == list(schema.items()):
        return frame
    return frame.select(pl.col(name).cast(dtype) for name, dtype in schema.items())
