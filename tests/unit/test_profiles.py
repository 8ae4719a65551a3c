"""Profiles: chosen by the exact header, and what their words make of raw cells."""

from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.errors import ManifestRefused, UsageError
from pipeline.read.profile import Profile, profile_of
from pipeline.read.profile_schema import Reader
from pipeline.read.profiles import SOURCES, choose, header_of, load_profiles

PROFILES = load_profiles()
BY_NAME = {profile.name: profile for profile in PROFILES}
FIXED = sorted(name for name, profile in BY_NAME.items() if profile.kind == "delimited")
HEADED = [name for name in FIXED if BY_NAME[name].dialect.header]
DSRF = {
    *("dsrf_ugc", "dsrf_ugc_single", "dsrf_royalty", "dsrf_record_companies"),
    *("dsrf_basic_audio", "dsrf_basic_audio_single"),
    *("dsrf_audio_visual", "dsrf_audio_visual_single"),
}


def header_bytes(profile: Profile, end: str = "\n") -> bytes:
    """The header as the sender writes it in a report of US dollars, every column in it."""
    names = [name.replace("{currency}", "USD") for name in profile.header]
    return (profile.dialect.delimiter.join(names) + end).encode()


def reported(profile: Profile, **cells: str | None) -> dict[str, Any]:
    """One line of a report: the given cells by column (spaces as _), all others blank."""
    given = {name.replace("_", " "): cell for name, cell in cells.items()}
    profile = choose(header_bytes(profile), PROFILES)
    row = pl.DataFrame(
        {name: [given.get(name)] for name in profile.header},
        schema=dict.fromkeys(profile.header, pl.String()),
    )
    assert set(given) <= set(profile.header)
    return row.select(*profile.reported.values()).row(0, named=True)


def test_the_built_in_profiles_are_these() -> None:
    assert {"canonical", *DSRF, *HEADED} <= set(BY_NAME)
    assert {path.stem for path in SOURCES.glob("*.toml")} == set(BY_NAME)


@pytest.mark.parametrize("name", HEADED)
@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", ""])
def test_a_header_chooses_its_profile(name: str, mark: bytes, end: str) -> None:
    assert choose(mark + header_bytes(BY_NAME[name], end), PROFILES).name == name


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_byte_order_mark_states_the_encoding(encoding: str) -> None:
    head = ("\ufeff" + header_bytes(BY_NAME["orchard"]).decode()).encode(encoding)
    assert choose(head, PROFILES).dialect.encoding == encoding


def test_a_quoted_header_is_the_same_header() -> None:
    names = header_bytes(BY_NAME["symphonic"], "").decode().split(",")
    head = ",".join(f'"{name}"' for name in names).encode()
    assert choose(head, PROFILES).name == "symphonic"


def test_canonical_takes_any_order_of_any_columns_with_the_needed_ones() -> None:
    profile = choose(b"currency,title,amount\n", PROFILES)
    assert profile.name == "canonical"
    assert list(profile.reported) == ["currency", "title", "amount"]
    assert profile.inputs("title") == {"title"}
    assert profile.inputs("isrc") == frozenset()
    assert profile.unmapped == ()


@pytest.mark.parametrize(
    ("head", "why"),
    [
        (b"isrc,amount\n", "nearest is canonical .* lacks 'currency'"),
        (b"amount,currency,artist\n", "lacks 'isrc or gtin or title'"),
        (b"isrc,amount,currency,Note\n", "it has 'Note'"),
        (b"isrc,amount,currency,isrc\n", "names a column twice"),
        (b"Isrc,Amount,Currency\n", "nearest is canonical .* lacks 'amount', 'currency'"),
        (b"Wert;Menge\n", "no known report; it begins with 'Wert;Menge"),
        (b"\x00\x01\x02", "is not text"),
        (b"\n", "no known report"),
        (b'"', "no known report"),
        (b"HEAD\tdsrf/30\tOther\t1.0" + b"\t" * 12, "it is of profile 'Other'"),
        (b"HEAD\tdsrf/30\tUGCProfile\t9.9" + b"\t" * 12, "of version '9.9', not 1.0 or 1.1"),
        (b"HEAD\tdsrf/30\n", "HEAD has 1 cells, its layout 15"),
    ],
)
def test_an_unknown_header_is_refused_with_what_differs(head: bytes, why: str) -> None:
    with pytest.raises(ManifestRefused, match=why):
        choose(head, PROFILES)


