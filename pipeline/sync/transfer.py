"""What an answer's body becomes: bytes in memory for a page, a file that can be gone on with."""

import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from pipeline.sync.failure import Failed
from pipeline.sync.paginate import Page, PageBroken
from pipeline.sync.signing import Verifier, declared_digest
from pipeline.vocab import Fault

if TYPE_CHECKING:
    import httpx2

Read = Callable[[bytes, str], Page]
"""Makes a page of its bytes and the header `Link`."""

_BLOCK = 2**20
_RANGE = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")


@dataclass(frozen=True)
class Received:
    """What an answer brought.

    Attributes:
        sha256: of the body.
        size: of the body in bytes; of a file that was gone on with, all of them.
        status: of the answer.
    """

    sha256: str
    size: int
    status: int


@dataclass(frozen=True)
class ReceivedFile(Received):
    """A file, and where it stands."""

    path: Path


@dataclass(frozen=True)
class ReceivedBody(Received):
    """Bytes in memory, and the header `Link` of their answer."""

    link: str
    body: bytes


@dataclass(frozen=True)
class ReceivedPage(ReceivedBody):
    """A page, and what its bytes say."""

    page: Page


Came_co = TypeVar("Came_co", bound=Received, covariant=True)


class Receiver(Protocol[Came_co]):
    """Takes an answer's body."""

    def headers(self) -> dict[str, str]:
        """What to send with the request."""

    def restart(self) -> None:
        """Forget what came in earlier attempts."""

    async def take(self, response: "httpx2.Response") -> Came_co:
        """What came, whole and as declared.

        Raises:
            Failed: it is not, or not signed as it must be.
        """


class BodyReceiver:
    """Takes a body into memory."""

    def __init__(self, max_bytes: int, verifier: Verifier | None, bad: Path) -> None:
        """A receiver.

        Args:
            max_bytes: of a body.
            verifier: what it must pass.
            bad: a folder that keeps bodies whose signatures are others.
        """
        self._max_bytes = max_bytes
        self._verifier = verifier
        self._bad = bad

    def headers(self) -> dict[str, str]:
        """Signatures are of the bytes on the line, so those are asked for as they are."""
        return {"Accept-Encoding": "identity"} if self._verifier else {}

    def restart(self) -> None:
        """Nothing of a body is kept between attempts."""

    async def take(self, response: "httpx2.Response") -> ReceivedBody:
        """The body."""
        chunks: list[bytes] = []
        size = 0
        async for chunk in response.aiter_bytes():
            chunks.append(chunk)
            size += len(chunk)
            if size > self._max_bytes:
                raise Failed(f"a page of more than {self._max_bytes} bytes: raise max_page_bytes")
        body = b"".join(chunks)
        sha256 = hashlib.sha256(body).hexdigest()
        if self._verifier is not None:
            try:
                self._verifier.verify(response, sha256)
            except Failed:
                self._bad.mkdir(parents=True, exist_ok=True)
                (self._bad / sha256).write_bytes(body)
                raise
        elif "content-encoding" not in response.headers:
            _refuse_other(response, sha256, whole=True)
        link = ", ".join(response.headers.get_list("link"))
        return ReceivedBody(sha256, size, response.status_code, link, body)


class PageReceiver(BodyReceiver):
    """Takes a page into memory, and reads it."""

    def __init__(self, max_bytes: int, verifier: Verifier | None, bad: Path, read: Read) -> None:
        """A receiver; a page that `read` cannot make of the bytes has been cut off."""
        super().__init__(max_bytes, verifier, bad)
        self._read = read

    async def take(self, response: "httpx2.Response") -> ReceivedPage:
        """The page."""
        came = await super().take(response)
        try:
            page = self._read(came.body, came.link)
        except PageBroken as error:
            raise Failed(str(error), Fault.TRUNCATED_BODY) from error
        return ReceivedPage(came.sha256, came.size, came.status, came.link, came.body, page)


@dataclass(frozen=True)
class Declared:
    """What a listing says of a file: hexadecimal SHA-256 and size; "" and None for nothing."""

    sha256: str = ""
    bytes: int | None = None

    def refuse_other(self, sha256: str, size: int) -> None:
        """Raise where a file is another.

        Raises:
            Failed: as TRUNCATED_BODY.
        """
        if self.bytes is not None and self.bytes != size:
            raise Failed(f"{size} bytes came, {self.bytes} are listed", Fault.TRUNCATED_BODY)
        if self.sha256 and self.sha256.lower() != sha256:
            raise Failed(f"SHA-256 {sha256} is not the listed one", Fault.TRUNCATED_BODY)


