"""Program: decides damaged identities over a catalog and tells time and memory as JSON.

python -m tests.bench.match_speed VERSION_FILE IDENTITIES
"""

import json
import random
import resource
import sys
import time
from pathlib import Path

import duckdb
import polars as pl

from pipeline.contract.columns import IDENTITY
from pipeline.flow.rulings import lay_out
from pipeline.match.ladder import Policy, resolve
from pipeline.store import books
from pipeline.store.records import RECORDS

SEED = 20_261_124
_DRAWN = (
    "select r.recording_id, r.title, r.version, r.artist, r.duration_s,"
    " min(l.title) as release_title from catalog.recordings as r"
    " left join catalog.tracks as t on r.recording_id = t.recording_id"
    " left join catalog.releases as l on t.release_id = l.release_id"
    " where hash(r.recording_id) % (select greatest(count(*) // ($wanted * 5 // 4), 1)"
    " from catalog.recordings) = 0 group by all order by r.recording_id limit $wanted"
)


def drawn(con: duckdb.DuckDBPyConnection, wanted: int) -> pl.DataFrame:
    """Recordings of the catalog attached as `catalog`, the same ones every time."""
    rows: pl.DataFrame = con.sql(_DRAWN, params={"wanted": wanted}).pl()
    return rows


def damaged(text: str | None, draw: random.Random) -> str | None:
    """A letter lost, doubled, or swapped with the next."""
    if not text or len(text) < 4:
        return text
    at = draw.randrange(len(text) - 1)
    match draw.randrange(3):
        case 0:
            return text[:at] + text[at + 1 :]
        case 1:
            return text[:at] + text[at] + text[at:]
        case _:
            return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def identities(rows: pl.DataFrame) -> pl.DataFrame:
    """What a report without identifiers says of recordings: no title as the catalog has it."""
    draw = random.Random(SEED)
    said = [
        {
            **row,
            "title": damaged(row["title"], draw),
            "artist": damaged(row["artist"], draw) if draw.random() < 0.3 else row["artist"],
        }
        for row in rows.iter_rows(named=True)
    ]
    given = pl.DataFrame(said, schema=rows.schema)
    return given.select(
        pl.col(name).cast(dtype) if name in given.columns else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in IDENTITY.items()
    )


def main(version: Path, wanted: int) -> dict[str, float]:
    """Seconds and peak memory of deciding, and how many were decided right."""
    with books.connect(None) as con:
        con.execute(f"ATTACH {books.literal(str(version))} AS catalog (READ_ONLY)")
        lay_out(con, pl.DataFrame(schema=RECORDS["decisions"]))
        rows = drawn(con, wanted)
        asked = identities(rows)
        begun, worked = time.perf_counter(), time.process_time()
        found = resolve(con, asked, "bench", Policy())
        seconds, cpu = time.perf_counter() - begun, time.process_time() - worked
    matched = found["recording_id"].is_not_null()
    right = (found["recording_id"] == rows["recording_id"]).fill_null(value=False)
    return {
        "identities": asked.height,
        "seconds": round(seconds, 2),
        "cpu_s": round(cpu, 2),
        "peak_mib": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1),
        "matched": int(matched.sum()),
        "right": int(right.sum()),
    }


if __name__ == "__main__":
    print(json.dumps(main(Path(sys.argv[1]), int(sys.argv[2]))))
