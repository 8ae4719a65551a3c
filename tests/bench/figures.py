"""What was measured: times of contestants, and the figure that is held against a bar."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

from tests.bench.process import Run


class Measure(StrEnum):
    """What can be asked for by name."""

    FLOOR = "floor"
    DUCKDB = "duckdb"
    PANDAS = "pandas"
    PYDANTIC = "pydantic"
    MEMORY = "memory"
    SKETCHES = "sketches"
    READING = "reading"
    DSRF = "dsrf"
    CATALOG = "catalog"
    START = "start"


@dataclass(frozen=True)
class Times:
    """The runs of one contestant; the best counts.

    Attributes:
        who: what was run.
        seconds: of each run in its order.
        best: the run that took the least.
    """

    who: str
    seconds: tuple[float, ...]
    best: Run

    @property
    def least(self) -> float:
        """The best of the runs."""
        return min(self.seconds)

    def text(self) -> str:
        """The best, and the spread where there is one."""
        if len(self.seconds) == 1:
            return f"{self.least:.2f} s"
        return f"{self.least:.2f} s ({self.least:.2f}–{max(self.seconds):.2f})"

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        return {"who": self.who, "seconds": list(self.seconds), "best": asdict(self.best)}


@dataclass(frozen=True)
class Figure:
    """A figure and its bar.

    Attributes:
        measure: the name to ask for it.
        what: what the figure is.
        value: the figure, in `unit`.
        bar: what it must reach, None for a figure that only informs.
        floor: whether the bar is the least that will do; else it is the most.
        ours: our side, in words.
        against: the other side, in words.
        remark: what a reader must know.
        times: the contestants behind it.
        by_status: lines by status as each contestant tells them.
    """

    measure: Measure
    what: str
    value: float
    unit: str
    bar: float | None
    floor: bool = False
    ours: str = ""
    against: str = ""
    remark: str = ""
    times: tuple[Times, ...] = field(default=())
    by_status: Mapping[str, Mapping[str, int]] = field(default_factory=dict)

    @property
    def met(self) -> bool | None:
        """Whether the bar is reached; None where there is none."""
        if self.bar is None:
            return None
        return self.value >= self.bar if self.floor else self.value <= self.bar

    def text(self) -> str:
        """The figure with its unit."""
        return f"{self.value:,.0f} {self.unit}" if self.unit == "MiB" else self._exact(self.value)

    def bar_text(self) -> str:
        """The bar with its unit; empty where there is none."""
        if self.bar is None:
            return ""
        shown = f"{self.bar:g} ×" if self.unit == "×" else f"{self.bar:,g} {self.unit}"
        return f"{'≥' if self.floor else '≤'} {shown}"

    def _exact(self, value: float) -> str:
        return f"{value:.2f} {self.unit}"

    def document(self) -> dict[str, Any]:
        """As JSON values."""
        told = asdict(self)
        told["measure"] = self.measure.value
        told["met"] = self.met
        told["times"] = [one.document() for one in self.times]
        return told
