"""What is the same for every line of a manifest in a run."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pipeline.flow.control import Control
from pipeline.read.message import Message
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.vocab import Fault

Key = tuple[str, str]
"""Manifest and accounting period: what a delivery is known by."""


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
        whole: further faults of the manifest as a whole, and what is wrong.
        message: what its sender calls it.
    """

    manifest: str
    accounting_period: str
    source: str
    path: Path
    run: lake.Run
    settings: Settings
    common: Mapping[Fault, int]
    control: Control = field(default_factory=Control)
    whole: Mapping[Fault, str] = field(default_factory=dict)
    message: Message = field(default_factory=Message)

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.manifest, self.accounting_period
