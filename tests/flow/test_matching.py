"""A report without identifiers: matched by likeness through ingest, told, and found by a retry."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipeline.match.candidates import candidates
from pipeline.match.ladder import Policy, resolve
from pipeline.settings import Settings
from tests.bench.matching.decoys import among_decoys
from tests.bench.matching.sets import FOLDER, LabelledSet, musicbrainz
from tests.flow.homes import asked, take
from tests.queries.match.catalogs import opened

pytestmark = pytest.mark.realdata


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if not FOLDER.exists():
        pytest.skip(f"{FOLDER} is not there")
    from datetime import UTC, datetime

    from pipeline.flow import catalog

    folder = tmp_path_factory.mktemp("matching")
    labelled = musicbrainz()
    home = folder / "home"
    home.mkdir()
    catalog.load(home, labelled.write(folder / "offered"), True, datetime.now(UTC))
    report = folder / "sales_2026-09.csv"
    labelled.reported.select(
        "title", "artist", "release_title", "duration_s",
        release_date=pl.col("release_date").dt.year().cast(pl.String),
        dsp_asset_id=labelled.wanted.fill_null(""),
        amount=pl.lit("0.01"), currency=pl.lit("EUR"), quantity=pl.lit("1"),
    ).write_csv(report)  # fmt: skip
    take(report, home)
    return home


def test_precision_and_recall_are_what_was_asked_for(home: Path) -> None:
    [(right, chosen)] = asked(
        home, "SELECT count_if(recording_id = dsp_asset_id), count(*) FROM sales"
    )
    wanted = musicbrainz().wanted.drop_nulls().len()
    assert right / chosen >= 0.998
    assert right / wanted >= 0.90


@pytest.mark.parametrize("among", [lambda labelled: labelled, among_decoys], ids=["own", "decoys"])
def test_a_large_catalog_of_decoys_leads_few_astray(
    among: Callable[[LabelledSet], LabelledSet], tmp_path: Path
) -> None:
    labelled = among(musicbrainz())
    with opened(labelled.write(tmp_path)) as con:
        decided = resolve(con, labelled.reported, "dsp", Policy())["recording_id"]
        offered = candidates(con, labelled.reported)
        ids = con.sql(
            "SELECT rowid::uinteger AS recording_no, recording_id FROM catalog.recordings"
        )
        offered = offered.join(ids.pl(), on="recording_no")
    wanted = labelled.wanted.alias("recording_id").to_frame().with_row_index("identity")
    wanted = wanted.drop_nulls()
    right = (decided == labelled.wanted).sum()
    assert right / decided.count() >= 0.998
    assert right / wanted.height >= 0.90
    there = wanted.join(offered, on=["identity", "recording_id"], how="semi").height
    # What decoys push out is damaged so far that it would not be accepted.
    assert there / wanted.height >= (0.99 if among is not among_decoys else 0.985)


def test_each_fuzzy_sale_has_its_score_and_its_evidence(home: Path) -> None:
    sold = asked(home, "SELECT count(*), min(score) FROM sales WHERE method = 'fuzzy'")
    assert sold[0][0] > 1000
    assert sold[0][1] > 0.85
    told = asked(home, "SELECT recording_id, score, candidates FROM matches WHERE method = 'fuzzy'")
    for recording, score, evidence in told:
        best = json.loads(evidence)[0]
        assert (best["recording_id"], best["score"], best["vetoes"]) == (recording, score, [])


def test_no_other_version_or_number_is_accepted(home: Path) -> None:
    """By the catalog's own titles: markers and numbers of what was matched are the same."""
    told = asked(home, "SELECT candidates FROM matches WHERE method = 'fuzzy'")
    assert not any(
        {"version", "version_name", "number"} & set(json.loads(text)[0]["vetoes"])
        for (text,) in told
    )


def test_settings_name_the_margin_and_the_floor() -> None:
    assert (Settings().match_margin, Settings().isrc_text_floor) == (0.02, 0.4)
