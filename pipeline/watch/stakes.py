"""What rides on a change: lines and exact sums of the sketch."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Context, Decimal

import polars as pl

from pipeline.vocab_watch import Finding, Measure
from pipeline.watch.follow import CELL, Test

_EXACT = Context(prec=76)


@dataclass(frozen=True)
class Stake:
    """What rides on a change, in one currency: exact sums of the sketch.

    Attributes:
        lines: the lines that are concerned.
        amount: what is less (negative) or more than was to be expected; of a change that is not
            one of money, what the lines concerned bring.
    """

    currency: str
    lines: int
    amount: Decimal


def _cell(test: Test) -> pl.Expr:
    named = [name for name in (*CELL, "currency") if test[name] is not None]
    return pl.all_horizontal(pl.lit(True), *(pl.col(name) == test[name] for name in named))


def missed(test: Test, now: pl.DataFrame) -> Stake:
    """The money of a cell less what was to be expected of it."""
    if test["subject"] is None:
        measured = now.filter(measure=Measure.ALL.value)
    else:
        named = {"column": test["column"], "value": test["subject"]}
        measured = now.filter(measure=Measure.VALUE.value, **named)
    amount, lines = _sums(measured.filter(_cell(test)))
    if test["finding"] == Finding.MONEY:
        missed = _EXACT.subtract(amount, _cents(test["usual"]))
    else:
        share = 1 - test["usual"] / test["actual"] if test["actual"] else 0.0
        missed = _cents(float(amount) * share)
    return Stake(test["currency"], lines, missed)


def together(stakes: Sequence[Stake]) -> list[Stake]:
    """The stakes of each currency in one."""
    found: dict[str, Stake] = {}
    for one in stakes:
        before = found.get(one.currency, Stake(one.currency, 0, Decimal(0)))
        amount = _EXACT.add(before.amount, one.amount)
        found[one.currency] = Stake(one.currency, before.lines + one.lines, amount)
    return list(found.values())


def _cents(amount: float) -> Decimal:
    """What is expected is an estimate: more digits would say what nobody knows."""
    return Decimal(f"{amount:.2f}")


def _sums(rows: pl.DataFrame) -> tuple[Decimal, int]:
    amount = rows["amount"].sum() if rows.height else None
    return Decimal(amount or 0), int(rows["lines"].sum())


def concerned(test: Test, rows: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """The rows of the lines that a change is seen on."""
    own = now.filter(_cell(test))
    match Finding(test["finding"]):
        case Finding.NULLS:
            return own.filter(measure=Measure.NULL.value, column=test["column"])
        case Finding.FAULTS:
            return own.filter(measure=Measure.FAULT.value, value=test["subject"])
        case Finding.UNSEEN:
            return _fresh(test, rows, now)
        case _:
            return own.filter(measure=Measure.ALL.value)


def _fresh(test: Test, rows: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """The rows of a service whose column says what it never said."""
    column = test["column"]
    if column in ("territory", "currency"):
        measured = pl.col("measure") == Measure.ALL.value
        value = pl.col(column)
    else:
        measured = (pl.col("measure") == Measure.VALUE.value) & (pl.col("column") == column)
        value = pl.col("value")
    own = rows.filter(_cell(test) & measured).with_columns(value=value)
    before = own.filter(pl.col("place") < now["place"].max())["value"].unique()
    return own.filter(
        pl.col("place") == now["place"].max(), ~pl.col("value").is_in(before.implode())
    )


def borne(rows: pl.DataFrame) -> list[Stake]:
    """What some lines bring, by currency."""
    stakes = []
    for (currency,), own in rows.group_by("currency"):
        amount, lines = _sums(own)
        stakes.append(Stake(str(currency), lines, amount))
    return stakes


def heaviest(test: Test, rows: pl.DataFrame, now: pl.DataFrame) -> str | None:
    """The value that most lines of a change say."""
    if test["finding"] != Finding.UNSEEN:
        return None
    values = _fresh(test, rows, now).group_by("value").agg(pl.col("lines").sum())
    ranked = values.sort("lines", "value", descending=[True, False])["value"]
    return str(ranked[0]) if len(ranked) else None
