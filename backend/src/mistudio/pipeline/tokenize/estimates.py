"""Totals and shares from a random sample of groups of rows, with 95 % intervals.

Cochran, Sampling Techniques, 3rd edition, chapter 6 (ratio estimators) and 9A (clusters of unequal sizes).
"""

import math

import numpy as np
import numpy.typing as npt

from mistudio.schemas.metadata import Estimate

Values = npt.NDArray[np.float64]
Z = 1.959963984540054


def student_t(degrees: int) -> float:
    """The 97.5 % point of Student's t, by the expansion around the normal (Abramowitz and Stegun 26.7.5)."""
    if degrees < 1:
        return math.inf
    first = (Z**3 + Z) / 4
    second = (5 * Z**5 + 16 * Z**3 + 3 * Z) / 96
    third = (3 * Z**7 + 19 * Z**5 + 17 * Z**3 - 15 * Z) / 384
    return Z + first / degrees + second / degrees**2 + third / degrees**3


def ratio(values: Values, sizes: Values, sampled_share: float) -> Estimate:
    """sum(values) / sum(sizes) of all groups, from those sampled; values, sizes: shape (groups,).

    sampled_share: 0 to 1; with 1 the value is exact and the interval empty.
    """
    total = float(sizes.sum())
    if total == 0:
        return Estimate(value=0.0, low=0.0, high=0.0)
    value = float(values.sum()) / total
    groups = len(values)
    if sampled_share >= 1:
        return Estimate(value=value, low=value, high=value)
    if groups < 2:
        return Estimate(value=value, low=0.0, high=max(1.0, 10 * value))
    residuals = values - value * sizes
    variance = (1 - sampled_share) * float((residuals**2).sum()) / (groups - 1) / groups / (total / groups) ** 2
    margin = student_t(groups - 1) * math.sqrt(variance)
    return Estimate(value=value, low=max(0.0, value - margin), high=value + margin)


def scaled(estimate: Estimate, factor: float, offset: float = 0.0) -> Estimate:
    return Estimate(
        value=estimate.value * factor + offset,
        low=estimate.low * factor + offset,
        high=estimate.high * factor + offset,
    )


def at_most_one(share: Estimate) -> Estimate:
    return Estimate(value=share.value, low=share.low, high=min(1.0, share.high))
