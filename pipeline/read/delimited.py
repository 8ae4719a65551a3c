"""Delimited manifests, cut at record borders into parts that polars can read."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BufferedReader
from pathlib import Path
from typing import IO

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars.io.plugins import register_io_source

from pipeline.errors import ManifestRefused
from pipeline.read import framing, tail
from pipeline.read.cells import Records
from pipeline.read.dialect import Dialect
from pipeline.read.framing import Frame, Units
from pipeline.read.scalar import split_lines, split_record
from pipeline.vocab import Fault

PART_BYTES = 32 * 2**20
MOST_BYTES = 2**31
"""No record is as long as this: places in it are 32 bits."""

FAULT_OF = {
    framing.FIELD_COUNT: Fault.FIELD_COUNT,
    framing.BAD_QUOTING: Fault.BAD_QUOTING,
    framing.CELLS_PADDED: Fault.CELLS_PADDED,
    framing.BAD_ENCODING: Fault.BAD_ENCODING,
}

PLACE_COLUMNS = ("_line", "_offset", "_length", "_fault", "_raw")


@dataclass(frozen=True, eq=False)
class Part:
    """A record-aligned byte range of a delimited file.

    Attributes:
        path: the decompressed file.
        dialect: how it is read.
        columns: names of the cells, unique.
        offset: first byte of the part in the file.
        first_line: physical line, from 1, on which the part begins.
        frame: the records, in code units from the part's begin.
        data: the part's bytes.
    """

    path: Path
    dialect: Dialect
    columns: tuple[str, ...]
    offset: int
    first_line: int
    frame: Frame
    data: Units

    @property
    def end(self) -> int:
        """One past the part's last byte in the file."""
        return self.offset + len(self.data)

    @property
    def lines(self) -> int:
        """Records in the part, faulty ones too."""
        return len(self.frame.starts)

    def cells(self) -> tuple[pl.DataFrame, NDArray[np.uint8]]:
        """The cells of every record and the verdict on it.

        Returns:
            One row per record in file order, all String (empty cells ""; all "" where the
            structure is faulty), and one code of `framing` per record.
        """
        records = self.records()
        return records.cells(), records.verdicts

    def records(self) -> Records:
        """The part's records, to ask for some of their cells."""
        starts, ends = self.borders()
        return Records(self.data, starts, ends, self.frame, self.dialect, self.columns)

    def borders(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Where each record begins and ends, line end included, in bytes from the part's begin."""
        unit = self.dialect.unit
        # A torn last code unit counts as a whole one in the frame.
        ends = np.minimum(self.frame.ends * unit, len(self.data))
        return self.frame.starts * unit, ends

    def raw(self, lines: Iterable[int]) -> list[bytes]:
        """The exact bytes of records.

        Args:
            lines: places of the records within the part, from 0.
        """
        starts, ends = self.borders()
        return [self.data[starts[line] : ends[line]].tobytes() for line in lines]

    def read(self) -> pl.DataFrame:
        """The part as a frame: one row per record in file order.

        Returns:
            The reported columns as String (null where the structure is faulty), then `_line`
            (1-based physical line), `_offset`, `_length` (bytes), `_fault` (null where sound) and
            `_raw` (the record's bytes where `_fault` is set).
        """
        cells, verdicts = self.cells()
        starts, ends = self.borders()
        faulty = np.flatnonzero(verdicts)
        raw = pl.Series("_raw", [None], dtype=pl.Binary).new_from_index(0, self.lines)
        if len(faulty):
            raw = raw.scatter(faulty.tolist(), self.raw(faulty))
            torn = np.isin(verdicts, framing.TORN)
            cells = cells.with_columns(pl.when(~pl.Series(torn)).then(pl.all()).name.keep())
        return cells.with_columns(
            pl.Series("_line", self.frame.lines + self.first_line, dtype=pl.UInt64),
            pl.Series("_offset", starts + self.offset, dtype=pl.UInt64),
            pl.Series("_length", ends - starts, dtype=pl.UInt64),
            fault_names(verdicts).alias("_fault"),
            raw,
        )

    def scan(self) -> pl.LazyFrame:
        """The part as a lazy frame; see `read`."""
        return self.read().lazy()


def fault_names(verdicts: NDArray[np.uint8]) -> pl.Series:
    """The Fault of each verdict, null where the record is sound."""
    codes = pl.Series(verdicts)
    return codes.replace_strict(
        list(FAULT_OF),
        [fault.value for fault in FAULT_OF.values()],
        default=None,
        return_dtype=pl.String,
    )


def header_of(path: Path, dialect: Dialect) -> tuple[tuple[str, ...], int, int]:
    """Where the records of a file begin and what their cells are called.

    Returns:
        Unique column names, the byte after the header, and the physical lines before it.
    """
    with path.open("rb") as file:
        return _header(file, dialect)


def parts(path: Path | str, dialect: Dialect, part_bytes: int = PART_BYTES) -> Iterator[Part]:
    """Cut a file at record borders.

    Args:
        path: a decompressed file.
        dialect: how it is read.
        part_bytes: aimed size of a part, at least 1; it changes no line of the result.

    Yields:
        Parts in file order that together hold every byte between the header and the footer.
    """
    path = Path(path)
    with path.open("rb") as file:
        columns, offset, line = _header(file, dialect)
        if not columns:
            return
        end = tail.footer_start(file, offset, dialect)
        file.seek(offset)
        yield from _cut(file, _Place(path, dialect, columns, offset, line, end), part_bytes)


def scan(path: Path | str, dialect: Dialect, part_bytes: int = PART_BYTES) -> pl.LazyFrame:
    """A file as one lazy frame: the concatenation of its parts, read one after another."""
    path = Path(path)
    columns, _, _ = header_of(path, dialect)
    schema = pl.Schema(
        dict.fromkeys(columns, pl.String())
        | dict(zip(PLACE_COLUMNS, (pl.UInt64(),) * 3 + (pl.String(), pl.Binary()), strict=True))
    )
    return register_io_source(_Source(path, dialect, part_bytes).rows, schema=schema)


@dataclass(frozen=True)
class _Source:
    """A file that feeds a lazy plan part by part."""

    path: Path
    dialect: Dialect
    part_bytes: int

    def rows(
        self,
        with_columns: list[str] | None,
        predicate: pl.Expr | None,
        n_rows: int | None,
        _batch_size: int | None,
    ) -> Iterator[pl.DataFrame]:
        """What a plan asks for, a part at a time; polars fixes the parameters."""
        for part in parts(self.path, self.dialect, self.part_bytes):
            rows = part.read()
            if n_rows is not None:
                rows = rows.head(n_rows)
                n_rows -= rows.height
            rows = rows if predicate is None else rows.filter(predicate)
            # By name alone: in an expression `*` and `^…$` would be patterns.
            yield rows if with_columns is None else rows[with_columns]
            if n_rows == 0:
                return


@dataclass(frozen=True)
class _Place:
    """Where the cutting stands: the next part's offset and physical line."""

    path: Path
    dialect: Dialect
    columns: tuple[str, ...]
    offset: int
    line: int
    end: int


def _cut(file: BufferedReader, place: _Place, part_bytes: int) -> Iterator[Part]:
    """Read, frame and hand out what is complete; the next part begins where that ends."""
    ahead = 0
    wanted = part_bytes = min(max(1, part_bytes), MOST_BYTES)
    while place.offset < place.end:
        left = place.end - place.offset
        file.seek(place.offset)
        data = np.empty(min(wanted, left), dtype=np.uint8)
        data = data[: file.readinto(data.data)]
        final = len(data) >= left or not len(data)
        units = tail.units_of(data, place.dialect, final=final)
        frame = framing.frame(units, place.dialect, len(place.columns), final=final, read=ahead)
        used = len(data) if final else frame.used * place.dialect.unit
        # Where little of much came of use, the same may hold of the next record, and so on.
        wanted = part_bytes if used > len(data) // 4 else len(data) * 2
        if not used and wanted > MOST_BYTES:
            said = f"{place.path} has no line end within {len(data):,} bytes after byte"
            raise ManifestRefused(f"{said} {place.offset:,}", "ask its sender for a whole report")
        if used:
            yield Part(
                place.path,
                place.dialect,
                place.columns,
                place.offset,
                place.line + 1,
                frame,
                data[:used],
            )
        if final:
            return
        ahead = frame.read - frame.physical
        place = replace(place, offset=place.offset + used, line=place.line + frame.physical)


def _header(file: IO[bytes], dialect: Dialect) -> tuple[tuple[str, ...], int, int]:
    """Skip mark, preamble and what else precedes it, then read the header record."""
    offset = len(dialect.bom) if file.read(len(dialect.bom)) == dialect.bom else 0
    line = 0
    for _ in range(dialect.skip):
        length = tail.line_length(file, offset, dialect)
        offset += length
        line += bool(length)
    if not dialect.header:
        return dialect.columns or (), offset, line
    while length := tail.skipped_length(file, offset, dialect):
        offset += length
        line += 1
    length = tail.record_length(file, offset, dialect)
    file.seek(offset)
    text = file.read(length).decode(dialect.encoding, "replace").encode()
    record = split_record(text, dialect)
    cells = record.cells if record.sound and not record.inside else [bytearray(text)]
    names = [bytes(cell).decode("utf-8", "replace") for cell in cells] if length else []
    return dialect.columns or unique(names), offset + length, line + len(split_lines(text))


def unique(names: Sequence[str]) -> tuple[str, ...]:
    """Column names in order, blank ones by position, repeated ones numbered."""
    seen: dict[str, int] = {}
    found: list[str] = []
    for place, reported in enumerate(names, start=1):
        name = reported.strip() or f"column_{place}"
        while name in seen or name in PLACE_COLUMNS:
            seen[name] = seen.get(name, 1) + 1
            name = f"{name}_{seen[name]}"
        seen[name] = 1
        found.append(name)
    return tuple(found)