def test_a_near_header_names_the_nearest_profile_and_the_difference() -> None:
    kept = BY_NAME["symphonic"].header[:10]
    with pytest.raises(ManifestRefused, match=r"nearest is symphonic .* lacks 'Track Ar"):
        choose(",".join([*kept, "EAN"]).encode(), PROFILES)


def test_a_named_source_must_fit() -> None:
    with pytest.raises(ManifestRefused, match="is not of source orchard"):
        choose(header_bytes(BY_NAME["symphonic"]), PROFILES, "orchard")
    with pytest.raises(UsageError, match="there is no source 'x'"):
        choose(b"", PROFILES, "x")


def test_a_column_may_come_under_its_old_name() -> None:
    head = header_bytes(BY_NAME["distrokid_2025"]).replace(b"Source Type", b"Song/Album")
    profile = choose(head, PROFILES)
    assert profile.name == "distrokid_2025"
    assert profile.inputs("sale_level") == {"Song/Album"}


@pytest.mark.parametrize(("kind", "sign"), [("Void", "-"), ("void ", "-"), ("Sale", "")])
@pytest.mark.parametrize("amount", ["1.25", "(1.25)", "-1.25"])
def test_symphonic_voids_are_negative_once(kind: str, sign: str, amount: str) -> None:
    cells = {"Sale or Void": kind, "Count": "3", "Royalty (USD)": amount}
    line = reported(BY_NAME["symphonic"], **cells)
    own = "-" if amount != "1.25" else ""
    assert line["amount"] == (sign or own) + "1.25"
    assert line["quantity"] == sign + "3"
    assert line["currency"] == "USD"
    assert line["line_type"] == ("return" if sign else "sale")


@pytest.mark.parametrize("amount", ["0", "0.00", "n/a", "", None])
def test_what_is_no_amount_gets_no_sign(amount: str | None) -> None:
    cells = {"Sale or Void": "Void", "Royalty (USD)": amount}
    assert reported(BY_NAME["symphonic"], **cells)["amount"] == amount


def test_symphonic_periods_territories_and_levels() -> None:
    line = reported(
        BY_NAME["symphonic"], Reporting_Period="JUN-25", Activity_Period="May 2025",
        Territory="DEU", ISRC_Code="USAB12600001",
    )  # fmt: skip
    assert (line["period_start"], line["period_end"]) == ("2025-06-01", "2025-06-30")
    assert (line["activity_start"], line["activity_end"]) == ("2025-05-01", "2025-05-31")
    assert line["territory"] == "DE"
    assert line["sale_level"] == "track"
    release = reported(BY_NAME["symphonic"], UPC_Code="4", Track_Title=" ", Release_Artists="Ann")
    assert (release["sale_level"], release["artist"]) == ("release", "Ann")


def test_orchard_has_decimal_commas_and_two_barcodes() -> None:
    profile = BY_NAME["orchard"]
    line = reported(profile, **{
        "Label Share Net Receipts": "-0,258066", "Period": "2017M10", "Orchard UPC": "191774000000",
        "Manufacturer's UPC": " ", "Trans Type": "Return", "Preferred Currency": "EUR",
    })  # fmt: skip
    assert (line["amount"], line["currency"]) == ("-0.258066", "EUR")
    assert (line["period_start"], line["period_end"]) == ("2017-10-01", "2017-10-31")
    assert (line["gtin"], line["line_type"], line["usage"]) == ("191774000000", "return", "Return")
    assert reported(profile, Trans_Type="Stream")["line_type"] == "sale"


