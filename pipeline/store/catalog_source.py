"""What is offered as a catalog: a folder of tables, or one sheet as label operations keep it."""

import csv
import hashlib
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from io import BufferedReader
from pathlib import Path

import duckdb

from pipeline.errors import CatalogError
from pipeline.store import catalog_sheet as sheets
from pipeline.store.catalog import FORM
from pipeline.store.sql import query

TABLE_SUFFIXES = (".csv", ".parquet")
SHEET_SUFFIXES = (".csv", ".xlsx", ".xls", ".ods")
_CHUNK_BYTES = 2**20


@dataclass(frozen=True)
class Columns:
    """The columns of one table: those it cannot do without, and the others."""

    needed: tuple[str, ...]
    others: tuple[str, ...] = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every column, the needed ones first."""
        return (*self.needed, *self.others)


TABLES = {
    "recordings": Columns(
        ("recording_id", "isrc", "title", "artist"),
        ("version", "duration_s", "release_date", "label", "iswc"),
    ),
    "releases": Columns(("release_id", "gtin"), ("title", "artist", "release_date", "label")),
    "tracks": Columns(("release_id", "recording_id"), ("disc", "number")),
    "artist_aliases": Columns(("artist", "alias"), ("locale",)),
    "parties": Columns(("party_id",), ("name", "country")),
    "splits": Columns(
        ("recording_id", "party_id", "share"),
        ("territory", "usage", "service", "release_id", "valid_from", "valid_to"),
    ),
    "fx_rates": Columns(("date", "from", "to", "rate"), ("source",)),
}
SHEET_TABLES = ("recordings", "releases", "tracks", "splits")


@dataclass(frozen=True)
class Source:
    """A catalog as offered: files by table, or else the one sheet that holds it all."""

    path: Path
    files: Mapping[str, Path] = field(default_factory=dict)
    ignored: tuple[str, ...] = ()
    """Files of the folder that bear no table's name."""


def find(path: Path) -> Source:
    """The tables that a path offers.

    Raises:
        CatalogError: there is nothing there that could be a catalog.
    """
    if path.is_file():
        if path.suffix.lower() not in SHEET_SUFFIXES:
            mend = "give a folder of CSV or parquet files, or one CSV file or workbook"
            raise CatalogError(f"{path} is no catalog", mend)
        return Source(path)
    if not path.is_dir():
        raise CatalogError(f"there is no catalog at {path}", "give an existing folder or file")
    offered = [file for file in sorted(path.iterdir()) if file.suffix.lower() in TABLE_SUFFIXES]
    files = {file.stem.lower(): file for file in offered if file.stem.lower() in TABLES}
    ignored = tuple(file.name for file in offered if file.stem.lower() not in TABLES)
    if len(offered) > len(files) + len(ignored):
        raise CatalogError(f"{path} holds two files of one table", "leave one for each table")
    if "recordings" not in files:
        mend = "put recordings.csv or recordings.parquet there"
        raise CatalogError(f"{path} holds no recordings", mend)
    return Source(path, files, ignored)


def version(source: Source) -> str:
    """The content's name: 16 hexadecimal digits of the SHA-256 over its tables' digests."""
    digest = hashlib.sha256(b"catalog form %d\n" % FORM)
    files = sorted(source.files.items()) or [("sheet", source.path)]
    with ThreadPoolExecutor() as executor:
        inner = executor.map(_digest, (file for _, file in files))
        for (table, file), told in zip(files, inner, strict=True):
            digest.update(f"{table}{file.suffix.lower()} {told}\n".encode())
    return digest.hexdigest()[:16]


def _digest(file: Path) -> str:
    with _opened(file) as content:
        return hashlib.file_digest(content, "sha256").hexdigest()


def give(con: duckdb.DuckDBPyConnection, source: Source) -> tuple[str, ...]:
    """Make one view `given_<table>` for every table: trimmed texts, blank cells null.

    Returns:
        What is not read: files, sheets or columns that bear no known name.

    Raises:
        CatalogError: a file cannot be read, or lacks columns.
    """
    if source.files:
        tables = {table: _relation(con, file) for table, file in source.files.items()}
        _give_tables(con, tables, source.path)
        return source.ignored
    if source.path.suffix.lower() == ".csv":
        return _give_sheet(con, _relation(con, source.path), source.path)
    frames = sheets.frames(source.path)
    tables = {name: con.from_arrow(frame.to_arrow()) for name, frame in frames.items()}
    if "recordings" in tables:
        _give_tables(con, {name: tables[name] for name in TABLES if name in tables}, source.path)
        return tuple(name for name in tables if name not in TABLES)
    return _give_sheet(con, next(iter(tables.values())), source.path)


def _give_tables(
    con: duckdb.DuckDBPyConnection, tables: Mapping[str, duckdb.DuckDBPyRelation], path: Path
) -> None:
    for table, rows in tables.items():
        _table(table, rows, path).create_view(f"given_{table}")
    _give_absent(con, tables)


