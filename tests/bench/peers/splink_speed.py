"""Program: the job of `match_speed` in Splink 5, trained without labels; time and memory as JSON.

python -m tests.bench.peers.splink_speed VERSION_FILE IDENTITIES

It reads our folded texts and finds its own candidates: by artist and release, artist and length,
release and length, or title and artist. Preparing the texts is in its time, as it is in ours.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from pipeline.contract.text_parts import artist_parts, release_parts, title_parts
from tests.bench.match_speed import drawn, identities

THRESHOLD = 0.85
_CATALOG = (
    "select r.recording_id, r.title, r.version, r.artist, r.duration_s,"
    " min(l.title) as release_title from catalog.recordings as r"
    " left join catalog.tracks as t on r.recording_id = t.recording_id"
    " left join catalog.releases as l on t.release_id = l.release_id group by all"
)


def parts(rows: pl.DataFrame, ids: pl.Series) -> pl.DataFrame:
    """What Splink compares, one row per recording or identity."""
    titles = title_parts(rows.select("title", "version"))
    return pl.DataFrame(
        [
            ids.cast(pl.String).alias("unique_id"),
            titles["core"].replace("", None).alias("title"),
            titles["markers"].replace("", None).alias("markers"),
            artist_parts(rows["artist"])["credited"].alias("artist"),
            release_parts(rows["release_title"])["release"].alias("release_title"),
            rows["duration_s"].cast(pl.Int64).alias("duration_s"),
        ]
    )


def linked(asked: pl.DataFrame, known: pl.DataFrame) -> pl.DataFrame:
    """The likeliest recording of each identity whose probability is above the threshold."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    api = DuckDBAPI(connection=duckdb.connect())
    frames = [
        api.register(frame.to_arrow(), dataset_display_name=name)
        for name, frame in (("a_sales", asked), ("b_catalog", known))
    ]
    settings = SettingsCreator(
        link_type="link_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("title", [0.95, 0.88, 0.7]),
            cl.JaroWinklerAtThresholds("artist", [0.95, 0.88, 0.7]),
            cl.JaroWinklerAtThresholds("release_title", [0.95, 0.8]),
            cl.ExactMatch("duration_s"),
            cl.ExactMatch("markers"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("artist", "release_title"),
            block_on("artist", "duration_s"),
            block_on("release_title", "duration_s"),
            block_on("title", "artist"),
        ],
        retain_matching_columns=False,
    )
    linker = Linker(frames, settings, log_level="ERROR")
    training = linker.training
    training.estimate_probability_two_random_records_match(
        [block_on("title", "artist", "release_title")], recall=0.3
    )
    training.estimate_u_using_random_sampling(max_pairs=1e6, seed=1)
    for rule in (block_on("artist", "release_title"), block_on("title", "duration_s")):
        training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_probability=THRESHOLD)
    pairs: pl.DataFrame = found.as_duckdbpyrelation().pl()
    return pairs.sort(
        "unique_id_l", "match_probability", "unique_id_r", descending=[False, True, False]
    ).unique("unique_id_l", keep="first", maintain_order=True)


def main(version: Path, wanted: int) -> dict[str, Any]:
    """Seconds and peak memory, and how many were linked right."""
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{version}' AS catalog (READ_ONLY)")
        rows = drawn(con, wanted)
        asked = identities(rows)
        begun, worked = time.perf_counter(), time.process_time()
        recordings = con.sql(_CATALOG).pl()
    best = linked(
        parts(asked, pl.Series(range(asked.height))), parts(recordings, recordings["recording_id"])
    )
    seconds, cpu = time.perf_counter() - begun, time.process_time() - worked
    truth = rows["recording_id"].gather(best["unique_id_l"].cast(pl.UInt32))
    return {
        "identities": asked.height,
        "seconds": round(seconds, 2),
        "cpu_s": round(cpu, 2),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "matched": best.height,
        "right": int((truth == best["unique_id_r"]).sum()),
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
