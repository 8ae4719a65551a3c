"""Verifying an export: whatever is changed, removed or added in the folder is named."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.audit.digest import (
    DIGESTS,
    FILES,
    FORMS,
    SUMS,
    canonical,
    parsed,
    rendered,
    sha256_of,
    sums_text,
)
from pipeline.errors import UsageError, VerificationFailed
from pipeline.flow import quarter
from tests.flow.audit_lake import AT, AUTUMN, SUMMER, fill

QUARTER = "2026Q3"
EVERY_FILE = (*FILES, DIGESTS, SUMS)
JULY = f"manifest {SUMMER} of 2026-07"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export whose home is gone; tests only read it."""
    home = tmp_path_factory.mktemp("home")
    fill(home)
    folder = quarter.export(home, QUARTER, tmp_path_factory.mktemp("out") / QUARTER, AT).folder
    shutil.rmtree(home)
    return folder


@pytest.fixture
def folder(written: Path, tmp_path: Path) -> Path:
    """A copy of the export, at a place whose name is hard for globs and SQL, to be damaged."""
    return Path(shutil.copytree(written, tmp_path / "it's [copied] *"))


def findings(folder: Path) -> list[str]:
    """What a verification finds, one line each."""
    with pytest.raises(VerificationFailed) as caught:
        quarter.verify(folder)
    assert isinstance(caught.value, quarter.ExportNotSound)
    assert caught.value.exit_code == 6
    assert "\n" not in str(caught.value)
    return [str(finding) for finding in caught.value.report.findings]


def test_an_untouched_copy_verifies_without_its_lake(folder: Path) -> None:
    report = quarter.verify(folder)
    assert (report.findings, report.files, report.quarter) == ((), len(FILES), QUARTER)
    assert report.rows["sales"] == 4
    assert report.sums["quarantine"][""].amount == "7"


def test_verifying_writes_nothing(folder: Path) -> None:
    before = {path: path.stat().st_mtime_ns for path in (folder, *folder.iterdir())}
    quarter.verify(folder)
    assert {path: path.stat().st_mtime_ns for path in (folder, *folder.iterdir())} == before


def flip(path: Path, share: float) -> None:
    """Change a bit of the byte at a share of a file."""
    raw = bytearray(path.read_bytes())
    raw[int(share * (len(raw) - 1))] ^= 0x01
    path.write_bytes(raw)


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("name", [DIGESTS, SUMS])
def test_one_flipped_byte_of_a_list_is_named(folder: Path, name: str, share: float) -> None:
    flip(folder / name, share)
    assert any(name in finding for finding in findings(folder))


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_one_flipped_byte_of_a_table_is_named(folder: Path, share: float) -> None:
    """Of each file at once: each is named for its own bytes, whatever else is wrong with it."""
    for name in FILES:
        flip(folder / name, share)
    found = findings(folder)
    unnamed = [
        name
        for name in FILES
        if not any(line.startswith(f"{name}: SHA-256 in digests.json") for line in found)
    ]
    assert unnamed == []


@pytest.mark.parametrize("name", EVERY_FILE)
def test_a_missing_file_is_named_and_nothing_else(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert findings(folder) == [f"{name}: is missing"]


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (
            lambda path: path.write_text("x", encoding="utf-8"),
            "more: does not belong to the export",
        ),
        (lambda path: path.mkdir(), "more: is a folder that does not belong to the export"),
        (lambda path: path.symlink_to("sales.csv"), "more: is not a plain file"),
    ],
)
def test_what_was_added_is_named(folder: Path, make: Callable[[Path], None], found: str) -> None:
    make(folder / "more")
    assert findings(folder) == [found]


def test_a_table_that_is_only_linked_to_is_not_read(folder: Path, tmp_path: Path) -> None:
    (folder / "sales.csv").rename(tmp_path / "sales.csv")
    (folder / "sales.csv").symlink_to(tmp_path / "sales.csv")
    assert findings(folder) == ["sales.csv: is not a plain file", "sales.csv: is missing"]


def test_everything_that_is_off_is_listed_and_the_line_counts_it(folder: Path) -> None:
    (folder / "sales.csv").unlink()
    (folder / "staged.csv").unlink()
    with pytest.raises(VerificationFailed, match=r"sales\.csv: is missing and 1 more; "):
        quarter.verify(folder)


