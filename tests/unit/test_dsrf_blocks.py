"""Blocks of DSR flat files: what a usage names, what a line leaves to its usage, and padding."""

import pytest

from pipeline.vocab import Fault
from tests.unit.dsrf_rows import AUDIO, UGC, head, read, record, surveyed, text

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
