"""Attempts at requests as events of the ledger: one each, whether it came through or not."""

from collections.abc import Sequence
from dataclasses import dataclass

import polars as pl

from pipeline.contract.columns import RETRY_LEDGER
from pipeline.faults.backoff import uniform
from pipeline.settings import Settings
from pipeline.vocab import Fault, Kind, Tier


@dataclass(frozen=True)
class Event:
    """One attempt.

    Attributes:
        ledger_id: the request's canonical signature.
        fault: None where it came through, or where nothing was at fault.
        attempt: its number, from 1.
        ended_at: seconds since 1970.
        backoff_s: the wait drawn after it; None where no other follows.
        next_at: when the next is due, seconds since 1970.
        outcome: what it says of the request.
        detail: what was asked, what came, what it had waited for; without credentials.
    """

    ledger_id: str
    fault: str | None
    attempt: int
    ended_at: float
    backoff_s: float | None
    next_at: float | None
    outcome: str
    detail: str


def events(attempts: Sequence[Event], manifest: str, run: str) -> pl.DataFrame:
    """The ledger's rows, one per attempt, in their order.

    Args:
        attempts: that the ledger does not hold.
        manifest: what they brought; "" where it is none, or not one alone.
        run: the run that records them.
    """
    rows = {
        "ledger_id": [one.ledger_id for one in attempts],
        "fault": [one.fault for one in attempts],
        "attempt": [one.attempt for one in attempts],
        "at": [round(one.ended_at * 1e6) for one in attempts],
        "backoff_s": [one.backoff_s for one in attempts],
        "next_attempt_at": [
            None if one.next_at is None else round(one.next_at * 1e6) for one in attempts
        ],
        "outcome": [one.outcome for one in attempts],
        "tier": [_tier(one.fault) for one in attempts],
        "detail": [one.detail for one in attempts],
    }
    # A frame without rows has no types of its own.
    schema = {name: RETRY_LEDGER[name] for name in rows}
    schema |= {"at": pl.Int64(), "next_attempt_at": pl.Int64()}
    fixed = {
        "manifest": manifest,
        "accounting_period": "",
        "kind": Kind.REQUEST.value,
        "run": run,
    }
    frame = pl.DataFrame(rows, schema=schema).with_columns(
        **{name: pl.lit(value) for name, value in fixed.items()},
        lines=pl.lit(0),
        payload_sha256=pl.lit(None),
        asset=pl.lit(None),
        currency=pl.lit(None),
        amount=pl.lit(None),
    )
    return frame.select(pl.col(name).cast(dtype) for name, dtype in RETRY_LEDGER.items())


def _tier(fault: str | None) -> str:
    return Tier.TRANSIENT.value if fault is None else Fault(fault).tier.value


def drawn(request: str, attempts: int, settings: Settings) -> float:
    """The number in [0, 1) that a request's wait is made of; the same whenever it is computed."""
    number = uniform(pl.Series([request]), pl.Series([attempts]), settings.retry_seed)
    return float(number[0])
