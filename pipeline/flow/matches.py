"""The table `matches`: what was decided of identities that no exact key settled, and by what."""

import polars as pl

from pipeline.contract.columns import IDENTITY
from pipeline.vocab import Method

NAMED = ("method", "recording_id", "release_id", "score", "margin", "fault")


def told(
    identities: pl.DataFrame, decisions: pl.DataFrame, version: str | None, *beside: str
) -> pl.DataFrame:
    """One row per identity that was matched by likeness or left over.

    Args:
        identities: typed identity columns, in the order of the decisions.
        decisions: of `judging.decide`.
        version: of the catalog that was asked; null where there was none.
        beside: further columns of the identities to keep.

    Returns:
        Those further columns, IDENTITY, method, recording_id, release_id, score, margin, fault,
        candidates (the evidence as a JSON array, best first; null where nothing was compared),
        catalog.
    """
    evidence = pl.format(
        "[{}]",
        pl.col("evidence").list.eval(pl.element().struct.json_encode()).list.join(","),
    )
    rows = identities.select(*beside, *IDENTITY).hstack(
        decisions.select(
            *NAMED,
            pl.when(pl.col("evidence").is_not_null()).then(evidence).alias("candidates"),
            pl.lit(version, dtype=pl.String).alias("catalog"),
        )
    )
    compared = pl.col("method").is_null() | (pl.col("method") == Method.FUZZY.value)
    return rows.filter(compared)


def told_again(lines: pl.DataFrame, version: str | None) -> pl.DataFrame:
    """The same of lines that a replay has decided anew: one row per delivery and identity."""
    keys = ("manifest", "accounting_period", "source")
    distinct = lines.unique([*keys, *IDENTITY], keep="first", maintain_order=True)
    return told(distinct, distinct, version, *keys)
