"""The job with `csv` and a Pydantic model per row: reads, casts, validates and routes each line.

Loading the catalog into dicts is told apart (`loading_s`), so that it does not weigh on a run of
fewer lines than the others'.
"""

import argparse
import csv
import itertools
import json
import time
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import AfterValidator, BaseModel, BeforeValidator, Field, ValidationError

BATCH = 50_000  # lines a row group
CODES: dict[str, frozenset[str]] = {}
WARNS = frozenset({"isrc", "gtin", "territory", "quantity", "period_start", "period_end"})

Row = dict[str, object]


def _listed(name: str) -> AfterValidator:
    def check(code: str) -> str:
        if code not in CODES[name]:
            raise ValueError(f"none of the {name}")
        return code

    return AfterValidator(check)


def _checked(gtin: str) -> str:
    """GS1 General Specifications 7.9: weights 1 and 3 from the right."""
    digits = [int(digit) for digit in gtin]
    if (sum(digits[-1::-2]) + 3 * sum(digits[-2::-2])) % 10:
        raise ValueError("wrong check digit")
    return gtin


Blank = BeforeValidator(lambda cell: cell or None)
Isrc = Annotated[str, Field(pattern="^[A-Z]{2}[A-Z0-9]{3}[0-9]{7}$")]
Gtin = Annotated[str, Field(pattern="^[0-9]{14}$"), AfterValidator(_checked)]


class Line(BaseModel):
    """One record; a blank identifier is absent."""

    service: str
    territory: Annotated[Annotated[str, _listed("territories")] | None, Blank]
    period_start: Annotated[date | None, Blank]
    period_end: Annotated[date | None, Blank]
    usage: str
    line_type: str
    sale_level: str
    isrc: Annotated[
        Isrc | None, BeforeValidator(lambda cell: cell.replace("-", "").upper() or None)
    ]
    gtin: Annotated[Gtin | None, BeforeValidator(lambda cell: cell.zfill(14) if cell else None)]
    title: str
    version: str
    artist: str
    release_title: str
    quantity: Annotated[Annotated[Decimal, Field(max_digits=28, decimal_places=6)] | None, Blank]
    currency: Annotated[str, _listed("currencies")]
    amount: Annotated[Decimal, Field(max_digits=30, decimal_places=18, gt=-(10**12), lt=10**12)]
    recording_id: str | None = None
    release_id: str | None = None
    method: str | None = None
    faults: str | None = None


TEXT = pa.string()
SCHEMA = pa.schema(
    dict.fromkeys(Line.model_fields, TEXT)
    | {"period_start": pa.date32(), "period_end": pa.date32()}
    | {"quantity": pa.decimal128(28, 6), "amount": pa.decimal128(38, 18)}
)
RAW = pa.schema({"status": TEXT, "faults": TEXT, "record": pa.list_(TEXT)})


class Catalog:
    """The catalog in memory: a dict for each key."""

    def __init__(self, folder: Path) -> None:
        """Read every key."""
        self.by_isrc = self._dict(folder, "by_isrc")
        self.by_gtin = self._dict(folder, "by_gtin")
        self.by_gtin_title = self._dict(folder, "by_gtin_title")
        self.by_text = self._dict(folder, "by_text")
        for name in ("currencies", "territories"):
            codes = pq.read_table(folder / f"{name}.parquet")["code"].to_pylist()
            CODES[name] = frozenset(codes)

    def _dict(self, folder: Path, name: str) -> dict[str, str]:
        key, value = (column.to_pylist() for column in pq.read_table(folder / f"{name}.parquet"))
        return dict(zip(key, value, strict=True))

    def match(self, line: Line) -> bool:
        """Set the recording or release of a line, and the method; False where there is none."""
        if line.sale_level == "release":
            line.release_id = self.by_gtin.get(line.gtin or "")
            line.method = "gtin"
            return line.release_id is not None
        if found := self.by_isrc.get(line.isrc or ""):
            line.recording_id, line.method = found, "isrc"
            return True
        title = line.title.strip().lower()
        if found := self.by_gtin_title.get(f"{line.gtin}|{title}"):
            line.recording_id, line.method = found, "gtin_title"
            return True
        text = f"{title}|{line.version.strip().lower()}|{line.artist.strip().lower()}"
        line.recording_id, line.method = self.by_text.get(text), "exact_text"
        return line.recording_id is not None


class Table:
    """A parquet file that grows by batches."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        """Open the file."""
        self._schema = schema
        self._file = pq.ParquetWriter(path, schema, compression="lz4")
        self._rows: list[Row] = []

    def add(self, row: Row) -> None:
        """Add a row."""
        self._rows.append(row)
        if len(self._rows) == BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what has gathered."""
        self._file.write_table(pa.Table.from_pylist(self._rows, schema=self._schema))
        self._rows.clear()

    def close(self) -> None:
        """Finish the file."""
        self.flush()
        self._file.close()


class Desk:
    """Routes records to tables."""

    def __init__(self, catalog: Catalog, out: Path) -> None:
        """Open every table."""
        self._catalog = catalog
        self._tables = {
            "matched": Table(out / "sales.parquet", SCHEMA),
            "unmatched": Table(out / "unmatched.parquet", SCHEMA),
            "held": Table(out / "held.parquet", RAW),
            "quarantined": Table(out / "quarantine.parquet", RAW),
        }
        self.lines: Counter[str] = Counter()

    def take(self, names: list[str], cells: list[str]) -> None:
        """Route one record."""
        if len(cells) != len(names):
            self._keep("quarantined", cells, {"record"})
            return
        row: dict[str, str] = dict(zip(names, cells, strict=True))
        try:
            self._settle(Line.model_validate(row))
        except ValidationError as error:
            self._mend(row, {str(fault["loc"][0]) for fault in error.errors()})

    def _mend(self, row: dict[str, str], faulty: set[str]) -> None:
        """Route a record with faults: those that only warn leave a null behind."""
        if "currency" in faulty and row["currency"]:
            self._keep("quarantined", list(row.values()), faulty)
        elif faulty - WARNS:
            self._keep("held", list(row.values()), faulty)
        else:
            mended = row | dict.fromkeys(faulty, "")
            self._settle(Line.model_validate(mended | {"faults": " ".join(sorted(faulty))}))

    def _settle(self, line: Line) -> None:
        status = "matched" if self._catalog.match(line) else "unmatched"
        self.lines[status] += 1
        self._tables[status].add(dict(line))

    def _keep(self, status: str, cells: list[str], faulty: set[str]) -> None:
        self.lines[status] += 1
        faults = " ".join(sorted(faulty))
        self._tables[status].add({"status": status, "faults": faults, "record": cells})

    def close(self) -> None:
        """Finish every table."""
        for table in self._tables.values():
            table.close()


def main() -> None:
    """Do the job on the first lines and tell them by status."""
    parser = argparse.ArgumentParser()
    for name in ("manifest", "catalog", "out"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--lines", type=int)
    asked = parser.parse_args()
    start = time.perf_counter()
    desk = Desk(Catalog(asked.catalog), asked.out)
    loaded = time.perf_counter()
    with asked.manifest.open(encoding="utf-8", errors="replace", newline="") as file:
        records = csv.reader(file)
        names = next(records)
        for cells in itertools.islice(records, asked.lines):
            desk.take(names, cells)
    desk.close()
    done = time.perf_counter()
    told = {"by_status": desk.lines, "loading_s": loaded - start, "seconds": done - loaded}
    print(json.dumps(told))


if __name__ == "__main__":
    main()
