"""Which change follows from another one of the same cells, and is not told once more."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pipeline.contract.rules import RULES
from pipeline.vocab import Effect, Fault
from pipeline.vocab_watch import Finding

Test = Mapping[str, Any]
"""A row of the tests."""
CELL = ("service", "territory")
_TOTALS = (Finding.MONEY, Finding.VOLUME)
_PRICED = ("rate", "amount", "unit_price", "gross_amount")


def is_explained(one: Test, others: Sequence[Test]) -> bool:
    """Whether another change of the same cells is why one is seen."""
    return any(_meet(one, other) and _explains(other, one) for other in others if other is not one)


def is_settled_by(one: Test, told: Test) -> bool:
    """Whether a change that was told of an earlier period is the past of a series from then on.

    Args:
        one: what names the series, and the finding that a change of it would be.
        told: the finding.
    """
    if not _meet(one, told):
        return False
    ours, theirs = Finding(one["finding"]), Finding(told["finding"])
    if ours in _TOTALS and theirs in _TOTALS:
        return True
    if ours is theirs:
        return all(one.get(name) == told[name] for name in ("column", "subject"))
    return (theirs, ours) in _FOLLOWS and ours not in _TOTALS and _explains(told, one)


def _meet(one: Test, other: Test) -> bool:
    """Whether one cell lies in the other."""
    return all(
        one.get(name) is None or other[name] is None or one[name] == other[name]
        for name in (*CELL, "currency")
    )


def _explains(cause: Test, one: Test) -> bool:
    rule = _FOLLOWS.get((Finding(cause["finding"]), Finding(one["finding"])))
    return rule is not None and rule(cause, one)


def _is_as_large(cause: Test, one: Test) -> bool:
    return bool(abs(one["deviation"] - cause["deviation"]) <= one["limit"])


def _is_of_column(cause: Test, one: Test) -> bool:
    return bool(cause["column"] == one["column"])


def _is_a_price(_: Test, one: Test) -> bool:
    return one["column"] in _PRICED


def _is_a_figure(_: Test, one: Test) -> bool:
    return one["column"] in (*_PRICED, "quantity")


def _is_finer(cause: Test, one: Test) -> bool:
    """Whether the sizes of amounts go with those of quantities, or one column is seen twice."""
    if cause["column"] != one["column"]:
        return bool(cause["column"] == "quantity" and one["column"] == "amount")
    return bool((cause["chance"], cause["subject"]) < (one["chance"], one["subject"]))


def _always(_: Test, __: Test) -> bool:
    return True


def _is_of_nothing(cause: Test, one: Test) -> bool:
    """Whether a column that says nothing has a fault: its own, or that nothing is found by it."""
    fault, column = Fault(one["subject"]), cause["column"]
    own = {rule.fault for rule in RULES if column in rule.columns}
    named = fault.startswith(f"{column.upper()}_")
    return fault in own or named or fault.effect is Effect.UNMATCHED


_FOLLOWS: dict[tuple[Finding, Finding], Callable[[Test, Test], bool]] = {
    (Finding.RATE, Finding.MONEY): _is_as_large,
    (Finding.RATE, Finding.VOLUME): _always,
    (Finding.MONEY, Finding.VOLUME): _always,
    (Finding.RATE, Finding.SHAPE): _is_a_price,
    (Finding.MONEY, Finding.SHAPE): _is_a_figure,
    (Finding.VOLUME, Finding.SHAPE): _is_a_figure,
    (Finding.SHAPE, Finding.SHAPE): _is_finer,
    (Finding.NULLS, Finding.UNSEEN): _is_of_column,
    (Finding.NULLS, Finding.SHAPE): _is_of_column,
    (Finding.UNSEEN, Finding.SHAPE): _is_of_column,
    (Finding.NULLS, Finding.FAULTS): _is_of_nothing,
}
"""Cause and what follows, where the rule says so of the two."""
