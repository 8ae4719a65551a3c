"""`royalty drift`: what has changed in what a source reports, and how much money rides on it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.session import Json, Session, print_json, show
from pipeline.errors import PipelineError, UsageError

if TYPE_CHECKING:
    from pipeline.flow.drift import Asked

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
    html: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write a report for mailing: one file, charts within."),
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
    if html is not None:
        _write_page(session, asked, html, as_json=as_json)
        return
    found = drift(session.home, session.settings, asked)
    if as_json:
        print_json(document.values(found))
    else:
        show(lambda width: drift_screen(found, width))


def _write_page(session: Session, asked: "Asked", path: Path, *, as_json: bool) -> None:
    try:
        from pipeline.report.drift_page import drift_page
    except ModuleNotFoundError as error:
        raise UsageError(
            f"--html draws charts, for which {error.name} is missing",
            "install the extra: pip install 'royalty-pipeline[notebook]', or run make setup",
        ) from error
    from pipeline.flow.drift_report import drift_report
    from pipeline.report import layout

    page = drift_page(drift_report(session.home, session.settings, session.at, asked)).encode()
    try:
        path.write_bytes(page)
    except OSError as error:
        raise PipelineError(
            f"{path} cannot be written: {error.strerror}", "name another file with --html"
        ) from error
    if as_json:
        print_json({"html": str(path), "bytes": len(page)})
    else:
        show(lambda _width: [layout.note(f"{path} is written, {layout.size(len(page))}")])
