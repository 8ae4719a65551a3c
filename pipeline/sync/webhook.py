"""Notices: what a sender signs is believed, if it is signed now and by one of its secrets.

Two forms of signature are known: Standard Webhooks 1.0 (`webhook-id`, `webhook-timestamp`,
`webhook-signature`), and that of Stripe (`t=…,v1=…` over time and body, HMAC-SHA256).
"""

import base64
import binascii
import hashlib
import hmac
import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.errors import PipelineError
from pipeline.sync.secret import Secret, secrets_in
from pipeline.sync.table import Table

KEYS = (
    "style",
    "secrets",
    "header",
    "types",
    "subject",
    "tolerance_s",
    "body_bytes",
    "per_minute",
    "window_h",
)
STYLES = ("standard", "stripe")
PREFIX = "whsec_"
MAX_SIGNATURES = 16
"""Of one notice: a sender that changes its secret signs with two."""

_ID = re.compile(r"[!-~]{1,256}")
_SECONDS = re.compile(r"[0-9]{1,11}")
_DAY_H = 24.0


@dataclass(frozen=True)
class Hook:
    """How the notices of one source are signed, and what they mean.

    Attributes:
        source: who sends them.
        style: `standard` or `stripe`.
        header: the header of a Stripe-style signature.
        types: the types that ask for a fetch; all where there are none.
        subject: the path in the body, parted by dots, of what a notice names.
        tolerance_s: how far the clock of a sender may be off.
        body_bytes: the largest body.
        per_minute: how many notices are taken a minute, and how many forged ones are answered.
        window_h: how many hours may pass without a notice before the source is polled.
        secrets: any one of them may have signed.
    """

    source: str
    style: str
    header: str
    types: tuple[str, ...]
    subject: tuple[str, ...]
    tolerance_s: float
    body_bytes: int
    per_minute: float
    window_h: float
    secrets: tuple[Secret, ...] = ()

    @classmethod
    def read(cls, source: str, given: Mapping[str, Any]) -> "Hook":
        """The table `[webhook]` of a profile, without its secrets: only who listens needs them.

        Raises:
            UsageError: a key is wrong.
        """
        table = Table(source, "webhook", given)
        table.only(KEYS)
        subject = table.text("subject").split(".") if "subject" in given else []
        return cls(
            source=source,
            style=table.one_of("style", STYLES, STYLES[0]),
            header=table.text("header", "stripe-signature").lower(),
            types=table.texts("types"),
            subject=tuple(subject),
            tolerance_s=table.number("tolerance_s", 300),
            body_bytes=table.whole("body_bytes", 65_536, 1),
            per_minute=table.number("per_minute", 120, 1),
            window_h=table.number("window_h", _DAY_H),
        )

    def armed(self, given: Mapping[str, Any], home: Path) -> "Hook":
        """The same with its secrets.

        Raises:
            UsageError: a secret is not where it should be, or of another form.
        """
        table = Table(self.source, "webhook", given)
        secrets = secrets_in(table, "secrets", home)
        if self.style == "standard" and not all(map(_key, secrets)):
            raise table.wrong("secrets", f"is no {PREFIX}… in base64", "take it as the sender has")
        return replace(self, secrets=secrets)


@dataclass(frozen=True)
class Notice:
    """A notice that was believed; `body` is as it was sent.

    Attributes:
        notice_id: the sender's own, the same when it sends the notice again.
        sent_at: when the sender signed it.
        type: what it is about; null where the body does not say.
        subject: what it names; null likewise.
    """

    source: str
    notice_id: str
    sent_at: datetime
    received_at: datetime
    type: str | None
    subject: str | None
    body: bytes

    @property
    def body_sha256(self) -> str:
        """The digest of the body."""
        return hashlib.sha256(self.body).hexdigest()


class NotBelieved(PipelineError):
    """A notice is not signed as it must be; `what` is for the operator's eyes, not the sender's."""


