"""Ingest: one manifest from its bytes to a commit."""

import hashlib
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path

import polars as pl

from pipeline.errors import ManifestRefused
from pipeline.flow import guard, parquet, tally
from pipeline.flow.absorb import Absorbed, Plan, absorb
from pipeline.flow.catching_up import caught_up
from pipeline.flow.delivery import Delivery
from pipeline.flow.desk import desk
from pipeline.flow.emit import Emitted, emit
from pipeline.flow.executor import in_order
from pipeline.flow.held import HeldBack
from pipeline.flow.opening import AnyPart, Opened, open_report
from pipeline.flow.outcome import Report
from pipeline.flow.settle import Judge, Settled
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.vocab import ManifestState

Progress = Callable[[str, int, int], None]
"""Told of the stage, the share of it that is done in bytes, and the lines so far."""

Beside = Callable[[lake.Batch, lake.Run, str], None]
"""Adds to the batch of a manifest, under the commit lock."""

_BLOCK = 2**20


@dataclass(frozen=True)
class Order:
    """What an ingest is asked for.

    Attributes:
        home: the home folder.
        settings: its settings.
        at: the run's one clock reading, aware.
        source: the profile that must fit; chosen by the header where None.
        period: the accounting period as declared; from the profile where None.
        progress: told how far it has come.
        beside: puts what must be committed with the manifest into its batch.
    """

    home: Path
    settings: Settings
    at: datetime
    source: str | None = None
    period: str | None = None
    progress: Progress = field(default=lambda _stage, _bytes, _lines: None)
    beside: Beside = field(default=lambda _batch, _run, _manifest: None)

    @property
    def threads(self) -> int:
        """Worker threads: as set, else one per core."""
        return self.settings.threads or len(os.sched_getaffinity(0))


def ingest(path: Path, order: Order) -> Report:
    """Take a manifest into the lake, or find that it is there already.

    Raises:
        ManifestRefused: it is no known report, or changed while it was read; nothing was taken.
        UsageError: the declared period is none.
        CatalogError: the current catalog is broken.
        LakeBusy, LakeDamaged: as `lake.commit`.
    """
    begun = time.monotonic()
    # One thread more than workers: it hashes and imports while they parse.
    with (
        ThreadPoolExecutor(order.threads + 1) as executor,
        lake.begin(order.home, "ingest", order.at) as run,
    ):
        opened = open_report(path, order.home, run.dir, order.source, order.period)
        digest = executor.submit(digest_of, path)
        guarding = executor.submit(guard.preload)
        report = _known(opened, order, digest)
        if report is None:
            with desk(order.home, order.settings) as at_desk:
                plan = Plan.of(opened.profile)
                judge = Judge(plan, opened.profile.name, at_desk, executor)
                absorbed = absorbed_parts(opened, order, plan, judge, executor, run.dir)
                _refuse_empty(opened, absorbed)
                settled = judge.settled(opened.control().faults)
            guarding.result()
            delivery = delivery_of(opened, order, absorbed, settled, run, digest.result())
            report = _taken(opened, order, absorbed, settled, delivery, executor)
    return replace(report, seconds=time.monotonic() - begun)


def digest_of(path: Path) -> str:
    """The SHA-256 of a file's bytes as delivered."""
    digest = hashlib.sha256()
    block = memoryview(bytearray(_BLOCK))
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(block):
            digest.update(block[:size])
    return digest.hexdigest()


def _known(opened: Opened, order: Order, digest: Future[str]) -> Report | None:
    """That the delivery is in the lake, told before any work where a file of its size is."""
    if opened.before.st_size not in lake.sizes(order.home, order.settings):
        return None
    manifest = digest.result()
    held = lake.holds(order.home, manifest, opened.period, order.settings)
    return opened.unchanged(manifest) if held else None


