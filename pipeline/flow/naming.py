"""What the lines of a manifest name: distinct identities and contexts, numbered as parts come."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from pipeline.contract import line_hash
from pipeline.contract.columns import CONTEXT, IDENTITY
from pipeline.contract.line_hash import Lanes
from pipeline.flow.absorb import Absorbed, Plan, Seen
from pipeline.flow.digests import digests
from pipeline.flow.registry import Registry

Numbers = NDArray[np.uint32]


@dataclass(frozen=True)
class Named:
    """What the lines of a manifest name, as reported: known before all of it is judged.

    Attributes:
        numbers: for each part, the numbers of its own identities and contexts.
        identity_hashes: of each identity; those of `Settled.overrides` are not among them.
        context_hashes: of each context.
        contexts: all of them.
        rest: the identities that were not drained before; None where all were.
    """

    numbers: list[tuple[Numbers, Numbers]]
    identity_hashes: Lanes
    context_hashes: Lanes
    contexts: pl.DataFrame
    rest: pl.DataFrame | None


class Names:
    """The identities and contexts of all parts so far."""

    def __init__(self, plan: Plan) -> None:
        """Begin with none of a manifest that is read by a plan."""
        self._plan = plan
        self._identities, self._contexts = Registry(), Registry()
        self._numbers: list[tuple[Numbers, Numbers]] = []
        self._hashes: list[Lanes] = []

    @property
    def waiting(self) -> int:
        """Identities that were not drained yet."""
        return self._identities.waiting

    @property
    def seen(self) -> Seen:
        """What whoever reads a further part need not make text of."""
        return Seen(self._identities.seen, self._contexts.seen)

    def take(self, part: Absorbed) -> None:
        """Number the identities and contexts of the next part."""
        identities = self._identities.numbers(part.identities)
        contexts = self._contexts.numbers(part.contexts)
        self._numbers.append((identities, contexts))

    def drained(self) -> pl.DataFrame:
        """The identities since the last time, by their numbers, as reported."""
        rows = _reported(self._identities.drained(), self._plan, IDENTITY)
        self._hashes.append(digests(line_hash.texts(rows)))
        return rows

    def named(self) -> Named:
        """What all lines name, once all parts have been taken."""
        rest = self.drained() if self.waiting or not self._hashes else None
        contexts = _reported(self._contexts.drained(), self._plan, CONTEXT)
        first, second = (np.concatenate(lanes) for lanes in zip(*self._hashes, strict=True))
        where = digests(line_hash.texts(contexts))
        return Named(self._numbers, (first, second), where, contexts, rest)


def _reported(rows: pl.DataFrame, plan: Plan, columns: Mapping[str, pl.DataType]) -> pl.DataFrame:
    """Distinct cells as reported columns; empty text is null."""
    frame = rows if rows.width else pl.DataFrame({"_": [0]})
    reported = frame.select(plan.expressions(columns))
    blank = pl.when(pl.col(pl.String) != "").then(pl.col(pl.String)).name.keep()
    wide = reported if reported.height == frame.height else reported[[0] * frame.height]
    return wide.with_columns(blank)
