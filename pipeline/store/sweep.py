"""The sweep: what no transaction names, and what open readers need no more, is removed."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.contract.columns import TABLES
from pipeline.settings import Settings
from pipeline.store import books
from pipeline.store.layout import books_path, table_folder
from pipeline.store.locks import exclusive
from pipeline.store.runs import remove_dead
from pipeline.store.sql import query
from pipeline.store.steps import Step, reach


@dataclass(frozen=True)
class SweepReport:
    """What a sweep removed; `bytes` counts orphans and replaced files."""

    runs: int = 0
    """Folders of runs that ended without their own clearing up."""
    orphans: int = 0
    """Files that no transaction ever named."""
    replaced: int = 0
    """Files replaced longer ago than `keep_replaced_days`."""
    bytes: int = 0


def sweep(home: Path, settings: Settings, at: datetime) -> SweepReport:
    """What was removed, under the commit lock; a run that is alive keeps its folder.

    Args:
        home: the home folder.
        settings: `keep_replaced_days` and `lock_wait_s` are read.
        at: the clock reading of this run, aware.

    Raises:
        LakeBusy: another writer holds the lake beyond `settings.lock_wait_s`.
        LakeDamaged: the books are lost or broken: then nothing is removed.
    """
    home = home.resolve()
    with exclusive(home, settings):
        books.refuse_lost(home)
        if not books_path(home).exists():
            return SweepReport(runs=remove_dead(home))
        before = at.astimezone(UTC).replace(tzinfo=None) - timedelta(
            days=settings.keep_replaced_days
        )
        with books.writing(home, settings) as con:
            params = {"replaced_before": before}
            kept = set(con.execute(query("lake/kept_files"), params).fetchall())
            gone = set(con.execute(query("lake/replaced_files")).fetchall())
        swept = [
            (path, (table, path.name) in gone)
            for table in TABLES
            for path in sorted(table_folder(home, table).glob("*.parquet"))
            if (table, path.name) not in kept
        ]
        size = sum(path.stat().st_size for path, _ in swept)
        for path, _ in swept:
            path.unlink()
            reach(Step.SWEEPING)
        replaced = sum(was_named for _, was_named in swept)
        return SweepReport(remove_dead(home), len(swept) - replaced, replaced, size)
