"""Hashes in order, however they crowd: buckets that are full are sorted as heaps."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.flow import kernel_runs


def counted(hashes: np.ndarray, same: int, bits: int) -> tuple[list[int], list[int]]:
    """The distinct hashes, ascending, and how often each occurs."""
    ordered, times = np.empty_like(hashes), np.empty(len(hashes), dtype=np.uint32)
    begins = np.zeros(2**bits + 1, dtype=np.int64)
    found = kernel_runs.count(hashes, ordered, times, begins, same, bits)
    return ordered[:found].tolist(), times[:found].tolist()


@given(
    numbers=st.lists(st.integers(0, 400), max_size=600),
    bits=st.integers(0, 6),
    same=st.sampled_from([0, 8]),
    spread=st.integers(0, 40),
)
def test_any_hashes_are_ordered_and_counted(
    numbers: list[int], bits: int, same: int, spread: int
) -> None:
    """Those that begin alike fall into one bucket; beyond 64 it is sorted as a heap."""
    hashes = np.array(numbers, dtype=np.uint64) << np.uint64(spread)
    values, times = np.unique(hashes, return_counts=True)
    assert counted(hashes, same, bits) == (values.tolist(), times.tolist())


@pytest.mark.parametrize("height", [64, 65, 66, 1_000, 65_537])
def test_a_full_bucket_is_ordered(height: int) -> None:
    random = np.random.default_rng(height)
    hashes = random.integers(0, 2**40, height, dtype=np.uint64)
    values, times = np.unique(hashes, return_counts=True)
    assert counted(hashes, 0, 8) == (values.tolist(), times.tolist())
    assert counted(np.sort(hashes)[::-1].copy(), 0, 8) == (values.tolist(), times.tolist())
