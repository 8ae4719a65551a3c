"""What an SFTP server holds, fetched into the inbox, where a file stands by its digest."""

import asyncio
import hashlib
import os
import time
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import polars as pl

from pipeline.faults import backoff
from pipeline.flow.attempts import Tried
from pipeline.settings import Settings
from pipeline.store.layout import fsync
from pipeline.store.steps import Step, reach
from pipeline.sync.complete import Partial, Sight, Whole, judged
from pipeline.sync.sftp import Sftp
from pipeline.sync.sftp_session import FileChanged, Session, session

ATTEMPTS = 4
BASE_S, CAP_S = 2.0, 30.0
_STALE_S = 7 * 86_400.0
"""After so long without a further byte, the beginning of a file is given up."""


@dataclass(frozen=True)
class Landed:
    """A file that was fetched: as it was listed, where it stands now, and its digest."""

    sight: Sight
    path: Path
    digest: str


@dataclass
class Landing:
    """One look at a server.

    Attributes:
        whole: every delivery there that is whole, fetched now or known.
        landed: the files that were fetched.
        partial: the files that must wait, and why.
    """

    whole: list[Whole]
    landed: list[Landed]
    partial: list[Partial]


@dataclass(frozen=True)
class Berth:
    """Where files of one server land, and how often a server that goes away is tried again."""

    home: Path
    settings: Settings
    sftp: Sftp
    sleep: Callable[[float], None] = time.sleep

    def look(self, known: Collection[Sight], now_ns: int) -> Landing:
        """List the server, and fetch what is whole and not known.

        Args:
            known: files that are not fetched again.
            now_ns: the clock, nanoseconds since 1970.

        Raises:
            RemoteFailed: the server cannot be reached or does not give what it must.
        """
        self._parts.mkdir(parents=True, exist_ok=True, mode=0o700)
        return self.tried.result("look", lambda: asyncio.run(self._look(known, now_ns)), ATTEMPTS)

    def put_away(self, names: Sequence[tuple[str, str]]) -> None:
        """Move files that were taken, each with its digest, to where the sender wants them.

        Raises:
            RemoteFailed: as `look`.
        """
        if names:
            self.tried.result("put away", lambda: asyncio.run(self._put_away(names)), ATTEMPTS)

    def forget(self, landed: Iterable[Landed]) -> None:
        """Let go of what would save a second fetch: the books know the files now."""
        for one in landed:
            self._receipt(one.sight).unlink(missing_ok=True)

    async def _look(self, known: Collection[Sight], now_ns: int) -> Landing:
        async with session(self.sftp) as remote:
            whole, partial = judged(await remote.sights(), self.sftp.semaphore, now_ns)
            landing = Landing([], [], partial)
            for delivery in whole:
                if all(one in known for one in delivery.files):
                    landing.whole.append(delivery)
                    continue
                try:
                    digests = {one: await self._fetched(remote, one) for one in delivery.files}
                except FileChanged as error:
                    landing.partial += [Partial(one.name, error.what) for one in delivery.files]
                else:
                    landing.landed += self._berthed(digests)
                    landing.whole.append(delivery)
        return landing

    async def _fetched(self, remote: Session, sight: Sight) -> str:
        """The digest of a file; one that landed before a crash is not fetched again."""
        receipt = self._receipt(sight)
        if receipt.exists():
            return receipt.read_text(encoding="utf-8")
        return await remote.fetch(sight, self._part(sight))

    def _berthed(self, digests: dict[Sight, str]) -> list[Landed]:
        """Give the files of one delivery their places, side by side: a part looks for the others.

        The folder is named by the content of a file, or of all where there are several.
        """
        listed = sorted(digests.values())
        name = listed[0] if len(listed) == 1 else _digest("\n".join(listed))
        folder = self.home / "inbox" / name
        folder.mkdir(parents=True, exist_ok=True)
        found = []
        for sight, digest in digests.items():
            path, part = folder / sight.base, self._part(sight)
            if part.exists():
                part.rename(path)
            found.append(Landed(sight, path, digest))
        for one in (folder, folder.parent, self.home):
            fsync(one)
        for landed in found:
            _write(self._receipt(landed.sight), landed.digest)
        reach(Step.LANDED)
        return found

    async def _put_away(self, names: Sequence[tuple[str, str]]) -> None:
        async with session(self.sftp) as remote:
            for name, digest in names:
                await remote.put_away(name, digest)

    @cached_property
    def tried(self) -> Tried:
        """What was tried here; waits have full jitter."""
        return Tried(self.sftp.place, self.sleep, self._wait_s)

    def _wait_s(self, attempt: int) -> float:
        settings = replace(self.settings, retry_base_s=BASE_S, retry_cap_s=CAP_S)
        # Every start of a command draws anew, so that homes that failed together do not meet again.
        place = pl.Series([_digest(f"{self.sftp.place}\n{self.home}\n{time.time_ns()}")])
        waited: float = backoff.waits(place, pl.Series([attempt]), settings)[0]
        return waited

    @property
    def _parts(self) -> Path:
        return parts(self.home)

    def _part(self, sight: Sight) -> Path:
        return self._parts / f"{self._key(sight)}.part"

    def _receipt(self, sight: Sight) -> Path:
        return self._parts / f"{self._key(sight)}.landed"

    def _key(self, sight: Sight) -> str:
        return _digest(f"{self.sftp.place}\n{sight.name}\n{sight.bytes}\n{sight.modified_ns}")


def parts(home: Path) -> Path:
    """Where files stand while they are fetched."""
    return home / "inbox" / ".parts"


def sweep(home: Path) -> None:
    """Remove the beginnings of files that have not grown for a week."""
    before = time.time() - _STALE_S
    for path in parts(home).glob("*.part"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _write(path: Path, text: str) -> None:
    """Write a small file whole or not at all."""
    new = path.with_suffix(".new")
    with new.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
