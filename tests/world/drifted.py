"""Reports of a source over years: a quarter with three drifts after clean months, as files."""

from pathlib import Path

import polars as pl

from tests.world.months import DECIMALS, FIRST, Source, name
from tests.world.plants_of_drift import Kind, Plant

CLEAN = 24
"""Months before the quarter."""
PLANTED = FIRST + CLEAN
SAMPLE = Source(
    seed=20_260_901,
    price_noise=0.002,
    plants=(
        Plant(Kind.PRICE, PLANTED, service=0, by=-0.02),
        Plant(Kind.NULLS, PLANTED + 1, service=1, by=0.1),
        Plant(Kind.VANISHED, PLANTED + 2, service=2, territory=1),
    ),
)


def write(folder: Path, source: Source = SAMPLE, months: int = CLEAN + 3) -> list[Path]:
    """The reports of a source, one canonical CSV a month, the earliest first."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for month in range(FIRST, FIRST + months):
        paths.append(folder / f"sales-{name(month)}.csv")
        report(source, month).write_csv(paths[-1])
    return paths


def report(source: Source, month: int) -> pl.DataFrame:
    """The lines of a month with canonical columns."""
    units = pl.col("units")
    size = 10**DECIMALS
    amount = pl.format("{}.{}", units // size, (units % size).cast(pl.String).str.zfill(DECIMALS))
    period = name(month)
    return source.lines(month).select(
        "service",
        "territory",
        pl.lit(f"{period}-01").alias("period_start"),
        pl.lit(f"{period}-28").alias("period_end"),
        "usage",
        "line_type",
        "isrc",
        "title",
        pl.col("quantity").cast(pl.String),
        "currency",
        amount.alias("amount"),
    )
