"""Metadata drift through real ingests of three months: the plants are found, and nothing else."""

from functools import partial
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.flow.metadata_drift import Asked, MetadataDrift, metadata_drift
from pipeline.flow.metadata_history import history
from pipeline.flow.replacement import Replacement
from pipeline.vocab_watch import Change, Conflict
from tests.flow import drifting_metadata as world
from tests.flow.drifting_metadata import (
    ALL,
    DOUBLE,
    LONGER,
    MONTHS,
    RELABELLED,
    RELEASED,
    REPORTED,
    RETITLED,
    REUSED,
    isrc,
    lake,
    money,
    packed,
    song,
)
from tests.flow.homes import SETTINGS, asked, take


@pytest.fixture(scope="module")
def home(retitled: Path) -> Path:
    return retitled


@pytest.fixture(scope="module")
def drift(home: Path) -> MetadataDrift:
    return metadata_drift(home, SETTINGS, Asked())


def test_lines_of_every_table_are_looked_at(home: Path) -> None:
    """What is held, unmatched or invalid is told as well as what is paid."""
    tables = ("sales", "staged", "quarantine")
    counts = [asked(home, f"SELECT count(*) FROM {table}")[0][0] for table in tables]  # noqa: S608 - named here
    assert all(counts)
    assert sum(counts) == len(ALL)


def test_the_pattern_is_told_once_with_its_money(drift: MetadataDrift) -> None:
    (pattern,) = drift.patterns.to_dicts()
    assert pattern["said"] == "Spotify began to append “ - Remastered” to 6 titles in 2026-02"
    assert (pattern["kind"], pattern["added"], pattern["place"]) == (
        Change.ADDED,
        " - Remastered",
        "end",
    )
    # The twelve songs, and the recording of two ISRCs under one of them.
    assert (pattern["isrcs"], pattern["of_isrcs"]) == (6, 13)
    remastered = money(ALL, lambda line: line["title"].endswith(" - Remastered"))
    assert packed(pattern["money"]) == remastered
    assert set(remastered) == {"EUR", "USD", "XQZ"}
    assert pattern["lines"] == sum(count for count, _, _ in remastered.values())
    songs = {isrc(number): song(number) for number in world.REMASTERED}
    told = [(songs[one["isrc"]], one["before"], one["after"]) for one in pattern["examples"]]
    assert told == [(name, name, f"{name} - Remastered") for name, _, _ in told]
    assert len(told) == 3


SINGLE = {
    # ISRC, service and column: since, kind, from, to, and the lines under the new value
    (isrc(RETITLED), "Deezer", "title"): (
        "2026-02", Change.RENAMED, song(RETITLED), "Another Name Altogether",
        lambda line: line["title"] == "Another Name Altogether",
    ),
    (isrc(REUSED), "Deezer", "title"): (
        "2026-03", Change.RENAMED, song(REUSED), "Zebra Crossing",
        lambda line: line["title"] == "Zebra Crossing",
    ),
    (isrc(REUSED), "Deezer", "artist"): (
        "2026-03", Change.RENAMED, "Dora Field", "Willy Hopkins",
        lambda line: line["artist"] == "Willy Hopkins",
    ),
    (isrc(RELABELLED), "Spotify", "label"): (
        "2026-03", Change.REPLACED, "Blue Records", "Red Records",
        lambda line: line["label"] == "Red Records",
    ),
    (isrc(LONGER), "Spotify", "duration_s"): (
        "2026-02", Change.SHIFTED, "200", "247", lambda line: line["duration_s"] == "247",
    ),
    (isrc(RELEASED), "Deezer", "gtin"): (
        "2026-03", Change.RENAMED, "00036000291452", "00000096385074",
        lambda line: line["gtin"] == "96385074",
    ),
}  # fmt: skip


def test_the_other_changes_are_told_singly_and_no_others(drift: MetadataDrift) -> None:
    rows = drift.changes.to_dicts()
    told = {
        (row["isrc"], row["service"], row["field"]): (
            row["since"],
            row["kind"],
            row["before"],
            row["after"],
        )
        for row in rows
    }
    assert told == {key: case[:4] for key, case in SINGLE.items()}
    assert len(rows) == len(SINGLE)


def test_single_changes_have_their_money(drift: MetadataDrift) -> None:
    for row in drift.changes.iter_rows(named=True):
        which = SINGLE[row["isrc"], row["service"], row["field"]][4]
        assert packed(row["money"]) == money(ALL, which)


def test_a_title_in_capitals_is_none_of_them(drift: MetadataDrift) -> None:
    assert drift.unsaid == 1


def test_most_money_comes_first(drift: MetadataDrift) -> None:
    euros = [packed(row["money"])["EUR"][2] for row in drift.changes.iter_rows(named=True)]
    assert len(euros) == len(SINGLE)
    assert euros == sorted(euros, reverse=True)


