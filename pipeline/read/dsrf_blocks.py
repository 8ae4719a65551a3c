"""Blocks of a DSR flat file: which resource and release speak for a usage in them."""

from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.read.dsrf_cells import SHIFTED, SOUND, Family
from pipeline.read.dsrf_lines import Codes, Lines, Positions, repeats_predecessor

NONE = -1
Flags = NDArray[np.bool_]
Value = TypeVar("Value", bound=np.generic)

_SEVERAL = "|"


@dataclass(frozen=True)
class Context:
    """What speaks for some records, one entry each.

    Attributes:
        asset: place among the resources, -1 for none.
        release: place among the releases, -1 for none.
        fault: the graver fault of these; `SHIFTED` where it cannot be told what speaks.
    """

    asset: Positions
    release: Positions
    fault: Codes

    def of(self, places: Positions) -> "Context":
        """That of some of the records."""
        return Context(self.asset[places], self.release[places], self.fault[places])


@dataclass(frozen=True)
class Blocks:
    """Blocks: runs of resource and release records that name the same one.

    Attributes:
        lines: the lines in which they stand.
        assets: the resource records.
        releases: the release records; null where usages name no release, and their block has one
            resource.
        partial: releases that are made of resources of their block.
    """

    lines: Lines
    assets: Family
    releases: Family | None = None
    partial: Flags | None = None

    @cached_property
    def at(self) -> Positions:
        """The lines of the records that make blocks, ascending."""
        if self.releases is None:
            return self.assets.at
        return np.sort(np.concatenate([self.releases.at, self.assets.at]))

    @cached_property
    def numbers(self) -> Positions:
        """The block of each such record."""
        return np.cumsum(~repeats_predecessor(self.lines, self.at)) - 1

    @property
    def count(self) -> int:
        """How many blocks there are."""
        return int(self.numbers[-1]) + 1 if len(self.at) else 0

    def before(self, at: Positions) -> Positions:
        """The place of the last such record before each line, -1 where there is none."""
        found: Positions = np.searchsorted(self.at, at) - 1
        return found

    def strays(self, records: Family, near: Positions) -> Flags:
        """Whether a record names another block than the one before it, as far as both are read."""
        if not len(self.at):
            return np.ones(len(near), dtype=np.bool_)
        readable = (records.fault != SHIFTED) & (at_places(self._faults, near, SOUND) != SHIFTED)
        named = self._names.gather(pl.Series(np.maximum(near, 0)))
        differs = records.cells["BlockId"].ne_missing(named).to_numpy()
        other: Flags = (near == NONE) | (readable & differs)
        return other

    def context(self, records: Family, near: Positions, stray: Flags) -> Context:
        """What speaks for records: by their references where releases are read, else by order.

        - By order the resource before a record speaks; two in one block leave open which.
        - By reference the resource and the release that a usage names; the head release of the
          block where it names none. A release of one resource of the block is that resource.
        - What names nothing is the one resource of its block.
        """
        found = self._ordered(near) if self.releases is None else self._named(records, near)
        fault = np.where(stray | (near == NONE), SHIFTED, found.fault).astype(np.uint8)
        silent = fault == SHIFTED
        asset, release = (np.where(silent, NONE, one) for one in (found.asset, found.release))
        return Context(asset, release, fault)

    @cached_property
    def _faults(self) -> Codes:
        if self.releases is None:
            return self.assets.fault
        found = np.empty(len(self.at), dtype=np.uint8)
        for family in (self.releases, self.assets):
            found[np.searchsorted(self.at, family.at)] = family.fault
        return found

    @cached_property
    def _names(self) -> pl.Series:
        """The block that each such record names."""
        if self.releases is None:
            return self.assets.cells["BlockId"]
        both = pl.concat([self.releases.cells["BlockId"], self.assets.cells["BlockId"]])
        order = np.argsort(np.concatenate([self.releases.at, self.assets.at]))
        return both.gather(pl.Series(order))

    def _ordered(self, near: Positions) -> Context:
        shared = np.bincount(self.numbers)[self.numbers] > 1
        fault = np.maximum(self.assets.fault, np.where(shared, SHIFTED, SOUND).astype(np.uint8))
        return Context(near, np.full(len(near), NONE), at_places(fault, near, SHIFTED))

    def _named(self, records: Family, near: Positions) -> Context:
        assert self.releases is not None
        assert self.partial is not None
        block = at_places(self.numbers, near, NONE)
        by_resource, by_release = (
            _cell(records, name) for name in ("TransactedResource", "TransactedRelease")
        )
        asset = self._asset_named(block, by_resource)
        release = self._release_named(block, by_release)
        used = _cell(self.releases, "UsedResources").gather(_indices(release))
        single = pl.select(pl.when(~used.str.contains(_SEVERAL, literal=True)).then(used))
        part = at_places(self.partial, release, 0) & single.to_series().is_not_null().to_numpy()
        of_part = self._asset_named(block, single.to_series())
        names_resource, names_release = by_resource.is_not_null(), by_release.is_not_null()
        nothing = ~(names_resource | names_release).to_numpy()
        asset = np.where(part & (asset == NONE), of_part, asset)
        asset = np.where(nothing, at_places(self._only, block, NONE), asset)
        head = at_places(self._heads, block, NONE)
        release = np.where(part | ~names_release.to_numpy(), head, release)
        lost = (names_resource.to_numpy() | nothing | part) & (asset == NONE)
        lost |= names_release.to_numpy() & ~part & (release == NONE)
        lost |= at_places(self._doubled, block, 1).astype(np.bool_)
        fault = np.maximum(
            at_places(self.assets.fault, asset, SOUND),
            at_places(self.releases.fault, release, SOUND),
        )
        return Context(asset, release, np.where(lost, SHIFTED, fault).astype(np.uint8))

    def _numbers_of(self, family: Family) -> Positions:
        found: Positions = self.numbers[np.searchsorted(self.at, family.at)]
        return found

    def _asset_named(self, block: Positions, reference: pl.Series) -> Positions:
        return _looked_up(
            self._numbers_of(self.assets), _cell(self.assets, "ResourceReference"), block, reference
        )

    def _release_named(self, block: Positions, reference: pl.Series) -> Positions:
        assert self.releases is not None
        held = _cell(self.releases, "ReleaseReference")
        return _looked_up(self._numbers_of(self.releases), held, block, reference)

    @cached_property
    def _only(self) -> Positions:
        """By block its one resource; -1 where it has none, or several."""
        return _one_each(self._numbers_of(self.assets), np.arange(len(self.assets.at)), self.count)

    @cached_property
    def _heads(self) -> Positions:
        """By block its one head release; -1 where it has none, or several."""
        places, blocks = self._head_releases
        return _one_each(blocks, places, self.count)

    @cached_property
    def _doubled(self) -> Codes:
        """By block whether it has several head releases."""
        _, blocks = self._head_releases
        return (np.bincount(blocks, minlength=self.count) > 1).astype(np.uint8)

    @cached_property
    def _head_releases(self) -> tuple[Positions, Positions]:
        assert self.releases is not None
        assert self.partial is not None
        places = np.flatnonzero(~self.partial)
        return places, self._numbers_of(self.releases)[places]


