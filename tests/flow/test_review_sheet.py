"""The queue as a workbook: out, through a person's hands, and back; through real files."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from python_calamine import CalamineWorkbook

from pipeline.errors import UsageError
from pipeline.flow import review_lists
from pipeline.flow.review_sheet import COLUMNS, SHEET, export, take_in, write_sheet
from pipeline.vocab import Decision
from tests.flow.desks import LATER, NOWHERE, conserved, money, row, say
from tests.flow.homes import ALPHA, SETTINGS, asked, line, report
from tests.flow.once import Once

GTIN = "00012345678905"
FORMULA = '=HYPERLINK("evil","click")'
LINES = (
    line(NOWHERE, "5", title="Alpha"),
    line("", "7", title=FORMULA, gtin=GTIN),
    line("", "3", title="Omega", artist="@Anna"),
    line(ALPHA, "9"),
)
Rows = list[dict[str, str]]


@pytest.fixture
def waiting(once: Once, home: Path, tmp_path: Path) -> Path:
    once.take(report(tmp_path / "r.csv", LINES), home)
    return home


def exported(home: Path, path: Path) -> Rows:
    export(home, SETTINGS, path)
    head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    assert tuple(head) == COLUMNS
    return [dict(zip(COLUMNS, map(str, cells), strict=True)) for cells in rows]


def answered(rows: Rows, path: Path, **answers: Mapping[str, str]) -> Path:
    """The workbook with cells filled in, by the first word of the title."""
    filled = [{**cells, **answers.get(cells["title"], {})} for cells in rows]
    write_sheet(path, SHEET, COLUMNS, [[cells[name] for name in COLUMNS] for cells in filled])
    return path


def came(home: Path, path: Path, **more: bool) -> Any:
    return take_in(home, SETTINGS, LATER, path, name="ann", **more)


def test_every_cell_is_text_and_nothing_a_formula(waiting: Path, tmp_path: Path) -> None:
    path = tmp_path / "q.xlsx"
    assert export(waiting, SETTINGS, path).rows == 3
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0)
    cells = [cell for cells in sheet.to_python()[1:] for cell in cells]
    assert {type(cell) for cell in cells} == {str}
    assert {GTIN, FORMULA, "@Anna"} <= set(cells)
    import zipfile

    with zipfile.ZipFile(path) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")


def test_answers_become_decisions_in_one_go(waiting: Path, tmp_path: Path) -> None:
    rows = exported(waiting, tmp_path / "q.xlsx")
    first = next(cells for cells in rows if cells["title"] == "Alpha")
    assert first["candidate_1"].startswith("R-Alpha | Alpha | Anna | Album")
    answers = {
        "Alpha": {"decision": "accept", "recording_id": "R-Alpha"},
        "Omega": {"decision": "Exclude", "reason": "not ours"},
        FORMULA: {"decision": "missing"},
    }
    done = came(waiting, answered(rows, tmp_path / "back.xlsx", **answers))
    assert (done.released, done.refusals) == ({"EUR": "5"}, ())
    assert money(waiting) == {
        ("EUR", "matched"): (2, 14),
        ("EUR", "excluded"): (1, 3),
        ("EUR", "unmatched"): (1, 7),
    }
    assert asked(waiting, "SELECT count(DISTINCT decided_at) FROM decisions") == [(1,)]
    conserved(waiting, 4, EUR=24)


def test_limits_come_back_from_cells(waiting: Path, tmp_path: Path) -> None:
    rows = exported(waiting, tmp_path / "q.xlsx")
    limits = {"territories": "at, de", "valid_from": "2026-07-01", "valid_to": "2026-07-31"}
    answer = {"decision": "accept", "recording_id": "R-Alpha", **limits}
    done = came(waiting, answered(rows, tmp_path / "back.xlsx", Alpha=answer))
    (decision,) = done.decisions
    assert decision["territories"] == ["AT", "DE"]
    assert f"{decision['valid_from']} {decision['valid_to']}" == "2026-07-01 2026-07-31"
    assert done.released == {"EUR": "5"}


def _stale(home: Path, rows: Rows) -> Rows:
    say(home, Decision.REJECT, row(home, "Omega")["queue_id"], name="bob")
    return rows


def _altered(_home: Path, rows: Rows) -> Rows:
    return [
        {**cells, "artist": "Someone"} if cells["title"] == "Omega" else cells for cells in rows
    ]


def _unknown(_home: Path, rows: Rows) -> Rows:
    return [
        {**cells, "queue_id": "0123456789ab"} if cells["title"] == "Omega" else cells
        for cells in rows
    ]


def _shifted(_home: Path, rows: Rows) -> Rows:
    """The id column was sorted by itself."""
    ids = [cells["queue_id"] for cells in rows]
    return [{**cells, "queue_id": ids[place - 1]} for place, cells in enumerate(rows)]


def _gone(home: Path, rows: Rows) -> Rows:
    queue_id = row(home, "Omega")["queue_id"]
    say(home, Decision.ACCEPT, queue_id, name="bob", recording_id="R-Beta")
    return rows


REFUSED: dict[str, tuple[Callable[[Path, Rows], Rows], str]] = {
    "stale": (_stale, "decided meanwhile: rejected by bob"),
    "altered": (_altered, "the cell artist was altered"),
    "unknown": (_unknown, "0123456789ab: no such row waits"),
    "gone": (_gone, "no such row waits: it was decided"),
    "shifted": (_shifted, "was altered"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_rows_that_are_not_what_they_were_are_refused(
    case: str, waiting: Path, tmp_path: Path
) -> None:
    change, complaint = REFUSED[case]
    rows = change(waiting, exported(waiting, tmp_path / "q.xlsx"))
    accepted = {"decision": "accept", "recording_id": "R-Eta"}
    path = answered(rows, tmp_path / "back.xlsx", Omega=accepted, Alpha=accepted)
    before = asked(waiting, "SELECT * FROM decisions")
    with pytest.raises(UsageError, match=complaint):
        came(waiting, path)
    assert asked(waiting, "SELECT * FROM decisions") == before
    if case != "shifted":
        done = came(waiting, path, partial=True)
        assert [complaint in str(one) for one in done.refusals] == [True]
        assert done.released == {"EUR": "5"}


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        ({"decision": "yes"}, "'yes' is no decision"),
        ({"decision": "accept"}, "name a recording"),
        ({"decision": "exclude"}, "nothing is excluded without a reason"),
        ({"decision": "accept", "recording_id": "R-Eta", "territories": "XX"}, "'XX' is no terr"),
    ],
)
def test_answers_that_are_none_are_refused(
    answer: dict[str, str], complaint: str, waiting: Path, tmp_path: Path
) -> None:
    rows = exported(waiting, tmp_path / "q.xlsx")
    with pytest.raises(UsageError, match=complaint):
        came(waiting, answered(rows, tmp_path / "back.xlsx", Omega=answer))


def test_files_that_are_no_such_workbook_are_refused(waiting: Path, tmp_path: Path) -> None:
    rows = exported(waiting, tmp_path / "q.xlsx")
    with pytest.raises(UsageError, match="is there already"):
        export(waiting, SETTINGS, tmp_path / "q.xlsx")
    with pytest.raises(UsageError, match="is no workbook"):
        export(waiting, SETTINGS, tmp_path / "q.csv")
    with pytest.raises(UsageError, match="holds no decision"):
        came(waiting, answered(rows, tmp_path / "blank.xlsx"))
    (tmp_path / "text.xlsx").write_text("queue_id", encoding="utf-8")
    with pytest.raises(UsageError, match="is no workbook"):
        came(waiting, tmp_path / "text.xlsx")
    write_sheet(tmp_path / "other.xlsx", SHEET, ["queue_id"], [["1"]])
    with pytest.raises(UsageError, match="lacks the column queue_version"):
        came(waiting, tmp_path / "other.xlsx")
    with pytest.raises(UsageError, match="there is no file"):
        came(waiting, tmp_path / "none.xlsx")


@pytest.mark.parametrize("suffix", ["xlsx", "csv"])
def test_what_is_missing_is_a_list_to_create(suffix: str, waiting: Path, tmp_path: Path) -> None:
    for title in (FORMULA, "Omega"):
        say(waiting, Decision.MISSING, row(waiting, title)["queue_id"])
    found = review_lists.missing(waiting, SETTINGS)
    assert found["title"].to_list() == [FORMULA, "Omega"]
    path = tmp_path / f"missing.{suffix}"
    review_lists.write(found, path)
    if suffix == "xlsx":
        head, *rows = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
        names = [str(cell) for cell in head]
        first, second = (dict(zip(names, map(str, cells), strict=True)) for cells in rows)
        assert (first["gtin"], first["title"], second["artist"]) == (GTIN, FORMULA, "@Anna")
    else:
        read = pl.read_csv(path, infer_schema=False).rows(named=True)
        first, second = read
        assert (first["gtin"], first["title"]) == (GTIN, f"'{FORMULA}")
        assert second["artist"] == "'@Anna"
    assert (first["money"], second["money"]) == ("7 EUR", "3 EUR")
    with pytest.raises(UsageError, match="is there already"):
        review_lists.write(found, path)
