"""What a manifest reports, line by line: the hashes of its lines, and its content."""

from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract import line_hash
from pipeline.contract.columns import MONEY
from pipeline.contract.line_hash import Lane, Lanes, Rows
from pipeline.faults import route
from pipeline.flow import compact, parquet
from pipeline.flow.absorb import TORN, Absorbed
from pipeline.flow.delivery import Delivery
from pipeline.flow.digests import digests
from pipeline.flow.naming import Named
from pipeline.flow.opening import Opened
from pipeline.flow.payload import payloads
from pipeline.store import lake
from pipeline.vocab import Fault

GROUP_ROWS = 65_536
"""Hashes of a row group: half a MiB is the least that is read of a long report."""

SAMPLE = 1_024
"""Smallest hashes that are looked for first: as hashes fall anywhere, they are a sample of the
lines. A share of one in a hundred is overlooked once in 30,000 reports; one that matters, never."""

_SORTED_BITS = 16
"""Bits by which the hashes of a run are put in order, at most: what is counted fits a cache."""

_BY_BYTES = TORN | route.joined(
    Fault.AMOUNT_UNREADABLE, Fault.QUANTITY_UNREADABLE, Fault.BAD_ENCODING
)
"""Faults of a line some cells of which became null: what they held must not be taken for equal."""


@dataclass(frozen=True)
class Reported:
    """What a manifest reports.

    Attributes:
        content: the sum of the hashes of all lines.
        lines: how many.
        money_lines: those of them that carry money, or some that could not be read.
        scopes: hashes of the services, periods and territories that it reports on.
        smallest: hashes of its lines, distinct and ascending, no more than `SAMPLE`.
        written: what `file` gives, once it is there.
    """

    content: str
    lines: int
    money_lines: int
    scopes: list[int]
    smallest: Lane
    written: Future[lake.NewFile]

    @property
    def file(self) -> lake.NewFile:
        """The distinct hashes of its lines, ascending, and how often each occurs.

        Only what came before asks for it before the lines themselves are written.
        """
        return self.written.result()

    def record(self, delivery: Delivery) -> pl.DataFrame:
        """Its row in the books."""
        row = {
            "manifest": delivery.manifest,
            "accounting_period": delivery.accounting_period,
            "source": delivery.source,
            "lines": self.lines,
            "content": self.content,
            "seen": self.file.sha256,
            "scopes": self.scopes,
        }
        return pl.DataFrame([row], schema=lake.CONTENTS)


class Hashing:
    """The lines of a manifest, hashed part by part once all its parts have been numbered.

    What they name is judged meanwhile. Hashes go to disk in runs by their highest bits, which are
    then counted one after the other while the manifest is held against others, and its lines are
    written.

    Attributes:
        executor: what it runs in.
    """

    def __init__(
        self,
        absorbed: list[Absorbed],
        named: Named,
        opened: Opened,
        folder: Path,
        executor: Executor,
    ) -> None:
        """Begin.

        Args:
            absorbed: the manifest's parts.
            named: what their lines name.
            opened: the manifest.
            folder: the run's.
            executor: any.
        """
        self._lines = sum(part.lines for part in absorbed)
        self._named = named
        self._opened = opened
        self._runs = _Runs(folder, self._lines)
        self.executor = executor
        paths = [part.path for part in absorbed]
        self._parts = [executor.submit(self._part, *item) for item in enumerate(paths)]

    def reported(self, contexts: pl.DataFrame, delivery: Delivery) -> Reported:
        """What the manifest reports; its contexts typed."""
        told = [part.result() for part in self._parts]
        return Reported(
            line_hash.content(part.sums for part in told),
            self._lines,
            sum(part.money_lines for part in told),
            _scopes(contexts),
            np.unique(np.concatenate([part.smallest for part in told]))[:SAMPLE],
            self.executor.submit(_written, self._runs, delivery),
        )

    def _part(self, number: int, path: Path) -> "_Hashed":
        first, second = _hashed(path, self._named, number, self._opened)
        return _Hashed(
            (int(first.sum()), int(second.sum())),
            int(np.count_nonzero(first & line_hash.MONEY_BIT)),
            self._runs.add(number, first),
        )


class _Hashed(NamedTuple):
    """What is told of the lines of a part: see `Reported`."""

    sums: tuple[int, int]
    money_lines: int
    smallest: Lane


