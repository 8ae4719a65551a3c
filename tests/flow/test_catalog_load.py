"""Loading a catalog: what a version holds, and when there is a new one."""

from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from pipeline.flow import catalog
from pipeline.store import catalog as store
from tests.flow.catalog_tables import CLOCK, TABLES, everything, loaded_into, rows, written

LATER = datetime(2026, 9, 2, 12, tzinfo=UTC)


@pytest.fixture
def offered(tmp_path: Path) -> Path:
    """A folder with every table."""
    return written(tmp_path / "offered")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_a_version_holds_what_was_offered_with_its_keys(home: Path, offered: Path) -> None:
    loaded = loaded_into(home, offered)
    assert loaded.counts == {
        "recordings": 4,
        "releases": 4,
        "tracks": 6,
        "artist_aliases": 2,
        "parties": 2,
        "splits": 7,
        "fx_rates": 1,
    }
    assert rows(
        loaded.path,
        "select recording_id, isrc, title, duration_s, release_date::varchar, title_key,"
        " version_key, artist_key from recordings order by all",
    ) == [
        (
            "R1",
            "USRC17607839",
            "Don’t Stop (Live)",
            215,
            "2020-02-29",
            "dont stop",
            "live",
            "beyonce",
        ),
        ("R2", "USRC17607840", "Second", None, None, "second", "edit radio", "earth and wind"),
        ("R3", None, "Third", None, None, "third", "", "beyonce"),
        ("R4", "USRC17607842", None, None, None, None, "", None),
    ]
    assert rows(loaded.path, "select release_id, gtin from releases order by all") == [
        ("L1", "00036000291452"),
        ("L2", "00000096385074"),
        ("L3", None),
        ("L4", None),
    ]
    assert rows(loaded.path, 'select "from", "to", rate::varchar from fx_rates') == [
        ("USD", "EUR", "0.920000000000000000")
    ]
    assert rows(loaded.path, "select vat_id from parties order by party_id") == [("DE1",), (None,)]
    assert rows(loaded.path, "select disc, number from tracks where release_id = 'L2'") == [
        (1, None),
        (1, None),
    ]


def test_a_recording_has_a_text_for_each_spelling_of_its_artist(home: Path, offered: Path) -> None:
    loaded = loaded_into(home, offered)
    assert rows(loaded.path, "select recording_id, text_key from match_text order by all") == [
        ("R1", "dont stop | live | beyonce"),
        ("R1", "dont stop | live | ビヨンセ"),
        ("R2", "second | edit radio | earth and wind"),
        ("R3", "third |  | beyonce"),
        ("R3", "third |  | ビヨンセ"),
    ]


def test_splits_are_complete_incomplete_or_depend_on_their_terms(home: Path, offered: Path) -> None:
    loaded = loaded_into(home, offered)
    states = "select splits, by_territory, by_usage, by_service, by_release, by_date from "
    no, yes = False, True
    assert rows(loaded.path, states + "recordings order by recording_id") == [
        ("complete", no, no, no, no, no),
        ("complete", no, no, no, no, no),
        ("conditional", yes, no, no, no, yes),
        ("incomplete", no, no, no, no, no),
    ]
    assert rows(loaded.path, states + "releases order by release_id") == [
        ("complete", no, no, no, no, no),
        ("conditional", yes, no, no, no, yes),
        ("incomplete", no, no, no, no, no),
        ("conditional", yes, no, no, no, yes),
    ]


def test_terms_that_always_come_to_one_are_complete(home: Path, offered: Path) -> None:
    (offered / "splits.csv").write_text(
        "recording_id,party_id,share,valid_from,valid_to\n"
        "R1,P1,1,,2025-12-31\nR1,P2,1,2026-01-01,\nR2,P1,0.9,,\nR3,P1,0.5,2026-01-01,\n"
    )
    found = rows(
        loaded_into(home, offered).path, "select splits from recordings order by recording_id"
    )
    assert [state for (state,) in found] == ["complete", "incomplete", "incomplete", "incomplete"]


