"""The id of a manifest: the SHA-256 of its bytes as delivered."""

import hashlib
import os
from collections.abc import Iterator
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event

_BLOCK = 2**23
"""Large, for between two blocks it waits for whoever holds the interpreter's lock."""


def digest_of(path: Path, given_up: Event | None = None) -> str:
    """The SHA-256 of a file's bytes as delivered.

    Raises:
        CancelledError: nobody wants to know any more.
    """
    digest = hashlib.sha256()
    block = memoryview(bytearray(_BLOCK))
    with path.open("rb", buffering=0) as file:
        while size := file.readinto(block):
            digest.update(block[:size])
            if given_up is not None and given_up.is_set():
                raise CancelledError
    return digest.hexdigest()


@dataclass(frozen=True)
class Digest:
    """The digest of a file that is being made.

    Attributes:
        before: what the file was before its digest was begun.
        made: the digest.
    """

    before: os.stat_result
    made: Future[str]

    def result(self) -> str:
        """The digest, once it is made."""
        return self.made.result()


@contextmanager
def digesting(path: Path) -> Iterator[Digest]:
    """The digest of a file, made beside whatever else is done to it, and given up with that.

    Raises:
        OSError: there is no such file.
    """
    given_up = Event()
    before = path.stat()
    with ThreadPoolExecutor(1) as executor:
        try:
            yield Digest(before, executor.submit(digest_of, path, given_up))
        finally:
            given_up.set()
