"""Verifying the bytes of an export with nothing but its folder; checks return offenders."""

import os
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pipeline.audit.digest import (
    DIGESTS,
    FILES,
    SUMS,
    Digests,
    files_of,
    listed,
    parsed,
    sha256_of,
)

_Stated = TypeVar("_Stated")


@dataclass(frozen=True)
class Finding:
    """One thing that is off.

    Attributes:
        file: the file that shows it, relative to the folder.
        what: what is off, or what was compared.
        stated: what is said of it; '' where nothing was compared.
        found: what it is.
        manifest: whose lines it is about, with `accounting_period`; '' for a whole file.
        currency: whose money it is about; None for whole rows, '' where none is reported.
    """

    file: str
    what: str
    stated: str = ""
    found: str = ""
    manifest: str = ""
    accounting_period: str = ""
    currency: str | None = None

    def __str__(self) -> str:
        """One line that names the file, the manifest and currency, and both figures."""
        place = [self.file]
        if self.manifest:
            place.append(f"manifest {self.manifest} of {self.accounting_period}")
        if self.currency is not None:
            place.append(self.currency or "no currency")
        compared = f", stated {self.stated}, found {self.found}" if self.stated else ""
        return f"{', '.join(place)}: {self.what}{compared}"


def is_export(folder: Path) -> bool:
    """Whether a folder is an export, whole or not."""
    return (folder / DIGESTS).is_file() or (folder / SUMS).is_file()


def bytes_off(folder: Path) -> tuple[Digests | None, list[str], list[Finding]]:
    """What `digests.json` says, the tables' files that are there, and what is off.

    The digests are None where they cannot be read; all else is still compared.
    """
    findings: list[Finding] = []
    digests = _stated(folder / DIGESTS, parsed, findings)
    sums = _stated(folder / SUMS, lambda raw: listed(raw.decode()), findings)
    sha256 = dict(_plain_files(folder, findings))
    files = FILES if digests is None else files_of(digests.format)
    findings += _names_off(sha256, files)
    if sums is not None:
        findings += _listing_off(SUMS, sums, (*files, DIGESTS), sha256)
    if digests is not None:
        by_name = {name: file.sha256 for name, file in digests.files.items()}
        findings += _listing_off(DIGESTS, by_name, files, sha256)
        findings += _sizes_off(folder, digests, sha256)
    return digests, [name for name in files if name in sha256], findings


def _stated(
    path: Path, reading: Callable[[bytes], _Stated], findings: list[Finding]
) -> _Stated | None:
    """What a file states, or None and a finding; a missing file is found elsewhere."""
    if not path.is_file():
        return None
    try:
        return reading(path.read_bytes())
    except (ValueError, OSError, RecursionError) as error:
        findings.append(Finding(path.name, f"cannot be read: {error}"))
        return None


def _plain_files(folder: Path, findings: list[Finding]) -> Iterator[tuple[str, str]]:
    """Name and SHA-256 of each plain file in or below a folder; findings for all else."""
    for path in sorted(folder.rglob("*")):
        name = os.fsencode(path.relative_to(folder)).decode(errors="backslashreplace")
        if path.is_symlink() or not (path.is_file() or path.is_dir()):
            findings.append(Finding(name, "is not a plain file"))
        elif path.is_dir():
            findings.append(Finding(name, "is a folder that does not belong to the export"))
        else:
            try:
                yield name, sha256_of(path)
            except OSError as error:
                findings.append(Finding(name, f"cannot be read: {error}"))


def _names_off(there: Collection[str], files: Collection[str]) -> Iterator[Finding]:
    """Files that are missing, and files that do not belong to an export."""
    expected = {*files, DIGESTS, SUMS}
    for name in sorted(expected - set(there)):
        yield Finding(name, "is missing")
    for name in sorted(set(there) - expected):
        yield Finding(name, "does not belong to the export")


def _listing_off(
    listing: str,
    stated: Mapping[str, str],
    expected: Collection[str],
    found: Mapping[str, str],
) -> Iterator[Finding]:
    """What one of the two listings says otherwise than the files are, or not at all."""
    for name in sorted(set(expected) - stated.keys()):
        yield Finding(listing, f"does not list {name}")
    for name in sorted(stated.keys() - set(expected)):
        yield Finding(listing, f"lists {name}, which does not belong to the export")
    for name in sorted(stated.keys() & found.keys()):
        if stated[name] != found[name]:
            yield Finding(name, f"SHA-256 in {listing}", stated[name], found[name])


def _sizes_off(folder: Path, digests: Digests, there: Collection[str]) -> Iterator[Finding]:
    """Files of another size than `digests.json` says."""
    for name, file in sorted(digests.files.items()):
        if name in there and (size := (folder / name).stat().st_size) != file.bytes:
            yield Finding(name, f"bytes in {DIGESTS}", str(file.bytes), str(size))
