"""The vocabularies of what is watched: sketches, findings, and the alarms that rules raise."""

from enum import StrEnum


class Measure(StrEnum):
    """What a row of a sketch counts, of the lines of its cell."""

    ALL = "all"
    """Every line of the cell; it names no column."""
    NULL = "null"
    """The column says nothing."""
    VALUE = "value"
    """The column says this."""
    REST = "rest"
    """The column says one of the values that are not told one by one."""
    BUCKET = "bucket"
    """The number lies between two powers of the base; the value is the lower one's exponent."""
    LENGTH = "length"
    """The text has so many characters."""
    SCRIPT = "script"
    """The text is written in this script."""
    FAULT = "fault"
    """The line bears this fault."""


class Script(StrEnum):
    """What the letters of a text are; kana with or without han is Japanese."""

    LATIN = "latin"
    CYRILLIC = "cyrillic"
    GREEK = "greek"
    ARABIC = "arabic"
    HEBREW = "hebrew"
    HAN = "han"
    KANA = "kana"
    HANGUL = "hangul"
    OTHER = "other"
    """Of another script; or the text has neither letters nor digits."""
    MIXED = "mixed"
    """Of several."""
    DIGITS = "digits"
    """There are none, but digits."""


class Finding(StrEnum):
    """What has changed in what a source reports."""

    MONEY = "money"
    """More or less money than was to be expected."""
    VOLUME = "volume"
    """More or fewer lines or units."""
    RATE = "rate"
    """Another amount for a unit."""
    NULLS = "nulls"
    """A column says nothing more, or less, often."""
    UNSEEN = "unseen"
    """A column says what it never said."""
    SHAPE = "shape"
    """The values of a column are spread in another way."""
    FAULTS = "faults"
    """More lines bear a fault."""


class Metric(StrEnum):
    """What a rule of `alerts.toml` looks at; `watch.metrics` says how each is read."""

    QUEUE_AGE = "queue_age"
    QUEUE_DEPTH = "queue_depth"
    MONEY_WAITING = "money_waiting"
    SHARE_WAITING = "share_waiting"
    FATAL_LINES = "fatal_lines"
    FATAL_SHARE = "fatal_share"
    ESCALATIONS = "escalations"
    DRIFT_FINDINGS = "drift_findings"
    DRIFT_MONEY = "drift_money"
    REPORTS_LATE = "reports_late"
    REPORT_LATENESS = "report_lateness"
    REPORTS_MISSING = "reports_missing"
    REPORTS_REFUSED = "reports_refused"
    RETENTION_LEFT = "retention_left"
    SOURCE_SILENCE = "source_silence"


class Queue(StrEnum):
    """For what an open ledger entry waits; every open entry is in exactly one."""

    DUE = "due"
    """For the next `royalty retry`: it could be tried now. Its age counts from that moment."""
    CATALOG = "catalog"
    """For its next turn, by which a later catalog may mend it: nothing can be done before."""
    PERSON = "person"
    """For a person: time and the catalog do not help."""
    ESCALATED = "escalated"
    """For a person: its attempts are used up. Its age counts from then on."""
    FETCH = "fetch"
    """A request at a provider that failed and is tried again."""
    GIVEN_UP = "given_up"
    """A request at a provider whose attempts are used up. Its age counts from then on."""


class Level(StrEnum):
    """How far a value is beyond what a rule allows."""

    CALM = "calm"
    WARNING = "warning"
    """Shown to whoever looks; nobody is called."""
    BREACH = "breach"
    """A person is called."""


class Alarm(StrEnum):
    """What an event of an alarm says; the first three stand for a level that is told."""

    WARNING = "warning"
    BREACH = "breach"
    RESOLVED = "resolved"
    PENDING = "pending"
    """A limit is passed, not yet for as long as the rule asks."""
    CALMED = "calmed"
    """What was pending has ended before it was told."""
    SILENCED = "silenced"
    UNSILENCED = "unsilenced"


class Call(StrEnum):
    """Where the telling of an alarm to a channel stands."""

    OWED = "owed"
    TOLD = "told"
    FAILED = "failed"


class ChannelKind(StrEnum):
    """By what an alarm reaches people."""

    TERMINAL = "terminal"
    FILE = "file"
    WEBHOOK = "webhook"
    APPRISE = "apprise"