@pytest.mark.parametrize(("word", "level"), [("Song", "track"), ("ALBUM", "release"), ("?", None)])
def test_distrokid_says_what_was_sold(word: str, level: str | None) -> None:
    line = reported(BY_NAME["distrokid"], **{"Song/Album": word, "Sale Month": "2025-02"})
    assert line["sale_level"] == level
    assert (line["activity_start"], line["activity_end"]) == ("2025-02-01", "2025-02-28")


def test_what_only_a_rule_reads_is_kept_beside_its_verdict() -> None:
    assert BY_NAME["distrokid"].unmapped == (
        "Reporting Date", "Team Percentage", "Song/Album", "Songwriter Royalties Withheld",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("source", "name", "period"),
    [
        ("dsrf_ugc", "DSR_A_B_C_2015-Q4_IS_1of1_20160121T150926.tsv", "2015Q4"),
        ("dsrf_ugc", "DSR_A_B_C_2015-02_AU_1of1_20150723T092522.tsv", "2015-02"),
        ("canonical", "lines_2026-09.csv", "2026-09"),
        ("canonical", "2026Q3.csv", "2026Q3"),
        ("canonical", "20260901.csv", None),
        ("canonical", "lines.csv", None),
        ("orchard", "orchard_2026-09.csv", None),
    ],
)
def test_a_file_name_may_hold_the_accounting_period(
    source: str, name: str, period: str | None
) -> None:
    assert BY_NAME[source].period_in_name(name) == period


@pytest.mark.parametrize(
    ("start", "end", "period"),
    [
        ("2026-07-01", "2026-09-30", "2026Q3"),
        ("2026-09-01", "2026-09-30", "2026-09"),
        ("2026-08-16", "2026-09-15", "2026-09"),
        ("2025-07-01", "2026-09-30", "2026-09"),
        ("soon", "2026-09-30", None),
    ],
)
def test_the_first_line_may_name_the_accounting_period(
    start: str, end: str, period: str | None
) -> None:
    profile = choose(b"isrc,amount,currency,period_start,period_end\n", PROFILES)
    lines = pl.DataFrame({"period_start": [None, start], "period_end": [None, end]})
    assert profile.period_in_lines(lines) == period
    assert profile.period_in_lines(lines.drop("period_end")) is None


def test_a_preamble_is_passed_over() -> None:
    spec = Reader("x.toml", minimal() | {"dialect": {"skip": 2}}).spec()
    assert header_of(b'a\r\n"b\r\nAmount,ISRC\r\n', spec.dialect) == ("Amount", "ISRC")


