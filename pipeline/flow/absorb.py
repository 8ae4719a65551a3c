"""First stage, part by part: cells become numbers, and text becomes places in registries.

What a part leaves behind is a file of its lines in compact form (about 60 bytes a line), its
distinct identities and contexts, and its sums. Whatever must be known of the whole manifest before
a line can be settled is known once all parts have been absorbed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract import tag
from pipeline.contract.columns import AMOUNT, CONTEXT, IDENTITY, MONEY, REPORTED
from pipeline.faults import route
from pipeline.flow.registry import distinct
from pipeline.read.delimited import FAULT_OF, Part
from pipeline.read.dsrf import DsrfPart
from pipeline.read.profiles import Profile
from pipeline.vocab import Fault

TORN = route.joined(Fault.FIELD_COUNT, Fault.BAD_QUOTING)
"""Faults that leave no cell of a line where it belongs."""

_VERDICT_SETS = np.zeros(max(FAULT_OF) + 1, dtype=np.uint32)
for _code, _fault in FAULT_OF.items():
    _VERDICT_SETS[_code] = route.BIT[_fault]


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
            _inputs(profile, IDENTITY),
            _inputs(profile, CONTEXT),
            profile.unmapped,
        )

    def expressions(self, columns: Iterable[str]) -> list[pl.Expr]:
        """Reported columns as String, null where the profile has none."""
        nothing = pl.lit(None, dtype=pl.String)
        return [self.reported.get(name, nothing).alias(name) for name in columns]


@dataclass(frozen=True)
class Absorbed:
    """What a part leaves behind.

    Attributes:
        path: its lines, in file order: `identity` and `context` (places in the frames below),
            `sets` (faults of the line's own cells), the line's place and its money; money other
            than the amount, and `extra`, where a line of the part has some.
        lines: how many.
        identities: distinct cells that make an identity.
        contexts: distinct cells that make a context.
        sums: by context: `lines`, `amount`, `unreadable_lines`.
        fatal: lines by fatal fault of their own cells.
        quantity: the sum of what could be read of it.
    """

    path: Path
    lines: int
    identities: pl.DataFrame
    contexts: pl.DataFrame
    sums: pl.DataFrame
    fatal: Mapping[Fault, int]
    quantity: Decimal

    def without_rows(self) -> "Absorbed":
        """The same without its distinct rows, once they have been numbered."""
        # Not `clear()`: an empty slice would keep the text of the whole part in memory.
        return replace(self, identities=pl.DataFrame(), contexts=pl.DataFrame())


def absorb(part: Part | DsrfPart, plan: Plan, path: Path) -> Absorbed:
    """Parse a part and write its lines to a file in compact form."""
    cells, places, sets = _opened(part)
    identities, identity = distinct(cells, plan.identity)
    contexts, context = distinct(cells, plan.context)
    amounts, money_sets = _money(cells, plan)
    torn = (sets & TORN) != 0
    sets |= np.where(torn, 0, money_sets)
    sets = _encoding(cells, plan, sets)
    columns = [
        identity.alias("identity"),
        context.alias("context"),
        pl.Series("sets", sets),
        *places,
        *amounts,
        _extra(cells, plan.unmapped, torn),
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


def _inputs(profile: Profile, columns: Iterable[str]) -> tuple[str, ...]:
    """The cells that some canonical columns are made of, in a fixed order."""
    names = [sorted(profile.inputs(name)) for name in columns if name in profile.reported]
    return tuple(dict.fromkeys(cell for cells in names for cell in cells))


def _opened(
    part: Part | DsrfPart,
) -> tuple[pl.DataFrame, list[pl.Series], NDArray[np.uint32]]:
    """Cells, `line`, `offset` and `length`, and the structural faults of a part's lines."""
    if isinstance(part, DsrfPart):
        frame = part.frame()
        places = [frame[f"_{name}"].alias(name) for name in ("line", "offset", "length")]
        sets = route.sets_of_names(frame["_fault"])
        return frame.drop("_line", "_offset", "_length", "_fault", "_raw"), places, sets
    cells, verdicts = part.cells()
    starts, ends = part.borders()
    places = [
        pl.Series("line", part.frame.lines + part.first_line, dtype=pl.UInt64),
        pl.Series("offset", starts + part.offset, dtype=pl.UInt64),
        pl.Series("length", ends - starts, dtype=pl.UInt32),
    ]
    return cells, places, _VERDICT_SETS[verdicts]


def _money(cells: pl.DataFrame, plan: Plan) -> tuple[list[pl.Series], NDArray[np.uint32]]:
    """The money columns typed, and their faults."""
    # Not `select`: a profile may give nothing but constants.
    reported = cells.with_columns(plan.expressions(MONEY)).select(*MONEY)
    typed = tag.tag_money(reported)
    return [typed[name] for name in MONEY], route.sets_of(typed["faults"])


def _encoding(cells: pl.DataFrame, plan: Plan, sets: NDArray[np.uint32]) -> NDArray[np.uint32]:
    """The sets with bad bytes judged by the cells that hold them."""
    bad = np.flatnonzero(sets & route.BIT[Fault.BAD_ENCODING])
    if not len(bad):
        return sets
    lines = cells[bad]
    extra = _extra(lines, plan.unmapped, np.zeros(len(bad), dtype=np.bool_))
    judged = lines.select(*plan.expressions(REPORTED), extra).select(tag.encoding_fault())
    sets[bad] &= ~route.BIT[Fault.BAD_ENCODING]
    sets[bad] |= route.sets_of_names(judged.to_series())
    return sets


def _extra(cells: pl.DataFrame, unmapped: tuple[str, ...], torn: NDArray[np.bool_]) -> pl.Series:
    """The cells that the profile does not map, as one JSON object per line; null where none."""
    if not unmapped:
        return pl.Series("extra", [None], dtype=pl.String).new_from_index(0, cells.height)
    return cells.select(
        pl.when(~pl.Series(torn)).then(pl.struct(unmapped).struct.json_encode()).alias("extra")
    ).to_series()


def _total(lines: pl.DataFrame, column: str) -> Decimal:
    """The sum of a column of decimals; nothing where it was spared."""
    total = lines[column].sum() if column in lines.columns else 0
    return Decimal(total or 0)


def _sums(lines: pl.DataFrame) -> pl.DataFrame:
    return lines.group_by("context").agg(
        pl.len().cast(pl.Int64).alias("lines"),
        pl.col("amount").sum().cast(AMOUNT),
        pl.col("amount").null_count().cast(pl.Int64).alias("unreadable_lines"),
    )