class FileReceiver:
    """Takes a file to disk; what is there of it is not asked for again.

    Beside the unfinished file stands what was told of it, so that its rest is only taken where the
    provider still holds the same one (RFC 9110 §13.1.5).
    """

    def __init__(
        self,
        path: Path,
        declared: Declared,
        max_bytes: int,
        verifier: Verifier | None,
        bad: Path,
    ) -> None:
        """A receiver for the file `path`, which is there once it is whole.

        Args:
            path: where it shall stand.
            declared: what is listed of it.
            max_bytes: of a file.
            verifier: what it must pass.
            bad: a folder that keeps files whose signatures are others.
        """
        self._bad = bad
        self.path = path
        self._declared = declared
        self._max_bytes = max_bytes
        self._verifier = verifier
        self._part = path.with_name(f"{path.name}.part")
        self._note = path.with_name(f"{path.name}.etag")

    def headers(self) -> dict[str, str]:
        """The rest alone, where the begin is there and the provider can tell it is the same."""
        found = {"Accept-Encoding": "identity"}
        etag = self._etag()
        size = self._part.stat().st_size if self._part.exists() else 0
        # A signature is over what one answer holds, not over what several brought.
        if etag and size and self._verifier is None:
            found |= {"Range": f"bytes={size}-", "If-Range": etag}
        return found

    def _etag(self) -> str:
        try:
            return str(json.loads(self._note.read_text(encoding="utf-8"))["etag"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""

    async def take(self, response: "httpx2.Response") -> ReceivedFile:
        """The file, once all of it is there."""
        digest, size = self._opened(response)
        with self._part.open("ab") as file:
            async for chunk in response.aiter_raw():
                file.write(chunk)
                digest.update(chunk)
                size += len(chunk)
                if size > self._max_bytes:
                    self._drop()
                    said = f"a file of more than {self._max_bytes} bytes: raise max_file_bytes"
                    raise Failed(said)
            file.flush()
            os.fsync(file.fileno())
        sha256 = digest.hexdigest()
        self._refuse_other(response, sha256, size)
        self._part.replace(self.path)
        self._note.unlink(missing_ok=True)
        return ReceivedFile(sha256, size, response.status_code, self.path)

    def _opened(self, response: "httpx2.Response") -> "tuple[hashlib._Hash, int]":
        """The digest and the size of what is there; nothing, unless the answer goes on from it."""
        digest = hashlib.sha256()
        if response.status_code == HTTPStatus.PARTIAL_CONTENT:
            size = self._part.stat().st_size if self._part.exists() else 0
            found = _RANGE.fullmatch(response.headers.get("content-range", ""))
            if found is None or int(found[1]) != size:
                self._drop()
                raise Failed("it answers with another range than asked", Fault.TRUNCATED_BODY)
            with self._part.open("rb") as file:
                while block := file.read(_BLOCK):
                    digest.update(block)
            return digest, size
        self._drop()
        self._part.parent.mkdir(parents=True, exist_ok=True)
        etag = response.headers.get("etag", "")
        # A weak tag does not promise the same bytes.
        if etag and not etag.startswith("W/"):
            self._note.write_text(json.dumps({"etag": etag}), encoding="utf-8")
        return digest, 0

    def _refuse_other(self, response: "httpx2.Response", sha256: str, size: int) -> None:
        """Raise where the bytes are not those that were declared; none of them is kept then.

        Raises:
            Failed: as TRUNCATED_BODY, or SIGNATURE_MISMATCH: then they are set aside.
        """
        try:
            if self._verifier is not None:
                self._verifier.verify(response, sha256)
            _refuse_other(response, sha256, whole=response.status_code == HTTPStatus.OK)
            self._declared.refuse_other(sha256, size)
        except Failed as failed:
            if failed.fault is Fault.SIGNATURE_MISMATCH:
                self._bad.mkdir(parents=True, exist_ok=True)
                self._part.replace(self._bad / sha256)
            self._drop()
            raise

    def restart(self) -> None:
        """Ask for the whole file the next time."""
        self._drop()

    def _drop(self) -> None:
        for path in (self._part, self._note):
            path.unlink(missing_ok=True)


def _refuse_other(response: "httpx2.Response", sha256: str, *, whole: bool) -> None:
    """Raise where a body is not what its own digest says.

    A digest of a part of a file is of that part, so only the digest of a whole one counts.
    """
    declared = declared_digest(response.headers, whole=whole) if whole else None
    if declared is not None and declared != sha256:
        raise Failed("its body is not what its digest says", Fault.TRUNCATED_BODY)
