"""DSR flat files of other profiles: references, single records, declared names, padding, totals."""

import io
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import ManifestRefused
from pipeline.read import dsrf
from pipeline.read.dsrf_control import Beside, declared_money, numbering
from pipeline.read.dsrf_standard import standard
from pipeline.read.dsrf_survey import Survey, survey
from pipeline.read.profiles import choose, load_profiles
from pipeline.vocab import Fault

PROFILES = {one.name: one for one in load_profiles()}
SALES = "dsrf_record_companies"
MESSAGES = {
    SALES: "FinancialReportingToRecordCompaniesProfileSRB|1.0",
    "dsrf_basic_audio": "BasicAudioProfile|1.2",
    "dsrf_ugc": "UgcProfile|1.2",
}


def head(source: str, files: str = "1|1") -> str:
    return f"HEAD|dsrf/1|{MESSAGES[source]}|1|now|{files}|2026-09-01|2026-09-30|P|Tube|M|P2|Us|"


def text(*records: str) -> bytes:
    """Records with `|` between their cells, and `¦` for a `|` within one."""
    return "".join(f"{row.replace('|', chr(9)).replace('¦', '|')}\n" for row in records).encode()


def record(kind: str, **cells: str) -> str:
    return "|".join([kind, *(cells.get(name, "") for name in standard().cells[kind])])


def surveyed(source: str, data: bytes) -> Survey:
    return survey(io.BytesIO(data), PROFILES[source].spec.records)


def read(source: str, *records: str, part_bytes: int = 2**20) -> pl.DataFrame:
    """The lines of a file as its profile reports them, with their place."""
    data = text(*records)
    profile = choose(data, list(PROFILES.values()))
    assert profile.name == source
    parts = dsrf.parts(io.BytesIO(data), surveyed(source, data), profile.wanted, part_bytes)
    cells = pl.concat([part.frame() for part in parts])
    return cells.with_columns(*profile.reported.values())


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


AUDIO = "dsrf_basic_audio"
RELEASE = record("RE01", BlockId="1", ReleaseReference="A", ICPN="4006381333931", Title="Album")
SUMMARY = record("SY02.02", SummaryRecordId="1", Territory="DE", Currency="EUR")


def track(name: str, block: str = "1") -> str:
    cells = {"ResourceReference": name, "ISRC": f"USAB1260000{name}", "Title": f"Track {name}"}
    return record("AS02.02", BlockId=block, DspResourceId=name, **cells)


def part_of(name: str, *used: str) -> str:
    return record("RE02", BlockId="1", ReleaseReference=name, UsedResources="¦".join(used))


def stream(resource: str = "", release: str = "", block: str = "1") -> str:
    named = {"TransactedResource": resource, "TransactedRelease": release}
    return record("SU02", BlockId=block, SummaryRecordId="1", NumberOfStreams="5", **named)


BLOCK = (RELEASE, track("1"), track("2"), part_of("T", "2"), part_of("B", "1", "2"))


@pytest.mark.parametrize(
    ("block", "usage", "title", "level", "fault"),
    [
        (BLOCK, stream("2"), "Track 2", "track", None),
        (BLOCK, stream(release="A"), "Album", "release", None),
        (BLOCK, stream(release="T"), "Track 2", "track", None),
        (BLOCK, stream(release="B"), None, "release", None),
        (BLOCK, stream("9"), None, "release", Fault.FIELD_COUNT),
        (BLOCK, stream(release="9"), None, "release", Fault.FIELD_COUNT),
        (BLOCK, stream(), None, "release", Fault.FIELD_COUNT),
        ((RELEASE, track("1")), stream(), "Track 1", "track", None),
        ((track("1"),), stream("1"), "Track 1", "track", None),
        ((*BLOCK, track("2")), stream("2"), None, "release", Fault.FIELD_COUNT),
        ((RELEASE, RELEASE, track("1")), stream("1"), None, "release", Fault.FIELD_COUNT),
        ((RELEASE + "|x", track("1")), stream("1"), None, "release", Fault.FIELD_COUNT),
        ((RELEASE, track("1"), track("2") + "|x"), stream("1"), "Track 1", "track", None),
        ((RELEASE, track("2") + "|x"), stream("2"), None, "release", Fault.FIELD_COUNT),
    ],
    ids=[
        *("a resource", "a release", "a release of one resource", "a release of two"),
        *("no such resource", "no such release", "nothing named"),
        *("nothing named, one resource", "no release", "two of one name", "two head releases"),
        *("a broken release", "another broken resource", "a broken resource"),
    ],
)
def test_a_usage_has_the_resource_or_release_that_it_names(
    block: tuple[str, ...], usage: str, title: str | None, level: str, fault: Fault | None
) -> None:
    (line,) = read(AUDIO, head(AUDIO), SUMMARY, *block, usage).to_dicts()
    assert (line["title"], line["sale_level"], line["_fault"]) == (title, level, fault)
    assert (line["amount"], line["currency"], line["quantity"]) == ("0", "EUR", "5")
    assert line["gtin"] == (None if fault or title is None or len(block) == 1 else "4006381333931")


