"""Lines by group and identity: what a report has most of.

They are put in the order of their groups as they come, thousands at once, and summed group by
group in the end. In between they may stand on disk.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from pipeline.watch.sketch_sums import SUMMED, Counts, Ints, Words

NARROW, WIDE = 3, 5
"""Words of a line: its group and identity, and quantity and amount in one each, or in two."""
TOGETHER = 2**18
"""Lines of groups that are summed together, unless one group has more."""


@dataclass(frozen=True)
class Ordered:
    """Lines in blocks, in each in the order of their groups.

    Attributes:
        rows: of each line as many words as `NARROW` or `WIDE` says.
        begins: of each block, where each group begins, and where the last ends.
    """

    rows: Words
    begins: Ints

    @classmethod
    def of(cls, rows: Words, groups: int) -> "Ordered":
        """Lines put in order, as one block."""
        from pipeline.watch.kernel_pairs import order

        begins, ordered = np.zeros(groups + 2, dtype=np.int64), np.empty_like(rows)
        order(rows, begins, ordered)
        return cls(ordered, begins[np.newaxis, :-1])

    @classmethod
    def joined(cls, parts: Sequence["Ordered"], width: int, groups: int) -> "Ordered":
        """The blocks of several, of lines of that width."""
        none = np.zeros((0, width), dtype=np.uint64)
        offsets = np.cumsum([0, *(len(part.rows) for part in parts)])
        begins = [part.begins + offset for part, offset in zip(parts, offsets, strict=False)]
        no_begins = np.zeros((0, groups + 1), dtype=np.int64)
        return cls(
            np.concatenate([none, *(part.rows for part in parts)]),
            np.concatenate([no_begins, *begins]),
        )

    @property
    def lines(self) -> Ints:
        """How many lines each group has."""
        lines: Ints = np.diff(self.begins, axis=1).sum(axis=0)
        return lines


def counts(narrow: Ordered, wide: Ordered, identities: int) -> Iterator[Counts]:
    """All lines by group and identity, some whole groups at a time.

    Args:
        narrow: lines of few words, of all groups.
        wide: the other lines, likewise.
        identities: how many there are.
    """
    from pipeline.watch.kernel_pairs import sum_pairs

    lines = narrow.lines + wide.lines
    slots = np.full(identities, -1, dtype=np.int32)
    for groups in _together(lines):
        height = min(int(lines[groups.start : groups.stop].sum()), len(groups) * identities)
        ends = np.zeros(len(groups) + 1, dtype=np.int64)
        found = np.empty(height, dtype=np.uint32)
        sums = np.empty((height, SUMMED), dtype=np.uint64)
        blocks = (narrow.rows, narrow.begins, wide.rows, wide.begins)
        sum_pairs(*blocks, groups.start, slots, ends, found, sums)
        yield Counts(groups, ends, found[: ends[-1]], sums[: ends[-1]])


def _together(lines: Ints) -> Iterator[range]:
    """Groups that are summed together."""
    ends = np.cumsum(lines)
    begin = 0
    while begin < len(lines):
        before = ends[begin] - lines[begin]
        end = max(int(np.searchsorted(ends, before + TOGETHER, "right")), begin + 1)
        yield range(begin, end)
        begin = end
