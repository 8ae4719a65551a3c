"""When a delivery is whole: only where the sender's semaphore says so.

A semaphore is a mark that the sender puts beside its files once they are whole (a `.ctrl` file, a
`BatchComplete` file of DDEX), a size that rests, or both; and where names say `1of2`, all parts.
"""

import fnmatch
import glob
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from pipeline.contract.part_names import part_name
from pipeline.sync.table import Table

_PACKED = {".gz", ".zst", ".zip"}
_NS = 1_000_000_000
KEYS = ("files", "mark", "rest_s", "depth", "move")
MAX_DEPTH = 4


@dataclass(frozen=True)
class Sight:
    """A file as a listing shows it; `name` is its path below the folder, parted by `/`."""

    name: str
    bytes: int
    modified_ns: int

    @property
    def folder(self) -> str:
        """The folder below the watched one; `.` for that itself."""
        return str(PurePosixPath(self.name).parent)

    @property
    def base(self) -> str:
        """The bare name."""
        return PurePosixPath(self.name).name


@dataclass(frozen=True)
class Semaphore:
    """What makes a delivery whole, and which files are deliveries at all.

    Attributes:
        files: patterns of bare names; others are not looked at.
        mark: pattern of the mark in the same folder, in which `{name}` stands for the file's name
            and `{stem}` for that without its endings; null where there is none.
        rest_s: for how long size and time of a file must have been the same.
        depth: how many folders deep deliveries may lie below the watched one.
        move: where files go once they are taken, below the watched folder; null: they stay.
    """

    files: tuple[str, ...]
    mark: str | None
    rest_s: float
    depth: int
    move: str | None

    @classmethod
    def read(cls, table: Table, rest_s: float) -> "Semaphore":
        """The keys of a table that say it; with a mark nothing has to rest unless it says so.

        Raises:
            UsageError: a key is wrong.
        """
        mark = table.text("mark") if "mark" in table.given else None
        move = table.text("move") if "move" in table.given else None
        if move is not None and (move.startswith("/") or ".." in PurePosixPath(move).parts):
            raise table.wrong("move", f"is {move!r}", "name a folder below the watched one")
        depth = table.whole("depth", 0)
        if depth > MAX_DEPTH:
            raise table.wrong("depth", f"is {depth}", f"at most {MAX_DEPTH}")
        rest = table.number("rest_s", 0.0 if mark else rest_s)
        return cls(table.texts("files", ("*",)), mark, rest, depth, move)

    def marks(self, sight: Sight) -> str | None:
        """The pattern of the mark of one file; null where it needs none."""
        if self.mark is None:
            return None
        named = self.mark.replace("{name}", glob.escape(sight.base))
        return named.replace("{stem}", glob.escape(_stem(sight.base)))

    @property
    def has_own_marks(self) -> bool:
        """Whether each file has a mark of its own."""
        return self.mark is not None and ("{name}" in self.mark or "{stem}" in self.mark)

    def is_report(self, sight: Sight) -> bool:
        """Whether a file can be a delivery: no mark, not hidden, not taken before."""
        if any(part.startswith(".") for part in PurePosixPath(sight.name).parts):
            return False
        if self.move is not None and PurePosixPath(sight.name).is_relative_to(self.move):
            return False
        if self.mark is not None and fnmatch.fnmatchcase(sight.base, _any_mark(self.mark)):
            return False
        return any(fnmatch.fnmatchcase(sight.base, pattern) for pattern in self.files)


@dataclass(frozen=True)
class Whole:
    """A delivery that is whole: its files in the order of their parts, and the marks of each."""

    files: tuple[Sight, ...]
    marks: Mapping[str, tuple[str, ...]]


@dataclass(frozen=True)
class Partial:
    """A file that must wait, and why."""

    name: str
    why: str


def judged(
    sights: Sequence[Sight], semaphore: Semaphore, now_ns: int
) -> tuple[list[Whole], list[Partial]]:
    """What is whole and what must wait, by name.

    Args:
        sights: everything that stands in the folder, taken before or not.
        semaphore: what makes a delivery whole.
        now_ns: the clock, nanoseconds since 1970.
    """
    folders: dict[str, list[Sight]] = defaultdict(list)
    for sight in sights:
        folders[sight.folder].append(sight)
    whole: list[Whole] = []
    partial: list[Partial] = []
    for group in _reports(filter(semaphore.is_report, sights)):
        marks = {one.name: _marks_of(one, folders[one.folder], semaphore) for one in group}
        wrongs = [
            Partial(one.name, why)
            for one in group
            if (why := _lacks(one, marks[one.name], semaphore, now_ns))
        ]
        wrongs = wrongs or list(_parts_missing(group))
        partial += wrongs
        if not wrongs:
            named = {name: tuple(mark.name for mark in found) for name, found in marks.items()}
            whole.append(Whole(tuple(group), named))
    return whole, partial


def _reports(sights: Iterable[Sight]) -> Iterator[list[Sight]]:
    """The files of each report together, by name and the number of the part."""
    groups: dict[tuple[object, ...], list[Sight]] = defaultdict(list)
    for sight in sorted(sights, key=lambda one: one.name):
        part = part_name(sight.base)
        key = (sight.folder, *part.report) if part else (sight.folder, sight.base, 0)
        groups[key].append(sight)
    for group in groups.values():
        yield sorted(group, key=lambda one: _number(one.base))


def _number(name: str) -> int:
    part = part_name(name)
    return part.number if part else 0


def _marks_of(sight: Sight, beside: Iterable[Sight], semaphore: Semaphore) -> list[Sight]:
    pattern = semaphore.marks(sight)
    if pattern is None:
        return []
    return [one for one in beside if fnmatch.fnmatchcase(one.base, pattern)]


def _lacks(sight: Sight, marks: Sequence[Sight], semaphore: Semaphore, now_ns: int) -> str | None:
    """Why a file is not whole yet; null where it is."""
    if not sight.bytes:
        return "is empty yet"
    if semaphore.mark is not None:
        if not marks:
            return f"has no mark {semaphore.mark} yet"
        if max(mark.modified_ns for mark in marks) < sight.modified_ns:
            return "was written to after its mark"
    rested_s = (now_ns - sight.modified_ns) / _NS
    if semaphore.rest_s and rested_s < semaphore.rest_s:
        return f"has not rested for {semaphore.rest_s:g} s yet"
    return None


def _parts_missing(group: Sequence[Sight]) -> Iterator[Partial]:
    """The files of a report of which parts are missing."""
    part = part_name(group[0].base)
    if part is None:
        return
    numbers = {_number(one.base) for one in group}
    there = sum(1 for number in numbers if 1 <= number <= part.of)
    if there < part.of:
        for one in group:
            yield Partial(one.name, f"is one of {there} parts that are here, of {part.of}")


def _stem(name: str) -> str:
    """A name without its ending, and without that before it where the last is of a packing."""
    path = PurePosixPath(name)
    return PurePosixPath(path.stem).stem if path.suffix in _PACKED else path.stem


def _any_mark(pattern: str) -> str:
    return pattern.replace("{name}", "*").replace("{stem}", "*")
