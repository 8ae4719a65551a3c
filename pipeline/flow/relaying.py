"""A manifest that was held for its layout, read at last: from its payloads, without its file."""

import json
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import polars as pl

from pipeline import read
from pipeline.errors import UsageError
from pipeline.faults import ledger
from pipeline.flow import guard, parquet
from pipeline.flow.absorb import Plan
from pipeline.flow.balancing import settle
from pipeline.flow.control import AMOUNT, LINES, QUANTITY
from pipeline.flow.desk import desk_beside
from pipeline.flow.drifting import watched
from pipeline.flow.entries import SHORTEST_ID
from pipeline.flow.ingest import Order, absorbed_parts, booked, delivery_of
from pipeline.flow.line_hashes import Hashing
from pipeline.flow.opening import Opened
from pipeline.flow.outcome import Report
from pipeline.flow.paying import paid_before
from pipeline.flow.rebuilding import rebuilt
from pipeline.flow.resketching import resketch
from pipeline.flow.settle import Judge
from pipeline.flow.sighting import sighted
from pipeline.flow.summing import sums_by
from pipeline.flow.tally import TOTALS
from pipeline.flow.weighing import weighed
from pipeline.read.dialect import Dialect
from pipeline.read.drift import drift_of
from pipeline.read.headers import SAMPLED, Header, numbered
from pipeline.read.profile import profile_of
from pipeline.read.profile_spec import Spec
from pipeline.read.scalar import split_record
from pipeline.read.trailer import Declared
from pipeline.read.widen import widened
from pipeline.store import lake
from pipeline.store.records import MANIFESTS, REPORTED, SUMS
from pipeline.store.sql import query
from pipeline.vocab import Fault, Outcome, Status


@dataclass(frozen=True)
class Taken:
    """What came of a layout that a person took.

    Attributes:
        report: of the manifest, as an ingest tells it.
        profile: the file of the profile that knows the layout now.
        names: the profile's columns and the names that they bear in it.
    """

    report: Report
    profile: Path
    names: Mapping[str, str]


@dataclass(frozen=True)
class _Held:
    """A manifest that waits for its layout."""

    manifest: str
    period: str
    source: str
    encoding: str
    header: tuple[str, ...]
    proposed: Mapping[str, str]
    path: Path
    entry: str


def accept(order: Order, manifest: str, names: Mapping[str, str] | None, *, name: str) -> Taken:
    """Say which columns are which in a manifest that is held for its layout, and read its lines.

    The profile of its source knows the layout from then on.

    Args:
        order: home, settings and clock.
        manifest: its id, or the beginning of it.
        names: the profile's columns and the report's; those that were proposed where None.
        name: who says so.

    Raises:
        UsageError: nothing held for its layout is named, columns that are needed stay without a
            name, or nobody is named.
        LakeBusy, LakeDamaged: as `lake.commit`.
    """
    if not name.strip():
        raise UsageError("no layout is taken without a name", "give --by")
    begun = time.monotonic()
    with (
        lake.exclusive(order.home, order.settings),
        lake.begin(order.home, "accept", order.at) as run,
        ThreadPoolExecutor(order.threads + 1) as executor,
    ):
        held = _held(order, manifest)
        given = dict(held.proposed if names is None else names)
        spec, text = widened(held.source, given, order.home)
        _refuse_missing(spec, held)
        files = _files(order, held)
        plain = run.dir / "rebuilt"
        dialect = rebuilt(plain, _lines(files, held), _dialect(spec, held, files))
        profile = profile_of(_numbered(spec, plain, dialect), held.header, dialect)
        opened = Opened(
            held.path, plain, profile, held.period, plain.stat(), _declared(order, held)
        )
        with desk_beside(order.home, order.settings, run.dir, executor) as at_desk:
            plan = Plan.of(profile)
            judge = Judge(plan, profile.name, at_desk, executor)
            absorbed = absorbed_parts(opened, order, plan, judge, executor, run.dir)
            hashing = Hashing(absorbed, judge.named, opened, run.dir, executor)
            settled = judge.settled(())
        guard.preload()
        paid = paid_before((held.manifest, held.period), order.home, order.settings)
        control = weighed(opened, absorbed, settled, paid, None)
        settled = settled.held_by(control.faults)
        delivery = delivery_of(opened, order, absorbed, settled, run, held.manifest)
        delivery = replace(delivery, control=control)
        seen = sighted(absorbed, settled, delivery, hashing, order.home)
        settled, delivery = seen.held(settled, delivery)
        book = booked(opened, order, absorbed, settled, delivery, executor)
        book = seen.recorded(book, delivery)
        _replacing(book.batch, run, held, files)
        book.batch.replaced["seen"] = _seen_before(order, held)
        resketch(book.batch, run, order, delivery.key, _waiting(files, held))
        # Of its former sketch all lines were unread.
        book = watched(book, delivery, order.home, frozenset({delivery.key}))
        ended = _ended(order, run, held, name.strip())
        book.batch.files += [ended] if ended is not None else []
        # Before the commit: where that fails, the same command finds the names known already.
        saved = _save(order.home, held.source, text)
        lake.commit(order.home, run, book.batch, order.settings)
        if paid is not None:
            # Others that were paid together with it may balance now.
            settle(order.home, order.settings, order.at, [paid.delivery])
    return Taken(replace(book.report, seconds=time.monotonic() - begun), saved, given)