def test_a_usage_of_another_block_has_nothing_of_this_one() -> None:
    (line,) = read(AUDIO, head(AUDIO), SUMMARY, *BLOCK, stream("1", block="2")).to_dicts()
    assert (line["title"], line["gtin"], line["currency"]) == (None, None, None)
    assert line["_fault"] == Fault.FIELD_COUNT


def test_a_block_holds_for_no_other() -> None:
    second = (track("1", "2").replace("Track 1", "Other"), stream("1", block="2"))
    lines = read(AUDIO, head(AUDIO), SUMMARY, *BLOCK, stream("1"), *second)
    assert lines["title"].to_list() == ["Track 1", "Other"]
    assert lines["gtin"].to_list() == ["4006381333931", None]
    for part_bytes in (1, 300, 500):
        rows = (head(AUDIO), SUMMARY, *BLOCK, stream("1"), *second)
        assert read(AUDIO, *rows, part_bytes=part_bytes).equals(lines)


def test_cells_that_a_spreadsheet_adds_to_every_record_say_nothing() -> None:
    rows = [head(AUDIO), SUMMARY, *BLOCK, stream("1"), "FOOT|9|9|1|1|1"]
    width = max(row.count("|") for row in rows) + 2
    padded = [row + "|" * (width - row.count("|")) for row in rows]
    lines = read(AUDIO, *padded, stream("1"), stream("1") + "|" * 3)
    assert lines["_fault"].to_list() == [None, None, Fault.FIELD_COUNT]
    assert surveyed(AUDIO, text(*padded)).balanced
    said = padded[-2].removesuffix("|") + "|x"
    assert read(AUDIO, *padded[:-2], said)["_fault"].to_list() == [Fault.FIELD_COUNT]


UGC = "dsrf_ugc"
ASSET = record("AS01", BlockId="1", ISRC="USAB12600001", Title="Blue")


@pytest.mark.parametrize(("of_usage", "of_line"), [("1", ""), ("", "1"), ("1", "1")])
def test_usage_or_line_may_leave_the_summary_to_the_other(of_usage: str, of_line: str) -> None:
    row = record("SY02.02", SummaryRecordId="1", Currency="EUR", RightsController="A")
    usage = record("SU03.02", BlockId="1", SummaryRecordId=of_usage, Usages="7")
    paid = {"RightsController": "A", "AllocatedAmount": "2.5"}
    money = record("LI01.02", BlockId="1", SummaryRecordId=of_line, **paid)
    lines = read(UGC, head(UGC), row, ASSET, usage, money)
    assert lines.select("amount", "currency", "quantity", "_fault").rows() == [
        ("2.5", "EUR", "7", None)
    ]


def test_a_summary_that_names_no_controller_is_everyones() -> None:
    row = record("SY02.02", SummaryRecordId="1", Currency="EUR")
    usage = record("SU03.02", BlockId="1", SummaryRecordId="1", Usages="7")
    paid = {"RightsController": "A", "AllocatedAmount": "2.5"}
    money = record("LI01.02", BlockId="1", SummaryRecordId="1", **paid)
    assert read(UGC, head(UGC), row, ASSET, usage, money)["currency"].to_list() == ["EUR"]


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
