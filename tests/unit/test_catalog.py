"""A catalog as label operations keep it: one sheet with the headings that people use."""

import zipfile
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path
from xml.sax.saxutils import escape

import duckdb
import pytest

from pipeline.errors import CatalogError
from pipeline.flow import catalog
from pipeline.store import catalog_sheet as sheets

CLOCK = datetime(2026, 9, 1, tzinfo=UTC)
SHEET = """\
ISRC Code;Track Title;Mix Version;Track Artists;UPC;Album;Track #;Payee;Split %;Mood
USRC17607839;One;;Anna;036000291452;Album;1;Anna;50 %;calm
USRC17607839;One;;Anna;036000291452;Album;1;Blue Ltd;50;calm
USRC17607839;One;;Anna;96385074;Single;1;Anna;50;calm
USRC17607839;One;;Anna;96385074;Single;1;Blue Ltd;50;calm
USRC17607840;Two;Live;Berta;036000291452;Album;2;Berta;33,33;calm
;;;;;;;;;
;Three;;Anna;;;;Anna;100;calm
"""
OWN_DEALS = """\
isrc,title,artist,upc,payee,%
USRC17607839,One,Anna,036000291452,Anna,100
USRC17607839,One,Anna,96385074,Anna,40
USRC17607839,One,Anna,96385074,Blue Ltd,60
"""


def _loaded(tmp_path: Path, sheet: Path) -> catalog.CatalogLoaded:
    return catalog.load(tmp_path / "home", sheet, False, CLOCK)


def _rows(loaded: catalog.CatalogLoaded, statement: str) -> list[tuple[object, ...]]:
    with duckdb.connect(loaded.path, read_only=True) as con:
        return con.execute(statement).fetchall()


def _csv(tmp_path: Path, cells: str) -> Path:
    path = tmp_path / "sheet.csv"
    path.write_text(cells, encoding="utf-8-sig")
    return path


def _workbook(path: Path, sheets_of_rows: dict[str, list[list[object]]]) -> Path:
    """A workbook of the parts that the format (ECMA-376) demands, cells inline."""
    rels = "http" + "://schemas.openxmlformats.org/officeDocument/2006/relationships"
    main = "http" + "://schemas.openxmlformats.org/spreadsheetml/2006/main"
    package = "http" + "://schemas.openxmlformats.org/package/2006"
    numbered = list(enumerate(sheets_of_rows.items(), 1))
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" r:id="r{n}"/>' for n, (name, _) in numbered
    )
    related = "".join(
        f'<Relationship Id="r{n}" Type="{rels}/worksheet" Target="worksheets/s{n}.xml"/>'
        for n, _ in numbered
    )
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("[Content_Types].xml", f'<Types xmlns="{package}/content-types"/>')
        book.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" '
            f'Type="{rels}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        )
        book.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{main}" xmlns:r="{rels}"><sheets>{listed}</sheets></workbook>',
        )
        book.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{package}/relationships">{related}</Relationships>',
        )
        for n, (_, rows) in numbered:
            lines = "".join(f"<row>{''.join(map(_cell, row))}</row>" for row in rows)
            sheet = f'<worksheet xmlns="{main}"><sheetData>{lines}</sheetData></worksheet>'
            book.writestr(f"xl/worksheets/s{n}.xml", sheet)
    return path


def _cell(value: object) -> str:
    if isinstance(value, int | float):
        return f"<c><v>{value!r}</v></c>"
    return f'<c t="inlineStr"><is><t>{escape(str(value))}</t></is></c>'


def test_a_sheet_becomes_tables(tmp_path: Path) -> None:
    loaded = _loaded(tmp_path, _csv(tmp_path, SHEET))
    assert loaded.ignored == ("Mood",)
    recordings = "select recording_id[:5], isrc, title, version, artist, splits from recordings"
    assert _rows(loaded, recordings + " order by title") == [
        ("USRC1", "USRC17607839", "One", None, "Anna", "complete"),
        ("text-", None, "Three", None, "Anna", "complete"),
        ("USRC1", "USRC17607840", "Two", "Live", "Berta", "incomplete"),
    ]
    assert _rows(loaded, "select gtin, title, artist from releases order by title") == [
        ("00036000291452", "Album", None),
        ("00000096385074", "Single", "Anna"),
    ]
    assert _rows(loaded, "select release_id, recording_id, number from tracks order by all") == [
        ("036000291452", "USRC17607839", 1),
        ("036000291452", "USRC17607840", 2),
        ("96385074", "USRC17607839", 1),
    ]


def test_payees_repeated_on_every_release_count_once(tmp_path: Path) -> None:
    loaded = _loaded(tmp_path, _csv(tmp_path, SHEET))
    splits = "select recording_id, party_id, share::varchar, release_id from splits"
    assert _rows(loaded, splits + " where starts_with(recording_id, 'US') order by all") == [
        ("USRC17607839", "Anna", "0.500000000000000000", None),
        ("USRC17607839", "Blue Ltd", "0.500000000000000000", None),
        ("USRC17607840", "Berta", "0.333300000000000000", None),
    ]


