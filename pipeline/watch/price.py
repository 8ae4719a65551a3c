"""Money for a unit, like with like: what the period's units would have earned at former prices.

The mean price of a service moves with its mix: a premium stream of Norway earns twenty times a free
one of India. So units are priced one by one: each stratum (service, territory, currency, usage)
at its own mean price of the past, and what was paid is divided by that sum (a Paasche index with a
common base, hence without drift by chaining). What is left of month-to-month variation is that of
prices alone, and is small where that of money is large: that is how two percent are seen.
"""

from dataclasses import replace

import numpy as np
import polars as pl

from pipeline.vocab_watch import Finding, Measure
from pipeline.watch.expectation import Series, Verdict, judge
from pipeline.watch.family import Told, Unit, family
from pipeline.watch.panel import FIGURES, PLACE, panel
from pipeline.watch.period import Period
from pipeline.watch.student import Floats
from pipeline.watch.totals import CELLS

_USUAL_DEVIATION = 0.03
LEAST_CHANGE = 0.01
"""Of the price of a unit: half of what must be seen for certain."""
_BORROWED = 4.0
_STEADIEST = 1e-8
_STRATUM = ("service", "territory", "currency", "usage")


def prices(period: Period) -> list[pl.DataFrame]:
    """The tests of prices, one family per kind of cell.

    Args:
        period: the one that is judged.
    """
    strata = priced(period)
    found = []
    for keys in CELLS:
        if keys == CELLS[0] and strata["service"].n_unique() <= 1:
            continue
        found.append(_family(strata, keys, period))
    return found


def priced(period: Period) -> pl.DataFrame:
    """Sums by stratum and place, each with the mean price of its past as `price`.

    Strata without units now or a price in the past have none to compare, and are left out.
    """
    used = period.rows.filter(column="usage", measure=Measure.VALUE.value).rename(
        {"value": "usage"}
    )
    cell = ["service", "territory", "currency", PLACE]
    every = period.rows.filter(measure=Measure.ALL.value).with_columns(usage=pl.lit(""))
    # What names no usage is what the cell has beside those that do.
    rest = pl.concat([every, used.with_columns(-pl.col(name) for name in FIGURES)], how="diagonal")
    named = used.select(*_STRATUM, PLACE, *FIGURES)
    unnamed = rest.group_by(cell).agg(pl.col(name).sum() for name in FIGURES)
    strata = pl.concat([named, unnamed.with_columns(usage=pl.lit(""))], how="diagonal_relaxed")
    sums = (
        strata.group_by(*_STRATUM, PLACE)
        .agg(pl.col(name).sum() for name in FIGURES)
        .filter((pl.col("quantity") > 0) & (pl.col("amount") > 0))
    )
    before = pl.col(PLACE) < period.periods - 1
    past = (
        sums.filter(before)
        .group_by(_STRATUM)
        .agg(pl.col("amount").sum().cast(pl.Float64) / pl.col("quantity").sum().cast(pl.Float64))
    )
    return sums.join(past.rename({"amount": "price"}), on=list(_STRATUM))


def _family(strata: pl.DataFrame, keys: tuple[str, ...], period: Period) -> pl.DataFrame:
    """The tests of one kind of cell; what its units would have earned stands as its amount."""
    at_former = pl.col("quantity").cast(pl.Float64) * pl.col("price")
    paid = panel(strata, keys, period.periods)
    former = panel(strata.with_columns(amount=at_former), keys, period.periods)
    told = (former.amount > 0) & (paid.amount > 0)
    judged = told[:, -1] & told[:, :-1].any(axis=1)
    index = _logarithms(paid.amount, former.amount)[judged]
    size = paid.lines[judged, :-1].sum(axis=1) / np.maximum(told[judged, :-1].sum(axis=1), 1)
    cells = paid.keys.filter(pl.Series(judged))
    precise = _precise(strata, keys, period)[judged]
    by_money, verdict = (
        judge(
            Series(
                past=period.since(Finding.RATE, cells, one[:, :-1]),
                now=one[:, -1],
                noise=np.zeros(len(size)),
                size=size,
            ),
            _USUAL_DEVIATION,
        )
        for one in (index, precise)
    )
    actual = paid.amount[judged, -1]
    observed = actual / paid.quantity[judged, -1]
    usual = np.exp(-by_money.deviation)
    return family(
        Finding.RATE,
        ("amount a unit", Unit.LOG),
        cells,
        _in_money(verdict, by_money.deviation),
        np.full(len(size), np.log1p(LEAST_CHANGE)),
        Told(observed=observed, expected=observed * usual, actual=actual, usual=actual * usual),
    )


def _in_money(precise: Verdict, deviation: Floats) -> Verdict:
    """A verdict on the precise index told of money: as unlikely, at the deviation that money has.

    Where the two do not go the same way, prices went their own ways, and nothing is told of them
    together.
    """
    agree = precise.deviation * deviation > 0
    ratio = deviation[agree] / precise.deviation[agree]
    scale, chance = precise.scale.copy(), np.where(agree, precise.chance, 1.0)
    scale[agree] *= ratio
    return replace(precise, deviation=deviation, scale=scale, chance=chance)


def _logarithms(paid: Floats, former: Floats) -> Floats:
    """The logarithms of what was paid over what was to be; NaN where one of them is nothing."""
    told = (former > 0) & (paid > 0)
    return np.where(told, np.log(np.where(told, paid, 1) / np.where(told, former, 1)), np.nan)


def _precise(strata: pl.DataFrame, keys: tuple[str, ...], period: Period) -> Floats:
    """The index of each cell with its strata weighted by how steady their prices are.

    A change that all strata share is seen best so; weighted by money one large stratum, whose own
    variation nothing averages out, would speak for all.
    """
    own = panel(strata, _STRATUM, period.periods)
    price = _priced_at(strata, own.keys)
    index = _logarithms(own.amount, own.quantity * price[:, None])
    weight = _steadiness(index[:, :-1])
    there = ~np.isnan(index)
    cells = own.keys.select(pl.struct(keys).rank("dense").cast(pl.Int64) - 1).to_series()
    found = np.zeros((2, len(cells) and cells.to_numpy().max() + 1, period.periods))
    np.add.at(found[0], cells.to_numpy(), np.where(there, index, 0) * weight[:, None])
    np.add.at(found[1], cells.to_numpy(), there * weight[:, None])
    return np.where(found[1] > 0, found[0] / np.where(found[1] > 0, found[1], 1), np.nan)


def _priced_at(strata: pl.DataFrame, keys: pl.DataFrame) -> Floats:
    prices = strata.group_by(_STRATUM).agg(pl.col("price").first())
    found: Floats = keys.join(prices, on=list(_STRATUM), how="left")["price"].to_numpy()
    return found


def _steadiness(past: Floats) -> Floats:
    """One over the variance of each stratum, drawn towards what is usual where it is short."""
    known = ~np.isnan(past)
    freedom = np.maximum(known.sum(axis=1) - 1, 0)
    mean = np.where(known, past, 0).sum(axis=1) / np.maximum(known.sum(axis=1), 1)
    squares = (np.where(known, past - mean[:, None], 0.0) ** 2).sum(axis=1)
    usual = np.median((squares / np.maximum(freedom, 1))[freedom > 0]) if freedom.any() else 1.0
    variance = (_BORROWED * usual + squares) / (_BORROWED + freedom)
    found: Floats = 1 / np.maximum(variance, _STEADIEST)
    return found
