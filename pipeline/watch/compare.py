"""This period of a source against its own past: what has changed, each cause once."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.vocab_watch import Finding
from pipeline.watch.discovery import FALSE_SHARE, last_chance, q_values, weights
from pipeline.watch.expectation import Verdict
from pipeline.watch.explain import Node, causes
from pipeline.watch.family import shifted
from pipeline.watch.past import Calendar
from pipeline.watch.price import prices
from pipeline.watch.shapes import shapes
from pipeline.watch.shares import faults, nulls, unseen
from pipeline.watch.student import critical
from pipeline.watch.totals import totals

_NESTED = (Finding.RATE, Finding.MONEY, Finding.VOLUME)


def tested(rows: pl.DataFrame, calendar: Calendar, *, whole: bool) -> pl.DataFrame:
    """All tests of a period, with `q_value`, `limit` (a deviation) and whether they `changed`.

    Args:
        rows: of the sketches of all periods, with `place`.
        calendar: the source's.
        whole: whether all of the period's reports are in: if not, nothing is told of its totals.
    """
    families = prices(rows, calendar)
    if whole:
        families += totals(rows, calendar)
    families += [
        nulls(rows, calendar),
        faults(rows, calendar),
        unseen(rows, calendar),
        shapes(rows, calendar),
    ]
    weight = weights([one.height for one in families])
    tests = pl.concat(families)
    q = q_values(tests["chance"].to_numpy(), weight)
    chance = last_chance(q, weight)
    freedom, scale = tests["freedom"].to_numpy(), tests["scale"].to_numpy()
    limit = np.maximum(critical(chance, freedom) * scale, tests["least"].to_numpy())
    changed = (q <= FALSE_SHARE) & (np.abs(tests["deviation"].to_numpy()) >= tests["least"].to_numpy())
    return tests.with_columns(q_value=q, deviation_limit=limit, changed=changed)