def _give_sheet(
    con: duckdb.DuckDBPyConnection, rows: duckdb.DuckDBPyRelation, path: Path
) -> tuple[str, ...]:
    """One sheet: its tables are cut out of it by queries."""
    mapping = sheets.mapping(rows.columns, path)
    _project(rows, {name: mapping.get(name) for name in sheets.SYNONYMS}).create_view("sheet")
    with reading(path):
        con.execute(query("catalog/sheet_rows"))
    for table in SHEET_TABLES:
        con.execute(query(f"catalog/sheet_{table}"))
    _give_absent(con, SHEET_TABLES)
    return tuple(name for name in rows.columns if name not in mapping.values())


def _give_absent(con: duckdb.DuckDBPyConnection, there: Iterable[str]) -> None:
    """Empty tables for what is not offered; the parties are then whoever the splits name."""
    for table in TABLES.keys() - set(there):
        nothing = con.sql("select null limit 0")
        _project(nothing, dict.fromkeys(TABLES[table].all)).create_view(f"given_{table}")
    if "parties" not in there:
        con.execute(query("catalog/given_parties"))


def _table(table: str, rows: duckdb.DuckDBPyRelation, path: Path) -> duckdb.DuckDBPyRelation:
    """One table under its canonical column names; parties keep every column."""
    columns = TABLES[table]
    named = {name.strip().lower().replace(" ", "_"): name for name in rows.columns}
    if lacking := [name for name in columns.needed if name not in named]:
        what = f"{table} in {path} lacks {', '.join(lacking)}; it has {', '.join(rows.columns)}"
        raise CatalogError(what, f"it needs the columns {', '.join(columns.needed)}")
    for name, kind in zip(rows.columns, rows.types, strict=True):
        if name in (named.get("share"), named.get("rate")) and str(kind) in ("DOUBLE", "FLOAT"):
            what = f"{name} of {table} in {path} is floating point, which is not exact"
            raise CatalogError(what, "store it as decimal or text")
    wanted = dict.fromkeys([*columns.all, *(named if table == "parties" else ())])
    return _project(rows, {name: named.get(name) for name in wanted})


def _relation(con: duckdb.DuckDBPyConnection, file: Path) -> duckdb.DuckDBPyRelation:
    """The rows of one file; of a CSV file as texts, in the columns that its first line names.

    The columns are always given: left to guess, DuckDB skips lines that do not fit its guess.
    """
    with reading(file):
        if file.suffix.lower() == ".parquet":
            return con.read_parquet(str(file))
        delimiter, header = _header(file)
        return con.read_csv(
            str(file),
            auto_detect=False,
            header=True,
            columns=dict.fromkeys(header, "VARCHAR"),
            delimiter=delimiter,
            quotechar='"',
            escapechar='"',
        )


def _header(file: Path) -> tuple[str, list[str]]:
    """The delimiter and the column names of a CSV file."""
    with _opened(file) as content:
        first = content.readline(_CHUNK_BYTES)
    try:
        line = first.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CatalogError(f"{file} is not UTF-8 text", "save it as CSV in UTF-8") from error
    delimiter = max(",;\t", key=line.count)
    names = next(csv.reader([line], delimiter=delimiter), [])
    if not any(name.strip() for name in names) or "\0" in line:
        raise CatalogError(f"{file} has no line of column names", "add one and load again")
    if len({name.lower() for name in names}) < len(names) or not all(names):
        what = f"{file} has a column name that is blank or stands twice"
        raise CatalogError(what, "name each column once and load again")
    return delimiter, names


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Turn what DuckDB says of a file that it cannot read into one line."""
    try:
        yield
    except duckdb.Error as error:
        said = [line for line in str(error).splitlines() if line.strip()]
        facts = [line for line in said if line.startswith(("Expected", "Value", "Invalid uni"))]
        what = f"{path} cannot be read: {'; '.join([said[0], *facts[:1]])}"
        raise CatalogError(what, "mend the file and load again") from error


def _opened(file: Path) -> BufferedReader:
    try:
        return file.open("rb")
    except OSError as error:
        raise CatalogError(f"{file} cannot be read: {error.strerror}", "check the file") from error


def _project(
    rows: duckdb.DuckDBPyRelation, columns: Mapping[str, str | None]
) -> duckdb.DuckDBPyRelation:
    """The rows under canonical names, cells trimmed; blank cells and absent columns are null."""
    return rows.select(*(_cell(given).alias(name) for name, given in columns.items()))


def _cell(given: str | None) -> duckdb.Expression:
    if given is None:
        return duckdb.ConstantExpression(None).cast("VARCHAR")
    trimmed = duckdb.FunctionExpression("trim", duckdb.ColumnExpression(given).cast("VARCHAR"))
    return duckdb.FunctionExpression("nullif", trimmed, duckdb.ConstantExpression(""))
