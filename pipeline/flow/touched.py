"""Which lines that wait a retry judges again: those whose identity the catalog's change touches.

Every line that waits was judged at the latest retry, or known then to be untouched, or judged by a
run since then. So what has changed between each catalog that those runs judged by and the one of
today is all that can matter; where one of them is gone, or other rules held, everything may.
"""

from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from pipeline.contract.columns import IDENTITY
from pipeline.flow.judging import Desk
from pipeline.match.affected import affected
from pipeline.match.changes import Changes, between
from pipeline.settings import Settings
from pipeline.store import books, catalog, lake


@dataclass(frozen=True)
class Touched:
    """What has changed since lines that wait were judged last.

    Attributes:
        desk: what decisions are taken with.
        since: what has changed, by the file of the catalog of before; None: there is no telling.
    """

    desk: Desk
    since: dict[Path, Changes] | None

    def of(self, lines: pl.DataFrame) -> tuple[pl.Series, pl.DataFrame]:
        """Whether each line is to be judged again, and the identities asked about.

        Args:
            lines: staged lines of one source.

        Returns:
            Boolean by line, in order; and one row per identity: its columns, `source`, `touched`.
        """
        identities = lines.select("source", *IDENTITY).unique(maintain_order=True)
        told = identities.with_columns(touched=self._touched(identities))
        both = lines.select("source", *IDENTITY).join(
            told, on=["source", *IDENTITY], how="left", nulls_equal=True, maintain_order="left"
        )
        return both["touched"], told

    def _touched(self, identities: pl.DataFrame) -> pl.Series:
        everyone = pl.Series([True]).new_from_index(0, identities.height)
        con = self.desk.con
        if self.since is None or con is None or not identities.height:
            return everyone
        found = ~everyone
        for path, changes in self.since.items():
            _attach(con, path)
            found |= affected(con, identities.select(*IDENTITY), identities["source"][0], changes)
            con.execute("DETACH former")
        return found


def since_retry(home: Path, settings: Settings, desk: Desk) -> Touched:
    """What has changed since the latest retry, and since the runs after it.

    Raises:
        LakeBusy, LakeDamaged: as `lake.bases`.
    """
    con, today = desk.con, desk.basis
    since: dict[Path, Changes] = {}
    for basis in lake.bases(home, settings):
        if con is None or basis is None or basis.rules != today.rules or basis.catalog is None:
            return Touched(desk, None)
        if basis.catalog == today.catalog:
            continue
        path = catalog.version_path(home, basis.catalog)
        if not path.is_file():
            return Touched(desk, None)
        _attach(con, path)
        since[path] = between(con)
        con.execute("DETACH former")
    return Touched(desk, since)


def _attach(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    con.execute(f"ATTACH {books.literal(str(path))} AS former (READ_ONLY)")
