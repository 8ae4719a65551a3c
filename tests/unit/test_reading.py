"""Reading delimited files: dialects, headers, footers, and what a fault shows."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.read import Dialect, delimited, parts, scan
from pipeline.read.cells import Records
from pipeline.read.delimited import header_of
from pipeline.vocab import Fault

PLACE = ("_line", "_offset", "_length", "_fault", "_raw")


def read(tmp_path: Path, data: bytes, dialect: Dialect, part_bytes: int = 2**20) -> pl.DataFrame:
    """All of a file."""
    path = tmp_path / "manifest"
    path.write_bytes(data)
    return scan(path, dialect, part_bytes).collect()


def cells(frame: pl.DataFrame) -> list[tuple[Any, ...]]:
    """The reported cells."""
    return frame.drop(PLACE).rows()


def faults(frame: pl.DataFrame) -> list[str | None]:
    """The fault of each line."""
    return frame["_fault"].to_list()


def test_a_frame_says_where_each_line_stands_and_keeps_the_bytes_of_faulty_ones(
    tmp_path: Path,
) -> None:
    data = b'a,b\r\n1,"x\r\ny"\r\n\r\n3\r\n"4"4,5\n6,\xff\n'
    frame = read(tmp_path, data, Dialect())
    assert frame.schema == {
        "a": pl.String,
        "b": pl.String,
        "_line": pl.UInt64,
        "_offset": pl.UInt64,
        "_length": pl.UInt64,
        "_fault": pl.String,
        "_raw": pl.Binary,
    }
    assert frame.rows() == [
        ("1", "x\r\ny", 2, 5, 10, None, None),
        (None, None, 5, 17, 3, Fault.FIELD_COUNT, b"3\r\n"),
        (None, None, 6, 20, 7, Fault.BAD_QUOTING, b'"4"4,5\n'),
        ("6", "\ufffd", 7, 27, 4, Fault.BAD_ENCODING, b"6,\xff\n"),
    ]


def test_parts_give_the_bytes_of_any_line(tmp_path: Path) -> None:
    path = tmp_path / "manifest"
    path.write_bytes(b"a,b\n1,2\n3\n\n5,6")
    (part,) = parts(path, Dialect())
    assert part.raw([2, 0]) == [b"5,6", b"1,2\n"]
    assert (part.offset, part.end, part.lines, part.first_line) == (4, 14, 3, 2)
    assert part.scan().collect().equals(part.read())


@pytest.mark.parametrize(
    ("dialect", "data", "rows"),
    [
        (Dialect(delimiter="\t"), b'a\tb\n1,2\t"3\t4"\n', [("1,2", "3\t4")]),
        (Dialect(delimiter=";"), b"a;b\n1,5;2\n", [("1,5", "2")]),
        (Dialect(quote=None), b'a,b\n"1,2"\n"3","4"\n', [('"1', '2"'), ('"3"', '"4"')]),
        (Dialect(quote="'"), b"a,b\n'1,2','it''s'\n\"3,4\n", [("1,2", "it's"), ('"3', "4")]),
        (Dialect(escape="\\"), b'a,b\n"1\\"2","3\\\\"\n\\,"\\,"\n', [('1"2', "3\\"), ("\\", ",")]),
        (Dialect(comment="#"), b'#x\na,b\n#1,"2\n1,#2\n', [("1", "#2")]),
        (Dialect(comment="//"), b'a,b\n/1,2\n//3,"4\n', [("/1", "2")]),
        (Dialect(footer=2), b'a,b\n1,2\nTotal,"\n\n', [("1", "2")]),
        (Dialect(footer=9), b"a,b\n1,2\n", []),
        (Dialect(skip=2), b'Report of "X\n\na,b\n1,2\n', [("1", "2")]),
        (Dialect(pad_short=True), b"a,b,c\n1\n1,2\n", [("1", "", ""), ("1", "2", "")]),
        (Dialect(header=False, columns=("x", "y")), b"1,2\n3,4\n", [("1", "2"), ("3", "4")]),
        (Dialect(encoding="latin-1"), b"a,b\n\xe9,\x80\n", [("é", "\x80")]),
        (Dialect(encoding="cp1252"), b"a,b\n\xe9,\x80\n", [("é", "€")]),
        (Dialect(), b"\xef\xbb\xbfa,b\n\xef\xbb\xbf1,\xef\xbb\xbf\n", [("\ufeff1", "\ufeff")]),
        (Dialect(), b'a\n\n1\n \n\n\n""\n2', [("1",), (" ",), ("",), ("2",)]),
        (Dialect(), b"a,b\r1,2\r\r3,4", [("1", "2"), ("3", "4")]),
    ],
)
@pytest.mark.parametrize("part_bytes", [1, 2**20])
def test_each_dialect(
    dialect: Dialect, data: bytes, rows: list[Any], part_bytes: int, tmp_path: Path
) -> None:
    frame = read(tmp_path, data, dialect, part_bytes)
    assert cells(frame) == rows
    padded = [Fault.CELLS_PADDED if dialect.pad_short else None] * len(rows)
    assert faults(frame) == padded


@pytest.mark.parametrize("bom", [True, False])
@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16(encoding: str, bom: bool, tmp_path: Path) -> None:
    dialect = Dialect(encoding=encoding)
    text = 'a,b\nĊ,"ഊ\r\n😀"\r\n"x"y,漢\n'.encode(encoding)
    lone = "1,".encode(encoding) + (b"\x00\xd8" if encoding == "utf-16-le" else b"\xd8\x00")
    data = (dialect.bom if bom else b"") + text + lone + "\n".encode(encoding) + b"7"
    frame = read(tmp_path, data, dialect)
    rows = [("Ċ", "ഊ\r\n😀"), (None, None), ("1", "\ufffd"), (None, None)]
    assert cells(frame) == rows
    assert faults(frame) == [None, Fault.BAD_QUOTING, Fault.BAD_ENCODING, Fault.FIELD_COUNT]
    assert frame["_raw"].to_list()[2:] == [lone + "\n".encode(encoding), b"7"]


def test_a_torn_code_unit_at_the_end_is_a_line_of_the_footer(tmp_path: Path) -> None:
    data = "a,b\n1,2\n3,4\n".encode("utf-16-le") + b"T"
    assert cells(read(tmp_path, data, Dialect(encoding="utf-16-le", footer=1))) == [
        ("1", "2"),
        ("3", "4"),
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16-be"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("length", [10, 2**16 - 5, 2**16 - 1, 2**16, 70_000, 300_000])
def test_a_footer_of_long_lines(length: int, end: str, encoding: str, tmp_path: Path) -> None:
    lines = ["a,b", "1,2", "3,4", "T" * length, "end"]
    data = "".join(line + end for line in lines).encode(encoding)
    frame = read(tmp_path, data, Dialect(footer=2, encoding=encoding))
    assert cells(frame) == [("1", "2"), ("3", "4")]


@pytest.mark.parametrize("byte", [0x81, 0x8D, 0x8F, 0x90, 0x9D])
def test_bytes_that_cp1252_leaves_undefined_are_no_text(byte: int, tmp_path: Path) -> None:
    data = b"a,b\n1,%c\n\x80,2\n" % byte
    frame = read(tmp_path, data, Dialect(encoding="cp1252"))
    assert cells(frame) == [("1", "\ufffd"), ("€", "2")]
    assert faults(frame) == [Fault.BAD_ENCODING, None]


@pytest.mark.parametrize("bad", [b"\0", b"\xff", b"\xc0\xaf", b"\xed\xa0\x80", b"\xf4\x90\x80\x80"])
@pytest.mark.parametrize("pad_short", [True, False])
def test_what_is_no_text_is_bad_encoding_and_only_in_its_own_line(
    bad: bytes, pad_short: bool, tmp_path: Path
) -> None:
    short = b"1" + bad + b"\n"
    data = b"a,b\n1,2\n" + short + b"1," + bad + b'\n7" Mix,' + bad + b"\n3,4\n"
    frame = read(tmp_path, data, Dialect(pad_short=pad_short))
    torn = Fault.BAD_ENCODING if pad_short else Fault.FIELD_COUNT
    bad_ones = [Fault.BAD_ENCODING] * 2
    assert faults(frame) == [None, torn, *bad_ones, None]
    assert [cells(frame)[at] for at in (0, 4)] == [("1", "2"), ("3", "4")]


def test_a_torn_character_does_not_excuse_the_next_line(tmp_path: Path) -> None:
    """0xF0 asks for three more bytes: those of the next line are none of them."""
    frame = read(tmp_path, b"a\n\xf0\n\x80\n\n\x80\n1\n", Dialect())
    assert faults(frame) == [Fault.BAD_ENCODING] * 3 + [None]


def test_a_part_of_comments_that_are_no_text_is_no_fault(tmp_path: Path) -> None:
    frame = read(tmp_path, b"a,b\n#\0\n#\xff\n1,2\n", Dialect(comment="#"), 1)
    assert frame.rows() == [("1", "2", 4, 10, 4, None, None)]


@pytest.mark.parametrize(
    ("data", "names", "offset", "line"),
    [
        (b"", (), 0, 0),
        (b"\xef\xbb\xbf", (), 3, 0),
        (b"\n\r\n", (), 3, 2),
        (b"a,b", ("a", "b"), 3, 1),
        (b"\n#,\n\r\na,b\n", ("a", "b"), 10, 4),
        (b'"a\n1",b\n1,2\n', ("a\n1", "b"), 8, 2),
        (b'"a\n1,2\n', ('"a',), 3, 1),
        (b" a ,,a,_line,a\n", ("a", "column_2", "a_2", "_line_2", "a_3"), 15, 1),
        (b"*,^a$,a\n", ("*", "^a$", "a"), 8, 1),
    ],
)
def test_the_header(
    data: bytes, names: tuple[str, ...], offset: int, line: int, tmp_path: Path
) -> None:
    path = tmp_path / "manifest"
    path.write_bytes(data)
    assert header_of(path, Dialect(comment="#")) == (names, offset, line)
    assert scan(path, Dialect(comment="#")).collect_schema().names() == [*names, *PLACE]


def test_column_names_that_look_like_patterns_are_names(tmp_path: Path) -> None:
    frame = read(tmp_path, b"*,^a$,a\n1,2,3\n4\n", Dialect())
    assert cells(frame) == [("1", "2", "3"), (None, None, None)]
    some = scan(tmp_path / "manifest", Dialect()).select(pl.exclude("^_.*$", "a")).collect()
    assert some.rows() == [("1", "2"), (None, None)]


def test_a_header_line_longer_than_a_block_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "manifest"
    for length in (2**16 - 1, 2**16, 2**16 + 1, 3 * 2**16):
        path.write_bytes(b"x" * (length - 1) + b"\r\n1\n")
        assert header_of(path, Dialect())[1:] == (length + 1, 1)


@pytest.mark.parametrize(
    "given",
    [
        {"delimiter": ""},
        {"delimiter": ",,"},
        {"delimiter": "é"},
        {"delimiter": "\n"},
        {"quote": ","},
        {"escape": '"'},
        {"comment": "é"},
        {"comment": "#\n"},
        {"encoding": "utf-16"},
        {"encoding": "klingon"},
        {"header": False},
    ],
)
def test_a_dialect_that_cannot_be_framed_is_refused(given: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"\w"):
        Dialect(**given)


@pytest.mark.parametrize("part_bytes", [0, -5, 1])
def test_a_part_is_never_smaller_than_a_byte(part_bytes: int, tmp_path: Path) -> None:
    assert cells(read(tmp_path, b"a,b\n1,2\n3,4", Dialect(), part_bytes)) == [
        ("1", "2"),
        ("3", "4"),
    ]


def test_a_plan_for_some_rows_reads_no_further_part(tmp_path: Path) -> None:
    read(tmp_path, b"a,b\n1,2\n3,4\n5,6\n7,8\n", Dialect())
    rows = delimited._Source(tmp_path / "manifest", Dialect(), 4).rows
    assert [frame.rows() for frame in rows(["b"], None, 2, None)] == [[("2",)], [("4",)]]
    found = [frame.rows() for frame in rows(["a"], pl.col("b") == "4", 3, None)]
    assert found == [[], [("3",)], []]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\n\n", "\r\n#\r"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-16-le"])
@pytest.mark.parametrize("escape", [None, "\\"])
def test_no_record_is_read_by_hand_whatever_the_form(
    end: str, encoding: str, escape: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def by_hand(_self: Records, _at: int) -> list[str]:
        raise AssertionError("read by hand")

    monkeypatch.setattr(Records, "by_hand", by_hand)
    lines = ["a,b", "1,2", '"é"," "', '"2\n2",', '7" Mix,""', "3", '"4"4,', ""]
    data = end.join(lines).encode(encoding)
    frame = read(tmp_path, data, Dialect(encoding=encoding, escape=escape, comment="#"))
    assert cells(frame) == [
        ("1", "2"),
        ("é", " "),
        ("2\n2", ""),
        ('7" Mix', ""),
        (None, None),
        (None, None),
    ]