def at_places(values: NDArray[Value], places: Positions, otherwise: int) -> NDArray[Value]:
    """The values at some places, another where the place is -1."""
    padded = np.append(values, np.array([otherwise], dtype=values.dtype))
    return padded[places]


def _cell(family: Family, name: str) -> pl.Series:
    """A cell of each record of a family; null where no layout of it has one."""
    if name in family.cells.columns:
        return family.cells[name]
    return pl.Series(name, [None], dtype=pl.String).new_from_index(0, len(family.at))


def _indices(places: Positions) -> pl.Series:
    """Places to gather by, null for -1."""
    wanted = pl.Series(places, dtype=pl.Int64)
    return wanted.set(wanted == NONE, None)


def _looked_up(
    blocks: Positions, held: pl.Series, block: Positions, reference: pl.Series
) -> Positions:
    """The one record of a block that bears a reference; -1 where none does, or several do."""
    known = (
        pl.DataFrame({"block": blocks, "reference": held})
        .with_row_index("place")
        .filter(pl.col("reference").is_not_null())
        .unique(["block", "reference"], keep="none")
    )
    asked = pl.DataFrame({"block": block, "reference": reference})
    found = asked.join(known, on=["block", "reference"], how="left", maintain_order="left")
    places: Positions = found["place"].cast(pl.Int64).fill_null(NONE).to_numpy()
    return places


def _one_each(blocks: Positions, places: Positions, count: int) -> Positions:
    """By block the one place of it; -1 where it has none, or several."""
    found = np.full(count, NONE, dtype=np.int64)
    found[blocks] = places
    found[np.bincount(blocks, minlength=count) != 1] = NONE
    return found
