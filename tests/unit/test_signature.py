"""What makes a report's header a profile's, and what never tells two layouts apart."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline import read
from pipeline.errors import ManifestRefused
from pipeline.read.headers import header
from pipeline.read.profile import Profile, profile_of
from pipeline.read.profile_schema import Reader
from pipeline.read.profile_spec import Spec
from pipeline.read.profiles import choose, load_profiles
from pipeline.read.signature import match

PROFILES = load_profiles()


def spec(**change: Any) -> Spec:
    given = {
        "name": "own",
        "title": "Own",
        "kind": "delimited",
        "header": ["Store Name", "ISRC", "Net Sales ({currency})", "Units"],
        "columns": {"isrc": "ISRC", "amount": "Net Sales ({currency})", "quantity": "Units"},
    }
    return Reader("own.toml", given | change).spec()


def chosen(head: bytes, one: Spec) -> Profile:
    return choose(head, [profile_of(one, one.header)])


SAME = {
    # what stands in the header: nothing of it makes another layout
    "as it is": "Store Name,ISRC,Net Sales (USD),Units",
    "case": "STORE NAME,isrc,net sales (usd),units",
    "blanks": " Store  Name ,ISRC ,Net Sales  (USD),\tUnits",
    "blanks of another kind": "Store\N{NO-BREAK SPACE}Name,ISRC,Net Sales (USD),Units",
    "quotes": '"Store Name","ISRC","Net Sales (USD)","Units"',
    "a byte order mark": "\ufeffStore Name,ISRC,Net Sales (USD),Units",
    "a trailing delimiter": "Store Name,ISRC,Net Sales (USD),Units,",
    "columns without a name": "Store Name,ISRC,Net Sales (USD),Units,, ,",
    "blank lines before": "\r\n\nStore Name,ISRC,Net Sales (USD),Units",
}


@pytest.mark.parametrize("case", SAME)
def test_what_tells_no_layout_apart(case: str, tmp_path: Path) -> None:
    text = f"{SAME[case]}\nShop,USRC17607839,1.25,3\nShop,USRC17607840,2.50,4\n"
    # The delimiters at the ends of the lines part nothing, whether the records have them or not.
    profile = chosen(text.encode(), spec())
    path = tmp_path / "report.csv"
    path.write_bytes(text.encode())
    (part,) = read.parts(path, profile.dialect)
    cells, verdicts = part.cells()
    lines = cells.with_columns(*profile.reported.values())
    assert not verdicts.any()
    assert lines["isrc"].to_list() == ["USRC17607839", "USRC17607840"]
    assert lines["amount"].to_list() == ["1.25", "2.50"]
    assert set(lines["currency"]) == {"USD"}


def test_delimiters_that_end_records_alone_part_nothing(tmp_path: Path) -> None:
    text = b"Store Name,ISRC,Net Sales (USD),Units\nShop,USRC17607839,1.25,3,\nShop,,2,4,\n"
    profile = chosen(text, spec())
    path = tmp_path / "report.csv"
    path.write_bytes(text)
    (part,) = read.parts(path, profile.dialect)
    cells, verdicts = part.cells()
    assert not verdicts.any()
    assert cells["Units"].to_list() == ["3", "4"]


def test_a_cell_that_the_header_does_not_know_is_no_delimiter() -> None:
    """Where something stands in the extra cell of a record, nobody knows which cell is which."""
    text = b"Store Name,ISRC,Net Sales (USD),Units\nShop,USRC17607839,1.25,3,x\n"
    assert chosen(text, spec()).header == ("Store Name", "ISRC", "Net Sales (USD)", "Units")


OTHER = {
    # a header of another layout: what is said of it
    "Store,ISRC,Net Sales (USD),Units": "it lacks 'Store Name'; it has 'Store'",
    "Store Name,ISRC,Net Sales,Units": "it lacks 'Net Sales",
    "Store Name,ISRC,Net Sales (XYZ),Units": "it lacks 'Net Sales",
    "Store Name,ISRC,Net Sales (USD),Units,Tax": "it has 'Tax'",
    "Store Name,Net Sales (USD),ISRC,Units": "another order, or twice",
    "Store Name,ISRC,isrc,Net Sales (USD),Units": "another order, or twice",
}


@pytest.mark.parametrize("names", OTHER)
def test_what_makes_another_layout(names: str) -> None:
    found = match(spec(), names.split(","))
    assert OTHER[names] in found.difference(spec())


@pytest.mark.parametrize(
    ("cell", "currency"),
    [
        ("Net Sales (USD)", "USD"),
        ("Net Sales (EUR)", "EUR"),
        ("Net Sales (eur)", "EUR"),
        ("Net Sales ($US)", "USD"),
        ("Net Sales (US$)", "USD"),
        ("Net Sales (€)", "EUR"),
        ("Net Sales (DEM)", "DEM"),
    ],
)
def test_the_header_names_the_currency(cell: str, currency: str) -> None:
    head = f"Store Name,ISRC,{cell},Units\nShop,USRC17607839,1,1\n".encode()
    profile = chosen(head, spec())
    row = pl.DataFrame({name: ["1"] for name in profile.header})
    assert row.select(profile.reported["currency"]).item() == currency


def test_a_sign_of_several_currencies_names_none() -> None:
    found = match(spec(), ["Store Name", "ISRC", "Net Sales ($)", "Units"])
    assert found.missing == ("Net Sales ({currency})",)


def test_a_header_of_two_currencies_fits_nothing() -> None:
    one = spec(header=["ISRC", "Net ({currency})", "Tax ({currency})"], columns={"isrc": "ISRC"})
    assert match(one, ["ISRC", "Net (EUR)", "Tax (EUR)"]).difference(one) == ""
    said = match(one, ["ISRC", "Net (EUR)", "Tax (USD)"]).difference(one)
    assert said == "its header names several currencies: EUR, USD"


def test_lines_say_their_currency_before_the_header_does() -> None:
    one = spec(
        header=["ISRC", "Net ({currency})", "Cur"],
        columns={"isrc": "ISRC", "amount": "Net ({currency})", "currency": "Cur"},
    )
    profile = chosen(b"ISRC,Net (USD),Cur\nx,1,EUR\n", one)
    row = pl.DataFrame({"ISRC": ["x"], "Net (USD)": ["1"], "Cur": ["EUR"]})
    assert row.select(profile.reported["currency"]).item() == "EUR"


def test_optional_columns_may_lack_and_keep_their_order() -> None:
    one = spec(optional=["Store Name", "Units"])
    assert match(one, ["ISRC", "Net Sales (USD)"]).difference(one) == ""
    assert "lacks 'ISRC'" in match(one, ["Net Sales (USD)", "Units"]).difference(one)
    assert "order" in match(one, ["Units", "ISRC", "Net Sales (USD)"]).difference(one)
    profile = chosen(b"ISRC,Net Sales (USD)\nx,1\n", one)
    assert "quantity" not in profile.reported


def test_needed_columns_are_all_but_the_optional_ones() -> None:
    assert spec(needed=["ISRC"]).optional == ("Store Name", "Net Sales ({currency})", "Units")


def test_an_open_header_has_other_columns_anywhere_and_keeps_them() -> None:
    one = spec(open=True)
    profile = chosen(b"Tax,Units,ISRC,Note,Net Sales (USD),Store Name\n1,2,x,n,3,s\n", one)
    assert profile.unmapped == ("Tax", "Note", "Store Name")
    assert profile.drift is None


def test_a_profile_that_knows_every_column_goes_before_one_that_is_open() -> None:
    near = spec(open=True, needed=["ISRC", "Net Sales ({currency})"])
    exact = spec(
        name="exact", header=["Other", "ISRC", "Net Sales ({currency})"], columns={"isrc": "ISRC"}
    )
    profiles = [profile_of(one, one.header) for one in (near, exact)]
    assert choose(b"Other,ISRC,Net Sales (USD)\n1,x,2\n", profiles).name == "exact"
    assert choose(b"Else,ISRC,Net Sales (USD)\n1,x,2\n", profiles).name == "own"
    with pytest.raises(ManifestRefused, match="fits several sources"):
        choose(
            b"ISRC,Net Sales (USD)\nx,2\n",
            [*profiles[:1], profile_of(spec(name="b", open=True, needed=["ISRC"]), ())],
        )


PREAMBLE = (
    b"Sales report\nfor,August 2026\n\nStore Name,ISRC,Net Sales (USD),Units\nShop,x,1.25,3\n"
)


@pytest.mark.parametrize(("most", "found"), [(0, False), (1, False), (2, True), (9, True)])
def test_a_header_is_looked_for_below_a_preamble(most: int, *, found: bool, tmp_path: Path) -> None:
    """Two lines stand before it; a blank one is none, there or anywhere."""
    one = spec(preamble=most)
    if not found:
        with pytest.raises(ManifestRefused):
            chosen(PREAMBLE, one)
        return
    profile = chosen(PREAMBLE, one)
    path = tmp_path / "report.csv"
    path.write_bytes(PREAMBLE)
    (part,) = read.parts(path, profile.dialect)
    cells, verdicts = part.cells()
    assert profile.dialect.skip == 2
    assert (part.first_line, part.lines, verdicts.any()) == (5, 1, False)
    assert cells["Units"].to_list() == ["3"]


def test_context_belongs_to_no_line(tmp_path: Path) -> None:
    text = (
        b"Store Name,ISRC,Net Sales (USD),Units\nM,10,2.5\nShop,x,1.25,3\n"
        b'"M",11\nMore,y,1,1\nM\nShop,"a\nM,b",1,1\n'
    )
    profile = chosen(text, spec(context=["M"]))
    path = tmp_path / "report.csv"
    path.write_bytes(text)
    for size in (1, 7, 1000):
        cells = pl.concat(part.cells()[0] for part in read.parts(path, profile.dialect, size))
        # `M` alone has no delimiter behind it: it is a record, and a torn one.
        assert cells["Store Name"].to_list() == ["Shop", "More", "", "Shop"]
        assert cells["ISRC"].to_list() == ["x", "y", "", "a\nM,b"]


@pytest.mark.parametrize("mark", [",", ";", "\t"])
def test_the_header_tells_which_of_the_delimiters_it_is(mark: str) -> None:
    one = spec(dialect={"delimiter": [",", ";", "\t"]})
    text = "Store Name,ISRC,Net Sales (USD),Units\nShop,x,1,3\n".replace(",", mark)
    assert chosen(text.encode(), one).dialect.delimiter == mark


def test_the_nearest_place_of_a_header_is_told() -> None:
    text = b"Report\nStore Name,ISRC,Units\n"
    found = header(spec(preamble=4), text)
    assert found.difference == "it lacks 'Net Sales ({currency})'"
    assert found.dialect.skip == 1


def test_built_in_profiles_fit_no_header_of_another() -> None:
    headers = {
        profile.name: [name.replace("{currency}", "USD") for name in profile.header]
        for profile in PROFILES
        if profile.kind == "delimited" and profile.dialect.header
    }
    for name, names in headers.items():
        mark = next(one for one in PROFILES if one.name == name).dialect.delimiter
        assert choose(mark.join(names).encode(), PROFILES).name == name
