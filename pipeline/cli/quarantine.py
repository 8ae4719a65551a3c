"""`royalty quarantine`, `exclude` and `retry`: what stands in the way, and how it ends."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.alerts import check_after
from pipeline.cli.session import Json, Limit, Name, Reason, Session, print_json, show
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from pipeline.flow.moves import ReplayReport

app = typer.Typer(
    name="quarantine",
    help="Invalid lines, halted assets and reports on hold.",
    no_args_is_help=True,
)

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Ids, or their first 8 digits.")]
OptionalIds = Annotated[
    list[str] | None, typer.Argument(metavar="[ID...]", help="Ids, or their first 8 digits.")
]
ByFault = Annotated[str | None, typer.Option("--fault", help="Those of one fault.")]
ByManifest = Annotated[
    str | None, typer.Option("--manifest", help="Those of one manifest, or its beginning.")
]


@app.command("list")
def list_(
    ctx: typer.Context,
    manifest: ByManifest = None,
    fault: ByFault = None,
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List quarantined lines, halted assets and reports on hold; with --fault, all that wait."""
    from pipeline.flow.queue import listed
    from pipeline.report import document, queue

    session: Session = ctx.obj.existing()
    found, in_all = listed(session.home, session.settings, limit, fault=fault, manifest=manifest)
    if as_json:
        print_json({"entries": document.values(found), "in_all": in_all})
    else:
        show(lambda width: queue.queue_screen(found, in_all, session.at, width))


@app.command("show")
def show_(
    ctx: typer.Context,
    ledger_id: Annotated[str, typer.Argument(metavar="ID", help="An id, or its first 8 digits.")],
    as_json: Json = False,
) -> None:
    """Show one entry: its line, its bytes as delivered, its faults and its history."""
    from pipeline.flow.queue import shown
    from pipeline.report import document, queue

    session: Session = ctx.obj.existing()
    found = shown(session.home, session.settings, ledger_id)
    if as_json:
        print_json(document.values(found))
    else:
        show(lambda width: queue.entry_screen(found, session.at, width))


@app.command()
def release(
    ctx: typer.Context,
    *,
    reason: Reason,
    name: Name,
    ids: OptionalIds = None,
    everything: Annotated[bool, typer.Option("--all", help="All but possible duplicates.")] = False,
    fault: ByFault = None,
    manifest: ByManifest = None,
    as_json: Json = False,
) -> None:
    """Release halted assets and reports on hold: their lines are judged again.

    A line that is invalid in itself stays in quarantine.
    """
    from pipeline.flow import replay
    from pipeline.flow.entries import Choice

    if ids and (everything or fault or manifest):
        raise UsageError("both ids and a selection are given", "give the one or the other")
    session: Session = ctx.obj.existing()
    report = replay.release(
        session.home,
        session.settings,
        session.at,
        Choice(ids or (), everything=everything, fault=fault, manifest=manifest),
        reason=reason,
        name=name,
    )
    _show(session, report, "Released", as_json=as_json)


def exclude(
    ctx: typer.Context, ids: Ids, reason: Reason, name: Name, as_json: Json = False
) -> None:
    """End the life of lines that are never to be paid: not ours, returned, written off."""
    from pipeline.flow import replay

    session: Session = ctx.obj.existing()
    report = replay.exclude(
        session.home, session.settings, session.at, reason=reason, name=name, entries=ids
    )
    _show(session, report, "Excluded", as_json=as_json)


def retry(
    ctx: typer.Context,
    force: Annotated[
        bool, typer.Option("--force", help="Whatever waits, not only what is due.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Try waiting lines again, such as after a catalog load."""
    from pipeline.flow import replay

    session: Session = ctx.obj.existing()
    report = replay.retry(session.home, session.settings, session.at, force=force)
    _show(session, report, "Tried again", as_json=as_json)


def _show(session: Session, report: "ReplayReport", title: str, *, as_json: bool) -> None:
    from pipeline.report.results import replayed_screen

    told = report.as_json()
    if as_json:
        print_json(told)
    else:
        show(lambda _width: replayed_screen(told, title))
    check_after(session, as_json=as_json)
