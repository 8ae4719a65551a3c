"""The rate of false findings, held over all columns and cells of a delivery at once.

Benjamini and Hochberg (1995), with weights (Genovese, Roeder and Wasserman 2006). Their procedure,
and not the stricter one of Benjamini and Yekutieli that costs a factor ln(tests): cells that lie in
one another go up and down together, and for such tests it holds (Benjamini and Yekutieli 2001).

What counts are the causes that are told, not the tests that see them. A service that pays less is
seen by the tests of each of its territories; were all of them counted, each would allow for more
false ones elsewhere. So the chance that is allowed goes by the number of causes (focused BH:
Katsevich, Sabatti and Bogomolov 2023). What is left to doubt is measured on clean months.
"""

import numpy as np

from pipeline.watch.student import Floats

FALSE_SHARE = 0.05
"""Of findings that may be false. Where nothing has changed any finding is false: then this is the
chance of one in a delivery, some 0.6 in a year of months."""


def weights(families: list[int]) -> Floats:
    """The weight of each test, 1 in the mean: every family has the same part of the whole.

    A handful of services would else be judged as if they were as many as all their territories.

    Args:
        families: how many tests each has.
    """
    sizes = [size for size in families if size]
    tests = sum(sizes)
    return np.concatenate(
        [np.zeros(0), *(np.full(size, tests / (len(sizes) * size)) for size in sizes)]
    )


def candidates(chances: Floats, weight: Floats) -> int:
    """How many tests Benjamini and Hochberg would call findings: no fewer than there are causes.

    Args:
        chances: of each test where nothing has changed.
        weight: of each test.
    """
    ranked = np.sort(chances / weight) * len(chances)
    beyond = np.flatnonzero(ranked <= FALSE_SHARE * np.arange(1, len(chances) + 1))
    return int(beyond[-1]) + 1 if len(beyond) else 0


def allowed(weight: Floats, causes: int) -> Floats:
    """The chance up to which each test is a finding where so many causes are told."""
    return np.minimum(FALSE_SHARE * weight * causes / max(len(weight), 1), 1.0)