def minimal() -> dict[str, Any]:
    return {
        "name": "own",
        "title": "Own",
        "kind": "delimited",
        "header": ["Amount", "ISRC"],
        "columns": {"amount": "Amount", "isrc": "ISRC"},
        "fixed": {"currency": "EUR"},
    }


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"colums": {}}, r"x\.toml: profile knows no 'colums'"),
        ({"kind": "xml"}, "kind knows no 'xml'"),
        ({"name": ""}, "name is missing"),
        ({"header": []}, "header is missing"),
        ({"header": ["Amount", "ISRC", "ISRC"]}, "names a column twice"),
        ({"columns": {"amout": "Amount"}}, "columns knows no 'amout'"),
        ({"columns": {"amount": "Betrag"}}, "columns.amount names 'Betrag'"),
        ({"columns": {"amount": 3}}, "columns.amount is no text"),
        ({"columns": "x"}, "columns is no table"),
        ({"fixed": {"amount": "1"}}, "amount is given twice"),
        ({"forms": {"period": ["MM/YY"]}}, "forms.period knows no 'MM/YY'"),
        ({"forms": {"number": "dots"}}, "forms.number knows no 'dots'"),
        ({"forms": {"date": "x"}}, "forms knows no 'date'"),
        ({"line_type": {"column": "ISRC", "values": {"a": "b"}}}, "line_type knows no 'b'"),
        ({"line_type": {"values": {}}}, "line_type needs a column"),
        ({"sale_level": {"column": "X", "values": {}}}, "sale_level.column names 'X'"),
        ({"sign": {"column": "ISRC", "columns": ["title"]}}, "sign.columns knows no 'title'"),
        ({"period": {"file_name": "("}}, "period.file_name is no pattern"),
        ({"period": {"file_name": "x"}}, "period.file_name names no period"),
        ({"dialect": {"delimiter": ",,"}}, "dialect is none"),
        ({"dialect": {"seperator": ","}}, "dialect is none"),
        ({"ignore": ["Buyer"]}, "ignore names 'Buyer'"),
        ({"tolerance": {"cents": "1"}}, "tolerance knows no 'cents'; known: rounding, "),
        ({"tolerance": {"fees": 0.1}}, "tolerance.fees is no amount: 0.1; write it as text"),
        ({"tolerance": {"fees": "-1"}}, "tolerance.fees is no amount"),
        ({"tolerance": {"fees": "1e3"}}, "tolerance.fees is no amount"),
        ({"tolerance": {"tax": "1"}}, 'tolerance.tax is no share below 1; write 15 % as "0.15"'),
        ({"message_id": {"id": "ISRC"}}, "message_id knows no 'id'; known: own, part, replaces"),
        ({"message_id": {"own": 3}}, "message_id.own is no text"),
        ({"message_id": {"own": "Statement"}}, "message_id.own names 'Statement'"),
        ({"message_id": {"replaces": "ISRC"}}, "message_id.own is missing"),
        ({"message_id": {"own": "ISRC"}, "kind": "dsrf"}, "names cells that are not of HEAD"),
        ({"message_id": {"own": "ISRC"}, "kind": "canonical"}, "message_id has no meaning in"),
        ({"signature": {"kind": "md5"}}, "signature.kind knows no 'md5'; known: sha256, "),
        ({"signature": {"kind": "sha256", "file": "x"}}, "signature knows no 'file'"),
        ({"signature": {"kind": "sha256", "key": "x"}}, "signature.key has no meaning"),
        ({"signature": {"kind": "ed25519"}}, "signature.key is no name of a key: ''"),
        ({"signature": {"kind": "ed25519", "key": "../x"}}, "signature.key is no name of a key"),
        ({"signature": {"kind": "ed25519", "key": ".x"}}, "signature.key is no name of a key"),
        ({"totals": {"lines": "(.)"}}, "totals stand in lines that the profile takes for records"),
        ({"trailer": ["T"], "dialect": {"footer": 1}}, "trailer and dialect.footer both say"),
        ({"trailer": ["T"], "kind": "dsrf"}, "trailer has no meaning in a DSR flat file"),
        ({"remittance": "paid"}, "remittance does not end the name of a file"),
    ],
)
def test_a_mistake_in_a_profile_is_named(change: dict[str, Any], why: str) -> None:
    with pytest.raises(UsageError, match=why):
        Reader("x.toml", minimal() | change).spec()


def test_a_home_folder_adds_and_replaces_profiles(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    own = (
        'name = "{}"\ntitle = "T"\nkind = "delimited"\nheader = ["A", "B"]\n[columns]\namount = "A"'
    )
    (tmp_path / "sources" / "own.toml").write_text(own.format("own"), encoding="utf-8")
    (tmp_path / "sources" / "orchard.toml").write_text(own.format("orchard"), encoding="utf-8")
    profiles = load_profiles(tmp_path)
    assert len(profiles) == len(PROFILES) + 1
    with pytest.raises(ManifestRefused, match="fits several sources: orchard, own"):
        choose(b"A,B\n", profiles)
    assert choose(b"A,B\n", profiles, "own").name == "own"
    (tmp_path / "sources" / "bad.toml").write_text("name =", encoding="utf-8")
    with pytest.raises(UsageError, match=r"bad\.toml is not TOML"):
        load_profiles(tmp_path)


def test_ignored_columns_are_not_kept() -> None:
    given = minimal() | {"header": ["Amount", "ISRC", "buyer e-mail", "Note"], "ignore": ["buyer*"]}
    spec = Reader("x.toml", given).spec()
    assert profile_of(spec, spec.header).unmapped == ("Note",)
