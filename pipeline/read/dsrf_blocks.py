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
_SPREAD = np.uint64(0x9E3779B97F4A7C15)


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
    """Blocks of one resource each: what stands in one belongs to it.

    Attributes:
        lines: the lines in which they stand.
        assets: the resource records.
    """

    lines: Lines
    assets: Family

    @cached_property
    def at(self) -> Positions:
        """The lines of the records that make blocks, ascending."""
        return self.assets.at

    @cached_property
    def numbers(self) -> Positions:
        """The block of each such record: they follow one another and name the same."""
        return np.cumsum(~repeats_predecessor(self.lines, self.at)) - 1

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
        differs = records.cell("BlockId").ne_missing(named).to_numpy()
        other: Flags = (near == NONE) | (readable & differs)
        return other

    def context(self, records: Family, near: Positions, stray: Flags) -> Context:
        """What speaks for records, by the record that makes a block before each of them."""
        found = self._speakers(records, near)
        fault = np.where(stray | (near == NONE), SHIFTED, found.fault).astype(np.uint8)
        silent = fault == SHIFTED
        asset, release = (np.where(silent, NONE, one) for one in (found.asset, found.release))
        return Context(asset, release, fault)

    def _speakers(self, _records: Family, near: Positions) -> Context:
        """The resource before each record; two in one block leave open which."""
        shared = np.bincount(self.numbers)[self.numbers] > 1
        fault = np.maximum(self.assets.fault, np.where(shared, SHIFTED, SOUND).astype(np.uint8))
        return Context(near, np.full(len(near), NONE), at_places(fault, near, SHIFTED))

    @property
    def _faults(self) -> Codes:
        return self.assets.fault

    @property
    def _names(self) -> pl.Series:
        """The block that each such record names."""
        return self.assets.cell("BlockId")


@dataclass(frozen=True)
class NamedBlocks(Blocks):
    """Blocks of releases and resources, of which each usage names one.

    - What names a resource has it, and the release that it names, else the head release.
    - What names a release has it; a release that is made of one resource of the block is that
      resource on the head release.
    - What names nothing is the one resource of its block.
    - Two head releases, or two records that bear the name, leave open which.

    Attributes:
        releases: the release records.
        partial: releases that are made of resources of their block: no head releases.
    """

    releases: Family
    partial: Flags

    @cached_property
    def at(self) -> Positions:
        """The lines of the records that make blocks, ascending."""
        return np.sort(np.concatenate([self.releases.at, self.assets.at]))

    @cached_property
    def _faults(self) -> Codes:
        found = np.empty(len(self.at), dtype=np.uint8)
        for family in (self.releases, self.assets):
            found[np.searchsorted(self.at, family.at)] = family.fault
        return found

    @cached_property
    def _names(self) -> pl.Series:
        both = pl.concat([self.releases.cell("BlockId"), self.assets.cell("BlockId")])
        order = np.argsort(np.concatenate([self.releases.at, self.assets.at]))
        return both.gather(pl.Series(order))

    def _speakers(self, records: Family, near: Positions) -> Context:
        block = at_places(self.numbers, near, NONE)
        by_resource = records.cell("TransactedResource")
        by_release = records.cell("TransactedRelease")
        of_resource, of_release = (~one.is_null().to_numpy() for one in (by_resource, by_release))
        nothing = ~(of_resource | of_release)
        named = self._release_named(block, by_release)
        part, of_part = self._resource_of(block, named)
        asset = self._asset_named(block, by_resource)
        asset = np.where(part & ~of_resource, of_part, asset)
        asset = np.where(nothing, at_places(self._only, block, NONE), asset)
        release = np.where(part | ~of_release, at_places(self._heads, block, NONE), named)
        lost = (of_resource | nothing | part) & (asset == NONE)
        lost |= of_release & (named == NONE)
        lost |= at_places(self._doubled, block, 1).astype(np.bool_)
        fault = np.maximum(
            at_places(self.assets.fault, asset, SOUND),
            at_places(self.releases.fault, release, SOUND),
        )
        return Context(asset, release, np.where(lost, SHIFTED, fault).astype(np.uint8))

    def _resource_of(self, block: Positions, release: Positions) -> tuple[Flags, Positions]:
        """Which releases are made of one resource, and that resource."""
        used = self.releases.cell("UsedResources").gather(_indices(release))
        several = used.str.contains(_SEVERAL, literal=True).fill_null(value=True).to_numpy()
        single = at_places(self.partial, release, 0) & ~several
        return single, self._asset_named(block, used)

    def _asset_named(self, block: Positions, reference: pl.Series) -> Positions:
        held = self.assets.cell("ResourceReference")
        return _looked_up(self._numbers_of(self.assets), held, block, reference)

    def _release_named(self, block: Positions, reference: pl.Series) -> Positions:
        held = self.releases.cell("ReleaseReference")
        return _looked_up(self._numbers_of(self.releases), held, block, reference)

    def _numbers_of(self, family: Family) -> Positions:
        found: Positions = self.numbers[np.searchsorted(self.at, family.at)]
        return found

    @cached_property
    def _count(self) -> int:
        """How many blocks there are."""
        return int(self.numbers[-1]) + 1 if len(self.at) else 0

    @cached_property
    def _only(self) -> Positions:
        """By block its one resource; -1 where it has none, or several."""
        return _one_each(self._numbers_of(self.assets), np.arange(len(self.assets.at)), self._count)

    @cached_property
    def _heads(self) -> Positions:
        """By block its one head release; -1 where it has none, or several."""
        places = np.flatnonzero(~self.partial)
        return _one_each(self._numbers_of(self.releases)[places], places, self._count)

    @cached_property
    def _doubled(self) -> Codes:
        """By block whether it has several head releases."""
        blocks = self._numbers_of(self.releases)[~self.partial]
        return (np.bincount(blocks, minlength=self._count) > 1).astype(np.uint8)


