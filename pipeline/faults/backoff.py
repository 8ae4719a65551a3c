"""Full jitter: the wait before attempt n + 1 is drawn from U(0, min(cap, base·2ⁿ)).

Each draw is a function of (seed, ledger id, attempt) alone, so that neither the order of entries,
nor how they are spread over parts and workers, nor a run after a crash changes a due time. The
generator is SplitMix64 (Steele, Lea, Flood 2014) in numpy: hashes of polars and DuckDB may change
with their versions, and a due time in the ledger must be one that can be computed again.
"""

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.settings import Settings

_HEX_DIGITS = 15  # 60 bits of the id's SHA-256: what fits a signed 64-bit integer
_GOLDEN = 0x9E3779B97F4A7C15
_MIX_1 = np.uint64(0xBF58476D1CE4E5B9)
_MIX_2 = np.uint64(0x94D049BB133111EB)
_MAX_DOUBLINGS = 63  # beyond any cap; keeps 2ⁿ finite

Words = npt.NDArray[np.uint64]


def waits(ids: pl.Series, attempts: pl.Series, settings: Settings) -> pl.Series:
    """Seconds to wait, whole microseconds, one per entry; `wait_s` Float64.

    Args:
        ids: ledger ids, hexadecimal SHA-256, none null.
        attempts: how many attempts each entry has behind it, n.
        settings: `retry_base_s`, `retry_cap_s` and `retry_seed` are read.
    """
    doublings = np.minimum(attempts.to_numpy(), _MAX_DOUBLINGS).astype(np.float64)
    ceilings = np.minimum(settings.retry_cap_s, settings.retry_base_s * np.exp2(doublings))
    drawn = ceilings * uniform(ids, attempts, settings.retry_seed)
    return pl.Series("wait_s", np.floor(drawn * 1e6) / 1e6, dtype=pl.Float64())


def uniform(ids: pl.Series, attempts: pl.Series, seed: int) -> npt.NDArray[np.float64]:
    """Numbers in [0, 1), 53 bits each, one per entry."""
    words = ids.str.head(_HEX_DIGITS).str.to_integer(base=16).to_numpy().astype(np.uint64)
    words = _mixed(words ^ np.uint64(seed % 2**64))
    words = _mixed(words + attempts.to_numpy().astype(np.uint64) * np.uint64(_GOLDEN))
    return (words >> np.uint64(11)).astype(np.float64) * 2.0**-53


def _mixed(words: Words) -> Words:
    """One SplitMix64 step per word; arithmetic modulo 2⁶⁴ is meant."""
    words = words + np.uint64(_GOLDEN)
    words = (words ^ (words >> np.uint64(30))) * _MIX_1
    words = (words ^ (words >> np.uint64(27))) * _MIX_2
    mixed: Words = words ^ (words >> np.uint64(31))
    return mixed
