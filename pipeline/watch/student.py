"""Student's t for whole degrees of freedom, in closed form.

Abramowitz and Stegun, Handbook of Mathematical Functions, 26.7.3 and 26.7.4.
"""

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
MOST_FREEDOM = 60
"""Beyond, t is taken as if it had no more: its tails are a little heavier, never lighter."""
_HALVINGS = 50
_FARTHEST = 1e6


def two_sided(t: Floats, freedom: Floats) -> Floats:
    """The chance of a |t| at least as large.

    Args:
        t: any shape.
        freedom: degrees of freedom of each, rounded down to a whole number of at least 1.
    """
    whole = np.clip(np.floor(freedom), 1, MOST_FREEDOM)
    size = np.abs(t)
    angle = np.arctan2(size, np.sqrt(whole))
    sine, square = np.sin(angle), np.cos(angle) ** 2
    inside = np.zeros_like(angle)
    for parity in (0, 1):
        mine = whole % 2 == parity
        if mine.any():
            inside[mine] = _inside(angle[mine], sine[mine], square[mine], whole[mine], parity)
    found: Floats = np.clip(1 - inside, 0.0, 1.0)
    return found


def _inside(angle: Floats, sine: Floats, square: Floats, freedom: Floats, parity: int) -> Floats:
    """The chance of a smaller |t|, for degrees of freedom that are all even (0) or all odd (1)."""
    term = np.ones_like(angle) if parity == 0 else np.sqrt(square)
    total = np.zeros_like(angle)
    # The k-th term is there where k is at most the freedom less 2.
    for place in range(parity, int(freedom.max()) - 1, 2):
        total += np.where(place <= freedom - 2, term, 0.0)
        term = term * square * (place + 1) / (place + 2)
    return sine * total if parity == 0 else 2 / np.pi * (angle + sine * total)


def critical(chance: Floats, freedom: Floats) -> Floats:
    """The |t| that is exceeded with a chance, by halving; at most a million."""
    low, high = np.zeros_like(freedom), np.full_like(freedom, _FARTHEST)
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        beyond = two_sided(middle, freedom) > chance
        low, high = np.where(beyond, middle, low), np.where(beyond, high, middle)
    return high
