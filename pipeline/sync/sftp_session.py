"""One session on a sender's SFTP server."""

import asyncio
import hashlib
import os
import stat
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, cast

from pipeline.errors import RemoteFailed
from pipeline.sync.complete import Sight
from pipeline.sync.sftp import Sftp

if TYPE_CHECKING:
    from asyncssh import SFTPClient, SFTPClientFile, SFTPName

READ_BYTES = 2**20
"""Of one read, which asyncssh asks for in blocks that are under way at the same time."""
NAME_BYTES = 200
"""Of a file's name: this machine takes 255, and one that is put away may get 13 more."""
SYNC_BYTES = 16 * 2**20
"""What is fetched is made to last each so many bytes; a resume trusts all but the last of them."""

_NS = 1_000_000_000


class ConnectionFailed(RemoteFailed):
    """The server went away or did not answer: what an attempt later may mend."""


class FileChanged(RemoteFailed):
    """A file is no longer what was listed, or no longer there: the sender is at work on it."""


@asynccontextmanager
async def session(sftp: Sftp) -> AsyncIterator["Session"]:
    """A session, logged in; nothing of this machine's own ssh settings is used.

    Raises:
        RemoteFailed: the host key is not known, or the login is refused.
        ConnectionFailed: the server cannot be reached.
    """
    import asyncssh

    password, passphrase = sftp.password, sftp.passphrase
    with _told(sftp):
        async with (
            asyncssh.connect(
                sftp.host,
                sftp.port,
                username=sftp.user,
                known_hosts=str(sftp.known_hosts),
                client_keys=[str(sftp.key)] if sftp.key else None,
                passphrase=passphrase.reveal() if passphrase else None,
                password=password.reveal() if password else None,
                preferred_auth="publickey" if sftp.key else "password,keyboard-interactive",
                agent_path=None,
                config=None,
                connect_timeout=sftp.timeout_s,
                login_timeout=sftp.timeout_s,
                keepalive_interval=sftp.timeout_s / 3,
            ) as connection,
            connection.start_sftp_client() as client,
        ):
            yield Session(sftp, client)


@dataclass
class Session:
    """The server's folder, for as long as the session lasts."""

    sftp: Sftp
    client: "SFTPClient"

    async def sights(self) -> list[Sight]:
        """Every file in the folder, by name; links, and names that lead elsewhere, are none.

        Raises:
            RemoteFailed: it cannot be read.
        """
        with _told(self.sftp):
            found = await self._below(PurePosixPath(), self.sftp.semaphore.depth)
        return sorted(found, key=lambda sight: sight.name)

    async def fetch(self, sight: Sight, part: Path) -> str:
        """The SHA-256 of a file, which now stands whole on this machine.

        Args:
            sight: the file as it was listed.
            part: where to write; what stands there is the beginning of this very file.

        Raises:
            ConnectionFailed: its end was not reached; what came is kept for a resume.
            FileChanged: it is no longer what was listed.
        """
        with _told(self.sftp), part.open("a+b") as to:
            digest, offset = _resumed(to.fileno(), sight.bytes)
            async with self.client.open(self._path(sight.name), "rb") as file:
                offset = await self._copied(file, to.fileno(), digest, offset)
            os.fsync(to.fileno())
            now = await self.client.lstat(self._path(sight.name))
            if _sight(sight.name, now) != sight or offset > sight.bytes:
                os.ftruncate(to.fileno(), 0)
                raise FileChanged(f"{sight.name} changed while it was fetched", "run again")
            if offset < sight.bytes:
                what = f"{sight.name} ended after {offset:,} of {sight.bytes:,} bytes"
                raise ConnectionFailed(f"{self.sftp.place}: {what}", "run again")
        return digest.hexdigest()

    async def put_away(self, name: str, digest: str) -> None:
        """Move a file that was taken to where such files go; no file there is ever replaced.

        Raises:
            RemoteFailed: it cannot be moved.
        """
        if self.sftp.semaphore.move is None:
            return
        target = PurePosixPath(self.sftp.semaphore.move) / name
        with _told(self.sftp):
            if not await self.client.exists(self._path(name)):
                return
            await self.client.makedirs(self._path(str(target.parent)), exist_ok=True)
            if await self.client.exists(self._path(str(target))):
                target = target.with_name(f"{digest[:12]}-{target.name}")
            await self.client.rename(self._path(name), self._path(str(target)))

    async def _copied(
        self, file: "SFTPClientFile", to: int, digest: "hashlib._Hash", offset: int
    ) -> int:
        """Where the file ends, once it is copied from an offset on."""
        synced = offset
        while True:
            async with asyncio.timeout(self.sftp.timeout_s):
                # Its annotation says text, which it gives to those who open in text mode alone.
                data = cast("bytes", await file.read(READ_BYTES, offset))
            if not data:
                return offset
            digest.update(data)
            _write(to, data)
            offset += len(data)
            if offset - synced >= SYNC_BYTES:
                os.fsync(to)
                synced = offset

    async def _below(self, under: PurePosixPath, depth: int) -> list[Sight]:
        async with asyncio.timeout(self.sftp.timeout_s):
            entries = [one async for one in self.client.scandir(self._path(str(under)))]
        found: list[Sight] = []
        for entry in entries:
            name = _safe_name(entry)
            if name is None:
                continue
            mode = entry.attrs.permissions or 0
            if stat.S_ISREG(mode):
                found.append(_sight(str(under / name), entry.attrs))
            elif stat.S_ISDIR(mode) and depth:
                found += await self._below(under / name, depth - 1)
        return found

    def _path(self, name: str) -> str:
        return str(PurePosixPath(self.sftp.path) / name)


