"""Which records of a DSR flat file are lines, and which speak for them: a profile's `[records]`."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from functools import cached_property

from pipeline.read.dsrf_standard import family_of

SIGN = "LINE.Sign"


@dataclass(frozen=True)
class Roles:
    """What each family of records is to the lines of a profile.

    Attributes:
        types: patterns of the record types that the profile has (`SY02*`); one of another type is
            no known record of it. HEAD and the foot it has always.
        line: the family of the records that are lines; those that carry the money where there is
            some.
        usage: the family whose record tells the usage of the lines after it in its block, and is
            a line of usage where none follows; "" where lines tell their own.
        resource: the family that names a recording in a block; "" where there are no blocks.
        release: the family that names a release in a block; "" where none is read.
        foot: the record type that ends a file and counts it.
        amount: the cell of a line that is zero on a usage that no line follows; "" for none.
        number: the cell of a line whose sign the cell `LINE.Sign` tells: `-` below zero, else
            blank; "" for none.
        by_controller: whether summaries stand once for each rights controller.
        needed: cells without which a declared layout says nothing, as `FAMILY.Cell`.
        total: cells of a summary: `amount` that its lines and its `fees` add up to, in `currency`.
        cells: layouts of record types that the standard does not have, or has otherwise.
    """

    types: tuple[str, ...] = ("*",)
    line: str = "LI"
    usage: str = ""
    resource: str = ""
    release: str = ""
    foot: str = "FOOT"
    amount: str = ""
    number: str = ""
    by_controller: bool = False
    needed: tuple[str, ...] = ()
    total: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def reads(self, record_type: str) -> bool:
        """Whether records of a type are read."""
        family = family_of(record_type)
        if family in {"HEAD", "FOOT"}:
            return True
        named = any(fnmatchcase(record_type, pattern) for pattern in self.types)
        return named and family in self.families

    @cached_property
    def money(self) -> str:
        """The family of lines that take their block's resource by order; "" where all name it."""
        return "" if self.resource and not self.usage else self.line

    @cached_property
    def used(self) -> str:
        """The family of usages, where they stand in blocks; "" where they do not."""
        return self.usage or (self.line if self.resource else "")

    @cached_property
    def openers(self) -> tuple[str, ...]:
        """The families with which a block begins."""
        return tuple(family for family in (self.release, self.resource) if family)

    @cached_property
    def families(self) -> tuple[str, ...]:
        """The families that are read, in the order in which they come."""
        found = ("HEAD", "SY", *self.openers, self.used, self.money, "FOOT")
        return tuple(family for family in found if family)
