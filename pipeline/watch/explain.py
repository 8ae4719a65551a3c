"""One cause, one finding: the coarsest cell that explains a change, finer ones only beyond that."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import inf, log

_MOST_LEFT_OUT = 0.8
"""Of a cell's money: where its parts that changed are more of it, the rest cannot speak for it."""


@dataclass
class Node:
    """A cell whose deviation is one beyond chance, or that holds such cells.

    Attributes:
        row: its row among the tests.
        changed: whether it deviates itself.
        deviation: by how much, as a logarithm.
        limit: the deviation that would still be chance.
        actual: its money or units.
        usual: what they were to be.
        parts: the cells in it.
    """

    row: int
    changed: bool
    deviation: float
    limit: float
    actual: float
    usual: float
    parts: list["Node"] = field(default_factory=list)


def causes(roots: Sequence[Node]) -> list[int]:
    """The rows of the tests that are to be told."""
    return sorted(node.row for root in roots for node in _told(root))


def _told(node: Node) -> Iterator[Node]:
    """The cells of a tree that are to be told."""
    below = [one for part in node.parts for one in _told(part)]
    common = _common(node, below) if node.changed else None
    if common is None:
        yield from below
        return
    yield node
    yield from (one for one in below if abs(one.deviation - common) > one.limit)


def _common(node: Node, below: Sequence[Node]) -> float | None:
    """By how much all of a cell changed; None where some of its parts explain its change."""
    told = sum(one.usual for one in below)
    if not below:
        return node.deviation
    if told > _MOST_LEFT_OUT * node.usual:
        alike = sum(one.usual for one in below if abs(one.deviation - node.deviation) <= one.limit)
        return node.deviation if alike > told / 2 else None
    rest = _ratio(node.actual - sum(one.actual for one in below), node.usual - told)
    is_same_way = rest * node.deviation > 0
    is_shared = abs(rest) > min(node.limit, abs(node.deviation) / 2)
    return rest if is_same_way and is_shared else None


def _ratio(actual: float, usual: float) -> float:
    """The logarithm of a ratio; what is lost in rounding is nothing."""
    if usual <= 0:
        return 0.0
    return log(actual / usual) if actual > 0 else -inf
