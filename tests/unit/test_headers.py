"""What a report tells of its form, and identifiers that stand where they should not."""

from typing import Any

import polars as pl
import pytest

from pipeline.errors import ManifestRefused, UsageError
from pipeline.read.profile import Profile, profile_of
from pipeline.read.profile_schema import Reader
from pipeline.read.profile_spec import Spec
from pipeline.read.profiles import choose, load_profiles

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


ENCODINGS = ["utf-16-le", "utf-8", "cp1252"]


@pytest.mark.parametrize(
    ("encoding", "title", "expected"),
    [
        ("utf-8", "Größe", "utf-8"),
        ("cp1252", "Größe", "cp1252"),
        ("utf-16-le", "Größe", "utf-16-le"),
        ("utf-8", "plain", "utf-8"),
    ],
)
def test_the_text_tells_which_of_the_encodings_it_is(
    encoding: str, title: str, expected: str
) -> None:
    one = spec(dialect={"encoding": ENCODINGS})
    text = f"Store Name,ISRC,Net Sales (USD),Units\n{title},x,1,3\n"
    assert chosen(text.encode(encoding), one).dialect.encoding == expected


@pytest.mark.parametrize(
    ("amounts", "form"),
    [
        (["0,258066", "1,5"], "comma"),
        (["0.258066", "1.5"], "point"),
        (["1.234,50", "2"], "comma"),
        (["1,234.50", "2"], "point"),
        (["n/a", "0.25"], "point"),
        # Nothing speaks for either: the sender's first.
        (["12", "7"], "comma"),
        (["1.234", "2.500"], "comma"),
    ],
)
def test_the_amounts_tell_which_of_the_number_forms_it_is(amounts: list[str], form: str) -> None:
    one = spec(forms={"number": ["comma", "point"]}, dialect={"delimiter": ";"})
    rows = "".join(f"Shop;x;{amount};1\n" for amount in amounts)
    profile = chosen(f"Store Name;ISRC;Net Sales (USD);Units\n{rows}".encode(), one)
    assert profile.spec.forms["number"] == (form,)


HEADERLESS = {
    "header": ["Id", "ISRC", "Share"],
    "columns": {"isrc": "ISRC"},
    "fixed": {"amount": "0", "currency": "USD"},
    "dialect": {"delimiter": "\t", "header": False},
    "shape": {"ISRC": "([A-Z]{2}[A-Z0-9]{3}[0-9]{7})?", "Share": r"[0-9.]+"},
}


def test_a_report_without_a_header_is_known_by_its_shape() -> None:
    one = spec(**HEADERLESS)
    rows = [f"a{n}\tUSRC176078{n}\t50.00" for n in range(10, 20)]
    assert chosen("\n".join(rows).encode(), one).header == ("Id", "ISRC", "Share")
    # A little damage stands in every report.
    damaged = ["torn", "x\tUSRC1\t5", *rows]
    assert chosen("\n".join(damaged).encode(), one).name == "own"
    for other in (["a\tb\tc"] * 9, ["a\tUSRC17607839"] * 9, rows[:3] + ["torn"] * 3, [""]):
        with pytest.raises(ManifestRefused):
            chosen("\n".join(other).encode(), one)


def test_a_misplaced_identifier_counts_only_where_it_is_sound_and_the_right_cell_blank() -> None:
    one = spec(
        header=["Song", "Code", "Net"],
        columns={"amount": "Net", "isrc": "Code"},
        misplaced={"isrc": "Song"},
    )
    profile = profile_of(one, one.header)
    cases = [
        # song id, code: what the ISRC is
        ("USTCZ0928423", "", "USTCZ0928423"),
        ("us-tcz-09-28423", "N/A", "us-tcz-09-28423"),
        ("12345678", "", ""),
        ("USTCZ0928423", "USRC17607839", "USRC17607839"),
        ("USTCZ0928423", "USRC1760783", "USRC1760783"),
        ("", "", ""),
    ]
    rows = pl.DataFrame(
        [(song, code, "1") for song, code, _ in cases], schema=["Song", "Code", "Net"], orient="row"
    )
    assert rows.select(profile.reported["isrc"])["isrc"].to_list() == [one for *_, one in cases]


def test_a_cell_of_several_values_names_nothing_and_is_kept() -> None:
    one = spec(
        header=["Asset", "Net"],
        columns={"amount": "Net", "dsp_asset_id": "Asset"},
        several={"dsp_asset_id": "|"},
    )
    profile = profile_of(one, one.header)
    rows = pl.DataFrame({"Asset": ["A1", "A1|A2", ""], "Net": ["1", "1", "1"]})
    assert rows.select(profile.reported["dsp_asset_id"])["dsp_asset_id"].to_list() == [
        "A1",
        None,
        "",
    ]
    assert profile.unmapped == ("Asset",)


MISTAKES: list[tuple[dict[str, Any], str]] = [
    ({"personal": ["buyer *"]}, r"personal names 'buyer \*'"),
    ({"header": ["Amount", "ISRC", "amount "]}, "names a column twice"),
    ({"optional": ["Menge"]}, "optional names 'Menge'"),
    ({"needed": ["Menge"]}, "needed names 'Menge'"),
    ({"needed": ["ISRC"], "optional": ["Amount"]}, "needed is given beside optional"),
    ({"preamble": -1}, "preamble is no count"),
    ({"preamble": True}, "preamble is no count"),
    ({"open": "yes"}, "open is 'yes'"),
    ({"context": 3}, "context is no text"),
    ({"several": {"titel": "|"}}, "several knows no 'titel'"),
    ({"misplaced": {"title": "ISRC"}}, "misplaced knows no 'title'"),
    ({"misplaced": {"isrc": "Code"}}, "misplaced.isrc names 'Code'"),
    ({"dialect": {"encoding": ["utf-8", "klingon"]}}, "dialect.encoding lists none"),
    ({"dialect": {"delimiter": []}}, "dialect.delimiter lists none"),
    ({"dialect": {"header": False}}, "shape is missing where there is no header"),
    ({"shape": {"ISRC": "("}}, "shape.ISRC is no pattern"),
    ({"shape": {"Code": "x"}}, "shape names 'Code'"),
    (
        {"sign": {"column": "ISRC", "columns": ["amount"]}, "optional": ["ISRC"]},
        "optional names 'ISRC', which tells the sign",
    ),
    ({"blank_amount": "none"}, "blank_amount knows no 'none'"),
    ({"retention_days": "90"}, "retention_days is no count"),
]


@pytest.mark.parametrize(("change", "why"), MISTAKES)
def test_a_mistake_in_what_tells_a_form_is_named(change: dict[str, Any], why: str) -> None:
    plain = {"header": ["Amount", "ISRC"], "columns": {"amount": "Amount", "isrc": "ISRC"}}
    with pytest.raises(UsageError, match=why):
        spec(**(plain | change))
