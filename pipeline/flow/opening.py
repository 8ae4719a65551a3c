"""Opening a manifest: its container, its profile, its accounting period, its parts."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from pipeline import read
from pipeline.errors import ManifestRefused, UsageError
from pipeline.flow.outcome import Report
from pipeline.read import dsrf, dsrf_control, dsrf_survey
from pipeline.read.containers import open_manifest
from pipeline.read.delimited import Part
from pipeline.read.dsrf import DsrfPart
from pipeline.read.profiles import Profile, choose, load_profiles
from pipeline.vocab import Fault, ManifestState

AnyPart = Part | DsrfPart

_PERIOD = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])|Q[1-4])")
_FIRST_BYTES = 2**20
"""How far into a manifest a line may name its period; independent of the size of parts."""
_DSRF_SHARE = 2
"""Of a part of another format: records that are joined take about twice the memory per byte."""


@dataclass(frozen=True)
class Control:
    """What a manifest declares of itself against what was found.

    Attributes:
        told: each count with `declared` and `found`; empty where the format declares none.
        faults: faults of the manifest as a whole, with the lines each stands for and what is off.
    """

    told: Mapping[str, Any] = field(default_factory=dict)
    faults: Mapping[Fault, str] = field(default_factory=dict)


@dataclass
class Opened:
    """A manifest ready to be read.

    Attributes:
        path: the file as delivered.
        plain: its bytes, decompressed, for as long as the run lasts.
        profile: the profile chosen by its header.
        period: the accounting period; "" where nothing names one.
        before: what the file was when it was opened.
        resynchronised: lines read again after a cut, counted as parts are read.
    """

    path: Path
    plain: Path
    profile: Profile
    period: str
    before: os.stat_result
    resynchronised: int = 0

    def parts(self, part_bytes: int) -> Iterator[AnyPart]:
        """The parts of the manifest in file order."""
        if self.profile.records is not None:
            with self.plain.open("rb") as stream:
                size = max(1, part_bytes // _DSRF_SHARE)
                yield from dsrf.parts(stream, self._survey, self.profile.wanted, size)
            return
        for part in read.parts(self.plain, self.profile.dialect, part_bytes):
            self.resynchronised += part.frame.resynchronised
            yield part

    @cached_property
    def _survey(self) -> dsrf_survey.Survey:
        with self.plain.open("rb") as stream:
            return dsrf_survey.survey(stream, self.profile.spec.records)

    @property
    def declared_money(self) -> Mapping[str, Decimal | None]:
        """By currency what the manifest says its lines add up to; null where that is unreadable.

        Empty where the format declares no money.
        """
        return {} if self.profile.records is None else self._survey.declared_money

    def control(self) -> Control:
        """The declared counts against those found."""
        drift = self.profile.drift
        if drift is not None and drift.missing:
            return Control(faults={Fault.SCHEMA_DRIFT: str(drift)})
        if self.profile.records is None:
            return Control()
        told: dict[str, Any] = dict(self._survey.control)
        beside = dsrf_control.files_beside(self.path)
        if beside is not None:
            told["files"] = {"declared": beside.of, "found": beside.found}
            if beside.missing:
                told["files"]["missing"] = list(beside.missing)
        checked = {**self._survey.control, **dsrf_control.numbering(self._survey.head, beside)}
        off = [
            f"{name}: declared {count['declared']}, found {count['found']}"
            for name, count in checked.items()
            if count["found"] is not None and count["declared"] != count["found"]
        ]
        if not off:
            return Control(told)
        return Control(told, {Fault.OUT_OF_BALANCE: "; ".join(off)})

    def unchanged(self, manifest: str) -> Report:
        """That this delivery is in the lake already."""
        return Report(self.path, ManifestState.UNCHANGED, manifest, self.period, self.profile.name)

    def refuse_changed(self) -> None:
        """Raise where the file is no longer what was opened.

        Raises:
            ManifestRefused: it was written to meanwhile.
        """
        now = self.path.stat()
        if (now.st_size, now.st_mtime_ns, now.st_ino) != (
            self.before.st_size,
            self.before.st_mtime_ns,
            self.before.st_ino,
        ):
            raise ManifestRefused(
                f"{self.path} changed while it was read", "ingest it again when it is whole"
            )


def open_report(
    path: Path, home: Path, folder: Path, source: str | None, declared: str | None
) -> Opened:
    """Open a delivered file.

    Args:
        path: the file as delivered.
        home: the home folder, whose `sources/` may hold profiles.
        folder: where an unpacked copy may stand while the run lasts.
        source: the profile that must fit; chosen by the header where None.
        declared: the accounting period; from name or lines where None.

    Raises:
        ManifestRefused: it is no file, no text, damaged, or of no known layout.
        UsageError: the declared period is none, or there is no such source.
    """
    if declared is not None and not _PERIOD.fullmatch(declared):
        raise UsageError(f"{declared!r} is no accounting period", "write 2026-09 or 2026Q3")
    profiles = load_profiles(home)
    members = [pattern for profile in profiles for pattern in profile.spec.members]
    container = open_manifest(path, members)
    before = path.stat()
    profile = choose(container.head(), profiles, source, path)
    plain = container.unpack(folder / "unpacked")
    period = declared or profile.period_in_name(path.name) or _first_period(plain, profile)
    return Opened(path, plain, profile, period, before)


def _first_period(plain: Path, profile: Profile) -> str:
    """The accounting period that the first lines name; "" where none does."""
    opened = Opened(plain, plain, profile, "", plain.stat())
    first = next(opened.parts(_FIRST_BYTES), None)
    if first is None:
        return ""
    cells = first.frame() if isinstance(first, DsrfPart) else first.cells()[0]
    return profile.period_in_lines(cells) or ""
