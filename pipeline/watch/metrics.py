"""The closed list of what rules may look at: the query, the unit, and what tells values apart."""

from dataclasses import dataclass
from enum import StrEnum

from pipeline.vocab import Severity
from pipeline.vocab_watch import Finding, Metric, Queue
from pipeline.watch.quantities import MONEY, SHARE, TIME


class Fold(StrEnum):
    """How the rows of a query become one value."""

    SUM = "sum"
    LARGEST = "largest"
    LEAST = "least"
    SHARE = "share"
    """The sum of `value` in percent of the sum of `base`."""


@dataclass(frozen=True)
class Measured:
    """How a metric is read.

    Attributes:
        query: of `queries/watch/`: rows as of a moment, one per combination of `by`.
        column: the column that is the value.
        unit: of the value, as limits are written in it.
        fold: how rows become one.
        by: columns that a rule may choose rows by.
        apart: those of them that a rule may raise alarms apart by.
        is_recent: whether only what happened `within` a length of time counts.
        falls: whether a value below the limit is the bad one.
        means: the value in words.
    """

    query: str
    column: str
    unit: str
    fold: Fold
    by: tuple[str, ...]
    apart: tuple[str, ...]
    means: str
    is_recent: bool = False
    falls: bool = False


_ENTRY = ("queue", "fault", "source")
_WAITING = ("status", "source", "currency")
_FATAL = ("fault", "source")
_FINDING = ("finding", "severity", "source")
_SOURCE = ("source",)

METRICS: dict[Metric, Measured] = {
    Metric.QUEUE_AGE: Measured(
        *("queue", "age_s", TIME, Fold.LARGEST, _ENTRY, _ENTRY),
        means="how long the oldest entry of a queue waits",
    ),
    Metric.QUEUE_DEPTH: Measured(
        *("queue", "entries", "entries", Fold.SUM, _ENTRY, _ENTRY),
        means="how many entries wait in a queue",
    ),
    Metric.MONEY_WAITING: Measured(
        *("money", "amount", MONEY, Fold.SUM, _WAITING, _WAITING),
        means="money that is neither paid nor excluded, in each currency",
    ),
    Metric.SHARE_WAITING: Measured(
        *("share", "value", SHARE, Fold.SHARE, _WAITING, ("source", "currency")),
        means="that money in percent of what the reports hold",
        is_recent=True,
    ),
    Metric.FATAL_LINES: Measured(
        *("fatal", "value", "lines", Fold.SUM, _FATAL, _FATAL),
        means="lines that went into quarantine",
        is_recent=True,
    ),
    Metric.FATAL_SHARE: Measured(
        *("fatal", "value", SHARE, Fold.SHARE, _FATAL, _SOURCE),
        means="those lines in percent of all",
        is_recent=True,
    ),
    Metric.ESCALATIONS: Measured(
        *("escalations", "entries", "entries", Fold.SUM, _FATAL, _FATAL),
        means="entries whose attempts were used up",
        is_recent=True,
    ),
    Metric.DRIFT_FINDINGS: Measured(
        *("findings", "findings", "findings", Fold.SUM, _FINDING, _FINDING),
        means="changes that reports showed",
        is_recent=True,
    ),
    Metric.DRIFT_MONEY: Measured(
        *("findings", "amount", MONEY, Fold.LARGEST),
        *((*_FINDING, "currency"), (*_FINDING, "currency")),
        means="money at stake in the largest of them, in each currency",
        is_recent=True,
    ),
    Metric.REPORTS_LATE: Measured(
        *("reports", "late", "reports", Fold.SUM, _SOURCE, _SOURCE),
        means="expected reports that are late",
    ),
    Metric.REPORT_LATENESS: Measured(
        *("reports", "lateness_s", TIME, Fold.LARGEST, _SOURCE, _SOURCE),
        means="how late the latest of them is",
    ),
    Metric.REPORTS_MISSING: Measured(
        *("reports", "missing", "reports", Fold.SUM, _SOURCE, _SOURCE),
        means="expected reports that their sender no longer keeps",
    ),
    Metric.REPORTS_REFUSED: Measured(
        *("refused", "reports", "reports", Fold.SUM, _SOURCE, _SOURCE),
        means="deliveries that could not be taken",
    ),
    Metric.RETENTION_LEFT: Measured(
        *("reports", "left_s", TIME, Fold.LEAST, _SOURCE, _SOURCE),
        means="until the sender drops a report that is not here",
        falls=True,
    ),
    Metric.SOURCE_SILENCE: Measured(
        *("silence", "silence_s", TIME, Fold.LARGEST, _SOURCE, _SOURCE),
        means="since a round of fetching last came to its end",
    ),
}

KNOWN: dict[str, tuple[str, ...]] = {
    "queue": tuple(Queue),
    "status": ("unmatched", "held", "quarantined"),
    "finding": tuple(Finding),
    "severity": tuple(Severity),
}
"""Closed vocabularies of what rows are chosen by; others are open, such as sources."""
