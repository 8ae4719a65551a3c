"""What is compared: the ladder, two scores of rapidfuzz and Splink, all on the same pairs."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import polars as pl
from rapidfuzz import fuzz, process

from pipeline.contract.text_parts import artist_parts, release_parts, title_parts
from pipeline.flow import catalog
from pipeline.flow.rulings import lay_out
from pipeline.match.candidates import candidates
from pipeline.match.ladder import THRESHOLD, Policy, resolve
from pipeline.store import books
from pipeline.store.records import RECORDS
from tests.bench.matching.sets import LabelledSet


@dataclass(frozen=True)
class Chosen:
    """What a method chose for each line: recording_id and method, null where it refuses.

    Attributes:
        offered: the share of the lines with a recording for which that one was among the pairs.
    """

    method: str
    rows: pl.DataFrame
    seconds: float
    offered: float = 1.0


def chosen(labelled: LabelledSet, alone: bool) -> list[Chosen]:
    """Every method's choice.

    Args:
        labelled: the set.
        alone: whether line n may be recording n and no other, as in sets of labelled pairs.
    """
    with TemporaryDirectory() as made, books.connect(None) as con:
        home = Path(made)
        offered = labelled.write(home / "offered")
        loaded = catalog.load(home, offered, True, datetime.now(UTC))
        con.execute(f"ATTACH {books.literal(str(loaded.path))} AS catalog (READ_ONLY)")
        lay_out(con, pl.DataFrame(schema=RECORDS["decisions"]))
        begun = time.perf_counter()
        ours = _ours(con, labelled, alone)
        seconds = time.perf_counter() - begun
        pairs = _pairs(con, labelled, alone)
    results = [Chosen("royalty", ours, seconds)]
    results += [_fuzz(name, labelled, pairs, scorer) for name, scorer in _SCORERS.items()]
    share = _offered(labelled, pairs)
    return [replace(one, offered=share) for one in (*results, _splink(labelled, pairs))]


def _offered(labelled: LabelledSet, pairs: pl.DataFrame) -> float:
    wanted = labelled.wanted.alias("recording_id").to_frame().with_row_index("line").drop_nulls()
    return wanted.join(pairs, on=["line", "recording_id"], how="semi").height / wanted.height


def _ours(con: duckdb.DuckDBPyConnection, labelled: LabelledSet, alone: bool) -> pl.DataFrame:
    found = resolve(con, labelled.reported, "bench", Policy())
    if not alone:
        return found.select("recording_id", "method")
    # A catalog of the right-hand lines holds many twice: what counts is the labelled pair.
    mine = labelled.recordings["recording_id"]
    told = found.select("evidence").with_columns(mine=mine).with_row_index("line")
    pair = (
        told.explode("evidence").unnest("evidence").filter(pl.col("recording_id") == pl.col("mine"))
    )
    good = pair.filter(pl.col("score") > THRESHOLD).select("line", "recording_id")
    rows = told.select("line").join(good, on="line", how="left", maintain_order="left")
    return rows.select("recording_id", method=pl.lit("fuzzy"))


def _pairs(con: duckdb.DuckDBPyConnection, labelled: LabelledSet, alone: bool) -> pl.DataFrame:
    """Line and recording_id: the candidates that the ladder itself looks at."""
    if alone:
        return labelled.recordings.select("recording_id").with_row_index("line")
    found = candidates(con, labelled.reported)
    ids = con.sql("select rowid::uinteger as recording_no, recording_id from catalog.recordings")
    return found.join(ids.pl(), on="recording_no", maintain_order="left").select(
        "recording_id", line="identity"
    )


_SCORERS: dict[str, Callable[..., float]] = {
    "rapidfuzz token_sort": fuzz.token_sort_ratio,
    "rapidfuzz WRatio": fuzz.WRatio,
}


def _texts(rows: pl.DataFrame) -> pl.Series:
    return rows.select(
        pl.concat_str("title", "artist", separator=" ", ignore_nulls=True)
    ).to_series()


def _fuzz(
    name: str, labelled: LabelledSet, pairs: pl.DataFrame, scorer: Callable[..., float]
) -> Chosen:
    """The best candidate above the threshold, by title and artist as they are written."""
    begun = time.perf_counter()
    place = labelled.recordings.select("recording_id").with_row_index("right")
    joined = pairs.join(place, on="recording_id", maintain_order="left")
    left = _texts(labelled.reported).gather(joined["line"]).to_list()
    right = _texts(labelled.recordings).gather(joined["right"]).to_list()
    scores = process.cpdist(left, right, scorer=scorer, workers=-1) / 100.0
    scored = joined.with_columns(score=pl.Series(scores))
    return Chosen(name, _best(labelled, scored), time.perf_counter() - begun)


def _best(labelled: LabelledSet, scored: pl.DataFrame) -> pl.DataFrame:
    best = (
        scored.filter(pl.col("score") > THRESHOLD)
        .sort("line", "score", "recording_id", descending=[False, True, False])
        .unique("line", keep="first", maintain_order=True)
    )
    lines = pl.DataFrame({"line": range(labelled.reported.height)}, schema={"line": pl.UInt32})
    return lines.join(best, on="line", how="left", maintain_order="left").select(
        "recording_id", method=pl.lit("score")
    )


def _parts(
    rows: pl.DataFrame, ids: pl.Series, release: pl.Series, candidates_of: pl.Series
) -> pl.DataFrame:
    titles = title_parts(rows.select("title", version=pl.lit(None, pl.String)))
    artists = artist_parts(rows["artist"])
    releases = release_parts(release)
    return pl.DataFrame(
        [
            ids.cast(pl.String).alias("unique_id"),
            titles["core"].replace("", None).alias("title"),
            artists["credited"].alias("artist"),
            releases["release"].alias("release_title"),
            rows["duration_s"].cast(pl.Int64).alias("duration_s"),
            candidates_of.alias("candidates"),
        ]
    )


def _splink(labelled: LabelledSet, pairs: pl.DataFrame) -> Chosen:
    """Splink 5, trained without labels, its probability above the threshold."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    begun = time.perf_counter()
    grouped = pairs.group_by("line").agg("recording_id")
    lines = pl.DataFrame({"line": range(labelled.reported.height)}, schema={"line": pl.UInt32})
    listed = lines.join(grouped, on="line", how="left", maintain_order="left")["recording_id"]
    titled = labelled.tracks.join(labelled.releases, on="release_id").select(
        "recording_id", album="title"
    )
    ids = labelled.recordings["recording_id"]
    albums = ids.to_frame().join(titled, on="recording_id", how="left", maintain_order="left")
    sales = _parts(labelled.reported, lines["line"], labelled.reported["release_title"], listed)
    known = _parts(
        labelled.recordings, ids, albums["album"],
        pl.Series([[]] * len(ids), dtype=pl.List(pl.String)),
    )  # fmt: skip
    con = duckdb.connect()
    api = DuckDBAPI(connection=con)
    frames = [
        api.register(frame.to_arrow(), dataset_display_name=name)
        for name, frame in (("a_sales", sales), ("b_catalog", known))
    ]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("title", [0.95, 0.88, 0.7]),
            cl.JaroWinklerAtThresholds("artist", [0.95, 0.88, 0.7]),
            cl.JaroWinklerAtThresholds("release_title", [0.95, 0.8]),
            cl.ExactMatch("duration_s"),
        ],
        blocking_rules_to_generate_predictions=[
            {
                "blocking_rule": "list_contains(l.candidates, r.unique_id)",
                "sql_dialect": "duckdb",
            }
        ],
        retain_matching_columns=False,
    )
    linker = Linker(frames, settings, log_level="ERROR")
    linker.training.estimate_probability_two_random_records_match(
        [block_on("title", "artist")], recall=0.7
    )
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("title"), block_on("artist")):
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict().as_duckdbpyrelation().pl()
    scored = found.select(
        line=pl.col("unique_id_l").cast(pl.UInt32),
        recording_id="unique_id_r",
        score="match_probability",
    )
    return Chosen("Splink 5", _best(labelled, scored), time.perf_counter() - begun)
