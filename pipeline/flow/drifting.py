"""A delivery against its source's past: the findings that are committed with it."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import duckdb
import polars as pl

from pipeline.contract.columns import DRIFT
from pipeline.flow.delivery import Delivery, Key
from pipeline.flow.tally import Book
from pipeline.store import lake
from pipeline.store.sql import query
from pipeline.vocab import Severity
from pipeline.watch import past
from pipeline.watch.changes import Change, changes
from pipeline.watch.past import Calendar
from pipeline.watch.period import Period
from pipeline.watch.sentences import sentence

HIGH_SHARE = Decimal("0.01")
"""Of the period's money in a currency: what is more of it than this must be looked at soon."""
_SUMMED = [name for name in DRIFT if name not in ("manifest", "source", "month")]
_KEYS = _SUMMED[:-3]
_PLACE = ("finding", "service", "territory", "currency", "column", "subject")
_LATEST = 3


def watched(book: Book, delivery: Delivery, home: Path, replaced: frozenset[Key]) -> Book:
    """The book with what its delivery shows to have changed.

    Nothing is told of a delivery without a sketch or a period, nor of the first of a source, nor
    of one that is on hold as a whole: whether it counts is not known.

    Args:
        book: of the delivery.
        delivery: the delivery.
        home: the home folder.
        replaced: deliveries that pay no longer once it is in the lake.
    """
    sketches = [file.path for file in book.batch.files if file.table == "drift"]
    if not sketches or delivery.whole:
        return book
    own = pl.read_parquet(sketches, columns=_SUMMED)
    findings = found(own, delivery, home, replaced)
    report = replace(book.report, drift=findings["detail"].to_list())
    return Book(report, replace(book.batch, findings=findings))


def found(
    own: pl.DataFrame, delivery: Delivery, home: Path, replaced: frozenset[Key]
) -> pl.DataFrame:
    """The findings of a delivery, the dearest first, as `store.records.FINDINGS`.

    Args:
        own: its sketch, with `accounting_period` and the columns of `DRIFT` from the service on.
        delivery: the delivery.
        home: the home folder.
        replaced: as in `watched`.
    """
    period, source = delivery.accounting_period, delivery.source
    with lake.reading(home, delivery.settings) as con:
        asked = {"source": source, "replaced": ["@".join(key) for key in sorted(replaced)]}
        counts = dict(con.execute(query("drift/deliveries"), asked).fetchall())
        calendar = past.calendar(period, [name for name in counts if name != period])
        if calendar is None:
            return pl.DataFrame(schema=lake.FINDINGS)
        periods = [name for name in counts if _is_on(calendar, name)]
        rows = _rows(con, own, {**asked, "periods": periods})
        told = con.sql(query("drift/told"), params=asked).pl()
    judged = Period(past.on(calendar, rows), calendar, past.on(calendar, told).to_dicts())
    whole = counts.get(period, 0) + 1 >= _usual(counts, period)
    concerned = set(own["service"].unique())
    new = [
        one
        for one in changes(judged, whole=whole)
        if one.test["service"] is None or one.test["service"] in concerned or whole
    ]
    return _records(new, judged.now, delivery).join(
        told.filter(accounting_period=period),
        on=list(_PLACE),
        how="anti",
        nulls_equal=True,
        maintain_order="left",
    )


def _is_on(calendar: Calendar, period: str) -> bool:
    known = past.ordinal(period)
    first, last = calendar.first, calendar.last
    return known is not None and known[0] == calendar.a_year and first <= known[1] <= last


def _usual(counts: dict[str, int], period: str) -> int:
    """The fewest deliveries that one of the latest periods came in."""
    earlier = sorted(name for name in counts if name < period)
    return min((counts[name] for name in earlier[-_LATEST:]), default=1)


def _rows(
    con: duckdb.DuckDBPyConnection, own: pl.DataFrame, params: Mapping[str, object]
) -> pl.DataFrame:
    """The sketches of all periods, that of the delivery among them, months put together."""
    before: pl.DataFrame = con.sql(query("drift/sketches"), params=params).pl()
    types = {name: DRIFT[name] for name in _SUMMED}
    both = [
        frame.select(pl.col(name).cast(types[name]) for name in _SUMMED) for frame in (before, own)
    ]
    sums = [pl.col(name).sum() for name in ("lines", "quantity", "amount")]
    return pl.concat(both).group_by(_KEYS).agg(sums)


def _records(changed: list[Change], now: pl.DataFrame, delivery: Delivery) -> pl.DataFrame:
    """One row per change, in their order."""
    money = {
        currency: abs(amount or Decimal(0))
        for currency, amount in now.filter(measure="all")
        .group_by("currency")
        .agg(pl.col("amount").sum())
        .iter_rows()
    }
    rows = [
        {
            "manifest": delivery.manifest,
            "accounting_period": delivery.accounting_period,
            "source": delivery.source,
            "severity": _severity(one, money),
            **{name: one.test[name] for name in ("finding", "service", "territory")},
            **{name: one.test[name] for name in ("column", "subject", "statistic")},
            **{name: one.test[name] for name in ("observed", "expected", "q_value")},
            "currency": one.stake.currency,
            "limit": one.limit,
            "lines": one.stake.lines,
            "amount": one.stake.amount,
            "detail": sentence(one, delivery.source),
        }
        for one in changed
    ]
    return pl.DataFrame(rows, schema=lake.FINDINGS)


def _severity(one: Change, money: Mapping[str, Decimal]) -> str:
    is_high = abs(one.stake.amount) > HIGH_SHARE * money.get(one.stake.currency, Decimal(0))
    return (Severity.HIGH if is_high else Severity.WARNING).value