def absorbed_parts(
    opened: Opened,
    order: Order,
    plan: Plan,
    judge: Judge,
    executor: Executor,
    folder: Path,
) -> list[Absorbed]:
    """The first stage over all parts, at most one part waiting beside those under way."""
    found: list[Absorbed] = []
    lines = 0

    def numbered() -> Iterator[tuple[int, AnyPart]]:
        for number, part in enumerate(opened.parts(order.settings.part_bytes)):
            order.progress("reading", part.offset, lines)
            yield number, part

    def work(item: tuple[int, AnyPart]) -> Absorbed:
        number, part = item
        return absorb(part, plan, folder / f"absorbed-{number:05}.arrow")

    for part in in_order(executor, work, numbered(), order.threads + 1):
        # Blank lines and comments can fill a part.
        if part.lines:
            found.append(judge.take(part))
            lines += part.lines
    return found


def _refuse_empty(opened: Opened, absorbed: list[Absorbed]) -> None:
    """Raise where a report has no line: nothing could be told of it later."""
    if not absorbed:
        raise ManifestRefused(f"{opened.path} holds no line", "ask its sender for the report")


def delivery_of(
    opened: Opened,
    order: Order,
    absorbed: list[Absorbed],
    settled: Settled,
    run: lake.Run,
    manifest: str,
) -> Delivery:
    """What the second stage must know of the manifest."""
    counts = tally.fatal_counts(absorbed, settled)
    limit = order.settings.manifest_fault_share * sum(part.lines for part in absorbed)
    return Delivery(
        manifest=manifest,
        accounting_period=opened.period,
        source=opened.profile.name,
        path=opened.plain,
        run=run,
        settings=order.settings,
        common={fault: number for fault, number in counts.items() if number > limit},
    )


def _taken(
    opened: Opened,
    order: Order,
    absorbed: list[Absorbed],
    settled: Settled,
    delivery: Delivery,
    executor: Executor,
) -> Report:
    """Write what was settled and commit it."""
    book = booked(opened, order, absorbed, settled, delivery, executor)
    # Payloads were read again meanwhile; the digest has ended long ago.
    opened.refuse_changed()
    with lake.exclusive(order.home, order.settings):
        book = caught_up(book, settled.known, delivery, order.home)
        order.beside(book.batch, delivery.run, delivery.manifest)
        state = lake.commit(order.home, delivery.run, book.batch, order.settings)
    return book.report if state is ManifestState.COMMITTED else opened.unchanged(delivery.manifest)


def booked(
    opened: Opened,
    order: Order,
    absorbed: list[Absorbed],
    settled: Settled,
    delivery: Delivery,
    executor: Executor,
) -> tally.Book:
    """Write what was settled, and what is to be committed of it."""
    work = partial(emit, settled=settled, delivery=delivery)
    held = HeldBack(delivery, executor)
    emitted = _emitted(absorbed, work, held, order, executor)
    written = [file for part in emitted for file in (part.sales, part.payloads)]
    files = held.files() + [file for file in written if file is not None]
    files += _matches(settled, delivery)
    guard.refuse_broken("sales", pl.concat(part.witnesses for part in emitted))
    book = tally.book(opened, absorbed, settled, emitted, files, delivery)
    book.batch.basis = settled.basis
    return book


def _matches(settled: Settled, delivery: Delivery) -> list[lake.NewFile]:
    """The file of what was decided by likeness, or left over; none where keys settled all."""
    run = delivery.run
    rows = settled.matches.with_columns(
        manifest=pl.lit(delivery.manifest),
        accounting_period=pl.lit(delivery.accounting_period),
        source=pl.lit(delivery.source),
        decided_at=pl.lit(run.at),
        run=pl.lit(run.id),
    )
    guard.refuse_broken("matches", rows)
    written = parquet.write(rows, "matches", run.file("matches", "0"))
    return [] if written is None else [written]


def _emitted(
    absorbed: list[Absorbed],
    work: Callable[[int, Path], Emitted],
    held: HeldBack,
    order: Order,
    executor: Executor,
) -> list[Emitted]:
    """The second stage over all parts; their held lines go where they are gathered."""
    found: list[Emitted] = []
    lines = 0
    items = ((number, part.path) for number, part in enumerate(absorbed))
    for part, done in zip(
        absorbed,
        in_order(executor, lambda item: work(*item), items, order.threads + 1),
        strict=True,
    ):
        held.add(done.held)
        found.append(replace(done, held=pl.DataFrame()))
        lines += part.lines
        order.progress("writing", 0, lines)
    return found
