"""The record types of DDEX DSR flat files as `sources/dsrf/records.toml` lists them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

_FILE = Path(__file__).resolve().parents[1] / "sources" / "dsrf" / "records.toml"
_FEET = ("FOOT", "SRFO")

CONTEXT = frozenset({"AS", "CU", "DE", "LC", "ML", "MW", "RC", "RE", "RU", "ST"})
"""Families that hold neither money nor usage: where a profile does not read one, it is passed over.

A record of any other family that the profile does not read is no known record of it.
"""


@dataclass(frozen=True)
class Standard:
    """What the standard says of records, whatever the profile.

    Attributes:
        cells: record type to the names of its cells, the record type itself not among them.
        names: by family, what a sender may call a cell, in lower case, to the name it has in
            `cells`.
        several: by family, cells of text that may hold several values, divided by `|`.
    """

    cells: Mapping[str, tuple[str, ...]]
    names: Mapping[str, Mapping[str, str]]
    several: Mapping[str, frozenset[str]]

    def named(self, family: str, cell: str) -> str:
        """The name of a cell that a sender calls so; as it is where the standard has none."""
        plain = cell.strip()
        return self.names.get(family, {}).get(plain.casefold(), plain)


@cache
def standard() -> Standard:
    """The definitions, read once."""
    given = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    cells: dict[str, tuple[str, ...]] = {}
    for record_type, text in given["cells"].items():
        first, *others = text.split()
        before = cells[first.removeprefix("+")] if first.startswith("+") else (first,)
        cells[record_type] = (*before, *others)
    names: dict[str, dict[str, str]] = {}
    for record_type, found in cells.items():
        known = names.setdefault(family_of(record_type), {})
        known.update((cell.casefold(), cell) for cell in found)
    for family, also in given["also"].items():
        names[family].update((name.casefold(), cell) for name, cell in also.items())
    several = {family: frozenset(held) for family, held in given["several"].items()}
    return Standard(MappingProxyType(cells), names, several)


def family_of(record_type: str) -> str:
    """The family of a record type: `LI` of `LI01.01`, `FOOT` of both kinds of foot."""
    if record_type in _FEET:
        return "FOOT"
    return record_type if record_type == "HEAD" else record_type[:2]
