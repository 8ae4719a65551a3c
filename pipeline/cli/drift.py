"""`royalty drift`: what has changed in what a source reports, and how much money rides on it."""

from typing import Annotated

import typer

from pipeline.cli.session import Json, Session, print_json, show

app = typer.Typer(
    name="drift",
    help="What has changed in what sources report, ranked by money.",
    invoke_without_command=True,
    rich_markup_mode=None,
)


@app.callback()
def drift(
    ctx: typer.Context,
    source: Annotated[str | None, typer.Option(help="One source's reports.")] = None,
    period: Annotated[
        str | None, typer.Option(help="An accounting period, such as 2026-06 or 2026Q2.")
    ] = None,
    manifest: Annotated[
        str | None, typer.Option(help="One report, by its manifest or its beginning.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what changed against a source's own past, ranked by money."""
    if ctx.invoked_subcommand is not None:
        return
    from pipeline.flow.drift import Asked, drift
    from pipeline.report import document
    from pipeline.report.drift import drift_screen

    session: Session = ctx.obj.existing()
    asked = Asked(source, period, manifest)
    found = drift(session.home, session.settings, asked)
    if as_json:
        print_json(document.values(found))
    else:
        show(lambda width: drift_screen(found, width))
