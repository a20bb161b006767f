import math

import numpy as np
import pytest

from mistudio.pipeline.tokenize.estimates import at_most_one, ratio, scaled, student_t
from mistudio.schemas.metadata import Estimate


@pytest.mark.parametrize(("degrees", "point"), [(5, 2.5706), (10, 2.2281), (30, 2.0423), (63, 1.9983)])
def test_student_t_is_that_of_the_tables(degrees: int, point: float) -> None:
    assert student_t(degrees) == pytest.approx(point, abs=0.004)


def test_95_percent_intervals_hold_the_truth_about_95_times_in_100() -> None:
    rng = np.random.default_rng(1)
    sizes = rng.integers(20, 65, 2000).astype(float)
    values = sizes * rng.lognormal(4, 0.7, 2000)
    truth, hits = values.sum() / sizes.sum(), 0
    for _ in range(1000):
        chosen = rng.permutation(2000)[:64]
        found = ratio(values[chosen], sizes[chosen], 64 / 2000)
        hits += found.low <= truth <= found.high
    assert 910 <= hits <= 980


def test_a_full_count_has_no_interval() -> None:
    found = ratio(np.array([3.0, 5.0]), np.array([1.0, 1.0]), 1.0)
    assert (found.low, found.value, found.high) == (4, 4, 4)


def test_little_data_give_wide_intervals_and_none_gives_zero() -> None:
    assert ratio(np.array([3.0]), np.array([1.0]), 0.1).high == 30
    assert ratio(np.array([0.0]), np.array([0.0]), 0.1) == Estimate(value=0, low=0, high=0)
    assert student_t(0) == math.inf


def test_scaling_and_shares() -> None:
    estimate = Estimate(value=0.5, low=0.2, high=1.4)
    assert scaled(estimate, 10, 1) == Estimate(value=6, low=3, high=15)
    assert at_most_one(estimate).high == 1
