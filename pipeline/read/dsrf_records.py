"""The record types of DDEX DSR flat files: the layouts that are known, and those a file declares.

Cells are named `FAMILY.Cell` (`LI.AllocatedAmount`), whatever the version of the record type.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

HEAD_BYTES = 64 * 2**10
"""How much of a file's beginning may declare layouts; a later `#` line is a comment and no more."""

CONTEXT = frozenset({"CU", "LC", "MW", "RC", "RE", "RU", "ST"})
"""Families that hold neither money nor the asset of a line: known, and not read."""

READ = ("HEAD", "SY", "AS", "SU", "LI", "FOOT")
"""Families that are read, in the order in which they come."""

# As YouTube declares them in its reports of the UGC profile 1.0 and 1.1; AS01.01 from the profile.
_HEAD = (
    "MessageVersion Profile ProfileVersion MessageId MessageCreatedDateTime FileNumber"
    " NumberofFiles UsageStartDate UsageEndDate SenderPartyId SenderName ServiceDescription"
    " RecipientPartyId RecipientName RepresentedRepertoire"
)
_SUMMARY = (
    "SummaryRecordId DistributionChannel DistributionChannelDPID CommercialModel UseType Territory"
    " ServiceDescription Usages Users Currency NetRevenue RightsController RightsControllerPartyId"
    " AllocatedUsages AllocatedRevenue AllocatedNetRevenue RightsType"
)
_ASSET = (
    "BlockId ResourceReference DspResourceId ISRC Title SubTitle DisplayArtistName"
    " DisplayArtistPartyId Duration ResourceType"
)
_USAGE = (
    "BlockId SalesTransactionId SummaryRecordId DspReleaseId Usages NetRevenue"
    " ValidityPeriodStart ValidityPeriodEnd"
)
_LICENSOR = (
    "BlockId SummaryRecordId RightsController RightsControllerProprietaryID"
    " RightsControllerWorkID RightShare% RightType AllocatedNetRevenue AllocatedAmount"
)
_FOOT = (
    "NumberOfLinesInFile NumberOfLinesInReport NumberOfSummaryRecords NumberOfBlocksInFile"
    " NumberOfBlocksInReport"
)
BUILT_IN: Mapping[str, tuple[str, ...]] = {
    name: tuple(cells.split())
    for name, cells in {
        "HEAD": _HEAD,
        "SY02.01": _SUMMARY,
        "AS01": _ASSET,
        "AS01.01": f"{_ASSET} IsMasterRecording",
        "SU03.01": _USAGE,
        "LI01.01": _LICENSOR,
        "FOOT": _FOOT,
    }.items()
}

NEEDED: Mapping[str, tuple[str, ...]] = {
    "HEAD": ("Profile", "ProfileVersion"),
    "SY": ("SummaryRecordId", "Currency", "RightsController"),
    "AS": ("BlockId", "ISRC", "Title"),
    "SU": ("BlockId", "SummaryRecordId", "Usages"),
    "LI": ("BlockId", "SummaryRecordId", "RightsController", "AllocatedAmount"),
    "FOOT": ("NumberOfLinesInFile",),
}
"""Cells without which a family says nothing."""

MULTIPLE = frozenset({"DisplayArtistName"})
"""Cells of text that may hold several values, divided by `|`."""

# Later versions of the standard call the same cells by other names.
_RENAMED = {
    "CurrencyOfReporting": "Currency",
    "ResourceDisplayArtistName": "DisplayArtistName",
    "ResourceDisplayArtistPartyId": "DisplayArtistPartyId",
    "ResourceDuration": "Duration",
    "ResourceISRC": "ISRC",
    "ResourceSubTitle": "SubTitle",
    "ResourceTitle": "Title",
}
_LICENSOR_RENAMED = {"RightShare": "RightShare%", "RightsType": "RightType"}
_TYPE = re.compile(r"HEAD|FOOT|[A-Z]{2}[0-9]{2}(?:\.[0-9]{2})?")
_LINE_END = re.compile("\r\n|\n|\r")


def family_of(record_type: str) -> str:
    """The family of a record type: `LI` of `LI01.01`."""
    return record_type if record_type in {"HEAD", "FOOT"} else record_type[:2]


@dataclass(frozen=True)
class Records:
    """The layouts by which the records of one file are read.

    Attributes:
        layouts: record type to the names of its cells, the record type itself not among them.
    """

    layouts: Mapping[str, tuple[str, ...]]

    @cached_property
    def types(self) -> tuple[str, ...]:
        """The record types in a fixed order: a layout's number is its place here."""
        return tuple(self.layouts)

    @cached_property
    def columns(self) -> tuple[str, ...]:
        """Every cell that a line may have, as `FAMILY.Cell`, family by family; FOOT has none."""
        families = READ[:-1]
        return tuple(f"{family}.{cell}" for family in families for cell in self.columns_of(family))

    def columns_of(self, family: str) -> tuple[str, ...]:
        """The cells of all layouts of a family, each once."""
        layouts = (cells for name, cells in self.layouts.items() if family_of(name) == family)
        return tuple(dict.fromkeys(cell for cells in layouts for cell in cells))

    def flaws(self) -> tuple[str, ...]:
        """What makes a declared layout useless: a cell named twice, or a needed one missing."""
        found: list[str] = []
        for record_type, cells in self.layouts.items():
            doubled = sorted({cell for cell in cells if cells.count(cell) > 1})
            found.extend(f"{record_type} names {cell} twice" for cell in doubled)
            missing = [cell for cell in NEEDED[family_of(record_type)] if cell not in cells]
            found.extend(f"{record_type} has no {cell}" for cell in missing)
        return tuple(found)


def records_of(head: bytes) -> Records:
    """The built-in layouts, and over them those that `#` lines of a file's beginning declare.

    Args:
        head: the first bytes of the file; what lies beyond `HEAD_BYTES` declares nothing.
    """
    layouts = dict(BUILT_IN)
    declared: set[str] = set()
    for line in head_lines(head):
        record_type, *cells = line[1:].split("\t")
        fresh = line.startswith("#") and record_type not in declared
        if fresh and _TYPE.fullmatch(record_type) and family_of(record_type) in READ:
            declared.add(record_type)
            layouts[record_type] = _named(family_of(record_type), cells)
    return Records(layouts)


def head_lines(head: bytes) -> list[str]:
    """The whole lines of a file's beginning, bad bytes replaced, without line ends."""
    text = head[:HEAD_BYTES].decode("utf-8", "replace").removeprefix("\ufeff")
    lines = _LINE_END.split(text)
    return lines if len(head) < HEAD_BYTES else lines[:-1]


def _named(family: str, cells: list[str]) -> tuple[str, ...]:
    """The cells under the names that this family has in UGC 1.0."""
    renamed = {**_RENAMED, **(_LICENSOR_RENAMED if family == "LI" else {})}
    return tuple(cell if renamed.get(cell, cell) in cells else renamed[cell] for cell in cells)
