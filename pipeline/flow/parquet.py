"""Parquet files of the lake, in the columns and types of their table."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from pipeline.contract.columns import TABLES
from pipeline.store import lake

if TYPE_CHECKING:
    import pyarrow as pa


def write(
    frame: pl.DataFrame, table: str, path: Path, group_rows: int | None = None
) -> lake.NewFile | None:
    """Write a table's rows to a file of a run, or nothing where there are none.

    With `group_rows` it stands in groups of so many rows, whose extremes are told, so that a reader
    of an ordered file takes those that it needs.
    """
    if not frame.height:
        return None
    columns = frame.select(pl.col(name).cast(dtype) for name, dtype in TABLES[table].items())
    columns.write_parquet(
        path,
        compression="lz4",
        statistics=group_rows is not None,
        row_group_size=group_rows,
    )
    return lake.seal(path, table, frame.height)


def write_columns(
    columns: Mapping[str, "pa.Array"], same: Mapping[str, Any], table: str, path: Path
) -> lake.NewFile | None:
    """Write a table's rows, given by column, to a file of a run; nothing where there are none.

    Args:
        columns: of the table, in their types; text may be in dictionaries, the file holds strings.
        same: the columns that are the same in every row.
        table: its name.
        path: the file.
    """
    # Imported here: a command that writes nothing does not pay for it.
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows = len(next(iter(columns.values())))
    if not rows:
        return None
    given = {**columns, **{name: _repeated(value, rows) for name, value in same.items()}}
    texts = [name for name, dtype in TABLES[table].items() if dtype == pl.String]
    pq.write_table(
        pa.table({name: given[name] for name in TABLES[table]}),
        path,
        compression="lz4",
        use_dictionary=texts,
        write_statistics=False,
        store_schema=False,
        row_group_size=rows,
    )
    return lake.seal(path, table, rows)


def _repeated(value: Any, rows: int) -> "pa.Array":
    import pyarrow as pa

    if not isinstance(value, str):
        return pa.repeat(pl.Series([value]).to_arrow()[0], rows)
    values = pa.array([value], pa.large_string())
    return pa.DictionaryArray.from_arrays(np.zeros(rows, dtype=np.int32), values)
