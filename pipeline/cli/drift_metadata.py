"""`royalty drift metadata`: what sources tell of the catalog's things, where it changed."""

from typing import Annotated

import typer

from pipeline.cli.session import Json, Session, print_json, show

_SHOWN = 10


def metadata(
    ctx: typer.Context,
    *,
    source: Annotated[str | None, typer.Option(help="One source's reports.")] = None,
    service: Annotated[str | None, typer.Option(help="One service, such as Spotify.")] = None,
    period: Annotated[
        str | None, typer.Option(help="What reports of an accounting period told, as 2026-06.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(help="What changed in a month or later, as 2026-05.")
    ] = None,
    isrc: Annotated[str | None, typer.Option(help="All that was told of one ISRC.")] = None,
    limit: Annotated[
        int | None, typer.Option(min=1, help="How many of each kind; with --json all are told.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show changed titles, artists, labels, GTINs and lengths, and ISRCs that name two things."""
    session: Session = ctx.obj.existing()
    if isrc is not None:
        _history(session, isrc, source, service, as_json=as_json)
        return
    from pipeline.flow.metadata_drift import Asked, metadata_drift
    from pipeline.report import metadata as told

    asked = Asked(source, service, period, since)
    found = metadata_drift(session.home, session.settings, asked)
    if as_json:
        print_json(told.drift_document(found, limit))
    else:
        show(lambda width: told.drift_screen(found, limit or _SHOWN, width))


def _history(
    session: Session, isrc: str, source: str | None, service: str | None, *, as_json: bool
) -> None:
    from pipeline.flow.metadata_history import history
    from pipeline.report import metadata as told

    found = history(session.home, session.settings, isrc, source, service)
    if as_json:
        print_json(told.history_document(found))
    else:
        show(lambda width: told.history_screen(found, width))