def believed(hook: Hook, headers: Mapping[str, str], body: bytes, at: datetime) -> Notice:
    """The notice that a request carries.

    Args:
        hook: how the source signs.
        headers: of the request, names in lower case.
        body: its bytes.
        at: the clock, aware.

    Raises:
        NotBelieved: the signature lacks, is of another body, time or secret, or not of now.
    """
    read = _standard if hook.style == "standard" else _stripe
    signed = read(hook, headers, body)
    sent_at = datetime.fromtimestamp(signed.seconds, UTC)
    if abs((at - sent_at).total_seconds()) > hook.tolerance_s:
        raise NotBelieved("signed at another time", "compare the clocks")
    # Every secret and signature is compared, so that time tells nothing of which was near.
    fits = [hmac.compare_digest(one, given) for one in signed.expected for given in signed.given]
    if not any(fits):
        raise NotBelieved("no signature fits", "compare the secrets")
    said = _said(body)
    return Notice(
        source=hook.source,
        notice_id=signed.notice_id or _own_id(said, body),
        sent_at=sent_at,
        received_at=at,
        type=_text(said.get("type")),
        subject=_text(_at(said, hook.subject)) if hook.subject else None,
        body=body,
    )


def asks(hook: Hook, type_: str | None) -> bool:
    """Whether notices of a type ask for a fetch."""
    return not hook.types or type_ in hook.types


@dataclass(frozen=True)
class _Signed:
    """What a request says of its signature, and the digests that would be right."""

    notice_id: str | None
    seconds: int
    given: tuple[bytes, ...]
    expected: tuple[bytes, ...]


def _standard(hook: Hook, headers: Mapping[str, str], body: bytes) -> _Signed:
    """As Standard Webhooks 1.0 prescribes: id, time and body are signed, secrets are base64."""
    from standardwebhooks import Webhook

    notice_id = headers.get("webhook-id", "")
    if not _ID.fullmatch(notice_id):
        raise NotBelieved("no id", "it is not of this form")
    seconds = _seconds(headers.get("webhook-timestamp", ""))
    pairs = (one.partition(",") for one in headers.get("webhook-signature", "").split())
    given = _signatures((_decoded(text) for version, _, text in pairs if version == "v1"))
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        raise NotBelieved("no text", "it is not of this form") from error
    moment = datetime.fromtimestamp(seconds, UTC)
    signed = (
        Webhook(secret.reveal()).sign(notice_id, moment, text).partition(",")[2]
        for secret in hook.secrets
    )
    return _Signed(notice_id, seconds, given, tuple(_decoded(one) for one in signed))


def _stripe(hook: Hook, headers: Mapping[str, str], body: bytes) -> _Signed:
    """As Stripe does: `t` and each `v1` in one header; time and body are signed."""
    pairs = [one.strip().partition("=") for one in headers.get(hook.header, "").split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    seconds = _seconds(times[0] if len(times) == 1 else "")
    given = _signatures(value.encode() for name, _, value in pairs if name == "v1")
    signed = f"{seconds}.".encode() + body
    digests = (
        hmac.new(secret.reveal().encode(), signed, hashlib.sha256).hexdigest()
        for secret in hook.secrets
    )
    return _Signed(None, seconds, given, tuple(digest.encode() for digest in digests))


def _seconds(text: str) -> int:
    """A time as it was signed: digits alone, so that no other text means the same."""
    if not _SECONDS.fullmatch(text) or str(int(text)) != text:
        raise NotBelieved("no time", "it is not of this form")
    return int(text)


def _signatures(found: Iterable[bytes]) -> tuple[bytes, ...]:
    given = tuple(one for one in found if one)
    if not given or len(given) > MAX_SIGNATURES:
        raise NotBelieved(f"{len(given)} signatures", "it is not of this form")
    return given


def _decoded(text: str) -> bytes:
    """Base64 as bytes; empty where it is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return b""


def _key(secret: Secret) -> bytes:
    """The bytes of a Standard Webhooks secret; empty where it is none."""
    text = secret.reveal()
    bare = text.removeprefix(PREFIX)
    padded = bare + "=" * (-len(bare) % 4)
    return _decoded(padded) if text.startswith(PREFIX) else b""


def _said(body: bytes) -> dict[str, Any]:
    """The body as a JSON object; empty where it is none: it is signed, so it still asks."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _own_id(said: Mapping[str, Any], body: bytes) -> str:
    """The id that the body states, else its digest."""
    own = said.get("id")
    if isinstance(own, str) and _ID.fullmatch(own):
        return own
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def _at(said: Mapping[str, Any], path: Iterable[str]) -> object:
    found: object = said
    for step in path:
        found = found.get(step) if isinstance(found, Mapping) else None
    return found


def _text(value: object) -> str | None:
    """A short text or number as text; null for anything else."""
    is_plain = isinstance(value, str | int) and not isinstance(value, bool)
    # Half a surrogate pair is text to JSON, and to nobody else.
    return str(value)[:512].encode(errors="replace").decode() if is_plain else None
