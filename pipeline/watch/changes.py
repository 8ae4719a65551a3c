"""What has changed in a period of a source: each cause once, with what is at stake, in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import polars as pl

from pipeline.vocab_watch import Finding, Measure
from pipeline.watch.compare import changed, tested
from pipeline.watch.discovery import candidates
from pipeline.watch.explain import Node, causes
from pipeline.watch.family import Unit, shifted
from pipeline.watch.follow import CELL, Test, is_explained
from pipeline.watch.period import Period

NESTED = (Finding.RATE, Finding.MONEY, Finding.VOLUME)


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


@dataclass(frozen=True)
class Change:
    """One cause.

    Attributes:
        test: the row of `compare.tested`.
        stakes: by currency, the one with the most lines first.
        heaviest: the value that most lines of the change say; None where none does.
    """

    test: Test
    stakes: tuple[Stake, ...]
    heaviest: str | None = None

    @property
    def finding(self) -> Finding:
        """What it is."""
        return Finding(self.test["finding"])

    @property
    def limit(self) -> float:
        """What of the statistic would still be chance."""
        size = self.test["limit"] * (1 if self.test["deviation"] > 0 else -1)
        return shifted(self.test["expected"], size, Unit(self.test["unit"]))

    @property
    def stake(self) -> Stake:
        """That of the currency with the most lines."""
        return self.stakes[0] if self.stakes else Stake("", 0, Decimal(0))


def changes(period: Period, *, whole: bool) -> list[Change]:
    """What has changed, the dearest first.

    Args:
        period: the one that is judged.
        whole: whether all of the period's reports are in.
    """
    tests = tested(period, whole=whole)
    found = [_change(group, period.rows, period.now) for group in _causes(tests)]
    return sorted(found, key=_rank)


def _causes(tests: pl.DataFrame) -> list[list[dict[str, Any]]]:
    """The tests that tell each cause, as many as are allowed by their own number."""
    count = candidates(tests["chance"].to_numpy(), tests["weight"].to_numpy())
    while True:
        told = _told(changed(tests, count))
        if len(told) >= count:
            return told
        count = len(told)


def _told(tests: pl.DataFrame) -> list[list[dict[str, Any]]]:
    """Tests that changed, each cause once; those of several currencies together."""
    chosen = [*_nested(tests), *tests.filter(~_is_nested() & pl.col("changed")).to_dicts()]
    return _by_currency([one for one in chosen if not is_explained(one, chosen)])


def _is_nested() -> pl.Expr:
    return pl.col("finding").is_in([one.value for one in NESTED])


def _rank(change: Change) -> tuple[Decimal, int, str]:
    stake = change.stake
    return -abs(stake.amount), -stake.lines, str(sorted(change.test.items(), key=str))


def _nested(tests: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """The causes among tests of prices, money and units, whose cells lie in one another."""
    for finding in NESTED:
        own = tests.filter(finding=finding.value).to_dicts()
        yield from (own[row] for row in causes(_trees(own)))


def _trees(tests: Sequence[Test]) -> list[Node]:
    """Cells in the cells that hold them; the outermost ones."""
    nodes = {_place(one): _node(one, row) for row, one in enumerate(tests)}
    roots = []
    for place, node in nodes.items():
        currency, service, territory = place
        outer = (currency, service, None) if territory is not None else (currency, None, None)
        if outer != place and outer in nodes:
            nodes[outer].parts.append(node)
        else:
            roots.append(node)
    return roots


def _place(test: Test) -> tuple[str | None, str | None, str | None]:
    return test["currency"], test["service"], test["territory"]


def _node(test: Test, row: int) -> Node:
    return Node(
        row=row,
        changed=test["changed"],
        deviation=test["deviation"],
        limit=test["limit"] or 0.0,
        actual=test["actual"],
        usual=test["usual"],
    )


def _by_currency(told: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Changes that are the same in several currencies, together."""
    groups: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    for one in told:
        names = ("finding", "service", "territory", "column", "subject")
        key = (*(one[name] for name in names), one["deviation"] > 0)
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _change(group: Sequence[dict[str, Any]], rows: pl.DataFrame, now: pl.DataFrame) -> Change:
    """A cause with its stakes; the test is that of the currency with the most lines."""
    if Finding(group[0]["finding"]) in NESTED:
        by_currency = {one["currency"]: one for one in group}
        stakes = [_missed(one, now) for one in group]
    else:
        by_currency = {}
        stakes = _borne(_concerned(group[0], rows, now))
    ordered = tuple(sorted(stakes, key=lambda one: (-one.lines, one.currency)))
    test = by_currency.get(ordered[0].currency, group[0]) if ordered else group[0]
    return Change(test, ordered, _heaviest(test, rows, now))


def _cell(test: Test) -> pl.Expr:
    named = [name for name in (*CELL, "currency") if test[name] is not None]
    return pl.all_horizontal(pl.lit(True), *(pl.col(name) == test[name] for name in named))


def _missed(test: Test, now: pl.DataFrame) -> Stake:
    """The money of a cell less what was to be expected of it."""
    own = now.filter(measure=Measure.ALL.value).filter(_cell(test))
    amount, lines = _sums(own)
    if test["finding"] == Finding.MONEY:
        missed = amount - _cents(test["usual"])
    else:
        share = 1 - test["usual"] / test["actual"] if test["actual"] else 0.0
        missed = _cents(float(amount) * share)
    return Stake(test["currency"], lines, missed)


def _cents(amount: float) -> Decimal:
    """What is expected is an estimate: more digits would say what nobody knows."""
    return Decimal(f"{amount:.2f}")


def _sums(rows: pl.DataFrame) -> tuple[Decimal, int]:
    amount = rows["amount"].sum() if rows.height else None
    return Decimal(amount or 0), int(rows["lines"].sum())


def _concerned(test: Test, rows: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
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


def _borne(rows: pl.DataFrame) -> list[Stake]:
    """What some lines bring, by currency."""
    stakes = []
    for (currency,), own in rows.group_by("currency"):
        amount, lines = _sums(own)
        stakes.append(Stake(str(currency), lines, amount))
    return stakes


def _heaviest(test: Test, rows: pl.DataFrame, now: pl.DataFrame) -> str | None:
    """The value that most lines of a change say."""
    if test["finding"] != Finding.UNSEEN:
        return None
    values = _fresh(test, rows, now).group_by("value").agg(pl.col("lines").sum())
    ranked = values.sort("lines", "value", descending=[True, False])["value"]
    return str(ranked[0]) if len(ranked) else None
