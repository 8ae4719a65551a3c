"""The rate of false findings, held over all columns and cells of a delivery at once.

Benjamini and Hochberg (1995) with weights (Genovese, Roeder and Wasserman 2006). Their procedure,
and not the stricter one of Benjamini and Yekutieli that costs a factor ln(tests), because tests of
cells that lie within one another go up and down together, which it allows for (Benjamini and
Yekutieli 2001, theorem 1.2); what is left to doubt is measured on clean months.
"""

import numpy as np

from pipeline.watch.student import Floats

FALSE_SHARE = 0.05
"""Of findings that may be false. Where nothing has changed any finding is false: then this is the
chance of one in a delivery, some 0.6 in a year of months."""


def weights(families: list[int]) -> Floats:
    """The weight of each test: every family has the same part of the whole, whatever its size.

    A handful of services would else be judged as if they were as many as all their titles.

    Args:
        families: how many tests each has.
    """
    sizes = [size for size in families if size]
    tests = sum(sizes)
    return np.concatenate(
        [np.full(size, tests / (len(sizes) * size)) for size in sizes] or [np.zeros(0)]
    )


def q_values(chances: Floats, weight: Floats) -> Floats:
    """The share of false ones among tests at least as unlikely as each, at most 1.

    Args:
        chances: of each test where nothing has changed.
        weight: of each test; their mean is 1.
    """
    if not len(chances):
        return np.zeros(0)
    weighted = np.minimum(chances / weight, 1.0)
    order = np.argsort(weighted, kind="stable")
    ranked = weighted[order] * len(chances) / np.arange(1, len(chances) + 1)
    found = np.empty_like(ranked)
    found[order] = np.minimum(np.minimum.accumulate(ranked[::-1])[::-1], 1.0)
    return found


def last_chance(q: Floats, weight: Floats) -> Floats:
    """The chance below which each test is a finding, given how many are; for its limit."""
    found = max(int((q <= FALSE_SHARE).sum()), 1)
    return np.minimum(FALSE_SHARE * weight * found / max(len(q), 1), 1.0)
