"""Which change follows from another one of the same cells, and is not told once more."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from pipeline.contract.rules import RULES
from pipeline.vocab import Effect, Fault
from pipeline.vocab_watch import Finding

Test = Mapping[str, Any]
"""A row of the tests."""
CELL = ("service", "territory")
_WHERE = (*CELL, "currency")
_TOTALS = (Finding.MONEY, Finding.VOLUME)
_FIGURES = ("amount", "quantity")
_PRICED = ("rate", "amount", "unit_price", "gross_amount")
_DEPENDS = {"quantity": ("amount", "gross_amount"), "usage": _PRICED}
"""Columns whose sizes go with how another one is spread."""


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
    if ours in _TOTALS and theirs in (*_TOTALS, Finding.RATE):
        title, other = one["subject"], told["subject"]
        return title is None or other is None or title == other
    if ours is theirs:
        return all(one[name] == told[name] for name in ("column", "subject"))
    return _explains(told, one)


def shared(ours: Finding, theirs: Finding) -> tuple[str, ...] | None:
    """The names in which a series and a finding that settles it agree, or one says nothing.

    None where no such finding settles such a series. `is_settled_by` asks for no less.

    Args:
        ours: what a change of the series would be.
        theirs: what was told.
    """
    if ours in _TOTALS and theirs in (*_TOTALS, Finding.RATE):
        return (*_WHERE, "subject")
    if ours is theirs:
        return (*_WHERE, "column", "subject")
    rule = _FOLLOWS.get((theirs, ours))
    if rule is None:
        return None
    return (*_WHERE, "column") if rule is _is_of_column else _WHERE


def _meet(one: Test, other: Test) -> bool:
    """Whether one cell lies in the other."""
    return all(
        one[name] is None or other[name] is None or one[name] == other[name] for name in _WHERE
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
    """Whether sizes go with what they depend on, or one column is seen twice."""
    if cause["column"] != one["column"]:
        return one["column"] in _DEPENDS.get(cause["column"], ())
    return bool((cause["chance"], cause["subject"]) < (one["chance"], one["subject"]))


def _always(_: Test, __: Test) -> bool:
    return True


def is_unread(fault: Fault) -> bool:
    """Whether a fault says that a cell could not be read, so that its column says nothing."""
    return fault.endswith(("_UNREADABLE", "_MALFORMED", "_UNKNOWN"))


def columns_of(fault: Fault) -> tuple[str, ...]:
    """The columns that a fault is about; none where it is no rule's."""
    return next((rule.columns for rule in RULES if rule.fault is fault), ())


def _is_of_nothing(cause: Test, one: Test) -> bool:
    """Whether a fault is that a column says nothing, or that nothing is found by it."""
    fault = Fault(one["subject"])
    is_missing = fault == f"{cause['column'].upper()}_MISSING"
    return is_missing or fault.effect is Effect.UNMATCHED


def _is_not_read(cause: Test, one: Test) -> bool:
    """Whether a column says nothing because its cells cannot be read."""
    fault = Fault(cause["subject"])
    return is_unread(fault) and one["column"] in columns_of(fault)


def _is_without_money(cause: Test, one: Test) -> bool:
    """Whether lines have no money or units because these cells say nothing or cannot be read.

    Or whether the title is not named in them.
    """
    if cause["finding"] == Finding.NULLS:
        return cause["column"] in (*_FIGURES, one["column"])
    fault = Fault(cause["subject"])
    return is_unread(fault) and any(name in _FIGURES for name in columns_of(fault))


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
    (Finding.UNSEEN, Finding.MONEY): _is_of_column,
    (Finding.NULLS, Finding.FAULTS): _is_of_nothing,
    (Finding.FAULTS, Finding.NULLS): _is_not_read,
    (Finding.FAULTS, Finding.SHAPE): _is_not_read,
    **{
        (cause, finding): _is_without_money
        for cause in (Finding.NULLS, Finding.FAULTS)
        for finding in (Finding.RATE, Finding.MONEY, Finding.VOLUME)
    },
}
"""Cause and what follows, where the rule says so of the two."""
