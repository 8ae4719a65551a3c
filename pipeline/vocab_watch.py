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


class Change(StrEnum):
    """How what is told of a thing has changed; `COSMETIC` says which of them say the same."""

    CASE = "case"
    """Capitals or small letters."""
    ACCENTS = "accents"
    """Accents, or letters that stand for others."""
    SIGNS = "signs"
    """Punctuation or blanks."""
    JOINTS = "joints"
    """What joins the same names, or words, in the same order."""
    ORDER = "order"
    """The same words in another order."""
    GUESTS = "guests"
    """Featured artists, from the title to the artist or back."""
    MOVED = "moved"
    """The version, from the title to its own column or back."""
    ROUNDED = "rounded"
    """A length by no more than rounding does."""
    ZEROS = "zeros"
    """A number by its leading zeros."""
    SCRIPT = "script"
    """Another script."""
    ADDED = "added"
    """Words were added, and nothing else."""
    REMOVED = "removed"
    """Words were taken off, and nothing else."""
    REPLACED = "replaced"
    """Some words stand for others."""
    RENAMED = "renamed"
    """Nothing is as it was."""
    SCALED = "scaled"
    """A length in another unit."""
    SHIFTED = "shifted"
    """A length that is longer or shorter, or told in coarser steps."""


COSMETIC = frozenset(
    {
        Change.CASE,
        Change.ACCENTS,
        Change.SIGNS,
        Change.JOINTS,
        Change.ORDER,
        Change.GUESTS,
        Change.MOVED,
        Change.ROUNDED,
        Change.ZEROS,
    }
)
"""Changes after which the same thing is told in other letters."""


class Conflict(StrEnum):
    """What is told of ISRCs that cannot all be so."""

    REUSED = "reused"
    """One ISRC names things of different titles and artists."""
    CATALOG = "catalog"
    """The catalog gives the ISRC to another title or artist."""
    TITLE = "title"
    """At the same time one ISRC bears different titles."""
    ARTIST = "artist"
    """At the same time one ISRC bears different artists."""
    SEVERAL = "several"
    """One recording is reported under several ISRCs."""


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
