"""The fixtures as files: the same bytes each time, over the demo catalog."""

import csv
import gzip
import io
import zipfile
from decimal import Decimal
from pathlib import Path

import xlsxwriter

from tests.formats import aggregators, distributors, oracle, services
from tests.formats.distributors import KONTOR
from tests.formats.layout import Fixture, Layout
from tests.formats.lines import lines, units
from tests.world import catalog
from tests.world.distributors import SERVICES, TERRITORIES
from tests.world.sheet import sales
from tests.world.shelf import Shelf, stock

SEED = 20260901
RECORDINGS = 3_000
"""Of the catalog that the fixtures are made from: enough for each line to be of another one."""
LAYOUTS = (*distributors.LAYOUTS, *aggregators.LAYOUTS, *services.LAYOUTS)
_STAMP = (2026, 9, 1, 0, 0, 0)
_ROLL_UP = b"Territory,Net receipts\nDE,12.50\nUS,8.25\n"


def fixtures(seed: int = SEED) -> list[Fixture]:
    """One of every layout, and a workbook."""
    shelf = stock(catalog.build(RECORDINGS), seed)
    return [*(_fixture(layout, shelf, seed) for layout in LAYOUTS), _workbook(shelf, seed)]


def write_catalog(folder: Path) -> Path:
    """Write the catalog that the fixtures are made from, and tell where it is."""
    catalog.write(catalog.build(RECORDINGS), folder, parquet=True)
    return folder


def write(folder: Path, made: list[Fixture]) -> list[Path]:
    """Write fixtures into a folder, and tell where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    for fixture in made:
        (folder / fixture.name).write_bytes(fixture.payload)
    return [folder / fixture.name for fixture in made]


def _fixture(layout: Layout, shelf: Shelf, seed: int) -> Fixture:
    text = _text(layout, _rows(layout, shelf, seed))
    return Fixture(layout, layout.file, _packed(layout.file, text), text)


def _rows(layout: Layout, shelf: Shelf, seed: int) -> list[list[str]]:
    return lines(layout, shelf, sales(layout.file, seed, TERRITORIES, SERVICES))


def _text(layout: Layout, rows: list[list[str]]) -> bytes:
    """The report's bytes."""
    file = io.StringIO(newline="")
    writer = csv.writer(
        file,
        delimiter=layout.delimiter,
        lineterminator=layout.end,
        quoting=csv.QUOTE_ALL if layout.quoted else csv.QUOTE_MINIMAL,
    )
    for line in layout.before:
        file.write(line + layout.end)
    if not layout.headerless:
        writer.writerow(layout.header)
    writer.writerows(rows)
    table = _encoded(layout, file.getvalue())
    total = sum(oracle.sums(layout, table).amounts.values(), Decimal(0))
    for line in layout.after(len(rows), units(layout, rows), total):
        file.write(line + layout.end)
    return _encoded(layout, file.getvalue())


def _encoded(layout: Layout, text: str) -> bytes:
    return (("\ufeff" if layout.bom else "") + text).encode(layout.encoding, "replace")


def _packed(name: str, text: bytes) -> bytes:
    if name.endswith(".gz"):
        return gzip.compress(text, mtime=0)
    if not name.endswith(".zip"):
        return text
    file = io.BytesIO()
    members = {
        "royalty_by_territory.csv": _ROLL_UP,
        "royalty_extended.csv": text,
        "royalty_by_label.csv": _ROLL_UP.replace(b"Territory", b"Label"),
    }
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, payload in members.items():
            archive.writestr(zipfile.ZipInfo(member, _STAMP), payload)
    return file.getvalue()


def _workbook(shelf: Shelf, seed: int) -> Fixture:
    """A statement whose lines are the second sheet of a workbook, numbers as numbers."""
    rows = [row for row in _rows(KONTOR, shelf, seed + 1) if len(row) == len(KONTOR.header)]
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        book.add_worksheet("Summary").write_row(0, 0, ["Territory", "Royalties"])
        sheet = book.add_worksheet("Details")
        for at, row in enumerate([list(KONTOR.header), *rows]):
            for place, cell in enumerate(row):
                number = oracle.number(cell, "." if KONTOR.header[place] == "EAN" else ",")
                if number is None or KONTOR.header[place] not in ("Royalties", "Units", "EAN"):
                    sheet.write_string(at, place, cell)
                else:
                    sheet.write_number(at, place, float(number))
    return Fixture(KONTOR, "kontor.xlsx", file.getvalue(), _text(KONTOR, rows))
