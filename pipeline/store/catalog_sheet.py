"""A catalog as label operations keep it: one sheet, its columns known by their usual names."""

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import CatalogError

SYNONYMS: dict[str, tuple[str, ...]] = {
    "recording_id": ("recording id", "asset id", "track id", "internal id"),
    "isrc": ("isrc", "isrc code", "track isrc", "asset isrc", "recording isrc"),
    "title": (
        "title", "track title", "track name", "track", "song title", "song name", "song",
        "recording title", "asset title",
    ),
    "version": ("version", "mix version", "track version", "title version", "subtitle", "mix"),
    "artist": (
        "artist", "artists", "artist name", "track artist", "track artists", "main artist",
        "display artist", "asset artist", "performer",
    ),
    "duration_s": ("duration s", "duration sec", "duration seconds", "duration in seconds"),
    "release_date": ("release date", "released", "date of release"),
    "label": ("label", "label name", "imprint"),
    "iswc": ("iswc", "iswc code"),
    "gtin": (
        "upc", "upc code", "ean", "ean code", "gtin", "barcode", "upc ean", "ean upc",
        "release upc", "product upc",
    ),
    "release_title": (
        "release", "release title", "release name", "album", "album title", "album name",
        "product", "product title",
    ),
    "disc": ("disc", "disc number", "disc no", "disc #", "disk"),
    "number": ("number", "track number", "track no", "track #", "#", "no"),
    "payee": (
        "payee", "payee name", "party", "party id", "participant", "rightsholder",
        "rights holder", "beneficiary", "pay to",
    ),
    "percent": (
        "%", "percent", "percentage", "share %", "% share", "split %", "% split", "payee %",
        "royalty %", "% royalty",
    ),
    "share": ("share", "split", "fraction", "share fraction"),
    "territory": ("territory", "country", "territory code"),
    "usage": ("usage", "use type"),
    "service": ("service", "dsp", "store"),
    "valid_from": ("valid from", "from", "start date"),
    "valid_to": ("valid to", "to", "until", "end date"),
}  # fmt: skip
"""Canonical column to the headings it goes by, in lower case and without punctuation."""

NEEDED = ("isrc", "title", "artist")
_HEADING_WITHIN = 20  # rows of preamble above a sheet's headings; real ones have one to five
_EXCEL_DIGITS = 15  # what a spreadsheet keeps of a number; further digits are binary noise


def mapping(headings: Sequence[str], path: Path) -> dict[str, str]:
    """Canonical column to the sheet's heading for it.

    Raises:
        CatalogError: needed columns are missing, or two headings mean the same.
    """
    found: dict[str, str] = {}
    for heading in headings:
        canonical = _canonical(heading)
        if canonical in found:
            what = f"{path} has two columns for {canonical}: {found[canonical]} and {heading}"
            raise CatalogError(what, "leave one of them")
        if canonical:
            found[canonical] = heading
    lacking = [name for name in NEEDED if name not in found]
    if ("payee" in found) != bool(found.keys() & {"percent", "share"}):
        lacking.append("%" if "payee" in found else "payee")
    if lacking:
        what = f"{path} has no column for {', '.join(lacking)}; it has {', '.join(headings)}"
        mend = "it needs ISRC, title and artist, and payee with % or neither"
        raise CatalogError(what, mend)
    return found


def frames(path: Path) -> dict[str, pl.DataFrame]:
    """The sheets of a workbook that hold a catalog, all cells as text, by name in lower case.

    Sheets that are named like the tables where one is "recordings", else the first sheet whose
    headings name the needed columns.

    Raises:
        CatalogError: the workbook cannot be opened, or no sheet holds a catalog.
    """
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with CalamineWorkbook.from_path(path) as book:
            sheets = {name: book.get_sheet_by_name(name).to_python() for name in book.sheet_names}
    except (CalamineError, OSError) as error:
        raise CatalogError(f"{path} is no workbook: {error}", "save it as xlsx") from error
    texts = {name.strip().lower(): _texts(rows) for name, rows in sheets.items()}
    if "recordings" in texts:
        return {name: _frame(rows, 0, path) for name, rows in texts.items() if rows}
    for rows in texts.values():
        for place, row in enumerate(rows[:_HEADING_WITHIN]):
            if set(NEEDED) <= {_canonical(cell or "") for cell in row}:
                return {"sheet": _frame(rows, place, path)}
    tops = [cell for rows in texts.values() for cell in (rows[0] if rows else []) if cell]
    what = f"no sheet of {path} has headings for ISRC, title and artist; it has {', '.join(tops)}"
    raise CatalogError(what, "name the columns in one row above the recordings")


def _frame(rows: list[list[str | None]], place: int, path: Path) -> pl.DataFrame:
    """The rows below a heading row; columns without a heading are left out."""
    heading = rows[place]
    kept = [at for at, cell in enumerate(heading) if cell]
    names = [str(heading[at]) for at in kept]
    if len({name.lower() for name in names}) < len(names):
        raise CatalogError(f"{path} has a heading twice", "name each column once")
    columns = {
        name: [row[at] for row in rows[place + 1 :]] for name, at in zip(names, kept, strict=True)
    }
    return pl.DataFrame(columns, schema=dict.fromkeys(names, pl.String))


def _texts(rows: list[list[Any]]) -> list[list[str | None]]:
    return [[_text(cell) for cell in row] for row in rows]


def _text(cell: Any) -> str | None:
    """A cell as a person sees it: whole numbers without ".0", dates as YYYY-MM-DD."""
    match cell:
        case "" | None:
            return None
        case bool():
            return str(cell).lower()
        case float():
            return f"{Decimal(f'{cell:.{_EXCEL_DIGITS}g}'):f}"
        case datetime():
            return cell.date().isoformat()
        case date():
            return cell.isoformat()
        case _:
            return str(cell).strip() or None


def _canonical(heading: str) -> str | None:
    plain = " ".join(re.sub(r"[^a-z0-9%#]+", " ", heading.lower()).split())
    return next((name for name, known in SYNONYMS.items() if plain in known), None)
