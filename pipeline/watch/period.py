"""The period that is judged, with all that it is held against."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import polars as pl

from pipeline.vocab_watch import Finding
from pipeline.watch.family import PLACES
from pipeline.watch.past import Calendar
from pipeline.watch.settled import Settled
from pipeline.watch.student import Floats


@dataclass(frozen=True)
class Period:
    """A source's sketches on their calendar, and what was told of earlier periods.

    Attributes:
        rows: the sums of all periods, with `place`.
        calendar: the source's.
        told: findings of earlier periods, with their `place`: what a change brought is the past
            from then on, and is not told each month anew.
    """

    rows: pl.DataFrame
    calendar: Calendar
    told: Sequence[Mapping[str, Any]] = ()

    @property
    def periods(self) -> int:
        """How many, the one that is judged included."""
        return self.calendar.periods

    @property
    def now(self) -> pl.DataFrame:
        """The rows of the one that is judged."""
        return self.rows.filter(place=self.periods - 1)

    def since(self, finding: Finding, keys: pl.DataFrame, past: Floats) -> Floats:
        """The past of some series from the last change on that was told of them; NaN before.

        Args:
            finding: what a change of them would be.
            keys: what names them, one row each.
            past: periods across, the earliest first.
        """
        if not self.told:
            return past
        begins = np.array([self.begin(finding, key) for key in keys.to_dicts()], dtype=np.int64)
        before: npt.NDArray[np.bool_] = np.arange(past.shape[1])[None, :] < begins[:, None]
        return np.where(before, np.nan, past)

    def begin(self, finding: Finding, key: Mapping[str, Any]) -> int:
        """The place of the last change that was told of a series; 0 where none was."""
        own = {**dict.fromkeys(PLACES), **key, "finding": finding.value}
        return self._settled.begin(own)

    @cached_property
    def _settled(self) -> Settled:
        return Settled(self.told)
