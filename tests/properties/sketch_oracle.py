"""A sketch line by line: the definition of the table `drift` once more, in plain Python."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any

from pipeline.contract.columns import CONTEXT, IDENTITY, MONEY

Cell = tuple[str, str, str, str]
Key = tuple[Cell, str, str, str]
Figures = tuple[int, Decimal, Decimal]

EXACT = Context(prec=60)
NUMBERS = ("release_date", "duration_s")
SCRIPTS = ("latin", "cyrillic", "greek", "arabic", "hebrew", "hangul")
JAPANESE = ("hiragana", "katakana", "katakana-hiragana")


@dataclass(frozen=True)
class Line:
    """A line as it was read; its money by column, None where there is none."""

    context: Mapping[str, Any]
    identity: Mapping[str, Any]
    money: Mapping[str, Decimal | None]
    faults: frozenset[str] = frozenset()
    unread: bool = False


def sketch(lines: Sequence[Line], *, limits: tuple[int, int]) -> dict[Key, Figures]:
    """The figures of each row: `limits` are for cells and for groups."""
    found: dict[Key, Figures] = defaultdict(lambda: (0, Decimal(0), Decimal(0)))
    for line in lines:
        quantity, amount = (line.money.get(name) or Decimal(0) for name in ("quantity", "amount"))
        for key in _keys(line):
            count, units, money = found[key]
            found[key] = count + 1, EXACT.add(units, quantity), EXACT.add(money, amount)
    return _cut(found, limits)


def _keys(line: Line) -> Iterator[Key]:
    context, identity = line.context, line.identity
    currency = context["currency"] or ""
    if line.unread:
        nowhere = ("", "", "", currency)
        yield nowhere, "", "all", ""
        yield from ((nowhere, "faults", "fault", fault) for fault in line.faults)
        return
    known = context["territory"] if context["territory"] != "Neverland" else None
    dates = ("activity_start", "period_start", "activity_end", "period_end")
    date = next((context[name] for name in dates if context[name]), None)
    month = f"{date:%Y-%m}" if date else ""
    cell = (context["service"] or "", known or "", month, currency)
    yield cell, "", "all", ""
    yield from ((cell, "faults", "fault", fault) for fault in line.faults)
    cells = {**context, **identity, **{name: line.money.get(name) for name in MONEY}}
    for name in (*CONTEXT, *IDENTITY, *MONEY):
        if cells[name] is None:
            yield cell, name, "null", ""
    for name in ("usage", "line_type", "right_type", "rights_controller"):
        if context[name] is not None:
            yield cell, name, "value", context[name]
    if context["territory"] == "Neverland":
        yield cell, "territory", "value", "Neverland"
    yield from ((cell, name, "bucket", bucket(number)) for name, number in _numbers(line.money))
    yield from _of_identity((cell[0], "", "", currency), identity)


def _of_identity(group: Cell, identity: Mapping[str, Any]) -> Iterator[Key]:
    for name, value in identity.items():
        if value is None:
            continue
        text = str(value.year) if name == "release_date" else str(value)
        yield group, name, "value", text
        if name not in NUMBERS and name != "sale_level":
            size = len(text)
            yield group, name, "length", str(size if size < 16 else 1 << (size.bit_length() - 1))
            yield group, name, "script", script(text)


def _numbers(money: Mapping[str, Decimal | None]) -> Iterator[tuple[str, Fraction]]:
    for name, number in money.items():
        if number is not None:
            yield name, Fraction(number)
    quantity, amount = money.get("quantity"), money.get("amount")
    if quantity and amount is not None:
        yield "rate", abs(Fraction(amount) / Fraction(quantity))


def bucket(number: Fraction) -> str:
    """The largest n for which 2^n is not above the fourth power of the number."""
    if not number:
        return "zero"
    power = abs(number) ** 4
    exponent = power.numerator.bit_length() - power.denominator.bit_length()
    if Fraction(2) ** exponent > power:
        exponent -= 1
    return f"{'neg:' if number < 0 else ''}{exponent}"


def is_clear(money: Mapping[str, Decimal | None]) -> bool:
    """Whether floats can tell the buckets: no number is nearer to a border than they can, or on it.

    Powers of two are on it, and floats tell them.
    """
    near = Fraction(1, 10**14)
    return all(
        bucket(number * (1 - near)) == bucket(number * (1 + near)) or _is_power(abs(number))
        for _, number in _numbers(money)
    )


def _is_power(number: Fraction) -> bool:
    return min(number.numerator, number.denominator) == 1 and (
        max(number.numerator, number.denominator).bit_count() == 1
    )


def script(text: str) -> str:
    """By the names that Unicode gives to letters."""
    found = {_script_of(letter) for letter in text if letter.isalpha()}
    if "kana" in found:
        found.discard("han")
    if len(found) > 1:
        return "mixed"
    if found:
        return found.pop()
    return "digits" if any(letter.isnumeric() for letter in text) else "other"


def _script_of(letter: str) -> str:
    first = unicodedata.name(letter).split()[0].lower()
    if first in JAPANESE:
        return "kana"
    if first == "cjk":
        return "han"
    return first if first in SCRIPTS else "other"


def _cut(found: Mapping[Key, Figures], limits: tuple[int, int]) -> dict[Key, Figures]:
    """The heaviest values of each cell and column, and the others together."""
    told = {key: figures for key, figures in found.items() if key[2] != "value"}
    columns: dict[tuple[Cell, str], list[tuple[str, Figures]]] = defaultdict(list)
    for (cell, column, measure, value), figures in found.items():
        if measure == "value":
            columns[cell, column].append((value, figures))
    for (cell, column), values in columns.items():
        limit = limits[column in IDENTITY]
        values.sort(key=lambda one: (-abs(one[1][2]), -one[1][0], one[0]))
        told |= {(cell, column, "value", value): figures for value, figures in values[:limit]}
        if others := values[limit:]:
            sums = [figures for _, figures in others]
            told[cell, column, "rest", str(len(others))] = (
                sum(lines for lines, _, _ in sums),
                _total([quantity for _, quantity, _ in sums]),
                _total([amount for _, _, amount in sums]),
            )
    return told


def _total(numbers: list[Decimal]) -> Decimal:
    total = Decimal(0)
    for number in numbers:
        total = EXACT.add(total, number)
    return total
