"""The sketch of a delivery: what its lines report, counted one by one, exactly.

Whatever is a property of a distinct identity or context is not looked at line by line: lines are
counted by the numbers of those, and what these counts mean is told once, in `sketch_rows`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import polars as pl

from pipeline.contract.columns import AMOUNT, MONEY, QUANTITY
from pipeline.watch.sketch_grid import Grid
from pipeline.watch.sketch_keys import layout
from pipeline.watch.sketch_pairs import NARROW, WIDE, Ordered
from pipeline.watch.sketch_sums import Flags, Numbers, Table, Words

Given = TypeVar("Given")

ROOM = 2**16
"""Lines that are put in the order of their groups together."""
PER_GROUP = 8
"""Lines for each group at least: else where groups begin would take more room than their lines."""


@dataclass(frozen=True)
class Lines:
    """Lines of a delivery, as far as a sketch looks at them.

    Attributes:
        context: the number of each line's context.
        identity: the number of its identity.
        sets: the faults of its own cells.
        unread: whether its cells were not read.
        money: any of the columns of `MONEY`; one that is absent is null throughout.
    """

    context: Numbers
    identity: Numbers
    sets: Numbers
    unread: Flags
    money: pl.DataFrame


class Sketch:
    """Sums of lines, to which one thread at a time may add.

    Attributes:
        table: sums by what lines report; see `sketch_keys`.
    """

    def __init__(self, grid: Grid, keep: Callable[[Ordered], None]) -> None:
        """Begin with nothing.

        Args:
            grid: what lines are counted by.
            keep: what takes lines in the order of their groups, many at once.
        """
        self.table = Table()
        self._grid = grid
        self._keep = keep
        self._layout = layout(grid)
        self._contexts = _contexts(grid)
        self._room = max(ROOM, PER_GROUP * grid.groups.height)
        self._rows = [np.empty((self._room, width), dtype=np.uint64) for width in (NARROW, WIDE)]
        self._filled = np.zeros(len(self._rows), dtype=np.int64)

    def add(self, lines: Lines) -> None:
        """Count lines."""
        from pipeline.watch.kernel_lines import MOST, count_lines

        columns = [_column(lines.money, name) for name in MONEY]
        absent = sum(
            1 << place for place, name in enumerate(MONEY) if name not in lines.money.columns
        )
        narrow, wide = self._rows
        done = 0
        while done < len(lines.context):
            self.table.reserve(MOST)
            for place in np.flatnonzero(self._filled == self._room):
                self._keep(self._emptied(int(place)))
            done = count_lines(
                done,
                lines.context,
                lines.identity,
                lines.sets,
                lines.unread,
                _four([words for words, _ in columns]),
                _four([nulls for _, nulls in columns]),
                _SCALES,
                absent,
                self._contexts,
                self._grid.kind_of,
                self._layout,
                self.table.rows,
                self.table.used,
                narrow,
                wide,
                self._filled,
            )

    def waiting(self) -> list[Ordered]:
        """The lines that nobody was handed yet; it has none any more."""
        return [self._emptied(place) for place in range(len(self._rows))]

    def _emptied(self, place: int) -> Ordered:
        rows = self._rows[place][: self._filled[place]]
        self._filled[place] = 0
        return Ordered.of(rows, self._grid.groups.height)


def _four(columns: Sequence[Given]) -> tuple[Given, Given, Given, Given]:
    quantity, amount, unit_price, gross_amount = columns
    return quantity, amount, unit_price, gross_amount


_SCALES = _four([10.0 ** (QUANTITY if name == "quantity" else AMOUNT).scale for name in MONEY])


def _column(money: pl.DataFrame, name: str) -> tuple[Words, Flags]:
    """The words of each number and whether it is null; one stands for all where all are alike."""
    if name not in money.columns:
        return np.zeros((1, 2), dtype=np.uint64), np.ones(1, dtype=np.bool_)
    array = money[name].rechunk().to_arrow()
    bits, buffer = array.buffers()
    # Slices share the buffers of their whole.
    own = slice(array.offset, array.offset + len(array))
    words = np.frombuffer(buffer, dtype=np.uint64).reshape(-1, 2)[own]
    if not array.null_count:
        return words, np.zeros(1, dtype=np.bool_)
    valid = np.unpackbits(np.frombuffer(bits, dtype=np.uint8), bitorder="little")[own]
    return words, valid == 0


def _contexts(grid: Grid) -> Numbers:
    """Where the lines of each context count, as `kernel_lines` has it."""
    place, unread = grid.place_of, grid.unread_of
    columns = (place, grid.cell_of[place], grid.group_of[place], unread, grid.cell_of[unread])
    return np.stack(columns, axis=1).astype(np.uint32)
