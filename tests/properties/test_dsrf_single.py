"""DSR flat files of single records: whatever the bytes and cuts, the lines are the oracle's."""

import io
import random
from itertools import pairwise

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import ManifestRefused
from pipeline.read import dsrf
from pipeline.read.dsrf_records import records_of
from pipeline.read.dsrf_survey import survey
from pipeline.read.profiles import load_profiles
from pipeline.vocab import Fault
from tests.properties.dsrf_oracle import SHIFTED, Record, block_name, read_records
from tests.properties.test_dsrf import damage

ROLES = {one.name: one.spec.records for one in load_profiles()}["dsrf_record_companies"]
LINE = {"SR08": 47, "SR08.01": 47}
SUMMARY = {"SY10": 45, "SY10.01": 45}
PLACES = {
    "SR.AllocatedNetRevenueInCurrencyOfAccounting": 45,
    "SR.NetUsage": 27,
    "SR.ISRC": 12,
    "SR.Title": 19,
}
CURRENCY, IDENTITY = 20, 23
COLUMNS = (*PLACES, "SY.CurrencyOfAccounting")
FATE = (None, Fault.BAD_ENCODING, Fault.FIELD_COUNT)
WORDS = ("1", "2", "", "EUR", "a b", "é", "x\\|y", "c\\\\", "USAB12345678", "-0.5")


def oracle(data: bytes) -> list[tuple[object, ...]]:
    """Each SR record, and each of no known type, with the SY records that it names."""
    rows = []
    records = [of_profile(one) for one in read_records(data)]
    sums = [one for one in records if one.kind == "SY"]
    for one in records:
        if one.kind not in {"SR", "unknown"}:
            continue
        cells = one.cells if one.kind == "SR" and one.fault != SHIFTED else None
        named = cells[IDENTITY] if cells else None
        own = [sy for sy in sums if sy.fault != SHIFTED and named and sy.cells[0] == named]
        own = own or [sy for sy in sums if named and block_name(sy) == named]
        currencies = {sy.cells[CURRENCY] for sy in own if sy.fault != SHIFTED}
        fault = max([one.fault, *(sy.fault for sy in own)])
        currency = currencies.pop() if len(currencies) == 1 else None
        what = [cells[place] if cells else None for place in PLACES.values()]
        place = (one.line, one.offset, len(one.raw), FATE[fault], one.raw if fault else None)
        rows.append((*place, *what, currency))
    return rows


def of_profile(one: Record) -> Record:
    """A record as this profile has it: other counts, and neither AS nor SU nor LI."""
    kind = one.raw.removeprefix(b"\xef\xbb\xbf" if one.line == 1 else b"")
    name = kind.split(b"\t")[0].rstrip(b"\r\n").decode("utf-8", "replace")
    counts = {**LINE, **SUMMARY}
    garbled = 1 if one.raw.decode("utf-8", "replace").encode() != one.raw or b"\0" in one.raw else 0
    if name in counts:
        fault = SHIFTED if len(one.cells) != counts[name] else garbled
        return Record(one.line, one.offset, one.raw, name[:2], one.cells, fault)
    if name[:2] == "AS" and one.kind in {"AS", "unknown"} and name[2:4].isdigit():
        whole = len(name) == 4 or (len(name) == 7 and name[4] == "." and name[5:].isdigit())
        one.kind = "" if whole and name.isascii() else "unknown"
    elif one.kind in {"SU", "LI", "SY"}:
        one.kind = "unknown"
    if one.kind == "unknown":
        one.fault = SHIFTED
    return one


def random_file(draw: random.Random) -> bytes:
    """Summaries and sales as a sender writes them, mostly; then some damage."""
    lines = ["HEAD\tdsrf/30\tFinancialReportingToRecordCompaniesProfileSRB\t1.0"]
    lines += [record(draw, "SY10", 45, {0: "12"}) for _ in range(draw.randrange(4))]
    for _ in range(draw.randrange(8)):
        kind = draw.choices(["SR08", "SR08.01", "XX01", "AS01", "DE01", "#", ""], [9, 2, *[1] * 5])
        lines.append(record(draw, kind[0], LINE.get(kind[0], 3), {IDENTITY: "12"}))
    ends = draw.choice([["\n"], ["\r\n"], ["\r"], ["\n", "\r\n", "\r"]])
    text = "".join(line + draw.choice(ends) for line in lines)
    data = bytearray(("\ufeff" if draw.random() < 0.1 else "").encode() + text.encode())
    for _ in range(draw.choice([0, 0, 1, 2, 8])):
        damage(data, draw)
    return bytes(data)


def record(draw: random.Random, kind: str, count: int, keys: dict[int, str]) -> str:
    """A record of random cells, its keys among a few."""
    count += draw.choice([-1, 1]) if draw.random() < 0.05 else 0
    cells = [draw.choice(WORDS) for _ in range(count)]
    for place, choices in keys.items():
        if place < count:
            cells[place] = draw.choice(choices if draw.random() < 0.9 else "9")
    return "\t".join([kind, *cells]) if kind else ""


def check(data: bytes) -> None:
    """The oracle's lines, at every part size."""
    if records_of(data, ROLES).flaws():
        with pytest.raises(ManifestRefused, match="declares that"):
            survey(io.BytesIO(data), ROLES)
        return
    expected = oracle(data)
    for part_bytes in (1, 97, 1024, 32 * 2**20):
        found = survey(io.BytesIO(data), ROLES)
        cut = list(dsrf.parts(io.BytesIO(data), found, frozenset(COLUMNS), part_bytes))
        frame = pl.concat([part.frame() for part in cut]) if cut else pl.DataFrame()
        places = ("_line", "_offset", "_length", "_fault", "_raw")
        rows = frame.select(*places, *COLUMNS).rows() if frame.width else []
        assert rows == expected
        assert sum(part.lines for part in cut) == len(expected)
        assert all(one.end == other.offset for one, other in pairwise(cut))


@given(st.integers(min_value=0))
def test_random_files_are_read_as_the_oracle_reads_them(seed: int) -> None:
    check(random_file(random.Random(seed)))


@pytest.mark.campaign
@pytest.mark.parametrize("start", range(0, 20_000, 1_000))
def test_campaign_of_random_files(start: int) -> None:
    for seed in range(start, start + 1_000):
        check(random_file(random.Random(seed)))
