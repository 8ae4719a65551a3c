"""The lines that `absorb` left behind in compact form, read back."""

from collections.abc import Iterable
from pathlib import Path

import polars as pl


def lines(path: Path, columns: Iterable[str] | None = None) -> pl.DataFrame:
    """The lines of a part, in order.

    They stay the file's own pages, and are there even once it is gone; polars would copy them.

    Args:
        path: what `absorb` wrote.
        columns: those that are asked for, as far as they are there; all where None.
    """
    import pyarrow as pa

    with pa.memory_map(str(path)) as file:
        table = pa.ipc.open_file(file).read_all()
    if columns is not None:
        table = table.select([name for name in columns if name in table.column_names])
    rows = pl.from_arrow(table)
    if not isinstance(rows, pl.DataFrame):
        raise TypeError(type(rows))
    return rows
