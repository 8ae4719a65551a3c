"""From the receipts of all parts to what a commit records: sums, alerts and entries for groups."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TypeVar

import polars as pl

from pipeline.contract.columns import AMOUNT
from pipeline.faults import ledger, route
from pipeline.flow import imbalance, parquet
from pipeline.flow.absorb import Absorbed
from pipeline.flow.control import described
from pipeline.flow.delivery import Delivery
from pipeline.flow.emit import Emitted
from pipeline.flow.opening import Opened
from pipeline.flow.outcome import Report, amounts, status_counts
from pipeline.flow.settle import Settled
from pipeline.store import lake
from pipeline.vocab import Fault, Kind, ManifestState, Severity

COMMON = "so many lines share it that it is one fault of the manifest"
Name = TypeVar("Name", bound=str)
_WHOLE = (Fault.SCHEMA_DRIFT,)
"""Faults of the manifest as a whole that alert with what is wrong and no amount."""
TOTALS = ("lines", "amount", "unreadable_lines")


def currencies(settled: Settled) -> pl.DataFrame:
    """`context` and its `currency`, "" where the line names none."""
    return settled.contexts.select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("context"),
        pl.col("currency").cast(pl.String).fill_null(""),
    )


def summed(frames: Iterable[pl.DataFrame], contexts: pl.DataFrame, *keys: str) -> pl.DataFrame:
    """Sums of all parts by some columns and currency, ordered by them."""
    rows = pl.concat(list(frames)).with_columns(pl.col("context").cast(pl.UInt32))
    by_currency = rows.join(contexts, on="context", how="left")
    return (
        by_currency.group_by(*keys, "currency")
        .agg(pl.col(name).sum() for name in TOTALS)
        .with_columns(pl.col("amount").cast(AMOUNT))
        .sort(*keys, "currency", nulls_last=True)
    )


def reported(absorbed: list[Absorbed], settled: Settled) -> pl.DataFrame:
    """What was read, by currency, summed before any line got a status."""
    return summed(_by_context(absorbed, settled), currencies(settled))


def _by_context(absorbed: list[Absorbed], settled: Settled) -> list[pl.DataFrame]:
    """The sums of each part, by the context's number in the manifest."""
    return [
        part.sums.with_columns(pl.Series("context", contexts[part.sums["context"].to_numpy()]))
        for part, (_, contexts) in zip(absorbed, settled.numbers, strict=True)
    ]


def by_status(emitted: list[Emitted], settled: Settled) -> pl.DataFrame:
    """What became of the lines, by status and currency."""
    sums = summed((part.sums for part in emitted), currencies(settled), "status")
    names = pl.Series([status.value for status in route.STATUSES])
    return sums.with_columns(names.gather(sums["status"]).alias("status"))


def counted(counts: Iterable[Mapping[Name, int]]) -> dict[str, int]:
    """Counts of all parts together, by name."""
    total: Counter[str] = Counter()
    for part in counts:
        total.update(part)
    return dict(sorted(total.items()))


def fatal_counts(absorbed: list[Absorbed], settled: Settled) -> dict[Fault, int]:
    """Lines of the manifest by fatal fault; what a line's own cells say, and its context."""
    sums = pl.concat(_by_context(absorbed, settled)).group_by("context").agg(pl.col("lines").sum())
    sets = settled.context_sets[sums["context"].to_numpy()]
    lines = sums["lines"].to_numpy()
    own = counted(part.fatal for part in absorbed)
    found = {
        fault: own.get(fault, 0) + int(lines[(sets & bit) != 0].sum())
        for fault, bit in route.BIT.items()
        if bit & route.FATAL
    }
    return {fault: number for fault, number in found.items() if number}


