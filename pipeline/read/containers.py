"""What a manifest comes in: plain, gzip, zstd or zip, told by its first bytes, not by its name.

Bytes are decompressed as they are read, so a small file that unfolds into a large one costs time
and no memory.
"""

import gzip
import io
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, BinaryIO, assert_never, cast

from pipeline.errors import ManifestRefused

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer

HEAD_BYTES = 64 * 2**10
"""How much of a manifest its profile is chosen by."""

_BLOCK = 2**20
_SHOWN = 5
_ZSTD_SKIPPABLE = range(0x50, 0x60)
_FOREIGN = {
    b"%PDF": "a PDF",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\xd0\xcf\x11\xe0": "an old Office file",
    b"\xfd7zXZ\x00": "packed with xz",
    b"7z\xbc\xaf\x27\x1c": "packed with 7-Zip",
    b"Rar!\x1a\x07": "packed with RAR",
    b"\x7fELF": "a program",
    b"PAR1": "a parquet file",
    b"SQLite format 3\x00": "a database",
}
_WORKBOOK = "[Content_Types].xml"
_UNREADABLE = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)
"""What the decompressors raise: RuntimeError is an encrypted zip member."""


class Packing(StrEnum):
    """How a manifest is packed."""

    PLAIN = "plain"
    GZIP = "gzip"
    ZSTD = "zstd"
    ZIP = "zip"


@dataclass(frozen=True)
class Container:
    """A manifest that can be read as often as needed.

    Attributes:
        path: the file as delivered.
        packing: how it is packed.
        delivered_bytes: its size on disk.
        size: bytes of the report itself; null where only reading it tells.
        member: the file of the zip archive that is the report; null in other packings.
    """

    path: Path
    packing: Packing
    delivered_bytes: int
    size: int | None
    member: str | None = None

    def open(self) -> io.BufferedReader:
        """The report's bytes from their beginning, unpacked, as a buffered stream.

        Reading it raises ManifestRefused where the file is cut off or damaged.
        """
        return io.BufferedReader(_Guarded(self), _BLOCK)

    def head(self) -> bytes:
        """The first bytes of the report, up to `HEAD_BYTES`.

        Raises:
            ManifestRefused: the file cannot be unpacked, or holds nothing.
        """
        with self.open() as stream:
            head = stream.read(HEAD_BYTES)
        if not head:
            raise ManifestRefused(f"{self.path} is empty", "ask its sender for the report")
        return head

    def unpack(self, to: Path) -> Path:
        """The report as a plain file: the delivered one where it is that, else a new one."""
        if self.packing is Packing.PLAIN:
            return self.path
        with self.open() as stream, to.open("xb") as file:
            while block := stream.read(_BLOCK):
                file.write(block)
        return to


def open_manifest(path: Path, members: Sequence[str] = ()) -> Container:
    """A delivered file, ready to be read.

    Args:
        path: the file as delivered.
        members: name patterns of the files in a zip archive that are reports; without any, or
            with none that fits, the archive must hold a single file.

    Raises:
        ManifestRefused: there is no such file, it is empty, it is of another kind, or it is an
            archive that does not hold exactly one report.
    """
    found = candidates(path, members)
    if len(found) == 1:
        return found[0]
    raise several(path, [container.member or "" for container in found])


def candidates(path: Path, members: Sequence[str] = ()) -> list[Container]:
    """A delivered file as often as it may be a report: once, or once for each file of an archive.

    Args:
        path: the file as delivered.
        members: name patterns of the files in a zip archive that are reports; without any, or
            with none that fits, all are candidates.

    Raises:
        ManifestRefused: as `open_manifest`, but for archives with several files.
    """
    begin = _beginning(path)
    delivered = path.stat().st_size
    for mark, kind in _FOREIGN.items():
        if begin.startswith(mark):
            raise ManifestRefused(f"{path} is {kind}, no report", "deliver text, gz, zst or zip")
    packing = _packing(begin)
    if packing is Packing.ZIP:
        return [
            Container(path, packing, delivered, info.file_size, info.filename)
            for info in _members(path, members)
        ]
    size = delivered if packing is Packing.PLAIN else None
    return [Container(path, packing, delivered, size)]


def holds_workbook(path: Path) -> bool:
    """Whether a zip archive is a workbook."""
    try:
        return any(info.filename == _WORKBOOK for info in _contents(path))
    except ManifestRefused:
        return False


