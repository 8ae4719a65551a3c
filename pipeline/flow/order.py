"""What an ingest is asked for."""

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from pipeline.flow.control import Word
from pipeline.flow.manifest_id import Digest
from pipeline.flow.remitting import Remittance
from pipeline.flow.replacement import Replacement
from pipeline.settings import Settings
from pipeline.store import lake

Progress = Callable[[str, int, int], None]
"""Told of the stage, the share of it that is done in bytes, and the lines so far."""

Beside = Callable[[lake.Batch, lake.Run, str], None]
"""Adds to the batch of a manifest, under the commit lock."""


@dataclass(frozen=True)
class Order:
    """What an ingest is asked for.

    Attributes:
        home: the home folder.
        settings: its settings.
        at: the run's one clock reading, aware.
        source: the profile that must fit; chosen by the header where None.
        period: the accounting period as declared; from the profile where None.
        progress: told how far it has come.
        remittance: what was paid for the report, alone or with others; what a file beside it says
            where None.
        word: of a person who accepts whatever difference there is to what is declared.
        replacement: the deliveries that the manifest replaces; None where it replaces none.
        digest: that of the manifest, where it was begun already.
        beside: puts what must be committed with the manifest into its batch.
    """

    home: Path
    settings: Settings
    at: datetime
    source: str | None = None
    period: str | None = None
    progress: Progress = field(default=lambda _stage, _bytes, _lines: None)
    remittance: Remittance | None = None
    word: Word | None = None
    replacement: Replacement | None = None
    digest: Digest | None = None
    beside: Beside = field(default=lambda _batch, _run, _manifest: None)

    @property
    def threads(self) -> int:
        """Worker threads: as set, else one per core."""
        return self.settings.threads or len(os.sched_getaffinity(0))
