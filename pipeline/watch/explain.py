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
    if not node.changed or not _is_shared(node, below):
        yield from below
        return
    yield node
    common = (node.deviation, _rest(node, below))
    yield from (one for one in below if min(abs(one.deviation - by) for by in common) > one.limit)


def _is_shared(node: Node, below: Sequence[Node]) -> bool:
    """Whether a cell changed as a whole, and not for some of its parts alone."""
    told = sum(one.usual for one in below)
    if told > _MOST_LEFT_OUT * node.usual:
        alike = [one for one in below if abs(one.deviation - node.deviation) <= one.limit]
        return sum(one.usual for one in alike) > told / 2
    rest = _rest(node, below)
    is_same_way = rest * node.deviation > 0
    return is_same_way and abs(rest) > min(node.limit, abs(node.deviation) / 2)


def _rest(node: Node, below: Sequence[Node]) -> float:
    """The deviation of what a cell holds beside some parts; its own where that is next to nothing.

    As a logarithm; what is lost in rounding is nothing.
    """
    usual = node.usual - sum(one.usual for one in below)
    actual = node.actual - sum(one.actual for one in below)
    if not below or usual <= (1 - _MOST_LEFT_OUT) * node.usual:
        return node.deviation
    return log(actual / usual) if actual > 0 else -inf