def _dialect(spec: Spec, held: _Held, files: list[tuple[str, Path]]) -> Dialect:
    """How the manifest was read: of several delimiters by that which parts its first line."""
    dialect = replace(spec.dialect, encoding=held.encoding, columns=held.header)
    first = next(_lines(files, held))["raw"][0].decode(held.encoding, "replace").encode()
    tried = [replace(dialect, delimiter=mark) for mark in spec.delimiters]
    width = len(held.header)
    return next((one for one in tried if len(split_record(first, one).cells) == width), dialect)


def _numbered(spec: Spec, plain: Path, dialect: Dialect) -> Spec:
    """The profile with the one form of numbers that the lines have."""
    part = next(read.parts(plain, dialect), None)
    rows = () if part is None else tuple(part.cells()[0].head(SAMPLED).rows())
    columns = dialect.columns or ()
    return numbered(spec, Header(dialect, columns, rows, "", unknown=False))


def _declared(order: Order, held: _Held) -> Declared:
    """What the report's last lines declare, as the books have kept it."""
    with lake.reading(order.home, order.settings) as con:
        rows: pl.DataFrame = con.sql("FROM control").pl()
    own = rows.filter(manifest=held.manifest, accounting_period=held.period)
    totals = own.filter(pl.col("what").is_in([LINES, QUANTITY, AMOUNT]))
    return dict(totals.select("what", "declared").iter_rows())


def _refuse_missing(spec: Spec, held: _Held) -> None:
    cells = pl.DataFrame(schema=dict.fromkeys(held.header, pl.String()))
    drift = drift_of(spec, held.header, cells)
    if drift.missing:
        lacking = ", ".join(map(repr, drift.missing))
        new = ", ".join(map(repr, drift.new))
        raise UsageError(
            f"{lacking} would still be missing", f"name each, as --map 'OURS=THEIRS', of {new}"
        )


def _held(order: Order, given: str) -> _Held:
    """The one manifest that a person means."""
    if len(given) < SHORTEST_ID:
        raise UsageError(
            f"{given!r} is too short for a manifest's id", f"give {SHORTEST_ID} digits or more"
        )
    with lake.reading(order.home, order.settings) as con:
        found: list[tuple[Any, ...]] = con.execute(
            query("replay/held_layouts"), {"manifest": given.lower()}
        ).fetchall()
    if len(found) != 1:
        what = "begins several that are" if found else "is not"
        raise UsageError(
            f"{given!r} {what} held for its layout",
            f"see `royalty quarantine list --fault {Fault.SCHEMA_DRIFT}`",
        )
    manifest, period, source, encoding, header, proposed, path, entry = found[0]
    return _Held(
        manifest, period, source, encoding, tuple(header), json.loads(proposed), Path(path), entry
    )


