"""What became of the fixtures, as one table."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from rich.text import Text

from pipeline.errors import PipelineError
from pipeline.flow import catalog as catalogs
from pipeline.flow.ingest import Order, ingest
from pipeline.flow.outcome import Report
from pipeline.report import layout
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.vocab import ManifestState, Status

_PERIOD = "2026-09"
_COLUMNS = (
    layout.Column("file", flexible=True),
    layout.Column("profile"),
    layout.Column("lines", right=True),
    layout.Column("by status", flexible=True),
    layout.Column("reported"),
    layout.Column("control", flexible=True),
    layout.Column("conserved"),
)


@dataclass(frozen=True)
class Taken:
    """A fixture and what became of it."""

    report: Report

    @property
    def conserved(self) -> bool:
        """Whether all of its lines and money are somewhere, to the last digit."""
        report = self.report
        if report.state is not ManifestState.COMMITTED:
            return False
        sums = [
            Decimal(told["reported"]) == sum(Decimal(told[status.value]) for status in Status)
            for told in report.amounts.values()
        ]
        return all(sums) and report.lines == sum(report.by_status.values())


def take(paths: Sequence[Path], home: Path, catalog: Path) -> list[Taken]:
    """Ingest reports into a fresh home over a catalog."""
    at = datetime.now(UTC)
    catalogs.load(home, catalog, partial=False, clock=at)
    order = Order(home, Settings(), at, period=_PERIOD)
    return [Taken(_taken(path, order)) for path in paths]


def _taken(path: Path, order: Order) -> Report:
    try:
        return ingest(path, order)
    except PipelineError as error:
        return Report(path, ManifestState.REFUSED, error=str(error))


def offenders(home: Path) -> list[tuple[object, ...]]:
    """Deliveries whose sums do not add up in the lake itself."""
    with lake.reading(home, Settings()) as con:
        return con.sql("FROM conservation WHERE difference <> 0").fetchall()


def shown(taken: Sequence[Taken], width: int) -> Iterator[Text]:
    """One row per file."""
    rows = [_row(one) for one in taken]
    yield from layout.table(_COLUMNS, rows, width, mark="red")


def _row(one: Taken) -> list[str]:
    report = one.report
    if report.error is not None:
        return [f"!{report.path.name}", "–", "0", report.error, "", "", "no"]
    statuses = ", ".join(f"{count} {name}" for name, count in report.by_status.items() if count)
    money = ", ".join(
        f"{told['reported']} {currency or '(none)'}" for currency, told in report.amounts.items()
    )
    name = report.path.name if one.conserved else f"!{report.path.name}"
    control = ", ".join(f"{what} {_compared(told)}" for what, told in report.control.items())
    conserved = "yes" if one.conserved else "no"
    return [name, report.source, str(report.lines), statuses, money, control or "–", conserved]


def _compared(told: object) -> str:
    if not isinstance(told, dict):
        return str(told)
    return "agrees" if told.get("declared") == told.get("found") else "differs"
