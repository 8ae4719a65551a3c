"""The retry ledger: frames of events to append, and the state that they fold to.

An entry stands for a line, a halted asset or a manifest held as a whole. Nothing here changes an
entry; each function returns further events, which a commit appends.
"""

from datetime import datetime
from functools import cache

import duckdb
import polars as pl

from pipeline.contract.columns import RETRY_LEDGER
from pipeline.faults.backoff import waits
from pipeline.settings import Settings
from pipeline.store.sql import query
from pipeline.vocab import Fault, Kind, Outcome, Tier

AWAITS_PERSON = (
    Fault.SCHEMA_DRIFT,
    Fault.ASSET_HALTED,
    Fault.OUT_OF_BALANCE,
    Fault.POSSIBLE_DUPLICATE,
    Fault.AMOUNT_UNREADABLE,
    Fault.CURRENCY_MISSING,
)
"""Recoverable faults that no later catalog mends: never due, never escalated by time."""

ENTRY: dict[str, pl.DataType] = {
    name: RETRY_LEDGER[name]
    for name in (
        "ledger_id",
        "payload_sha256",
        "manifest",
        "accounting_period",
        "kind",
        "asset",
        "fault",
        "lines",
        "currency",
        "amount",
        "detail",
    )
}
"""What an entry is, apart from its events."""


def line_ids(lines: pl.DataFrame) -> pl.DataFrame:
    """The lines with `ledger_id` and `payload_sha256`, in their order.

    Args:
        lines: one row per line that is held back, with `manifest`, `accounting_period`, `offset`
            and `raw`, its payload; none of them null.

    Raises:
        ValueError: one of them is null: a mistake of the programmer.
    """
    return _with_ids("line_ids", "lines", lines, ["manifest", "accounting_period", "offset", "raw"])


def group_ids(groups: pl.DataFrame) -> pl.DataFrame:
    """The groups with `ledger_id`, in their order; their `payload_sha256` is null.

    Args:
        groups: one row per halted asset or manifest held as a whole, with `kind`, `manifest`,
            `accounting_period`, `fault` and `asset`, null for a manifest.

    Raises:
        ValueError: another column than `asset` is null: a mistake of the programmer.
    """
    with_asset = groups if "asset" in groups.columns else groups.with_columns(asset=None)
    typed = with_asset.with_columns(pl.col("asset", "kind", "fault").cast(pl.String()))
    needed = ["kind", "manifest", "accounting_period", "fault"]
    return _with_ids("group_ids", "groups", typed, needed, "asset")


def opened(entries: pl.DataFrame, *, at: datetime, run: str, settings: Settings) -> pl.DataFrame:
    """One `opened` event per entry, due after a first wait; attempt 0 unless it had ended.

    Args:
        entries: one row per entry, with `ledger_id`, `manifest`, `accounting_period`, `fault` and
            any of `ENTRY`: `kind` is `line` and `lines` is 1 where absent, others null. One that
            had ended and begins again comes with the `attempts` that it had, and goes on after.
        at: the run's clock reading, aware.
        run: the run's id.
        settings: the backoff's.
    """
    defaults = {"kind": pl.lit(Kind.LINE.value), "lines": pl.lit(1)}
    absent = [
        defaults.get(name, pl.lit(None)).alias(name)
        for name in (*ENTRY, "attempts")
        if name not in entries.columns
    ]
    whole = entries.with_columns(absent).with_columns(
        attempt=(pl.col("attempts") + 1).fill_null(0), outcome=_said(Outcome.OPENED)
    )
    return _events(whole, at, run, settings)


def retried(states: pl.DataFrame, *, at: datetime, run: str, settings: Settings) -> pl.DataFrame:
    """One event per entry whose attempt came to nothing: `retried`, or `escalated` at the last.

    Args:
        states: open entries as `state` gives them; a changed `fault`, `lines`, `currency`,
            `amount` or `detail` is what the event says, and so what the entry is from now on.
        at: the run's clock reading, aware.
        run: the run's id.
        settings: the backoff's; `retry_attempts` is the last attempt.
    """
    last = pl.col("attempt") >= settings.retry_attempts
    events = states.with_columns(attempt=pl.col("attempts") + 1).with_columns(
        outcome=pl.when(last).then(_said(Outcome.ESCALATED)).otherwise(_said(Outcome.RETRIED))
    )
    return _events(events, at, run, settings)


