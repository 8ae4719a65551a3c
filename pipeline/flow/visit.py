"""A visit: one look at a source by whatever doors its profile names, and what it came to."""

import hashlib
import time
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial as partial_of
from pathlib import Path

from pipeline.errors import LakeBusy, RemoteFailed, UsageError
from pipeline.flow.arrivals import Arrival, Known, Taker, known
from pipeline.flow.attempts import Tried
from pipeline.flow.doors import Door
from pipeline.flow.landing import Berth, Landed, parts
from pipeline.settings import Settings
from pipeline.store.locks import locked
from pipeline.sync.complete import Partial, Semaphore, Sight, Whole, judged
from pipeline.sync.folder import Folder
from pipeline.sync.sftp import Sftp
from pipeline.vocab import ManifestState, Occasion

_NS = 1_000_000_000


@dataclass(frozen=True)
class Pulled:
    """What a fetch over HTTP came to, in manifests; `failed` says why it gave up."""

    committed: int = 0
    unchanged: int = 0
    refused: int = 0
    quarantined: int = 0
    failed: str | None = None


Pull = Callable[[str], Pulled]
"""Fetches one source over HTTP."""


@dataclass(frozen=True)
class InboxOrder:
    """What a look at the sources is asked for.

    Attributes:
        home: the home folder.
        settings: its settings.
        clock: tells the time, aware: a long look reads it once for each report.
        pull: fetches a source over HTTP; None where none is to be.
        tell: told of each visit once it is over.
        sleep: waits between two attempts.
        again: whether files that were refused before are tried again.
        rounds: whether sources that send no notices have their turn.
    """

    home: Path
    settings: Settings
    clock: Callable[[], datetime]
    pull: Pull | None = None
    tell: Callable[["Visit"], None] = lambda _visit: None
    sleep: Callable[[float], None] = time.sleep
    again: bool = True
    rounds: bool = True


@dataclass
class Visit:
    """One look at one source.

    Attributes:
        source: whose reports they are.
        occasion: why it was looked at.
        why: that in words, where it is more than a person's wish.
        arrivals: files that were taken, or refused, now.
        partial: files that must wait, and why.
        landed: files that were fetched over SFTP.
        tried: what was tried at SFTP servers.
        pulled: what a fetch over HTTP came to.
        failed: why it could not be carried out to its end; None where it was.
        errands: what is to be done at the sender's once the books know what came.
    """

    source: str
    occasion: Occasion
    why: str = ""
    arrivals: list[Arrival] = field(default_factory=list)
    partial: list[Partial] = field(default_factory=list)
    landed: list[tuple[Berth, Landed]] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    pulled: Pulled = field(default_factory=Pulled)
    failed: str | None = None
    errands: list[Callable[[], None]] = field(default_factory=list)

    def count(self, state: ManifestState) -> int:
        """How many manifests went that way."""
        counted = Counter(arrival.state for arrival in self.arrivals)
        return counted[state] + int(getattr(self.pulled, state.value))

    @property
    def news(self) -> list[Arrival]:
        """The files of which the books do not know."""
        return [one for one in self.arrivals if not one.again]


def visit(order: InboxOrder, door: Door, found: Visit) -> None:
    """Look at a source by every door that it has; `found` tells what came, also of a failed look.

    Raises:
        CatalogError, LakeDamaged: nothing can be taken at all.
    """
    digest = hashlib.sha256(door.source.encode()).hexdigest()
    lock = parts(order.home) / f"{digest[:16]}.lock"
    try:
        # Two at a time would fetch the same bytes into the same file.
        with locked(lock, order.settings.lock_wait_s):
            _by_every_door(order, door, found)
    except (RemoteFailed, LakeBusy, UsageError) as error:
        found.failed = str(error)


def _by_every_door(order: InboxOrder, door: Door, found: Visit) -> None:
    before = known(order.home, order.settings, door.source)
    taker = Taker(order.home, order.settings, door.source, order.clock, before)
    if folder := door.folder():
        _look_at_folder(order, folder, taker, found)
    if sftp := door.sftp():
        _look_at_sftp(order, sftp, taker, found)
    if door.has_api and order.pull is not None:
        found.pulled = order.pull(door.source)
        found.failed = found.pulled.failed


Before = Mapping[tuple[str, Sight], Known]


def _look_at_folder(order: InboxOrder, folder: Folder, taker: Taker, found: Visit) -> None:
    before = taker.before
    whole, partial = judged(folder.sights(), folder.semaphore, _now_ns(order))
    found.partial += partial
    done = _settled(before, folder.place, order.again)
    for delivery in whole:
        for sight in delivery.files:
            if sight not in done:
                found.arrivals.append(taker.take(folder.place, sight, folder.file(sight)))
    moves = list(_to_put_away(whole, folder.semaphore, folder.place, before, found))
    found.errands += [partial_of(folder.put_away, *move) for move in moves]


def _look_at_sftp(order: InboxOrder, sftp: Sftp, taker: Taker, found: Visit) -> None:
    before = taker.before
    berth = Berth(order.home.resolve(), order.settings, sftp, order.sleep)
    found.tried.append(berth.tried)
    done = _settled(before, sftp.place, order.again)
    # A file that was refused stands here already: it is read again, not fetched again.
    here = {
        sight: old
        for (place, sight), old in before.items()
        if place == sftp.place and old.path.is_file()
    }
    landing = berth.look(done | here.keys(), _now_ns(order))
    found.partial += landing.partial
    landed = {one.sight: one for one in landing.landed}
    found.landed += [(berth, one) for one in landing.landed]
    for delivery in landing.whole:
        for sight in delivery.files:
            if sight in landed and sight not in done:
                one = landed[sight]
                found.arrivals.append(taker.take(sftp.place, sight, one.path, one.digest))
            elif sight in here and sight not in done:
                old = here[sight]
                found.arrivals.append(taker.take(sftp.place, sight, old.path, old.manifest))
    moves = list(_to_put_away(landing.whole, sftp.semaphore, sftp.place, before, found))
    found.errands.append(partial_of(berth.put_away, moves))


def _settled(before: Before, place: str, again: bool) -> set[Sight]:
    """The files of a place that need no further look."""
    return {
        sight
        for (where, sight), old in before.items()
        if where == place and not (again and old.state is ManifestState.REFUSED)
    }


def _to_put_away(
    whole: Collection[Whole], semaphore: Semaphore, place: str, before: Before, found: Visit
) -> Iterable[tuple[str, str]]:
    """The files to move, and then their marks, each with the digest of the file.

    A file that was taken before a crash is moved now; one that was refused stays where it is.
    """
    if semaphore.move is None:
        return
    taken = {
        sight: old.manifest
        for (where, sight), old in before.items()
        if where == place and old.state is not ManifestState.REFUSED
    }
    taken |= {
        Sight(one.name, one.bytes, one.modified_ns): one.manifest
        for one in found.arrivals
        if one.place == place and one.state is not ManifestState.REFUSED
    }
    for delivery in whole:
        # Parts stay together: one that was refused would be alone, and never be whole again.
        if not all(sight in taken for sight in delivery.files):
            continue
        for sight in delivery.files:
            yield sight.name, taken[sight]
            marks = delivery.marks[sight.name] if semaphore.has_own_marks else ()
            yield from ((mark, taken[sight]) for mark in marks)


def _now_ns(order: InboxOrder) -> int:
    return int(order.clock().timestamp() * _NS)
