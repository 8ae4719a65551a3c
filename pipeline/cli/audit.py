"""`royalty audit`: the quarterly export, and its verification without the lake."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.session import Json, Session, print_json, show

app = typer.Typer(name="audit", help="Exports for the auditor.", no_args_is_help=True)


@app.command()
def export(
    ctx: typer.Context,
    quarter: Annotated[str, typer.Argument(metavar="QUARTER", help="Such as 2026Q3.")],
    out: Annotated[
        Path | None, typer.Option("--out", help="The folder; HOME/audit/QUARTER by default.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Write the export of a quarter: all its tables, digests and sums."""
    from pipeline.flow.quarter import export
    from pipeline.report import document, results

    session: Session = ctx.obj.existing()
    report = export(session.home, quarter, out, session.at)
    if as_json:
        print_json(document.values(report))
    else:
        show(lambda _width: results.exported_screen(report))


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="What an export wrote.")],
    as_json: Json = False,
) -> None:
    """Recompute every digest and sum of an export from its folder alone; off: exit code 6."""
    from pipeline.flow.quarter import ExportNotSound, verify
    from pipeline.report import document, results

    off: ExportNotSound | None = None
    try:
        report = verify(folder)
    except ExportNotSound as error:
        off, report = error, error.report
    if as_json:
        print_json(document.values(report))
    else:
        show(lambda _width: results.verified_screen(report))
    if off is not None:
        # The screen lists everything that is off; the error's line names the first.
        raise off
