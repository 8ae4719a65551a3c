"""A known source's report in another layout: what changed, and which column may be which now.

Columns that are new, or stand elsewhere, change nothing in what a line means: they are told, and
new ones are kept beside the line. A column that a profile needs and that is gone leaves its lines
unread until somebody says which column is it now.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl
from rapidfuzz import fuzz

from pipeline.read.draft_columns import plain_name, proposals
from pipeline.read.profile_spec import Period, Spec
from pipeline.read.signature import own_names

_SPARED = frozenset(
    {"catalog_number", "label", "release_title", "release_date", "duration_s"}
    | {"unit_price", "gross_amount"}
)
"""Canonical columns without which a line is paid as it would be with them."""
_MONEY = ("amount", "currency")
_LEAST_ALIKE = 60.0


@dataclass(frozen=True)
class Drift:
    """How the layout of a report differs from its profile's.

    Attributes:
        new: columns that the profile does not know.
        gone: columns of the profile that the report lacks.
        missing: of those, the ones without which a line cannot be read.
        moved: whether the columns that both have stand in another order.
        proposed: for a missing column, the new one that it may be now.
    """

    new: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    moved: bool = False
    proposed: Mapping[str, str] | None = None

    def __str__(self) -> str:
        """One sentence."""
        facts = [
            f"{what} {', '.join(map(repr, names))}"
            for what, names in (("new:", self.new), ("gone:", self.gone))
            if names
        ]
        facts += ["the columns stand in another order"] if self.moved else []
        facts += [
            f"{ours!r} may be {theirs!r} now" for ours, theirs in (self.proposed or {}).items()
        ]
        return "; ".join(facts)


def drift_of(spec: Spec, header: Sequence[str], cells: pl.DataFrame) -> Drift:
    """How a header differs from a profile's.

    Args:
        spec: a delimited profile.
        header: the report's columns, each once.
        cells: some records of the report under these columns, all String.
    """
    own = own_names(spec, header)
    known = {name for name in spec.header if name in own}
    new = tuple(name for name in header if name not in {own[one] for one in known})
    gone = tuple(name for name in spec.header if name not in known)
    needed = _needed(spec, known).difference(spec.optional)
    missing = tuple(name for name in gone if name in needed)
    order = [own[name] for name in spec.header if name in known]
    moved = order != [name for name in header if name in set(order)]
    proposed = _proposed(spec, missing, cells.select(new)) if missing and new else {}
    return Drift(new, gone, missing, moved, proposed)


def likeness(spec: Spec, header: Sequence[str]) -> float:
    """The share of the columns of a report and a profile that both have."""
    own = own_names(spec, header)
    both = {own[name] for name in spec.header if name in own}
    return len(both) / (len(spec.header) + len(header) - len(both)) if spec.header else 0.0


def money_alone(spec: Spec, missing: Sequence[str]) -> Spec:
    """The profile as far as lines can be read that lack needed columns: their money, if that.

    Args:
        spec: the profile.
        missing: the columns that are gone.
    """
    signed = spec.sign is None or spec.sign.column not in missing
    columns = {
        name: columns
        for name, columns in spec.columns.items()
        if name in _MONEY and signed and not set(columns) & set(missing)
    }
    dated = spec.period.column not in missing and spec.period.end not in missing
    sign = spec.sign
    if sign is not None:
        kept = tuple(name for name in sign.columns if name in columns)
        sign = replace(sign, columns=kept) if kept else None
    return replace(
        spec,
        columns=columns,
        joined={},
        fixed={name: value for name, value in spec.fixed.items() if name in _MONEY},
        line_type=None,
        sale_level=None,
        track_if=(),
        sign=sign,
        period=spec.period if dated else Period(spec.period.file_name),
    )


def _needed(spec: Spec, known: set[str]) -> set[str]:
    """Columns of a profile without which a line would be read as another one."""
    needed = {name for names in spec.joined.values() for name in names}
    for canonical, columns in spec.columns.items():
        if canonical not in _SPARED and not known & set(columns):
            needed.update(columns)
    needed.update(spec.track_if)
    needed.update(rule.column for rule in (spec.line_type, spec.sale_level, spec.sign) if rule)
    if spec.period.file_name is None:
        needed.update(name for name in (spec.period.column, spec.period.end) if name)
    return needed


def _proposed(spec: Spec, missing: Sequence[str], cells: pl.DataFrame) -> dict[str, str]:
    """For each missing column the likeliest of the new ones, each once."""
    canonical = {
        column: name
        for name, columns in spec.columns.items()
        for column in columns
        if column in missing
    }
    offers = {one.canonical: one.column for one in proposals(cells, [spec])}
    found: dict[str, str] = {}
    for ours in missing:
        left = [name for name in cells.columns if name not in found.values()]
        offered = offers.get(canonical.get(ours, ""))
        if offered in left:
            found[ours] = offered
        elif left:
            best = max(left, key=lambda name: (_alike(ours, name), name))
            if _alike(ours, best) >= _LEAST_ALIKE:
                found[ours] = best
    return found


def _alike(ours: str, theirs: str) -> float:
    return fuzz.token_sort_ratio(plain_name(ours), plain_name(theirs))
