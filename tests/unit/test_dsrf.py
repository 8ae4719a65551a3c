"""DSR flat files: what a line is, what its context gives it, and what the file says of itself."""

import gzip
import io
from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import ManifestRefused
from pipeline.read import dsrf
from pipeline.read.containers import open_manifest
from pipeline.read.dsrf_control import Beside, files_beside
from pipeline.read.dsrf_survey import Survey, survey
from pipeline.read.profiles import load_profiles
from pipeline.vocab import Fault

ROLES = {one.name: one.spec.records for one in load_profiles()}["dsrf_ugc"]
HEAD = "HEAD|dsrf/30|UGCProfile|1.1|1|now|1|1|2026-07-01|2026-09-30|P1|Tube|Ads|P2|Us|A"
AS = "AS01|1|R1|D1|USAB12600001|Blue||Ann||PT3M5S|SoundRecording"
SU = "SU03.01|1|U1|1|D1|700|2.0|20260701|20260731"
LI = "LI01.01|1|1|A|||1.0|MechanicalRight|0.5|1.25"


def summary(currency: str, controller: str, name: str = "1", territory: str = "DE") -> str:
    shared = f"{name}|||AdModel|Stream|{territory}|Ads|9||{currency}|9"
    return f"SY02.01|{shared}|{controller}||9|0|0|Mechanical"


def text(*records: str, end: str = "\n") -> bytes:
    """Records with `|` between their cells, and `¦` for a `|` within one."""
    return "".join(row.replace("|", "\t").replace("¦", "|") + end for row in records).encode()


def read(data: bytes, part_bytes: int = 2**20) -> pl.DataFrame:
    found = survey(io.BytesIO(data), ROLES)
    return pl.concat(
        [part.frame() for part in dsrf.parts(io.BytesIO(data), found, None, part_bytes)]
    )


def test_a_line_takes_its_asset_usage_and_summary() -> None:
    lines = read(text(HEAD, summary("EUR", "A"), AS, SU, LI))
    assert lines.select(
        "_line", "_fault", "AS.ISRC", "AS.Title", "AS.Duration", "SU.Usages",
        "SU.ValidityPeriodEnd", "LI.AllocatedAmount", "LI.RightType", "SY.Currency",
        "SY.Territory", "HEAD.SenderName",
    ).rows() == [
        (5, None, "USAB12600001", "Blue", "PT3M5S", "700", "20260731",
         "1.25", "MechanicalRight", "EUR", "DE", "Tube"),
    ]  # fmt: skip


def test_a_summary_id_stands_once_per_controller_and_multiplies_nothing() -> None:
    other = LI.replace("|A|", "|B|")
    lines = read(text(HEAD, summary("EUR", "A"), summary("USD", "B"), AS, SU, LI, other))
    assert lines["SY.Currency"].to_list() == ["EUR", "USD"]


def test_a_line_without_its_controllers_summary_has_no_currency() -> None:
    lines = read(text(HEAD, summary("EUR", "B"), AS, SU, LI))
    assert lines.select("SY.Currency", "_fault").rows() == [(None, None)]


def test_summaries_that_disagree_give_what_they_agree_on() -> None:
    twice = [summary("EUR", "A"), summary("USD", "A")]
    lines = read(text(HEAD, *twice, AS, SU, LI))
    assert lines.select("SY.Currency", "SY.Territory").rows() == [(None, "DE")]


def test_a_usage_without_money_is_a_line_of_zero() -> None:
    lines = read(text(HEAD, summary("EUR", "A"), summary("EUR", "B"), AS, SU))
    assert lines.select("_line", "SU.Usages", "LI.AllocatedAmount", "SY.Currency").rows() == [
        (5, "700", "0", "EUR")
    ]


def test_each_licensor_line_of_a_usage_is_a_line() -> None:
    lines = read(text(HEAD, summary("EUR", "A"), AS, SU, LI, LI))
    assert lines["_line"].to_list() == [5, 6]
    assert lines["LI.AllocatedAmount"].to_list() == ["1.25", "1.25"]


