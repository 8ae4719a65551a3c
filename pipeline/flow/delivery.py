"""What is the same for every line of a manifest in a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.flow.control import Control
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.vocab import Fault


@dataclass(frozen=True)
class Delivery:
    """A manifest at work.

    Attributes:
        manifest: its id.
        accounting_period: the period in which it is accounted; "" where it is undated.
        source: the profile's name.
        path: the decompressed manifest.
        run: the run that takes it in.
        settings: the run's settings.
        common: lines by those fatal faults that so many lines share that each is one fault of
            the manifest.
        control: what is declared of it, and what was found.
    """

    manifest: str
    accounting_period: str
    source: str
    path: Path
    run: lake.Run
    settings: Settings
    common: Mapping[Fault, int]
    control: Control = field(default_factory=Control)
