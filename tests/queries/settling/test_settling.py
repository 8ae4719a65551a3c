"""Who leads: each group of rows of `rivals.csv` is one identity's candidates, the best first."""

from pathlib import Path

import polars as pl
import pytest

from pipeline.match import settling
from tests.queries.match.catalogs import table

RIVALS = table(Path(__file__).with_name("rivals.csv")).with_columns(
    case=pl.col("why").is_not_null().cum_sum()
)
NUMBERS = ("score", "title", "artist", "release_title", "duration")
CASES = [rows for _, rows in RIVALS.group_by("case", maintain_order=True)]


def candidates(rows: pl.DataFrame) -> pl.DataFrame:
    numbers = [pl.col(name).cast(pl.Float64) for name in NUMBERS]
    return rows.select(
        *numbers,
        identity=pl.lit(0, pl.UInt32),
        recording_no=pl.int_range(pl.len(), dtype=pl.UInt32),
        isrc=pl.lit(None, pl.String),
        song=pl.col("song").hash(),
        terms=pl.col("terms").cast(pl.Int64),
        length_s=pl.col("length_s").cast(pl.Int64),
        release_date=pl.lit(None, pl.Float64),
        label=pl.lit(None, pl.Float64),
    )


@pytest.mark.parametrize("rows", CASES, ids=[rows["why"][0] for rows in CASES])
def test_who_leads(rows: pl.DataFrame) -> None:
    free = rows["splits_in_catalog"][0] == "no"
    [told] = settling.best(candidates(rows), 0.02, free=free).to_dicts()
    assert told["recording_no_of"] == 0
    assert told["led"] == (rows["led"][0] == "yes")
