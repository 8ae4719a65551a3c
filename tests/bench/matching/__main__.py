"""Command: precision, recall and F1 of matching by set and method, and how fast it is.

Skips, with a reason, what lies beside the repo and is not there.
"""

import json
import sys
from pathlib import Path
from typing import Any

import polars as pl

from tests.bench.inputs import Inputs
from tests.bench.matching.decoys import among_decoys
from tests.bench.matching.methods import Chosen, chosen
from tests.bench.matching.sets import FOLDER, LabelledSet, itunes_amazon, musicbrainz
from tests.bench.process import ROOT, BenchFailed, run

OUT = ROOT / "data" / "bench" / "matching.json"
RECORDINGS = 1_000_000
SIZES = (1_000, 3_000, 100_000)
"""Identities that are decided over so many recordings."""
SMALLER = (100_000, 30_000, 10_000, 1_000)
PEER_LIMIT_S = 600
"""A peer that does not end in time is given the next smaller job."""


def rates(labelled: LabelledSet, result: Chosen, level: str, weight: pl.Series) -> dict[str, Any]:
    """Precision, recall and F1, each line weighing what it is given."""
    songs = labelled.songs
    rows = result.rows.with_columns(labelled.wanted.alias("wanted"), weight.alias("weight"))
    for name in ("recording_id", "wanted"):
        named = songs.rename({"recording_id": name, "song": f"{name}_song"})
        rows = rows.join(named, on=name, how="left", maintain_order="left")
    suffix = "_song" if level == "song" else ""
    right = (pl.col(f"recording_id{suffix}") == pl.col(f"wanted{suffix}")).fill_null(value=False)
    told = rows.select(
        right=pl.col("weight").filter(right).sum(),
        chosen=pl.col("weight").filter(pl.col("recording_id").is_not_null()).sum(),
        there=pl.col("weight").filter(pl.col("wanted").is_not_null()).sum(),
        wrong=(pl.col("recording_id").is_not_null() & ~right).sum(),
    ).row(0, named=True)
    precision = told["right"] / told["chosen"] if told["chosen"] else 1.0
    recall = told["right"] / told["there"]
    f1 = 2 * precision * recall / (precision + recall) if precision + recall else 0.0
    return {
        "precision": round(precision, 4), "recall": round(recall, 4), "f1": round(f1, 4),
        "wrong": told["wrong"],
    }  # fmt: skip


def measured(labelled: LabelledSet, alone: bool) -> list[dict[str, Any]]:
    """One row per method, level and weight."""
    one = pl.Series("weight", [1.0]).new_from_index(0, labelled.reported.height)
    return [
        {
            "set": labelled.name, "method": result.method, "level": level, "weighed": weighed,
            **rates(labelled, result, level, weight), "seconds": round(result.seconds, 2),
            "offered": round(result.offered, 4),
        }
        for result in chosen(labelled, alone)
        for level in ("song", "release")
        for weighed, weight in (("lines", one), ("money", labelled.amounts))
    ]  # fmt: skip


def speed() -> list[dict[str, Any]]:
    """Deciding damaged identities over a made catalog, each job in a process of its own."""
    inputs = Inputs(ROOT / "data" / "bench", 0, RECORDINGS, ROOT / ".venv-bench" / "bin" / "python")
    version = next((inputs.home / "catalog").glob("*.duckdb"))
    jobs = [_job(inputs.python, "match_speed", version, size) for size in SIZES]
    for size in SMALLER:
        try:
            return [*jobs, _job(inputs.python, "peers.splink_speed", version, size, PEER_LIMIT_S)]
        except BenchFailed as failed:
            print(f"Splink, {size:,} identities: {failed}", file=sys.stderr)
    return jobs


def _job(
    python: Path, program: str, version: Path, size: int, limit_s: float | None = None
) -> dict[str, Any]:
    """One run; processor time and memory are those of the work and of the whole process."""
    module = f"tests.bench.{program}"
    command: list[str | Path] = [python, "-m", "tests.bench.as_command", module, version, str(size)]
    done = run(command, watch=True, limit_s=limit_s)
    return {"program": program, **done.told, "peak_anon_mib": round(done.anon_mib)}


def main() -> int:
    """Measure, print, save."""
    rows: list[dict[str, Any]] = []
    if FOLDER.exists():
        rows += measured(musicbrainz(), alone=False)
        rows += measured(among_decoys(musicbrainz()), alone=False)
        rows += measured(itunes_amazon(), alone=True)
    else:
        print(f"labelled sets skipped: {FOLDER} is not there", file=sys.stderr)
    with pl.Config(tbl_rows=-1, tbl_cols=-1, tbl_hide_column_data_types=True, tbl_width_chars=160):
        print(pl.DataFrame(rows))
    told: dict[str, Any] = {"rates": rows}
    if "--no-speed" not in sys.argv:
        told["speed"] = speed()
        print(pl.DataFrame(told["speed"]))
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(json.dumps(told, indent=2) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
