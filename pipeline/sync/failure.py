"""What can go wrong with a request, and what each answer means."""

import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING

from pipeline.vocab import Fault, Tier

if TYPE_CHECKING:
    import httpx2

RETRIED = {
    HTTPStatus.REQUEST_TIMEOUT: Fault.TIMEOUT,
    HTTPStatus.TOO_EARLY: Fault.SERVER_ERROR,
    HTTPStatus.TOO_MANY_REQUESTS: Fault.THROTTLED,
}
"""Answers below 500 that are asked for again; every other one is the end of its request."""

NEVER_RETRIED = {HTTPStatus.NOT_IMPLEMENTED, HTTPStatus.HTTP_VERSION_NOT_SUPPORTED}
"""Answers of 500 and more that no second try changes."""


@dataclass
class Failed(Exception):
    """One attempt came to nothing.

    Attributes:
        why: in words.
        fault: its kind; None for an answer that is final.
        status: of the answer; 0 where there was none.
        retry_after_s: what the provider asked us to wait, None where it did not.
        wait_s: what is waited before the next attempt; set by who decides.
        gives_up: why there is none in this run; "" where there is one.
        again: whether another attempt may help although nothing is at fault.
        is_final: whether there is none at all, until somebody asks anew.
    """

    why: str
    fault: Fault | None = None
    status: int = 0
    retry_after_s: float | None = None
    wait_s: float = 0.0
    gives_up: str = ""
    again: bool = False
    is_final: bool = False

    @property
    def is_transient(self) -> bool:
        """Whether another attempt may help."""
        return self.again or (self.fault is not None and self.fault.tier is Tier.TRANSIENT)

    def __str__(self) -> str:
        """The fault, why, and why it is not sent again."""
        told = f"{self.fault}: {self.why}" if self.fault else self.why
        return f"{told}; {self.gives_up}" if self.gives_up else told


def of_status(status: int, headers: Mapping[str, str], now: float) -> Failed | None:
    """What an answer's status says; None where it brings what was asked for."""
    if status in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        return None
    named = f"{status} {_phrase(status)}".strip()
    fault = RETRIED.get(HTTPStatus(status)) if status in set(HTTPStatus) else None
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR and status not in NEVER_RETRIED:
        fault = Fault.SERVER_ERROR
    return Failed(f"it answers {named}", fault, status, retry_after(headers, now))


def _phrase(status: int) -> str:
    return HTTPStatus(status).phrase if status in set(HTTPStatus) else ""


def retry_after(headers: Mapping[str, str], now: float) -> float | None:
    """Seconds that `Retry-After` asks for, as a number or a date (RFC 9110 §10.2.3)."""
    given = headers.get("retry-after", "").strip()
    if not given:
        return None
    try:
        return max(0.0, float(given))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(given).timestamp() - now)
    except ValueError:
        return None


def of_error(error: "httpx2.HTTPError | TimeoutError", host: str, *, in_body: bool) -> Failed:
    """What a broken exchange with a host means; `in_body` where an answer had begun."""
    import httpx2

    told = f"{type(error).__name__} {error}".strip()
    if _is_caused_by(error, ssl.SSLCertVerificationError):
        # Another attempt would see the same certificate.
        return Failed(f"the certificate of {host} is not one to trust ({told})")
    if isinstance(error, httpx2.ConnectTimeout):
        return Failed(f"no connection to {host} in time ({told})", Fault.TIMEOUT)
    if isinstance(error, TimeoutError | httpx2.TimeoutException):
        return Failed(f"no whole answer of {host} in time ({told})", Fault.TIMEOUT)
    if isinstance(error, httpx2.DecodingError) or in_body:
        return Failed(f"the answer breaks off ({told})", Fault.TRUNCATED_BODY)
    if _is_caused_by(error, socket.gaierror):
        return Failed(f"the name {host} is not known ({told})", Fault.DNS)
    return Failed(f"no connection to {host} ({told})", Fault.CONNECT)


def _is_caused_by(error: BaseException | None, kind: type[BaseException]) -> bool:
    """Whether an error of a kind stands somewhere down the chain of causes."""
    while error is not None:
        if isinstance(error, kind):
            return True
        error = error.__cause__ or error.__context__
    return False
