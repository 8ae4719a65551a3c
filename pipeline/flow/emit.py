"""Second stage, part by part: settled lines become rows of the lake's tables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract.columns import CONTEXT, IDENTITY, MONEY
from pipeline.faults import ledger, route
from pipeline.flow import compact, guard, parquet, summing
from pipeline.flow.absorb import TORN
from pipeline.flow.delivery import Delivery
from pipeline.flow.overrides import renumbered
from pipeline.flow.payload import payloads
from pipeline.flow.settle import Settled
from pipeline.flow.sketching import Sketching
from pipeline.store import lake
from pipeline.vocab import Fault

Flags = NDArray[np.bool_]
Places = NDArray[np.int64]

GROUPED = route.joined(
    Fault.ASSET_HALTED, Fault.OUT_OF_BALANCE, Fault.POSSIBLE_DUPLICATE, Fault.SCHEMA_DRIFT
)
"""Faults that stand in the ledger as one entry for many lines."""

_MATCH = ("recording_id", "release_id", "method", "score")
"""What a sale says of its match."""

_MATCHED, _UNMATCHED, _HELD, _EXCLUDED, _QUARANTINED = range(len(route.STATUSES))


@dataclass(frozen=True)
class Emitted:
    """A part's receipt.

    Attributes:
        sales: the file of the lines that are paid; None where there are none.
        payloads: the file of those among them that a person's word paid, likewise.
        held: the lines that are not; see `held.write`.
        sums: by `context` and `status`: `lines`, `amount`, `unreadable_lines`.
        stopped: by `asset` and `context`: `lines` and `amount` that a halt holds.
        fatal: by `asset`, `fault` and `context`: `lines` and `amount` in quarantine.
        by_fault: lines by fault.
        by_method: lines by method.
        witnesses: the sales that decide whether all of them keep the contract.
    """

    sales: lake.NewFile | None
    payloads: lake.NewFile | None
    held: pl.DataFrame
    sums: pl.DataFrame
    stopped: pl.DataFrame
    fatal: pl.DataFrame
    by_fault: Mapping[Fault, int]
    by_method: Mapping[str, int]
    witnesses: pl.DataFrame


def emit(
    index: int, path: Path, settled: Settled, delivery: Delivery, sketching: Sketching | None
) -> Emitted:
    """Give each line of a part its status and write it to the table of that status."""
    lines = _Lines(compact.lines(path), index, settled, delivery)
    path.unlink()
    emitted = Emitted(
        lines.sales(),
        lines.payloads(),
        lines.held_back(),
        lines.sums(),
        lines.stopped(),
        lines.fatal(),
        lines.kinds.counts(),
        lines.methods(),
        lines.witnesses,
    )
    if sketching is not None:
        sketching.part(lines.lines, lines.reported, lines.context)
    return emitted


_OWN = {"line": pl.UInt64(), "offset": pl.UInt64(), **MONEY, "extra": pl.String()}
"""A line's place, money and `extra`."""


def _own(lines: pl.DataFrame) -> pl.DataFrame:
    """The columns of `_OWN` that `absorb` did not spare itself to write."""
    return lines.select([name for name in _OWN if name in lines.columns])


def _with_spared(own: pl.DataFrame) -> pl.DataFrame:
    """All columns of `_OWN`: null are those that were spared."""
    return own.select(
        name if name in own.columns else pl.lit(None, dtype=dtype).alias(name)
        for name, dtype in _OWN.items()
    )


