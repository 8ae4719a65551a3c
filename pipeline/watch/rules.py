"""Rules and channels: the defaults of the package, and a home's `alerts.toml` over them."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from pipeline.errors import UsageError
from pipeline.vocab import Severity
from pipeline.vocab_watch import ChannelKind, Level, Metric
from pipeline.watch.metrics import KNOWN, METRICS, Fold, Measured
from pipeline.watch.quantities import MONEY, Quantity, example, quantity
from pipeline.watch.section import Section

DEFAULTS = Path(__file__).with_name("rules.toml")
FILE = "alerts.toml"

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
_RULE_KEYS = (
    *("title", "metric", "warning", "breach", "for", "within", "least", "severity"),
    *("channels", "per", "off"),
)
_CHANNEL_KEYS = {
    ChannelKind.TERMINAL: (),
    ChannelKind.FILE: ("path",),
    ChannelKind.WEBHOOK: ("url", "secret", "timeout_s"),
    ChannelKind.APPRISE: ("url", "timeout_s"),
}
_CALLS = (ChannelKind.WEBHOOK, ChannelKind.APPRISE)
"""Channels that call people: they are told of breaches alone, unless they ask for more."""


@dataclass(frozen=True)
class Place:
    """Where a credential stands: `env` or `file`, and its name there; `plain`: the text itself."""

    kind: str
    name: str


@dataclass(frozen=True)
class Channel:
    """A way to reach people.

    Attributes:
        since: the lowest level that it is told of.
        path: of a file, as written.
        url: of a webhook, or what apprise understands.
        secret: by which a webhook is signed.
        timeout_s: how long a call may take.
    """

    name: str
    kind: ChannelKind
    since: Level
    path: str = ""
    url: Place | None = None
    secret: Place | None = None
    timeout_s: float = 5.0


@dataclass(frozen=True)
class Rule:
    """What is looked at, and what of it is too much.

    Attributes:
        where: the file that says so, by name.
        chosen: column to the values of it that count; a column that is not here counts whatever
            it says.
        per: columns that alarms are raised apart by; a metric of money adds the currency.
        warning, breach: limits, by unit; of money each currency is a unit.
        hold: for how long a level must hold before it is told.
        within: how far back what happened counts; None where the metric has no such thing.
        least: of fewer lines than these no share is told.
        channels: those that are told; None for all.
    """

    name: str
    title: str
    where: str
    metric: Metric
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    per: tuple[str, ...] = ()
    warning: Mapping[str, Quantity] = field(default_factory=dict)
    breach: Mapping[str, Quantity] = field(default_factory=dict)
    hold: timedelta = timedelta()
    within: timedelta | None = None
    least: int = 0
    severity: Severity = Severity.HIGH
    channels: tuple[str, ...] | None = None

    @property
    def measured(self) -> Measured:
        """How its metric is read."""
        return METRICS[self.metric]


@dataclass(frozen=True)
class Rules:
    """All rules that hold, in the order in which they are written, and the channels."""

    rules: tuple[Rule, ...]
    channels: tuple[Channel, ...]
    switched_off: tuple[str, ...] = ()

    @property
    def holds(self) -> dict[str, timedelta]:
        """How long a level must hold, by rule."""
        return {rule.name: rule.hold for rule in self.rules}

    def named(self, name: str) -> Rule:
        """The rule of a name.

        Raises:
            UsageError: there is none.
        """
        for rule in self.rules:
            if rule.name == name:
                return rule
        known = ", ".join(rule.name for rule in self.rules)
        raise UsageError(f"there is no rule {name!r}", f"known: {known}")

    def routes(self, name: str, level: Level) -> tuple[str, ...]:
        """The channels that are told when a rule's alarm comes to a level."""
        rule = self.named(name)
        return tuple(
            channel.name
            for channel in self.channels
            if (rule.channels is None or channel.name in rule.channels)
            and (channel.since is Level.WARNING or level is Level.BREACH)
        )


def load(home: Path, file: Path | None = None) -> Rules:
    """The rules of a home: those of the package, and those of a file over them.

    Args:
        home: the home folder.
        file: to be read instead of the home's own.

    Raises:
        UsageError: a file is not TOML, or says what no rule may say: names file, table and key.
    """
    given = _tables(DEFAULTS)
    own = home / FILE if file is None else file
    if file is not None and not file.is_file():
        raise UsageError(f"there is no file {file}", "name one that holds rules")
    over = _tables(own) if own.is_file() else {}
    where = dict.fromkeys(given.get("rules", {}), DEFAULTS.name)
    rules = {name: dict(table) for name, table in given.get("rules", {}).items()}
    for name, table in over.get("rules", {}).items():
        # Another metric has other filters and units: nothing of the default's fits.
        rules[name] = table if "metric" in table else {**rules.get(name, {}), **table}
        where[name] = own.name
    channels = {
        name: _channel(own.name, name, table)
        for name, table in {**given.get("channels", {}), **over.get("channels", {})}.items()
    }
    off = tuple(name for name, table in rules.items() if _is_off(where[name], name, table))
    read = [
        _rule(where[name], name, table, channels)
        for name, table in rules.items()
        if name not in off
    ]
    return Rules(tuple(read), tuple(channels.values()), off)


