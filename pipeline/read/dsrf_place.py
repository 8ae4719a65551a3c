"""Which records of a DSR flat file belong together: an LI, the SU before it, and its block's AS."""

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.read.dsrf_cells import SHIFTED, SOUND, Family
from pipeline.read.dsrf_lines import UNKNOWN, Codes, Lines, Positions, repeats_predecessor

NONE = -1
Flags = NDArray[np.bool_]
Value = TypeVar("Value", bound=np.generic)


@dataclass(frozen=True)
class Placed:
    """Lines of the report, in file order.

    Attributes:
        at: the physical line, from 0, of the record that stands for the line.
        money: its place among the LI records; -1 where it is a lone SU or unknown.
        usage: its place among the SU records whose cells speak for it, else -1.
        asset: its place among the AS records whose cells speak for it, else -1.
        fault: the gravest fault of these records, as a place in `FAULTS`.
    """

    at: Positions
    money: Positions
    usage: Positions
    asset: Positions
    fault: Codes


def place(lines: Lines, money: Family, usages: Family, assets: Family) -> Placed:
    """Join each LI to its SU and AS by their order, and find the SU that no LI follows.

    - The AS is the nearest before, and must name the same block; two AS records of one block
      leave open whose money it is, so neither speaks.
    - The SU is the nearest before in the block. An unknown record may have been one: what
      follows it has none, and a lone SU before it may have lost its LI.
    - An SU of another summary is not the LI's: the LI stays without usage.
    """
    asset_fault = np.maximum(assets.fault, _doubled(lines, assets))
    near_money, near_usage = (_nearest(assets.at, one.at) for one in (money, usages))
    stray_money, stray_usage = (
        _other_block(one, assets, near) for one, near in ((money, near_money), (usages, near_usage))
    )
    usage_fault = np.where(stray_usage, SHIFTED, usages.fault).astype(np.uint8)
    heads = _heads(lines, usages.at, usage_fault, assets.at)
    head = heads.before(money.at, near_money)
    usage = heads.usage_of(head)
    own = _same_summary(money, usages, usage_fault, usage)
    alone = np.flatnonzero(~_marked(usage[own], len(usages.at)))

    at = np.concatenate([money.at, usages.at[alone], heads.unknown])
    nothing = np.full(len(heads.unknown), NONE, dtype=np.int64)
    near = np.concatenate([near_money, near_usage[alone], nothing])
    stray = np.concatenate([stray_money, stray_usage[alone], nothing == NONE])
    usage = np.concatenate([np.where(own, usage, NONE), alone, nothing])
    fault = np.concatenate(
        [
            np.maximum(money.fault, heads.fault_of(head)),
            np.maximum(usage_fault[alone], heads.losses(alone)),
            np.full(len(nothing), SHIFTED, dtype=np.uint8),
        ]
    )
    order = np.argsort(at)
    context = _at(asset_fault, near, SHIFTED)
    silent = stray | (context == SHIFTED)
    return Placed(
        at=at[order],
        money=np.concatenate([np.arange(len(money.at)), np.full(len(at) - len(money.at), NONE)])[
            order
        ],
        usage=np.where(_at(usage_fault, usage, SHIFTED) == SHIFTED, NONE, usage)[order],
        asset=np.where(silent, NONE, near)[order],
        fault=np.maximum(fault, np.where(silent, SHIFTED, context)).astype(np.uint8)[order],
    )


@dataclass(frozen=True)
class _Heads:
    """SU and unknown records in file order: what an LI may follow.

    `usage` is the place among the SU records (-1: unknown), `block` that of the nearest AS.
    """

    at: Positions
    usage: Positions
    block: Positions
    fault: Codes
    unknown: Positions

    def before(self, at: Positions, block: Positions) -> Positions:
        """The head before each line in its block, -1 where there is none."""
        found = _nearest(self.at, at)
        return np.where(_at(self.block, found, NONE - 1) == block, found, NONE)

    def usage_of(self, head: Positions) -> Positions:
        """The SU that a head is."""
        return _at(self.usage, head, NONE)

    def fault_of(self, head: Positions) -> Codes:
        """The fault of a head."""
        return _at(self.fault, head, SOUND)

    def losses(self, usages: Positions) -> Codes:
        """`SHIFTED` for each SU that an unknown record follows in its block before another SU."""
        lost = np.zeros(len(self.at), dtype=np.bool_)
        lost[:-1] = (self.usage[1:] == NONE) & (self.block[1:] == self.block[:-1])
        by_usage = lost[self.usage != NONE]
        return np.where(by_usage[usages], SHIFTED, SOUND).astype(np.uint8)


def _heads(lines: Lines, usages: Positions, fault: Codes, assets: Positions) -> _Heads:
    unknown = np.flatnonzero(lines.family == UNKNOWN)
    at = np.concatenate([usages, unknown])
    order = np.argsort(at)
    usage = np.concatenate([np.arange(len(usages)), np.full(len(unknown), NONE)])[order]
    faults = np.concatenate([fault, np.full(len(unknown), SHIFTED, dtype=np.uint8)])[order]
    return _Heads(at[order], usage, _nearest(assets, at[order]), faults, unknown)


def _doubled(lines: Lines, assets: Family) -> Codes:
    """`SHIFTED` for AS records that share their block with another."""
    repeats = repeats_predecessor(lines, assets.at)
    block = np.cumsum(~repeats) - 1
    shared = np.bincount(block)[block] > 1 if len(block) else repeats
    return np.where(shared, SHIFTED, SOUND).astype(np.uint8)


def _nearest(of: Positions, at: Positions) -> Positions:
    """The place of the last of some lines before each of others, -1 where there is none."""
    found: Positions = np.searchsorted(of, at) - 1
    return found


def _other_block(records: Family, assets: Family, near: Positions) -> Flags:
    """Whether a record names another block than the AS before it, as far as both can be read."""
    readable = (records.fault != SHIFTED) & (_at(assets.fault, near, SOUND) != SHIFTED)
    if not len(assets.at):
        return np.ones(len(near), dtype=np.bool_)
    blocks = assets.cells["BlockId"].gather(pl.Series(np.maximum(near, 0)))
    differs = records.cells["BlockId"].ne_missing(blocks).to_numpy()
    other: Flags = (near == NONE) | (readable & differs)
    return other


def _same_summary(money: Family, usages: Family, fault: Codes, usage: Positions) -> Flags:
    """Whether an LI is of its SU's summary, as far as both can be read; false without an SU."""
    readable = (money.fault != SHIFTED) & (_at(fault, usage, SOUND) != SHIFTED)
    if not len(usages.at):
        return np.zeros(len(usage), dtype=np.bool_)
    summaries = usages.cells["SummaryRecordId"].gather(pl.Series(np.maximum(usage, 0)))
    differs = money.cells["SummaryRecordId"].ne_missing(summaries).to_numpy()
    same: Flags = (usage != NONE) & ~(readable & differs)
    return same


def _marked(places: Positions, length: int) -> Flags:
    """Which of so many places are among some."""
    found = np.zeros(length, dtype=np.bool_)
    found[places] = True
    return found


def _at(values: NDArray[Value], places: Positions, otherwise: int) -> NDArray[Value]:
    """The values at some places, another where the place is -1."""
    padded = np.append(values, np.array([otherwise], dtype=values.dtype))
    return padded[places]
