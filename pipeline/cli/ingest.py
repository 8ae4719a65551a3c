"""`royalty ingest`: take in sales reports."""

import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.session import Json, Session, print_json, show
from pipeline.errors import ManifestRefused

if TYPE_CHECKING:
    from pipeline.flow.outcome import Report


def ingest(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Reports as delivered.")],
    source: Annotated[
        str | None, typer.Option(help="The profile that must fit; else chosen by the header.")
    ] = None,
    period: Annotated[
        str | None, typer.Option(help="Accounting period, such as 2026-09 or 2026Q3.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Take in sales reports.

    A report that is refused does not stop the others; the exit code is then 3.
    """
    session: Session = ctx.obj
    told: list[Report] = []
    try:
        for path in paths:
            told.append(_taken(session, path, source, period))
            if not as_json:
                _show(session, told[-1])
    finally:
        if as_json and told:
            print_json({"manifests": [report.as_json() for report in told]})
    if any(report.error for report in told):
        raise typer.Exit(ManifestRefused.exit_code)


def _taken(session: Session, path: Path, source: str | None, period: str | None) -> "Report":
    """What became of one report, a refusal included, which is told at once."""
    from pipeline.flow.ingest import Order, ingest
    from pipeline.flow.outcome import Report
    from pipeline.report.progress import bar
    from pipeline.vocab import ManifestState

    with bar(path) as progress:
        now = datetime.now(UTC)
        order = Order(session.home, session.settings, now, source, period, progress)
        try:
            return ingest(path, order)
        except ManifestRefused as error:
            report = Report(path, ManifestState.REFUSED, error=str(error))
    sys.stderr.write(f"royalty: {report.error}\n")
    return report


def _show(session: Session, report: "Report") -> None:
    """The screen of a report that is in the lake."""
    from pipeline.flow.status import report_status
    from pipeline.report.screen import ingested_screen

    if not report.error:
        home, period = session.home, report.accounting_period
        found = report_status(home, session.settings, session.at, report.manifest, period)
        show(lambda width: ingested_screen(report, found, session.at, width, session.royalty))
