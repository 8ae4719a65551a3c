"""How often clean months are called drift, and how surely drifts are found: prints two tables.

Sources are drawn from seeds (`tests.world.months`). Each clean month is judged against all before
it, as an ingest does, what was told earlier included; each drift is planted in one month of a
source whose past is clean.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import polars as pl

from pipeline.vocab_watch import Finding
from pipeline.watch import past
from pipeline.watch.changes import Change, changes
from pipeline.watch.period import Period
from tests.world.months import FIRST, TERRITORIES, Source
from tests.world.names import SERVICES
from tests.world.plants_of_drift import Kind, Plant
from tests.world.sketching import sketch

_YEAR = 12
_HISTORIES = (6, 12, 24)
_NOISES = (0.001, 0.002, 0.003, 0.005, 0.01)
_SERVICE, _TERRITORY = 1, 1
_ALIKE = {Finding.MONEY: (Finding.MONEY, Finding.VOLUME)}
"""Fewer units are less money: which of the two is told first is chance."""


@dataclass(frozen=True)
class Drift:
    """A drift that is to be found, and as what."""

    title: str
    kind: Kind
    by: float
    finding: Finding

    def plant(self, month: int) -> Plant:
        """It, in a month of the second largest service."""
        return Plant(self.kind, month, _SERVICE, self.by, _TERRITORY)

    def is_told_by(self, change: Change) -> bool:
        """Whether a change is the drift, where it is."""
        at = TERRITORIES[_TERRITORY] if self.kind is Kind.VANISHED else None
        where = (change.test["service"], change.test["territory"])
        return change.finding in _ALIKE.get(self.finding, (self.finding,)) and where == (
            list(SERVICES)[_SERVICE],
            at,
        )


DRIFTS = (
    Drift("units 20 % less", Kind.UNITS, -0.2, Finding.MONEY),
    Drift("units 40 % less", Kind.UNITS, -0.4, Finding.MONEY),
    Drift("a territory is gone", Kind.VANISHED, 0.0, Finding.MONEY),
    Drift("its heaviest title is gone", Kind.TITLE, 0.0, Finding.MONEY),
    Drift("2 % of the lines lose their ISRC", Kind.NULLS, 0.02, Finding.NULLS),
    Drift("5 % of the lines lose their ISRC", Kind.NULLS, 0.05, Finding.NULLS),
    Drift("10 % of the lines lose their ISRC", Kind.NULLS, 0.1, Finding.NULLS),
    Drift("10 % of premium lines turn to free", Kind.USAGE, 0.1, Finding.SHAPE),
    Drift("20 % of premium lines turn to free", Kind.USAGE, 0.2, Finding.SHAPE),
)


def told(sketches: Sequence[pl.DataFrame], before: Sequence[dict[str, Any]]) -> list[Change]:
    """What the last of some months shows, given what earlier ones did."""
    names = [frame["accounting_period"][0] for frame in sketches]
    calendar = past.calendar(names[-1], names[:-1])
    if calendar is None:
        return []
    rows = past.on(calendar, pl.concat(sketches))
    return changes(Period(rows, calendar, before), whole=True)


def clean(seed: int) -> list[pl.DataFrame]:
    """The sketches of as many clean months of a source as are judged, and their history."""
    source = Source(seed)
    return [sketch(source, FIRST + month) for month in range(max(_HISTORIES) + _YEAR)]


def false_alarms(months: Sequence[pl.DataFrame], history: int) -> int:
    """The findings of a year of clean months after some months of history."""
    before: list[dict[str, Any]] = []
    for month in range(history, history + _YEAR):
        found = told(months[: month + 1], before)
        before += [{**one.test, "place": month} for one in found]
    return len(before)


def are_found(source: Source, drifts: Sequence[Drift], history: int) -> list[tuple[bool, int]]:
    """Whether each drift, planted by itself, is told for what it is, and how much else is told."""
    months = [sketch(source, FIRST + month) for month in range(history)]
    results = []
    for drift in drifts:
        drifted = source.planted(drift.plant(FIRST + history))
        found = told([*months, sketch(drifted, FIRST + history)], [])
        hits = sum(drift.is_told_by(one) for one in found)
        results.append((bool(hits), len(found) - hits))
    return results


def _row(title: str, results: Sequence[tuple[bool, int]]) -> str:
    hits = sum(found for found, _ in results)
    others = sum(count for _, count in results)
    share = f"{hits / len(results):.0%}".replace("%", " %")
    return f"| {title} | {share} | {others / len(results):.2f} |"


def tables(sources: int) -> Iterator[str]:
    """The lines of both tables, in Markdown."""
    seeds = range(sources)
    yield "| months before | false findings in a source-year | source-years |"
    yield "|---|---|---|"
    counts = [[false_alarms(months, one) for one in _HISTORIES] for months in map(clean, seeds)]
    for history, found in zip(_HISTORIES, zip(*counts, strict=True), strict=True):
        yield f"| {history} | {sum(found) / sources:.2f} | {sources} |"
    yield ""
    before = f"{_HISTORIES[-1]} months before"
    yield f"| drift of one service, {before} | found | others told beside it |"
    yield "|---|---|---|"
    others = range(1000, 1000 + sources)
    for noise in _NOISES:
        price = Drift("", Kind.PRICE, -0.02, Finding.RATE)
        results = [
            are_found(Source(seed, price_noise=noise), [price], _HISTORIES[-1])[0]
            for seed in others
        ]
        month = f"{noise:.1%}".replace("%", " %")
        yield _row(f"2 % less for a unit; its price varies {month} from month to month", results)
    by_source = [are_found(Source(seed), DRIFTS, _HISTORIES[-1]) for seed in others]
    for drift, told_of in zip(DRIFTS, zip(*by_source, strict=True), strict=True):
        yield _row(drift.title, told_of)


def main(arguments: list[str] | None = None) -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.drifting", description=__doc__)
    parser.add_argument("sources", type=int, nargs="?", default=50, help="drawn for each figure")
    for line in tables(parser.parse_args(arguments).sources):
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
