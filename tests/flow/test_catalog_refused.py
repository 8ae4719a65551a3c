"""Catalogs that offend or break, loads that are killed: nothing is ever half done."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.errors import CatalogError, LakeBusy
from pipeline.flow import catalog
from pipeline.store import catalog as store
from tests.flow.catalog_tables import TABLES, everything, loaded_into, rows, written


@pytest.fixture
def offered(tmp_path: Path) -> Path:
    """A folder with every table."""
    return written(tmp_path / "offered")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_an_offending_catalog_is_refused_and_changes_nothing(home: Path, offered: Path) -> None:
    loaded_into(home, offered)
    before = everything(home)
    (offered / "splits.csv").write_text(
        "recording_id,party_id,share\nR1,P1,0.7\nR1,P2,0.7\nR9,P1,1\n"
    )
    with pytest.raises(CatalogError) as refusal:
        loaded_into(home, offered)
    assert refusal.value.exit_code == 4
    assert "2 offenders (share_beyond_one 1, unknown_reference 1)" in str(refusal.value)
    assert "recording R1 shares out 1.4" in str(refusal.value)
    assert "unknown recording R9" in str(refusal.value)
    assert "\n" not in str(refusal.value)
    assert everything(home) == before


def test_a_refusal_shows_ten_offenders_and_counts_the_rest(home: Path, offered: Path) -> None:
    cells = "".join(f"R{n},XX,T,A\n" for n in range(25))
    for name in set(TABLES) - {"recordings.csv"}:
        (offered / name).unlink()
    (offered / "recordings.csv").write_text(f"recording_id,isrc,title,artist\n{cells}")
    with pytest.raises(CatalogError, match="and 15 more") as refusal:
        loaded_into(home, offered)
    assert str(refusal.value).count("has the ISRC") == 10


def test_a_partial_load_leaves_offenders_and_what_hangs_on_them_out(
    home: Path, offered: Path
) -> None:
    with (offered / "recordings.csv").open("a", encoding="utf-8") as more:
        more.write("R2,USRC17607840,Second,Remix,Earth & Wind,,,,\nR5,,Fifth,,A,,,,\n")
    with (offered / "splits.csv").open("a", encoding="utf-8") as more:
        more.write("R3,P2,half,,,,,,\n")
    loaded = loaded_into(home, offered, partial=True)
    # R2 stands twice: both go, with its splits; L1 loses all its tracks, or it would be paid as
    # an album of one. R3 loses all its splits, or the others might add up without their fellow.
    assert rows(loaded.path, "select recording_id, splits from recordings order by all") == [
        ("R1", "complete"),
        ("R3", "incomplete"),
        ("R4", "incomplete"),
        ("R5", "incomplete"),
    ]
    assert rows(loaded.path, "select release_id, splits from releases order by all") == [
        ("L1", "incomplete"),
        ("L2", "conditional"),
        ("L3", "incomplete"),
        ("L4", "conditional"),
    ]
    assert {recording for (recording,) in rows(loaded.path, "select recording_id from splits")} == {
        "R1"
    }
    assert loaded.offenders.select("check", "key").rows() == [
        ("duplicate_recording", "R2"),
        ("share", "R3"),
        ("unknown_reference", "R2"),
        ("unknown_reference", "L1"),
    ]
    assert not loaded_into(home, offered, partial=True).changed
    with pytest.raises(CatalogError, match="duplicate_recording"):
        loaded_into(home, offered)


BAD_FOLDERS = {
    "no recordings": ({"recordings.csv": None}, "holds no recordings"),
    "a needed column": (
        {"recordings.csv": "recording_id,name\nR1,x\n"},
        "lacks isrc, title, artist",
    ),
    "an empty file": ({"recordings.csv": ""}, "no line of column names"),
    "a header only": ({"recordings.csv": "recording_id,isrc,title,artist\n"}, "only headings"),
    "a short line": ({"tracks.csv": "release_id,recording_id\nL1\n"}, "cannot be read"),
    "a long line": ({"tracks.csv": "release_id,recording_id\nL1,R1,1\n"}, "cannot be read"),
    "an open quote": ({"tracks.csv": 'release_id,recording_id\nL1,"R1\n'}, "cannot be read"),
    "not text": ({"tracks.csv": "release_id,recording_id\nL1,\udcff\n"}, "cannot be read"),
    "bytes": ({"recordings.csv": "\udc89PNG\r\n\x1a\0\0\0\rIHDR"}, "is not UTF-8 text"),
    "a parquet that is none": ({"tracks.parquet": "PAR1", "tracks.csv": None}, "cannot be read"),
    "one table twice": ({"tracks.parquet": "PAR1"}, "two files of one table"),
    "a heading twice": ({"tracks.csv": "release_id,release_id\nL1,L1\n"}, "stands twice"),
}


@pytest.mark.parametrize(("change", "told"), BAD_FOLDERS.values(), ids=BAD_FOLDERS.keys())
def test_what_cannot_be_read_is_one_clear_line_and_changes_nothing(
    home: Path, offered: Path, change: dict[str, str | None], told: str
) -> None:
    loaded_into(home, offered)
    before = everything(home)
    for name, cells in change.items():
        if cells is None:
            (offered / name).unlink()
        else:
            (offered / name).write_bytes(cells.encode(errors="surrogateescape"))
    with pytest.raises(CatalogError, match=told) as refusal:
        loaded_into(home, offered)
    assert "\n" not in str(refusal.value)
    assert everything(home) == before


def test_nothing_there_or_no_catalog_at_all(home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "notes.txt").write_text("notes")
    for name, told in (
        ("absent", "no catalog at"),
        ("empty", "no recordings"),
        ("notes.txt", "no catalog"),
    ):
        with pytest.raises(CatalogError, match=told):
            loaded_into(home, tmp_path / name)
    assert store.current(home) is None
    assert catalog.stats(home) is None


def test_a_partial_load_of_nothing_but_offenders_is_refused(home: Path, offered: Path) -> None:
    (offered / "recordings.csv").write_text(
        "recording_id,isrc,title,artist\n,XX,One,A\nR1,YY,Two,A\n"
    )
    with pytest.raises(CatalogError, match="no recording of the catalog is without offenders"):
        loaded_into(home, offered, partial=True)
    assert store.current(home) is None


def test_floating_shares_are_refused(home: Path, offered: Path) -> None:
    frame = pl.DataFrame({"recording_id": ["R1"], "party_id": ["P1"], "share": [0.5]})
    (offered / "splits.csv").unlink()
    frame.write_parquet(offered / "splits.parquet")
    with pytest.raises(CatalogError, match="not exact"):
        loaded_into(home, offered)


def test_a_broken_version_is_told_and_the_next_load_mends_it(home: Path, offered: Path) -> None:
    path = loaded_into(home, offered).path
    path.write_bytes(path.read_bytes()[:5000])
    with pytest.raises(CatalogError, match="is broken"):
        store.current(home)
    path.unlink()
    with pytest.raises(CatalogError, match="is missing"):
        store.current(home)
    assert loaded_into(home, offered).changed
    assert store.current(home) == path


def test_a_version_that_was_indexed_otherwise_is_refused(home: Path, offered: Path) -> None:
    path = loaded_into(home, offered).path
    with duckdb.connect(path) as con:
        con.execute("alter table meta drop column form")
    with pytest.raises(CatalogError, match="another version of this program") as refused:
        store.current(home)
    assert len(str(refused.value).splitlines()) == 1


def test_two_loads_at_once_are_one_too_many(home: Path, offered: Path) -> None:
    with store.workplace(home), pytest.raises(LakeBusy):
        loaded_into(home, offered)
    assert loaded_into(home, offered).changed


KILLED = """
import os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from pipeline.flow import catalog
from pipeline.store import catalog as store
step = sys.argv[3]
def die(*_): os.kill(os.getpid(), signal.SIGKILL)
setattr(store, step, die)
catalog.load(Path(sys.argv[1]), Path(sys.argv[2]), False, datetime(2026, 9, 1, tzinfo=UTC))
"""


@pytest.mark.parametrize("step", ["building", "publish", "point"])
def test_a_killed_load_leaves_the_version_before(home: Path, offered: Path, step: str) -> None:
    before = loaded_into(home, offered).path
    (offered / "artist_aliases.csv").unlink()
    command = [sys.executable, "-c", KILLED, str(home), str(offered), step]
    root = Path(__file__).resolve().parents[2]
    killed = subprocess.run(
        command, check=False, cwd=root, env={**os.environ, "PYTHONPATH": str(root)}
    )
    assert killed.returncode == -signal.SIGKILL
    assert store.current(home) == before
    loaded = loaded_into(home, offered)
    assert loaded.changed
    assert store.current(home) == loaded.path
    assert not list(store.folder(home).glob(".load-*"))


def test_a_moved_home_keeps_its_catalog(home: Path, offered: Path, tmp_path: Path) -> None:
    path = loaded_into(home, offered).path
    shutil.move(home, tmp_path / "moved")
    assert store.current(tmp_path / "moved") == tmp_path / "moved" / "catalog" / path.name
