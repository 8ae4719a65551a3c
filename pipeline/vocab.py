"""Every closed vocabulary of the pipeline, once."""

from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


class Tier(StrEnum):
    """How a failure may end: by retrying, by resolution, or not at all."""

    TRANSIENT = "transient"
    RECOVERABLE = "recoverable"
    FATAL = "fatal"


class Status(StrEnum):
    """What became of a line."""

    MATCHED = "matched"
    UNMATCHED = "unmatched"
    HELD = "held"
    QUARANTINED = "quarantined"
    EXCLUDED = "excluded"


class Effect(StrEnum):
    """What a fault does to its line: nothing but a tag, or a status."""

    WARNS = "warns"
    UNMATCHED = "unmatched"
    HELD = "held"
    EXCLUDED = "excluded"
    QUARANTINED = "quarantined"


class Method(StrEnum):
    """How an identity was matched, in the order of the ladder."""

    DECISION = "decision"
    ISRC = "isrc"
    GTIN = "gtin"
    GTIN_TITLE = "gtin_title"
    EXACT_TEXT = "exact_text"
    FUZZY = "fuzzy"


class Decision(StrEnum):
    """What a person decided about an identity, a recording's splits or a spelling."""

    ACCEPT = "accept"
    """It is this recording or release."""
    REJECT = "reject"
    """It is none of these candidates."""
    MISSING = "missing"
    """It is none of these, and its recording is to be created in the catalog."""
    EXCLUDE = "exclude"
    """It is never to be paid."""
    SPLITS = "splits"
    """These parties own what the catalog leaves without an owner."""
    ALIAS = "alias"
    """This is another spelling of that artist."""
    UNDO = "undo"
    """Another decision binds no longer."""


class Binding(StrEnum):
    """What a decision about an identity is bound to, the strongest first.

    A decision on the very identity is an exception that a person asked for.
    """

    IDENTITY = "identity"
    ISRC = "isrc"
    GTIN = "gtin"
    DSP_ASSET_ID = "dsp_asset_id"
    TEXT = "text"


class LineType(StrEnum):
    """What a line reports."""

    SALE = "sale"
    RETURN = "return"
    ADJUSTMENT = "adjustment"
    BACKPAY = "backpay"
    FEE = "fee"
    TAX = "tax"
    ADVANCE = "advance"


class SaleLevel(StrEnum):
    """What was sold: one track or a whole release."""

    TRACK = "track"
    RELEASE = "release"


class Kind(StrEnum):
    """What a ledger entry stands for."""

    LINE = "line"
    ASSET = "asset"
    MANIFEST = "manifest"
    REQUEST = "request"


class Outcome(StrEnum):
    """What a ledger event says of its entry."""

    OPENED = "opened"
    RETRIED = "retried"
    RESOLVED = "resolved"
    ESCALATED = "escalated"
    RELEASED = "released"
    DISCARDED = "discarded"


class ManifestState(StrEnum):
    """What an ingest did with a manifest."""

    COMMITTED = "committed"
    UNCHANGED = "unchanged"
    REFUSED = "refused"
    QUARANTINED = "quarantined"
    """Its signature is another: nothing of it was taken, its bytes are kept."""


class Balance(StrEnum):
    """How what a report declares, or is said to be paid by, stands against what it holds."""

    BALANCED = "balanced"
    TOLERATED = "tolerated"
    OFF = "off"
    ACCEPTED = "accepted"
    UNKNOWN = "unknown"
    """One of the two cannot be known from this file alone."""


class Signature(StrEnum):
    """By what a sender vouches for the bytes of a report."""

    SHA256 = "sha256"
    SHA512 = "sha512"
    ED25519 = "ed25519"


class Ending(StrEnum):
    """Why a delivery pays no longer, by a person's word."""

    REPLACED = "replaced"
    """Another delivery corrects it: what it had paid is reversed."""
    DUPLICATE = "duplicate"
    """It reports what another has reported."""


class Occasion(StrEnum):
    """Why a source was looked at."""

    ASKED = "asked"
    ROUND = "round"
    """It was its turn."""
    NOTICE = "notice"
    SILENCE = "silence"
    """It should have sent a notice, and did not."""


class NoticeOutcome(StrEnum):
    """What became of a notice."""

    FETCHED = "fetched"
    """New reports were taken."""
    UNCHANGED = "unchanged"
    """There was nothing that the lake does not hold."""
    REFUSED = "refused"
    """What was there is no report that could be read."""
    IGNORED = "ignored"
    """It is of a type that asks for nothing."""


class Due(StrEnum):
    """Where an expected report stands."""

    HERE = "here"
    OWED = "owed"
    """Its period is over, and it is not due yet."""
    LATE = "late"
    MISSING = "missing"
    """It never came, and its sender no longer keeps it."""


class Notable(StrEnum):
    """What an alert is about that is no fault of a line or manifest."""

    REPORT_LATE = "REPORT_LATE"
    RETENTION_CLOSING = "RETENTION_CLOSING"
    REPORT_MISSING = "REPORT_MISSING"
    REPORT_REFUSED = "REPORT_REFUSED"


