"""Channels: how an event reaches a file, a webhook, or whatever apprise can reach.

Each either has been told for certain when its function returns, or has failed: then it is told
again later, of the same event under the same id.
"""

import json
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pipeline.contract.money import sum_text
from pipeline.vocab_watch import Alarm
from pipeline.watch.quantities import told

_SECRET = re.compile(r"whsec_[A-Za-z0-9+/]+={0,2}")
_LONGEST = 1_200
"""Characters of a message for people."""
_CUT = 16
"""Digits of an event's id in a message for people."""


class ChannelFailed(Exception):
    """A channel could not be told; the text says why, without credentials."""


@dataclass(frozen=True)
class Message:
    """An event as a channel is told of it.

    Attributes:
        id: the event's own: a receiver that knows it has had the message before.
        at: when the event came about, in UTC without a zone.
    """

    id: str
    at: datetime
    rule: str
    title: str
    key: str
    state: str
    severity: str | None
    metric: str | None
    value: str | None
    limit: str | None
    unit: str | None
    detail: str | None
    words: str

    @classmethod
    def of(cls, row: Mapping[str, Any], title: str) -> "Message":
        """The message of an event of the books."""
        value, limit = row["value"], row["limit"]
        return cls(
            id=row["alarm_id"],
            at=row["at"],
            rule=row["rule"],
            title=title,
            key=row["key"],
            state=row["state"],
            severity=row["severity"],
            metric=row["metric"],
            value=None if value is None else sum_text(value),
            limit=None if limit is None else sum_text(limit),
            unit=row["unit"],
            detail=row["detail"] or None,
            words=words(row, title),
        )

    @property
    def payload(self) -> dict[str, Any]:
        """The event as JSON values, in the form that Standard Webhooks recommends."""
        names = ("rule", "title", "key", "state", "severity", "metric", "value", "limit", "unit")
        return {
            "id": self.id,
            "type": f"alarm.{self.state}",
            "timestamp": f"{self.at.isoformat()}Z",
            "data": {
                **{name: getattr(self, name) for name in names},
                "detail": self.detail,
                "words": self.words,
            },
        }


def words(row: Mapping[str, Any], title: str) -> str:
    """An event in one line."""
    named = " ".join(filter(None, (row["rule"], row["key"])))
    if row["state"] == Alarm.RESOLVED:
        return f"resolved: {named}: {title}"
    value = "" if row["value"] is None else f": {told(row['value'], row['unit'])}"
    limit = "" if row["limit"] is None else f" (limit {told(row['limit'], row['unit'])})"
    detail = f", {row['detail']}" if row["detail"] else ""
    return f"{row['state']}: {named}: {title}{value}{limit}{detail}"


def to_file(path: Path, message: Message) -> None:
    """Append a line of JSON, whole and on disk.

    Raises:
        ChannelFailed: it cannot be written.
    """
    line = json.dumps(message.payload, ensure_ascii=False).encode() + b"\n"
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        is_new = not path.exists()
        descriptor = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            # A line that a loss of power has cut must not swallow the next.
            size = os.fstat(descriptor).st_size
            torn = size > 0 and os.pread(descriptor, 1, size - 1) != b"\n"
            data = b"\n" + line if torn else line
            if os.write(descriptor, data) != len(data):
                raise ChannelFailed("the disk is full")
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if is_new:
            _keep_name(path.parent)
    except OSError as error:
        raise ChannelFailed(error.strerror or "it cannot be written") from error


def _keep_name(folder: Path) -> None:
    """Make a folder's names outlast a loss of power."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def to_webhook(url: str, secret: str, message: Message, at: datetime, timeout_s: float) -> None:
    """Post a message signed as Standard Webhooks 1.0 prescribes; any answer of 2xx is a yes.

    Raises:
        ChannelFailed: it was not answered so, or the secret is none.
    """
    import httpx2
    from standardwebhooks import Webhook

    if not _SECRET.fullmatch(secret):
        raise ChannelFailed("its secret is no whsec_… in base64")
    body = json.dumps(message.payload, ensure_ascii=False)
    try:
        signature = Webhook(secret).sign(message.id, at, body)
    except ValueError:
        raise ChannelFailed("its secret is no whsec_… in base64") from None
    headers = {
        "content-type": "application/json",
        "webhook-id": message.id,
        "webhook-timestamp": f"{int(at.timestamp())}",
        "webhook-signature": signature,
    }
    try:
        answer = httpx2.post(
            url, content=body.encode(), headers=headers, timeout=timeout_s, follow_redirects=False
        )
    except (httpx2.HTTPError, httpx2.InvalidURL) as error:
        # The text may hold the address, and with it a credential.
        raise ChannelFailed(f"no answer ({type(error).__name__})") from None
    if not answer.is_success:
        raise ChannelFailed(f"the answer was {answer.status_code}")


def to_apprise(url: str, message: Message, timeout_s: float) -> None:
    """Send a message by whatever an apprise address names, such as e-mail.

    Raises:
        ChannelFailed: apprise is not installed, does not know the address, or was not believed.
    """
    try:
        import apprise
    except ImportError:
        mend = "pip install 'royalty-pipeline[alerts]'"
        raise ChannelFailed(f"apprise is not installed: {mend}") from None
    asset = apprise.AppriseAsset(app_id="royalty", app_desc="royalty alerts", async_mode=False)
    sender = apprise.Apprise(asset=asset)
    marked = f"{url}{'&' if '?' in url else '?'}cto={timeout_s:g}&rto={timeout_s:g}"
    if not sender.add(marked):
        raise ChannelFailed("apprise does not know such an address")
    kinds = {Alarm.RESOLVED: apprise.NotifyType.SUCCESS, Alarm.BREACH: apprise.NotifyType.FAILURE}
    kind = kinds.get(Alarm(message.state), apprise.NotifyType.WARNING)
    title = " ".join(filter(None, (f"[{message.state}]", message.rule, message.key)))
    body = f"{message.words}\n\n{message.at:%Y-%m-%d %H:%M} UTC, event {message.id[:_CUT]}"
    if not sender.notify(title=title, body=body[:_LONGEST], notify_type=kind):
        raise ChannelFailed("apprise could not deliver it")
