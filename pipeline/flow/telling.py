"""Telling: what channels are owed is delivered, each in turn, and what came of it is recorded."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
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
from pipeline.sync import secret
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


@dataclass(frozen=True)
class Telling:
    """What a check tells by.

    Attributes:
        at: the clock reading, aware.
        speak: says an event to whoever runs the command; None where nobody reads.
        is_patient: whether channels that just failed are tried again.
    """

    home: Path
    settings: Settings
    at: datetime
    rules: Rules
    speak: Speak | None = None
    is_patient: bool = True


def tell(how: Telling) -> list[str]:
    """Tell channels what they are owed; why those failed that did, one line each.

    Another process that tells them already is not waited for long: what it does not see is told by
    the next check.

    Raises:
        LakeBusy, LakeDamaged: as `lake.reading`; what was told meanwhile is told again.
    """
    if not _owed(how):
        return []
    wait_s = how.settings.lock_wait_s if how.is_patient else 0.0
    try:
        with locked(how.home.resolve() / ".alarms.lock", wait_s):
            # Asked again: whoever held the lock may have told them.
            return _told(how, _owed(how))
    except LakeBusy:
        return []


def _told(how: Telling, owed: list[Mapping[str, Any]]) -> list[str]:
    calls: list[CallMade] = []
    failures: list[str] = []
    for name, rows in groupby(sorted(owed, key=itemgetter("channel")), key=itemgetter("channel")):
        made = list(_calls(how, name, rows))
        calls += made
        failures += [
            f"channel {name} could not be told: {one.detail}; it is tried again"
            for one in made
            if one.outcome == Call.FAILED
        ]
    if calls:
        with lake.begin(how.home, RUN, how.at) as run:
            alarms.record(how.home, run, how.settings, calls=calls)
    return failures


def _calls(how: Telling, name: str, rows: Iterable[Mapping[str, Any]]) -> Iterator[CallMade]:
    """Tell one channel what it is owed, in order, until it fails."""
    channel = next(one for one in how.rules.channels if one.name == name)
    titles = {rule.name: rule.title for rule in how.rules.rules}
    for row in rows:
        if not how.is_patient and _rests(row, how.at):
            return
        message = Message.of(row, titles.get(row["rule"], row["metric"] or ""))
        try:
            _deliver(how, channel, message)
        except ChannelFailed as error:
            yield CallMade(message.id, name, Call.FAILED.value, str(error))
            return
        reach(Step.CALLED)
        yield CallMade(message.id, name, Call.TOLD.value)


def _owed(how: Telling) -> list[Mapping[str, Any]]:
    """What channels that can be told now are owed, the oldest first; what is silenced waits."""
    known = {
        channel.name
        for channel in how.rules.channels
        if how.speak is not None or channel.kind is not ChannelKind.TERMINAL
    }
    moment = how.at.astimezone(UTC).replace(tzinfo=None)
    with alarms.recorded(how.home, how.settings) as con:
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


def _deliver(how: Telling, channel: Channel, message: Message) -> None:
    """Tell a channel; its credentials are read when they are needed.

    Raises:
        ChannelFailed: it was not delivered for certain.
    """
    match channel.kind:
        case ChannelKind.TERMINAL:
            if how.speak is not None:
                how.speak(message)
        case ChannelKind.FILE:
            channels.to_file(how.home / Path(channel.path).expanduser(), message)
        case ChannelKind.WEBHOOK:
            url, key = _read(channel.url, how.home), _read(channel.secret, how.home)
            channels.to_webhook(url, key, message, how.at, channel.timeout_s)
        case ChannelKind.APPRISE:
            channels.to_apprise(_read(channel.url, how.home), message, channel.timeout_s)
        case kind:
            assert_never(kind)


def _read(place: Place | None, home: Path) -> str:
    """A credential, or an address that is none."""
    if place is None:
        raise ChannelFailed("it has no address")
    if place.kind == "plain":
        return place.name
    try:
        return secret.Place(place.kind, place.name, "its credential").secret(home).reveal()
    except UsageError as error:
        raise ChannelFailed(error.what) from None
