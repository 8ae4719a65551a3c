"""What must be known of a whole DSR flat file before its lines: summaries, and its own counts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from io import BufferedIOBase
from pathlib import Path

import numpy as np
import polars as pl

from pipeline.contract.part_names import parts_beside
from pipeline.errors import ManifestRefused
from pipeline.read.dsrf_cells import SHIFTED, SOUND, Family, family_in
from pipeline.read.dsrf_lines import BLANK, Lines, clean, lines_of, repeats_predecessor, slices
from pipeline.read.dsrf_records import HEAD_BYTES, Records, records_of

SURVEY_BYTES = 8 * 2**20
Control = dict[str, dict[str, int | None]]
KEYS = ("SummaryRecordId", "RightsController")

_AS_LINE = re.compile(rb"AS[0-9]{2}(?:\.[0-9]{2})?(?=[\t\r\n])")
_LINE_END = re.compile(rb"[\r\n]")


@dataclass(frozen=True)
class Survey:
    """What all lines of a file share.

    Attributes:
        records: the layouts of its records.
        head: the cells of the HEAD record, blank ones left out; empty where it is not sound.
        summaries: one row per summary id and rights controller (`alone` false), and one per
            summary id for usage without money (`alone` true, no controller), with the gravest
            `fault` of its SY records; a cell on which these disagree is null.
        broken: summary id and fault (a place in `FAULTS`) of SY records that are not sound.
        control: each count with what FOOT declares (null: nothing readable) and what was found
            (null: this file alone cannot tell).
    """

    records: Records
    head: Mapping[str, str]
    summaries: pl.DataFrame
    broken: Mapping[str, int]
    control: Control = field(default_factory=dict)

    @property
    def balanced(self) -> bool:
        """Whether every count that can be checked is declared, and as found."""
        checked = [count for count in self.control.values() if count["found"] is not None]
        return all(count["declared"] == count["found"] for count in checked)


def survey(stream: BufferedIOBase) -> Survey:
    """Read a file once, in pieces, for its HEAD, SY and FOOT records and its counts.

    Args:
        stream: the decompressed file from its beginning; it is read to its end.

    Raises:
        ManifestRefused: the file declares a layout by which its lines cannot be read.
    """
    head = stream.read(HEAD_BYTES)
    records = records_of(head)
    if flaws := records.flaws():
        raise ManifestRefused(f"this DSR flat file declares that {flaws[0]}", "ask its sender")
    tally = _Tally(records)
    for piece in pieces(stream, SURVEY_BYTES, records, head):
        tally.add(lines_of(piece.data, records))
    return tally.survey()


@dataclass(frozen=True)
class Piece:
    """A run of whole blocks: its bytes, where they begin, and the line (from 1) they begin with."""

    data: bytes
    offset: int
    line: int


def pieces(
    stream: BufferedIOBase, piece_bytes: int, records: Records, head: bytes = b""
) -> Iterator[Piece]:
    """Cut a file where a block begins; a block larger than a piece stays whole.

    Args:
        stream: the decompressed file.
        piece_bytes: about how large a piece is to be.
        records: the file's layouts.
        head: what was already read of the stream.
    """
    # One buffer for all pieces: fresh memory for each costs more than the reading.
    buffer = bytearray(head)
    filled, wanted, offset, line = len(head), max(piece_bytes, len(head) + 1), 0, 1
    while got := stream.readinto(_room(buffer, filled, wanted)):
        filled += got
        if filled < wanted:
            continue
        if border := _last_block(buffer, filled, records):
            yield Piece(bytes(memoryview(buffer)[:border]), offset, line)
            line += _line_ends(buffer, border)
            offset += border
            buffer[: filled - border] = buffer[border:filled]
            filled -= border
        # Doubled where a block goes on: its bytes are searched twice, not endlessly.
        wanted = max(piece_bytes, filled + 1) if border else 2 * filled
    if filled:
        yield Piece(bytes(memoryview(buffer)[:filled]), offset, line)


def _room(buffer: bytearray, filled: int, wanted: int) -> memoryview:
    """Free space at the buffer's end up to what is wanted; the buffer at most doubles for it."""
    end = min(wanted, max(len(buffer), 2 * filled, HEAD_BYTES))
    buffer.extend(bytes(max(end - len(buffer), 0)))
    return memoryview(buffer)[filled:end]


def files_beside(path: Path) -> tuple[int, int] | None:
    """How many files of a report stand beside one of them, and of how many; null without a number.

    The name tells: `…_1of2_…`, as DDEX prescribes it.
    """
    return parts_beside(path.name, (other.name for other in path.parent.iterdir()))


def _last_block(data: bytearray, end: int, records: Records) -> int:
    """Where the last block begins whose first line is whole; 0 where only one is seen."""
    later, later_key = 0, b""
    for begin in _asset_lines_backwards(data, end, records):
        key = _second_cell(data, begin, end)
        if key is None:
            continue
        if later and key != later_key:
            return later
        later, later_key = begin, key
    # The earliest AS record seen opens a block, unless the bytes begin with it.
    return later


