"""Totals among the lines: records that name nothing and repeat what the others of a report sum to.

Such a line pays nobody, for nothing can be matched to it, but it doubles what is reported. A sale
that names nothing comes to the very sum of all other lines, to the last digit, by no chance.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np
import polars as pl

from pipeline.contract.columns import AMOUNT
from pipeline.flow import compact
from pipeline.flow.absorb import Absorbed
from pipeline.flow.control import EXACT, TOTAL_LINE, Figure
from pipeline.flow.settle import Flags, Settled

_NAMES = (
    "isrc",
    "gtin",
    "dsp_asset_id",
    "catalog_number",
    "title",
    "version",
    "artist",
    "release_title",
)
_WORD = r"(?i)^\W*((grand|sub|net|overall)[\s-]*)?(totals?|totale?s?|summe|sum|gesamt\w*|somme)\b"
"""What a total is called where a record has a name. "Total Eclipse" begins so too: only with the
sum of all other lines is it one."""
_SHOWN = 3
_FEW = 4_096
"""Lines of a part that are remembered: of a thousand parts 160 MiB at the very most."""
_LAST_DIGIT = Decimal(1).scaleb(-AMOUNT.scale)
_SUMS = {"currency": pl.String(), "amount": AMOUNT}
_NONE = pl.DataFrame(schema={**_SUMS, "line": pl.UInt64()})


def total_lines(
    absorbed: list[Absorbed], settled: Settled, reported: pl.DataFrame
) -> Iterator[Figure]:
    """By currency, a sum that a report states in the midst of its lines, against all its lines.

    The sum is declared where one line that names nothing is exactly what all others come to, or
    those that name something, or where such lines are that together.

    Args:
        absorbed: the parts of the report.
        settled: what settles its lines.
        reported: the sums by `currency`, as `tally.reported` gives them.
    """
    nameless = _nameless(settled)
    if not nameless.any() or nameless.all():
        return
    lines = _Nameless(nameless, absorbed, settled)
    own = dict(_summed(pl.concat([_NONE.select(*_SUMS), *map(_summed, lines.parts())])).rows())
    all_ = dict(reported.select("currency", "amount").rows())
    rest = {currency: EXACT.subtract(all_[currency], amount) for currency, amount in own.items()}
    wanted = _wanted({currency: all_[currency] for currency, left in rest.items() if left}, rest)
    likely = (rows.join(wanted, on=list(_SUMS), how="semi") for rows in lines.parts())
    found = pl.concat([_NONE, *likely]).sort("line")
    for currency in sorted(name for name, left in rest.items() if left):
        totals = found.filter(currency=currency)
        if totals.height or own[currency] == rest[currency]:
            declared = totals["amount"][0] if totals.height else rest[currency]
            note = _note(totals["line"].to_list())
            yield Figure(TOTAL_LINE, declared, all_[currency], currency, note=note)


def _nameless(settled: Settled) -> Flags:
    """Of each identity, whether it names nothing, or nothing but a total."""
    rows = settled.identities.rows
    left = pl.int_range(rows.height, dtype=pl.UInt32, eager=True)
    # Few are left after the first column.
    for name in _NAMES:
        text = rows[name].gather(left).str.strip_chars().fill_null("")
        left = left.filter((text == "") | text.str.contains(_WORD))
    flags = np.zeros(rows.height, dtype=np.bool_)
    flags[left.to_numpy()] = True
    return flags


@dataclass
class _Nameless:
    """The lines that name nothing, part by part; those of a part are read once where they are few.

    Attributes:
        nameless: of each identity, whether it names nothing.
        absorbed: the parts of the report.
        settled: what settles its lines.
        kept: by part, its lines, where they are few.
    """

    nameless: Flags
    absorbed: list[Absorbed]
    settled: Settled
    kept: dict[int, pl.DataFrame] = field(default_factory=dict)

    def parts(self) -> Iterator[pl.DataFrame]:
        """Currency, amount and place of the lines that name nothing; those of parts with few last.

        They come as one: a question costs more than the few lines of a part.
        """
        few: list[pl.DataFrame] = []
        for at, (identity_of, _) in enumerate(self.settled.numbers):
            among = self.nameless[identity_of]
            if not among.any():
                continue
            rows = self.kept[at] if at in self.kept else self._read(at, among)
            if rows.height <= _FEW:
                self.kept[at] = rows
                few.append(rows)
            else:
                yield rows
        if few:
            yield pl.concat(few)

    def _read(self, at: int, among: Flags) -> pl.DataFrame:
        lines = compact.lines(self.absorbed[at].path, ["identity", "context", "amount", "line"])
        rows = lines[np.flatnonzero(among[lines["identity"].to_numpy()])]
        context = self.settled.numbers[at][1][rows["context"].to_numpy()]
        currency = self.settled.contexts.rows["currency"].gather(context).fill_null("")
        return rows.select(currency.alias("currency"), "amount", "line")


def _summed(rows: pl.DataFrame) -> pl.DataFrame:
    return rows.group_by("currency").agg(pl.col("amount").sum().cast(AMOUNT))


def _wanted(all_: dict[str, Decimal], rest: dict[str, Decimal]) -> pl.DataFrame:
    """What a total can be, by currency: half of all lines, or what those with a name sum to."""
    rows = []
    for currency, amount in all_.items():
        half = EXACT.divide(amount, Decimal(2))
        rows += [(currency, rest[currency])]
        # A half with one decimal more than amounts have is no line's.
        rows += [(currency, half)] if half == EXACT.quantize(half, _LAST_DIGIT) else []
    return pl.DataFrame(rows, schema=_SUMS, orient="row").unique(maintain_order=True)


def _note(lines: list[int]) -> str:
    if not lines:
        return "the lines that name nothing add up to what the others do"
    shown = ", ".join(map(str, lines[:_SHOWN])) + (" …" if len(lines) > _SHOWN else "")
    if len(lines) == 1:
        return f"line {shown} names nothing and is the sum of the others"
    return f"lines {shown} name nothing and are each the sum of the others"
