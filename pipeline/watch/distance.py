"""How far two distributions are apart: PSI, Jensen–Shannon and Kolmogorov–Smirnov."""

import numpy as np

from pipeline.watch.student import Floats


def stability(now: Floats, before: Floats) -> Floats:
    """The population stability index: the divergences of both directions, over the last axis.

    Half a line stands in place of nothing, so that it is finite.

    Args:
        now: counts.
        before: counts or weights, of any sum.
    """
    total = now.sum(axis=-1, keepdims=True)
    scaled = before * (total / np.maximum(before.sum(axis=-1, keepdims=True), 1e-300))
    some = (now > 0) | (scaled > 0)
    mine, theirs = np.maximum(now, 0.5 * some), np.maximum(scaled, 0.5 * some)
    mine, theirs = _shares(mine), _shares(theirs)
    logs = np.log(np.where(some, mine, 1)) - np.log(np.where(some, theirs, 1))
    found: Floats = ((mine - theirs) * logs).sum(axis=-1)
    return found


def jensen_shannon(now: Floats, before: Floats) -> Floats:
    """The Jensen–Shannon distance with logarithms to the base 2: from 0, the same, to 1, apart."""
    mine, theirs = _shares(now), _shares(before)
    middle = (mine + theirs) / 2
    divergence = (_divergence(mine, middle) + _divergence(theirs, middle)) / 2
    found: Floats = np.sqrt(np.maximum(divergence, 0))
    return found


def kolmogorov_smirnov(now: Floats, before: Floats) -> Floats:
    """The largest difference of the cumulated shares, over bins in their order."""
    apart = np.abs(np.cumsum(_shares(now), axis=-1) - np.cumsum(_shares(before), axis=-1))
    found: Floats = apart.max(axis=-1)
    return found


def moved(now: Floats, before: Floats) -> float:
    """The share of lines that would have to say something else to be spread as before."""
    return float(np.abs(_shares(now) - _shares(before)).sum() / 2)


def moved_far(now: Floats, before: Floats) -> float:
    """The share of lines that must have moved by more than one bin, over bins in their order.

    A price that many lines share may cross a bin's edge by a hair, and all of them with it.
    """
    mine, theirs = np.cumsum(_shares(now)), np.cumsum(_shares(before))
    ahead, behind = np.append(mine[1:], 1.0), np.append(theirs[1:], 1.0)
    return float(max((mine - behind).max(), (theirs - ahead).max(), 0.0))


def _shares(counts: Floats) -> Floats:
    found: Floats = counts / np.maximum(counts.sum(axis=-1, keepdims=True), 1e-300)
    return found


def _divergence(mine: Floats, theirs: Floats) -> Floats:
    """Of Kullback and Leibler, in bits."""
    some = mine > 0
    ratio = np.where(some, mine, 1) / np.where(some, theirs, 1)
    found: Floats = (mine * np.log2(ratio)).sum(axis=-1)
    return found
