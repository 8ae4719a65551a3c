"""Telling: what channels are owed is delivered, each in turn, and what came of it is recorded."""

import os
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, assert_never

from pipeline.errors import LakeBusy, UsageError
from pipeline.flow import measuring
from pipeline.settings import Settings
from pipeline.store import alarms, lake
from pipeline.store.alarms import CallMade
from pipeline.store.locks import locked
from pipeline.store.sql import query
from pipeline.store.steps import Step, reach
from pipeline.sync import credentials
from pipeline.sync.spec import Secret
from pipeline.vocab_watch import Call, ChannelKind
from pipeline.watch import channels
from pipeline.watch.alarm import is_silenced
from pipeline.watch.channels import ChannelFailed, Message
from pipeline.watch.rules import Channel, Place, Rules

Speak = Callable[[Message], None]
"""Says an event to whoever runs the command."""

RUN = "alerts"
REST = timedelta(minutes=5)
"""At the end of other commands a channel that failed is left alone for so long: they must not wait
for a server that is down, once each."""


def tell(
    home: Path,
    settings: Settings,
    at: datetime,
    rules: Rules,
    speak: Speak | None,
    *,
    is_patient: bool,
) -> list[str]:
    """Tell channels what they are owed; why those failed that did, one line each.

    Another process that tells them already is not waited for long: what it does not see is told by
    the next check.

    Raises:
        LakeBusy, LakeDamaged: as `lake.reading`; what was told meanwhile is told again.
    """
    if not _owed(home, settings, at, rules, speak):
        return []
    wait_s = settings.lock_wait_s if is_patient else 0.0
    try:
        with locked(home.resolve() / ".alarms.lock", wait_s):
            # Asked again: whoever held the lock may have told them.
            owed = _owed(home, settings, at, rules, speak)
            return _told(home, settings, at, owed, rules, speak, is_patient=is_patient)
    except LakeBusy:
        return []


def _told(
    home: Path,
    settings: Settings,
    at: datetime,
    owed: list[Mapping[str, Any]],
    rules: Rules,
    speak: Speak | None,
    *,
    is_patient: bool,
) -> list[str]:
    known = {channel.name: channel for channel in rules.channels}
    titles = {rule.name: rule.title for rule in rules.rules}
    calls: list[CallMade] = []
    failures: list[str] = []
    for name, rows in groupby(sorted(owed, key=itemgetter("channel")), key=itemgetter("channel")):
        deliver = _Delivery(known[name], home, at, speak)
        for row in rows:
            if not is_patient and _rests(row, at):
                break
            message = Message.of(row, titles.get(row["rule"], row["metric"] or ""))
            try:
                deliver(message)
            except ChannelFailed as error:
                calls.append(CallMade(message.id, name, Call.FAILED.value, str(error)))
                failures.append(f"channel {name} could not be told: {error}; it is tried again")
                break
            calls.append(CallMade(message.id, name, Call.TOLD.value))
            reach(Step.CALLED)
    if calls:
        with lake.begin(home, RUN, at) as run:
            alarms.record(home, run, settings, calls=calls)
    return failures


def _owed(
    home: Path, settings: Settings, at: datetime, rules: Rules, speak: Speak | None
) -> list[Mapping[str, Any]]:
    """What channels that can be told now are owed, the oldest first; what is silenced waits."""
    known = {
        channel.name
        for channel in rules.channels
        if speak is not None or channel.kind is not ChannelKind.TERMINAL
    }
    moment = at.astimezone(UTC).replace(tzinfo=None)
    with lake.reading(home, settings) as con:
        rows = measuring.told(con.execute(query("watch/owed_calls")))
        silences = measuring.told(con.execute(query("watch/silences"), {"moment": moment}))
    quiet = {(row["rule"], row["key"]) for row in silences}
    return [
        row
        for row in rows
        if row["channel"] in known and not is_silenced((row["rule"], row["key"]), quiet)
    ]


def _rests(row: Mapping[str, Any], at: datetime) -> bool:
    """Whether a channel failed a moment ago."""
    failed = row["failed_at"]
    now = at.astimezone(UTC).replace(tzinfo=None)
    return failed is not None and timedelta() <= now - failed < REST


class _Delivery:
    """Tells one channel; its credentials are read when it is told."""

    def __init__(self, channel: Channel, home: Path, at: datetime, speak: Speak | None) -> None:
        self.channel = channel
        self.home = home
        self.at = at
        self.speak = speak

    def __call__(self, message: Message) -> None:
        """Deliver a message.

        Raises:
            ChannelFailed: it was not delivered for certain.
        """
        channel = self.channel
        match channel.kind:
            case ChannelKind.TERMINAL:
                if self.speak is not None:
                    self.speak(message)
            case ChannelKind.FILE:
                channels.to_file(self.home / Path(channel.path).expanduser(), message)
            case ChannelKind.WEBHOOK:
                url, secret = self._read(channel.url), self._read(channel.secret)
                channels.to_webhook(url, secret, message, self.at, channel.timeout_s)
            case ChannelKind.APPRISE:
                channels.to_apprise(self._read(channel.url), message, channel.timeout_s)
            case kind:
                assert_never(kind)

    def _read(self, place: Place | None) -> str:
        """A credential, or an address that is none."""
        if place is None:
            raise ChannelFailed("it has no address")
        if place.kind == "plain":
            return place.name
        try:
            return credentials.read(Secret(place.kind, place.name), self.home, os.environ)
        except UsageError as error:
            raise ChannelFailed(error.what) from None
