"""Profiles: what each sender's report looks like, chosen by its header and never by a guess."""

import codecs
import csv
import io
import re
import shlex
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl

from pipeline.contract.columns import REPORTED
from pipeline.errors import ManifestRefused, UsageError
from pipeline.read import dsrf_fit
from pipeline.read.dialect import Dialect
from pipeline.read.drift import drift_of, likeness, money_alone
from pipeline.read.dsrf_records import head_lines
from pipeline.read.profile import Profile, profile_of
from pipeline.read.profile_schema import Reader
from pipeline.read.profile_spec import Spec

__all__ = ["SOURCES", "Profile", "choose", "header_of", "load_profiles", "read_spec"]

SOURCES = Path(__file__).resolve().parents[1] / "sources"
_NEEDED = ("amount", "currency")
_ONE_OF = ("isrc", "gtin", "title")
_SHOWN = 6
_LEAST_LIKE = 0.6
"""Of a report in another layout and its source: the share of their columns that both have."""
_LEAST_LEAD = 0.1
"""By how much no other source may be as like."""
_SAMPLED = 200
_MARKS = {
    codecs.BOM_UTF8: "utf-8",
    codecs.BOM_UTF16_LE: "utf-16-le",
    codecs.BOM_UTF16_BE: "utf-16-be",
}
_LINE_END = re.compile("\r\n|\n|\r")


def load_profiles(home: Path | None = None) -> tuple[Profile, ...]:
    """The built-in profiles and those of a home folder's `sources/`, by name.

    A profile of the home folder replaces the built-in one of the same name.

    Raises:
        UsageError: a profile is not TOML, or says what no profile can.
    """
    folders = [SOURCES] if home is None else [SOURCES, home / "sources"]
    specs: dict[str, Spec] = {}
    for folder in folders:
        for path in sorted(folder.glob("*.toml")):
            spec = _read(path)
            specs[spec.name] = spec
    return tuple(profile_of(specs[name], specs[name].header) for name in sorted(specs))


def choose(
    head: bytes,
    profiles: Sequence[Profile],
    name: str | None = None,
    where: Path | str = "the manifest",
) -> Profile:
    """The profile whose header a report has, exactly; byte order mark and line ends aside.

    Args:
        head: the report's first bytes, unpacked.
        profiles: those to choose from.
        name: the one that must fit, where a person says so.
        where: the report's name, for the error.

    Returns:
        The profile with the columns and the encoding of this report; where none has its very
        header, that of the one source of which it can be another layout, with its `drift`.

    Raises:
        ManifestRefused: none fits; the nearest and its difference are named.
        UsageError: there is no profile of that name.
    """
    known = {profile.name: profile for profile in profiles}
    if name is not None and name not in known:
        raise UsageError(f"there is no source {name!r}", f"known: {', '.join(known)}")
    asked = [known[name]] if name is not None else list(profiles)
    fits = [_fit(profile.spec, head) for profile in asked]
    found = [fit.profile for fit in fits if fit.profile is not None]
    if len(found) == 1:
        return found[0]
    if found:
        names = ", ".join(profile.name for profile in found)
        raise ManifestRefused(f"{where} fits several sources: {names}", "name one with --source")
    changed = _changed(head, asked)
    if changed is not None:
        return changed
    nearest = max(fits, key=lambda fit: fit.likeness)
    raise _refusal(head, nearest, where, sure=name is not None)


@dataclass(frozen=True)
class _Fit:
    """How well a profile fits: the profile where it does, else how near it comes."""

    spec: Spec
    profile: Profile | None = None
    likeness: float = 0.0
    difference: str = ""


def _read(path: Path) -> Spec:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path.name} is not TOML: {error}", "mend that line") from error
    return read_spec(path.name, text)


def read_spec(where: str, text: str) -> Spec:
    """A profile from the text of its TOML; `where` is its file, for errors.

    Raises:
        UsageError: it is not TOML, or says what no profile can.
    """
    try:
        given = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{where} is not TOML: {error}", "mend that line") from error
    return Reader(where, given).spec()


def _fit(spec: Spec, head: bytes) -> _Fit:
    if spec.kind == "dsrf":
        return _fit_dsrf(spec, head)
    dialect = _marked(spec.dialect, head)
    header = header_of(head, dialect)
    wrong = _not_canonical(header) if spec.kind == "canonical" else _not_header(spec, header)
    if not wrong:
        return _Fit(spec, profile_of(spec, header, dialect))
    known = set(REPORTED if spec.kind == "canonical" else spec.header)
    # A report may hold a part of the canonical columns; a fixed header is all or none.
    whole = set(header) if spec.kind == "canonical" else known.union(header)
    likeness = len(known.intersection(header)) / len(whole) if whole else 0.0
    return _Fit(spec, None, likeness, wrong)


def header_of(head: bytes, dialect: Dialect) -> tuple[str, ...]:
    """The cells of the header record in a report's first bytes; none where it has none."""
    return next(_records(head, dialect), ())


