"""DSR flat files in single records, declared names, totals and numbers of files."""

import io
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import ManifestRefused
from pipeline.read import dsrf
from pipeline.read.dsrf_control import Beside, declared_money, numbering
from pipeline.read.dsrf_standard import standard
from pipeline.read.dsrf_survey import survey
from pipeline.read.profiles import choose, load_profiles
from pipeline.vocab import Fault
from tests.unit.dsrf_rows import PROFILES, SALES, head, read, record, surveyed, text


@pytest.mark.parametrize(
    ("kind", "cells"),
    [
        *(("HEAD", 15), ("FOOT", 5), ("SRFO", 2), ("SY02.01", 17), ("SY02.02", 21), ("SY07", 17)),
        *(("SY10", 45), ("AS01", 10), ("AS01.01", 11), ("AS02.02", 21), ("AS03.01", 28)),
        *(("RE01", 14), ("RE02", 5), ("RE03.01", 16), ("SU01", 11), ("SU02", 9), ("SU03.01", 8)),
        *(("SU03.02", 10), ("SU04.01", 22), ("LI01.01", 9), ("LI01.02", 10), ("SR01", 40)),
        *(("SR02", 35), ("SR08", 47)),
    ],
)  # fmt: skip
def test_records_have_the_cells_that_the_standard_counts(kind: str, cells: int) -> None:
    assert len(standard().cells[kind]) == cells


def summary(name: str = "1", **cells: str) -> str:
    given = {"Territory": "DE", "CurrencyOfTransaction": "SEK", "CurrencyOfAccounting": "EUR"}
    return record("SY10", SummaryRecordId=name, **{**given, **cells})


def sale(name: str = "1", net: str = "8", due: str = "1.25", **cells: str) -> str:
    money = {"AllocatedNetRevenueInCurrencyOfAccounting": due, "NetUsage": net}
    return record("SR08", SummaryRecordId=name, Title="Blue", DspResourceId="D1", **money, **cells)


def test_a_sale_is_due_in_the_currency_of_accounting() -> None:
    other = {"AllocatedNetRevenueInCurrencyOfTransaction": "12.5", "TotalUsages": "10"}
    (line,) = read(SALES, head(SALES), summary(ExchangeRate="0.1"), sale(**other)).to_dicts()
    assert (line["amount"], line["currency"], line["quantity"]) == ("1.25", "EUR", "8")
    assert (line["territory"], line["line_type"], line["sale_level"]) == ("DE", "sale", "track")


def test_what_says_how_a_sale_was_converted_is_kept() -> None:
    profile = choose(text(head(SALES)), list(PROFILES.values()))
    assert {
        "SY.CurrencyOfTransaction", "SY.ExchangeRate", "SY.ExchangeRateSource",
        "SY.DateOfCurrencyExchange", "SR.Usages", "SR.Returns",
        "SR.AllocatedNetRevenueInCurrencyOfTransaction",
    } <= set(profile.unmapped)  # fmt: skip


@pytest.mark.parametrize(
    ("net", "kind"),
    [("8", "sale"), ("0", "sale"), ("-0", "sale"), ("-2", "return"), ("-0.5", "return")],
)
def test_a_sale_below_zero_is_a_return(net: str, kind: str) -> None:
    assert read(SALES, head(SALES), summary(), sale(net=net))["line_type"].to_list() == [kind]


def test_a_blank_amount_is_not_taken_from_the_other_currency() -> None:
    other = {"AllocatedNetRevenueInCurrencyOfTransaction": "12.5"}
    line = read(SALES, head(SALES), summary(), sale(due="", **other))
    assert line["amount"].to_list() == [None]


def test_a_sale_without_a_resource_is_of_its_release() -> None:
    row = record("SR08", SummaryRecordId="1", ReleaseTitle="Album", ICPN="4006381333931")
    (line,) = read(SALES, head(SALES), summary(), row).to_dicts()
    assert (line["sale_level"], line["title"], line["gtin"]) == (
        "release", "Album", "4006381333931",
    )  # fmt: skip


@pytest.mark.parametrize("broken", ["|more", None], ids=["a cell more", "a cell less"])
def test_a_sale_with_other_cells_is_a_fault_and_spoils_no_other(broken: str | None) -> None:
    row = sale() + broken if broken else sale().removesuffix("|")
    lines = read(SALES, head(SALES), summary(), sale(), row, "XX01|1", sale())
    assert lines["_fault"].to_list() == [None, Fault.FIELD_COUNT, Fault.FIELD_COUNT, None]
    assert lines["amount"].to_list() == ["1.25", None, None, "1.25"]


def test_deal_specific_records_are_no_lines() -> None:
    lines = read(SALES, head(SALES), summary(), sale(), "DE01|9.99|x", sale())
    assert lines["_line"].to_list() == [3, 5]


