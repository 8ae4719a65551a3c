"""One cause, one finding: the coarsest cell that explains a change, finer ones only beyond that."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import hypot, inf, log

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
    # Either may be off by chance, the part and the whole.
    yield from (
        one
        for one in below
        if min(abs(one.deviation - by) for by in (common, node.deviation))
        > hypot(one.limit, node.limit)
    )


def _common(node: Node, below: Sequence[Node]) -> float | None:
    """By how much a cell changed as a whole; None where it did for some of its parts alone."""
    told = sum(one.usual for one in below)
    if told > _MOST_LEFT_OUT * node.usual:
        middle = _middle(below)
        alike = [one for one in below if abs(one.deviation - middle) <= one.limit]
        return middle if sum(one.usual for one in alike) > told / 2 else None
    rest = _rest(node, below)
    is_same_way = rest * node.deviation > 0
    is_shared = abs(rest) > min(node.limit, abs(node.deviation) / 2)
    return rest if is_same_way and is_shared else None


def _middle(parts: Sequence[Node]) -> float:
    """The deviation that half of the money of some cells has, or less."""
    half, passed = sum(one.usual for one in parts) / 2, 0.0
    for one in sorted(parts, key=lambda part: part.deviation):
        passed += one.usual
        if passed >= half:
            return one.deviation
    return 0.0


def _rest(node: Node, below: Sequence[Node]) -> float:
    """The deviation of what a cell holds beside some parts, as a logarithm."""
    usual = node.usual - sum(one.usual for one in below)
    actual = node.actual - sum(one.actual for one in below)
    if not below or usual <= 0:
        return node.deviation
    return log(actual / usual) if actual > 0 else -inf
