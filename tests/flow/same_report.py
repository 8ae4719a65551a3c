"""The same report in other bytes: packed, renamed, in another order."""

import csv
import gzip
import random
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

import pyarrow as pa

from pipeline.vocab import Status
from tests.flow.homes import (
    ALPHA,
    BETA,
    COLUMNS,
    ZETA,
    line,
    report,
)

Lines = list[dict[str, str]]
NOWHERE = "GBZZZ2600001"
HELD, MATCHED = Status.HELD.value, Status.MATCHED.value


def lines_of(count: int, first: int = 1) -> Lines:
    """Sound lines of different amounts, one of them on hold, one nowhere in the catalog."""
    found = [line(ALPHA if n % 2 else BETA, f"{n}.25") for n in range(first, first + count - 2)]
    return [*found, line(ZETA, f"{first}.5"), line(NOWHERE, f"{first}.75", title="Omega")]


def total(lines: Sequence[Mapping[str, str]]) -> Decimal:
    return sum((Decimal(cells["amount"]) for cells in lines), Decimal())


def cells(lines: Lines, columns: Sequence[str] = COLUMNS) -> list[list[str]]:
    return [list(columns), *([one.get(name, "") for name in columns] for one in lines)]


def written(path: Path, rows: list[list[str]], encoding: str = "utf-8", end: str = "\n") -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file, lineterminator=end).writerows(rows)
    return path


def plain(folder: Path, lines: Lines) -> Path:
    return report(folder / "2026-07.csv", lines)


def renamed(folder: Path, lines: Lines) -> Path:
    """With a blank line more, for the same bytes are known without being read."""
    path = report(folder / "again-2026-07.csv", lines)
    path.write_bytes(path.read_bytes() + b"\n")
    return path


def in_gzip(folder: Path, lines: Lines) -> Path:
    path = folder / "2026-07.csv.gz"
    path.write_bytes(gzip.compress(plain(folder, lines).read_bytes()))
    return path


def in_zstd(folder: Path, lines: Lines) -> Path:
    path = folder / "2026-07.csv.zst"
    path.write_bytes(pa.compress(plain(folder, lines).read_bytes(), codec="zstd", asbytes=True))
    return path


def other_line_ends(folder: Path, lines: Lines) -> Path:
    return written(folder / "2026-07.csv", cells(lines), end="\r\n")


def every_cell_quoted(folder: Path, lines: Lines) -> Path:
    path = folder / "2026-07.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, quoting=csv.QUOTE_ALL, lineterminator="\n").writerows(cells(lines))
    return path


def other_order_of_lines(folder: Path, lines: Lines) -> Path:
    return plain(folder, random.Random(1).sample(lines, len(lines)))


def other_order_of_columns(folder: Path, lines: Lines) -> Path:
    return written(folder / "2026-07.csv", cells(lines, COLUMNS[::-1]))


def other_numerals(folder: Path, lines: Lines) -> Path:
    """The same amounts with more zeros."""
    return plain(folder, [{**one, "amount": f"{one['amount']}00"} for one in lines])


SAME: list[Callable[[Path, Lines], Path]] = [
    renamed,
    in_gzip,
    in_zstd,
    other_line_ends,
    every_cell_quoted,
    other_order_of_lines,
    other_order_of_columns,
    other_numerals,
]