class _Runs:
    """Hashes on disk: part by part, those of a part in runs by their highest bits.

    Of a run, which is a row group or so of the whole manifest, all parts are in memory at once.
    """

    def __init__(self, folder: Path, lines: int) -> None:
        """Begin with none of so many lines."""
        self._folder = folder
        self._bits = (lines // GROUP_ROWS).bit_length()
        self._parts: list[tuple[Lane, NDArray[np.int64]]] = []

    def add(self, number: int, hashes: Lane) -> Lane:
        """Take the hashes of a part, in any thread, and tell the smallest."""
        from pipeline.flow import kernel_runs

        parted = np.empty_like(hashes)
        begins = np.zeros(2**self._bits + 1, dtype=np.int64)
        kernel_runs.part(hashes, parted, begins, self._bits)
        path = self._folder / f"hashes-{number:05}"
        parted.tofile(path)
        self._parts.append((np.memmap(path, dtype=np.uint64, mode="r"), begins))
        return _smallest(parted, begins)

    def counted(self) -> Iterator[tuple[Lane, NDArray[np.uint32]]]:
        """The distinct hashes of each run, ascending, and how often each occurs."""
        for run in range(2**self._bits):
            own = [part[begins[run] : begins[run + 1]] for part, begins in self._parts]
            hashes = np.concatenate(own)
            if len(hashes):
                yield counted(hashes, self._bits)


def counted(hashes: Lane, same: int) -> tuple[Lane, NDArray[np.uint32]]:
    """The distinct hashes, ascending, and how often each occurs.

    Args:
        hashes: as they come.
        same: so many of the highest bits are the same in all.
    """
    from pipeline.flow import kernel_runs

    bits = min(len(hashes).bit_length(), _SORTED_BITS)
    ordered, times = np.empty_like(hashes), np.empty(len(hashes), dtype=np.uint32)
    begins = np.zeros(2**bits + 1, dtype=np.int64)
    distinct = kernel_runs.count(hashes, ordered, times, begins, same, bits)
    return ordered[:distinct], times[:distinct]


def _smallest(parted: Lane, begins: NDArray[np.int64]) -> Lane:
    """The smallest distinct hashes of those that are parted by their highest bits."""
    run = 1
    while True:
        found: Lane = np.unique(parted[: begins[run]])[:SAMPLE]
        if len(found) == SAMPLE or run == len(begins) - 1:
            return found
        # Twice as many: where most lines are one and the same, all might be asked for.
        run = min(2 * run, len(begins) - 1)


def _hashed(path: Path, named: Named, number: int, opened: Opened) -> Lanes:
    """Both lanes of the lines of one part."""
    wanted = ("identity", "context", "sets", "offset", "length", *MONEY)
    lines = compact.lines(path, wanted)
    identity_of, context_of = named.numbers[number]
    first, second = line_hash.hashes(
        Rows(named.identity_hashes, identity_of[lines["identity"].to_numpy()]),
        Rows(named.context_hashes, context_of[lines["context"].to_numpy()]),
        lines,
    )
    line_hash.flag(first, lines["amount"])
    sets = lines["sets"].to_numpy()
    unread = (sets & TORN) != 0
    if opened.is_unread:
        unread = np.ones(len(sets), dtype=np.bool_)
    chosen = np.flatnonzero(unread | ((sets & _BY_BYTES) != 0))
    if len(chosen):
        raw = payloads(opened.plain, lines["offset"], lines["length"], chosen)
        read = [np.where(unread[chosen], np.uint64(0), lane[chosen]) for lane in (first, second)]
        own = line_hash.raw_hashes(digests(_without_end(raw)), (read[0], read[1]))
        first[chosen], second[chosen] = own
    return first, second


def _without_end(raw: pl.Series) -> pl.Series:
    """Payloads without the ends of their lines, which say nothing."""
    size = pl.col("raw").bin.size()
    ends = pl.lit(0, dtype=pl.UInt32)
    for end in (b"\r", b"\n", b"\r\n"):
        ended = pl.col("raw").bin.ends_with(end)
        ends = pl.when(ended).then(pl.lit(len(end), dtype=pl.UInt32)).otherwise(ends)
    return raw.to_frame().select(pl.col("raw").bin.slice(0, size - ends)).to_series()


def _written(runs: _Runs, delivery: Delivery) -> lake.NewFile:
    return parquet.write_groups(
        ({"line_hash": hashes, "times": times} for hashes, times in runs.counted()),
        {"manifest": delivery.manifest, "accounting_period": delivery.accounting_period},
        "seen",
        delivery.run.file("seen", "0"),
        GROUP_ROWS,
    )


def _scopes(contexts: pl.DataFrame) -> list[int]:
    """A hash of each distinct service, period (in months) and territory."""
    texts = contexts.select(
        pl.col("service", "territory").cast(pl.String),
        *(
            pl.coalesce(f"period_{end}", f"activity_{end}").dt.strftime("%Y-%m").alias(end)
            for end in ("start", "end")
        ),
    )
    return _sorted(digests(line_hash.texts(texts.unique()))[0])


def _sorted(lane: Iterable[int]) -> list[int]:
    return sorted(map(int, lane))
