"""Money of the heaviest titles: against their own past, and against the rest of their service."""

from dataclasses import replace

import numpy as np
import polars as pl

from pipeline.vocab_watch import Finding, Measure
from pipeline.watch.expectation import Series, Verdict, judge
from pipeline.watch.family import Told, Unit, family
from pipeline.watch.panel import Panel, panel
from pipeline.watch.period import Period
from pipeline.watch.student import Floats
from pipeline.watch.totals import half_a_line, logarithms

NAMES = ("isrc", "title")
"""What a title is known by: the first that the lines of a service have."""
HEAVY = 0.02
"""Of its service's money, in this period or in the mean of the latest."""
LEAST_CHANGE = 0.5
"""Of its money: titles rise and fade."""
_LATEST, _KNOWN = 6, 3
_USUAL_DEVIATION = 0.5
_KEYS = ("service", "currency", "column", "subject")


def titles(period: Period) -> pl.DataFrame:
    """One test per title that is heavy and was listed in some periods before.

    What is not listed among the heaviest is taken for the lightest of those: it may be less.
    """
    sums = _listed(period)
    whole = _of_service(period, sums)
    bound = _of_lightest(period, sums)
    amount = np.where(sums.lines > 0, np.maximum(sums.amount, 0), bound)
    chosen = _heavy(sums, whole)
    keys = sums.keys.filter(pl.Series(chosen, dtype=pl.Boolean))
    lines, amount, whole = sums.lines[chosen], amount[chosen], whole[chosen]
    least = half_a_line(amount, lines)
    own = logarithms(amount, lines, least, period)
    rest = np.log(np.maximum(whole - amount, 0) + least[:, None])
    beside = Series(own.past - rest[:, :-1], own.now - rest[:, -1], own.noise, own.size)
    verdict = _both(*(_judged(one, keys, period) for one in (own, beside)))
    actual = amount[:, -1]
    usual = np.maximum((actual + least) * np.exp(-verdict.deviation) - least, 0)
    return family(
        Finding.MONEY,
        (Finding.MONEY.value, Unit.LOG),
        keys,
        verdict,
        np.full(len(actual), np.log1p(LEAST_CHANGE)),
        Told(observed=actual, expected=usual, actual=actual, usual=usual),
    )


def _listed(period: Period) -> Panel:
    """The sums of titles by service and currency, each known by one name."""
    values = period.rows.filter(
        pl.col("measure") == Measure.VALUE.value, pl.col("column").is_in(list(NAMES))
    )
    first = pl.col("column").replace_strict({name: at for at, name in enumerate(NAMES)})
    known = values.with_columns(first=first).filter(
        pl.col("first") == pl.col("first").min().over("service")
    )
    return panel(known.rename({"value": "subject"}), _KEYS, period.periods)


def _of_service(period: Period, sums: Panel) -> Floats:
    """The money of each title's service, in its currency."""
    every = period.rows.filter(measure=Measure.ALL.value)
    whole = panel(every, ["service", "currency"], period.periods)
    return _rows(whole.amount, whole.keys, sums.keys)


def _of_lightest(period: Period, sums: Panel) -> Floats:
    """The money of the lightest title that is listed, where others are not; else nothing."""
    group = ["service", "currency", "column"]
    rest = panel(period.rows.filter(measure=Measure.REST.value), group, period.periods)
    lightest = np.where(sums.lines > 0, np.maximum(sums.amount, 0), np.inf)
    cells = sums.keys.select(pl.struct(group).rank("dense").cast(pl.Int64) - 1).to_series()
    found = np.full((len(cells) and cells.to_numpy().max() + 1, period.periods), np.inf)
    np.minimum.at(found, cells.to_numpy(), lightest)
    is_cut = _rows(rest.lines, rest.keys, sums.keys) > 0
    bound = found[cells.to_numpy()]
    return np.where(is_cut & np.isfinite(bound), bound, 0.0)


def _rows(table: Floats, keys: pl.DataFrame, asked: pl.DataFrame) -> Floats:
    """The rows of a table by other keys; nothing where there is none."""
    numbered = keys.with_row_index("row")
    rows = asked.join(numbered, on=keys.columns, how="left", maintain_order="left")["row"]
    padded = np.vstack([table, np.zeros((1, table.shape[1]))])
    found: Floats = padded[rows.fill_null(len(table)).to_numpy()]
    return found


def _heavy(sums: Panel, whole: Floats) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
    """Whether a title was listed often enough, and is or was heavy."""
    share = np.maximum(sums.amount, 0) / np.maximum(whole, 1e-9)
    latest = share[:, -1 - _LATEST : -1]
    usual = latest.mean(axis=1) if latest.shape[1] else np.zeros(len(share))
    known = (sums.lines[:, :-1] > 0).sum(axis=1) >= _KNOWN
    found: np.ndarray[tuple[int], np.dtype[np.bool_]] = known & (
        np.maximum(usual, share[:, -1]) >= HEAVY
    )
    return found


def _judged(series: Series, keys: pl.DataFrame, period: Period) -> Verdict:
    past = period.since(Finding.MONEY, keys, series.past)
    return judge(replace(series, past=past), _USUAL_DEVIATION)


def _both(own: Verdict, beside: Verdict) -> Verdict:
    """A title's own verdict, as likely as that beside its service where this is likelier.

    A service that falls takes all of its titles along, and a title that is gone makes the others a
    larger part of it, though they are as they were.
    """
    agree = own.deviation * beside.deviation > 0
    likelier = np.maximum(own.chance, beside.chance)
    return replace(own, chance=np.where(agree, likelier, 1.0))
