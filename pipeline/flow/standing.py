"""What the lake tells of its reports, as values: money, what waits, alerts, what to do next.

Amounts are in the currency beside them; clocks are UTC without a zone, as the lake shows them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Context, Decimal

from pipeline.vocab import Balance
from pipeline.vocab_watch import Level

CONTEXT = Context(prec=76)

Delivery = tuple[str, str]
"""A manifest and its accounting period."""


@dataclass(frozen=True)
class Money:
    """What became of the money of one currency; `difference` is 0 where nothing is lost.

    Attributes:
        currency: as reported; '' where the line names none.
        unreadable_lines: lines whose amount cannot be read, in no sum.
    """

    currency: str
    reported: Decimal
    matched: Decimal
    unmatched: Decimal
    held: Decimal
    quarantined: Decimal
    excluded: Decimal
    difference: Decimal
    reported_lines: int
    matched_lines: int
    unmatched_lines: int
    held_lines: int
    quarantined_lines: int
    excluded_lines: int
    difference_lines: int
    unreadable_lines: int


@dataclass(frozen=True)
class Count:
    """A figure that is declared of a report, and what was found.

    Attributes:
        name: `lines`, `blocks`, `files` …: records of the report, not its lines of sales; or
            `quantity`, `amount`, `remittance`.
        declared: None where nothing readable is.
        found: None where other files of the report have the rest, or nothing gives such a sum.
        currency: '' where it is no money.
        tolerance: how far both may be apart.
        balance: how they stand to each other.
        accepted_by: who accepts their difference, with the `reason`; None where nobody must.
    """

    name: str
    declared: int | Decimal | None
    found: int | Decimal | None
    currency: str = ""
    tolerance: Decimal = Decimal(0)
    balance: str = ""
    accepted_by: str | None = None
    reason: str | None = None

    @property
    def is_off(self) -> bool:
        """Whether they differ by more than is tolerated or accepted."""
        if self.balance:
            return self.balance == Balance.OFF
        # Of a lake that was made before differences were booked.
        return self.found is not None and self.declared != self.found

    @property
    def difference(self) -> int | Decimal | None:
        """Found less declared; None where one of them is not known."""
        if self.declared is None or self.found is None:
            return None
        # Two sums of Decimal(38, 18) have more digits than the usual context.
        return CONTEXT.subtract(Decimal(self.found), Decimal(self.declared))


@dataclass(frozen=True)
class Delivered:
    """One delivery as the lake holds it; `at` is when it was taken, in UTC without a zone.

    `changes` are the sentences of what it shows to have changed, the dearest first.
    """

    manifest: str
    accounting_period: str
    source: str
    title: str | None
    path: str | None
    bytes: int | None
    lines: int
    resynchronised: int | None
    control: tuple[Count, ...]
    by_method: Mapping[str, int]
    by_fault: Mapping[str, int]
    at: datetime
    changes: tuple[str, ...] = ()

    @property
    def delivery(self) -> Delivery:
        """Its key."""
        return self.manifest, self.accounting_period


@dataclass(frozen=True)
class Title:
    """The unmatched lines of one title, artist and currency; `title` None: nothing names it."""

    currency: str
    title: str | None
    version: str | None
    artist: str | None
    lines: int
    amount: Decimal


@dataclass(frozen=True)
class Waiting:
    """The lines at stake that wait for one fault, in one currency; a line may wait for several.

    Attributes:
        oldest_at: since when the oldest waits, in UTC.
        next_at: when the first may be tried again; None where only a person can help.
        escalated_lines: lines whose attempts are used up.
    """

    fault: str
    tier: str
    currency: str
    lines: int
    amount: Decimal
    unreadable_lines: int
    escalated_lines: int
    oldest_at: datetime
    next_at: datetime | None


@dataclass(frozen=True)
class AlertGroup:
    """Alerts of one severity, fault and currency; `assets` is 0 where the fault names none."""

    severity: str
    fault: str
    currency: str
    assets: int
    lines: int
    amount: Decimal
    latest_at: datetime


@dataclass(frozen=True)
class Alert:
    """One event that a person must see."""

    at: datetime
    severity: str
    fault: str
    asset: str | None
    manifest: str
    accounting_period: str
    lines: int
    currency: str
    amount: Decimal | None
    detail: str | None


@dataclass(frozen=True)
class Firing:
    """An alarm that is not at rest; clocks are UTC without a zone.

    Attributes:
        level: what was told; `calm` of what is pending.
        value, limit: when it came to that level, in `unit`.
        began_at: since when it fires; since when it is pending where it does not.
        silenced_until: None where it is told.
        silenced_by: who silenced it, and why.
        now: the value now; None where it was not asked for, or there is none.
    """

    rule: str
    key: str
    level: Level
    severity: str | None
    value: Decimal | None
    limit: Decimal | None
    unit: str | None
    detail: str | None
    began_at: datetime
    silenced_until: datetime | None = None
    silenced_by: str | None = None
    reason: str | None = None
    now: Decimal | None = None


@dataclass(frozen=True)
class Step:
    """A command to run next: its words after `royalty`, and why."""

    command: str
    why: str


@dataclass(frozen=True)
class Standing:
    """Where one delivery, or all of them, stand."""

    money: tuple[Money, ...]
    unmatched: tuple[Title, ...]
    waiting: tuple[Waiting, ...]
    alerts: tuple[AlertGroup, ...]
    next: tuple[Step, ...]


@dataclass(frozen=True)
class ReportStatus:
    """One delivery and where it stands."""

    report: Delivered
    standing: Standing


@dataclass(frozen=True)
class Status:
    """The whole lake.

    Attributes:
        catalog: the current version; None where none was loaded.
        deliveries: how many there are in all.
        reports: the latest of them and their money, latest first.
        standing: of all deliveries together.
        firing: alarms that stand; breaches first.
    """

    catalog: str | None
    deliveries: int
    reports: tuple[tuple[Delivered, tuple[Money, ...]], ...]
    standing: Standing
    firing: tuple[Firing, ...] = ()
