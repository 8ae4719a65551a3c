"""Whether the shares of a line's terms come to one, line by line of `splits/terms.csv`."""

from pathlib import Path

import polars as pl

from pipeline.match.exact import splits_complete
from tests.queries.match.catalogs import opened, table

CASE = Path(__file__).parent / "splits"


def test_shares_come_to_exactly_one_or_not() -> None:
    terms = table(CASE / "terms.csv")
    found = answers(terms)
    assert found["pair"].to_list() == list(range(terms.height))
    assert list(zip(terms["why"], found["complete"], strict=True)) == list(
        zip(terms["why"], terms["complete"] == "true", strict=True)
    )


def test_each_pair_is_answered_alone() -> None:
    terms = table(CASE / "terms.csv")
    forth, back = answers(terms), answers(terms.reverse())
    assert back["complete"].to_list() == forth["complete"].to_list()[::-1]
    assert answers(terms.head(0)).height == 0


def answers(terms: pl.DataFrame) -> pl.DataFrame:
    asked = terms.drop("complete", "why").select(
        pl.int_range(pl.len(), dtype=pl.UInt32).alias("pair"),
        pl.exclude("date"),
        pl.col("date").str.to_date(),
    )
    with opened(CASE) as con:
        return splits_complete(con, asked)