def _records(head: bytes, dialect: Dialect) -> Iterator[tuple[str, ...]]:
    """The records of a report's first bytes from its header on, as far as csv can read them."""
    text = head.decode(dialect.encoding, "replace").removeprefix("\ufeff")
    for _ in range(dialect.skip):
        text = [*_LINE_END.split(text, maxsplit=1), ""][1]
    rows = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        quoting=csv.QUOTE_MINIMAL if dialect.quote else csv.QUOTE_NONE,
        escapechar=dialect.escape,
        doublequote=dialect.escape is None,
    )
    try:
        yield from map(tuple, rows)
    except csv.Error:
        return


def _changed(head: bytes, profiles: Sequence[Profile]) -> Profile | None:
    """The source of which a report can be another layout; None where that is not beyond doubt."""
    headers = [
        (profile.spec, dialect, header_of(head, dialect))
        for profile in profiles
        if profile.kind == "delimited"
        for dialect in [_marked(profile.spec.dialect, head)]
    ]
    likely = [
        (likeness(spec, header), spec, dialect, header)
        for spec, dialect, header in headers
        if len(set(header)) == len(header)
    ]
    ranked = sorted(likely, key=lambda one: -one[0])
    if not ranked or ranked[0][0] < _LEAST_LIKE:
        return None
    if len(ranked) > 1 and ranked[1][0] > ranked[0][0] - _LEAST_LEAD:
        return None
    _, spec, dialect, header = ranked[0]
    rows = [row for row in _records(head, dialect) if len(row) == len(header)]
    schema = dict.fromkeys(header, pl.String())
    cells = pl.DataFrame(rows[1:_SAMPLED], schema=schema, orient="row")
    drift = drift_of(spec, header, cells)
    read = money_alone(spec, drift.missing) if drift.missing else spec
    return replace(profile_of(read, header, dialect), drift=drift)


def _marked(dialect: Dialect, head: bytes) -> Dialect:
    """The dialect with the encoding that a byte order mark states."""
    for mark, encoding in _MARKS.items():
        if head.startswith(mark):
            return replace(dialect, encoding=encoding)
    return dialect


def _not_header(spec: Spec, header: Sequence[str]) -> str:
    """How a header differs from a profile's; nothing where it is the same."""
    same = len(header) == len(spec.header) and all(
        cell == name or cell in spec.also.get(name, ())
        for cell, name in zip(header, spec.header, strict=True)
    )
    if same:
        return ""
    missing = [
        name for name in spec.header if not {name, *spec.also.get(name, ())}.intersection(header)
    ]
    known = set(spec.header).union(*spec.also.values())
    return _difference(missing, [cell for cell in header if cell not in known])


def _not_canonical(header: Sequence[str]) -> str:
    """What keeps a header from being canonical; nothing where it is."""
    missing = [name for name in _NEEDED if name not in header]
    if not set(_ONE_OF).intersection(header):
        missing.append(" or ".join(_ONE_OF))
    difference = _difference(missing, [cell for cell in header if cell not in REPORTED], order="")
    if not difference and len(set(header)) != len(header):
        return "it names a column twice"
    return difference


def _difference(missing: Sequence[str], unknown: Sequence[str], order: str = "in order") -> str:
    """Columns that are missing and columns too many, in words."""
    found = [
        f"{what} {', '.join(map(repr, names[:_SHOWN]))}{' …' if len(names) > _SHOWN else ''}"
        for what, names in (("it lacks", missing), ("it has", unknown))
        if names
    ]
    return "; ".join(found) or (order and "its columns stand in another order, or twice")


def _fit_dsrf(spec: Spec, head: bytes) -> _Fit:
    records, likeness, wrong = dsrf_fit.fit(spec, head)
    if records is None:
        return _Fit(spec, None, likeness, wrong)
    return _Fit(spec, profile_of(spec, records.columns, records=records))


def _refusal(head: bytes, nearest: _Fit, where: Path | str, *, sure: bool) -> ManifestRefused:
    """Why no profile fits, by the nearest one."""
    marked = any(head.startswith(mark) for mark in _MARKS)
    if b"\0" in head and not marked and not nearest.likeness:
        return ManifestRefused(f"{where} is not text", "deliver the report as its sender wrote it")
    name = f"{nearest.spec.name} ({nearest.spec.title})"
    mend = f"draft a profile for it: royalty sources draft {shlex.quote(str(where))}"
    if nearest.spec.kind == "dsrf" and nearest.likeness:
        mend = f"where it means the same, put a copy of {nearest.spec.name}.toml into sources/"
    if sure:
        return ManifestRefused(f"{where} is not of source {name}: {nearest.difference}", mend)
    if not nearest.likeness:
        first = head_lines(head)[0][:60]
        return ManifestRefused(f"{where} is no known report; it begins with {first!r}", mend)
    what = f"{where} is no known report; the nearest is {name}, but {nearest.difference}"
    return ManifestRefused(what, mend)