def closed(
    states: pl.DataFrame, outcome: Outcome, *, at: datetime, run: str, detail: str | None = None
) -> pl.DataFrame:
    """One event per entry that ends it: `resolved`, `released` or `discarded`; never due again.

    Args:
        states: open entries as `state` gives them.
        outcome: how they end. To resolve one is an attempt; to release or discard it is none.
        at: the run's clock reading, aware.
        run: the run's id.
        detail: why, and who said so; kept as it was where None.

    Raises:
        ValueError: the outcome ends nothing: a mistake of the programmer.
    """
    if outcome not in (Outcome.RESOLVED, Outcome.RELEASED, Outcome.DISCARDED):
        raise ValueError(outcome)
    attempts = pl.col("attempts") + (outcome is Outcome.RESOLVED)
    events = states.with_columns(attempt=attempts, outcome=_said(outcome))
    if detail is not None:
        events = events.with_columns(detail=pl.lit(detail))
    never = events.with_columns(backoff_s=None, next_attempt_at=None)
    return _typed(never, at, run)


def state(events: pl.DataFrame) -> pl.DataFrame:
    """One row per entry, where its events left it, ordered by `ledger_id`.

    Columns: those of `ENTRY`, `tier`, `outcome` (the last), `attempts` (UInt32), `first_at`,
    `last_at`, `next_attempt_at` (null: never due), `is_open`. The order of the events, and events
    that say the same twice, change nothing. The lake's view `ledger_state` is the same query.
    """
    return _asked("state", "retry_ledger", events).sort("ledger_id")


def is_due(at: datetime) -> pl.Expr:
    """Whether an entry of `state` is open and its next attempt is due; false where never."""
    # The lake's view shows clocks without their zone, which is UTC.
    due_at = pl.col("next_attempt_at").cast(RETRY_LEDGER["next_attempt_at"])
    return pl.col("is_open") & due_at.le(pl.lit(at)).fill_null(value=False)


def _events(entries: pl.DataFrame, at: datetime, run: str, settings: Settings) -> pl.DataFrame:
    """Events with their waits: none for what time does not mend, or has escalated."""
    wait = waits(entries["ledger_id"], entries["attempt"], settings)
    never = [fault.value for fault in Fault if _is_never_due(fault)]
    due = ~pl.col("fault").cast(pl.String()).is_in(never) & (
        pl.col("outcome") != Outcome.ESCALATED.value
    )
    waiting = entries.with_columns(backoff_s=pl.when(due).then(wait))
    microseconds = (pl.col("backoff_s") * 1e6).round().cast(pl.Int64())
    return _typed(
        waiting.with_columns(next_attempt_at=pl.lit(at) + pl.duration(microseconds=microseconds)),
        at,
        run,
    )


def _typed(events: pl.DataFrame, at: datetime, run: str) -> pl.DataFrame:
    """Events with exactly the columns and types of the table."""
    tiers = {fault.value: fault.tier.value for fault in Fault}
    fault = pl.col("fault").cast(pl.String())
    return events.with_columns(
        at=pl.lit(at), run=pl.lit(run), tier=fault.replace_strict(tiers, return_dtype=pl.String())
    ).select(pl.col(name).cast(dtype) for name, dtype in RETRY_LEDGER.items())


def _is_never_due(fault: Fault) -> bool:
    """Whether time alone does not help against a fault."""
    return fault.tier is Tier.FATAL or fault in AWAITS_PERSON


def _said(outcome: Outcome) -> pl.Expr:
    """An outcome as the table holds it."""
    return pl.lit(outcome.value)


def _with_ids(
    name: str, table: str, frame: pl.DataFrame, needed: list[str], *more: str
) -> pl.DataFrame:
    """A frame with the ids that a query of `queries/ledger/` computes, in its order."""
    if frame.select(pl.any_horizontal(pl.col(needed).null_count() > 0)).item():
        raise ValueError(f"nulls among {needed}")
    ids = _asked(name, table, frame.select(*needed, *more))
    return frame.drop("ledger_id", "payload_sha256", strict=False).hstack(
        ids if "payload_sha256" in ids else ids.with_columns(_no_payload())
    )


def _no_payload() -> pl.Expr:
    """The payload of what has none."""
    return pl.lit(None, dtype=pl.String()).alias("payload_sha256")


def _asked(name: str, table: str, frame: pl.DataFrame) -> pl.DataFrame:
    """The answer of a query of `queries/ledger/` to one frame; in memory, nothing is kept."""
    with _session().cursor() as con:
        con.register(table, frame)
        answer: pl.DataFrame = con.sql(query(f"ledger/{name}")).pl()
        con.unregister(table)
    return answer


@cache
def _session() -> duckdb.DuckDBPyConnection:
    """One session for all questions: opening one costs more than an answer for a part's lines."""
    con = duckdb.connect()
    # Global, for a cursor is a session of its own.
    con.execute("SET GLOBAL TimeZone = 'UTC'")
    return con
