"""Notices between their arrival and the fetch that they ask for: one small file each.

A notice is durable once its file is: no database is opened for it, so that no ingest makes a sender
wait. The file stands in `inbox/notices/waiting` until the books hold the notice; then an empty one
of its name in `inbox/notices/seen` tells the server that it has come before.
"""

import base64
import hashlib
import json
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline.errors import LakeDamaged
from pipeline.store.layout import fsync
from pipeline.store.steps import Step, reach
from pipeline.sync.webhook import Notice

_STALE_S = 3600.0
"""Beyond this age a half-written file is of a server that was killed."""


def folder(home: Path) -> Path:
    """Where notices stand; its owner's alone, for a body may hold an address that lets one in."""
    return home / "inbox" / "notices"


def prepare(home: Path) -> None:
    """Make the folders of notices, so that they outlast a loss of power."""
    inbox = folder(home).parent
    inbox.mkdir(parents=True, exist_ok=True)
    for one in (folder(home), folder(home) / "waiting", folder(home) / "seen"):
        one.mkdir(exist_ok=True, mode=0o700)
    for one in (folder(home), inbox, home):
        fsync(one)


def keep(home: Path, notice: Notice) -> bool:
    """Whether a notice is new; in either case it is durable when this returns.

    Of the same notice told twice at a time one is new: a name can be linked once.
    """
    waiting, seen = folder(home) / "waiting", folder(home) / "seen"
    if not seen.exists():
        prepare(home)
    name = _name(notice.source, notice.notice_id)
    if (seen / name).exists():
        return False
    new = waiting / f".{secrets.token_hex(8)}.new"
    try:
        _write(new, _text(notice))
        reach(Step.NOTICE_WRITTEN)
        try:
            os.link(new, waiting / name)
        except FileExistsError:
            return False
        else:
            reach(Step.NOTICE_NAMED)
            return True
        finally:
            fsync(waiting)
    finally:
        new.unlink(missing_ok=True)


@dataclass(frozen=True)
class Waiting:
    """A notice that waits for its fetch, and its file."""

    notice: Notice
    path: Path


def waiting(home: Path) -> list[Waiting]:
    """The notices that no fetch has answered yet, the oldest first.

    Raises:
        LakeDamaged: a file is not what was written.
    """
    found = [_read(path) for path in (folder(home) / "waiting").glob("[!.]*.json")]
    return sorted(found, key=lambda one: (one.notice.received_at, one.notice.notice_id))


def forget(found: list[Waiting]) -> None:
    """Let notices that the books hold wait no longer; what remains is that they came."""
    for one in found:
        seen = one.path.parents[1] / "seen"
        (seen / one.path.name).touch(mode=0o600)
        fsync(seen)
        one.path.unlink(missing_ok=True)


def sweep(home: Path) -> None:
    """Remove what servers that were killed have left half written."""
    before = time.time() - _STALE_S
    for path in (folder(home) / "waiting").glob(".*.new"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


def _name(source: str, notice_id: str) -> str:
    digest = hashlib.sha256(f"{source}\n{notice_id}".encode()).hexdigest()
    return f"{digest}.json"


def _text(notice: Notice) -> str:
    told = {
        "source": notice.source,
        "notice_id": notice.notice_id,
        "sent_at": notice.sent_at.isoformat(),
        "received_at": notice.received_at.isoformat(),
        "type": notice.type,
        "subject": notice.subject,
        "body": base64.b64encode(notice.body).decode(),
    }
    return json.dumps(told)


def _write(path: Path, text: str) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def _read(path: Path) -> Waiting:
    try:
        told: Mapping[str, str] = json.loads(path.read_text(encoding="utf-8"))
        notice = Notice(
            source=told["source"],
            notice_id=told["notice_id"],
            sent_at=datetime.fromisoformat(told["sent_at"]),
            received_at=datetime.fromisoformat(told["received_at"]),
            type=told["type"],
            subject=told["subject"],
            body=base64.b64decode(told["body"]),
        )
    except (ValueError, KeyError, TypeError) as error:
        mend = "move it away; what it asked for comes with the next poll"
        raise LakeDamaged(f"{path} is no notice", mend) from error
    return Waiting(notice, path)
