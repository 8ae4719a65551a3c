"""Personal data: gone from every cell and byte, everything else where it was."""

from pathlib import Path

import pytest

from pipeline import read
from pipeline.read.framing import FIELD_COUNT
from pipeline.read.profile import profile_of
from pipeline.read.profile_schema import Reader
from pipeline.read.profiles import choose
from pipeline.read.redact import WITHHELD, redacted

HEADER = ["isrc", "buyer name", "net", "note"]
SPEC = Reader(
    "shop.toml",
    {
        "name": "shop",
        "title": "Shop",
        "kind": "delimited",
        "header": HEADER,
        "open": True,
        "personal": ["buyer *"],
        "columns": {"isrc": "isrc", "amount": "net"},
        "fixed": {"currency": "EUR"},
    },
).spec()

ROWS = (
    "isrc,buyer name,net,note,fax\n"
    "USRC17607839,SECRET,1.25,kept,SECRET\n"
    "\n"
    'USRC17607840,"SECRET\nand ""SECRET""\r\nmore",2.50,"two\nlines",\n'
    "USRC17607841,SECRET,3\n"
    "USRC17607842,SECRET,4,last,SECRET\n"
)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_nothing_personal_is_left_and_every_line_is_where_it_was(
    encoding: str, end: str, tmp_path: Path
) -> None:
    text = ROWS.replace("\r\n", "\n").replace("\n", end)
    mark = "\ufeff" if encoding != "utf-8" else ""
    plain = tmp_path / "plain"
    plain.write_bytes((mark + text).encode(encoding))
    profile = choose(plain.read_bytes(), [profile_of(SPEC, SPEC.header)])
    clean = redacted(plain, profile, tmp_path / "clean")
    assert b"SECRET" not in (tmp_path / "clean").read_bytes()
    (part,) = read.parts(tmp_path / "clean", clean.dialect)
    cells, verdicts = part.cells()
    (before,) = read.parts(plain, profile.dialect)
    lines = before.frame.lines + before.first_line
    # The header stays with the report: what is written begins with the line after it.
    assert (part.frame.lines + part.first_line).tolist() == lines.tolist()
    assert cells["isrc"].to_list() == ["USRC17607839", "USRC17607840", "", "USRC17607842"]
    assert cells["net"].to_list() == ["1.25", "2.50", "", "4"]
    assert cells["note"].to_list() == ["kept", f"two{end}lines", "", "last"]
    assert verdicts.tolist() == [0, 0, FIELD_COUNT, 0]
    assert part.raw([2]) == [f"{WITHHELD}\n".encode()]
    assert clean.unmapped == ("note",)


def test_parts_change_nothing(tmp_path: Path) -> None:
    plain = tmp_path / "plain"
    plain.write_text(ROWS * 1, encoding="utf-8")
    profile = choose(plain.read_bytes(), [profile_of(SPEC, SPEC.header)])
    redacted(plain, profile, tmp_path / "whole")
    redacted(plain, profile, tmp_path / "cut", part_bytes=1)
    assert (tmp_path / "cut").read_bytes() == (tmp_path / "whole").read_bytes()
