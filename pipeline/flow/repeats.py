"""How much of a manifest its source has sent before: the whole of it, or so many of its lines.

Compared with every delivery of the same source that still pays, whatever its period: a line says
its own period where the source names one, and a line that was sent again may come in a bundle of
another. Lines are equal where their hashes are, each as often as both sides hold it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract.line_hash import MONEY_BIT, Lane
from pipeline.flow import compact
from pipeline.flow.absorb import Absorbed
from pipeline.flow.delivery import Key
from pipeline.flow.line_hashes import Reported
from pipeline.flow.repeated import TOLD, Earlier, Repeats
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.store.layout import table_folder
from pipeline.store.sql import query
from pipeline.vocab import Ending

Times = NDArray[np.uint32]

_CHUNK = 2**22
"""Known hashes that are compared at once."""


@dataclass(frozen=True)
class Delivered:
    """A delivery of the same source; a row of `queries/seen/deliveries.sql`.

    Attributes:
        scopes: how many services, periods and territories of the manifest at hand it reports on.
    """

    manifest: str
    accounting_period: str
    lines: int
    content: str
    name: str
    outcome: str | None
    scopes: int

    @property
    def key(self) -> Key:
        """What it is known by."""
        return self.manifest, self.accounting_period

    def is_equal(self, reported: Reported, accounting_period: str) -> bool:
        """Whether it reports the same lines for the same period."""
        mine = (self.content, self.lines, self.accounting_period)
        return mine == (reported.content, reported.lines, accounting_period)


def delivered(
    reported: Reported, home: Path, settings: Settings, source: str, own: Key
) -> list[Delivered]:
    """The deliveries of a source, latest first, but for the manifest at hand.

    Args:
        reported: what that reports.
        home: the home folder.
        settings: the lock's.
        source: who sends it.
        own: what it is known by, where it is read again.

    Raises:
        LakeBusy, LakeDamaged: as `lake.reading`.
    """
    with lake.reading(home, settings) as con:
        params = {"source": source, "scopes": reported.scopes}
        rows = con.execute(query("seen/deliveries"), params).fetchall()
    return [one for row in rows if (one := Delivered(*row)).key != own]


def repeats(
    reported: Reported, known: list[Delivered], home: Path, replaced: frozenset[Key]
) -> Repeats:
    """How many lines of a manifest deliveries of its source hold already.

    Args:
        reported: what it reports; its file of hashes is still in the run's folder.
        known: as `delivered` gives them.
        home: the home folder.
        replaced: deliveries that it is said to replace; not compared with, like those that others
            have replaced.
    """
    folder = table_folder(home.resolve(), "seen")
    paying = [one for one in known if one.outcome != Ending.REPLACED and one.key not in replaced]
    return _counted(
        reported,
        [(one, folder / one.name) for one in paying],
        frozenset(one.key for one in known),
    )


def same(
    reported: Reported,
    known: list[Delivered],
    absorbed: Sequence[Absorbed],
    home: Path,
    settings: Settings,
    period: str,
) -> Earlier | None:
    """The delivery of the same period that reports exactly what a manifest does, if there is one.

    Args:
        reported: what that reports.
        known: as `delivered` gives them.
        absorbed: its parts.
        home: the home folder.
        settings: the lock's.
        period: its accounting period.
    """
    for one in known:
        if one.is_equal(reported, period) and _extras(one.key, home, settings) == _extras_of(
            absorbed
        ):
            return Earlier(*one.key, reported.lines, one.outcome)
    return None


def _counted(
    reported: Reported, files: list[tuple[Delivered, Path]], known: frozenset[Key]
) -> Repeats:
    """The lines of a manifest that stand in some files of hashes, counted."""
    alike = [(one, path) for one, path in files if _is_alike(reported.smallest, path)]
    hashes, times = _own(reported) if alike else (reported.smallest[:0], np.zeros(0, np.uint32))
    seen = np.zeros(len(hashes), dtype=np.uint32)
    earlier = []
    for one, path in alike:
        shared = _shared(hashes, times, path)
        np.add(seen, shared, out=seen)
        earlier.append(Earlier(*one.key, int(shared.sum()), one.outcome))
    seen = np.minimum(seen, times)
    carries = (hashes & MONEY_BIT) != 0
    return Repeats(
        lines=reported.lines,
        seen_lines=int(seen.sum()),
        money_lines=reported.money_lines,
        seen_money_lines=int(seen[carries].sum()),
        earlier=tuple(sorted(earlier, key=lambda one: -one.lines)),
        same_scope=tuple(one.key for one, _ in files if one.scopes)[:TOLD],
        known=known,
    )


def _own(reported: Reported) -> tuple[Lane, Times]:
    """All hashes of a manifest: asked for only where some have come before; most are new."""
    rows = pl.scan_parquet(reported.file.path).select("line_hash", "times").collect()
    return rows["line_hash"].to_numpy(), rows["times"].to_numpy()


def _is_alike(sample: Lane, path: Path) -> bool:
    """Whether a file of hashes holds any of the smallest of a manifest."""
    known = pl.scan_parquet(path)
    # The file is ordered, and only the groups of rows that begin below are read.
    below = pl.col("line_hash") <= pl.lit(int(sample[-1]), dtype=pl.UInt64)
    first = known.filter(below).select("line_hash").collect()["line_hash"].to_numpy()
    return bool(np.isin(sample, first, assume_unique=True).any())


def _shared(hashes: Lane, times: Times, path: Path) -> Times:
    """How often each hash stands in a file as well."""
    known = pl.scan_parquet(path)
    shared = np.zeros(len(hashes), dtype=np.uint32)
    for other, other_times in _chunks(known):
        places = np.minimum(np.searchsorted(hashes, other), len(hashes) - 1)
        equal = hashes[places] == other
        shared[places[equal]] = np.minimum(times[places[equal]], other_times[equal])
    return shared


def _chunks(known: pl.LazyFrame) -> Iterator[tuple[Lane, Times]]:
    """The hashes of a file and how often each occurs, some at a time."""
    at = 0
    while True:
        rows = known.select("line_hash", "times").slice(at, _CHUNK).collect()
        if not rows.height:
            return
        yield rows["line_hash"].to_numpy(), rows["times"].to_numpy()
        at += rows.height


def _extras_of(absorbed: Iterable[Absorbed]) -> int:
    """A sum of the cells that the profile does not map, of the lines of all parts.

    They are no part of a line's hash (a report that came again may have a column more), but two
    reports that differ in them are not the same: such a column may be what tells two tiers apart.
    """
    parts = (compact.lines(part.path, ["extra"]) for part in absorbed)
    return _extras_sum(part["extra"] for part in parts if part.width)


def _extras(key: Key, home: Path, settings: Settings) -> int:
    """The same of a delivery in the lake."""

    def own() -> Iterator[pl.Series]:
        mine = (pl.col("manifest") == key[0]) & (pl.col("accounting_period") == key[1])
        for table in ("sales", "staged", "quarantine"):
            for path in lake.files(home, table, settings)["path"]:
                yield pl.scan_parquet(path).filter(mine).select("extra").collect()["extra"]

    return _extras_sum(own())


def _extras_sum(columns: Iterable[pl.Series]) -> int:
    # Compared within this process alone, where the hash of a text is always the same.
    return sum(int(column.drop_nulls().hash().to_numpy().sum()) for column in columns) % 2**64
