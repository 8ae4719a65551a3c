"""Weighing a report: what it declares of itself, and what was paid for it, against its lines."""

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal

import polars as pl

from pipeline.flow import tally
from pipeline.flow.absorb import Absorbed
from pipeline.flow.control import AMOUNT, EXACT, LINES, QUANTITY, Control, Figure, Slack, Word
from pipeline.flow.opening import Opened
from pipeline.flow.remitting import Holding, Paid
from pipeline.flow.settle import Settled
from pipeline.flow.total_lines import total_lines


def weighed(
    opened: Opened,
    absorbed: list[Absorbed],
    settled: Settled,
    paid: Paid | None,
    word: Word | None,
) -> Control:
    """All that is declared of a report, against all its lines, whatever becomes of them.

    Args:
        opened: the report.
        absorbed: what its parts left behind.
        settled: what settles its lines.
        paid: what is said to have been paid for it; None where nothing is.
        word: of a person who accepts whatever difference there is.
    """
    reported = tally.reported(absorbed, settled)
    figures = [*opened.counts(), *_money(opened, reported), *_totals(opened, absorbed, reported)]
    figures += total_lines(absorbed, settled, reported)
    if paid is not None:
        figures += paid.figures(Holding.of(reported, opened.profile.spec.tolerance))
    if opened.is_unread:
        # Its cells are not read yet, so nothing can be held against what it declares.
        figures = [replace(one, found=None, is_certain=False) for one in figures]
    control = Control(tuple(replace(one, word=word) for one in figures))
    return control if paid is None else replace(control, remitted=paid.new, awaits=paid.awaits)


def _money(opened: Opened, reported: pl.DataFrame) -> Iterator[Figure]:
    """What a report declares by currency, apart from its lines."""
    tolerance = opened.profile.spec.tolerance
    sums = {
        currency: (lines, amount)
        for currency, lines, amount in reported.select("currency", "lines", "amount").rows()
    }
    for currency, declared in opened.declared_money.items():
        lines, found = sums.get(currency, (0, Decimal(0)))
        yield Figure(AMOUNT, declared, found, currency, Slack.of(tolerance, found, lines))


def _totals(opened: Opened, absorbed: list[Absorbed], reported: pl.DataFrame) -> Iterator[Figure]:
    """What the report's last lines declare."""
    counted = {
        LINES: Decimal(sum(part.lines for part in absorbed)),
        QUANTITY: _sum(part.quantity for part in absorbed),
    }
    for what, declared in opened.totals.items():
        if what != AMOUNT:
            yield Figure(what, declared, counted[what])
        elif reported.height == 1:
            ((currency, lines, amount),) = reported.select("currency", "lines", "amount").rows()
            slack = Slack.of(opened.profile.spec.tolerance, amount, lines)
            yield Figure(what, declared, amount, currency, slack)
        else:
            # One sum over several currencies can be held against none of them.
            yield Figure(what, declared, None)


def _sum(values: Iterator[Decimal]) -> Decimal:
    total = Decimal(0)
    for value in values:
        total = EXACT.add(total, value)
    return total
