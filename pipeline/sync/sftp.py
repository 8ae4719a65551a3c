"""A sender's SFTP server: whose host key is known, listed, and fetched with resume and digest."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.sync import complete
from pipeline.sync.complete import Semaphore
from pipeline.sync.secret import Secret, refuse_readable, secret_in
from pipeline.sync.table import Table

KEYS = (
    "host",
    "port",
    "user",
    "known_hosts",
    "key",
    "passphrase",
    "password",
    "path",
    "timeout_s",
    *complete.KEYS,
)
REST_S = 300.0
"""How long a file must rest where nothing is said: the clock is the server's, which may be off."""

_PORTS = 65_535


@dataclass(frozen=True)
class Sftp:
    """The server, how to log in there, and what makes a delivery whole.

    Attributes:
        known_hosts: the file of host keys that are trusted; no other is.
        key: the file of a private key; null where a password is used.
        passphrase: of that key, where it has one.
        path: the folder there.
        timeout_s: after so long without an answer the server is given up.
    """

    source: str
    host: str
    port: int
    user: str
    known_hosts: Path
    key: Path | None
    passphrase: Secret | None
    password: Secret | None
    path: str
    timeout_s: float
    semaphore: Semaphore

    @classmethod
    def read(cls, source: str, given: Mapping[str, Any], home: Path) -> "Sftp":
        """The table `[sftp]` of a profile; relative paths of this machine are below the home.

        Raises:
            UsageError: a key is wrong, or a secret is not where it should be.
        """
        table = Table(source, "sftp", given)
        table.only(KEYS)
        known_hosts = home / table.text("known_hosts")
        if not known_hosts.is_file():
            mend = "put the server's host key there, as ssh-keyscan prints it"
            raise table.wrong("known_hosts", f"names {known_hosts}, which is no file", mend)
        port = table.whole("port", 22, 1)
        if port > _PORTS:
            raise table.wrong("port", f"is {port}", f"at most {_PORTS}")
        key = home / table.text("key") if "key" in given else None
        if key is not None:
            refuse_readable(table.place("key"), key)
        password = secret_in(table, "password", home)
        if (key is None) == (password is None):
            raise table.wrong("key", "or password must be given", "give one of them")
        return cls(
            source=source,
            host=table.text("host"),
            port=port,
            user=table.text("user"),
            known_hosts=known_hosts,
            key=key,
            passphrase=secret_in(table, "passphrase", home),
            password=password,
            path=table.text("path", "."),
            timeout_s=table.number("timeout_s", 30, 1),
            semaphore=Semaphore.read(table, REST_S),
        )

    @property
    def place(self) -> str:
        """The folder's name in the books."""
        return f"sftp://{self.user}@{self.host}:{self.port}/{self.path.lstrip('/')}"