class _Lines:
    """The lines of a part with all that is known of them."""

    def __init__(
        self, lines: pl.DataFrame, index: int, settled: Settled, delivery: Delivery
    ) -> None:
        identity_of, context_of = settled.numbers[index]
        self.index = index
        self.lines = lines
        self.settled = settled
        self.delivery = delivery
        self.context = context_of[lines["context"].to_numpy()]
        self.reported = identity_of[lines["identity"].to_numpy()]
        self.identity = renumbered(self.reported, self.context, settled.overrides)
        self.sets = self._joined_sets()
        self.kinds = route.Kinds.of(self.sets)
        self.dependent = self._dependent()
        self.status = self.kinds.statuses(self.dependent)

    def _joined_sets(self) -> route.Sets:
        """The faults of each line; those of a torn line are its own alone."""
        settled = self.settled
        own = self.lines["sets"].to_numpy()
        if settled.whole & route.BIT[Fault.SCHEMA_DRIFT]:
            # Its cells are not read yet; what they are worth is told when somebody says how.
            torn: route.Sets = own & TORN
            return np.where(torn != 0, torn, settled.whole)
        from pipeline.flow import kernel_sets

        sets: route.Sets = np.zeros(len(own), dtype=np.uint32)
        sets[self._incomplete()] = route.BIT[Fault.SPLITS_INCOMPLETE]
        kernel_sets.join(
            self.identity,
            self.context,
            own,
            settled.identity_sets,
            settled.context_sets,
            settled.halted,
            TORN,
            route.FATAL,
            route.BIT[Fault.ASSET_HALTED],
            settled.whole,
            sets,
        )
        return sets

    def _incomplete(self) -> Places:
        """The lines whose pair of identity and context lacks shares."""
        lacking = self.settled.pairs
        if not lacking.height:
            return np.empty(0, dtype=np.int64)
        concerned = np.zeros(self.settled.identities.height, dtype=np.bool_)
        concerned[lacking["identity"].to_numpy()] = True
        lines = np.flatnonzero(concerned[self.identity])
        width = np.uint64(self.settled.contexts.height)
        pairs = self.identity[lines].astype(np.uint64) * width + self.context[lines]
        wanted = lacking["identity"].to_numpy().astype(np.uint64) * width
        wanted += lacking["context"].to_numpy()
        return lines[np.isin(pairs, wanted)]

    def _dependent(self) -> Flags:
        """Whether a warning touches what the terms of the line's recording depend on."""
        settled = self.settled
        blocked: Flags = np.zeros(len(self.sets), dtype=np.bool_)
        for fault, depends in (
            (Fault.TERRITORY_UNKNOWN, settled.by_territory),
            (Fault.PERIOD_UNREADABLE, settled.by_date),
        ):
            lines = self.kinds.having(route.BIT[fault])
            blocked[lines] |= depends[self.identity[lines]]
        return blocked

    def _rows(self, chosen: Places) -> pl.DataFrame:
        """The columns that every table has, for some lines."""
        rows: pl.DataFrame = pl.concat(
            [
                _with_spared(_own(self.lines)[chosen]),
                self.settled.contexts.rows[self.context[chosen]],
                self.settled.identities.rows[self.identity[chosen]],
                self.kinds.some(chosen).names().to_frame(),
            ],
            how="horizontal",
        )
        return rows.with_columns(pl.lit(value).alias(name) for name, value in self._same.items())

    @property
    def _same(self) -> dict[str, str]:
        """The columns that are the same on every line."""
        return {
            "manifest": self.delivery.manifest,
            "accounting_period": self.delivery.accounting_period,
            "source": self.delivery.source,
            "run": self.delivery.run.id,
        }

    def sales(self) -> lake.NewFile | None:
        """Write the matched lines."""
        matched = self.status == _MATCHED
        chosen = np.flatnonzero(matched)
        own = _with_spared(_own(self.lines).filter(pl.Series(matched)))
        identity, context = self.identity[chosen], self.context[chosen]
        at = {"decided_at": self.delivery.run.at}
        identities, contexts = self.settled.identities, self.settled.contexts
        lacks = guard.lacking(identities.rows)[identity] | guard.lacking(own)
        few, decisive = guard.witnesses(context, own["amount"], lacks)
        self.witnesses = self._rows(chosen[few]).with_columns(
            # Nothing is promised of it, and it would keep all the text of its part in memory.
            extra=pl.lit(None, dtype=pl.String),
            decided_at=pl.lit(at["decided_at"]),
            context=pl.Series(context[few]),
            decisive=pl.Series(decisive),
        )
        columns = {
            **{name: own[name].to_arrow() for name in own.columns},
            **contexts.gathered(context, CONTEXT),
            **identities.gathered(identity, (*IDENTITY, *_MATCH)),
            "faults": self.kinds.some(chosen).names().to_arrow(),
        }
        path = self.delivery.run.file("sales", f"{self.index:05}")
        return parquet.write_columns(columns, self._same | at, "sales", path)

    def payloads(self) -> lake.NewFile | None:
        """Write the bytes of the lines that a person's word paid, so that an undo can stage them.

        Nothing is read again where there are none.
        """
        kept = (self.status == _MATCHED) & self.settled.kept[self.identity]
        chosen = np.flatnonzero(kept)
        if not len(chosen):
            return None
        raw = payloads(self.delivery.path, self.lines["offset"], self.lines["length"], chosen)
        rows = ledger.line_ids(self._rows(chosen).with_columns(raw))
        return parquet.write(
            rows, "payloads", self.delivery.run.file("payloads", f"{self.index:05}")
        )

    def held_back(self) -> pl.DataFrame:
        """The lines that are not paid, with their payload; see `held.write` for the columns."""
        chosen = np.flatnonzero(self.status != _MATCHED)
        if not len(chosen):
            return pl.DataFrame()
        raw = payloads(self.delivery.path, self.lines["offset"], self.lines["length"], chosen)
        names = pl.Series([name.value for name in route.STATUSES])
        return self._rows(chosen).with_columns(
            raw,
            # Text that is taken over as it stands keeps the text of all lines in memory.
            pl.col("extra") + "",
            self.kinds.some(chosen).deciding(),
            names.gather(self.status[chosen]).alias("status"),
            self._entry_faults(chosen),
        )

    def _entry_faults(self, chosen: Places) -> pl.Series:
        """What each held line has a ledger entry of its own for; null where a group's will do."""
        sets, status = self.sets[chosen], self.status[chosen]
        own = sets & ~(GROUPED | route.joined(*self.delivery.common))
        alone = route.statuses(own, self.dependent[chosen])
        waits = (alone != _MATCHED) & (alone != _EXCLUDED)
        single = waits & ((status != _QUARANTINED) | ((own & route.FATAL) != 0))
        return pl.Series("entry_fault", route.deciding(np.where(single, own, np.uint32(0))))

    def sums(self) -> pl.DataFrame:
        """Lines and money by context and status."""
        contexts = self.settled.numbers[self.index][1]
        own = self.lines["context"].to_numpy()
        return summing.by_status(own, self.status, self.lines["amount"], contexts)

    def _of_assets(self, chosen: Flags) -> tuple[pl.DataFrame, Places]:
        """Asset, context and amount of some lines, and which they are."""
        lines = np.flatnonzero(chosen)
        asset = self.settled.identities.rows["asset"].gather(self.identity[lines])
        context = pl.Series("context", self.context[lines])
        return pl.DataFrame([asset, context, self.lines["amount"].gather(lines)]), lines

    def stopped(self) -> pl.DataFrame:
        """Lines and money that a halt of their asset holds."""
        halted = (self.sets & route.BIT[Fault.ASSET_HALTED]) != 0
        rows, _ = self._of_assets(halted & (self.status == _HELD))
        return summing.sums_by(rows, "asset", "context")

    def fatal(self) -> pl.DataFrame:
        """Lines and money in quarantine by asset and fault; a torn line names no asset."""
        rows, lines = self._of_assets(self.status == _QUARANTINED)
        torn = pl.Series((self.sets[lines] & TORN) != 0)
        rows = rows.with_columns(
            pl.when(~torn).then("asset").alias("asset"), self.kinds.some(lines).deciding()
        )
        return summing.sums_by(rows, "asset", "fault", "context")

    def methods(self) -> dict[str, int]:
        """Matched lines by method."""
        method = self.settled.identities.words["method"]
        matched = method.codes[self.identity[self.status == _MATCHED]]
        # One that is null stands before all others; that it is there, the guard tells.
        numbers = np.bincount(matched + 1, minlength=len(method.values) + 1)[1:]
        counted = zip(method.values, numbers.tolist(), strict=True)
        return dict(sorted((name, number) for name, number in counted if number))
