"""Opening a manifest: its container, its profile, its accounting period, its parts."""

import codecs
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import cached_property, partial
from pathlib import Path

from pipeline import read
from pipeline.errors import ManifestRefused, UsageError
from pipeline.flow.control import FILES, Figure
from pipeline.flow.outcome import Report
from pipeline.read import dsrf, dsrf_control, dsrf_survey, packed, workbook
from pipeline.read.delimited import Part
from pipeline.read.dsrf import DsrfPart
from pipeline.read.encoding import fitting
from pipeline.read.message import Message, cells_of, message_of
from pipeline.read.profiles import Profile, load_profiles, named
from pipeline.read.redact import redacted
from pipeline.read.signature import own_names
from pipeline.read.trailer import Declared, declared_in, trailer_of
from pipeline.vocab import Fault, ManifestState

AnyPart = Part | DsrfPart

_PERIOD = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])|Q[1-4])")
_FIRST_BYTES = 2**20
"""How far into a manifest a line may name its period; independent of the size of parts."""
_DSRF_SHARE = 6
"""Of a part of another format: records that are joined take several times the memory per byte."""


@dataclass
class Opened:
    """A manifest ready to be read.

    Attributes:
        path: the file as delivered.
        plain: its bytes, decompressed, for as long as the run lasts.
        profile: the profile chosen by its header.
        period: the accounting period; "" where nothing names one.
        before: what the file was when it was opened.
        totals: what its last lines declare, by name.
        resynchronised: lines read again after a cut, counted as parts are read.
    """

    path: Path
    plain: Path
    profile: Profile
    period: str
    before: os.stat_result
    totals: Declared = field(default_factory=dict)
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
    def is_unread(self) -> bool:
        """Whether its layout lacks columns, so that its lines wait for a person's word."""
        drift = self.profile.drift
        return drift is not None and bool(drift.missing)

    @cached_property
    def message(self) -> Message:
        """What its sender calls the report; nothing where the profile does not say where."""
        where = self.profile.spec.message_id
        names = {name for names in vars(where).values() for name in names}
        if not names or self.is_unread:
            return Message()
        if self.profile.records is not None:
            return message_of(where, {f"HEAD.{name}": v for name, v in self._survey.head.items()})
        first = next(self.parts(_FIRST_BYTES), None)
        if not isinstance(first, Part):
            return Message()
        own = own_names(self.profile.spec, self.profile.header)
        columns = {name: own[name] for name in names if name in own}
        return message_of(where, cells_of(first.cells()[0], columns))

    @property
    def faults(self) -> dict[Fault, str]:
        """Faults of the report as a whole that its header tells, with what is wrong."""
        return {Fault.SCHEMA_DRIFT: str(self.profile.drift)} if self.is_unread else {}

    def counts(self) -> list[Figure]:
        """The counts that a DSR flat file declares; none of other reports."""
        if self.profile.records is None:
            return []
        beside = dsrf_control.files_beside(self.path)
        declared = {**self._survey.control, **dsrf_control.numbering(self._survey.head, beside)}
        figures = [
            Figure(
                name,
                _decimal(count["declared"]),
                _decimal(count["found"]),
                is_certain=count["found"] is not None,
            )
            for name, count in declared.items()
        ]
        if beside is not None:
            # The others may come yet.
            figures.append(
                Figure(
                    FILES, Decimal(beside.of), Decimal(beside.found), is_certain=not beside.missing
                )
            )
        return figures

    @property
    def declared_money(self) -> Mapping[str, Decimal | None]:
        """By currency what a DSR flat file says that its lines add up to; see `Survey`."""
        return {} if self.profile.records is None else self._survey.declared_money

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
    before = stat_of(path)
    profiles = load_profiles(home)
    if workbook.is_workbook(path):
        asked = named(profiles, source)
        sheet = workbook.sheet_of(path, asked, folder / "sheet")
        plain, profile = sheet.plain, sheet.profile
    else:
        container, profile = packed.report_in(path, profiles, source)
        plain = container.unpack(folder / "unpacked")
        profile = _encoded(plain, profile)
    profile, totals = _ended(profile, plain)
    if profile.spec.personal:
        profile = redacted(plain, profile, folder / "redacted")
        plain = folder / "redacted"
    period = declared or profile.period_in_name(path.name) or _first_period(plain, profile)
    return Opened(path, plain, profile, period, before, totals)


def _ended(profile: Profile, plain: Path) -> tuple[Profile, Declared]:
    """The profile that knows where this report ends, and what its last lines declare."""
    spec = profile.spec
    if not spec.trailer:
        return profile, {}
    lines = trailer_of(plain, profile.dialect, spec.trailer)
    number = spec.forms.get("number", ("point",))[0]
    ended = replace(profile, dialect=replace(profile.dialect, footer=len(lines)))
    return ended, declared_in(lines, spec.totals, number)


def _decimal(count: int | None) -> Decimal | None:
    return None if count is None else Decimal(count)


def stat_of(path: Path) -> os.stat_result:
    """What a delivered file is now.

    Raises:
        ManifestRefused: there is none, or it can be read only once, as a pipe.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise ManifestRefused(f"there is no file {path}", "check the path") from error
    if not (stat.S_ISREG(found.st_mode) or stat.S_ISDIR(found.st_mode)):
        raise ManifestRefused(
            f"{path} is no file, and a report is read more than once",
            "write what it gives to a file, and name that",
        )
    return found


def _encoded(plain: Path, profile: Profile) -> Profile:
    """The profile with the encoding of the whole report, where its sender uses several."""
    encodings = profile.spec.encodings
    if profile.kind != "delimited" or not encodings or profile.dialect.encoding not in encodings:
        return profile
    with plain.open("rb") as stream:
        if stream.read(len(codecs.BOM_UTF8)) == codecs.BOM_UTF8:
            return profile
        stream.seek(0)
        found = fitting(iter(partial(stream.read, _FIRST_BYTES), b""), encodings)
    return replace(profile, dialect=replace(profile.dialect, encoding=found))


def _first_period(plain: Path, profile: Profile) -> str:
    """The accounting period that the first lines name; "" where none does."""
    opened = Opened(plain, plain, profile, "", plain.stat())
    first = next(opened.parts(_FIRST_BYTES), None)
    if first is None:
        return ""
    cells = first.frame() if isinstance(first, DsrfPart) else first.cells()[0]
    return profile.period_in_lines(cells) or ""
