"""Waits by full jitter: bounded, spread, and a function of seed, entry and attempt alone."""

import hashlib

import numpy as np
import polars as pl
import pytest

from pipeline.faults.backoff import uniform, waits
from pipeline.settings import Settings

MANY = pl.Series([hashlib.sha256(str(n).encode()).hexdigest() for n in range(20_000)])
NONE_YET = pl.Series([0] * len(MANY), dtype=pl.UInt32)
U64 = 2**64


def test_draws_are_those_of_splitmix64_in_whole_numbers() -> None:
    def mixed(word: int) -> int:
        word = (word + 0x9E3779B97F4A7C15) % U64
        word = (word ^ (word >> 30)) * 0xBF58476D1CE4E5B9 % U64
        word = (word ^ (word >> 27)) * 0x94D049BB133111EB % U64
        return word ^ (word >> 31)

    # The published first output of SplitMix64 seeded with 0.
    assert mixed(0) == 0xE220A8397B1DCDAF
    ids, attempts, seed = MANY.head(50), pl.Series(range(50), dtype=pl.UInt32), 20_260_901
    expected = []
    for ledger_id, attempt in zip(ids, attempts, strict=True):
        start = mixed(int(ledger_id[:15], 16) ^ seed)
        word = mixed((start + attempt * 0x9E3779B97F4A7C15) % U64)
        expected.append((word >> 11) / 2**53)
    assert uniform(ids, attempts, seed).tolist() == expected


@pytest.mark.parametrize(
    ("attempt", "ceiling_s"),
    [(0, 60), (1, 120), (4, 960), (10, 61_440), (11, 86_400), (5000, 86_400)],
)
def test_waits_fill_the_span_up_to_their_ceiling(attempt: int, ceiling_s: float) -> None:
    drawn = waits(MANY, NONE_YET + attempt, Settings()).to_numpy()
    shares = np.sort(drawn / ceiling_s)
    assert shares[0] >= 0
    assert shares[-1] < 1
    # Kolmogorov–Smirnov distance from the uniform; 1.95/√n would be met by 999 in 1,000.
    steps = np.arange(1, len(shares) + 1) / len(shares)
    assert np.abs(shares - steps).max() < 1.95 / len(shares) ** 0.5


def test_order_and_company_change_no_wait() -> None:
    settings = Settings()
    frame = pl.DataFrame({"id": MANY, "n": pl.int_range(len(MANY), eager=True) % 9})
    whole = frame.with_columns(wait=waits(frame["id"], frame["n"], settings))
    shuffled = frame.sample(fraction=0.3, shuffle=True, seed=5)
    part = shuffled.with_columns(wait=waits(shuffled["id"], shuffled["n"], settings))
    assert part.join(whole, on=["id", "n", "wait"], how="anti").is_empty()


def test_seed_and_attempt_change_the_draw() -> None:
    here = uniform(MANY, NONE_YET, 1)
    for other in (uniform(MANY, NONE_YET, 2), uniform(MANY, NONE_YET + 1, 1)):
        assert abs(np.corrcoef(here, other)[0, 1]) < 0.03
        assert (here != other).all()


def test_waits_are_whole_microseconds() -> None:
    drawn = waits(MANY, NONE_YET, Settings()).to_numpy() * 1e6
    assert np.abs(drawn - np.round(drawn)).max() < 1e-6 * 60e6 / 2**20


def test_no_entries_have_no_waits() -> None:
    assert waits(MANY.head(0), NONE_YET.head(0), Settings()).to_list() == []
