"""What a sender calls its report: the same name for other lines, and what it says to replace."""

import gzip
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.flow import replay
from pipeline.flow.entries import Choice
from pipeline.flow.ingest import Order
from pipeline.flow.outcome import Report
from pipeline.flow.relaying import accept
from pipeline.read.profiles import SOURCES
from pipeline.vocab import Fault, ManifestState
from tests.flow.homes import ALPHA, AT, BETA, SETTINGS, TITLES, asked, assert_conserved, frame, take
from tests.flow.once import Once

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "sample"
PROFILE = """
name = "shop"
title = "A shop that numbers its statements"
kind = "delimited"
header = ["Statement", "Page", "Corrects", "Month", "ISRC", "Title", "Artist", "Units", "Due"]

[message_id]
own = "Statement"
part = "Page"
replaces = "Corrects"

[columns]
period_start = "Month"
period_end = "Month"
isrc = "ISRC"
title = "Title"
artist = "Artist"
quantity = "Units"
amount = "Due"

[fixed]
currency = "EUR"
line_type = "sale"
sale_level = "track"

[forms]
period = ["YYYY-MM"]

[period]
column = "Month"
forms = ["YYYY-MM"]
"""
HEADER = "Statement,Page,Corrects,Month,ISRC,Title,Artist,Units,Due\n"


@pytest.fixture
def shop(home: Path) -> Path:
    (home / "sources").mkdir()
    (home / "sources" / "shop.toml").write_text(PROFILE, encoding="utf-8")
    return home


def sold(isrc: str, due: str, own: str = "", page: str = "1", corrects: str = "") -> str:
    return f"{own},{page},{corrects},2026-07,{isrc},{TITLES[isrc]},Anna,1,{due}\n"


def sent(home: Path, folder: Path, *lines: str, header: str = HEADER) -> Report:
    """Deliver these lines as a report of their own."""
    return take(written(folder, *lines, header=header), home)


def written(folder: Path, *lines: str, header: str = HEADER) -> Path:
    path = folder / f"{len(list(folder.glob('*.csv')))}.csv"
    path.write_text(header + "".join(lines), encoding="utf-8")
    return path


def paid(home: Path) -> Decimal:
    return Decimal(asked(home, "SELECT coalesce(sum(amount), 0) FROM sales")[0][0])


FIRST = sold(ALPHA, "5", "S1")


@pytest.fixture
def first(once: Once, shop: Path, tmp_path: Path) -> Report:
    """What came of a first message."""
    return once.take(written(tmp_path, FIRST), shop)


@pytest.mark.usefixtures("first")
@pytest.mark.parametrize(
    ("again", "is_held"),
    [
        (sold(ALPHA, "6", "S1"), True),
        (sold(ALPHA, "6", "S2"), False),
        (sold(ALPHA, "6", "S1", page="2"), False),
        (sold(ALPHA, "6"), False),
        (sold(ALPHA, "6", "S1") + sold(BETA, "1", "S1"), True),
        (sold(ALPHA, "6", "S1") + sold(BETA, "1", "S2"), False),
        (sold(ALPHA, "6", "S1") + sold(BETA, "1"), True),
    ],
    ids=["same id", "another", "another part", "none", "all lines", "several ids", "some blank"],
)
def test_the_same_message_with_other_lines_is_held(
    again: str, is_held: bool, shop: Path, tmp_path: Path
) -> None:
    told = sent(shop, tmp_path, again)
    assert (told.by_status["held"] == told.lines) == is_held
    assert (Fault.POSSIBLE_DUPLICATE in told.by_fault) == is_held


def test_a_held_message_says_whose_id_it_bears_and_a_person_releases_it(
    shop: Path, tmp_path: Path, first: Report
) -> None:
    told = sent(shop, tmp_path, sold(ALPHA, "6", "S1"))
    of = f"{first.manifest[:12]} (2026-07), which reports other lines"
    detail = f"its sender's message id S1 is that of {of}"
    assert told.seen["message"] == detail
    found = asked(shop, "SELECT ledger_id, detail FROM ledger_state WHERE is_open")
    assert [text for _, text in found] == [detail]
    assert asked(shop, "SELECT detail FROM alerts") == [(detail,)]
    chosen = Choice(ids=(found[0][0],))
    replay.release(shop, SETTINGS, AT, chosen, reason="a second tier", name="ann")
    assert paid(shop) == 11
    assert_conserved(shop, {"EUR": Decimal(11)}, 2)


@pytest.mark.usefixtures("first")
def test_the_same_lines_under_the_same_id_are_unchanged(shop: Path, tmp_path: Path) -> None:
    assert sent(shop, tmp_path, FIRST.strip()).state is ManifestState.UNCHANGED