STAKES = {
    isrc(REUSED): (Conflict.REUSED, lambda line: line["title"] == "Zebra Crossing"),
    isrc(RETITLED): (Conflict.CATALOG, lambda line: line["title"] == "Another Name Altogether"),
    DOUBLE[0]: (Conflict.SEVERAL, lambda line: line["isrc"] == DOUBLE[1]),
}


def test_conflicts_are_told_by_the_money_at_stake(drift: MetadataDrift) -> None:
    rows = drift.conflicts.to_dicts()
    assert {row["isrc"]: row["kind"] for row in rows} == {
        name: kind for name, (kind, _) in STAKES.items()
    }
    for row in rows:
        assert packed(row["money"]) == money(ALL, STAKES[row["isrc"]][1])
    euros = [packed(row["money"])["EUR"][2] for row in rows]
    assert euros == sorted(euros, reverse=True)


def test_each_side_of_a_conflict_has_its_own_money(drift: MetadataDrift) -> None:
    conflict = drift.conflicts.filter(kind=Conflict.REUSED.value)["conflict_no"].item()
    sides = drift.sides.filter(conflict_no=conflict).to_dicts()
    told = {(one["title"], one["artist"]): one for one in sides}
    zebra, own = told["Zebra Crossing", "Willy Hopkins"], told[song(REUSED), "Dora Field"]
    assert (zebra["at_stake"], own["at_stake"]) == (True, False)
    assert (zebra["services"], own["services"]) == (["Deezer"], ["Deezer", "Spotify"])
    assert (zebra["first_month"], own["last_month"]) == ("2026-03", "2026-03")
    mine = money(ALL, lambda line: line["isrc"] == isrc(REUSED) and line["artist"] == "Dora Field")
    assert packed(own["money"]) == mine


def test_the_order_of_deliveries_changes_nothing(drift: MetadataDrift, tmp_path: Path) -> None:
    other = metadata_drift(lake(tmp_path / "backwards", MONTHS[::-1]), SETTINGS, Asked())
    for name in ("patterns", "changes", "conflicts", "sides"):
        assert getattr(other, name).equals(getattr(drift, name)), name
    assert other.unsaid == drift.unsaid


def test_what_is_asked_for_alone(home: Path) -> None:
    def told(**of: str) -> MetadataDrift:
        return metadata_drift(home, SETTINGS, Asked(**of))

    assert set(told(service="Deezer").changes["service"]) == {"Deezer"}
    assert told(service="Deezer").patterns.is_empty()
    assert told(source="nobody").isrcs == 0
    march = told(since="2026-03")
    assert march.patterns.is_empty()
    assert set(march.changes["since"]) == {"2026-03"}
    assert set(told(period="2026-02").changes["field"]) == {"title", "duration_s"}
    january = told(period="2026-01")
    assert (january.changes.height, january.conflicts.height) == (0, 0)
    with pytest.raises(UsageError, match="no month"):
        told(since="May")


def test_a_replaced_delivery_and_its_reversal_tell_nothing(tmp_path: Path) -> None:
    """A report that said another title for one month was corrected: nothing changed."""
    home = lake(tmp_path / "world", ["2026-01"])
    wrong = [{**line, "title": "Wrong Name"} for line in REPORTED["2026-01"]]
    said = take(world.write(tmp_path / "wrong.csv", wrong), home, period="2026-02")
    right = [{**line, "quantity": "9"} for line in REPORTED["2026-01"]]
    by = Replacement((said.manifest,), "titles", "ann")
    take(world.write(tmp_path / "right.csv", right), home, period="2026-02", replacement=by)
    found = metadata_drift(home, SETTINGS, Asked())
    assert [found.changes.height, found.patterns.height, found.conflicts.height] == [0, 0, 0]
    told = history(home, SETTINGS, isrc(0)).told
    assert set(told["title"]) == {song(0)}


def test_the_history_of_one_isrc(home: Path) -> None:
    found = history(home, SETTINGS, "usrc1-26-00007")
    assert found.isrc == isrc(REUSED)
    assert found.catalog.select("recording_id", "title").rows() == [("R7", song(REUSED))]
    told = found.told.select("service", "first_month", "last_month", "title", "artist").rows()
    assert told == [
        ("Deezer", "2026-01", "2026-02", song(REUSED), "Dora Field"),
        ("Deezer", "2026-03", "2026-03", "Zebra Crossing", "Willy Hopkins"),
        ("Spotify", "2026-01", "2026-03", song(REUSED), "Dora Field"),
    ]
    for row in found.told.iter_rows(named=True):
        same = {name: row[name] for name in ("service", "title", "artist")}
        assert packed(row["money"]) == money(ALL, partial(_says, isrc=isrc(REUSED), **same))
    with pytest.raises(UsageError, match="no ISRC"):
        history(home, SETTINGS, "Alpha")


def _says(line: dict[str, str], **cells: str) -> bool:
    return all(line[name] == cell for name, cell in cells.items())
