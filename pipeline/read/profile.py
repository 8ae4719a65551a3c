"""A profile over one report's own columns: raw cells in, reported lines out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import polars as pl

from pipeline.contract import forms
from pipeline.read import profile_columns
from pipeline.read.dialect import Dialect
from pipeline.read.drift import Drift
from pipeline.read.dsrf_records import Records
from pipeline.read.profile_spec import Spec
from pipeline.read.signature import own_names


@dataclass(frozen=True, eq=False)
class Profile:
    """How one report becomes reported lines.

    Attributes:
        spec: what the profile's TOML says.
        dialect: how the file is read; its encoding is the byte order mark's where there is one.
        header: the file's own columns.
        columns: canonical column to the reported ones that it is made of.
        unmapped: raw cells that go to `extra`: neither mapped nor ignored, or read by a rule that
            keeps no more than its verdict.
        records: the layouts of a DSR flat file; null for other kinds.
        drift: how the report's layout differs from the source's; null where it does not. Where a
            needed column is missing, no more than money is read.
    """

    spec: Spec
    dialect: Dialect
    header: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    unmapped: tuple[str, ...] = ()
    records: Records | None = None
    drift: Drift | None = None

    @cached_property
    def reported(self) -> Mapping[str, pl.Expr]:
        """Canonical column to the expression that gives its normal form as String over raw cells.

        Columns that the report does not have are not in it.
        """
        return profile_columns.reported(self.spec, self.header) if self.header else {}

    @property
    def name(self) -> str:
        """The source."""
        return self.spec.name

    @property
    def kind(self) -> str:
        """`delimited`, `canonical` or `dsrf`."""
        return self.spec.kind

    @property
    def wanted(self) -> frozenset[str]:
        """Every raw cell that a line needs."""
        names = [*self.unmapped, *self._period_columns()]
        return frozenset(names).union(*(self.inputs(name) for name in self.reported))

    def inputs(self, canonical: str) -> frozenset[str]:
        """The raw cells of which a canonical column is made; none where it is fixed or absent."""
        if canonical not in self.reported:
            return frozenset()
        return frozenset(self.reported[canonical].meta.root_names())

    def period_in_name(self, file_name: str) -> str | None:
        """The accounting period in a file's name, as `2026-09` or `2026Q3`; null without one."""
        pattern = self.spec.period.file_name
        found = pattern.search(file_name) if pattern else None
        if found is None:
            return None
        parts = found.groupdict()
        if parts.get("quarter"):
            return f"{parts['year']}Q{parts['quarter']}"
        return f"{parts['year']}-{parts['month']}" if parts.get("month") else None

    def period_in_lines(self, lines: pl.DataFrame) -> str | None:
        """The accounting period that the first line with a readable one names; else null.

        Args:
            lines: raw cells; days that are no month and no quarter count as the month they end in.
        """
        columns = self._period_columns()
        if not columns or not set(columns) <= set(lines.columns):
            return None
        names = self.spec.period.forms
        first = forms.period(pl.col(columns[0]), names, "start")
        last = forms.period(pl.col(columns[-1]), names, "end")
        days = lines.select(
            first.str.to_date("%Y-%m-%d", strict=False).alias("first"),
            last.str.to_date("%Y-%m-%d", strict=False).alias("last"),
        ).drop_nulls()
        if not days.height:
            return None
        start, end = days.row(0)
        quarter = (end.month - 1) // 3
        whole = start.year == end.year and start.month == 3 * quarter + 1
        if whole and end.month == 3 * quarter + 3:
            return f"{end.year:04}Q{quarter + 1}"
        return f"{end.year:04}-{end.month:02}"

    def _period_columns(self) -> tuple[str, ...]:
        period = self.spec.period
        own = own_names(self.spec, self.header)
        return tuple(own[name] for name in (period.column, period.end) if name in own)


def profile_of(
    spec: Spec,
    header: Sequence[str],
    dialect: Dialect | None = None,
    records: Records | None = None,
) -> Profile:
    """A profile over a report's own columns."""
    return Profile(
        spec=spec,
        dialect=dialect or spec.dialect,
        header=tuple(header),
        columns=profile_columns.sources(spec, header),
        unmapped=profile_columns.unmapped(spec, header),
        records=records,
    )