def alerts(emitted: list[Emitted], settled: Settled, common: Iterable[Fault]) -> pl.DataFrame:
    """One alert per asset (or none), fault and currency, with the lines and money at stake.

    A fault that is the manifest's as a whole is told once and names no asset.
    """
    contexts = currencies(settled)
    shared = pl.col("fault").is_in([fault.value for fault in common])
    told = [
        part.fatal.with_columns(asset=pl.when(~shared).then(pl.col("asset"))) for part in emitted
    ]
    fatal = summed(told, contexts, "asset", "fault")
    stopped = summed((part.stopped for part in emitted), contexts, "asset")
    quarantined = fatal.with_columns(detail=pl.lit("lines in quarantine"))
    held = stopped.with_columns(
        fault=pl.lit(Fault.ASSET_HALTED.value),
        detail=pl.lit("the asset's other lines are on hold until released"),
    )
    return pl.concat([quarantined, held], how="diagonal").with_columns(
        severity=pl.lit(Severity.HIGH.value)
    )


def wholes_alerts(entries: pl.DataFrame) -> pl.DataFrame:
    """One alert per recoverable fault of the manifest as a whole."""
    held = entries.filter(pl.col("fault").is_in([fault.value for fault in _WHOLE]))
    return held.select("fault", "lines", "detail", severity=pl.lit(Severity.HIGH.value))


def drift_alerts(opened_report: Opened, lines: int) -> pl.DataFrame:
    """That a report came in another layout, all of whose lines could be read."""
    drift = opened_report.profile.drift
    told = [] if drift is None or drift.missing else [str(drift)]
    return pl.DataFrame({"detail": told}, schema={"detail": pl.String}).with_columns(
        fault=pl.lit(Fault.SCHEMA_DRIFT.value),
        severity=pl.lit(Severity.WARNING.value),
        lines=pl.lit(lines),
    )


def halts(emitted: list[Emitted], settled: Settled, delivery: Delivery) -> pl.DataFrame:
    """The ledger's entry for each halted asset that has other lines: `lines` and their money."""
    stopped = summed((part.stopped for part in emitted), currencies(settled), "asset")
    groups = stopped.group_by("asset", maintain_order=True).agg(
        pl.col("lines").sum(),
        pl.when(pl.len() == 1).then(pl.col("currency").first()).alias("currency"),
        pl.when(pl.len() == 1).then(pl.col("amount").first()).alias("amount"),
    )
    return _entries(groups, Kind.ASSET, delivery).with_columns(
        fault=pl.lit(Fault.ASSET_HALTED.value)
    )


def _entries(groups: pl.DataFrame, kind: Kind, delivery: Delivery) -> pl.DataFrame:
    return groups.with_columns(
        kind=pl.lit(kind.value),
        manifest=pl.lit(delivery.manifest),
        accounting_period=pl.lit(delivery.accounting_period),
    )


def wholes(faults: dict[Fault, tuple[int, str]], delivery: Delivery) -> pl.DataFrame:
    """The ledger's entry for each fault of the manifest as a whole.

    Args:
        faults: lines that each stands for, and what is wrong.
        delivery: the manifest.
    """
    rows = [
        {"fault": fault.value, "asset": None, "lines": lines, "detail": detail}
        for fault, (lines, detail) in faults.items()
    ]
    schema = {"fault": pl.String, "asset": pl.String, "lines": pl.Int64, "detail": pl.String}
    return _entries(pl.DataFrame(rows, schema=schema), Kind.MANIFEST, delivery)


def _wholes(opened_report: Opened, lines: int, delivery: Delivery) -> pl.DataFrame:
    """The entries of the manifest as a whole; one for a difference that is accepted too."""
    common = {fault: (number, COMMON) for fault, number in delivery.common.items()}
    found = opened_report.faults | delivery.control.faults
    if accepted := delivery.control.accepted:
        found.setdefault(Fault.OUT_OF_BALANCE, described(accepted))
    return wholes(common | {fault: (lines, detail) for fault, detail in found.items()}, delivery)