def _sight(name: str, attrs: object) -> Sight:
    """A file as the server tells of it."""
    size, seconds, nanos = (getattr(attrs, key) or 0 for key in ("size", "mtime", "mtime_ns"))
    return Sight(name, size, int(seconds) * _NS + nanos)


def _safe_name(entry: "SFTPName") -> str | None:
    """The name of an entry; null where it is no bare name that this machine can hold."""
    name = entry.filename
    if not isinstance(name, str) or name in {"", ".", ".."} or len(name.encode()) > NAME_BYTES:
        return None
    return name if name.isprintable() and "/" not in name and "\\" not in name else None


def _resumed(part: int, whole: int) -> tuple["hashlib._Hash", int]:
    """The digest of what stands of a file already, and its end; the last window is not trusted."""
    size = os.fstat(part).st_size
    kept = max(size - SYNC_BYTES, 0) if size <= whole else 0
    os.ftruncate(part, kept)
    digest = hashlib.sha256()
    for offset in range(0, kept, READ_BYTES):
        digest.update(os.pread(part, min(READ_BYTES, kept - offset), offset))
    return digest, kept


def _write(to: int, data: bytes) -> None:
    view = memoryview(data)
    try:
        while view:
            view = view[os.write(to, view) :]
    except OSError as error:
        what = f"what is fetched cannot be written: {error.strerror}"
        raise RemoteFailed(what, "make room in the home folder") from error


@contextmanager
def _told(sftp: Sftp) -> Iterator[None]:
    """Tell what a server did in one line.

    Raises:
        ConnectionFailed: an attempt later may mend it.
        RemoteFailed: it will not.
    """
    import asyncssh

    where = f"source {sftp.source}: {sftp.place}"
    try:
        yield
    except asyncssh.HostKeyNotVerifiable as error:
        what = f"{where} shows a host key that {sftp.known_hosts} does not trust"
        raise RemoteFailed(what, "ask the sender whether its key has changed") from error
    except asyncssh.PermissionDenied as error:
        mend = "mend user, key or password of [sftp]"
        raise RemoteFailed(f"{where} refuses the login", mend) from error
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise RemoteFailed(f"{where}: {sftp.key} is no key that opens", "mend [sftp]") from error
    except (asyncssh.SFTPNoConnection, asyncssh.SFTPConnectionLost) as error:
        raise ConnectionFailed(f"{where} went away", "run again") from error
    except asyncssh.SFTPNoSuchFile as error:
        raise FileChanged(f"{where}: {error.reason}", "mend path of [sftp], or ask") from error
    except asyncssh.SFTPError as error:
        raise RemoteFailed(f"{where}: {error.reason}", "mend path of [sftp], or ask") from error
    except (asyncssh.Error, OSError, TimeoutError) as error:
        reason = str(error) or type(error).__name__
        raise ConnectionFailed(f"{where} cannot be reached: {reason}", "run again") from error