def test_a_line_takes_no_usage_of_another_summary() -> None:
    usages = [SU, SU.replace("U1|1", "U2|2").replace("700", "3")]
    lines = read(text(HEAD, summary("EUR", "A"), summary("EUR", "A", "2"), AS, *usages, LI))
    assert lines.select("_line", "SU.Usages", "LI.AllocatedAmount").rows() == [
        (5, "700", "0"), (6, "3", "0"), (7, None, "1.25"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "broken",
    [
        AS.replace("|Blue|", "|"),
        AS.replace("AS01|1|", "AS01|2|"),
        "RU01|1|1|D1|9",
        f"{AS}\n{AS}",
    ],
    ids=["a cell less", "another block", "none at all", "two in one block"],
)
def test_a_fault_of_the_asset_is_a_fault_of_each_line_of_its_block(broken: str) -> None:
    good = [row.replace("01|1|", "01|9|", 1) for row in (AS, SU, LI)]
    data = text(HEAD, summary("EUR", "A"), broken, SU, LI, LI, *good)
    lines = read(data)
    assert lines["_fault"].to_list() == [Fault.FIELD_COUNT, Fault.FIELD_COUNT, None]
    assert lines["AS.ISRC"].to_list() == [None, None, "USAB12600001"]
    assert lines["LI.AllocatedAmount"].to_list() == ["1.25"] * 3
    assert lines["_raw"].to_list() == [text(LI), text(LI), None]


def test_a_fault_of_the_usage_is_a_fault_of_its_lines_alone() -> None:
    other = SU.replace("U1", "U2")
    lines = read(text(HEAD, summary("EUR", "A"), AS, SU + "|more", LI, other, LI))
    assert lines.select("_fault", "SU.Usages").rows() == [(Fault.FIELD_COUNT, None), (None, "700")]


def test_a_fault_of_the_summary_is_a_fault_of_the_lines_that_name_it() -> None:
    data = text(HEAD, summary("EUR", "A") + "|more", summary("EUR", "A", "2"), AS, SU, LI,
                LI.replace("|1|1|", "|1|2|"))  # fmt: skip
    assert read(data)["_fault"].to_list() == [Fault.FIELD_COUNT, None]


def test_an_unknown_record_is_a_line_and_breaks_what_may_have_hung_on_it() -> None:
    lines = read(text(HEAD, summary("EUR", "A"), AS, SU, "XY01|1|1", LI, SU, LI))
    assert lines.select("_line", "_fault", "_raw").rows() == [
        (4, Fault.FIELD_COUNT, text(SU)),
        (5, Fault.FIELD_COUNT, b"XY01\t1\t1\n"),
        (6, Fault.FIELD_COUNT, text(LI)),
        (8, None, None),
    ]


def test_works_and_release_usages_are_context_however_many_cells_they_have() -> None:
    lines = read(text(HEAD, summary("EUR", "A"), AS, "MW01.01|1|x", "RU01|1", SU, LI))
    assert lines["_fault"].to_list() == [None]


def test_bytes_that_are_not_text_mark_every_line_that_they_speak_for() -> None:
    spoiled = text(AS).replace(b"Blue", b"Bl\xfce")
    lines = read(text(HEAD, summary("EUR", "A")) + spoiled + text(SU, LI, SU, LI))
    assert (
        lines.select("_fault", "AS.Title", "AS.ISRC").rows()
        == [(Fault.BAD_ENCODING, "Bl\ufffde", "USAB12600001")] * 2
    )


def test_a_declared_layout_is_honoured_by_name() -> None:
    declared = "#LI01.01|AllocatedAmount|Note|RightsType|BlockId|SummaryRecordId|RightsController"
    lines = read(text(HEAD, declared, summary("EUR", "A"), AS, SU, "LI01.01|7.5|hi|Mech|1|1|A"))
    row = lines.select(
        "LI.AllocatedAmount", "LI.Note", "LI.RightType", "SY.Currency", "_fault"
    ).row(0)
    assert row == ("7.5", "hi", "Mech", "EUR", None)


def test_a_declared_layout_without_the_amount_is_refused() -> None:
    with pytest.raises(ManifestRefused, match=r"LI01\.01 has no AllocatedAmount"):
        survey(io.BytesIO(text(HEAD, "#LI01.01|BlockId|SummaryRecordId|RightsController")), ROLES)


def test_escapes_are_undone_and_artists_listed() -> None:
    asset = "AS01|1|R1|D1|USAB12600001|a\\¦b\\\\c\\d||Ann¦B\\¦C||PT3M5S|SoundRecording"
    line = read(text(HEAD, summary("EUR", "A"), asset, SU, LI))
    assert line.select("AS.Title", "AS.DisplayArtistName").rows() == [("a|b\\c\\d", "Ann, B|C")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends_and_a_mark_change_no_cell(end: str) -> None:
    data = b"\xef\xbb\xbf" + text(HEAD, summary("EUR", "A"), AS, SU, LI, end=end)
    line = read(data).row(0, named=True)
    assert line["LI.AllocatedAmount"] == "1.25"
    assert data[line["_offset"] : line["_offset"] + line["_length"]] == text(LI, end=end)


def test_parts_give_the_bytes_of_their_lines() -> None:
    blocks = [row.replace("01|1|", f"01|{n}|", 1) for n in range(9) for row in (AS, SU, LI)]
    data = text(HEAD, summary("EUR", "A"), *blocks)
    parts = list(dsrf.parts(io.BytesIO(data), survey(io.BytesIO(data), ROLES), None, 200))
    assert len(parts) > 3
    assert [part.offset for part in parts[1:]] == [part.end for part in parts[:-1]]
    assert sum(part.lines for part in parts) == 9
    assert parts[-1].raw([parts[-1].lines - 1]) == [text(blocks[-1])]


def counted(*records: str) -> Survey:
    return survey(io.BytesIO(text(HEAD, summary("EUR", "A"), AS, SU, LI, *records)), ROLES)


def test_foot_is_a_control_over_every_record_and_comment() -> None:
    found = counted("#a comment", "", "FOOT|7|7|1|1|1")
    assert found.control["lines"] == {"declared": 7, "found": 7}
    assert found.balanced


@pytest.mark.parametrize(
    ("foot", "declared"),
    [((), None), (("FOOT|7|7|1|1|1",), 7), (("FOOT|x|6|1|1|1",), None), (("FOOT|6",), None)],
    ids=["missing", "another count", "unreadable", "cut off"],
)
def test_a_foot_that_does_not_agree_is_out_of_balance(
    foot: tuple[str, ...], declared: int | None
) -> None:
    found = counted(*foot)
    assert found.control["lines"] == {"declared": declared, "found": 5 + len(foot)}
    assert not found.balanced


def test_one_file_of_several_cannot_tell_the_reports_counts() -> None:
    head = HEAD.replace("|1|1|2026-07", "|1|2|2026-07")
    found = survey(
        io.BytesIO(text(head, summary("EUR", "A"), AS, SU, LI, "FOOT|6|99|5|1|30")), ROLES
    )
    assert found.control["lines_in_report"] == {"declared": 99, "found": None}
    assert found.balanced


def test_files_of_a_report_are_counted_by_name(tmp_path: Path) -> None:
    for name in ("DSR_a_1of3_x.tsv", "DSR_a_2of3_y.tsv.gz", "DSR_b_3of3_x.tsv", "other"):
        (tmp_path / name).touch()
    assert files_beside(tmp_path / "DSR_a_1of3_x.tsv") == Beside(1, 3, missing=(3,))
    assert files_beside(tmp_path / "other") is None


def test_gzip_changes_nothing(tmp_path: Path) -> None:
    data = text(HEAD, summary("EUR", "A"), AS, SU, LI)
    path = tmp_path / "report.tsv.gz"
    path.write_bytes(gzip.compress(data))
    container = open_manifest(path)
    with container.open() as first, container.open() as second:
        parts = list(dsrf.parts(second, survey(first, ROLES)))
    assert parts[0].frame().equals(read(data))


def test_only_wanted_cells_are_given() -> None:
    data = text(HEAD, summary("EUR", "A"), AS, SU, LI)
    wanted = frozenset({"LI.AllocatedAmount", "SY.Currency"})
    (part,) = dsrf.parts(io.BytesIO(data), survey(io.BytesIO(data), ROLES), wanted)
    assert part.frame().columns[:-5] == ["SY.Currency", "LI.AllocatedAmount"]