def opened(groups: list[pl.DataFrame], delivery: Delivery) -> pl.DataFrame:
    """The `opened` events of entries that stand for many lines."""
    entries = pl.concat(groups, how="diagonal")
    if not entries.height:
        return entries
    run = delivery.run
    identified = ledger.group_ids(entries)
    return ledger.opened(identified, at=run.at, run=run.id, settings=delivery.settings)


@dataclass(frozen=True)
class Book:
    """A manifest's report and the batch that commits it."""

    report: Report
    batch: lake.Batch


def book(
    opened_report: Opened,
    absorbed: list[Absorbed],
    settled: Settled,
    emitted: list[Emitted],
    files: list[lake.NewFile],
    delivery: Delivery,
) -> Book:
    """Bring the receipts of all parts, and the files written of them, together."""
    read = reported(absorbed, settled)
    sums = by_status(emitted, settled)
    control = delivery.control
    lines = sum(part.lines for part in absorbed)
    whole = _wholes(opened_report, lines, delivery)
    report = Report(
        path=opened_report.path,
        state=ManifestState.COMMITTED,
        manifest=delivery.manifest,
        accounting_period=delivery.accounting_period,
        source=delivery.source,
        lines=lines,
        by_status=status_counts(sums),
        by_method=counted(part.by_method for part in emitted),
        by_fault=counted(part.by_fault for part in emitted),
        amounts=amounts(read, sums),
        control=dict(control.told),
        resynchronised=opened_report.resynchronised,
    )
    named = {"manifest": delivery.manifest, "accounting_period": delivery.accounting_period}
    key = [pl.lit(value).alias(name) for name, value in named.items()]
    events = opened([halts(emitted, settled, delivery), whole], delivery)
    events = pl.concat([events, imbalance.consented(events, control.accepted, delivery.run)])
    path = delivery.run.file("retry_ledger", "groups")
    grouped = parquet.write(events, "retry_ledger", path)
    told = pl.concat(
        [
            alerts(emitted, settled, delivery.common),
            wholes_alerts(whole),
            imbalance.alerts(control.off, lines, control.awaits),
            drift_alerts(opened_report, lines),
        ],
        how="diagonal_relaxed",
    )
    batch = lake.Batch(
        files=files if grouped is None else [*files, grouped],
        manifests=_manifest(report, opened_report, delivery),
        reported=read.with_columns(key),
        sums=sums.with_columns(key),
        alerts=told.with_columns(key),
        layouts=_layout(opened_report).with_columns(key),
        control=control.rows(*named.values()),
        remittances=control.remitted,
    )
    return Book(report, batch)


def _layout(opened_report: Opened) -> pl.DataFrame:
    """How the report's columns differ from its source's; no row where they do not."""
    profile = opened_report.profile
    drift = profile.drift
    rows = []
    if drift is not None:
        rows.append(
            {
                "source": profile.name,
                "encoding": profile.dialect.encoding,
                "header": list(profile.header),
                "new": list(drift.new),
                "gone": list(drift.gone),
                "missing": list(drift.missing),
                "proposed": json.dumps(dict(drift.proposed or {})),
            }
        )
    kept = {name: dtype for name, dtype in lake.LAYOUTS.items() if name not in lake.DELIVERY}
    return pl.DataFrame(rows, schema=kept)


def _manifest(report: Report, opened_report: Opened, delivery: Delivery) -> pl.DataFrame:
    """The delivery's row in the books."""
    return pl.DataFrame(
        {
            "manifest": [delivery.manifest],
            "accounting_period": [delivery.accounting_period],
            "source": [delivery.source],
            "title": [opened_report.profile.spec.title],
            "path": [str(opened_report.path)],
            "bytes": [opened_report.before.st_size],
            "lines": [report.lines],
            "resynchronised": [report.resynchronised],
            "control": [json.dumps(report.control)],
            "by_method": [json.dumps(report.by_method)],
            "by_fault": [json.dumps(report.by_fault)],
        }
    )
