"""Where in the bytes of a line its faults stand."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from pipeline.contract.rules import RULES
from pipeline.read.dialect import Dialect
from pipeline.read.dsrf_standard import family_of, standard
from pipeline.read.profile_spec import Spec
from pipeline.read.scalar import without_end
from pipeline.read.signature import folded
from pipeline.vocab import Fault

_TABS = Dialect(delimiter="\t", quote=None)
_CELLS = {
    Fault.PERIOD_UNREADABLE: ("activity_start", "activity_end", "period_start", "period_end"),
    Fault.ISRC_CONTRADICTED: ("isrc",),
    Fault.ISRC_TEXT_MISMATCH: ("isrc",),
}
"""The columns of faults that are not to be seen in the first column of their rule."""
_ENCODINGS = frozenset({Fault.BAD_ENCODING, Fault.ENCODING_REPAIRED})


@dataclass(frozen=True)
class Place:
    """Bytes at which a fault stands: from `begin` to before `end`."""

    begin: int
    end: int
    fault: str


@dataclass(frozen=True)
class Located:
    """A line's bytes, its cells, and the places of its faults.

    Attributes:
        raw: the bytes as delivered.
        encoding: of its text.
        cells: where each cell begins and ends, quotes included.
        names: what the report calls the cells; fewer or more than cells where the line is torn,
            empty where nothing says.
        places: in order; empty where the fault stands elsewhere, or cannot be seen.
    """

    raw: bytes
    encoding: str
    cells: tuple[tuple[int, int], ...]
    names: tuple[str, ...]
    places: tuple[Place, ...] = field(default=())


def located(
    raw: bytes,
    faults: Sequence[str],
    spec: Spec | None,
    header: Sequence[str] | None = None,
    told: Mapping[str, str | None] | None = None,
) -> Located:
    """Where the faults of a line stand in its bytes.

    Args:
        raw: the line's bytes as delivered.
        faults: what it bears.
        spec: the profile of its source; None where there is none any more.
        header: the report's own columns, where they are not the profile's.
        told: what the line says in canonical columns: where nothing names the cells, the one that
            says just this is meant.
    """
    dialect = spec.dialect if spec and spec.kind != "dsrf" else _TABS
    plain = _units(raw, dialect)
    cells, strays = _cells(plain, dialect)
    unit = dialect.unit
    scaled = tuple((begin * unit, end * unit) for begin, end in cells)
    names = _names(raw, spec, header)
    found = [
        place
        for fault in dict.fromkeys(faults)
        for place in _places(fault, raw, _Line(dialect, scaled, strays, names, spec, told or {}))
    ]
    ordered = tuple(sorted(set(found), key=lambda place: (place.begin, place.end)))
    return Located(raw, dialect.encoding, scaled, names, ordered)


@dataclass(frozen=True)
class _Line:
    dialect: Dialect
    cells: tuple[tuple[int, int], ...]
    strays: tuple[int, ...]
    names: tuple[str, ...]
    spec: Spec | None
    told: Mapping[str, str | None]


def _places(fault: str, raw: bytes, line: _Line) -> Iterator[Place]:
    unit = line.dialect.unit
    if fault == Fault.FIELD_COUNT:
        yield from (Place(end, end + unit, fault) for (_, end), _ in pairwise(line.cells))
    elif fault == Fault.BAD_QUOTING:
        yield from (Place(at * unit, (at + 1) * unit, fault) for at in line.strays)
    elif fault in _ENCODINGS:
        yield from (Place(*span, fault) for span in _no_text(raw, line.dialect.encoding))
    else:
        usual = next((rule.columns[:1] for rule in RULES if rule.fault == fault), ())
        columns = _CELLS.get(Fault(fault), usual)
        cells = _named(columns, line) if line.names else _saying(columns, raw, line)
        for begin, end in cells:
            # An empty cell has no bytes: the delimiter after it shows where it is.
            yield Place(begin, max(end, min(begin + unit, len(raw))), fault)


def _named(columns: Sequence[str], line: _Line) -> Iterator[tuple[int, int]]:
    """The cells of columns, in a line that is not torn."""
    if line.spec is None or len(line.cells) != len(line.names):
        return
    wanted = {
        name for column in columns for name in map(folded, line.spec.columns.get(column, (column,)))
    }
    for cell, name in zip(line.cells, line.names, strict=True):
        if folded(name) in wanted:
            yield cell


def _saying(columns: Sequence[str], raw: bytes, line: _Line) -> Iterator[tuple[int, int]]:
    """The cells that say what the line says in some columns."""
    values = {line.told.get(column) for column in columns} - {None, ""}
    for begin, end in line.cells:
        text = raw[begin:end].decode(line.dialect.encoding, "replace")
        if text.strip(f" {line.dialect.quote or ''}") in values:
            yield begin, end


def _names(raw: bytes, spec: Spec | None, header: Sequence[str] | None) -> tuple[str, ...]:
    if header:
        return tuple(header)
    if spec is None:
        return ()
    if spec.kind != "dsrf":
        return tuple(spec.header)
    record_type = raw.partition(b"\t")[0].decode("ascii", "replace")
    family = family_of(record_type)
    cells = standard().cells.get(record_type, ())
    return ("RecordType", *(f"{family}.{cell}" for cell in cells)) if cells else ()


def _units(raw: bytes, dialect: Dialect) -> bytes:
    """One byte for each code unit; one that is no ASCII becomes a byte that is no mark."""
    if dialect.unit == 1:
        return raw
    low, high = (raw[0::2], raw[1::2]) if dialect.encoding.endswith("le") else (raw[1::2], raw[::2])
    return bytes(a if not b else 255 for a, b in zip(low, high, strict=False))


def _cells(plain: bytes, dialect: Dialect) -> tuple[tuple[tuple[int, int], ...], tuple[int, ...]]:
    """Where each cell of a record stands, and the quotes that stand where none may."""
    body = without_end(plain)
    delimiter = dialect.delimiter.encode()
    quote = (dialect.quote or "").encode()
    cells: list[tuple[int, int]] = []
    strays: list[int] = []
    begin = 0
    while True:
        end = _quoted(body, begin, dialect) if quote and body.startswith(quote, begin) else begin
        if end < 0:
            # It is never closed: what follows is read as if it did not open.
            strays.append(begin)
            end = begin
        stop = body.find(delimiter, end)
        stop = len(body) if stop < 0 else stop
        if quote:
            after = end if end > begin else begin + (begin in strays)
            strays += [found.start() + after for found in re.finditer(quote, body[after:stop])]
            if end > begin and end < stop and end - 1 not in strays:
                strays.append(end - 1)
        cells.append((begin, stop))
        if stop >= len(body):
            return tuple(cells), tuple(sorted(strays))
        begin = stop + 1


def _quoted(body: bytes, begin: int, dialect: Dialect) -> int:
    """One past the quote that closes a cell; -1 where none does."""
    quote = (dialect.quote or "").encode()
    escape = (dialect.escape or "").encode()
    at = begin + 1
    while at < len(body):
        here = body[at : at + 1]
        if escape and here == escape:
            at += 2
        elif here != quote:
            at += 1
        elif not escape and body[at + 1 : at + 2] == quote:
            at += 2
        else:
            return at + 1
    return -1


def _no_text(raw: bytes, encoding: str) -> Iterator[tuple[int, int]]:
    """Bytes that are no text of an encoding, and NULs."""
    begin = 0
    while begin < len(raw):
        try:
            raw[begin:].decode(encoding)
        except UnicodeDecodeError as error:
            yield begin + error.start, begin + error.end
            begin += error.end
        else:
            break
    unit = 2 if encoding.startswith("utf-16") else 1
    for at in range(0, len(raw) - unit + 1, unit):
        if not any(raw[at : at + unit]):
            yield at, at + unit