def test_payees_that_differ_by_release_hold_for_that_release(tmp_path: Path) -> None:
    loaded = _loaded(tmp_path, _csv(tmp_path, OWN_DEALS))
    splits = "select release_id, party_id, share::varchar from splits order by all"
    assert _rows(loaded, splits) == [
        ("036000291452", "Anna", "1.000000000000000000"),
        ("96385074", "Anna", "0.400000000000000000"),
        ("96385074", "Blue Ltd", "0.600000000000000000"),
    ]
    assert _rows(loaded, "select splits, by_release from recordings") == [("conditional", True)]


@pytest.mark.parametrize(
    ("heading", "cells", "shares"),
    [
        ("%", ("50", "25.5"), ("0.50", "0.255")),
        ("%", ("0.5", "0.255"), ("0.50", "0.255")),  # a spreadsheet shows these as 50 % and 25.5 %
        ("%", ("99", "1"), ("0.99", "0.01")),
        ("%", ("0.5%", "0.1"), ("0.005", "0.1")),  # the sign says it for its cell
        ("share", ("0.5", "25 %"), ("0.5", "0.25")),
        ("%", ("12,5", "1e-1"), ("0.125", None)),
    ],
)
def test_percents_and_fractions_are_told_apart(
    tmp_path: Path, heading: str, cells: tuple[str, str], shares: tuple[str, str | None]
) -> None:
    rows = "".join(f"USRC17607839;One;Anna;P{n};{cell}\n" for n, cell in enumerate(cells))
    sheet = _csv(tmp_path, f"isrc;title;artist;payee;{heading}\n{rows}")
    if None in shares:
        with pytest.raises(CatalogError, match="is 1e-1"):
            _loaded(tmp_path, sheet)
        return
    found = _rows(_loaded(tmp_path, sheet), "select share from splits order by party_id")
    assert [share for (share,) in found] == [Decimal(share or 0) for share in shares]


def test_a_workbook_says_the_same_below_its_preamble(tmp_path: Path) -> None:
    rows: list[list[object]] = [
        ["Blue Ltd, catalog"],
        [],
        ["ISRC", "Title", "Artist", "UPC", "Payee", "%"],
        ["USRC17607839", "One", "Anna", 36000291452, "Anna", 0.1],
        ["USRC17607839", "One", "Anna", 36000291452, "Blue & Co", 0.9],
    ]
    loaded = _loaded(
        tmp_path, _workbook(tmp_path / "book.xlsx", {"Notes": [["hello"]], "Catalog": rows})
    )
    assert _rows(loaded, "select gtin from releases") == [("00036000291452",)]
    assert _rows(loaded, "select party_id, share::varchar from splits order by all") == [
        ("Anna", "0.100000000000000000"),
        ("Blue & Co", "0.900000000000000000"),
    ]


def test_a_workbook_may_have_a_sheet_for_each_table(tmp_path: Path) -> None:
    book = _workbook(
        tmp_path / "book.xlsx",
        {
            "Recordings": [["recording_id", "isrc", "title", "artist"], [17, "", "One", "Anna"]],
            "Splits": [["recording_id", "party_id", "share"], [17, "P1", 1]],
        },
    )
    loaded = _loaded(tmp_path, book)
    assert _rows(loaded, "select recording_id, splits from recordings") == [("17", "complete")]


@pytest.mark.parametrize(
    ("headings", "told"),
    [
        ("Title,Artist", "no column for isrc; it has Title, Artist"),
        ("ISRC,Title", "no column for artist"),
        ("ISRC,Title,Artist,Payee", "no column for %"),
        ("ISRC,Title,Artist,Share", "no column for payee"),
        ("ISRC,Title,Track Name,Artist", "two columns for title: Title and Track Name"),
    ],
)
def test_a_sheet_without_what_is_needed_is_refused(headings: str, told: str) -> None:
    with pytest.raises(CatalogError, match=told):
        sheets.mapping(headings.split(","), Path("sheet.csv"))


def test_a_workbook_without_what_is_needed_is_refused(tmp_path: Path) -> None:
    book = _workbook(tmp_path / "book.xlsx", {"Sheet1": [["Title", "Mood"], ["One", "calm"]]})
    with pytest.raises(CatalogError, match="headings for ISRC, title and artist; it has Title"):
        _loaded(tmp_path, book)


def test_a_file_that_only_has_a_workbook_s_name_is_refused(tmp_path: Path) -> None:
    (tmp_path / "book.xlsx").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(CatalogError, match="is no workbook"):
        _loaded(tmp_path, tmp_path / "book.xlsx")


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (191774000000.0, "191774000000"),
        (0.1 + 0.2, "0.3"),  # a spreadsheet keeps 15 digits
        (1e-7, "0.0000001"),
        (date(2026, 9, 1), "2026-09-01"),
        (datetime(2026, 9, 1, 0, 0), "2026-09-01"),  # noqa: DTZ001 - cells have no zone
        ("  ", None),
        ("", None),
        (" One ", "One"),
        (True, "true"),
    ],
)
def test_cells_are_text_as_a_person_sees_them(cell: object, text: str | None) -> None:
    assert sheets._text(cell) == text
