"""What a profile says of a source's reports, as its TOML says it."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from pipeline.read.dialect import Dialect


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
class Spec:
    """A profile as its TOML says it; see `pipeline/sources` for one of each kind.

    Attributes:
        name: the source.
        title: what a person calls the report.
        kind: `delimited` (a fixed header), `canonical` (any canonical columns) or `dsrf`.
        dialect: how a delimited file is read; unused for dsrf.
        header: the exact columns in order; for dsrf and canonical empty.
        also: other names under which a column of the header comes.
        versions: for dsrf, the profile versions that are read; `message` is its profile's name.
        columns: canonical column to the reported ones of which the first that is not blank counts.
        joined: canonical column to the reported ones that it joins with `/`.
        fixed: canonical columns that are the same on every line.
        forms: how reported values are written, by canonical column or group.
        line_type, sale_level: what decides them.
        track_if: a line is of a track where one of these is not blank, else of a release.
        sign: lines whose numbers are negative.
        period: where the accounting period stands.
        control: whether the report declares its own counts.
        ignore: reported columns that are never read past the reader.
        members: name patterns of the report in a zip archive.
        preamble: physical lines that may stand before the header, at the most; it is looked for.
        optional: columns of the header that a report may lack.
        open: whether a report may have columns that the header does not know, anywhere.
        trailer: patterns of the physical lines that may end a report and are no records.
        totals: what such a line declares, by a pattern with one group: `lines` of the table,
            `quantity`, or `amount` in the report's one currency.
        blank_amount: what a blank amount is: `unreadable`, or `zero`.
        retention_days: for how long the sender keeps a report; 0 where that is not known.
        beside: tables of how its reports come here, by name, unread.
    """

    name: str
    title: str
    kind: str
    dialect: Dialect = field(default_factory=Dialect)
    header: tuple[str, ...] = ()
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    message: str = ""
    versions: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
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
    members: tuple[str, ...] = ()
    preamble: int = 0
    optional: tuple[str, ...] = ()
    open: bool = False
    trailer: tuple[re.Pattern[str], ...] = ()
    totals: Mapping[str, re.Pattern[str]] = field(default_factory=dict)
    blank_amount: str = "unreadable"
    retention_days: int = 0
    beside: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def named(self) -> list[tuple[str, tuple[str, ...]]]:
        """Every key that names reported columns, with those that it names."""
        found = [(f"columns.{name}", given) for name, given in self.columns.items()]
        found += [(f"joined.{name}", given) for name, given in self.joined.items()]
        found += [("track_if", self.track_if), ("also", tuple(self.also))]
        found.append(("optional", self.optional))
        for key in ("line_type", "sale_level", "sign"):
            if rule := getattr(self, key):
                found.append((f"{key}.column", (rule.column,)))
        period = tuple(name for name in (self.period.column, self.period.end) if name)
        return [*found, ("period", period)]