def several(path: Path, names: Sequence[str]) -> ManifestRefused:
    """That an archive holds more files than the one that would be read."""
    told = ", ".join(names[:_SHOWN]) + (", …" if len(names) > _SHOWN else "")
    mend = "unpack the line-level one and deliver it alone (roll-ups hold the same money)"
    return ManifestRefused(f"{path} holds {len(names)} files: {told}", mend)


def _beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            begin = file.read(16)
    except FileNotFoundError as error:
        raise ManifestRefused(f"there is no file {path}", "check the path") from error
    except IsADirectoryError as error:
        raise ManifestRefused(f"{path} is a folder", "name the files in it") from error
    except OSError as error:
        why = error.strerror or "unknown reason"
        raise ManifestRefused(f"{path} cannot be opened: {why}", "check its rights") from error
    if not begin:
        raise ManifestRefused(f"{path} is empty", "ask its sender for the report")
    return begin


def _packing(begin: bytes) -> Packing:
    """The packing that a file's first bytes show."""
    if begin.startswith(b"\x1f\x8b"):
        return Packing.GZIP
    if begin.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return Packing.ZIP
    skippable = begin[1:4] == b"\x2a\x4d\x18" and begin[0] in _ZSTD_SKIPPABLE
    if skippable or begin.startswith(b"\x28\xb5\x2f\xfd"):
        return Packing.ZSTD
    return Packing.PLAIN


def _members(path: Path, members: Sequence[str]) -> list[zipfile.ZipInfo]:
    """The files of an archive that may be the report."""
    infos = _contents(path)
    if any(info.filename == _WORKBOOK for info in infos):
        raise ManifestRefused(f"{path} is a workbook, no report", "save its sheet as CSV")
    if not infos:
        raise ManifestRefused(f"{path} holds no file", "ask its sender for the report")
    return [info for info in infos if fits_name(info.filename, members)] or infos


def _contents(path: Path) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(path) as archive:
            return [info for info in archive.infolist() if _is_content(info)]
    except _UNREADABLE as error:
        raise _damaged(path, error) from error


def _is_content(info: zipfile.ZipInfo) -> bool:
    """Whether an entry is a file that somebody packed on purpose."""
    parts = PurePosixPath(info.filename).parts
    return not info.is_dir() and "__MACOSX" not in parts and not parts[-1].startswith(".")


def fits_name(name: str, patterns: Sequence[str]) -> bool:
    """Whether a file's name, with its folders or without, fits one of some patterns."""
    own = PurePosixPath(name).name
    return any(fnmatchcase(name, pattern) or fnmatchcase(own, pattern) for pattern in patterns)


def _damaged(path: Path, error: BaseException) -> ManifestRefused:
    why = str(error) or type(error).__name__
    return ManifestRefused(f"{path} cannot be unpacked: {why}", "have it delivered again")


class _Guarded(io.RawIOBase):
    """A stream whose damage is a refusal of the manifest."""

    def __init__(self, container: Container) -> None:
        self._path = container.path
        self._open = ExitStack()
        try:
            self._stream = _unpacked(container, self._open)
        except _UNREADABLE as error:
            self._open.close()
            raise _damaged(self._path, error) from error

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: "WriteableBuffer", /) -> int:
        """Fill a buffer with what comes next; 0 at the end."""
        view = memoryview(buffer)
        try:
            block = self._stream.read(len(view))
        except _UNREADABLE as error:
            raise _damaged(self._path, error) from error
        view[: len(block)] = block
        return len(block)

    def close(self) -> None:
        """Close what it reads from."""
        self._open.close()
        super().close()


def _unpacked(container: Container, stack: ExitStack) -> BinaryIO:
    """The unpacking stream of a container; the stack closes it."""
    match container.packing:
        case Packing.PLAIN:
            return stack.enter_context(container.path.open("rb", buffering=0))
        case Packing.GZIP:
            return cast(BinaryIO, stack.enter_context(gzip.open(container.path)))
        case Packing.ZSTD:
            # 0.15 s of start-up that only zstd needs.
            import pyarrow as pa

            file = stack.enter_context(pa.OSFile(str(container.path)))
            return cast(BinaryIO, stack.enter_context(pa.CompressedInputStream(file, "zstd")))
        case Packing.ZIP:
            archive = stack.enter_context(zipfile.ZipFile(container.path))
            return cast(BinaryIO, stack.enter_context(archive.open(container.member or "")))
        case _:
            assert_never(container.packing)
