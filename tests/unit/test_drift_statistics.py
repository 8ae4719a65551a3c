"""The statistics of drift against published tables and figures worked out by hand."""

import math

import numpy as np
import pytest

from pipeline.watch.discovery import FALSE_SHARE, allowed, candidates, weights
from pipeline.watch.distance import (
    jensen_shannon,
    kolmogorov_smirnov,
    moved,
    moved_far,
    stability,
)
from pipeline.watch.student import critical, two_sided


# Any table of Student's t: degrees of freedom, the chance beyond ±t, t.
@pytest.mark.parametrize(
    ("freedom", "chance", "t"),
    [
        (1, 0.05, 12.706),
        (2, 0.05, 4.303),
        (5, 0.05, 2.571),
        (10, 0.05, 2.228),
        (30, 0.05, 2.042),
        (1, 0.001, 636.619),
        (4, 0.001, 8.610),
        (10, 0.001, 4.587),
        (60, 0.01, 2.660),
    ],
)
def test_t_is_that_of_the_tables(freedom: int, chance: float, t: float) -> None:
    degrees = np.array([float(freedom)])
    assert two_sided(np.array([t]), degrees)[0] == pytest.approx(chance, rel=1e-3)
    assert two_sided(np.array([-t]), degrees)[0] == two_sided(np.array([t]), degrees)[0]
    assert critical(np.array([chance]), degrees)[0] == pytest.approx(t, rel=1e-3)


def test_more_freedom_than_is_told_apart_has_tails_no_lighter() -> None:
    normal = 2 * (1 - 0.5 * (1 + math.erf(3 / math.sqrt(2))))
    assert two_sided(np.array([3.0]), np.array([1e6]))[0] > normal


def test_halves_of_a_degree_of_freedom_are_rounded_down() -> None:
    t = np.array([2.0, 2.0])
    assert len(set(two_sided(t, np.array([5.0, 5.9])))) == 1


# Benjamini and Hochberg (1995), section 3: fifteen tests of a trial, of which four are found.
TRIAL = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240]
TRIAL += [0.4262, 0.5719, 0.6528, 0.7590, 1.0]


def test_the_example_of_benjamini_and_hochberg_finds_four() -> None:
    assert FALSE_SHARE == 0.05
    assert candidates(np.array(TRIAL), np.ones(15)) == 4
    assert (np.array(TRIAL) <= allowed(np.ones(15), 4)).sum() == 4


def test_where_nothing_is_unlikely_nothing_is_found() -> None:
    assert candidates(np.array([0.2, 0.6, 0.9]), np.ones(3)) == 0
    assert candidates(np.zeros(0), np.zeros(0)) == 0


def test_each_family_has_the_same_part_whatever_its_size() -> None:
    found = weights([2, 0, 8])
    assert found.tolist() == [2.5, 2.5, *[0.625] * 8]
    assert found.mean() == 1


A, B = np.array([8.0, 2.0]), np.array([2.0, 8.0])


def test_distances_of_what_is_the_same_are_nothing_whatever_its_scale() -> None:
    for distance in (stability, jensen_shannon, kolmogorov_smirnov):
        assert distance(A, 10 * A) == pytest.approx(0, abs=1e-9)


def test_distances_worked_out_by_hand() -> None:
    # PSI: (0.8 - 0.2) ln(0.8 / 0.2) + (0.2 - 0.8) ln(0.2 / 0.8) = 1.2 ln 4.
    assert stability(A, B) == pytest.approx(1.2 * math.log(4))
    # JS: the middle is one half each; both divergences are 0.8 log2 1.6 + 0.2 log2 0.4.
    assert jensen_shannon(A, B) == pytest.approx(
        math.sqrt(0.8 * math.log2(1.6) + 0.2 * math.log2(0.4))
    )
    assert kolmogorov_smirnov(A, B) == pytest.approx(0.6)
    assert moved(A, B) == pytest.approx(0.6)


def test_what_has_nothing_in_common_is_one_apart_and_psi_stays_finite() -> None:
    left, right = np.array([4.0, 0.0]), np.array([0.0, 4.0])
    assert jensen_shannon(left, right) == pytest.approx(1)
    # Half a line for nothing: shares 8/9 and 1/9 on either side.
    assert stability(left, right) == pytest.approx(2 * 7 / 9 * math.log(8))


def test_lines_that_cross_the_edge_of_a_bin_have_not_moved_far() -> None:
    before = np.array([0.0, 10.0, 0.0, 0.0, 0.0])
    assert moved_far(np.array([0.0, 0.0, 10.0, 0.0, 0.0]), before) == 0
    assert moved_far(np.array([0.0, 0.0, 7.0, 3.0, 0.0]), before) == pytest.approx(0.3)
    assert moved_far(np.array([0.0, 6.0, 0.0, 0.0, 4.0]), before) == pytest.approx(0.4)