def at_places(values: NDArray[Value], places: Positions, otherwise: int) -> NDArray[Value]:
    """The values at some places, another where the place is -1."""
    padded = np.append(values, np.array([otherwise], dtype=values.dtype))
    return padded[places]


def _indices(places: Positions) -> pl.Series:
    """Places to gather by, null for -1."""
    wanted = pl.Series(places, dtype=pl.Int64)
    return wanted.set(wanted == NONE, None)


def _looked_up(
    blocks: Positions, held: pl.Series, block: Positions, reference: pl.Series
) -> Positions:
    """The one record of a block that bears a reference; -1 where none does, or several do.

    Looked up by a hash of both, ten times as fast as by both; what is found is compared.
    """
    known = (
        pl.DataFrame({"key": _keys(blocks, held)})
        .with_row_index("place")
        .filter(held.is_not_null())
        .unique("key", keep="none")
    )
    asked = pl.DataFrame({"key": _keys(block, reference)})
    found = asked.join(known, on="key", how="left", maintain_order="left")["place"]
    places: Positions = found.cast(pl.Int64).fill_null(NONE).to_numpy()
    same = (held.gather(_indices(places)) == reference).fill_null(value=False).to_numpy()
    return np.where(same & (at_places(blocks, places, NONE) == block), places, NONE)


def _keys(block: Positions, reference: pl.Series) -> NDArray[np.uint64]:
    """One number for each block and reference."""
    hashed: NDArray[np.uint64] = reference.hash().to_numpy()
    keys: NDArray[np.uint64] = hashed ^ (block.astype(np.uint64) * _SPREAD)
    return keys


def _one_each(blocks: Positions, places: Positions, count: int) -> Positions:
    """By block the one place of it; -1 where it has none, or several."""
    found = np.full(count, NONE, dtype=np.int64)
    found[blocks] = places
    found[np.bincount(blocks, minlength=count) != 1] = NONE
    return found
