"""A first profile for an unknown report, with a few of its lines as they would land."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryDirectory

import polars as pl

from pipeline import read
from pipeline.contract.columns import REPORTED
from pipeline.contract.tag import tag
from pipeline.errors import ManifestRefused, UsageError
from pipeline.read.containers import HEAD_BYTES, open_manifest
from pipeline.read.draft import Draft, draft
from pipeline.read.draft_dialect import layout_of
from pipeline.read.headers import header, numbered
from pipeline.read.profile import profile_of
from pipeline.read.profile_spec import Spec
from pipeline.read.profiles import load_profiles
from pipeline.read.workbook import heads, is_workbook

PREVIEW = 10
_HEAD_BYTES = 2**20
_NAME = re.compile("[a-z][a-z0-9_]*")


@dataclass(frozen=True)
class Drafted:
    """A draft and what would come of it.

    Attributes:
        path: the report.
        draft: the profile.
        preview: its first lines, typed, with their `faults`; columns that the report has.
    """

    path: Path
    draft: Draft
    preview: pl.DataFrame


def drafted(path: Path, home: Path, name: str | None = None) -> Drafted:
    """Propose a profile for a report.

    Args:
        path: the report as delivered.
        home: the home folder, whose profiles are known beside the built-in ones.
        name: of the source; made from the file's name where None.

    Raises:
        ManifestRefused: it cannot be opened, or no delimiter makes columns of it.
        UsageError: the name cannot be one.
    """
    source = name or _slug(path)
    if not _NAME.fullmatch(source):
        raise UsageError(f"{source!r} cannot name a source", "write small letters, digits and _")
    profiles = load_profiles(home)
    sheet, head = _head(path, [profile.spec for profile in profiles])
    whole = len(head) <= _HEAD_BYTES and not sheet
    if head.startswith((b"HEAD\t", b"#HEAD\t")):
        raise ManifestRefused(
            f"{path} is a DSR flat file, whose records describe themselves",
            "add its profile to a copy of the nearest dsrf one in the home's sources",
        )
    known = [profile.spec for profile in profiles]
    found = draft(source, path.name, head[:_HEAD_BYTES], known, whole=whole)
    if sheet:
        doubts = (f"it is drafted from the sheet {sheet!r}", *found.doubts)
        found = replace(found, doubts=doubts)
    return Drafted(path, found, _preview(found, head, whole=whole))


def _head(path: Path, known: Sequence[Spec]) -> tuple[str, bytes]:
    """The first bytes of a report; of a workbook those of the likeliest sheet, with its name."""
    if is_workbook(path):
        found = {name: (layout_of(head, whole=False), head) for name, head in heads(path).items()}
        sizes = {
            name: layout.regular * len(layout.header) if layout else 0.0
            for name, (layout, _) in found.items()
        }
        best = max(sizes, key=lambda name: sizes[name])
        return best, found[best][1]
    members = [pattern for spec in known for pattern in spec.members]
    with open_manifest(path, members).open() as stream:
        return "", stream.read(_HEAD_BYTES + 1)


def save(found: Draft, home: Path) -> Path:
    """Write a draft into the home's `sources`.

    Raises:
        UsageError: a profile of that name is there.
    """
    path = home / "sources" / f"{found.name}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(found.toml)
    except FileExistsError as error:
        raise UsageError(f"{path} is there already", "name another with --name") from error
    return path


def _slug(path: Path) -> str:
    """A source's name from a file's: its words without what changes from month to month."""
    words = re.findall("[a-z]+", path.name.partition(".")[0].lower())
    return "_".join(words) or "report"


def _preview(found: Draft, head: bytes, *, whole: bool) -> pl.DataFrame:
    """The first lines by the draft."""
    placed = header(found.spec, head[:HEAD_BYTES])
    # What was cut off has its end elsewhere.
    dialect = placed.dialect if whole else replace(placed.dialect, footer=0)
    profile = profile_of(numbered(found.spec, placed), placed.columns, dialect)
    with TemporaryDirectory() as folder:
        plain = Path(folder) / "head"
        plain.write_bytes(head)
        part = next(read.parts(plain, dialect, len(head)), None)
        cells = None if part is None else part.cells()[0].head(PREVIEW)
    if cells is None:
        return pl.DataFrame()
    nothing = pl.lit(None, dtype=pl.String)
    reported = [profile.reported.get(name, nothing).alias(name) for name in REPORTED]
    lines = tag(cells.lazy().select(reported)).collect()
    kept = [name for name in lines.columns if name in profile.reported or name == "faults"]
    return lines.select(kept)
