"""Money in words: short for a label, exact for a table; shares never round to all or nothing."""

from collections.abc import Iterable
from decimal import ROUND_HALF_EVEN, Context, Decimal

from pipeline.report.layout import currency_name

_CONTEXT = Context(prec=76, rounding=ROUND_HALF_EVEN)
_CENT = Decimal("0.01")
_TENTH = Decimal("0.1")
_PER_CENT = Decimal(100)


def short(amount: Decimal, currency: str) -> str:
    """An amount to the hundredth, with its currency, such as `1,203.46 EUR`.

    What is less than a hundredth, and not nothing, says so.
    """
    name = currency_name(currency)
    if amount and abs(amount) < _CENT:
        return f"{'−' if amount < 0 else ''}< 0.01 {name}"
    rounded = _CONTEXT.quantize(amount, _CENT)
    return f"{signed(f'{rounded:,f}')} {name}"


def exact(amount: Decimal | None, currency: str = "", places: int = 2) -> str:
    """Every digit of an amount, thousands apart; null is a dash.

    Args:
        amount: any decimal.
        currency: to stand after it.
        places: decimals at the least, filled with zeros.
    """
    if amount is None:
        return "–"
    units, _, digits = f"{amount:,f}".partition(".")
    kept = digits.rstrip("0")
    text = signed(f"{units}.{kept:0<{places}}" if amount else "0")
    return f"{text} {currency}" if currency else text


def signed(text: str) -> str:
    """A number with a minus sign in place of a hyphen."""
    return text.replace("-", "−")


def share(part: Decimal, whole: Decimal) -> str:
    """A part in per cent of the whole, such as `91.2 %`.

    A part that is not all is never `100.0 %`, one that is not nothing never `0.0 %`.
    """
    if not whole:
        return "–"
    exactly = _CONTEXT.divide(_CONTEXT.multiply(part, _PER_CENT), whole)
    rounded = _CONTEXT.quantize(exactly, _TENTH)
    if part and not rounded:
        return "< 0.1 %"
    if part != whole and rounded == _PER_CENT:
        return "> 99.9 %" if exactly < _PER_CENT else "> 100.0 %"
    return f"{signed(f'{rounded:,f}')} %"


def share_of(part: int, whole: int) -> str:
    """`share` of counts."""
    return share(Decimal(part), Decimal(whole))


def change(now: Decimal, then: Decimal) -> str:
    """How much more or less than before, in per cent, such as `down 18.0 %`."""
    if not then:
        return "new"
    difference = _CONTEXT.subtract(now, then)
    if not difference:
        return "unchanged"
    return f"{'up' if difference > 0 else 'down'} {share(abs(difference), abs(then))}"


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    result = Decimal(0)
    for amount in amounts:
        result = _CONTEXT.add(result, amount)
    return result
