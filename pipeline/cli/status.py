"""`royalty status`: where the money is, and what waits."""

from typing import Annotated

import typer

from pipeline.cli.session import Json, Limit, Session, print_json, show
from pipeline.errors import UsageError


def status(
    ctx: typer.Context,
    manifest: Annotated[
        str | None, typer.Option(help="One report's screen, by its manifest or its beginning.")
    ] = None,
    limit: Limit = 5,
    as_json: Json = False,
) -> None:
    """Show where the money is, what waits and what to do next."""
    from pipeline.flow import status
    from pipeline.report import document, screen

    session: Session = ctx.obj.existing()
    home, at = session.home, session.at
    if manifest is not None:
        found = status.report_status(home, session.settings, at, manifest)
        if not found:
            raise UsageError(f"no manifest begins with {manifest!r}", "see `royalty status`")
        if as_json:
            print_json({"reports": [document.report(one) for one in found]})
        else:
            show(lambda width: screen.reports_screen(found, at, width, session.royalty))
        return
    whole = status.status(home, session.settings, at, limit)
    if as_json:
        print_json(document.status(whole))
    else:
        show(lambda width: screen.status_screen(whole, at, width, session.royalty))
