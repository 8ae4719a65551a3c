"""Where in a line's bytes its faults stand: places counted by hand."""

from dataclasses import replace

import pytest

from pipeline.flow.locating import located
from pipeline.read.dialect import Dialect
from pipeline.read.profile_spec import Spec
from pipeline.read.profiles import load_profiles
from pipeline.report.payload import payload
from pipeline.vocab import Fault

SPEC = Spec(
    name="acme",
    title="Acme",
    kind="delimited",
    header=("ISRC", "Song", "Payable", "Cur"),
    columns={"isrc": ("ISRC",), "title": ("Song",), "amount": ("Payable",), "currency": ("Cur",)},
)
TABBED = replace(SPEC, dialect=Dialect(delimiter="\t", quote=None))
UTF16 = replace(SPEC, dialect=Dialect(encoding="utf-16-le"))
BACKSLASH = replace(SPEC, dialect=Dialect(escape="\\"))


@pytest.mark.parametrize(
    ("raw", "fault", "spec", "places"),
    [
        pytest.param(b"X,a,1,QQQ\n", Fault.CURRENCY_INVALID, SPEC, [(6, 9)], id="a cell"),
        pytest.param(b'X,"a,b",n/a,EUR', Fault.AMOUNT_UNREADABLE, SPEC, [(8, 11)], id="quoted"),
        pytest.param(
            b"X,a,1,\r\n", Fault.CURRENCY_MISSING, SPEC, [(6, 7)], id="an empty last cell"
        ),
        pytest.param(b",a,1,EUR\n", Fault.ISRC_MISSING, SPEC, [(0, 1)], id="an empty first cell"),
        pytest.param(b"X,a,1\n", Fault.FIELD_COUNT, SPEC, [(1, 2), (3, 4)], id="delimiters"),
        pytest.param(b'X,"a,1,EUR\n', Fault.BAD_QUOTING, SPEC, [(2, 3)], id="never closed"),
        pytest.param(b'X,"a" b,1,EUR', Fault.BAD_QUOTING, SPEC, [(4, 5)], id="text after a quote"),
        pytest.param(b'X,7" a 8",1,E', Fault.BAD_QUOTING, SPEC, [(3, 4), (8, 9)], id="within text"),
        pytest.param(b'X,"a""b",1,E', Fault.BAD_QUOTING, SPEC, [], id="doubled quotes are sound"),
        pytest.param(b'X,"a\\"b",1,E', Fault.BAD_QUOTING, BACKSLASH, [], id="so are escaped ones"),
        pytest.param(b"X\ta\t1\tEUR\0\n", Fault.BAD_ENCODING, TABBED, [(9, 10)], id="a NUL"),
        pytest.param(
            b"\xe9,\xc3\xa9,\xff\xfe,EUR",
            Fault.BAD_ENCODING,
            SPEC,
            [(0, 1), (5, 6), (6, 7)],
            id="bytes",
        ),
        pytest.param(
            "é,a,1,Q\n".encode("utf-16-le"),
            Fault.CURRENCY_INVALID,
            UTF16,
            [(12, 14)],
            id="two bytes",
        ),
        pytest.param(b"X,a,1\n", Fault.CURRENCY_INVALID, SPEC, [], id="a torn line has no columns"),
        pytest.param(b"X,a,1,EUR\n", Fault.ASSET_HALTED, SPEC, [], id="not of these bytes"),
        pytest.param(b"X,a,1,EUR\n", Fault.CURRENCY_INVALID, None, [], id="no profile"),
    ],
)
def test_a_fault_stands_where_it_is(
    raw: bytes, fault: Fault, spec: Spec | None, places: list[tuple[int, int]]
) -> None:
    # Without a profile commas are no delimiters; the other places do not depend on it.
    found = located(raw, [fault], spec)
    assert [(place.begin, place.end) for place in found.places] == places


def test_the_header_of_another_layout_goes_before_the_profile() -> None:
    found = located(
        b"EUR,n/a,X,a\n", [Fault.AMOUNT_UNREADABLE], SPEC, ["Cur", "PAYABLE", "ISRC", "b"]
    )
    assert [found.raw[place.begin : place.end] for place in found.places] == [b"n/a"]


def test_without_a_header_the_cell_that_says_what_the_line_says_is_meant() -> None:
    canonical = replace(SPEC, kind="canonical", header=(), columns={})
    told = {"currency": "QQQ", "isrc": None}
    found = located(
        b'X,"QQQ",1\n', [Fault.CURRENCY_INVALID, Fault.ISRC_MALFORMED], canonical, told=told
    )
    assert [(place.begin, place.end) for place in found.places] == [(2, 7)]


def test_a_record_of_a_dsr_flat_file_has_the_cells_of_its_type() -> None:
    ugc = next(one.spec for one in load_profiles() if one.name == "dsrf_ugc")
    raw = b"LI01.01\t1\t2\tLBL\t\t\t1\tMakeAvailableRight\t0.0\tn/a\n"
    found = located(raw, [Fault.AMOUNT_UNREADABLE], ugc)
    assert found.names[0] == "RecordType"
    assert [found.raw[place.begin : place.end] for place in found.places] == [b"n/a"]


HOSTILE = b"\x1b[31m<b>,\xd7\x90\xd7\x91,\xe2\x80\xae,\xff\n"


def test_bytes_are_shown_beside_their_text_and_nothing_is_markup() -> None:
    page = payload(located(HOSTILE, [Fault.BAD_ENCODING], SPEC), "a <title>")
    assert "a &lt;title&gt;" in page
    assert "<b>," not in page
    assert "\u202e" not in page
    assert '<td class="bad">ff</td>' in page
    assert "<mark>\\xff</mark>" in page
    # Each byte once in hex: 19 of them.
    assert page.count("<td>1b</td>") == 1
    assert f"{len(HOSTILE)} bytes" in page


def test_of_a_long_line_the_bytes_around_its_fault_are_shown() -> None:
    raw = b"X,a,1,EUR".ljust(9000, b"x") + b"\xff" + b"y" * 5000
    page = payload(located(raw, [Fault.BAD_ENCODING], SPEC), "long")
    assert '<td class="bad">ff</td>' in page
    assert page.count("<tr><td class=") == 128
    assert "11,953 bytes more" in page


def test_a_torn_line_is_laid_beside_the_columns_that_it_lacks() -> None:
    page = payload(located(b"X,a\n", [Fault.FIELD_COUNT], SPEC), "torn")
    assert "2 cells, but its report has 4 columns" in page
    assert page.count("<i>no cell</i>") == 2
