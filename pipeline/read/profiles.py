"""Profiles: what each sender's report looks like, chosen by its header and never by a guess."""

import shlex
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

import polars as pl

from pipeline.contract.columns import REPORTED
from pipeline.errors import ManifestRefused, UsageError
from pipeline.read import dsrf_fit
from pipeline.read.drift import drift_of, likeness, money_alone
from pipeline.read.dsrf_records import head_lines
from pipeline.read.headers import MARKS, header, header_of, marked, numbered
from pipeline.read.profile import Profile, profile_of
from pipeline.read.profile_schema import Reader
from pipeline.read.profile_spec import Spec
from pipeline.read.signature import folded, match

__all__ = ["SOURCES", "Profile", "choose", "header_of", "load_profiles", "read_spec"]

SOURCES = Path(__file__).resolve().parents[1] / "sources"
_NEEDED = ("amount", "currency")
_ONE_OF = ("isrc", "gtin", "title")
_SHOWN = 6
_LEAST_LIKE = 0.6
"""Of a report in another layout and its source: the share of their columns that both have."""
_LEAST_LEAD = 0.1
"""By how much no other source may be as like."""


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
    """The profile whose header a report has, as `signature` compares them.

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
    asked = named(profiles, name)
    fits = [_fit(profile.spec, head) for profile in asked]
    found = _fitting(fits)
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


def named(profiles: Sequence[Profile], name: str | None) -> list[Profile]:
    """The profile of a name, or all where none is given.

    Raises:
        UsageError: there is no profile of that name.
    """
    if name is None:
        return list(profiles)
    found = [profile for profile in profiles if profile.name == name]
    if not found:
        known = ", ".join(profile.name for profile in profiles)
        raise UsageError(f"there is no source {name!r}", f"known: {known}")
    return found


def fitting(head: bytes, profiles: Sequence[Profile]) -> list[Profile]:
    """The profiles whose header a report has: those that know all of its columns before others."""
    return _fitting([_fit(profile.spec, head) for profile in profiles])


@dataclass(frozen=True)
class _Fit:
    """How well a profile fits: the profile where it does, else how near it comes.

    `known` is whether the profile knows every column of a report that it fits.
    """

    spec: Spec
    profile: Profile | None = None
    likeness: float = 0.0
    difference: str = ""
    known: bool = True


def _fitting(fits: Sequence[_Fit]) -> list[Profile]:
    # A profile that knows every column says more of a report than one that leaves some open.
    knowing = [fit.profile for fit in fits if fit.profile is not None and fit.known]
    return knowing or [fit.profile for fit in fits if fit.profile is not None]


def _read(path: Path) -> Spec:
    try:
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path.name} is not TOML: {error}", "mend that line") from error
    return read_spec(path.name, text)


@lru_cache(maxsize=256)
def read_spec(where: str, text: str) -> Spec:
    """A profile from the text of its TOML; `where` is its file, for errors.

    Remembered: a process that takes many reports reads all profiles for each of them.

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
    if spec.kind == "canonical":
        return _fit_canonical(spec, head)
    found = header(spec, head)
    if found.difference:
        near = likeness(spec, found.cells) if spec.dialect.header else 0.0
        return _Fit(spec, None, near, found.difference)
    profile = profile_of(numbered(spec, found), found.columns, found.dialect)
    return _Fit(spec, profile, known=not found.unknown)


def _fit_canonical(spec: Spec, head: bytes) -> _Fit:
    """A report of canonical columns may hold any of them, and no other."""
    dialect = marked(spec, head)
    cells = header_of(head, dialect)
    wrong = _not_canonical(cells)
    if not wrong:
        return _Fit(spec, profile_of(spec, cells, dialect))
    known = len(set(REPORTED).intersection(map(folded, cells)))
    return _Fit(spec, None, known / len(cells) if cells else 0.0, wrong)


def _changed(head: bytes, profiles: Sequence[Profile]) -> Profile | None:
    """The source of which a report can be another layout; None where that is not beyond doubt."""
    headers = [
        (profile.spec, found)
        for profile in profiles
        if profile.kind == "delimited" and profile.spec.dialect.header
        for found in [header(profile.spec, head)]
        # Of two columns of one name nobody can say which is meant.
        if not match(profile.spec, found.cells).twice
    ]
    likely = [(likeness(spec, found.cells), spec, found) for spec, found in headers]
    ranked = sorted(likely, key=lambda one: -one[0])
    if not ranked or ranked[0][0] < _LEAST_LIKE:
        return None
    if len(ranked) > 1 and ranked[1][0] > ranked[0][0] - _LEAST_LEAD:
        return None
    _, spec, found = ranked[0]
    rows = [row for row in found.rows if len(row) == len(found.columns)]
    schema = dict.fromkeys(found.columns, pl.String())
    drift = drift_of(spec, found.columns, pl.DataFrame(rows, schema=schema, orient="row"))
    read = numbered(spec, found)
    read = money_alone(read, drift.missing) if drift.missing else read
    return replace(profile_of(read, found.columns, found.dialect), drift=drift)


def _not_canonical(header: Sequence[str]) -> str:
    """What keeps a header from being canonical; nothing where it is."""
    missing = [name for name in _NEEDED if name not in header]
    if not set(_ONE_OF).intersection(header):
        missing.append(" or ".join(_ONE_OF))
    difference = _difference(missing, [cell for cell in header if cell not in REPORTED])
    if not difference and len(set(header)) != len(header):
        return "it names a column twice"
    return difference


def _difference(missing: Sequence[str], unknown: Sequence[str]) -> str:
    """Columns that are missing and columns too many, in words."""
    found = [
        f"{what} {', '.join(map(repr, names[:_SHOWN]))}{' …' if len(names) > _SHOWN else ''}"
        for what, names in (("it lacks", missing), ("it has", unknown))
        if names
    ]
    return "; ".join(found)


def _fit_dsrf(spec: Spec, head: bytes) -> _Fit:
    records, likeness, wrong = dsrf_fit.fit(spec, head)
    if records is None:
        return _Fit(spec, None, likeness, wrong)
    return _Fit(spec, profile_of(spec, records.columns, records=records))


def _refusal(head: bytes, nearest: _Fit, where: Path | str, *, sure: bool) -> ManifestRefused:
    """Why no profile fits, by the nearest one."""
    marked = any(head.startswith(mark) for mark in MARKS)
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