def test_a_message_that_names_what_it_replaces_restates_it(
    shop: Path, tmp_path: Path, first: Report
) -> None:
    """As `--replaces` would, in the sender's name."""
    told = sent(shop, tmp_path, sold(ALPHA, "4", "S2", corrects="S1"))
    assert [one["manifest"] for one in told.restated] == [first.manifest]
    assert paid(shop) == 4
    endings = asked(shop, "SELECT manifest, outcome, by_manifest, reason, decided_by FROM endings")
    reason = "its message S2 replaces S1"
    assert endings == [(first.manifest, "replaced", told.manifest, reason, "shop")]
    assert asked(shop, "SELECT count(*) FROM alerts") == [(0,)]
    assert_conserved(shop, {"EUR": Decimal(4)}, 3)


@pytest.mark.usefixtures("first")
def test_a_message_may_replace_an_earlier_one_of_its_own_id(shop: Path, tmp_path: Path) -> None:
    told = sent(shop, tmp_path, sold(ALPHA, "4", "S1", corrects="S1"))
    assert (told.by_status["matched"], paid(shop)) == (1, 4)


@pytest.mark.usefixtures("first")
def test_the_files_of_a_message_replace_those_of_another_once(shop: Path, tmp_path: Path) -> None:
    """The first of them replaces all; the second finds that done, and says nothing."""
    sent(shop, tmp_path, sold(BETA, "2", "S1", page="2"))
    one = sent(shop, tmp_path, sold(ALPHA, "4", "S2", corrects="S1"))
    other = sent(shop, tmp_path, sold(BETA, "3", "S2", page="2", corrects="S1"))
    assert (len(one.restated), len(other.restated)) == (2, 0)
    assert (paid(shop), other.seen.get("message")) == (7, None)


@pytest.mark.usefixtures("first")
@pytest.mark.parametrize("replaced", ["S0", "S1"])
def test_what_cannot_be_replaced_is_told_and_the_report_is_taken(
    replaced: str, shop: Path, tmp_path: Path
) -> None:
    """A message that the lake has not, and one that another has replaced."""
    sent(shop, tmp_path, sold(ALPHA, "4", "S2", corrects="S1"))
    told = sent(shop, tmp_path, sold(BETA, "3", "S3", corrects=replaced))
    assert (told.by_status["matched"], told.restated) == (1, ())
    why = {"S0": "has none of that message", "S1": "has not had it replaced by this"}[replaced]
    detail = f"its sender says that it replaces message {replaced}; the lake {why}"
    assert asked(shop, "SELECT severity, detail FROM alerts") == [("warning", detail)]
    assert paid(shop) == 7


@pytest.mark.usefixtures("first")
def test_a_message_is_known_once_its_layout_is(shop: Path, tmp_path: Path) -> None:
    told = sent(shop, tmp_path, sold(ALPHA, "6", "S1"), header=HEADER.replace("Due", "Net"))
    assert told.by_fault == {Fault.SCHEMA_DRIFT: 1}
    taken = accept(Order(shop, SETTINGS, AT), told.manifest, {"Due": "Net"}, name="ann").report
    assert taken.by_fault == {Fault.POSSIBLE_DUPLICATE: 1}
    assert frame(shop, "messages")["message_id"].to_list() == ["S1", "S1"]


PARTS = sorted(SAMPLES.glob("DSR_SAMPLE_*of2_*.gz"))
SENDER = "PADPIDA2013020802I/1791446400000001"
DSR_IDS = """
[message_id]
own = ["HEAD.SenderPartyId", "HEAD.MessageId"]
part = "HEAD.FileNumber"
"""


def test_a_dsr_flat_file_is_named_by_its_sender_its_message_and_its_number(
    home: Path, tmp_path: Path
) -> None:
    """Both files of a message bear its id; only another file of the same number repeats it.

    YouTube's own ids are not believed, so the home says that this sender's are.
    """
    believed = (SOURCES / "dsrf_ugc.toml").read_text(encoding="utf-8") + DSR_IDS
    (home / "sources").mkdir(parents=True, exist_ok=True)
    (home / "sources" / "dsrf_ugc.toml").write_text(believed, encoding="utf-8")
    one, two = (gzip.decompress(path.read_bytes()) for path in PARTS)
    names = [path.name.removesuffix(".gz") for path in PARTS]
    changed = one.replace(b"\t428\t", b"\t429\t")
    foreign = one.replace(b"\t428\t", b"\t430\t").replace(b"802I", b"802X")
    held = []
    for name, data in ((names[0], one), (names[1], two), (names[0], changed), (names[0], foreign)):
        (tmp_path / name).write_bytes(data)
        held.append(take(tmp_path / name, home).seen.get("message"))
    assert held[0] is held[1] is held[3] is None
    assert held[2].startswith(f"its sender's message id {SENDER} is that of ")
    said = asked(home, "SELECT message_id, part FROM messages WHERE source = 'dsrf_ugc'")
    other = SENDER.replace("802I", "802X")
    assert sorted(said) == [(SENDER, "1"), (SENDER, "1"), (SENDER, "2"), (other, "1")]
