"""What has changed in a period of a source: each cause once, with what is at stake, in order."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

import polars as pl

from pipeline.vocab_watch import Finding
from pipeline.watch.compare import changed, tested
from pipeline.watch.discovery import candidates
from pipeline.watch.explain import Node, causes
from pipeline.watch.family import Unit, shifted
from pipeline.watch.follow import Test, is_explained
from pipeline.watch.period import Period
from pipeline.watch.stakes import Stake, borne, concerned, heaviest, missed, together

NESTED = (Finding.RATE, Finding.MONEY, Finding.VOLUME)


@dataclass(frozen=True)
class Change:
    """One cause.

    Attributes:
        test: the row of `compare.tested`.
        stakes: by currency, the one with the most lines first.
        heaviest: the value that most lines of the change say; None where none does.
        services: those that it is seen on, where it is told of most of the source's at once.
    """

    test: Test
    stakes: tuple[Stake, ...]
    heaviest: str | None = None
    services: tuple[str, ...] = ()

    @property
    def finding(self) -> Finding:
        """What it is."""
        return Finding(self.test["finding"])

    @property
    def limit(self) -> float:
        """What of the statistic would still be chance."""
        size = self.test["limit"] * (1 if self.test["deviation"] > 0 else -1)
        return shifted(self.test["expected"], size, Unit(self.test["unit"]))

    @property
    def stake(self) -> Stake:
        """That of the currency with the most lines."""
        return self.stakes[0] if self.stakes else Stake("", 0, Decimal(0))


def changes(period: Period, *, whole: bool) -> list[Change]:
    """What has changed, the dearest first.

    Args:
        period: the one that is judged.
        whole: whether all of the period's reports are in.
    """
    tests = tested(period, whole=whole)
    found = [_change(group, period.rows, period.now) for group in _causes(tests)]
    return sorted(found, key=_rank)


def _causes(tests: pl.DataFrame) -> list[list[dict[str, Any]]]:
    """The tests that tell each cause, as many as are allowed by their own number."""
    count = candidates(tests["chance"].to_numpy(), tests["weight"].to_numpy())
    while True:
        told = _told(changed(tests, count))
        if len(told) >= count:
            return told
        count = len(told)


def _told(tests: pl.DataFrame) -> list[list[dict[str, Any]]]:
    """Tests that changed, each cause once; those of several currencies together."""
    chosen = [*_nested(tests), *tests.filter(~_is_nested() & pl.col("changed")).to_dicts()]
    told = [one for one in chosen if not is_explained(one, chosen)]
    return _by_service(_by_currency(told), tests["service"].n_unique() - 1)


def _is_nested() -> pl.Expr:
    return pl.col("finding").is_in([one.value for one in NESTED])


def _rank(change: Change) -> tuple[Decimal, int, str]:
    stake = change.stake
    return -abs(stake.amount), -stake.lines, str(sorted(change.test.items(), key=str))


def _nested(tests: pl.DataFrame) -> Iterator[dict[str, Any]]:
    """The causes among tests of prices, money and units, whose cells lie in one another."""
    for finding in NESTED:
        own = tests.filter(finding=finding.value).to_dicts()
        yield from (own[row] for row in causes(_trees(own)))


def _trees(tests: Sequence[Test]) -> list[Node]:
    """Cells in the cells that hold them; the outermost ones."""
    nodes = {_place(one): _node(one, row) for row, one in enumerate(tests)}
    roots = []
    for place, node in nodes.items():
        currency, service, *within = place
        is_part = any(one is not None for one in within)
        outer = (currency, service if is_part else None, None, None)
        if outer != place and outer in nodes:
            nodes[outer].parts.append(node)
        else:
            roots.append(node)
    # The money of a currency that one service pays is that service's, and not the source's.
    return [
        node.parts[0] if tests[node.row]["service"] is None and len(node.parts) == 1 else node
        for node in roots
    ]


def _place(test: Test) -> tuple[str | None, ...]:
    return test["currency"], test["service"], test["territory"], test["subject"]


def _node(test: Test, row: int) -> Node:
    return Node(
        row=row,
        changed=test["changed"],
        deviation=test["deviation"],
        limit=test["limit"] or 0.0,
        actual=test["actual"],
        usual=test["usual"],
    )


def _by_currency(told: Sequence[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Changes that are the same in several currencies, together."""
    groups: dict[tuple[object, ...], list[dict[str, Any]]] = {}
    for one in told:
        names = ("finding", "service", "territory", "column", "subject")
        key = (*(one[name] for name in names), one["deviation"] > 0)
        groups.setdefault(key, []).append(one)
    return list(groups.values())


def _change(group: Sequence[dict[str, Any]], rows: pl.DataFrame, now: pl.DataFrame) -> Change:
    """A cause with its stakes; the test is that of the currency or service with the most lines."""
    if Finding(group[0]["finding"]) in NESTED:
        stakes = _ordered(together([missed(one, now) for one in group]))
        own = [one for one in group if one["currency"] == stakes[0].currency]
        return _common(max(own, key=lambda one: (one["usual"], str(one["service"]))), own, stakes)
    seen = [(concerned(one, rows, now), one) for one in group]
    stakes = _ordered(borne(pl.concat([lines for lines, _ in seen])))
    _, test = max(seen, key=lambda one: (one[0]["lines"].sum(), one[1]["service"]))
    return replace(_common(test, group, stakes), heaviest=heaviest(test, rows, now))


def _common(test: Test, group: Sequence[Test], stakes: tuple[Stake, ...]) -> Change:
    """The change of the service that has most of it, with the other services that have it too."""
    others = sorted(one["service"] for one in group if one["service"] != test["service"])
    if not others:
        return Change(test, stakes)
    told = {**test, "service": None}
    if test["finding"] == Finding.MONEY:
        told |= {name: sum(one[name] for one in group) for name in ("observed", "expected")}
    return Change(told, stakes, services=(test["service"], *others))


def _by_service(told: Sequence[list[dict[str, Any]]], services: int) -> list[list[dict[str, Any]]]:
    """Changes that most services of the source have alike, together; cells in cells are already.

    Args:
        told: tests that tell one cause each.
        services: how many the source has.
    """
    groups: dict[tuple[object, ...], list[list[dict[str, Any]]]] = {}
    for one in told:
        names = ("finding", "column", "subject")
        alike = (*(one[0][name] for name in names), one[0]["deviation"] > 0)
        is_cell = Finding(one[0]["finding"]) in NESTED and one[0]["subject"] is None
        own = (len(groups),) if is_cell else ()
        groups.setdefault((*alike, *own), []).append(one)
    found = []
    for parts in groups.values():
        is_common = len(parts) > max(services / 2, 1)
        found += [[test for part in parts for test in part]] if is_common else parts
    return found


def _ordered(stakes: Sequence[Stake]) -> tuple[Stake, ...]:
    return tuple(sorted(stakes, key=lambda one: (-one.lines, one.currency)))
