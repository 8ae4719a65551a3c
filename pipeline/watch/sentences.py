"""What has changed, as a label's analyst would say it."""

from collections.abc import Callable
from decimal import Decimal

from pipeline.vocab import Fault
from pipeline.vocab_watch import Finding, Measure
from pipeline.watch.changes import Change
from pipeline.watch.follow import columns_of, is_unread
from pipeline.watch.stakes import Stake

_SHAPED = {
    Measure.LENGTH: "the lengths of {column}",
    Measure.SCRIPT: "the scripts of {column}",
    Measure.BUCKET: "the sizes of {column}",
    Measure.VALUE: "the values of {column}",
}


def sentence(change: Change, source: str) -> str:
    """One sentence: where, what it was and what it was to be, and how much money rides on it."""
    return _SENTENCES[change.finding](change, _where(change, source))


def _where(change: Change, source: str) -> str:
    if change.services:
        first, *others = change.services
        return f"{first} and {len(others)} more service{'s' if len(others) > 1 else ''}"
    service, territory = change.test["service"], change.test["territory"]
    named = " ".join(part for part in (service, territory) if part)
    return named or f"{source} as a whole"


def _price(change: Change, where: str) -> str:
    now, then = _alike(change.test["observed"], change.test["expected"])
    currency = change.test["currency"]
    return f"{where} pays {now} {currency} a unit instead of {then}: {_missed(change)}"


def _money(change: Change, where: str) -> str:
    now, then = change.test["observed"], change.test["expected"]
    if change.test["subject"] is not None:
        where = f"{where}, {change.test['column']} {change.test['subject']}"
    if not change.stake.lines:
        return f"{where} reports nothing any more: {_missed(change)}"
    told = f"{now:,.2f} {change.test['currency']} instead of {then:,.2f}"
    return f"{where} brings {told}: {_missed(change)}"


def _units(change: Change, where: str) -> str:
    now, then = change.test["observed"], change.test["expected"]
    more = "more" if now > then else "fewer"
    return f"{where} has {now:,.0f} units, {abs(now - then):,.0f} {more} than expected"


def _nulls(change: Change, where: str) -> str:
    column = change.test["column"]
    return f"{where}: no {column} in {_shares(change)}: {_borne(change)}"


def _unseen(change: Change, where: str) -> str:
    column, heaviest = change.test["column"], change.heaviest
    told = f"{where}: a {column} never seen before in {_shares(change)}"
    return f"{told}, mostly {heaviest!r}: {_borne(change)}"


def _faults(change: Change, where: str) -> str:
    fault = Fault(change.test["subject"])
    told = f"{where}: {fault} in {_shares(change)}: {_borne(change)}"
    columns = columns_of(fault)
    more = change.test["observed"] > change.test["expected"]
    if not (more and columns and is_unread(fault)):
        return told
    return f"{told}; {columns[0]} may be written in another way"


def _shape(change: Change, where: str) -> str:
    test = change.test
    what = _SHAPED[Measure(test["subject"])].format(column=test["column"])
    now, then = _alike(test["observed"], test["expected"])
    told = f"{where}: {what} are spread in another way than before"
    return f"{told} ({test['statistic']} {now}, usually {then})"


_SENTENCES: dict[Finding, Callable[[Change, str], str]] = {
    Finding.RATE: _price,
    Finding.MONEY: _money,
    Finding.VOLUME: _units,
    Finding.NULLS: _nulls,
    Finding.UNSEEN: _unseen,
    Finding.FAULTS: _faults,
    Finding.SHAPE: _shape,
}


def _alike(now: float, then: float) -> tuple[str, str]:
    """Two figures with as many digits as tell them apart."""
    for digits in range(2, 8):
        texts = f"{now:.{digits}g}", f"{then:.{digits}g}"
        if texts[0] != texts[1] and abs(float(texts[0]) - now) < abs(now - then) / 5:
            break
    else:
        return str(now), str(then)
    return texts


def _shares(change: Change) -> str:
    now, then = change.test["observed"], change.test["expected"]
    return f"{now:.1%} of its lines instead of {then:.1%}".replace("%", " %")


def _missed(change: Change) -> str:
    """How much less or more than expected, in each currency."""
    return " and ".join(map(_less, change.stakes)) + " than expected"


def _less(stake: Stake) -> str:
    more = "less" if stake.amount < 0 else "more"
    return f"{_money_text(abs(stake.amount))} {stake.currency or '(no currency)'} {more}"


def _borne(change: Change) -> str:
    """The lines of a change and what they bring."""
    if not change.stakes:
        return "no line"
    lines = sum(one.lines for one in change.stakes)
    money = " and ".join(
        f"{_money_text(one.amount)} {one.currency or '(no currency)'}" for one in change.stakes
    )
    return f"{lines:,} lines with {money}"


def _money_text(amount: Decimal) -> str:
    return f"{amount:,.2f}"
