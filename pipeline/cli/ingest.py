"""`royalty ingest`: take in sales reports."""

import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.session import Json, Session, print_json, show
from pipeline.errors import ManifestRefused

if TYPE_CHECKING:
    from pipeline.flow.ingest import Order
    from pipeline.flow.outcome import Report


def ingest(
    ctx: typer.Context,
    paths: Annotated[list[Path], typer.Argument(metavar="PATH...", help="Reports as delivered.")],
    *,
    source: Annotated[
        str | None, typer.Option(help="The profile that must fit; else chosen by the header.")
    ] = None,
    period: Annotated[
        str | None, typer.Option(help="Accounting period, such as 2026-09 or 2026Q3.")
    ] = None,
    remittance: Annotated[
        list[str] | None,
        typer.Option(
            help="What was paid for all these reports together, as '1234.56 EUR'; once for each "
            "currency. Without it, what the file PATH.remittance says of one report."
        ),
    ] = None,
    accept_difference: Annotated[
        str | None,
        typer.Option(
            metavar="REASON", help="Accept what differs from what is declared; kept in the ledger."
        ),
    ] = None,
    name: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Who accepts it; kept likewise.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Take in sales reports.

    A report that is refused, or whose signature is another, does not stop the others; the exit
    code is then 3. Reports are on hold until what was paid for all of them is what they hold.
    """
    from pipeline.flow.control import Word
    from pipeline.flow.ingest import Order
    from pipeline.flow.paying import in_turn, said_by_command

    session: Session = ctx.obj
    word = Word.of(accept_difference, name)
    paid = said_by_command(session.home, session.settings, paths, remittance or ())
    told: list[Report] = []
    try:
        for path, for_it, of_it in in_turn(paths, paid, word):
            now = datetime.now(UTC)
            order = Order(session.home, session.settings, now, source, period)
            told.append(_taken(path, replace(order, remittance=for_it, word=of_it)))
            if not as_json:
                _show(session, told[-1])
    finally:
        if as_json and told:
            print_json({"manifests": [report.as_json() for report in told]})
    if any(report.error for report in told):
        raise typer.Exit(ManifestRefused.exit_code)


def _taken(path: Path, order: "Order") -> "Report":
    """What became of one report, a refusal included, which is told at once."""
    from pipeline.flow.ingest import ingest
    from pipeline.flow.outcome import Report
    from pipeline.report.progress import bar
    from pipeline.vocab import ManifestState

    with bar(path) as progress:
        try:
            report = ingest(path, replace(order, progress=progress))
        except ManifestRefused as error:
            report = Report(path, ManifestState.REFUSED, error=str(error))
    if report.error:
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