@pytest.mark.parametrize("name", ["missing", "folder", "file"])
def test_what_is_no_export_is_one_line(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="is no export"):
        quarter.verify(tmp_path / name)


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        (("quarter",), "2026Q4", f"manifests.csv, {JULY}: 1 rows of an accounting period outside"),
        (("files", "sales.csv", "rows"), 5, "sales.csv: rows in digests.json, stated 5, found 4"),
        (("files", "sales.csv", "bytes"), 5, "sales.csv: bytes in digests.json, stated 5, found "),
        (("files", "sales.csv", "sha256"), "0", "sales.csv: SHA-256 in digests.json, stated 0, "),
        (("files", "b"), {"bytes": 1, "rows": 1, "sha256": "0"}, "digests.json: lists b, which"),
        (
            ("sums", "sales", "EUR", "amount"),
            "1",
            "sales.csv, EUR: amount in digests.json, stated 1, found 108.25",
        ),
        (
            ("sums", "staged", "EUR", "unreadable_lines"),
            0,
            "staged.parquet, EUR: unreadable_lines in digests.json, stated 0, found 1",
        ),
        (("sums", "quarantine", ""), None, "digests.json: cannot be read: its entries are not"),
        (
            ("sums", "quarantine"),
            {},
            "quarantine.csv, no currency: lines in digests.json, stated 0",
        ),
        (("sums", "b"), {}, "digests.json: its sums do not name the tables of lines: b"),
        (("format",), "royalty-audit-1", "control.csv: does not belong to the export"),
        (("format",), "royalty-audit-2", "endings.csv: does not belong to the export"),
        (("format",), "royalty-audit-4", "digests.json: cannot be read: its format is 'royalty-a"),
    ],
)
def test_edited_digests_are_named(
    folder: Path, path: tuple[str, ...], value: object, found: str
) -> None:
    document = json.loads((folder / DIGESTS).read_bytes())
    place = document
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    (folder / DIGESTS).write_bytes(canonical(document))
    _list_anew(folder)
    assert any(finding.startswith(found) for finding in findings(folder))


@pytest.mark.parametrize(
    ("export_format", "lacking"),
    [("royalty-audit-1", {"control", "endings"}), ("royalty-audit-2", {"endings"})],
)
def test_an_export_of_an_earlier_format_still_verifies(
    folder: Path, export_format: str, lacking: set[str]
) -> None:
    gone = {f"{table}.{form}" for table in lacking for form in FORMS}
    for name in gone:
        (folder / name).unlink()
    digests = parsed((folder / DIGESTS).read_bytes())
    files = {name: file for name, file in digests.files.items() if name not in gone}
    earlier = replace(digests, format=export_format, files=files)
    (folder / DIGESTS).write_bytes(rendered(earlier))
    _list_anew(folder)
    assert quarter.verify(folder).findings == ()


def test_an_amount_edited_in_csv_is_named_though_the_list_is_made_anew(folder: Path) -> None:
    text = (folder / "sales.csv").read_bytes()
    (folder / "sales.csv").write_bytes(text.replace(b"10.500000000", b"90.500000000"))
    _list_anew(folder)
    found = findings(folder)
    assert f"conservation.csv, {JULY}, EUR: matched, stated 8.25, found 88.25" in found
    assert f"conservation.csv, {JULY}, EUR: reported, stated 9.250000000000000001, " in " ".join(
        found
    )
    assert "sales.csv, EUR: amount in digests.json, stated 108.25, found 188.25" in found
    assert any(
        line.startswith(f"sales.csv, {JULY}: rows, against those of sales.") for line in found
    )
    assert any(line.startswith("sales.csv: SHA-256 in digests.json") for line in found)


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        (
            b"manifest,accounting_period,line,",
            b"manifest,accounting_period,row,",
            "its columns are",
        ),
        (b"Song", b"Sing", f"sales.csv, manifest {AUTUMN} of 2026Q3: rows, against those of"),
        (b',"",', b",,", f"sales.csv, {JULY}: rows, against those of sales.parquet"),
        (b'Zoll"", ;', b'Zoll", ;', "sales.csv: cannot be read: "),
        (b"Sieben", b"\xff\xfe", "sales.csv: cannot be read: "),
    ],
)
def test_texts_edited_in_csv_are_named(folder: Path, old: bytes, new: bytes, found: str) -> None:
    text = (folder / "sales.csv").read_bytes()
    assert old in text
    (folder / "sales.csv").write_bytes(text.replace(old, new, 1))
    assert any(found in finding for finding in findings(folder))


def _list_anew(folder: Path) -> None:
    """`SHA256SUMS` over the files as they are."""
    there = [name for name in (*FILES, DIGESTS) if (folder / name).exists()]
    sha256 = {name: sha256_of(folder / name) for name in there}
    (folder / SUMS).write_text(sums_text(sha256), encoding="utf-8")
