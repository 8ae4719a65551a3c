"""What a replay has moved so far: files, sums and ledger events."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.contract.columns import AMOUNT
from pipeline.contract.money import sum_text
from pipeline.flow import guard, parquet
from pipeline.flow.summing import sums_by
from pipeline.store import lake
from pipeline.vocab import Status

_TOTALS = ("lines", "amount", "unreadable_lines")
_KEYS = ("manifest", "accounting_period", "currency")
_MOVES = {
    **dict.fromkeys((*_KEYS, "old", "new"), pl.String()),
    "lines": pl.Int64(),
    "amount": AMOUNT,
    "unreadable_lines": pl.Int64(),
}


@dataclass(frozen=True)
class ReplayReport:
    """What a replay came to.

    Attributes:
        attempted: lines that were looked at again.
        resolved: of those, lines that are paid or excluded now.
        still_open: of those, lines that still wait.
        escalated: of those, lines whose attempts are used up.
        moved: by currency, money by the statuses it moved between, as text.
        identities_waiting: distinct identities of the lines that wait for the catalog.
        identities_judged: of those, the ones that were judged again.
    """

    attempted: int = 0
    resolved: int = 0
    still_open: int = 0
    escalated: int = 0
    moved: dict[str, dict[str, str]] = field(default_factory=dict)
    seconds: float = 0.0
    identities_waiting: int = 0
    identities_judged: int = 0

    def as_json(self) -> dict[str, Any]:
        """The report as JSON values; amounts are strings."""
        return {**self.__dict__, "seconds": round(self.seconds, 3)}


@dataclass
class Moves:
    """Collects what is to be committed; `attempted` and `escalated` count lines.

    `prefix` begins the names of its files, where the run has others; `more` is what the transaction
    records beside.
    """

    run: lake.Run
    prefix: str = ""
    files: list[lake.NewFile] = field(default_factory=list)
    replaced: dict[str, list[str]] = field(default_factory=dict)
    moves: list[pl.DataFrame] = field(default_factory=list)
    attempted: int = 0
    escalated: int = 0
    identities_waiting: int = 0
    identities_judged: int = 0
    more: lake.Batch = field(default_factory=lake.Batch)

    def write(self, rows: pl.DataFrame, table: str) -> None:
        """Write rows to a new file of the run, if there are any."""
        guard.refuse_broken(table, rows)
        path: Path = self.run.file(table, f"{self.prefix}{len(self.files):05}")
        written = parquet.write(rows, table, path)
        if written is not None:
            self.files.append(written)

    def replace(self, table: str, name: str, rows: pl.DataFrame) -> None:
        """Put other rows in the place of a file's."""
        self.replaced.setdefault(table, []).append(name)
        self.write(rows, table)

    def moved(self, rows: pl.DataFrame) -> None:
        """Book lines that change their status.

        Args:
            rows: with `manifest`, `accounting_period`, `currency`, `amount`, `old` and `new`.
        """
        changed = rows.filter(pl.col("old") != pl.col("new")).with_columns(
            pl.col("currency").fill_null("")
        )
        if changed.height:
            booked = sums_by(changed, *_KEYS, "old", "new")
            self.moves.append(booked.select(pl.col(name).cast(t) for name, t in _MOVES.items()))

    def _all(self) -> pl.DataFrame:
        return pl.concat([pl.DataFrame(schema=_MOVES), *self.moves])

    def batch(self) -> lake.Batch:
        """What one transaction records."""
        taken = self._all().with_columns(-pl.col(_TOTALS)).rename({"old": "status"})
        given = self._all().rename({"new": "status"})
        columns = (*_KEYS, "status", *_TOTALS)
        sums = pl.concat([taken.select(columns), given.select(columns)])
        folded = sums.group_by(*_KEYS, "status").agg(pl.col(_TOTALS).sum())
        moved = lake.Batch(
            files=self.files, replaced=self.replaced, sums=folded.sort(*_KEYS, "status")
        )
        return moved.joined(self.more)

    def released(self) -> dict[str, str]:
        """By currency, the money that is paid now and was not; negative where it no longer is."""
        paid = Status.MATCHED.value
        sign = (pl.col("new") == paid).cast(pl.Int8) - (pl.col("old") == paid).cast(pl.Int8)
        moves = self._all().filter(sign != 0)
        gained = pl.when(pl.col("new") == paid).then("amount").otherwise(-pl.col("amount"))
        summed = moves.group_by("currency").agg(gained.sum().alias("amount")).sort("currency")
        return {currency: sum_text(amount) for currency, amount in summed.iter_rows()}

    def record(self, more: lake.Batch) -> None:
        """Have the transaction record something else too."""
        self.more = self.more.joined(more)

    def report(self, seconds: float) -> ReplayReport:
        """The figures of the replay."""
        moves = self._all()
        ended = pl.col("new").is_in([Status.MATCHED.value, Status.EXCLUDED.value])
        resolved = int(moves.filter(ended)["lines"].sum())
        told: dict[str, dict[str, str]] = {}
        by_move = moves.group_by("currency", "old", "new").agg(pl.col("amount").sum())
        for currency, old, new, amount in by_move.sort("currency", "old", "new").iter_rows():
            told.setdefault(currency, {})[f"from {old} to {new}"] = sum_text(amount)
        still_open = self.attempted - resolved
        return ReplayReport(
            self.attempted, resolved, still_open, self.escalated, told, seconds,
            self.identities_waiting, self.identities_judged,
        )  # fmt: skip
