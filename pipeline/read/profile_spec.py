"""What a profile says of a source's reports, as its TOML says it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from pipeline.read.dialect import Dialect
from pipeline.read.dsrf_roles import Roles
from pipeline.vocab import Signature


@dataclass(frozen=True)
class Choice:
    """A canonical column that a reported one decides, value by value, whatever their case.

    Attributes:
        column: the reported column.
        values: reported value, in lower case, to canonical one.
        otherwise: the canonical value for every other reported one; null leaves it absent.
    """

    column: str
    values: Mapping[str, str]
    otherwise: str | None = None


@dataclass(frozen=True)
class Sign:
    """Lines whose numbers are negative whatever sign they carry.

    Attributes:
        column: the reported column that tells.
        negative: its values that say so, in lower case.
        columns: the canonical numbers that become negative.
    """

    column: str
    negative: frozenset[str]
    columns: tuple[str, ...]


@dataclass(frozen=True)
class Period:
    """Where the accounting period stands.

    Attributes:
        file_name: pattern with the groups `year` and `quarter` or `month`; the name is asked first.
        column: reported column whose first value names it.
        end: reported column of the period's last day, where `column` is its first.
        forms: how these columns write it.
    """

    file_name: re.Pattern[str] | None = None
    column: str | None = None
    end: str | None = None
    forms: tuple[str, ...] = ()


@dataclass(frozen=True)
class Tolerance:
    """How far the money of a report may be from what is declared, in the currency's own units.

    Attributes:
        rounding: either way, in a report as a whole.
        rounding_per_line: either way, for each of its lines.
        fees: how much less may be declared, for costs of the payment.
        tax: how much less may be declared, as a share of what the lines sum to.
    """

    rounding: Decimal = Decimal(0)
    rounding_per_line: Decimal = Decimal(0)
    fees: Decimal = Decimal(0)
    tax: Decimal = Decimal(0)


@dataclass(frozen=True)
class Signed:
    """What must stand beside a report for it to be read.

    Attributes:
        kind: a digest of its bytes, or an Ed25519 signature over them.
        key: the name of the sender's public key; empty for a digest.
    """

    kind: Signature
    key: str = ""


@dataclass(frozen=True)
class MessageId:
    """Where a report says what its sender calls it; of a DSR flat file cells of its HEAD.

    Attributes:
        own: the columns of its own id, joined with `/`; it has none where one of them is blank.
        part: those that tell the files of one message apart.
        replaces: those of the id of the message that it replaces.
    """

    own: tuple[str, ...] = ()
    part: tuple[str, ...] = ()
    replaces: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spec:
    """A profile as its TOML says it; see `pipeline/sources` for one of each kind.

    Attributes:
        name: the source.
        title: what a person calls the report.
        kind: `delimited` (a fixed header), `canonical` (any canonical columns) or `dsrf`.
        dialect: how a delimited file is read; unused for dsrf.
        encodings: those that the sender uses, in the order in which they are tried, where it uses
            several; a byte order mark counts before them.
        delimiters: likewise, of which that counts by which the header fits.
        header: the columns in order, as `signature` compares them; for dsrf and canonical empty.
        also: other names under which a column of the header comes.
        versions: for dsrf, the profile versions that are read; `message` is its profile's name,
            or several.
        records: for dsrf, which records are lines and which speak for them.
        columns: canonical column to the reported ones of which the first that is not blank counts.
        misplaced: `isrc` or `gtin` to columns where senders put it by mistake: such a cell counts
            where the right one is blank, and only if it is a sound identifier.
        joined: canonical column to the reported ones that it joins with `/`.
        fixed: canonical columns that are the same on every line.
        forms: how reported values are written, by canonical column or group.
        line_type, sale_level: what decides them.
        track_if: a line is of a track where one of these is not blank, else of a release.
        sign: lines whose numbers are negative.
        period: where the accounting period stands.
        control: whether the report declares its own counts.
        ignore: reported columns that are not kept, by name or pattern.
        personal: those that hold personal data: they are blanked before anything else reads them,
            in the bytes that are kept of a line as well.
        members: name patterns of the report in a zip archive.
        shape: patterns of the cells of columns, which almost all of the first records must have; a
            report without a header is known by them.
        preamble: physical lines that may stand before the header, at the most; it is looked for.
        optional: columns of the header that a report may lack; a TOML may list those `needed`.
        context: first cells of records that carry no money: they belong to no line.
        several: canonical column to what separates several values in a cell of it; such a cell
            names nothing, and is kept in `extra`.
        open: whether a report may have columns that the header does not know, in any order.
        trailer: patterns of the physical lines that may end a report and are no records, matched
            from a line's beginning.
        totals: what such a line declares, by a pattern with one group: `lines` of the table,
            `quantity`, or `amount` in the report's one currency.
        tolerance: how far money may be from what is declared.
        remittance: what ends the name of a file beside the report that says what was paid for it.
        signature: what must stand beside the report; null where nothing must.
        message_id: where the report says what its sender calls it.
        blank_amount: what a blank amount is: `unreadable`, or `zero`.
        retention_days: for how long the sender keeps a report; 0 where that is not known.
        beside: tables of how its reports come here, by name, unread.
    """

    name: str
    title: str
    kind: str
    dialect: Dialect = field(default_factory=Dialect)
    encodings: tuple[str, ...] = ()
    delimiters: tuple[str, ...] = ()
    header: tuple[str, ...] = ()
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    message: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    records: Roles = field(default_factory=Roles)
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    misplaced: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    joined: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    forms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    line_type: Choice | None = None
    sale_level: Choice | None = None
    track_if: tuple[str, ...] = ()
    sign: Sign | None = None
    period: Period = field(default_factory=Period)
    control: str = "none"
    ignore: tuple[str, ...] = ()
    personal: tuple[str, ...] = ()
    members: tuple[str, ...] = ()
    shape: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    preamble: int = 0
    optional: tuple[str, ...] = ()
    context: tuple[str, ...] = ()
    several: Mapping[str, str] = field(default_factory=dict)
    open: bool = False
    trailer: tuple[re.Pattern[str], ...] = ()
    totals: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    tolerance: Tolerance = field(default_factory=Tolerance)
    remittance: str = ".remittance"
    signature: Signed | None = None
    message_id: MessageId = field(default_factory=MessageId)
    blank_amount: str = "unreadable"
    retention_days: int = 0
    beside: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def named(self) -> list[tuple[str, tuple[str, ...]]]:
        """Every key that names reported columns, with those that it names."""
        found = [(f"columns.{name}", given) for name, given in self.columns.items()]
        found += [(f"joined.{name}", given) for name, given in self.joined.items()]
        found += [(f"misplaced.{name}", given) for name, given in self.misplaced.items()]
        found += [("track_if", self.track_if), ("also", tuple(self.also))]
        found += [("optional", self.optional), ("shape", tuple(self.shape))]
        found += [(f"message_id.{name}", given) for name, given in vars(self.message_id).items()]
        for key in ("line_type", "sale_level", "sign"):
            if rule := getattr(self, key):
                found.append((f"{key}.column", (rule.column,)))
        period = tuple(name for name in (self.period.column, self.period.end) if name)
        return [*found, ("period", period)]
