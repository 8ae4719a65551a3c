"""What a DSR flat file says of its own size and money, and which files its report consists of."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import polars as pl

from pipeline.contract.part_names import part_name
from pipeline.read.dsrf_records import Records

Control = dict[str, dict[str, int | None]]

_AMOUNT = re.compile(r"[+-]?(?:[0-9]{1,18}(?:\.[0-9]{0,18})?|\.[0-9]{1,18})")
_SEVERAL = "|"


@dataclass(frozen=True)
class Found:
    """What was counted in a file: records and comments (`lines`), blank lines apart."""

    lines: int
    blank: int
    blocks: int
    summaries: int


@dataclass(frozen=True)
class Beside:
    """The files of a report, told by their names (`…_1of2_…`, as DDEX prescribes it).

    Attributes:
        number: which of them this one is.
        of: how many there are.
        missing: those that do not stand beside it.
    """

    number: int
    of: int
    missing: tuple[int, ...]

    @property
    def found(self) -> int:
        """How many are there."""
        return self.of - len(self.missing)


def control(
    records: Records, head: Mapping[str, str], foot: Mapping[str, str], found: Found
) -> Control:
    """Each count that the foot can declare, with what it declares and what was found.

    Declared is null where nothing readable stands; found is null where this file alone cannot
    tell: a report of several files is counted in all of them, and only the last must say so. A
    block never goes on in another file, and a file of single records is a whole report.
    """
    cells = records.layouts[records.roles.foot]
    declared = {name: count(foot.get(name, "")) for name in cells}
    whole = head.get("NumberOfFiles", "1") == "1" or "NumberOfLinesInFile" not in cells
    # The standard counts empty records; senders leave them out. Either is as declared.
    every = found.lines + found.blank
    lines = every if every in declared.values() else found.lines
    counts = {
        "lines": ("NumberOfLinesInFile", lines, True),
        "lines_in_report": ("NumberOfLinesInReport", lines, whole),
        "summary_records": ("NumberOfSummaryRecords", found.summaries, whole),
        "blocks": ("NumberOfBlocksInFile", found.blocks, True),
        "blocks_in_report": ("NumberOfBlocksInReport", found.blocks, whole),
    }
    return {
        name: {"declared": declared[cell], "found": number if known else None}
        for name, (cell, number, known) in counts.items()
        if cell in cells
    }


def numbering(head: Mapping[str, str], beside: Beside | None) -> Control:
    """Which file of how many the name declares and the HEAD says, where they differ.

    A part under another part's name would be paid twice, and its own never.
    """
    if beside is None:
        return {}
    pairs = {
        "file_number": (beside.number, head.get("FileNumber")),
        "number_of_files": (beside.of, head.get("NumberOfFiles")),
    }
    return {
        name: {"declared": named, "found": count(said)}
        for name, (named, said) in pairs.items()
        if said is not None and count(said) != named
    }


def declared_money(summaries: pl.DataFrame, total: Mapping[str, str]) -> dict[str, Decimal | None]:
    """By currency what the lines must add up to: the totals of the summaries without their fees.

    Fees that depend on no usage are in a summary's total and on no line. Null is a currency one
    of whose totals cannot be read. Empty where the profile names no total.

    Args:
        summaries: one row per summary record.
        total: the cells `amount`, `fees` and `currency`.
    """
    found: dict[str, Decimal | None] = {}
    if not total or not {*total.values()} <= {*summaries.columns}:
        return found
    names = [total[name] for name in ("currency", "amount", "fees")]
    for currency, amount, fees in summaries.select(names).iter_rows():
        before = found.get(currency or "", Decimal(0))
        due = _without(amount or "", [fee for fee in (fees or "").split(_SEVERAL) if fee])
        found[currency or ""] = None if before is None or due is None else before + due
    return found


def _without(amount: str, fees: list[str]) -> Decimal | None:
    """A total without its fees; null where one of these cannot be read."""
    if not all(_AMOUNT.fullmatch(figure) for figure in (amount, *fees)):
        return None
    return Decimal(amount) - sum(map(Decimal, fees), Decimal(0))


def count(cell: str) -> int | None:
    """A count as a foot writes it; null where it is none."""
    return int(cell) if re.fullmatch("[0-9]{1,18}", cell) else None


def files_beside(path: Path) -> Beside | None:
    """The files of a report that one of them belongs to; null where its name has no number."""
    own = part_name(path.name)
    if own is None:
        return None
    others = (part_name(other.name) for other in path.parent.iterdir())
    numbers = {other.number for other in others if other and other.report == own.report}
    missing = tuple(number for number in range(1, own.of + 1) if number not in numbers)
    return Beside(own.number, own.of, missing)