def _tables(path: Path) -> dict[str, dict[str, Any]]:
    """The tables of a file: `rules` and `channels`, each of tables."""
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(f"{path} is not TOML: {error}", "mend that line") from error
    for kind, tables in given.items():
        if kind not in {"rules", "channels"}:
            raise UsageError(f"{path.name}: {kind} is no table here", "known: rules, channels")
        for name, table in tables.items() if isinstance(tables, dict) else [("", None)]:
            if not isinstance(table, dict):
                raise UsageError(f"{path.name}: {kind}.{name} is no table", f"write [{kind}.NAME]")
            if not _NAME.fullmatch(name):
                mend = "use small letters, digits, - and _, at most 40"
                raise UsageError(f"{path.name}: {kind}.{name!r} is no name", mend)
    return given


def _is_off(where: str, name: str, table: Mapping[str, Any]) -> bool:
    return Section(f"{where}: rules.{name}", table).flag("off")


def _rule(where: str, name: str, given: Mapping[str, Any], channels: Mapping[str, Channel]) -> Rule:
    table = Section(f"{where}: rules.{name}", given)
    metric = Metric(table.one_of("metric", tuple(Metric)))
    measured = METRICS[metric]
    table.only((*_RULE_KEYS, *measured.by), f"of {metric.value} is no key")
    for key, is_meant in (("within", measured.is_recent), ("least", measured.fold is Fold.SHARE)):
        if key in given and not is_meant:
            raise table.wrong(key, f"means nothing to {metric.value}", "leave it out")
    per = table.texts("per")
    for column in per:
        if column not in measured.apart:
            raise table.wrong("per", f"knows no {column!r}", f"known: {', '.join(measured.apart)}")
    warning, breach = _limits(table, "warning", measured), _limits(table, "breach", measured)
    _refuse_contrary(table, warning, breach, measured)
    within = table.time("within") if measured.is_recent else None
    chosen = {column: _chosen(table, column) for column in measured.by if column in given}
    return Rule(
        name=name,
        title=table.text("title", metric.value.replace("_", " ")),
        where=where,
        metric=metric,
        chosen=chosen,
        per=(*per, "currency") if measured.unit == MONEY and "currency" not in per else per,
        warning=warning,
        breach=breach,
        hold=table.time("for", timedelta()),
        within=within,
        least=table.counted("least", "lines"),
        severity=Severity(table.one_of("severity", tuple(Severity), Severity.HIGH)),
        channels=_channels(table, channels) if "channels" in given else None,
    )


def _limits(table: Section, key: str, measured: Measured) -> dict[str, Quantity]:
    """A limit by its unit; of money there may be one for each currency."""
    found: dict[str, Quantity] = {}
    for text in table.texts(key):
        limit = quantity(text, measured.unit)
        if limit is None:
            raise table.wrong(key, f"is {text!r}", f'write "{example(measured.unit)}"')
        if limit.unit in found:
            raise table.wrong(key, f"has two limits in {limit.unit}", "leave one of them")
        found[limit.unit] = limit
    return found


def _refuse_contrary(
    table: Section,
    warning: Mapping[str, Quantity],
    breach: Mapping[str, Quantity],
    measured: Measured,
) -> None:
    """Raise where a breach would come before its warning, or neither can come."""
    if not warning and not breach:
        raise table.wrong("breach", "is missing", f'write breach = "{example(measured.unit)}"')
    for unit in warning.keys() & breach.keys():
        first, then = warning[unit].value, breach[unit].value
        if first <= then if measured.falls else first >= then:
            order = "above" if measured.falls else "below"
            raise table.wrong("warning", f"is not {order} the breach", f"write one {order} it")


def _chosen(table: Section, column: str) -> tuple[str, ...]:
    """The values of a column that count."""
    values = table.texts(column)
    known = KNOWN.get(column)
    for value in values:
        if known is not None and value not in known:
            raise table.wrong(column, f"knows no {value!r}", f"known: {', '.join(known)}")
    return values


def _channels(table: Section, known: Mapping[str, Channel]) -> tuple[str, ...]:
    names = table.texts("channels")
    for name in names:
        if name not in known:
            raise table.wrong("channels", f"names no {name!r}", f"known: {', '.join(known)}")
    return names


def _channel(where: str, name: str, given: Mapping[str, Any]) -> Channel:
    table = Section(f"{where}: channels.{name}", given)
    kind = ChannelKind(table.one_of("kind", tuple(ChannelKind)))
    table.only(("kind", "from", *_CHANNEL_KEYS[kind]), f"of a {kind.value} is no key")
    since = Level.BREACH if kind in _CALLS else Level.WARNING
    levels = (Level.WARNING, Level.BREACH)
    return Channel(
        name=name,
        kind=kind,
        since=Level(table.one_of("from", levels, since)),
        path=table.text("path") if kind is ChannelKind.FILE else "",
        url=_place(table, "url", plain=True) if kind in _CALLS else None,
        secret=_place(table, "secret") if kind is ChannelKind.WEBHOOK else None,
        timeout_s=table.number("timeout_s", Channel.timeout_s),
    )


def _place(table: Section, key: str, *, plain: bool = False) -> Place:
    """Where a credential stands; what was given is not shown, for it may be the credential."""
    given = table.given.get(key)
    mend = f'write {key} = {{ env = "NAME" }} or {{ file = "path" }}'
    if plain and isinstance(given, str) and given:
        return Place("plain", given)
    if isinstance(given, Mapping) and len(given) == 1:
        ((kind, name),) = given.items()
        if kind in {"env", "file"} and isinstance(name, str) and name:
            return Place(kind, name)
    raise table.wrong(key, "is missing" if given is None else "does not say where it stands", mend)
