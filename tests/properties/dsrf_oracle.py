"""What the lines of a DSR flat file are, read one record after the other."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from pipeline.vocab import Fault

COLUMNS = (
    "LI.AllocatedAmount", "LI.RightsController", "SU.Usages", "AS.ISRC", "AS.Title",
    "AS.DisplayArtistName", "SY.Currency", "SY.Territory",
)  # fmt: skip
COUNTS = {"AS01": 10, "AS01.01": 11, "SU03.01": 8, "LI01.01": 9, "SY02.01": 17}
FATE = (None, Fault.BAD_ENCODING, Fault.FIELD_COUNT)
GARBLED, SHIFTED = 1, 2


@dataclass
class Record:
    """One physical line as the oracle sees it."""

    line: int
    offset: int
    raw: bytes
    kind: str
    cells: list[str | None]
    fault: int


def read_records(data: bytes) -> Iterator[Record]:
    """Every physical line, cut and judged by itself."""
    offset = 0
    ends = re.findall(rb"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+", data)
    for line, raw in enumerate(ends, start=1):
        body = re.sub(rb"[\r\n]+\Z", b"", raw)
        body = body.removeprefix(b"\xef\xbb\xbf") if line == 1 else body
        text = body.decode("utf-8", "replace")
        garbled = text.encode() != body or "\0" in text
        kind, *cells = text.split("\t")
        shifted = len(cells) != COUNTS.get(kind, len(cells))
        fault = SHIFTED if shifted else GARBLED if garbled else 0
        family = kind[:2] if kind in COUNTS else "" if context(kind, body) else "unknown"
        yield Record(line, offset, raw, family, values(family, cells), fault)
        offset += len(raw)


def context(kind: str, body: bytes) -> bool:
    """A blank line, a comment, or a record that no line reads."""
    named = re.fullmatch(r"(MW|RU|RE|RC|ST|CU|LC|DE|ML)[0-9]{2}(\.[0-9]{2})?|HEAD|FOOT|SRFO", kind)
    return not body or body.startswith(b"#") or bool(named)


def values(family: str, cells: list[str]) -> list[str | None]:
    """Cells without escapes, blank ones null; an AS record may name several artists."""
    between = [", " if family == "AS" and place == 6 else "|" for place in range(len(cells))]
    return [
        re.sub(r"\\([\\|])|\|", lambda found, mark=mark: found[1] or mark, cell) or None
        for cell, mark in zip(cells, between, strict=True)
    ]


def oracle(data: bytes) -> list[tuple[object, ...]]:
    """The lines of a file: one record after the other, with the state that it is read in."""
    records = list(read_records(data))
    sums = [one for one in records if one.kind == "SY"]
    groups: list[list[Record]] = [[]]
    key: str | None = None
    for one in (one for one in records if one.kind in {"AS", "SU", "LI", "unknown"}):
        if one.kind == "AS":
            name = block_name(one)
            if name != key:
                groups.append([])
            key = name
        groups[-1].append(one)
    found = []
    for records_of_block in groups:
        group = Group(doubled=sum(one.kind == "AS" for one in records_of_block) > 1)
        for one in records_of_block:
            group.read(one)
        found.extend(line_of(row, sums) for row in group.lines())
    return sorted(found)


def block_name(record: Record) -> str:
    """The second cell of a line, whatever its count."""
    cells = record.raw.rstrip(b"\r\n").split(b"\t")
    return cells[1].decode("utf-8", "replace") if len(cells) > 1 else ""


@dataclass
class Row:
    """One line with the records that speak for it."""

    record: Record
    money: Record | None
    usage: Record | None
    asset: Record | None
    fault: int


class Group:
    """The records from an AS to before the next block's, read one after the other."""

    def __init__(self, *, doubled: bool) -> None:
        self.doubled = doubled
        self.asset: Record | None = None
        self.head: Record | None = None
        self.paid: set[int] = set()
        self.lost: set[int] = set()
        self.rows: list[Row] = []

    def read(self, one: Record) -> None:
        match one.kind:
            case "AS":
                self.asset, self.head = one, None
            case "unknown":
                if self.head is not None:
                    self.lost.add(self.head.line)
                self.head = one
                self.rows.append(Row(one, None, None, None, SHIFTED))
            case "SU":
                context_fault, asset, one.fault = self.context(one)
                self.head = one
                usage = one if one.fault != SHIFTED else None
                self.rows.append(Row(one, None, usage, asset, max(one.fault, context_fault)))
            case _:
                self.money(one)

    def context(self, one: Record) -> tuple[int, Record | None, int]:
        """The context's fault, the asset that speaks, and the record's own fault."""
        asset = self.asset
        if asset is None:
            return SHIFTED, None, SHIFTED
        stray = SHIFTED not in (asset.fault, one.fault) and asset.cells[0] != one.cells[0]
        silent = self.doubled or stray or asset.fault == SHIFTED
        fault = SHIFTED if stray else one.fault
        return (SHIFTED, None, fault) if silent else (asset.fault, asset, fault)

    def money(self, one: Record) -> None:
        context_fault, asset, _ = self.context(one)
        head = self.head
        head_fault = 0 if head is None else SHIFTED if head.kind == "unknown" else head.fault
        usage = head if head is not None and head.kind == "SU" else None
        if usage is not None:
            named = (
                {usage.cells[2], one.cells[1]} if SHIFTED not in (one.fault, usage.fault) else {""}
            )
            if len(named - {None}) <= 1:
                self.paid.add(usage.line)
            else:
                usage = None
        speaks = usage if usage is not None and usage.fault != SHIFTED else None
        money = one if one.fault != SHIFTED else None
        self.rows.append(Row(one, money, speaks, asset, max(one.fault, head_fault, context_fault)))

    def lines(self) -> Iterator[Row]:
        """The rows, without the SU records that an LI speaks for."""
        for row in self.rows:
            if row.record.kind == "SU" and row.record.line in self.paid:
                continue
            if row.record.kind == "SU" and row.record.line in self.lost:
                row.fault = SHIFTED
            yield row


def line_of(row: Row, sums: list[Record]) -> tuple[object, ...]:
    """The cells of one line, and its summary's."""
    one, money, usage, asset = row.record, row.money, row.usage, row.asset
    named = [money.cells[1] if money else None, usage.cells[2] if usage else None]
    identity = next((name for name in named if name is not None), None)
    controller = money.cells[2] if money else None
    sound = [sy for sy in sums if sy.fault != SHIFTED]
    everyones = {sy.cells[0] for sy in sound} - {sy.cells[0] for sy in sound if sy.cells[11]}
    mine = [
        sy
        for sy in sums
        if sy.fault != SHIFTED and identity is not None and sy.cells[0] == identity
        and (one.kind != "LI" or sy.cells[11] == controller or identity in everyones)
    ]  # fmt: skip
    own = mine or [sy for sy in sums if identity and block_name(sy) == identity]
    fault = max([row.fault, *(sy.fault for sy in own)])
    shared = [
        mine[0].cells[place] if len({sy.cells[place] for sy in mine}) == 1 else None
        for place in (9, 5)
    ]
    amount = money.cells[8] if money else "0" if one.kind == "SU" and usage else None
    what = [asset.cells[place] if asset else None for place in (3, 4, 6)]
    used = usage.cells[4] if usage else None
    raw = one.raw if fault else None
    place = (one.line, one.offset, len(one.raw), FATE[fault], raw)
    return (*place, amount, controller, used, *what, *shared)
