"""Reports whose signature is another: kept aside with their bytes, and told of once."""

from pathlib import Path

import polars as pl

from pipeline.faults import ledger
from pipeline.flow import parquet
from pipeline.flow.opening import Opened
from pipeline.flow.outcome import Report
from pipeline.read.signing import Mismatch
from pipeline.settings import Settings
from pipeline.store import archive, lake
from pipeline.vocab import Fault, Kind, ManifestState, Outcome, Severity

_MEND = "ask its sender for it again; both may be delivered anew"


def set_aside(
    opened: Opened, manifest: str, off: Mismatch, run: lake.Run, home: Path, settings: Settings
) -> Report:
    """Keep the bytes of a report that is not what its sender vouches for, and nothing of it else.

    The same bytes again change nothing while its entry is open.

    Raises:
        ManifestRefused: the file changed while it was read.
        LakeBusy, LakeDamaged: as `lake.commit`.
    """
    report = Report(
        opened.path,
        ManifestState.QUARANTINED,
        manifest,
        opened.period,
        opened.profile.name,
        error=f"{opened.path} is quarantined as {Fault.SIGNATURE_MISMATCH}: {off}; {_MEND}",
    )
    with lake.exclusive(home, settings):
        kept = archive.keep(home, opened.path, manifest, run.dir)
        opened.refuse_changed()
        states = _states(home, settings)
        if entries_of(states, manifest).height:
            return report
        key = {"manifest": manifest, "accounting_period": opened.period}
        fault = {"fault": Fault.SIGNATURE_MISMATCH.value}
        detail = f"{opened.path}: {off}; its bytes are kept in {kept.relative_to(home.resolve())}"
        entry = pl.DataFrame({**key, **fault, "kind": Kind.MANIFEST.value, "detail": detail})
        entry = entry.with_columns(lines=pl.lit(0))
        identified = ledger.group_ids(entry).join(
            states.select("ledger_id", "attempts"), on="ledger_id", how="left"
        )
        events = ledger.opened(identified, at=run.at, run=run.id, settings=settings)
        written = parquet.write(events, "retry_ledger", run.file("retry_ledger", "signature"))
        alert = pl.DataFrame({**key, **fault, "detail": detail}).with_columns(
            severity=pl.lit(Severity.HIGH.value), lines=pl.lit(0)
        )
        nothing = {name: pl.lit(None).alias(name) for name in ("asset", "currency", "amount")}
        files = [] if written is None else [written]
        batch = lake.Batch(files=files, alerts=alert.with_columns(nothing.values()))
        lake.commit(home, run, batch, settings)
    return report


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
