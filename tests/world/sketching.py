"""Sketches of lines by plain group-bys: rows of the table `drift`, to measure many months fast."""

import polars as pl

from pipeline.contract.columns import DRIFT
from pipeline.vocab_watch import Measure
from tests.world.months import DECIMALS, Source, name

_CELL = ["service", "territory", "month", "currency"]
_SUMS = [pl.len().cast(pl.Int64).alias("lines"), pl.col("quantity").sum(), pl.col("units").sum()]
_BASE = 2**0.25
_HEAVIEST = 1000
_UNIT = pl.lit(f"0.{1:0{DECIMALS}}").cast(pl.Decimal(10, DECIMALS))


def sketch(source: Source, month: int) -> pl.DataFrame:
    """The sketch of a month of a source, with the columns of `DRIFT`."""
    period = name(month)
    lines = source.lines(month).with_columns(month=pl.lit(period))
    frames = [_counted(lines, _CELL, Measure.ALL, "", pl.lit(""))]
    frames += [
        _counted(lines, _CELL, Measure.VALUE, column, pl.col(column))
        for column in ("usage", "line_type")
    ]
    nulls = {column: lines.filter(pl.col(column).is_null()) for column in ("isrc", "title")}
    frames += [
        _counted(bare, _CELL, Measure.NULL, column, pl.lit(""))
        for column, bare in nulls.items()
        if bare.height
    ]
    missing = lines.filter(pl.col("isrc").is_null())
    if missing.height:
        frames.append(_counted(missing, _CELL, Measure.FAULT, "faults", pl.lit("ISRC_MISSING")))
    money = pl.col("units") / 10**DECIMALS
    for column, value in (
        ("quantity", pl.col("quantity")),
        ("amount", money),
        ("rate", money / pl.col("quantity")),
    ):
        bucket = value.log(_BASE).floor().cast(pl.Int64).cast(pl.String)
        bucket = pl.when(value > 0).then(bucket).otherwise(pl.lit("zero"))
        frames.append(_counted(lines, _CELL, Measure.BUCKET, column, bucket))
    whole = lines.with_columns(territory=pl.lit(""), month=pl.lit(""))
    for column in ("isrc", "title"):
        there = whole.filter(pl.col(column).is_not_null())
        frames += _heaviest(_counted(there, _CELL, Measure.VALUE, column, pl.col(column)))
        length = pl.col(column).str.len_chars().cast(pl.String)
        frames.append(_counted(there, _CELL, Measure.LENGTH, column, length))
    return pl.concat(frames).select(
        pl.lit(f"{source.seed:08}{month:08}").alias("manifest"),
        pl.lit(period).alias("accounting_period"),
        pl.lit("world").alias("source"),
        *_CELL,
        "column",
        "measure",
        "value",
        "lines",
        pl.col("quantity").cast(DRIFT["quantity"]),
        (pl.col("units").cast(DRIFT["amount"]) * _UNIT).cast(DRIFT["amount"]).alias("amount"),
    )


def _counted(
    lines: pl.DataFrame, cell: list[str], measure: Measure, column: str, value: pl.Expr
) -> pl.DataFrame:
    sums = lines.with_columns(value=value).group_by(*cell, "value").agg(_SUMS)
    return sums.with_columns(column=pl.lit(column), measure=pl.lit(measure.value)).select(
        *cell, "column", "measure", "value", "lines", "quantity", "units"
    )


def _heaviest(sums: pl.DataFrame) -> list[pl.DataFrame]:
    """The heaviest values of each service and currency, and the sum of the others."""
    group = ["service", "currency"]
    ranked = sums.sort(pl.col("units").abs(), "lines", "value", descending=[True, True, False])
    place = pl.int_range(pl.len()).over(group)
    heavy, light = ranked.filter(place < _HEAVIEST), ranked.filter(place >= _HEAVIEST)
    keys = ["service", "territory", "month", "currency", "column"]
    rest = light.group_by(keys).agg(
        pl.lit(Measure.REST.value).alias("measure"),
        pl.len().cast(pl.String).alias("value"),
        pl.col("lines").sum(),
        pl.col("quantity").sum(),
        pl.col("units").sum(),
    )
    return [heavy, rest.select(heavy.columns)]
