"""Parquet files of the lake, in the columns and types of their table."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl
from numpy.typing import NDArray

from pipeline.contract.columns import TABLES
from pipeline.store import lake

if TYPE_CHECKING:
    import pyarrow as pa

_GROWING = {"line", "offset"}


def write(frame: pl.DataFrame, table: str, path: Path) -> lake.NewFile | None:
    """Write a table's rows to a file of a run, or nothing where there are none."""
    if not frame.height:
        return None
    _typed(frame, table).write_parquet(path, compression="lz4", statistics=False)
    return lake.seal(path, table, frame.height)


def write_groups(
    groups: Iterable[Mapping[str, NDArray[Any]]],
    same: Mapping[str, str],
    table: str,
    path: Path,
    group_rows: int,
) -> lake.NewFile:
    """Write a table's rows, some at a time, in groups whose extremes are told.

    So a reader of an ordered file takes those groups that it needs.

    Args:
        groups: the rows, in order, by column and in their types; at least one.
        same: the columns that are the same in every row.
        table: its name.
        path: the file.
        group_rows: the most rows of a group.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    rows, writer = 0, None
    for group in groups:
        height = len(next(iter(group.values())))
        given = {name: pa.array(values) for name, values in group.items()}
        given |= {name: _repeated(value, height) for name, value in same.items()}
        columns = _table({name: given[name] for name in TABLES[table]})
        if writer is None:
            writer = pq.ParquetWriter(
                path, columns.schema, compression="lz4", use_dictionary=[*same], store_schema=False
            )
        writer.write_table(columns, row_group_size=group_rows)
        rows += height
    if writer is None:
        raise ValueError("there are no rows to write")
    writer.close()
    return lake.seal(path, table, rows)


def _typed(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """The table's columns in its order and types."""
    return frame.select(pl.col(name).cast(dtype) for name, dtype in TABLES[table].items())


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
    import pyarrow.parquet as pq

    rows = len(next(iter(columns.values())))
    if not rows:
        return None
    given = {**columns, **{name: _repeated(value, rows) for name, value in same.items()}}
    texts = [name for name, dtype in TABLES[table].items() if dtype == pl.String]
    pq.write_table(
        _table({name: given[name] for name in TABLES[table]}),
        path,
        compression="lz4",
        use_dictionary=texts,
        # Where a line stands grows from line to line.
        column_encoding=dict.fromkeys(_GROWING & given.keys(), "DELTA_BINARY_PACKED"),
        write_statistics=False,
        store_schema=False,
        row_group_size=rows,
        write_batch_size=rows,
    )
    return lake.seal(path, table, rows)


def _table(columns: Mapping[str, "pa.Array"]) -> "pa.Table":
    """Columns, each as one that is never null where nothing in it is.

    The file then says of no line whether it has a value: an eighth of the work on a part. Whoever
    reads it beside files in which some line has none sees no difference.
    """
    import pyarrow as pa

    fields = [
        pa.field(name, array.type, nullable=array.null_count > 0) for name, array in columns.items()
    ]
    return pa.table([*columns.values()], schema=pa.schema(fields))


def _repeated(value: Any, rows: int) -> "pa.Array":
    """The same value in each row; text in a dictionary."""
    import pyarrow as pa

    values = pl.Series([value]).to_arrow()
    if not isinstance(value, str):
        return pa.repeat(values[0], rows)
    places = pa.Array.from_buffers(pa.int32(), rows, [None, pa.py_buffer(bytes(4 * rows))])
    return pa.DictionaryArray.from_arrays(places, values, safe=False)
