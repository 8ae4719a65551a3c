"""What was fetched, into the lake: the manifest, its requests and the cursor in one commit."""

import shutil
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import polars as pl

from pipeline.errors import ManifestRefused
from pipeline.faults import requests
from pipeline.flow import attempts
from pipeline.flow.ingest import Order, ingest
from pipeline.flow.manifest_id import digest_of
from pipeline.flow.outcome import Report
from pipeline.settings import Settings
from pipeline.store import archive, lake
from pipeline.store.fetched import Taken
from pipeline.store.layout import raw_folder
from pipeline.store.records import ALERTS, CURSORS, FETCHED_ROWS, REQUESTS
from pipeline.sync.journal import Attempt
from pipeline.vocab import Fault, ManifestState, Severity


@dataclass(frozen=True)
class Done:
    """A request that is done, as the books keep it."""

    request: str
    method: str
    url: str
    status: int
    payload_sha256: str
    bytes: int


@dataclass(frozen=True)
class Landing:
    """What one commit takes into the books beside a manifest, or alone.

    Attributes:
        source: whose it is.
        taken: how far the source has been taken once this is committed.
        round: in which it came.
        horizon: rows before it are not asked for again; "" where all may come again.
        attempts: that the ledger does not hold.
        done: requests that are not sent again.
        bad: files whose signatures are others, to be kept.
        seen: `row_key`, `digest` and `moment` of rows that may come again.
        alerts: what a person must see, in words, by severity.
        kept: files to archive although they are no manifests, such as a round's pages.
    """

    source: str
    taken: Taken
    round: int
    horizon: str = ""
    attempts: tuple[Attempt, ...] = ()
    done: tuple[Done, ...] = ()
    bad: tuple[Path, ...] = ()
    seen: pl.DataFrame = field(default_factory=pl.DataFrame)
    alerts: tuple[tuple[Severity, str], ...] = ()
    kept: tuple[Path, ...] = ()

    def beside(self, batch: lake.Batch, run: lake.Run, manifest: str, home: Path) -> None:
        """Put it into a batch; what is to be kept is kept first."""
        attempts.write([_event(one) for one in self.attempts], manifest, batch, run)
        for path in self.kept:
            archive.keep(home, path, digest_of(path), run.dir)
        batch.cursors = pl.DataFrame([self._cursor()], schema=CURSORS, orient="row")
        batch.requests = self._requests(manifest)
        if self.seen.height:
            batch.fetched_rows = self.seen.with_columns(source=pl.lit(self.source)).select(
                *FETCHED_ROWS
            )
        if told := self._alerts(manifest, home, run):
            batch.alerts = pl.concat([batch.alerts, *told], how="diagonal_relaxed")

    def _cursor(self) -> tuple[object, ...]:
        at = self.taken
        last = (self.horizon or None, at.round, at.seq, at.finished_at)
        return (self.source, at.value or None, at.earliest or None, *last)

    def _requests(self, manifest: str) -> pl.DataFrame:
        rows = [
            (
                one.request,
                self.source,
                self.round,
                one.method,
                one.url,
                one.status,
                one.payload_sha256,
                one.bytes,
                manifest or None,
            )
            for one in self.done
        ]
        return pl.DataFrame(rows, schema=REQUESTS, orient="row")

    def _alerts(self, manifest: str, home: Path, run: lake.Run) -> list[pl.DataFrame]:
        told: list[tuple[Severity, Fault | None, str]] = [
            (severity, None, detail) for severity, detail in self.alerts
        ]
        for path in self.bad:
            kept = archive.keep(home, path, path.name, run.dir).relative_to(home.resolve())
            said = f"{self.source}: an answer's signature is another; its bytes are kept in {kept}"
            told.append((Severity.HIGH, Fault.SIGNATURE_MISMATCH, said))
        return [_alert(severity, fault, detail, manifest) for severity, fault, detail in told]


def _alert(severity: Severity, fault: Fault | None, detail: str, manifest: str) -> pl.DataFrame:
    row = {
        "severity": severity.value,
        "manifest": manifest,
        "accounting_period": "",
        "fault": None if fault is None else fault.value,
        "lines": 0,
        "detail": detail,
    }
    return pl.DataFrame([row]).select(
        (pl.col(name) if name in row else pl.lit(None).alias(name)).cast(dtype)
        for name, dtype in ALERTS.items()
    )


def _event(one: Attempt) -> requests.Event:
    waited = f"; waited: {one.waited}" if one.waited else ""
    took = f"; took {one.ended_at - one.begun_at:.3f} s"
    return requests.Event(
        one.request,
        one.fault,
        one.number,
        one.ended_at,
        one.backoff_s,
        one.next_at,
        one.outcome,
        f"{one.url}: {one.detail}{waited}{took}",
    )


def land(path: Path, landing: Landing, home: Path, settings: Settings) -> Report:
    """Take a fetched manifest into the lake; its bytes are archived whatever becomes of it.

    A manifest that is refused, or is in the lake already, leaves the rest to a commit of its own.

    Raises:
        PipelineError: as `ingest`, but for a refusal, which is an alert.
    """

    def beside(batch: lake.Batch, run: lake.Run, manifest: str) -> None:
        archive.keep(home, path, manifest, run.dir)
        landing.beside(batch, run, manifest, home)

    order = Order(home, settings, datetime.now(UTC), landing.source, beside=beside)
    try:
        report = ingest(path, order)
    except ManifestRefused as error:
        report = Report(path, ManifestState.REFUSED, digest_of(path), error=str(error))
    if report.state is ManifestState.COMMITTED:
        return report
    alone = replace(landing, kept=(*landing.kept, path))
    if report.state is ManifestState.REFUSED:
        kept = raw_folder(home) / f"{report.manifest}.zst"
        said = f"{landing.source}: a fetched report is refused: {report.error}; kept as {kept.name}"
        alone = replace(alone, alerts=(*alone.alerts, (Severity.HIGH, said)))
    record(alone, home, settings, report.manifest)
    return report


def record(landing: Landing, home: Path, settings: Settings, manifest: str = "") -> None:
    """Commit what a fetch came to where there is no new manifest.

    Raises:
        LakeBusy, LakeDamaged: as `lake.commit`.
    """
    with (
        lake.begin(home, "sync", datetime.now(UTC)) as run,
        lake.exclusive(home, settings),
    ):
        batch = lake.Batch()
        landing.beside(batch, run, manifest, home)
        lake.commit(home, run, batch, settings)


def cleared(folder: Path) -> None:
    """Remove what a round has left on disk."""
    shutil.rmtree(folder, ignore_errors=True)
