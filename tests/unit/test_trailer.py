"""How a report ends: which lines are no records, and what they declare."""

import re
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.read import delimited
from pipeline.read.dialect import Dialect
from pipeline.read.trailer import MAX_TRAILER_BYTES, declared_in, trailer_of

PLAIN = Dialect()
TOTAL = (re.compile(r"Total\b"), re.compile(r"Rows "))
HEAD = "title,amount\n"

CASES = {
    # what follows the header: the lines of the trailer
    "none": ("a,1\nb,2\n", []),
    "one line": ("a,1\nTotal,3\n", ["Total,3"]),
    "without a line end": ("a,1\nTotal,3", ["Total,3"]),
    "several": ("a,1\nTotal,3\nRows 1\n", ["Total,3", "Rows 1"]),
    "blank lines before, between and after": (
        "a,1\n\nTotal,3\n\nRows 1\n\n\n",
        ["Total,3", "", "Rows 1", "", ""],
    ),
    "blank lines alone are no trailer": ("a,1\n\n\n", []),
    "carriage returns": ("a,1\rTotal,3\r", ["Total,3"]),
    "both": ("a,1\r\nTotal,3\r\n", ["Total,3"]),
    "a total in the middle is a record": ("a,1\nTotal,1\nb,2\n", []),
    "a total below a record that follows one": ("Total,1\nb,2\nTotal,3\n", ["Total,3"]),
    "not from a line's beginning": ("a,1\nmy Total,3\n", []),
    "nothing but a trailer": ("Total,0\n", ["Total,0"]),
}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-le", "latin-1"])
@pytest.mark.parametrize("case", CASES)
def test_a_trailer_is_what_ends_a_report(case: str, encoding: str, tmp_path: Path) -> None:
    text, expected = CASES[case]
    path = tmp_path / "r.csv"
    path.write_bytes((HEAD + text).encode(encoding))
    assert trailer_of(path, Dialect(encoding=encoding), TOTAL) == expected


def test_a_header_is_never_a_trailer(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(b"Total,amount\n")
    assert trailer_of(path, PLAIN, TOTAL) == []


@pytest.mark.parametrize("shift", range(4))
def test_a_trailer_is_looked_for_near_the_end_alone(shift: int, tmp_path: Path) -> None:
    """The first line of the window is cut, and is no line, wherever the window begins."""
    path = tmp_path / "r.csv"
    row = b"Total,12\r\n"
    path.write_bytes(HEAD.encode() + b"a" * shift + b",1\n" + row * 10_000)
    found = trailer_of(path, PLAIN, TOTAL)
    assert set(found) == {"Total,12"}
    # At most one line of the window is cut.
    assert len(found) in {MAX_TRAILER_BYTES // len(row), MAX_TRAILER_BYTES // len(row) - 1}


def test_the_end_of_a_record_that_looks_like_a_total_is_none(tmp_path: Path) -> None:
    """The window begins within the record, just where the rest of it would be a total."""
    path = tmp_path / "r.csv"
    row = b"Total,1\n"
    rows = MAX_TRAILER_BYTES // len(row) - 1
    path.write_bytes(HEAD.encode() + b"Song " + row + row * rows)
    assert len(trailer_of(path, PLAIN, TOTAL)) == rows


@pytest.mark.parametrize("part_bytes", [1, 7, 2**20])
def test_every_byte_is_of_the_header_a_record_or_the_footer(
    part_bytes: int, tmp_path: Path
) -> None:
    path = tmp_path / "r.csv"
    path.write_bytes(f"{HEAD}a,1\nTotal,1\nb,2\n\nTotal,3\nRows 2\n".encode())
    lines = trailer_of(path, PLAIN, TOTAL)
    parts = list(delimited.parts(path, Dialect(footer=len(lines)), part_bytes))
    records = [raw for part in parts for raw in part.raw(range(part.lines))]
    assert records == [b"a,1\n", b"Total,1\n", b"b,2\n"]
    assert parts[-1].end == path.read_bytes().index(b"Total,3")


DECLARED = {
    # lines, pattern, form: what is declared
    "a count": (["Rows 1,234"], r"Rows (\S+)", "point", Decimal(1234)),
    "a decimal comma": (["Total;1.234,56"], r"Total;(.+)", "comma", Decimal("1234.56")),
    "parentheses": (["Total (3.50)"], r"Total (.+)", "point", Decimal("-3.5")),
    "more than an amount may be": (["T 2000000000000"], r"T (\d+)", "point", Decimal(2 * 10**12)),
    "anywhere in a line": (["Total,,7"], r",,(\d)", "point", Decimal(7)),
    "said twice alike": (["Total 7", "Total 7"], r"Total (\d)", "point", Decimal(7)),
    "said twice otherwise": (["Total 7", "Total 8"], r"Total (\d)", "point", None),
    "no number": (["Total n/a"], r"Total (.+)", "point", None),
    "a power of ten": (["Total 1.5e3"], r"Total (.+)", "point", Decimal(1500)),
    "nowhere": (["Rows 7"], r"Total (\d)", "point", None),
    "an empty group": (["Total"], r"Total( \d)?", "point", None),
}


@pytest.mark.parametrize("case", DECLARED)
def test_what_a_trailer_declares(case: str) -> None:
    lines, pattern, number, expected = DECLARED[case]
    assert declared_in(lines, {"amount": re.compile(pattern)}, number) == {"amount": expected}
