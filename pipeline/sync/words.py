"""The closed vocabularies of fetching."""

from enum import StrEnum


class AuthKind(StrEnum):
    """How requests to a provider are made ours."""

    NONE = "none"
    TOKEN = "token"  # noqa: S105 - the word, not one
    OAUTH2 = "oauth2"


class SigningAlgorithm(StrEnum):
    """How HTTP messages are signed, by the names of RFC 9421."""

    ED25519 = "ed25519"
    HMAC_SHA256 = "hmac-sha256"


class Paging(StrEnum):
    """Where a provider tells of the next page."""

    NONE = "none"
    LINK = "link"
    """In the header `Link`, as `rel="next"`."""
    NEXT = "next"
    """As an address in the page."""
    CURSOR = "cursor"
    """As a word in the page that the next request repeats."""
    OFFSET = "offset"
    PAGE = "page"


class CursorForm(StrEnum):
    """How a provider writes an item's place in time or order."""

    ISO = "iso"
    DATE = "date"
    EPOCH = "epoch"
    TEXT = "text"
    """A word that only grows."""


class Payload(StrEnum):
    """In what form a provider gives reports."""

    FILE = "file"
    JSON = "json"
    JSONL = "jsonl"


class Contract(StrEnum):
    """What becomes of rows that have another form than their source says."""

    EVOLVE = "evolve"
    """New fields become new columns; nested values are kept as JSON."""
    FREEZE = "freeze"
    """Nothing of the round is taken."""
    DISCARD_ROW = "discard_row"
    DISCARD_VALUE = "discard_value"
    QUARANTINE_ROW = "quarantine_row"


class BreakerState(StrEnum):
    """Whether a host is asked."""

    CLOSED = "closed"
    OPEN = "open"
    HALF_OPEN = "half-open"
    """One request is under way to find out."""


class Mark(StrEnum):
    """The steps of a request, for tests that end a process at one."""

    ASKED = "asked"
    ANSWERED = "answered"
    SPOOLED = "spooled"


class SyncState(StrEnum):
    """What became of a source that was to be fetched."""

    FETCHED = "fetched"
    NOTHING_NEW = "nothing new"
    PLANNED = "planned"
    GAVE_UP = "gave up"
