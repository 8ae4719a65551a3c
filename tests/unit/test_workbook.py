"""Reports in workbooks: the sheet that is one, and its cells as exact text."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter

from pipeline import read
from pipeline.errors import ManifestRefused
from pipeline.read.profile import Profile, profile_of
from pipeline.read.profile_schema import Reader
from pipeline.read.workbook import heads, is_workbook, sheet_of

HEADER = ["Month", "Song", "UPC", "Units", "Net"]


def profile(name: str = "own", **change: Any) -> Profile:
    given = {
        "name": name,
        "title": "Own",
        "kind": "delimited",
        "header": HEADER,
        "dialect": {"delimiter": "\t", "encoding": ["utf-16-le", "cp1252"]},
        "columns": {
            "activity_start": "Month",
            "activity_end": "Month",
            "gtin": "UPC",
            "title": "Song",
            "quantity": "Units",
            "amount": "Net",
        },
        "fixed": {"currency": "EUR"},
        "forms": {"activity": ["MMM-YY"], "number": "point"},
    }
    spec = Reader("own.toml", given | change).spec()
    return profile_of(spec, spec.header)


def workbook(path: Path, sheets: Mapping[str, Sequence[Sequence[Any]]]) -> Path:
    with xlsxwriter.Workbook(path) as book:
        days = book.add_format({"num_format": "yyyy-mm-dd"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            for at, row in enumerate(rows):
                for place, cell in enumerate(row):
                    if isinstance(cell, date):
                        sheet.write_datetime(at, place, cell, days)
                    elif cell is not None:
                        sheet.write(at, place, cell)
    return path


def cells_of(path: Path, one: Profile, to: Path) -> dict[str, list[str]]:
    """What the sheet says by canonical column."""
    sheet = sheet_of(path, [one], to)
    (part,) = read.parts(sheet.plain, sheet.profile.dialect)
    cells, verdicts = part.cells()
    assert not verdicts.any()
    columns = [expression.cast(str) for expression in sheet.profile.reported.values()]
    return cells.select(columns).to_dict(as_series=False)


EXACT = {
    # a cell of the sheet: its text
    "a whole number": (5901234123457, "5901234123457"),
    "a UPC as text": ("036000291452", "036000291452"),
    "a UPC that was rounded": (191774000000.0, "191774000000"),
    "a fraction": (0.258066, "0.258066"),
    "a third": (1 / 3, "0.3333333333333333"),
    "a hundredth of a cent": (0.000012, "0.000012"),
    "less than that": (1.5e-7, "0.00000015"),
    "a negative": (-3.5, "-3.5"),
    "text": ("n/a", "n/a"),
    "nothing": (None, ""),
    "true": (True, "TRUE"),
}


@pytest.mark.parametrize("case", EXACT)
def test_a_cell_becomes_the_shortest_text_of_its_value(case: str, tmp_path: Path) -> None:
    cell, expected = EXACT[case]
    path = workbook(tmp_path / "book.xlsx", {"Lines": [HEADER, ["JUN-25", "a", cell, 1, 2]]})
    one = profile(forms={})
    assert cells_of(path, one, tmp_path / "plain")["gtin"] == [expected]


def test_dates_are_days_and_stand_for_a_month_where_the_sender_writes_months(
    tmp_path: Path,
) -> None:
    rows = [HEADER, [date(2025, 6, 1), "a", "", 1, 2], ["JUN-25", "a", "", 1, 2]]
    path = workbook(tmp_path / "book.xlsx", {"Lines": rows})
    found = cells_of(path, profile(), tmp_path / "plain")
    assert found["activity_start"] == ["2025-06-01", "2025-06-01"]
    assert found["activity_end"] == ["2025-06-30", "2025-06-30"]
    daily = profile(forms={"activity": ["M/D/YYYY"], "number": "point"})
    rows = [
        HEADER,
        [datetime.fromisoformat("2025-06-01T13:05"), "a", "", 1, 2],
        [45809, "a", "", 1, 2],
    ]
    path = workbook(tmp_path / "daily.xlsx", {"Lines": rows})
    found = cells_of(path, daily, tmp_path / "daily")
    assert found["activity_end"] == ["2025-06-01", "2025-06-01"]


def test_numbers_are_exact_where_the_sender_writes_decimal_commas(tmp_path: Path) -> None:
    rows = [HEADER, ["JUN-25", "a", "", 1200, 1234.5], ["JUN-25", "b", "", "1.200", "1.234,5"]]
    path = workbook(tmp_path / "book.xlsx", {"Lines": rows})
    one = profile(forms={"activity": ["MMM-YY"], "number": "comma"})
    found = cells_of(path, one, tmp_path / "plain")
    assert found["amount"] == ["1234.5", "1234.5"]
    assert found["quantity"] == ["1200", "1200"]


def test_the_sheet_is_the_one_whose_header_fits(tmp_path: Path) -> None:
    sheets = {
        "Summary": [["Country", "Net"], ["DE", 12]],
        "Lines": [["Statement"], [], HEADER, ["JUN-25", "a\nb", "", 1, 2], [], ["JUN-25", "c"]],
        "Notes": [["nothing"]],
    }
    path = workbook(tmp_path / "book.xlsx", sheets)
    assert is_workbook(path)
    sheet = sheet_of(
        path,
        [profile(preamble=3), profile("other", header=["A", "B"], columns={}, forms={})],
        tmp_path / "plain",
    )
    assert (sheet.name, sheet.profile.name) == ("Lines", "own")
    (part,) = read.parts(sheet.plain, sheet.profile.dialect)
    assert part.cells()[0]["Song"].to_list() == ["a\nb", "c"]
    # Rows of nothing are blank lines.
    assert (part.frame.lines + part.first_line).tolist() == [4, 7]
    assert list(heads(path)) == list(sheets)


REFUSED = {
    "no sheet fits": ({"A": [["x"]], "B": [["y"]]}, "no sheet of .* it has 'A', 'B'"),
    "two sheets fit": (
        {"May": [HEADER], "June": [HEADER]},
        "several reports: 'May' as own, 'June'",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_workbook_of_no_or_several_reports_is_refused(case: str, tmp_path: Path) -> None:
    sheets, why = REFUSED[case]
    path = workbook(tmp_path / "book.xlsx", sheets)
    with pytest.raises(ManifestRefused, match=why):
        sheet_of(path, [profile()], tmp_path / "plain")


def test_a_damaged_workbook_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "book.xls"
    path.write_bytes(b"\xd0\xcf\x11\xe0" + b"x" * 5000)
    assert is_workbook(path)
    with pytest.raises(ManifestRefused, match="is no workbook"):
        sheet_of(path, [profile()], tmp_path / "plain")


def test_a_workbook_is_told_by_its_bytes_not_by_its_name(tmp_path: Path) -> None:
    path = workbook(tmp_path / "book.xlsx", {"A": [HEADER, ["JUN-25", "a", "", 1, 2]]})
    renamed = path.rename(tmp_path / "book.csv")
    assert sheet_of(renamed, [profile()], tmp_path / "plain").name == "A"


def test_other_files_are_no_workbooks(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"Month,Song\n")
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04")
    assert not any(map(is_workbook, [tmp_path / "a.csv", tmp_path / "a.zip", tmp_path / "none"]))
