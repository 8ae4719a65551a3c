"""Names of the files of one report that comes in several: `…_1of2_…`, as DDEX prescribes them."""

import re
from dataclasses import dataclass

_PART = re.compile(r"(?P<before>.+_)(?P<number>[0-9]{1,6})of(?P<of>[0-9]{1,6})(?:[_.].*)?")


@dataclass(frozen=True)
class PartName:
    """What a file's name says of the report that it is a part of.

    Attributes:
        before: what the names of all its parts begin with.
        number: which part this is, from 1.
        of: how many parts there are.
    """

    before: str
    number: int
    of: int

    @property
    def report(self) -> tuple[str, int]:
        """What all parts of a report have in common."""
        return self.before, self.of


def part_name(name: str) -> PartName | None:
    """What the name of a file says; null where it is the name of no part."""
    found = _PART.fullmatch(name)
    return found and PartName(found["before"], int(found["number"]), int(found["of"]))
