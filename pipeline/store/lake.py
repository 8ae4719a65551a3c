"""The lake as flows use it: begin a run, seal its files, commit them, read what is committed.

```python
with lake.begin(home, "ingest", at) as run:
    path = run.file("sales", "0")
    sales.write_parquet(path)
    batch = lake.Batch(files=[lake.seal(path, "sales", sales.height)], …)
    state = lake.commit(home, run, batch, settings)
```
"""

import hashlib
from pathlib import Path

import polars as pl

from pipeline.contract.columns import TABLES
from pipeline.settings import Settings
from pipeline.store import books
from pipeline.store.batch import Basis, Batch
from pipeline.store.commit import commit
from pipeline.store.layout import books_path
from pipeline.store.locks import exclusive
from pipeline.store.records import (
    ARRIVALS,
    CONTENTS,
    CONTROL,
    DECISIONS,
    DELIVERY,
    ENDINGS,
    FINDINGS,
    LAYOUTS,
    MESSAGES,
    NOTICES,
    REMITTANCES,
    VISITS,
)
from pipeline.store.runs import NewFile, Run, begin, seal
from pipeline.store.sql import query
from pipeline.store.sweep import SweepReport, sweep
from pipeline.store.views import ensure_views, files, reading

__all__ = [
    "ARRIVALS",
    "CONTENTS",
    "CONTROL",
    "DELIVERY",
    "ENDINGS",
    "FINDINGS",
    "LAYOUTS",
    "MESSAGES",
    "NOTICES",
    "REMITTANCES",
    "VISITS",
    "Basis",
    "Batch",
    "NewFile",
    "Run",
    "SweepReport",
    "bases",
    "begin",
    "commit",
    "damaged",
    "decisions",
    "ensure_views",
    "exclusive",
    "files",
    "holds",
    "reading",
    "seal",
    "sizes",
    "sweep",
]


def holds(home: Path, manifest: str, accounting_period: str, settings: Settings) -> bool:
    """Whether a delivery is in the lake; a commit asks again, under its lock.

    Raises:
        LakeBusy, LakeDamaged: as `ensure_views`.
    """
    with reading(home, settings) as con:
        found = con.execute(
            "SELECT 1 FROM manifests WHERE manifest = $manifest AND accounting_period = $period",
            {"manifest": manifest, "period": accounting_period},
        ).fetchall()
    return bool(found)


def sizes(home: Path, settings: Settings) -> set[int]:
    """The sizes in bytes of all manifests in the lake; one of another size is a new one.

    Raises:
        LakeBusy, LakeDamaged: as `ensure_views`.
    """
    if not books_path(home.resolve()).exists():
        return set()
    with reading(home, settings) as con:
        return {size for (size,) in con.execute("SELECT DISTINCT bytes FROM manifests").fetchall()}


def decisions(home: Path, settings: Settings) -> pl.DataFrame:
    """One row per decision, those undone included, in their order; the columns of `DECISIONS`.

    Raises:
        LakeBusy, LakeDamaged: as `ensure_views`.
    """
    with reading(home, settings) as con:
        standing: pl.DataFrame = con.sql("FROM decisions").pl()
    # The lake shows clocks without their zone, which is UTC.
    return standing.select(pl.col(name).cast(dtype) for name, dtype in DECISIONS.items())


def bases(home: Path, settings: Settings) -> set[Basis | None]:
    """By what the lines that wait were judged: at the latest retry, and by the runs since then.

    None stands among them where that is not known. Under the commit lock.

    Raises:
        LakeBusy, LakeDamaged: as `books.writing`.
    """
    if not books_path(home).exists():
        return set()
    with books.writing(home, settings) as con:
        rows = con.execute(query("lake/bases_since_retry")).fetchall()
    return {None if rules is None else Basis(version, rules) for version, rules in rows}


def damaged(home: Path, settings: Settings) -> list[Path]:
    """The committed files that are not what was written, every byte read again; none is well.

    Raises:
        LakeDamaged: a file is missing, or the books are.
        LakeBusy: as `ensure_views`.
    """
    return [
        Path(path)
        for table in TABLES
        for path, sha256 in files(home, table, settings).select("path", "sha256").iter_rows()
        if _digest(Path(path)) != sha256
    ]


def _digest(path: Path) -> str:
    """The SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