class Severity(StrEnum):
    """How soon a person must look at an alert."""

    HIGH = "high"
    WARNING = "warning"


class Fault(StrEnum):
    """A named defect of a line or manifest; `tier` and `effect` are looked up in one table."""

    UNMATCHED = "UNMATCHED"
    LOW_CONFIDENCE = "LOW_CONFIDENCE"
    AMBIGUOUS = "AMBIGUOUS"
    ISRC_CONTRADICTED = "ISRC_CONTRADICTED"
    SPLITS_INCOMPLETE = "SPLITS_INCOMPLETE"
    SCHEMA_DRIFT = "SCHEMA_DRIFT"
    ASSET_HALTED = "ASSET_HALTED"
    OUT_OF_BALANCE = "OUT_OF_BALANCE"
    POSSIBLE_DUPLICATE = "POSSIBLE_DUPLICATE"
    AMOUNT_UNREADABLE = "AMOUNT_UNREADABLE"
    CURRENCY_MISSING = "CURRENCY_MISSING"
    ISRC_MISSING = "ISRC_MISSING"
    ISRC_MALFORMED = "ISRC_MALFORMED"
    ISRC_TEXT_MISMATCH = "ISRC_TEXT_MISMATCH"
    GTIN_MISSING = "GTIN_MISSING"
    GTIN_CHECK_DIGIT = "GTIN_CHECK_DIGIT"
    GTIN_REPAIRED = "GTIN_REPAIRED"
    CELLS_PADDED = "CELLS_PADDED"
    ENCODING_REPAIRED = "ENCODING_REPAIRED"
    CURRENCY_ALIAS = "CURRENCY_ALIAS"
    QUANTITY_UNREADABLE = "QUANTITY_UNREADABLE"
    PERIOD_UNREADABLE = "PERIOD_UNREADABLE"
    TERRITORY_UNKNOWN = "TERRITORY_UNKNOWN"
    BAD_ENCODING = "BAD_ENCODING"
    FIELD_COUNT = "FIELD_COUNT"
    BAD_QUOTING = "BAD_QUOTING"
    CURRENCY_INVALID = "CURRENCY_INVALID"
    SIGNATURE_MISMATCH = "SIGNATURE_MISMATCH"
    EXCLUDED_BY_DECISION = "EXCLUDED_BY_DECISION"
    TIMEOUT = "TIMEOUT"
    DNS = "DNS"
    CONNECT = "CONNECT"
    THROTTLED = "THROTTLED"
    SERVER_ERROR = "SERVER_ERROR"
    TRUNCATED_BODY = "TRUNCATED_BODY"

    @property
    def tier(self) -> Tier:
        """Transient where a request failed, fatal where a line is quarantined, else recoverable."""
        if self in TRANSIENT:
            return Tier.TRANSIENT
        return Tier.FATAL if self.effect is Effect.QUARANTINED else Tier.RECOVERABLE

    @property
    def effect(self) -> Effect:
        """What the fault does to its line, unless the line's terms make a warning block."""
        return _EFFECTS.get(self, Effect.WARNS)


_EFFECTS = {
    Fault.UNMATCHED: Effect.UNMATCHED,
    Fault.LOW_CONFIDENCE: Effect.UNMATCHED,
    Fault.AMBIGUOUS: Effect.UNMATCHED,
    Fault.ISRC_CONTRADICTED: Effect.UNMATCHED,
    Fault.SPLITS_INCOMPLETE: Effect.HELD,
    Fault.SCHEMA_DRIFT: Effect.HELD,
    Fault.ASSET_HALTED: Effect.HELD,
    Fault.OUT_OF_BALANCE: Effect.HELD,
    Fault.POSSIBLE_DUPLICATE: Effect.HELD,
    Fault.AMOUNT_UNREADABLE: Effect.HELD,
    Fault.CURRENCY_MISSING: Effect.HELD,
    Fault.EXCLUDED_BY_DECISION: Effect.EXCLUDED,
    Fault.BAD_ENCODING: Effect.QUARANTINED,
    Fault.FIELD_COUNT: Effect.QUARANTINED,
    Fault.BAD_QUOTING: Effect.QUARANTINED,
    Fault.CURRENCY_INVALID: Effect.QUARANTINED,
    Fault.SIGNATURE_MISMATCH: Effect.QUARANTINED,
}

TRANSIENT = frozenset(
    {
        *(Fault.TIMEOUT, Fault.DNS, Fault.CONNECT),
        *(Fault.THROTTLED, Fault.SERVER_ERROR, Fault.TRUNCATED_BODY),
    }
)
"""Faults of a request, never of a line: it is sent again."""

WARNS_UNLESS_TERMS_DEPEND = (
    Fault.QUANTITY_UNREADABLE,
    Fault.PERIOD_UNREADABLE,
    Fault.TERRITORY_UNKNOWN,
)


def enum_of(vocabulary: type[StrEnum]) -> "pl.Enum":
    """The polars Enum of a vocabulary, for frames in memory; parquet holds strings."""
    import polars as pl  # the command's help names vocabularies, and polars is slow to import

    return pl.Enum([member.value for member in vocabulary])