def test_digests_are_equal_where_the_same_parties_get_the_same(home: Path, offered: Path) -> None:
    (offered / "splits.csv").write_text(
        "recording_id,party_id,share,territory,usage\n"
        "R1,P1,0.25,,\nR1,P1,0.25,,\nR1,P2,0.5,,\n"
        "R2,P2,0.500,,\nR2,P1,.5,,\n"
        "R3,P1,0.5,US,\nR3,P2,0.5,US,\n"
        "R4,P1,0.5,,US\nR4,P2,0.5,,US\n"
    )
    loaded = loaded_into(home, offered)
    digests = dict(rows(loaded.path, "select recording_id, splits_digest from recordings"))
    assert digests["R1"] == digests["R2"]
    assert len(set(digests.values())) == 3
    releases = dict(rows(loaded.path, "select release_id, splits_digest from releases"))
    assert releases["L2"] == releases["L4"]  # the same recordings in another order
    assert releases["L1"] != releases["L2"]
    assert releases["L3"] is None


def test_the_match_index_is_there(home: Path, offered: Path) -> None:
    loaded = loaded_into(home, offered)
    assert rows(loaded.path, "select count(*) from index_texts") == [(5,)]


def test_without_any_splits_they_are_not_checked(home: Path, offered: Path) -> None:
    for name in ("splits.csv", "parties.csv"):
        (offered / name).unlink()
    loaded = loaded_into(home, offered)
    assert not loaded.splits_checked
    assert rows(loaded.path, "select distinct splits from recordings") == [("unchecked",)]
    assert rows(loaded.path, "select distinct splits from releases") == [("unchecked",)]


def test_recordings_alone_are_a_catalog_and_payees_come_from_splits(
    home: Path, offered: Path
) -> None:
    for name in set(TABLES) - {"recordings.csv", "splits.csv"}:
        (offered / name).unlink()
    loaded = loaded_into(home, offered)
    assert rows(loaded.path, "select party_id, name from parties order by all") == [
        ("P1", "P1"),
        ("P2", "P2"),
    ]


def test_parquet_says_the_same_as_csv(home: Path, offered: Path, tmp_path: Path) -> None:
    typed = tmp_path / "typed"
    typed.mkdir()
    for name, cells in TABLES.items():
        frame = pl.read_csv(cells.encode(), infer_schema=False)
        if name == "splits.csv":
            frame = frame.with_columns(
                pl.col("share").cast(pl.Decimal(38, 18)), pl.col("valid_from").str.to_date()
            )
        frame.write_parquet(typed / name.replace(".csv", ".parquet"))
    one, other = loaded_into(home, offered), loaded_into(tmp_path / "other", typed)
    for table in ("recordings", "releases", "tracks", "splits", "parties", "match_text"):
        statement = f"select * from {table} order by all"  # noqa: S608 - names from the line above
        assert rows(one.path, statement) == rows(other.path, statement)


def test_the_same_again_changes_nothing_and_says_so(home: Path, offered: Path) -> None:
    first = loaded_into(home, offered)
    before = everything(home)
    again = catalog.load(home, offered, False, LATER)
    assert (first.changed, again.changed) == (True, False)
    assert (again.version, again.counts) == (first.version, first.counts)
    assert everything(home) == before


def test_an_earlier_version_becomes_current_again(home: Path, offered: Path) -> None:
    first = loaded_into(home, offered)
    aliases = offered / "artist_aliases.csv"
    aliases.unlink()
    second = loaded_into(home, offered)
    assert store.current(home) == second.path
    assert first.path.exists()
    aliases.write_text(TABLES["artist_aliases.csv"], encoding="utf-8")
    assert loaded_into(home, offered).changed
    assert store.current(home) == first.path


def test_stats_tell_what_can_be_matched_and_paid(home: Path, offered: Path) -> None:
    loaded_into(home, offered)
    stats = catalog.stats(home)
    assert stats is not None
    assert (stats["recordings"], stats["loaded_at"]) == (4, CLOCK)
    assert {name: stats[name] for name in stats if name.startswith("splits_")} == {
        "splits_complete": 2,
        "splits_incomplete": 1,
        "splits_conditional": 1,
        "splits_unchecked": 0,
    }
    assert (stats["recordings_without_isrc"], stats["releases_without_gtin"]) == (1, 2)
    assert (stats["recordings_without_title"], stats["text_keys"]) == (1, 5)
