"""Files that came by a watched folder or SFTP: each is ingested once, as if by hand."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.errors import ManifestRefused
from pipeline.flow.ingest import Order, ingest
from pipeline.flow.manifest_id import digest_of
from pipeline.flow.outcome import Report
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.store.sql import query
from pipeline.store.steps import Step, reach
from pipeline.sync.complete import Sight
from pipeline.vocab import ManifestState


@dataclass(frozen=True)
class Arrival:
    """What became of one file; the fields are those of the table `arrivals`.

    Attributes:
        place, name, bytes, modified_ns: the file as its sender shows it.
        path: where it was read.
        report: what the ingest tells of it.
        detail: why it was refused.
        again: whether the books know that it was refused for this very reason.
    """

    source: str
    place: str
    name: str
    bytes: int
    modified_ns: int
    manifest: str
    accounting_period: str
    path: str
    state: ManifestState
    detail: str | None
    report: Report
    again: bool = False


@dataclass(frozen=True)
class Known:
    """How a version of a file went before."""

    manifest: str
    path: Path
    state: ManifestState
    detail: str | None


def known(home: Path, settings: Settings, source: str) -> dict[tuple[str, Sight], Known]:
    """What the books know of the files of a source, by place and version.

    Raises:
        LakeBusy, LakeDamaged: as `lake.reading`.
    """
    with lake.reading(home, settings) as con:
        rows = con.execute(query("inbox/known"), {"source": source}).fetchall()
    return {
        (place, Sight(name, size, modified_ns)): Known(
            manifest, Path(path), ManifestState(state), detail
        )
        for place, name, size, modified_ns, manifest, path, state, detail in rows
    }


@dataclass(frozen=True)
class Taker:
    """Takes the files of one source into the lake."""

    home: Path
    settings: Settings
    source: str
    clock: Callable[[], datetime]

    before: Mapping[tuple[str, Sight], Known]

    def take(self, place: str, sight: Sight, path: Path, digest: str | None = None) -> Arrival:
        """Ingest a file as by hand; a refusal is told, and is not the end.

        Args:
            place: the folder at the sender's.
            sight: the file as it is shown there.
            path: where it is to be read.
            digest: its SHA-256, where it is known.

        Raises:
            CatalogError, LakeBusy, LakeDamaged: as `ingest`.
        """
        order = Order(self.home, self.settings, self.clock(), self.source)
        try:
            report = ingest(path, order)
        except ManifestRefused as error:
            manifest = digest or (digest_of(path) if path.is_file() else "")
            state, detail = ManifestState.REFUSED, str(error)
            report = Report(path, state, manifest, error=detail)
        else:
            state, detail = report.state, ""
        reach(Step.TAKEN)
        old = self.before.get((place, sight))
        return Arrival(
            source=self.source,
            place=place,
            name=sight.name,
            bytes=sight.bytes,
            modified_ns=sight.modified_ns,
            manifest=report.manifest,
            accounting_period=report.accounting_period,
            path=str(path),
            state=state,
            detail=detail or None,
            report=report,
            again=bool(detail) and old is not None and old.detail == detail,
        )
