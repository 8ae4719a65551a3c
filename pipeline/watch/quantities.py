"""Quantities with their units, as rules write limits and screens show values."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

SECONDS = {"s": 1, "min": 60, "h": 3600, "d": 86_400, "w": 604_800}
"""Units of time, in seconds."""

TIME = "s"
"""The unit in which a length of time is kept."""
SHARE = "%"
MONEY = "money"
"""Stands for any currency, as a metric's unit."""

_WRITTEN = re.compile(r"([0-9][0-9_]*(?:\.[0-9]+)?)\s*(\S+)")
_CURRENCY = re.compile(r"[A-Z]{3}")
_MOST_DIGITS = 20
"""Digits before the point that fit the books beside 18 after it."""


@dataclass(frozen=True)
class Quantity:
    """An amount of something: seconds, percent, money of a currency, or things that are counted."""

    value: Decimal
    unit: str


def quantity(text: str, unit: str) -> Quantity | None:
    """What a limit says, in the unit that its metric is kept in; None where it is none of it.

    Args:
        text: such as `36 h`, `5 %`, `25000 EUR` or `50 entries`.
        unit: `s`, `%`, `money`, or the plural of what is counted.
    """
    found = _WRITTEN.fullmatch(text.strip())
    if found is None:
        return None
    digits, named = found.groups()
    value = Decimal(digits.replace("_", ""))
    factor = _factor(named, unit)
    if factor is None or len(f"{value:f}".partition(".")[0]) > _MOST_DIGITS:
        return None
    return Quantity(value * factor, named if unit == MONEY else unit)


def _factor(named: str, unit: str) -> int | None:
    """How many of a metric's unit one of a limit's is; None where it is another thing."""
    if unit == TIME:
        return SECONDS.get(named)
    if unit == MONEY:
        return 1 if _CURRENCY.fullmatch(named) else None
    return 1 if named in {unit, _singular(unit)} else None


def example(unit: str) -> str:
    """How a limit in a unit may be written."""
    examples: Mapping[str, str] = {TIME: "36 h", SHARE: "5 %", MONEY: "25000 EUR"}
    return examples.get(unit, f"50 {unit}")


def told(value: Decimal, unit: str) -> str:
    """A value as people read it, such as `2 d 4 h`, `4.2 %` or `1 line`."""
    if unit == TIME:
        return _time(int(value))
    if unit == SHARE:
        return f"{_plain(round(value, 2))} %"
    return f"{_plain(value)} {_singular(unit) if value == 1 else unit}"


def _plain(value: Decimal) -> str:
    """A number without zeros that say nothing."""
    text = f"{value:,f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _time(seconds: int) -> str:
    """A length of time in its two largest units."""
    if seconds < 0:
        return f"-{_time(-seconds)}"
    days, rest = divmod(seconds, SECONDS["d"])
    hours, rest = divmod(rest, SECONDS["h"])
    minutes, rest = divmod(rest, SECONDS["min"])
    pairs = [(days, "d"), (hours, "h"), (minutes, "min"), (rest, "s")]
    first = next((place for place, (number, _) in enumerate(pairs) if number), len(pairs) - 1)
    shown = [f"{number} {unit}" for number, unit in pairs[first : first + 2] if number]
    return " ".join(shown) or "0 s"


def _singular(noun: str) -> str:
    return f"{noun[:-3]}y" if noun.endswith("ies") else noun.removesuffix("s")
