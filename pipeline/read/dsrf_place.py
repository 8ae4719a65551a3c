"""Which records of a DSR flat file are lines, and which belong to them."""

from dataclasses import dataclass

import numpy as np
import polars as pl

from pipeline.read.dsrf_blocks import NONE, Blocks, Context, Flags, at_places
from pipeline.read.dsrf_cells import SHIFTED, SOUND, Family
from pipeline.read.dsrf_lines import Codes, Lines, Positions
from pipeline.read.dsrf_types import UNKNOWN


@dataclass(frozen=True)
class Placed:
    """Lines of the report, in file order.

    Attributes:
        at: the physical line, from 0, of the record that stands for the line.
        money: its place among the records of the line's family; -1 where it is a usage that no
            such record follows, or unknown.
        usage: its place among the usages whose cells speak for it, else -1.
        asset: its place among the resources whose cells speak for it, else -1.
        release: its place among the releases, likewise.
        fault: the gravest fault of these records, as a place in `FAULTS`.
    """

    at: Positions
    money: Positions
    usage: Positions
    asset: Positions
    release: Positions
    fault: Codes


def place_singly(lines: Lines, money: Family) -> Placed:
    """Lines of single records: each tells all there is to tell, but its summary."""
    unknown = _unknown(lines)
    at = np.concatenate([money.at, unknown])
    order = np.argsort(at)
    own = np.concatenate([np.arange(len(money.at)), _nothing(unknown)])
    fault = np.concatenate([money.fault, np.full(len(unknown), SHIFTED, dtype=np.uint8)])
    nothing = _nothing(at)
    return Placed(at[order], own[order], nothing, nothing, nothing, fault[order])


def place(lines: Lines, money: Family, usages: Family, blocks: Blocks) -> Placed:
    """Join each line of a block to its usage by their order, and to what speaks for it.

    - The usage is the nearest before in the block. An unknown record may have been one: what
      follows it has none, and a lone usage before it may have lost its line.
    - A usage of another summary is not the line's: the line stays without usage. One of the two
      may leave the summary to the other to name.
    """
    near_money, near_usage = (blocks.before(one.at) for one in (money, usages))
    stray_money, stray_usage = (
        blocks.strays(one, near) for one, near in ((money, near_money), (usages, near_usage))
    )
    usage_fault = np.where(stray_usage, SHIFTED, usages.fault).astype(np.uint8)
    heads = _heads(lines, usages.at, usage_fault, blocks)
    head = heads.before(money.at, near_money)
    usage = heads.usage_of(head)
    own = _same_summary(money, usages, usage_fault, usage)
    alone = np.flatnonzero(~_marked(usage[own], len(usages.at)))

    at = np.concatenate([money.at, usages.at[alone], heads.unknown])
    nothing = _nothing(heads.unknown)
    usage = np.concatenate([np.where(own, usage, NONE), alone, nothing])
    fault = np.concatenate(
        [
            np.maximum(money.fault, heads.fault_of(head)),
            np.maximum(usage_fault[alone], heads.losses(alone)),
            np.full(len(nothing), SHIFTED, dtype=np.uint8),
        ]
    )
    context = _joined(
        blocks.context(money, near_money, stray_money),
        blocks.context(usages, near_usage, stray_usage).of(alone),
        Context(nothing, nothing, np.full(len(nothing), SHIFTED, dtype=np.uint8)),
    )
    order = np.argsort(at)
    records = np.concatenate([np.arange(len(money.at)), _nothing(at[len(money.at) :])])
    return Placed(
        at=at[order],
        money=records[order],
        usage=np.where(at_places(usage_fault, usage, SHIFTED) == SHIFTED, NONE, usage)[order],
        asset=context.asset[order],
        release=context.release[order],
        fault=np.maximum(fault, context.fault)[order],
    )


@dataclass(frozen=True)
class _Heads:
    """Usages and unknown records in file order: what a line may follow.

    `usage` is the place among the usages (-1: unknown), `block` that of the nearest record that
    makes a block.
    """

    at: Positions
    usage: Positions
    block: Positions
    fault: Codes
    unknown: Positions

    def before(self, at: Positions, block: Positions) -> Positions:
        """The head before each line in its block, -1 where there is none."""
        found: Positions = np.searchsorted(self.at, at) - 1
        return np.where(at_places(self.block, found, NONE - 1) == block, found, NONE)

    def usage_of(self, head: Positions) -> Positions:
        """The usage that a head is."""
        return at_places(self.usage, head, NONE)

    def fault_of(self, head: Positions) -> Codes:
        """The fault of a head."""
        return at_places(self.fault, head, SOUND)

    def losses(self, usages: Positions) -> Codes:
        """`SHIFTED` for each usage that an unknown record follows in its block before another."""
        lost = np.zeros(len(self.at), dtype=np.bool_)
        lost[:-1] = (self.usage[1:] == NONE) & (self.block[1:] == self.block[:-1])
        by_usage = lost[self.usage != NONE]
        return np.where(by_usage[usages], SHIFTED, SOUND).astype(np.uint8)


def _heads(lines: Lines, usages: Positions, fault: Codes, blocks: Blocks) -> _Heads:
    unknown = _unknown(lines)
    at = np.concatenate([usages, unknown])
    order = np.argsort(at)
    usage = np.concatenate([np.arange(len(usages)), _nothing(unknown)])[order]
    faults = np.concatenate([fault, np.full(len(unknown), SHIFTED, dtype=np.uint8)])[order]
    return _Heads(at[order], usage, blocks.before(at[order]), faults, unknown)


def _unknown(lines: Lines) -> Positions:
    return np.flatnonzero(lines.family == UNKNOWN)


def _nothing(like: Positions) -> Positions:
    """No place for each of some."""
    return np.full(len(like), NONE, dtype=np.int64)


def _joined(*parts: Context) -> Context:
    return Context(
        np.concatenate([part.asset for part in parts]),
        np.concatenate([part.release for part in parts]),
        np.concatenate([part.fault for part in parts]),
    )


def _same_summary(money: Family, usages: Family, fault: Codes, usage: Positions) -> Flags:
    """Whether a line is of its usage's summary, as far as both name one; false without a usage."""
    readable = (money.fault != SHIFTED) & (at_places(fault, usage, SOUND) != SHIFTED)
    if not len(usages.at):
        return np.zeros(len(usage), dtype=np.bool_)
    summaries = usages.cell("SummaryRecordId").gather(pl.Series(np.maximum(usage, 0)))
    differs = (money.cell("SummaryRecordId") != summaries).fill_null(value=False).to_numpy()
    same: Flags = (usage != NONE) & ~(readable & differs)
    return same


def _marked(places: Positions, length: int) -> Flags:
    """Which of so many places are among some."""
    found = np.zeros(length, dtype=np.bool_)
    found[places] = True
    return found
