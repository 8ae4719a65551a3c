"""`royalty ingest`: take in sales reports."""

import sys
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.alerts import check_after
from pipeline.cli.session import Json, Name, Reason, Session, print_json, show
from pipeline.errors import ManifestRefused, UsageError

if TYPE_CHECKING:
    from pipeline.flow.ingest import Order
    from pipeline.flow.manifest_id import Digest
    from pipeline.flow.outcome import Report
    from pipeline.flow.replacement import Replacement

Replaces = Annotated[
    list[str] | None,
    typer.Option(
        "--replaces",
        metavar="MANIFEST",
        help="A report that it corrects: what that had paid is reversed.",
    ),
]


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
    replaces: Replaces = None,
    reason: Annotated[
        str | None, typer.Option(help="Why it replaces another; kept in the ledger.")
    ] = None,
    name: Annotated[
        str | None, typer.Option("--by", metavar="NAME", help="Who says so; kept in the ledger.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Take in sales reports.

    A report that is refused, or whose signature is another, does not stop the others; the exit
    code is then 3. Reports are on hold until what was paid for all of them is what they hold. One
    that is in the lake already, under whatever name, changes nothing; one much of which is goes on
    hold.
    """
    # Beside the imports that follow.
    digest = ctx.with_resource(_begun(paths[0]))
    from pipeline.flow.control import Word
    from pipeline.flow.ingest import Order
    from pipeline.flow.paying import in_turn, said_by_command

    session: Session = ctx.obj
    replacement = _replacement(paths, replaces, reason, name)
    # The name may stand for the replacement alone.
    word = Word.of(accept_difference, None if replaces and accept_difference is None else name)
    paid = said_by_command(session.home, session.settings, paths, remittance or ())
    told: list[Report] = []
    try:
        for path, for_it, of_it in in_turn(paths, paid, word):
            now = datetime.now(UTC)
            begun = None if told else digest
            order = Order(session.home, session.settings, now, source, period, digest=begun)
            told.append(
                _taken(path, replace(order, remittance=for_it, word=of_it, replacement=replacement))
            )
            if not as_json:
                _show(session, told[-1])
    finally:
        if as_json and told:
            print_json({"manifests": [report.as_json() for report in told]})
    check_after(session, as_json=as_json)
    if any(report.error for report in told):
        raise typer.Exit(ManifestRefused.exit_code)


def _begun(path: Path) -> "AbstractContextManager[Digest | None]":
    """The digest of a report, or nothing where there is no such file: that is told later."""
    from pipeline.flow.manifest_id import digesting

    return digesting(path) if path.is_file() else nullcontext()


def _replacement(
    paths: list[Path], replaces: list[str] | None, reason: str | None, name: str | None
) -> "Replacement | None":
    """What the one report that is given replaces."""
    if not replaces:
        if reason:
            raise UsageError("--reason says nothing without --replaces", "leave it out")
        return None
    if len(paths) > 1:
        raise UsageError("several reports cannot replace the same one", "give one at a time")
    from pipeline.flow.replacement import Replacement

    replacement = Replacement(tuple(replaces), reason or "", name or "")
    _ = replacement.detail
    return replacement


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


def restate(
    ctx: typer.Context,
    manifest: Annotated[
        str, typer.Argument(metavar="MANIFEST", help="The correction, or its first 8 digits.")
    ],
    *,
    replaces: Replaces = None,
    reason: Reason,
    name: Name,
    as_json: Json = False,
) -> None:
    """Have a report that is in the lake, such as one on hold, replace another.

    What that had paid is reversed in the period of the correction, and what of it waits ends.
    """
    from pipeline.flow import restating
    from pipeline.flow.replacement import Replacement
    from pipeline.report import document
    from pipeline.report.results import restated_screen

    if not replaces:
        raise UsageError("nothing is named that it replaces", "give --replaces")
    session: Session = ctx.obj.existing()
    done = restating.restate(
        session.home,
        session.settings,
        session.at,
        manifest,
        Replacement(tuple(replaces), reason, name),
    )
    if as_json:
        print_json(document.values(done))
    else:
        show(lambda _width: restated_screen(done))
    check_after(session, as_json=as_json)
