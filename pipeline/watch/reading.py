"""What a rule sees in the rows of its metric: a value for each alarm, held against the limits."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Context, Decimal
from typing import Any

from pipeline.vocab_watch import Level
from pipeline.watch.alarm import Key, Reading
from pipeline.watch.metrics import Fold
from pipeline.watch.quantities import MONEY, Quantity
from pipeline.watch.rules import Rule

Row = Mapping[str, Any]

_CONTEXT = Context(prec=76)
_HUNDRED = Decimal(100)
_UNNAMED = "–"
_BASE_LINES = "lines"


def readings(rule: Rule, rows: Sequence[Row]) -> dict[Key, Reading]:
    """What a rule sees, one reading per alarm that has a value.

    Args:
        rule: the rule.
        rows: of its metric's query, as of a moment. A column of `by` that is null stands for all
            values: such rows are what shares are told of.
    """
    chosen = [row for row in rows if _counts(rule, row)]
    apart: dict[str, list[Row]] = {}
    for row in chosen:
        apart.setdefault(_key(rule, row), []).append(row)
    found = {(rule.name, key): _reading(rule, own) for key, own in apart.items()}
    return {key: reading for key, reading in found.items() if reading is not None}


def _counts(rule: Rule, row: Row) -> bool:
    return all(
        row[column] is None or row[column] in values for column, values in rule.chosen.items()
    )


def _key(rule: Rule, row: Row) -> str:
    """What tells an alarm from others of its rule."""
    return " ".join(row[column] or _UNNAMED for column in rule.per)


def _reading(rule: Rule, rows: Sequence[Row]) -> Reading | None:
    value = _value(rule, rows)
    if value is None:
        return None
    measured = rule.measured
    unit = (rows[0]["currency"] or "") if measured.unit == MONEY else measured.unit
    warning, breach = rule.warning.get(unit), rule.breach.get(unit)
    level = Level.CALM
    for limit, name in ((warning, Level.WARNING), (breach, Level.BREACH)):
        if limit is not None and _is_beyond(value, limit, falls=measured.falls):
            level = name
    passed = breach if level is Level.BREACH or warning is None else warning
    return Reading(
        level,
        value,
        None if passed is None else passed.value,
        unit,
        _detail(rule, rows),
    )


def _is_beyond(value: Decimal, limit: Quantity, *, falls: bool) -> bool:
    """Beyond is above, or below where less is worse; money counts by its size."""
    return value < limit.value if falls else abs(value) > limit.value


def _value(rule: Rule, rows: Sequence[Row]) -> Decimal | None:
    """The rows' one value; None where there is nothing to measure."""
    column = rule.measured.column
    values = [Decimal(row[column]) for row in rows if row[column] is not None]
    match rule.measured.fold:
        case Fold.SUM:
            return _sum(values)
        case Fold.LARGEST:
            return max(values, key=abs, default=None)
        case Fold.LEAST:
            return min(values, default=None)
        case Fold.SHARE:
            return _share(rule, rows, values)


def _share(rule: Rule, rows: Sequence[Row], values: Iterable[Decimal]) -> Decimal | None:
    base = _sum(Decimal(row["base"]) for row in rows)
    if not base or sum(row[_BASE_LINES] for row in rows) < rule.least:
        return None
    share = _CONTEXT.divide(_CONTEXT.multiply(_sum(values), _HUNDRED), base)
    return abs(share).quantize(Decimal("1e-6"), context=_CONTEXT)


def _sum(values: Iterable[Decimal]) -> Decimal:
    """An exact sum: two sums of Decimal(38, 18) have more digits than the usual context."""
    total = Decimal(0)
    for value in values:
        total = _CONTEXT.add(total, value)
    return total


def _detail(rule: Rule, rows: Sequence[Row]) -> str:
    """What makes up most of the value, in words, beyond what the alarm's key says."""
    measured = rule.measured
    named = [row for row in rows if row[measured.column]]
    if not named:
        return ""
    first = min if measured.fold is Fold.LEAST else max
    row = first(named, key=lambda one: abs(Decimal(one[measured.column])))
    words = [
        f"{column} {row[column]}"
        for column in measured.by
        if row[column] and column not in rule.per and len(rule.chosen.get(column, ())) != 1
    ]
    return ", ".join(words)
