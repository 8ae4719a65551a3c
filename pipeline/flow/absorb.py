"""First stage, part by part: cells become numbers, and text becomes places in registries.

What a part leaves behind is a file of its lines in compact form (about 60 bytes a line), its
distinct identities and contexts, and its sums. Whatever must be known of the whole manifest before
a line can be settled is known once all parts have been absorbed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract import tag
from pipeline.contract.columns import CONTEXT, IDENTITY, MONEY, REPORTED
from pipeline.faults import route
from pipeline.flow import summing
from pipeline.flow.kinds import Kinds
from pipeline.flow.part_lines import PartLines, lines_of
from pipeline.flow.registry import NOTHING, Distinct
from pipeline.read.delimited import Part
from pipeline.read.dsrf import DsrfPart
from pipeline.read.profiles import Profile
from pipeline.vocab import Fault

TORN = route.joined(Fault.FIELD_COUNT, Fault.BAD_QUOTING)
"""Faults that leave no cell of a line where it belongs."""

_SPARED = {*MONEY, "extra"} - {"amount"}
"""Columns that are not written where a part has nothing in them."""


@dataclass(frozen=True)
class Plan:
    """How cells become reported columns, and which of them make an identity or a context."""

    reported: Mapping[str, pl.Expr]
    identity: tuple[str, ...]
    context: tuple[str, ...]
    unmapped: tuple[str, ...]

    @classmethod
    def of(cls, profile: Profile) -> "Plan":
        """The plan of a profile."""
        return cls(
            profile.reported,
            _cells_of(profile.reported, IDENTITY),
            _cells_of(profile.reported, CONTEXT),
            profile.unmapped,
        )

    @property
    def money(self) -> tuple[str, ...]:
        """The cells that money is made of."""
        return _cells_of(self.reported, MONEY)

    @property
    def plain_money(self) -> Mapping[str, str]:
        """The cells that are taken as they stand; none unless all money is."""
        given = {name: self.reported[name] for name in MONEY if name in self.reported}
        if not all(one.meta.undo_aliases().meta.is_column() for one in given.values()):
            return {}
        return {name: one.meta.root_names()[0] for name, one in given.items()}

    @property
    def cells(self) -> tuple[str, ...]:
        """All cells of a line that are looked at."""
        return tuple(dict.fromkeys([*_cells_of(self.reported, self.reported), *self.unmapped]))

    def expressions(self, columns: Iterable[str]) -> list[pl.Expr]:
        """Reported columns as String, null where the profile has none."""
        nothing = pl.lit(None, dtype=pl.String)
        return [self.reported.get(name, nothing).alias(name) for name in columns]


class Seen(NamedTuple):
    """What the parts that were numbered have named; see `Registry.seen`."""

    identities: Kinds
    contexts: Kinds


@dataclass(frozen=True)
class Absorbed:
    """What a part leaves behind.

    Attributes:
        path: its lines, in file order: `identity` and `context` (places in the frames below),
            `sets` (faults of the line's own cells), the line's place and its money; money other
            than the amount, and `extra`, where a line of the part has some.
        lines: how many.
        identities: kinds of cells that make an identity.
        contexts: kinds of cells that make a context.
        sums: by context: `lines`, `amount`, `unreadable_lines`.
        fatal: lines by fatal fault of their own cells.
        quantity: the sum of what could be read of it.
    """

    path: Path
    lines: int
    identities: Distinct
    contexts: Distinct
    sums: pl.DataFrame
    fatal: Mapping[Fault, int]
    quantity: Decimal

    def without_rows(self) -> "Absorbed":
        """The same without its distinct rows, once they have been numbered."""
        return replace(self, identities=NOTHING, contexts=NOTHING)


def absorb(part: Part | DsrfPart, plan: Plan, path: Path, seen: Seen) -> Absorbed:
    """Parse a part and write its lines to a file in compact form.

    Args:
        part: the part.
        plan: of the manifest's profile.
        path: the file.
        seen: what other parts have named: its text is not made again.
    """
    held = lines_of(part)
    identities, identity = held.distinct(plan.identity, seen.identities)
    contexts, context = held.distinct(plan.context, seen.contexts)
    amounts, money_sets = _money(held, plan)
    sets = held.sets
    torn = (sets & TORN) != 0
    sets |= np.where(torn, 0, money_sets)
    sets = _encoding(held, plan, sets)
    columns = [
        pl.Series("identity", identity),
        pl.Series("context", context),
        pl.Series("sets", sets),
        *held.places,
        *amounts,
        _extra(held, plan.unmapped, torn),
    ]
    lines = pl.DataFrame([column for column in columns if _is_kept(column)])
    lines.write_ipc(path, compression="uncompressed")
    return Absorbed(
        path,
        lines.height,
        identities,
        contexts,
        _sums(lines),
        route.counts(sets & route.FATAL),
        _total(lines, "quantity"),
    )


def _is_kept(column: pl.Series) -> bool:
    """Whether a column is written: most reports have one amount, and no extra cells."""
    return column.name not in _SPARED or column.null_count() < len(column)


def _cells_of(reported: Mapping[str, pl.Expr], columns: Iterable[str]) -> tuple[str, ...]:
    """The cells that some canonical columns are made of, in a fixed order."""
    names = [sorted(reported[name].meta.root_names()) for name in columns if name in reported]
    return tuple(dict.fromkeys(cell for cells in names for cell in cells))


def _money(held: PartLines, plan: Plan) -> tuple[list[pl.Series], NDArray[np.uint32]]:
    """The money columns typed, and their faults."""
    count = len(held.sets)
    read = {name: held.decimals(cell, MONEY[name]) for name, cell in plan.plain_money.items()}
    numbers = {name: found for name, found in read.items() if found is not None}
    if not numbers:
        typed, sets = _typed_money(held, plan, None)
        return [typed[name] for name in MONEY], sets
    plain = np.logical_and.reduce([flags for _, flags in numbers.values()])
    rows = np.flatnonzero(~plain).astype(np.uint32)
    typed, found = _typed_money(held, plan, rows)
    sets = np.zeros(count, dtype=np.uint32)
    sets[rows] = found
    columns = [
        numbers[name][0].scatter(rows, typed[name]).alias(name)
        if name in numbers
        else pl.Series(name, [None], dtype=dtype).new_from_index(0, count)
        for name, dtype in MONEY.items()
    ]
    return columns, sets


def _typed_money(
    held: PartLines, plan: Plan, rows: NDArray[np.uint32] | None
) -> tuple[pl.DataFrame, NDArray[np.uint32]]:
    """The money of some lines, or of all, from its text, and its faults."""
    place = held.places[0].alias("_line")
    cells = held.cells(plan.money, rows)
    # Not `select`: a profile may give nothing but constants.
    lines = pl.DataFrame([place if rows is None else place[rows], *cells])
    reported = lines.with_columns(plan.expressions(MONEY)).select(*MONEY)
    typed = tag.tag_money(reported)
    return typed, route.sets_of(typed["faults"])


def _encoding(held: PartLines, plan: Plan, sets: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The sets with bad bytes judged by the cells that hold them."""
    bad = np.flatnonzero(sets & route.BIT[Fault.BAD_ENCODING])
    if not len(bad):
        return sets
    lines = held.cells(plan.cells, bad.astype(np.uint32))
    extra = _told_extra(lines, plan.unmapped, np.zeros(len(bad), dtype=np.bool_))
    judged = lines.select(*plan.expressions(REPORTED), extra).select(tag.encoding_fault())
    sets[bad] &= ~route.BIT[Fault.BAD_ENCODING]
    sets[bad] |= route.sets_of_names(judged.to_series())
    return sets


def _extra(held: PartLines, unmapped: tuple[str, ...], torn: NDArray[np.bool_]) -> pl.Series:
    """The cells that the profile does not map, as one JSON object per line; null where none."""
    if not unmapped:
        return pl.Series("extra", [None], dtype=pl.String).new_from_index(0, len(torn))
    return _told_extra(held.cells(unmapped), unmapped, torn)


def _told_extra(
    cells: pl.DataFrame, unmapped: tuple[str, ...], torn: NDArray[np.bool_]
) -> pl.Series:
    if not unmapped:
        return pl.Series("extra", [None], dtype=pl.String).new_from_index(0, len(torn))
    return cells.select(
        pl.when(~pl.Series(torn)).then(pl.struct(unmapped).struct.json_encode()).alias("extra")
    ).to_series()


def _total(lines: pl.DataFrame, column: str) -> Decimal:
    """The sum of a column of decimals; nothing where it was spared."""
    total = lines[column].sum() if column in lines.columns else 0
    return Decimal(total or 0)


def _sums(lines: pl.DataFrame) -> pl.DataFrame:
    return summing.by_context(lines["context"].to_numpy(), lines["amount"])
