"""A draft: what an unknown report's first bytes tell, as a profile that can be read."""

import codecs
import tomllib
from functools import cache

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ManifestRefused
from pipeline.read.draft import Draft, draft
from pipeline.read.draft_columns import plain_name
from pipeline.read.profile_schema import Reader

HEADER = "Shop,Land,Track Name,Artist,ISRC,Streams,Net Revenue (EUR),Month\n"
ROWS = (
    "Sona,DE,Über Nacht,Mia Moll,GBAYE6800011,12,0.031,2026-07\n"
    "Sona,FR,Reel,Mia Moll,GBAYE6800012,7,0.02,2026-07\n"
    "Sona,IT,Tide,Mia Moll,GBAYE6800013,1,-0.002,August 2026\n"
)
REPORT = HEADER + ROWS


@cache
def drafted(head: bytes | str, *, whole: bool = True) -> Draft:
    """The draft of a report, which several tests ask for."""
    data = head if isinstance(head, bytes) else head.encode()
    return draft("shop", "shop.csv", data, [], whole=whole)


def named(made: Draft) -> dict[str, str]:
    return {one.canonical: one.column for one in made.proposals}


def test_columns_are_told_by_their_names_and_cells() -> None:
    assert named(drafted(REPORT)) == {
        "activity_start": "Month",
        "activity_end": "Month",
        "isrc": "ISRC",
        "title": "Track Name",
        "artist": "Artist",
        "quantity": "Streams",
        "amount": "Net Revenue (EUR)",
    }


def test_a_telling_column_needs_no_telling_name() -> None:
    assert named(drafted(REPORT.replace("ISRC", "Code")))["isrc"] == "Code"


def test_a_name_is_not_enough_where_the_cells_deny_it() -> None:
    made = drafted(REPORT.replace("ISRC", "UPC"))
    assert (named(made)["isrc"], "gtin" in named(made)) == ("UPC", False)


def test_what_no_column_holds_stays_beside_the_line() -> None:
    assert "# kept as extra: Shop, Land\n" in drafted(REPORT).toml


@pytest.mark.parametrize(
    ("name", "personal"),
    [
        *[(name, True) for name in ("buyer name", "Ship-To City", "E-Mail", "customer_email")],
        *[(name, True) for name in ("Phone", "Street 2", "ZIP", "Date of Birth", "Last Name")],
        *[(name, False) for name in ("Customer Price", "Artist Name", "Emailing Label", "City")],
    ],
)
def test_columns_that_name_a_person_are_blanked(name: str, *, personal: bool) -> None:
    made = drafted(REPORT.replace("Land", name))
    assert made.spec.personal == ((name,) if personal else ())


def test_a_header_cell_states_the_currency_and_is_doubted() -> None:
    made = drafted(REPORT)
    assert made.spec.fixed["currency"] == "EUR"
    assert "every line is taken for EUR, as the header says" in made.doubts


@pytest.mark.parametrize(
    ("report", "doubt"),
    [
        (REPORT.replace("Net Revenue (EUR)", "Stuff"), "hold the amount"),
        (REPORT.replace(" (EUR)", ""), "names the currency"),
        (REPORT.replace("Month", "Stuff"), "names a period"),
        ("Our report\n\n" + REPORT, "below up to 2 lines"),
        (REPORT.replace("Land", "Buyer e-mail"), "'Buyer e-mail' seems to name a person"),
        (REPORT + "Total\n", "last 1 lines are left out"),
        (REPORT + "a,b,c\n" + ROWS, "14.3% of the records"),
        (REPORT, "say how returns are told"),
    ],
)
def test_doubts_are_told(report: str, doubt: str) -> None:
    assert any(doubt in one for one in drafted(report).doubts)


def test_each_form_that_reads_some_periods_is_proposed() -> None:
    assert set(drafted(REPORT).spec.forms["activity"]) == {"YYYY-MM", "MMMM YYYY"}


@pytest.mark.parametrize("mark", ["\t", ";", ",", "|"])
def test_the_delimiter_is_told(mark: str) -> None:
    made = drafted(REPORT.replace(",", mark))
    assert made.spec.dialect.delimiter == mark
    assert named(made)["amount"] == "Net Revenue (EUR)"


def test_a_decimal_comma_is_told() -> None:
    made = drafted(REPORT.replace(",", ";").replace("0.0", "0,0"))
    assert made.spec.forms["number"] == ("comma",)


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (REPORT.encode(), "utf-8"),
        (codecs.BOM_UTF8 + REPORT.encode(), "utf-8"),
        (REPORT.encode("cp1252"), "cp1252"),
        (REPORT.replace("Ü", "\x81").encode("latin-1"), "latin-1"),
        (codecs.BOM_UTF16_LE + REPORT.encode("utf-16-le"), "utf-16-le"),
        (REPORT.encode("utf-16-le"), "utf-16-le"),
        (codecs.BOM_UTF16_BE + REPORT.encode("utf-16-be"), "utf-16-be"),
        (REPORT.encode("utf-16-be"), "utf-16-be"),
        (REPORT.encode().replace(b"Reel", b"Re\xfful"), "utf-8"),
    ],
    ids=["plain", "mark", "cp1252", "latin", "le-mark", "le", "be-mark", "be", "damaged"],
)
def test_the_encoding_is_told(data: bytes, encoding: str) -> None:
    made = drafted(data)
    assert made.spec.dialect.encoding == encoding
    assert named(made)["isrc"] == "ISRC"


def test_a_cut_last_record_is_no_fault_of_the_report() -> None:
    made = drafted(REPORT[:-20], whole=False)
    assert not any("another number of cells" in doubt for doubt in made.doubts)
    assert made.spec.dialect.footer == 0


@pytest.mark.parametrize("head", [b"", b"\n\n", b"one\ntwo\n", b"1,2\n3,4\n", b"\x00" * 99])
def test_what_has_no_columns_is_refused(head: bytes) -> None:
    with pytest.raises(ManifestRefused, match="no header record"):
        drafted(head)


def test_names_are_compared_without_case_signs_and_asides() -> None:
    assert plain_name("  Net_Revenue (EUR) ") == "net revenue"
    assert plain_name("Manufacturer's UPC") == "manufacturer s upc"


CELLS = st.text(st.characters(exclude_characters="\r\n,", codec="utf-8"), max_size=12)


@given(st.lists(CELLS, min_size=2, max_size=6), st.lists(CELLS, min_size=2, max_size=6))
def test_whatever_a_header_says_the_draft_can_be_read(header: list[str], row: list[str]) -> None:
    text = f"{','.join(header)}\n{','.join(row)}\n"
    try:
        made = drafted(text)
    except ManifestRefused:
        return
    again = Reader("again", tomllib.loads(made.toml)).spec()
    assert (again.header, again.columns) == (made.spec.header, made.spec.columns)


@given(st.binary(max_size=300))
def test_no_bytes_raise_anything_but_a_refusal(data: bytes) -> None:
    try:
        made = drafted(data, whole=False)
    except ManifestRefused:
        return
    assert made.spec.header
