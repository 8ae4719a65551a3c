"""Everything that a mailed report of drift tells, read at one moment."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import polars as pl

from pipeline.flow import notebooks
from pipeline.flow.drift import Asked, Drift, drift
from pipeline.flow.metadata_drift import Asked as AskedOfMetadata
from pipeline.flow.metadata_drift import MetadataDrift, metadata_drift
from pipeline.flow.notebooks import Lake, Seen
from pipeline.settings import Settings

_DRAWN = 4
"""How many periods of sources are drawn: what changed most comes first."""
_NUMBER = "rate"
_VOCABULARY = "usage"


@dataclass(frozen=True)
class Looked:
    """A period of a source, and what is told of it by the query that tells it."""

    seen: Seen
    frames: Mapping[str, pl.DataFrame]


@dataclass(frozen=True)
class DriftReport:
    """What changed in what sources report.

    Attributes:
        at: when it was read.
        drift: findings, months and layouts.
        metadata: what changed of the catalog's things.
        looked: the periods that are drawn, those with the dearest findings first.
    """

    at: datetime
    drift: Drift
    metadata: MetadataDrift
    looked: tuple[Looked, ...]


def drift_report(home: Path, settings: Settings, at: datetime, asked: Asked) -> DriftReport:
    """All of a report of drift.

    Args:
        home: the home folder.
        settings: its settings.
        at: the clock reading.
        asked: which deliveries are told of.

    Raises:
        CatalogError: the current catalog is broken.
        LakeBusy, LakeDamaged: as `lake.ensure_views`.
    """
    found = drift(home, settings, asked)
    of_metadata = AskedOfMetadata(source=asked.source, period=asked.period)
    metadata = metadata_drift(home, settings, of_metadata)
    lake = notebooks.opened(home)
    if lake is None:
        return DriftReport(at, found, metadata, ())
    try:
        looked = tuple(_looked(lake, found, asked))
    finally:
        lake.close()
    return DriftReport(at, found, metadata, looked)


def _looked(lake: Lake, found: Drift, asked: Asked) -> Iterator[Looked]:
    choices = lake.frame("drift_choices")
    named = [(one.source, one.accounting_period) for one in found.findings]
    if not named and asked.manifest is None:
        named = list(_latest(choices, asked))
    for source, period in list(dict.fromkeys(named))[:_DRAWN]:
        own = choices.filter(source=source, accounting_period=period)
        if own.is_empty():
            continue
        dearest = (
            one.currency
            for one in found.findings
            if (one.source, one.accounting_period) == (source, period) and one.currency
        )
        seen = lake.seen(source, next(dearest, own["currency"][0]), period, None)
        yield Looked(seen, lake.drift(seen, _VOCABULARY, _NUMBER))


def _latest(choices: pl.DataFrame, asked: Asked) -> Iterator[tuple[str, str]]:
    """The period asked for, or else the latest, of each source that is asked for."""
    for one in choices.partition_by("source", maintain_order=True):
        source, latest = one["source"][0], one["accounting_period"].max()
        if asked.source in {None, source}:
            yield source, asked.period or str(latest)
