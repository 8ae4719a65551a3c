"""The layouts of one DSR flat file's records: those of the standard, and those it declares.

Cells are named `FAMILY.Cell` (`LI.AllocatedAmount`), whatever the version of the record type.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from pipeline.read.dsrf_roles import SIGN, Roles
from pipeline.read.dsrf_standard import family_of, standard

HEAD_BYTES = 64 * 2**10
"""How much of a file's beginning may declare layouts; a later `#` line is a comment and no more."""

_TYPE = re.compile(r"HEAD|FOOT|SRFO|[A-Z]{2}[0-9]{2}(?:\.[0-9]{2})?")
_LINE_END = re.compile("\r\n|\n|\r")
_HEAD_NEEDED = ("HEAD.Profile", "HEAD.ProfileVersion")


@dataclass(frozen=True)
class Records:
    """The layouts by which the records of one file are read.

    Attributes:
        layouts: record type to the names of its cells, the record type itself not among them.
        roles: what the families are to the lines.
        declared: the record types whose layout the file declares.
        width: cells to which every record of the file is padded with blank ones, as spreadsheets
            do; 0 where they are not.
    """

    layouts: Mapping[str, tuple[str, ...]]
    roles: Roles
    declared: frozenset[str] = field(default=frozenset())
    width: int = 0

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The record types in a fixed order: a layout's number is its place here."""
        return tuple(self.layouts)

    @cached_property
    def families(self) -> tuple[str, ...]:
        """The families that are read."""
        return self.roles.families

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Every cell that a line may have, as `FAMILY.Cell`, family by family; FOOT has none."""
        families = (family for family in self.families if family != "FOOT")
        cells = [f"{family}.{cell}" for family in families for cell in self.columns_of(family)]
        return (*cells, *((SIGN,) if self.roles.number else ()))

    def columns_of(self, family: str) -> tuple[str, ...]:
        """The cells of all layouts of a family, each once."""
        layouts = (cells for name, cells in self.layouts.items() if family_of(name) == family)
        return tuple(dict.fromkeys(cell for cells in layouts for cell in cells))

    def flaws(self) -> tuple[str, ...]:
        """What makes a declared layout useless: a needed cell missing, or named twice."""
        found: list[str] = []
        for record_type in self.types:
            if record_type in self.declared:
                found.extend(self._flaws_of(record_type))
        return tuple(found)

    def _flaws_of(self, record_type: str) -> Iterable[str]:
        cells = self.layouts[record_type]
        prefix = f"{family_of(record_type)}."
        for name in (*_HEAD_NEEDED, *self.roles.needed):
            cell = name.removeprefix(prefix)
            if cell != name and cell not in cells:
                yield f"{record_type} has no {cell}"
            if cell != name and f"{cell}_2" in cells:
                yield f"{record_type} names {cell} twice"


def records_of(head: bytes, roles: Roles) -> Records:
    """The layouts of the standard, and over them those that a file's first `#` lines declare.

    Args:
        head: the first bytes of the file; what lies beyond `HEAD_BYTES` declares nothing.
        roles: the profile's; types that it does not have are not read.
    """
    known = {**standard().cells, **roles.cells}
    layouts = {name: cells for name, cells in known.items() if roles.reads(name)}
    declared: set[str] = set()
    lines = head_lines(head)
    for line in lines:
        record_type, *cells = line[1:].rstrip("\t").split("\t")
        fresh = line.startswith("#") and record_type not in declared
        if fresh and _TYPE.fullmatch(record_type) and roles.reads(record_type):
            declared.add(record_type)
            layouts[record_type] = _named(family_of(record_type), cells)
    return Records(layouts, roles, frozenset(declared), _width(lines, layouts["HEAD"]))


def head_lines(head: bytes) -> list[str]:
    """The whole lines of a file's beginning, bad bytes replaced, without line ends."""
    text = head[:HEAD_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
    lines = _LINE_END.split(text)
    return lines if len(head) < HEAD_BYTES else lines[:-1]


def head_cells(lines: Iterable[str]) -> list[str] | None:
    """The cells of the HEAD record, the record type not among them; null without one."""
    row = next((line for line in lines if line.startswith("HEAD\t")), None)
    return None if row is None else row.split("\t")[1:]


def _width(lines: Iterable[str], names: tuple[str, ...]) -> int:
    """How wide a HEAD is that has blank cells beyond its layout; 0 where it has none."""
    cells = head_cells(lines) or []
    extra = cells[len(names) :]
    return len(cells) if extra and not any(extra) else 0


def _named(family: str, cells: Iterable[str]) -> tuple[str, ...]:
    """Cells by the standard's names; one that comes twice is numbered."""
    found: dict[str, None] = {}
    for cell in cells:
        name = standard().named(family, cell)
        number = 1
        while name in found:
            number += 1
            name = f"{standard().named(family, cell)}_{number}"
        found[name] = None
    return tuple(found)