def _asset_lines_backwards(data: bytearray, end: int, records: Records) -> Iterator[int]:
    """Where lines with an AS record begin, the last one first."""
    carriage = data.find(b"\r", 0, end) >= 0
    marks = [b"\nAS", b"\rAS"] if carriage else [b"\nAS"]
    last = end
    while (found := max(data.rfind(mark, 0, last) for mark in marks)) >= 0:
        if _is_asset(data, found + 1, end, records):
            yield found + 1
        last = found + 2
    if _is_asset(data, 0, end, records):
        yield 0


def _is_asset(data: bytearray, begin: int, end: int, records: Records) -> bool:
    """Whether an AS record of a known layout begins here."""
    named = _AS_LINE.match(data, begin, end)
    return named is not None and named[0].decode() in records.layouts


def _second_cell(data: bytes | bytearray, begin: int, end: int) -> bytes | None:
    """The block that a line names, empty where it names none; null where the line is not whole."""
    stop = _LINE_END.search(data, begin, end)
    if stop is None:
        return None
    cells = bytes(data[begin : stop.start()]).split(b"\t", 2)
    return clean(cells[1]) if len(cells) > 1 else b""


def _line_ends(data: bytearray, end: int) -> int:
    """How many lines end before a place."""
    return data.count(b"\n", 0, end) + data.count(b"\r", 0, end) - data.count(b"\r\n", 0, end)


class _Tally:
    """Counts and context of a file, piece by piece."""

    def __init__(self, records: Records) -> None:
        self.records = records
        self.lines = 0
        self.blocks = 0
        self.seen: dict[str, list[Family]] = {"HEAD": [], "SY": [], "FOOT": []}
        self.broken: dict[str, int] = {}

    def add(self, lines: Lines) -> None:
        """Count the lines of a piece and keep its context records."""
        self.lines += int(np.count_nonzero(lines.family != BLANK))
        assets = lines.of("AS")
        self.blocks += int(np.count_nonzero(~repeats_predecessor(lines, assets)))
        for family, kept in self.seen.items():
            if len(lines.of(family)):
                kept.append(family_in(lines, self.records, family, self.records.columns_of(family)))
                if family == "SY":
                    self._keep_broken(lines, kept[-1])

    def survey(self) -> Survey:
        """All that was seen, once the file has ended."""
        head = self._first("HEAD")
        return Survey(self.records, head, self._summaries(), self.broken, self._control(head))

    def _keep_broken(self, lines: Lines, summaries: Family) -> None:
        faulty = np.flatnonzero(summaries.fault != SOUND)
        texts = slices(lines.text, lines.starts).take(summaries.at[faulty]).to_pylist()
        for text, fault in zip(texts, summaries.fault[faulty], strict=True):
            name = _second_cell(text + b"\n", 0, len(text) + 1) or b""
            key = name.decode("utf-8", "replace")
            self.broken[key] = max(int(fault), self.broken.get(key, SOUND))

    def _first(self, family: str) -> dict[str, str]:
        """The cells of the first record of a family that are not blank; none if it is shifted."""
        if not self.seen[family]:
            return {}
        first = self.seen[family][0]
        cells = first.cells.row(0, named=True) if first.fault[0] != SHIFTED else {}
        return {name: cell for name, cell in cells.items() if cell is not None}

    def _summaries(self) -> pl.DataFrame:
        names = [name for name in self.records.columns_of("SY") if name not in KEYS]
        schema = {**dict.fromkeys((*KEYS, *names), pl.String()), "fault": pl.UInt8()}
        rows = [
            one.cells.with_columns(pl.Series("fault", one.fault)).filter(pl.col("fault") != SHIFTED)
            for one in self.seen["SY"]
        ]
        summaries = pl.concat([pl.DataFrame(schema=schema), *rows], how="diagonal")
        summaries = summaries.filter(pl.col("SummaryRecordId").is_not_null())
        agreed = [pl.col("fault").max()]
        agreed += [
            pl.when(pl.col(name).n_unique() == 1).then(pl.col(name).first()) for name in names
        ]
        by_controller = summaries.group_by(KEYS, maintain_order=True).agg(agreed)
        by_id = summaries.group_by(KEYS[0], maintain_order=True).agg(agreed)
        groups = [
            by_controller.with_columns(alone=pl.lit(value=False)),
            by_id.with_columns(alone=pl.lit(value=True)),
        ]
        joined = pl.concat(groups, how="diagonal")
        return joined.select("alone", "fault", *KEYS, pl.col(names).name.prefix("SY."))

    def _control(self, head: Mapping[str, str]) -> Control:
        """Counts of the file, and of the report where this file is all of it."""
        foot = {name: _count(cell) for name, cell in self._first("FOOT").items()}
        whole = head.get("NumberofFiles", head.get("NumberOfFiles", "1")) == "1"
        summaries = sum(len(one.at) for one in self.seen["SY"])
        found = {
            "lines": ("NumberOfLinesInFile", self.lines, True),
            "lines_in_report": ("NumberOfLinesInReport", self.lines, whole),
            "summary_records": ("NumberOfSummaryRecords", summaries, whole),
            "blocks": ("NumberOfBlocksInFile", self.blocks, True),
            "blocks_in_report": ("NumberOfBlocksInReport", self.blocks, whole),
        }
        return {
            name: {"declared": foot.get(cell), "found": count if known else None}
            for name, (cell, count, known) in found.items()
        }


def _count(cell: str) -> int | None:
    """A count as FOOT writes it; null where it is none."""
    return int(cell) if re.fullmatch("[0-9]{1,18}", cell) else None
