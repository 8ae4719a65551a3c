"""How the buckets of a sketch are drawn: places, shares and ticks worked out by hand."""

from itertools import pairwise

import polars as pl
import pytest

from pipeline.report.spread import Bucket, about, spread


def _found(**buckets: tuple[int, int]) -> pl.DataFrame:
    rows = [(name.replace("_", ":").replace("m", "-"), *pair) for name, pair in buckets.items()]
    return pl.DataFrame(rows, schema=["value", "lines_now", "lines_then"], orient="row")


def test_every_bucket_has_its_place_and_gaps_are_empty_bars() -> None:
    # 2^(0/4) = 1 and 2^(2/4) = 1.41; nothing lies between.
    one = spread(_found(**{"0": (3, 0), "2": (1, 8)}))
    assert one.bars == [
        {"begins": 1, "ends": 2, "now": 0.75, "then": 0.0},
        {"begins": 2, "ends": 3, "now": 0.0, "then": 0.0},
        {"begins": 3, "ends": 4, "now": 0.25, "then": 1.0},
    ]


def test_below_zero_is_the_mirror_and_zero_is_between() -> None:
    one = spread(_found(neg_1=(1, 0), zero=(1, 0), **{"0": (2, 0)}))
    assert [(bar["begins"], bar["now"]) for bar in one.bars] == [
        (-2, 0.25),
        (-1, 0.0),
        (0, 0.25),
        (1, 0.5),
    ]
    assert (0.5, "0") in one.ticks


def test_powers_of_ten_stand_where_they_are() -> None:
    # 0.01 to 100: log2(0.01) x 4 = -26.6, so -27 is the least exponent, and 26 the last.
    one = spread(_found(m27=(1, 1), **{"26": (1, 1)}))
    ticks = {text: at for at, text in one.ticks}
    assert ticks["0.01"] == pytest.approx(-26.575 + 27 + 1, abs=0.01)
    assert ticks["1"] == pytest.approx(28)
    assert ticks["100"] == pytest.approx(26.575 + 28, abs=0.01)
    assert list(ticks) == ["0.01", "0.1", "1", "10", "100"]


def test_ticks_keep_their_distance_on_a_long_axis() -> None:
    one = spread(_found(m80=(1, 1), **{"120": (1, 1)}))
    places = [at for at, _ in one.ticks]
    assert len(places) >= 2
    assert min(b - a for a, b in pairwise(places)) >= 0.2 * 201


def test_what_is_typical_moves_as_all_of_it_does() -> None:
    """Two heaps, both a bucket lower than before: the typical size falls by 2^(1/4)."""
    one = spread(_found(**{"4": (5, 0), "5": (0, 5), "40": (5, 0), "41": (0, 5)}))
    assert one.now is not None
    assert one.then is not None
    assert one.then / one.now == pytest.approx(2**0.25)


def test_without_lines_nothing_is_typical() -> None:
    assert spread(_found(**{"4": (5, 0)})).then is None
    assert spread(_found(zero=(5, 1))).now == 0


@pytest.mark.parametrize(
    ("value", "bucket"),
    [
        ("3", Bucket(1, 3)),
        ("-2", Bucket(1, -2)),
        ("neg:3", Bucket(-1, 3)),
        ("neg:-2", Bucket(-1, -2)),
    ],
)
def test_a_bucket_is_read_as_the_sketch_names_it(value: str, bucket: Bucket) -> None:
    assert Bucket.of(value) == bucket


@pytest.mark.parametrize(
    ("number", "told"),
    [(0.00247, "0.0025"), (12.7, "13"), (1234.0, "1,200"), (0.0, "0"), (None, "–")],
)
def test_a_number_known_to_two_digits_is_told_by_two(number: float | None, told: str) -> None:
    assert about(number) == told
