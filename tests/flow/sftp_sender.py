"""A sender's SFTP server on loopback, who may cut the line, change files and make up names."""

import asyncio
import os
import stat
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import asyncssh

from tests.flow.senders import deliver

PASSWORD = "p4ss-of-acme"  # noqa: S105 - of this test's own server


@dataclass
class Sender:
    """A sender's server.

    Attributes:
        root: the folder that it shows.
        port: where it listens on loopback.
        host_key, user_key: theirs and ours.
        cut_after: bytes read after which the connection is cut, each once.
        reads: bytes read by file.
        names: further names that a listing holds, as a hostile server makes them up.
        meanwhile: what happens at the sender's after the first byte of a file is read.
    """

    root: Path
    host_key: asyncssh.SSHKey
    user_key: asyncssh.SSHKey
    port: int = 0
    cut_after: list[int] = field(default_factory=list)
    reads: dict[str, int] = field(default_factory=dict)
    names: list[str] = field(default_factory=list)
    meanwhile: Callable[[], object] | None = None
    logins: int = 0

    def deliver(self, name: str, *amounts: tuple[str, str]) -> bytes:
        """Put a report there, and return its bytes."""
        return deliver(self.root / "out" / name, *amounts).read_bytes()


class Files(asyncssh.SFTPServer):
    """Files of a sender, who may cut the line."""

    def __init__(self, channel: Any, sender: Sender) -> None:
        self.sender = sender
        super().__init__(channel, chroot=str(sender.root).encode())

    async def scandir(self, path: bytes) -> Any:
        async for entry in super().scandir(path):
            yield entry
        for name in self.sender.names:
            attrs = asyncssh.SFTPAttrs(permissions=stat.S_IFREG | 0o644, size=9, mtime=0)
            yield asyncssh.SFTPName(name.encode(), attrs=attrs)

    def read(self, file_obj: Any, offset: int, size: int) -> Any:
        sender = self.sender
        if sender.cut_after and offset >= sender.cut_after[0]:
            sender.cut_after.pop(0)
            self.channel.get_connection().abort()
        data = super().read(file_obj, offset, size)
        name = Path(os.fsdecode(file_obj.name)).name
        sender.reads[name] = sender.reads.get(name, 0) + len(data)
        if sender.meanwhile is not None:
            sender.meanwhile, happens = None, sender.meanwhile
            happens()
        return data


class Door(asyncssh.SSHServer):
    """Lets in whoever has the password or the key."""

    def __init__(self, sender: Sender) -> None:
        self.sender = sender

    def begin_auth(self, _username: str) -> bool:
        return True

    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("acme", PASSWORD)

    def public_key_auth_supported(self) -> bool:
        return True

    def validate_public_key(self, username: str, key: asyncssh.SSHKey) -> bool:
        public = self.sender.user_key.export_public_key()
        self.sender.logins += 1
        return username == "acme" and key.export_public_key() == public


@contextmanager
def listening(root: Path, host_key: asyncssh.SSHKey, user_key: asyncssh.SSHKey) -> Iterator[Sender]:
    """A server that listens until the block ends, in a thread of its own."""
    found = Sender(root, host_key, user_key)
    (found.root / "out").mkdir(parents=True)
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_host_keys=[found.host_key],
            server_factory=lambda: Door(found),
            sftp_factory=lambda channel: Files(channel, found),
        )

    acceptor = asyncio.run_coroutine_threadsafe(listen(), loop).result(60)
    found.port = acceptor.get_port()
    yield found

    async def close() -> None:
        acceptor.close()
        await acceptor.wait_closed()

    asyncio.run_coroutine_threadsafe(close(), loop).result(60)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(60)
    loop.close()
