"""What was told of earlier periods, found by the series whose past it ended."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from itertools import product

from pipeline.vocab_watch import Finding
from pipeline.watch.follow import Test, is_settled_by, shared

_Named = Mapping[tuple[str | None, ...], Sequence[Test]]


class Settled:
    """Findings of earlier periods by what they are of.

    A source that changes often has told thousands, and as many series ask in each period: each
    looks only at those that lie where it does.
    """

    def __init__(self, told: Sequence[Test]) -> None:
        """Take what was told.

        Args:
            told: findings, with `place`.
        """
        self._told: dict[Finding, list[Test]] = defaultdict(list)
        # The latest first, so that the first one that settles a series is the one asked for.
        for one in sorted(told, key=lambda one: one["place"], reverse=True):
            self._told[Finding(one["finding"])].append(one)
        self._by: dict[tuple[Finding, tuple[str, ...]], _Named] = {}

    def begin(self, own: Test) -> int:
        """The place of the last change that was told of a series; 0 where none was.

        Args:
            own: what names the series, and the finding that a change of it would be.
        """
        begin = 0
        for told in self._near(own):
            for one in told:
                if one["place"] <= begin:
                    break
                if is_settled_by(own, one):
                    begin = one["place"]
                    break
        return begin

    def _near(self, own: Test) -> Iterator[Sequence[Test]]:
        """Those that may settle a series, the latest of each lot first."""
        for finding in self._told:
            names = shared(Finding(own["finding"]), finding)
            if names is None:
                continue
            # Where the series says nothing, it is held by whatever is told.
            said = tuple(name for name in names if own[name] is not None)
            lots = self._lots(finding, said)
            for values in product(*((own[name], None) for name in said)):
                if values in lots:
                    yield lots[values]

    def _lots(self, finding: Finding, names: tuple[str, ...]) -> _Named:
        """What was told of one kind, by some of its names."""
        if (finding, names) not in self._by:
            lots: dict[tuple[str | None, ...], list[Test]] = defaultdict(list)
            for one in self._told[finding]:
                lots[tuple(one[name] for name in names)].append(one)
            self._by[finding, names] = dict(lots)
        return self._by[finding, names]
