"""`royalty control`: what is declared of reports and was paid for them, against what they hold."""

from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.session import Json, Name, Reason, Session, print_json, show

if TYPE_CHECKING:
    from pipeline.flow.moves import ReplayReport

app = typer.Typer(
    name="control",
    help="What reports declare and what was paid for them, against what they hold.",
    no_args_is_help=True,
)

Manifest = Annotated[
    str, typer.Argument(metavar="MANIFEST", help="A report's id, or its first 8 digits.")
]
Manifests = Annotated[
    list[str], typer.Argument(metavar="MANIFEST...", help="Ids, or their first 8 digits.")
]


@app.command("list")
def list_(
    ctx: typer.Context,
    everything: Annotated[
        bool, typer.Option("--all", help="Also what is as it was declared.")
    ] = False,
    as_json: Json = False,
) -> None:
    """List what differs: what is off first, then what was accepted or is tolerated."""
    from pipeline.flow import differences
    from pipeline.report import control, document

    session: Session = ctx.obj.existing()
    found = differences.listed(session.home, session.settings, everything=everything)
    if as_json:
        print_json({"control": document.values(found)})
    else:
        show(lambda width: control.differences_screen(found, width))


@app.command("show")
def show_(ctx: typer.Context, manifest: Manifest, as_json: Json = False) -> None:
    """Show every figure of a report, and what was paid for it."""
    from pipeline.flow import differences
    from pipeline.report import control, document

    session: Session = ctx.obj.existing()
    home, settings = session.home, session.settings
    found = differences.listed(home, settings, manifest=manifest, everything=True)
    paid = differences.payments(home, settings, manifest)
    if as_json:
        print_json({"control": document.values(found), "payments": document.values(paid)})
    else:
        show(lambda width: control.differences_screen(found, width))
        show(lambda _width: control.payments_screen(paid))


@app.command()
def accept(
    ctx: typer.Context,
    manifest: Manifest,
    *,
    reason: Reason,
    name: Name,
    as_json: Json = False,
) -> None:
    """Accept the difference of a report on hold: its lines are judged again."""
    from pipeline.flow import differences

    session: Session = ctx.obj.existing()
    report = differences.accept(
        session.home, session.settings, session.at, manifest, reason=reason, name=name
    )
    _show(report, "Accepted", as_json=as_json)


@app.command()
def remit(
    ctx: typer.Context,
    manifests: Manifests,
    *,
    remittance: Annotated[
        list[str], typer.Option(help="What was paid, as '1234.56 EUR'; once for each currency.")
    ],
    name: Name,
    reference: Annotated[
        str, typer.Option(help="Tells it from a payment of the same amount for the same reports.")
    ] = "",
    as_json: Json = False,
) -> None:
    """Say what was paid for reports, for all that are named together; it adds to what was said.

    Reports on hold that balance by it are free. What was paid already stays so. A negative amount
    takes back what was said by mistake.
    """
    from pipeline.flow import differences

    session: Session = ctx.obj.existing()
    said = differences.Said(remittance, name, reference)
    report = differences.remit(session.home, session.settings, session.at, manifests, said)
    _show(report, "Weighed again", as_json=as_json)


def _show(report: "ReplayReport", title: str, *, as_json: bool) -> None:
    from pipeline.report.results import replayed_screen

    told = report.as_json()
    if as_json:
        print_json(told)
    else:
        show(lambda _width: replayed_screen(told, title))