def test_single_records_are_the_same_in_parts_of_any_size() -> None:
    rows = [head(SALES), summary(), *(sale(net=str(number)) for number in range(40))]
    whole = read(SALES, *rows)
    for part_bytes in (1, 100, 5000):
        assert read(SALES, *rows, part_bytes=part_bytes).equals(whole)


def test_declared_names_are_those_of_any_version_and_order() -> None:
    names = "SummaryRecordId|ResourceISRC|Note|netusage|AllocatedNetRevenueInCurrencyOfAccounting"
    row = "SR08|1|USAB12600001|hi|3|2.5"
    (line,) = read(SALES, head(SALES), f"#SR08|{names}", summary(), row).to_dicts()
    assert (line["isrc"], line["quantity"], line["amount"]) == ("USAB12600001", "3", "2.5")


@pytest.mark.parametrize(
    ("names", "why"),
    [
        ("SummaryRecordId|NetUsage", "SR08 has no AllocatedNetRevenueInCurrencyOfAccounting"),
        (
            "SummaryRecordId|NetUsage|NetUsage|AllocatedNetRevenueInCurrencyOfAccounting",
            "SR08 names NetUsage twice",
        ),
    ],
)
def test_a_declared_layout_without_its_meaning_is_refused(names: str, why: str) -> None:
    with pytest.raises(ManifestRefused, match=why):
        surveyed(SALES, text(head(SALES), f"#SR08|{names}"))


def test_the_foot_of_single_records_counts_lines_and_summaries_alone() -> None:
    found = surveyed(SALES, text(head(SALES), summary(), sale(), "SRFO|4|1"))
    assert found.control == {
        "lines_in_report": {"declared": 4, "found": 4},
        "summary_records": {"declared": 1, "found": 1},
    }
    assert not surveyed(SALES, text(head(SALES), summary(), sale(), "SRFO|5|1")).balanced


def test_empty_records_may_be_counted_or_not() -> None:
    for declared in ("5", "4"):
        found = surveyed(SALES, text(head(SALES), summary(), "", sale(), f"SRFO|{declared}|1"))
        assert found.balanced


TOTAL = {"currency": "C", "amount": "A", "fees": "F"}


@pytest.mark.parametrize(
    ("rows", "declared"),
    [
        ([("EUR", "10.5", None)], {"EUR": Decimal("10.5")}),
        ([("EUR", "10.5", "2|0.5")], {"EUR": Decimal(8)}),
        ([("EUR", "1", ""), ("USD", "2", ""), ("EUR", "-3", "")], {"EUR": -2, "USD": 2}),
        ([("EUR", "1", ""), ("EUR", None, "")], {"EUR": None}),
        ([("EUR", "1", "x"), ("EUR", "1", "")], {"EUR": None}),
        ([(None, "1", "")], {"": 1}),
        ([], {}),
    ],
)
def test_totals_are_summed_without_fees_by_currency(
    rows: list[tuple[str | None, ...]], declared: dict[str, Decimal | None]
) -> None:
    frame = pl.DataFrame(rows, schema=dict.fromkeys("CAF", pl.String()), orient="row")
    assert declared_money(frame, TOTAL) == declared
    assert declared_money(frame, {}) == {}


@pytest.mark.parametrize(
    ("said", "off"),
    [
        ({"FileNumber": "2", "NumberOfFiles": "3"}, set()),
        ({"FileNumber": "1", "NumberOfFiles": "3"}, {"file_number"}),
        ({"FileNumber": "1", "NumberOfFiles": "1"}, {"file_number", "number_of_files"}),
        ({}, set()),
    ],
)
def test_a_part_is_not_taken_under_another_parts_name(said: dict[str, str], off: set[str]) -> None:
    assert numbering(said, Beside(2, 3, ())).keys() == off
    assert numbering(said, None) == {}


def test_a_profile_may_add_record_types(tmp_path: Path) -> None:
    (tmp_path / "sources").mkdir()
    base = (Path(dsrf.__file__).parents[1] / "sources" / "dsrf_ugc.toml").read_text("utf-8")
    own = base.replace('"dsrf_ugc"', '"own"').replace('"UgcProfile"', '"OwnProfile"')
    own = (
        own.replace('"LI01*"', '"LI*"')
        + '[records.cells]\n"LI09" = "BlockId SummaryRecordId RightsController AllocatedAmount"\n'
    )
    (tmp_path / "sources" / "own.toml").write_text(own, "utf-8")
    profiles = load_profiles(tmp_path)
    data = text("HEAD|dsrf/1|OwnProfile|1.0|1|now|1|1|a|b|P|Tube|M|P2|Us|", ASSET, "LI09|1|1|A|3")
    profile = choose(data, profiles)
    assert profile.name == "own"
    found = survey(io.BytesIO(data), profile.spec.records)
    (part,) = dsrf.parts(io.BytesIO(data), found)
    assert part.frame()["LI.AllocatedAmount"].to_list() == ["3"]


ASSET = record("AS01", BlockId="1", ISRC="USAB12600001", Title="Blue")
