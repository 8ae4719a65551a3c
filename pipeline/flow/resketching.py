"""The sketch of a delivery that is read again: what stays unread in it keeps its place."""

from collections.abc import Iterable

import polars as pl

from pipeline.contract.columns import DRIFT
from pipeline.flow import guard, parquet
from pipeline.flow.delivery import Key
from pipeline.flow.order import Order
from pipeline.store import lake
from pipeline.vocab import Fault
from pipeline.vocab_watch import Measure

_FIGURES = ("lines", "quantity", "amount")
_KEYS = [name for name in DRIFT if name not in _FIGURES]


def resketch(
    batch: lake.Batch, run: lake.Run, order: Order, key: Key, again: Iterable[pl.DataFrame]
) -> None:
    """Let the batch replace the delivery's sketch by that of the same lines as they are read now.

    Args:
        batch: with the sketch of the lines that were read again.
        run: the run.
        order: home and settings.
        key: the delivery.
        again: the lines that were read again, as they were staged for their layout.
    """
    files = lake.files(order.home, "drift", order.settings)
    before = [row for row in files.select("name", "path").iter_rows() if _is_of(row[1], key)]
    fresh = [file for file in batch.files if file.table == "drift"]
    if not before:
        return
    old = pl.concat([pl.read_parquet(path) for _, path in before])
    new = [pl.read_parquet(file.path) for file in fresh]
    told = _summed([old, *(_unread(lines, old) for lines in again), *new])
    guard.refuse_broken("drift", told)
    written = parquet.write(told, "drift", run.file("drift", "again"))
    batch.files = [file for file in batch.files if file not in fresh]
    batch.files += [] if written is None else [written]
    batch.replaced["drift"] = [name for name, _ in before]


def _is_of(path: str, key: Key) -> bool:
    """Whether a file is the sketch of a delivery: all its rows are of one."""
    first: tuple[str, ...] = pl.read_parquet(path, columns=list(lake.DELIVERY), n_rows=1).row(0)
    return first == key


def _unread(lines: pl.DataFrame, old: pl.DataFrame) -> pl.DataFrame:
    """Rows that take back what a sketch says of lines on hold for their layout."""
    sums = lines.group_by(pl.col("currency").fill_null("")).agg(
        (-pl.len().cast(pl.Int64)).alias("lines"),
        -pl.col("quantity").sum().cast(DRIFT["quantity"]),
        -pl.col("amount").sum(),
    )
    same = {name: pl.lit(old[name][0]) for name in (*lake.DELIVERY, "source")}
    nowhere = {name: pl.lit("") for name in ("service", "territory", "month")}
    told = [
        sums.with_columns(
            **same, **nowhere, column=pl.lit(column), measure=pl.lit(measure), value=pl.lit(value)
        )
        for column, measure, value in (
            ("", Measure.ALL.value, ""),
            ("faults", Measure.FAULT.value, Fault.SCHEMA_DRIFT.value),
        )
    ]
    return pl.concat(told).select(pl.col(name).cast(dtype) for name, dtype in DRIFT.items())


def _summed(sketches: list[pl.DataFrame]) -> pl.DataFrame:
    """Sketches added up, in their order; what comes to nothing is gone."""
    rows = pl.concat(sketches).group_by(_KEYS).agg(pl.col(_FIGURES).sum())
    return rows.filter(pl.col("lines") != 0).select(*DRIFT).sort(_KEYS)
