"""A known source's report in another layout: on hold, named by a person, read from its payloads."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import UsageError
from pipeline.flow import held, replay
from pipeline.flow.ingest import Order
from pipeline.flow.outcome import Report
from pipeline.flow.relaying import Taken, accept
from pipeline.vocab import Fault
from tests.flow.homes import AT, SETTINGS, asked, frame, take

SAMPLES = Path(__file__).resolve().parents[2] / "data" / "sample"
NAMES = {"Label Share Net Receipts": "Payable", "Territory": "Land"}
UNLIKE = ("run", "decided_at", "at", "next_attempt_at", "backoff_s")
LATER = AT + timedelta(hours=1)


def changed(folder: Path, encoding: str = "utf-8", end: str = "\n") -> Path:
    """The Orchard's sample report with columns under other names, blank lines and a new column."""
    text = (SAMPLES / "orchard_2026-09.csv").read_bytes().decode("utf-8", "replace")
    header, _, body = text.partition("\n")
    for ours, theirs in NAMES.items():
        header = header.replace(ours, theirs)
    lines = [line for line in body.split("\n") if line]
    spaced = [*lines[:20], "", "", *lines[20:]]
    whole = "\n".join([f"{header};Playlist", *(f"{line};x" if line else "" for line in spaced), ""])
    path = folder / "orchard_2026-09.csv"
    mark = "\ufeff" if encoding != "utf-8" else ""
    path.write_bytes((mark + whole.replace("\n", end)).encode(encoding))
    return path


def said(home: Path, report: Report, names: Mapping[str, str] | None = NAMES) -> Taken:
    order = Order(home, SETTINGS, LATER)
    return accept(order, report.manifest[:12], names, name="ann")


def content(home: Path, table: str) -> pl.DataFrame:
    """A table's rows without what tells when they were written."""
    rows = frame(home, table)
    kept = rows.drop(name for name in UNLIKE if name in rows.columns)
    return kept.sort(pl.all())


@pytest.mark.parametrize(
    ("encoding", "end"), [("utf-8", "\n"), ("utf-8", "\r\n"), ("utf-16-le", "\r\n")]
)
def test_what_a_layout_frees_is_what_an_ingest_that_knew_it_would_have_found(
    encoding: str, end: str, homes: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Several files, so that lines are gathered from all of them.
    monkeypatch.setattr(held, "ROWS_PER_FILE", 50)
    home, other = homes("held"), homes("known")  # type: ignore[operator]  # a fixture's factory
    path = changed(tmp_path, encoding, end)
    told = take(path, home)
    assert told.by_fault.keys() <= {Fault.SCHEMA_DRIFT, Fault.BAD_QUOTING, Fault.FIELD_COUNT}
    assert told.by_status["held"] == told.lines - told.by_status["quarantined"]
    taken = said(home, told)
    known = other / "sources" / taken.profile.name
    known.parent.mkdir()
    known.write_bytes(taken.profile.read_bytes())
    take(path, other)
    for table in ("sales", "staged", "quarantine", "sums", "conservation"):
        here, there = content(home, table), content(other, table)
        if table == "sums":
            here = _standing(here)
            there = _standing(there)
        differing = {name for name in here.columns if not here[name].equals(there[name])}
        assert here.height == there.height
        # A line that is torn stays where it is; what every line is by default is not said of it.
        assert differing <= ({"line_type", "sale_level"} if table == "quarantine" else set()), table
    entries = frame(home, "ledger_state").filter(fault=Fault.SCHEMA_DRIFT.value)
    assert entries["is_open"].to_list() == [False]
    assert entries["outcome"].to_list() == ["released"]


def _standing(sums: pl.DataFrame) -> pl.DataFrame:
    """The sums that are not nothing, over all commits."""
    keys = ["manifest", "accounting_period", "currency", "status"]
    totals = pl.col("lines", "amount", "unreadable_lines").sum()
    return sums.group_by(keys).agg(totals).filter(pl.col("lines") != 0).sort(keys)


def test_the_proposed_names_are_taken_where_none_are_given(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "orchard_2026-09.csv"
    text = (SAMPLES / "orchard_2026-09.csv").read_bytes()
    path.write_bytes(text.replace(b"Preferred Currency", b"Currency", 1))
    told = take(path, home)
    ((detail,),) = asked(home, "SELECT detail FROM alerts WHERE fault = 'SCHEMA_DRIFT'")
    assert "'Preferred Currency' may be 'Currency' now" in detail
    assert said(home, told, None).names == {"Preferred Currency": "Currency"}
    following = take(changed_again(path, tmp_path), home)
    assert following.by_status["unmatched"] > 0


def changed_again(path: Path, folder: Path) -> Path:
    """The next report in the same layout."""
    following = folder / "orchard_2026-10.csv"
    following.write_bytes(path.read_bytes().replace(b"2026M09", b"2026M10"))
    return following


def test_a_layout_that_still_lacks_something_changes_nothing(home: Path, tmp_path: Path) -> None:
    told = take(changed(tmp_path), home)
    before = content(home, "staged")
    with pytest.raises(UsageError, match="'Territory' would still be missing"):
        said(home, told, {"Label Share Net Receipts": "Payable"})
    with pytest.raises(UsageError, match="has no column 'Nothing'"):
        said(home, told, {"Nothing": "Land"})
    assert content(home, "staged").equals(before)
    assert not (home / "sources").exists()


def test_a_line_that_a_person_excluded_stays_so(home: Path, tmp_path: Path) -> None:
    told = take(changed(tmp_path), home)
    ((entry,),) = asked(home, "SELECT ledger_id FROM staged ORDER BY line LIMIT 1")
    replay.exclude(home, SETTINGS, LATER, reason="a test", name="bob", entries=[entry])
    said(home, told)
    staged = frame(home, "staged").filter(ledger_id=entry)
    assert staged["status"].to_list() == ["excluded"]
    assert staged["faults"].to_list() == [[Fault.SCHEMA_DRIFT.value]]
    assert set(frame(home, "conservation")["lines_difference"]) == {0}


def test_only_a_manifest_that_is_held_for_its_layout_can_be_named(
    home: Path,
) -> None:
    told = take(SAMPLES / "orchard_2026-09.csv", home)
    with pytest.raises(UsageError, match="is not held for its layout"):
        said(home, told)
    with pytest.raises(UsageError, match="too short"):
        accept(Order(home, SETTINGS, LATER), "abc", None, name="ann")
    with pytest.raises(UsageError, match="without a name"):
        accept(Order(home, SETTINGS, LATER), told.manifest, None, name=" ")
