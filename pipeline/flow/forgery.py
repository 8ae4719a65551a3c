"""Reports whose signature is another: kept aside with their bytes, and told of once."""

from pathlib import Path

import polars as pl

from pipeline.faults import ledger
from pipeline.flow import parquet
from pipeline.flow.manifest_id import Digest
from pipeline.flow.opening import Opened
from pipeline.flow.order import Order
from pipeline.flow.outcome import Report
from pipeline.read import signing
from pipeline.settings import Settings
from pipeline.store import archive, lake
from pipeline.vocab import Fault, Kind, ManifestState, Outcome, Severity

_MEND = "ask its sender for it again; both may be delivered anew"


def forged(opened: Opened, order: Order, digest: Digest, run: lake.Run) -> Report | None:
    """That a report is set aside, where it is not what its sender vouches for; else nothing.

    Its bytes are kept, and nothing of it else. The same bytes again change nothing while its entry
    is open.

    Raises:
        ManifestRefused: what must stand beside it does not, or the file changed meanwhile.
        LakeBusy, LakeDamaged: as `lake.commit`.
    """
    signed = opened.profile.spec.signature
    off = None if signed is None else signing.mismatch(opened.path, signed, order.home)
    if off is None:
        return None
    manifest = digest.result()
    with lake.exclusive(order.home, order.settings):
        kept = archive.keep(order.home, opened.path, manifest, run.dir)
        opened.refuse_changed()
        states = _states(order.home, order.settings)
        if not entries_of(states, manifest).height:
            place = kept.relative_to(order.home.resolve())
            detail = f"{opened.path}: {off}; its bytes are kept in {place}"
            batch = _batch(manifest, opened.period, detail, run, states, order.settings)
            lake.commit(order.home, run, batch, order.settings)
    return Report(
        opened.path,
        ManifestState.QUARANTINED,
        manifest,
        opened.period,
        opened.profile.name,
        error=f"{opened.path} is quarantined as {Fault.SIGNATURE_MISMATCH}: {off}; {_MEND}",
    )


def _batch(
    manifest: str,
    period: str,
    detail: str,
    run: lake.Run,
    states: pl.DataFrame,
    settings: Settings,
) -> lake.Batch:
    """The entry of a report that is set aside, and its alert."""
    told = pl.DataFrame(
        {
            "manifest": manifest,
            "accounting_period": period,
            "fault": Fault.SIGNATURE_MISMATCH.value,
            "kind": Kind.MANIFEST.value,
            "severity": Severity.HIGH.value,
            "lines": 0,
            "detail": detail,
        }
    )
    before = states.select("ledger_id", "attempts")
    entry = ledger.group_ids(told).join(before, on="ledger_id", how="left")
    events = ledger.opened(entry, at=run.at, run=run.id, settings=settings)
    written = parquet.write(events, "retry_ledger", run.file("retry_ledger", "signature"))
    nothing = [pl.lit(None).alias(name) for name in ("asset", "currency", "amount")]
    files = [] if written is None else [written]
    return lake.Batch(files=files, alerts=told.with_columns(nothing))


def answered(manifest: str, run: lake.Run, home: Path, settings: Settings) -> list[lake.NewFile]:
    """The file of the event that ends the entry of a report that fits its signature now."""
    states = entries_of(_states(home, settings), manifest)
    if not states.height:
        return []
    detail = "the same bytes came with a signature that fits"
    events = ledger.closed(states, Outcome.RESOLVED, at=run.at, run=run.id, detail=detail)
    written = parquet.write(events, "retry_ledger", run.file("retry_ledger", "answered"))
    return [] if written is None else [written]


def entries_of(states: pl.DataFrame, manifest: str) -> pl.DataFrame:
    """The open entries of a report whose signature was another."""
    return states.filter("is_open", manifest=manifest, fault=Fault.SIGNATURE_MISMATCH.value)


def _states(home: Path, settings: Settings) -> pl.DataFrame:
    with lake.reading(home, settings) as con:
        states: pl.DataFrame = con.sql("FROM ledger_state").pl()
    return states.with_columns(pl.col(pl.Datetime).dt.replace_time_zone("UTC"))