def _files(order: Order, held: _Held) -> list[tuple[str, Path]]:
    """Name and path of the staged files that hold waiting lines, in the order of their lines."""
    found = []
    for name, path in (
        lake.files(order.home, "staged", order.settings).select("name", "path").rows()
    ):
        keys = pl.read_parquet(path, columns=[*lake.DELIVERY, "offset", "status", "faults"])
        waiting = keys.filter(_waits(held))
        if waiting.height:
            found.append((waiting["offset"][0], name, Path(path)))
    return [(name, path) for _, name, path in sorted(found)]


def _waits(held: _Held) -> pl.Expr:
    """Whether a staged line waits for the layout: one that a person excluded does not."""
    drifted = pl.col("faults").list.contains(Fault.SCHEMA_DRIFT.value)
    mine = (pl.col("manifest") == held.manifest) & (pl.col("accounting_period") == held.period)
    return mine & drifted & (pl.col("status") == Status.HELD.value)


def _lines(files: list[tuple[str, Path]], held: _Held) -> Iterator[pl.DataFrame]:
    """The bytes of the waiting lines, file by file."""
    for rows in _waiting(files, held):
        yield rows.select("offset", "line", "raw")


def _waiting(files: list[tuple[str, Path]], held: _Held) -> Iterator[pl.DataFrame]:
    """The waiting lines, file by file."""
    for _, path in files:
        yield pl.read_parquet(path).filter(_waits(held))


def _replacing(
    batch: lake.Batch, run: lake.Run, held: _Held, files: list[tuple[str, Path]]
) -> None:
    """Make of the batch of a new manifest that of the same one read again."""
    before = [pl.DataFrame(schema=REPORTED)]
    for number, (name, path) in enumerate(files):
        rows = pl.read_parquet(path)
        others = rows.filter(~_waits(held))
        kept = parquet.write(others, "staged", run.file("staged", f"others-{number:05}"))
        batch.files += [kept] if kept is not None else []
        batch.replaced.setdefault("staged", []).append(name)
        waiting = rows.filter(_waits(held)).with_columns(pl.col("currency").fill_null(""))
        before.append(_typed(sums_by(waiting, *lake.DELIVERY, "currency"), REPORTED))
    gone = _summed(pl.concat(before), REPORTED).with_columns(-pl.col(TOTALS))
    left = gone.with_columns(status=pl.lit(Status.HELD.value))
    batch.reported = _summed(pl.concat([_typed(batch.reported, REPORTED), gone]), REPORTED)
    batch.sums = _summed(pl.concat([_typed(batch.sums, SUMS), _typed(left, SUMS)]), SUMS)
    batch.manifests = pl.DataFrame(schema=MANIFESTS)


def _typed(rows: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    return rows.select(pl.col(name).cast(dtype) for name, dtype in schema.items())


def _summed(rows: pl.DataFrame, schema: Mapping[str, pl.DataType]) -> pl.DataFrame:
    keys = [name for name in schema if name not in TOTALS]
    return _typed(rows.group_by(keys).agg(pl.col(TOTALS).sum()).sort(keys), schema)


def _seen_before(order: Order, held: _Held) -> list[str]:
    """The file of what the manifest reported by its bytes, if there is one."""
    key = {"manifest": held.manifest, "accounting_period": held.period}
    with lake.reading(order.home, order.settings) as con:
        return [name for (name,) in con.execute(query("seen/own"), key).fetchall()]


def _ended(order: Order, run: lake.Run, held: _Held, name: str) -> lake.NewFile | None:
    """The file of the event that ends the hold."""
    with lake.reading(order.home, order.settings) as con:
        states = con.sql("FROM ledger_state").pl().filter(ledger_id=held.entry)
    detail = f"layout taken by {name}"
    events = ledger.closed(states, Outcome.RELEASED, at=run.at, run=run.id, detail=detail)
    return parquet.write(events, "retry_ledger", run.file("retry_ledger", "ended"))


def _save(home: Path, source: str, text: str) -> Path:
    """Write the profile into the home, whole or not at all."""
    path = home / "sources" / f"{source}.toml"
    path.parent.mkdir(parents=True, exist_ok=True)
    new = path.with_name(f".{path.name}.new")
    new.write_text(text, encoding="utf-8")
    new.replace(path)
    return path
