"""The index of words and what it finds, on catalogs that are made to be hard to search."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest

from pipeline.match import joining, vocabulary
from pipeline.match.candidates import candidates
from pipeline.match.word_index import BORNE, WordIndex
from pipeline.store.sql import query
from tests.queries.match.catalogs import opened

CROWD = 3 * BORNE
"""Other tracks of releases called "Greatest Hits": more than are looked at by that name."""
VERSIONS = [f"Take {n}" for n in range(joining.LIMIT + 3)]
ASKED = pl.DataFrame(
    {
        "title": ["Amber Pier", "Salt Road", "Amber Pear"],
        "version": [None, None, None],
        "artist": ["Mira Holm", "Odd Lanes", "Mira Holm"],
        "release_title": ["Greatest Hits", None, "Greatest Hits"],
        "duration_s": [200, None, 201],
    },
    schema_overrides={"version": pl.String, "duration_s": pl.UInt32},
)


def rows() -> list[dict[str, object]]:
    """The recording that is meant, other takes of it, and what else is on such releases."""
    meant = [{"recording_id": "meant", "title": "Amber Pier", "artist": "Mira Holm", "s": 200}]
    takes = [
        {
            "recording_id": f"take{n}",
            "title": f"Amber Pier ({said})",
            "artist": "Mira Holm",
            "s": 200,
        }
        for n, said in enumerate(VERSIONS)
    ]
    crowd = [
        {"recording_id": f"other{n}", "title": f"Dune {n}", "artist": f"Singer {n}", "s": 100 + n}
        for n in range(CROWD)
    ]
    slipped = [{"recording_id": "slipped", "title": "17", "artist": "180000", "s": None}]
    return [*crowd, *takes, *meant, *slipped]


def written(folder: Path) -> Path:
    """A catalog in which each recording is on a release of its own."""
    told = pl.DataFrame(rows())
    release = pl.format("L{}", "recording_id").alias("release_id")
    called = (
        pl.when(recording_id="slipped").then(pl.lit("Odd Lanes")).otherwise(pl.lit("Greatest Hits"))
    )
    told.select(
        "recording_id", "title", "artist", isrc=pl.lit(None, pl.String), duration_s="s"
    ).write_csv(folder / "recordings.csv")
    told.select(release, gtin=pl.lit(None, pl.String), title=called).write_csv(
        folder / "releases.csv"
    )
    told.select(release, "recording_id").write_csv(folder / "tracks.csv")
    return folder


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with opened(written(tmp_path)) as con:
        yield con


def found(con: duckdb.DuckDBPyConnection) -> list[list[str]]:
    """The candidates of each of `ASKED`, the likeliest first."""
    ids = con.sql("select rowid::uinteger as recording_no, recording_id from catalog.recordings")
    told = candidates(con, ASKED).join(ids.pl(), on="recording_no", maintain_order="left")
    return [told.filter(identity=line)["recording_id"].to_list() for line in range(ASKED.height)]


def test_a_release_that_everyone_has_hides_no_recording(catalog: duckdb.DuckDBPyConnection) -> None:
    exact, _, misspelt = found(catalog)
    assert exact[0] == misspelt[0] == "meant"


def test_a_row_that_slipped_a_column_is_found(catalog: duckdb.DuckDBPyConnection) -> None:
    assert found(catalog)[1] == ["slipped"]


def test_an_index_holds_the_same_in_whatever_order_rows_are_read(
    catalog: duckdb.DuckDBPyConnection, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def backwards(name: str) -> str:
        numbered = name in ("match/vocabulary_recordings", "match/vocabulary_releases")
        return query(name) + (" order by rowid desc" if numbered else "")

    monkeypatch.setattr(vocabulary, "query", backwards)
    with opened(tmp_path) as con:
        one, other = WordIndex.read(catalog), WordIndex.read(con)
        for name in ("by_title", "by_artist", "by_release"):
            assert getattr(one, name).key.tolist() == getattr(other, name).key.tolist()
            assert getattr(one, name).recording.tolist() == getattr(other, name).recording.tolist()
        assert one.recording_no.tolist() == other.recording_no.tolist()
        assert one.texts.tolist() != []
        assert found(con) == found(catalog)


@pytest.mark.parametrize("times", [1, 200])
def test_few_keys_and_many_are_looked_up_alike(
    catalog: duckdb.DuckDBPyConnection, times: int
) -> None:
    borne = WordIndex.read(catalog).by_title
    asked = borne.key[:1].repeat(times)
    places, start, length = borne.bearing_both(asked)
    assert places.tolist() == list(range(times))
    assert set(start.tolist()) == {0}
    assert set(length.tolist()) == {int((borne.key == borne.key[0]).sum())}
    nobody = borne.bearing_both(borne.key[-1:].repeat(times) + 1)
    assert [side.tolist() for side in nobody] == [[], [], []]
