"""What money is at stake: packed by item, and the order of items by it."""

import polars as pl

MONEY = pl.List(
    pl.Struct(
        {
            "currency": pl.String(),
            "lines": pl.Int64(),
            "quantity": pl.Decimal(38, 6),
            "amount": pl.Decimal(38, 18),
        }
    )
)


def weighed(rows: pl.DataFrame, money: pl.DataFrame, key: str) -> pl.DataFrame:
    """Rows with their lines and money, the most at stake first.

    Amounts of several currencies cannot be compared: the largest of each currency come first, then
    the second largest of each. What a return takes back is as much at stake as what a sale gives.

    Args:
        rows: one row per `key`.
        money: key, currency, lines, quantity, amount and absolute, one row or several per key and
            currency.
        key: the column.
    """
    summed = money.group_by(key, "currency").agg(
        pl.col("lines", "quantity", "amount", "absolute").sum()
    )
    placed = summed.with_columns(
        money_rank=pl.col("absolute").rank("min", descending=True).over("currency")
    ).sort(key, "currency")
    packed = placed.group_by(key).agg(
        pl.col("lines").sum().cast(pl.Int64),
        pl.struct("currency", pl.col("lines").cast(pl.Int64), "quantity", "amount").alias("money"),
        pl.col("money_rank").min(),
    )
    joined = rows.join(packed, on=key, how="left")
    ordered = joined.sort(
        "money_rank", "lines", key, descending=[False, True, False], nulls_last=True
    )
    return ordered.drop("money_rank").with_columns(
        pl.col("lines").fill_null(0), pl.col("money").cast(MONEY).fill_null([])
    )
