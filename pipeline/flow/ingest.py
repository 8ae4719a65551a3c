"""Ingest: one manifest from its bytes to a commit."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import nullcontext
from dataclasses import replace
from functools import partial
from pathlib import Path

import polars as pl

from pipeline.errors import ManifestRefused
from pipeline.flow import balancing, forgery, guard, parquet, paying, tally
from pipeline.flow.absorb import Absorbed, Plan, absorb
from pipeline.flow.catching_up import caught_up
from pipeline.flow.delivery import Delivery, Key
from pipeline.flow.desk import desk_beside
from pipeline.flow.drifting import watched
from pipeline.flow.emit import Emitted, emit
from pipeline.flow.executor import in_order
from pipeline.flow.held import HeldBack
from pipeline.flow.line_hashes import Hashing
from pipeline.flow.manifest_id import Digest, digesting
from pipeline.flow.messages import ordered
from pipeline.flow.opening import AnyPart, Opened, open_report, stat_of
from pipeline.flow.order import Order
from pipeline.flow.outcome import Report
from pipeline.flow.replacement import deliveries
from pipeline.flow.restating import restate, reversing
from pipeline.flow.settle import Judge, Settled
from pipeline.flow.sighting import sighted
from pipeline.flow.sketching import Sketching
from pipeline.flow.weighing import weighed
from pipeline.store import archive, lake
from pipeline.vocab import ManifestState

__all__ = ["Order", "absorbed_parts", "booked", "delivery_of", "ingest"]


def ingest(path: Path, order: Order) -> Report:
    """Take a manifest into the lake, or find that it is there already, whole or in great part.

    Raises:
        ManifestRefused: it is no known report, or changed while it was read; nothing was taken.
        UsageError: the declared period is none, or what it is to replace cannot be replaced.
        CatalogError: the current catalog is broken.
        LakeBusy, LakeDamaged: as `lake.commit`.
    """
    begun = time.monotonic()
    report = _once(path, order)
    while report is None:
        report = _once(path, order)
    if report.state is ManifestState.UNCHANGED:
        report = _restated(report, order)
    return replace(report, seconds=time.monotonic() - begun)


def _once(path: Path, order: Order) -> Report | None:
    """What became of a manifest; None where another run took meanwhile what it repeats."""
    _ = stat_of(path)
    # Two threads more than workers: they open and import while parts are read. The run's folder
    # goes once nobody writes there any more.
    with (
        lake.begin(order.home, "ingest", order.at) as run,
        ThreadPoolExecutor(order.threads + 2) as executor,
        digesting(path) if order.digest is None else nullcontext(order.digest) as digest,
    ):
        opened = open_report(path, order.home, run.dir, order.source, order.period)
        # Its digest was begun before it was opened.
        opened.before = digest.before
        report = _known(opened, order, digest) or forgery.forged(opened, order, digest, run)
        remittance = paying.remittance_for(opened, order, digest, report)
        if report is None:
            order = ordered(order, opened)
            with desk_beside(order.home, order.settings, run.dir, executor) as at_desk:
                plan = Plan.of(opened.profile)
                judge = Judge(plan, opened.profile.name, at_desk, executor)
                guarding = executor.submit(guard.preload)
                absorbed = absorbed_parts(opened, order, plan, judge, executor, run.dir)
                _refuse_empty(opened, absorbed)
                hashing = Hashing(absorbed, judge.named, opened, run.dir, executor)
                settled = judge.settled(opened.faults)
                guarding.result()
                named = (digest.result(), opened.period)
                paid = paying.paid_for(named, remittance, order.home, order.settings)
                control = weighed(opened, absorbed, settled, paid, order.word)
            settled = settled.held_by(control.faults)
            delivery = delivery_of(opened, order, absorbed, settled, run, digest.result())
            delivery = replace(delivery, control=control)
            report = _taken(opened, order, absorbed, settled, delivery, hashing)
    return None if report is None else balancing.weighed_again(report, order, remittance)


def _replaced(order: Order, delivery: Delivery) -> frozenset[Key]:
    """The deliveries that a new one replaces; whether it may is asked again at its commit."""
    if order.replacement is None:
        return frozenset()
    known = deliveries(order.home, order.settings)
    return frozenset(order.replacement.keys(known, delivery.accounting_period))


def _restated(report: Report, order: Order) -> Report:
    """What a report that is in the lake replaces from now on; one that it equals, it does not."""
    asked = order.replacement
    if asked is None:
        return report
    same = report.seen.get("same_as")
    manifest, period = same["manifest"] if same else report.manifest, report.accounting_period
    known = deliveries(order.home, order.settings)
    if same and (manifest, period) in asked.keys(known, period):
        return report
    done = restate(order.home, order.settings, order.at, f"{manifest}@{period}", asked)
    return replace(report, restated=[one.as_json() for one in done.restated])


def _known(opened: Opened, order: Order, digest: Digest) -> Report | None:
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
    """The first stage over all parts, as many parts under way as threads."""
    found: list[Absorbed] = []
    lines = at = 0
    size = opened.plain.stat().st_size

    def numbered() -> Iterator[tuple[int, AnyPart]]:
        nonlocal at
        for number, part in enumerate(opened.parts(order.settings.part_bytes)):
            at = part.offset
            order.progress("reading", at, lines)
            yield number, part

    def work(item: tuple[int, AnyPart]) -> Absorbed:
        number, part = item
        return absorb(part, plan, folder / f"absorbed-{number:05}.arrow", judge.seen)

    for part in in_order(executor, work, numbered(), order.threads):
        # Blank lines and comments can fill a part.
        if part.lines:
            found.append(judge.take(part, read=at / size))
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
        message=opened.message,
    )


def _taken(
    opened: Opened,
    order: Order,
    absorbed: list[Absorbed],
    settled: Settled,
    delivery: Delivery,
    hashing: Hashing,
) -> Report | None:
    """Write what was settled and commit it; None where another run was faster with its like."""
    asked = order.replacement
    replaced = _replaced(order, delivery)
    seen = sighted(absorbed, settled, delivery, hashing, order.home, replaced)
    if seen.repeats.same is not None:
        return replace(opened.unchanged(delivery.manifest), seen=seen.repeats.as_json())
    settled, delivery = seen.held(settled, delivery)
    book = booked(opened, order, absorbed, settled, delivery, hashing.executor)
    book = watched(seen.recorded(book, delivery), delivery, order.home, replaced)
    # Payloads were read again meanwhile; the digest has ended long ago.
    opened.refuse_changed()
    if order.settings.archive:
        archive.keep(order.home, opened.path, delivery.manifest, delivery.run.dir)
    with lake.exclusive(order.home, order.settings):
        if seen.is_overtaken(delivery):
            return None
        if opened.profile.spec.signature is not None:
            book.batch.files += forgery.answered(
                delivery.manifest, delivery.run, order.home, order.settings
            )
        book = caught_up(book, settled.known, delivery, order.home)
        if asked is not None:
            book = reversing(book, delivery, asked, order.home)
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
    sketching = Sketching(settled, delivery) if order.settings.sketches else None
    work = partial(emit, settled=settled, delivery=delivery, sketching=sketching)
    held = HeldBack(delivery, executor)
    emitted = _emitted(absorbed, work, held, order, executor)
    # On its own thread: the files of held lines and the books are made meanwhile.
    sketch = None if sketching is None else executor.submit(sketching.files, executor)
    written = [file for part in emitted for file in (part.sales, part.payloads)]
    files = held.files() + [file for file in written if file is not None]
    files += _matches(settled, delivery)
    guard.refuse_broken("sales", pl.concat(part.witnesses for part in emitted))
    book = tally.book(opened, absorbed, settled, emitted, files, delivery)
    book.batch.files += [] if sketch is None else sketch.result()
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
    """The second stage over all parts; held lines go where they are gathered."""
    found: list[Emitted] = []
    seen: set[int] = set()
    lines = 0
    items = ((number, part.path) for number, part in enumerate(absorbed))
    for part, done in zip(
        absorbed,
        in_order(executor, lambda item: work(*item), items, order.threads),
        strict=True,
    ):
        held.add(done.held)
        witnesses = guard.fresh(done.witnesses, seen)
        found.append(replace(done, held=pl.DataFrame(), witnesses=witnesses))
        lines += part.lines
        order.progress("writing", 0, lines)
    return found
