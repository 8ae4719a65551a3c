"""Digests of distinct texts and payloads, as lanes of 64 bits."""

import hashlib
from functools import cache

import duckdb
import polars as pl

from pipeline.contract.line_hash import Lanes, lanes
from pipeline.store import books
from pipeline.store.sql import query

FEW = 4_096
"""From so many on DuckDB hashes: it lets other threads work meanwhile. Fewer cost it twice the time
that Python takes."""


def digests(told: pl.Series) -> Lanes:
    """A hash of each text or payload, in order: the first 128 bits of its SHA-256."""
    if len(told) < FEW:
        payloads = told.cast(pl.Binary).to_list()
        own = [hashlib.sha256(payload).digest() for payload in payloads]
        return lanes(pl.Series("digest", own, dtype=pl.Binary))
    with _session().cursor() as con:
        con.register("told", told.alias("told").to_frame())
        answer: pl.DataFrame = con.sql(query("seen/digests")).pl()
        con.unregister("told")
    return lanes(answer["digest"])


@cache
def _session() -> duckdb.DuckDBPyConnection:
    """One session for all questions."""
    return books.connect(None)
