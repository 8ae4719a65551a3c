"""`royalty sync`: fetch reports from their providers; `royalty sync status`: how sources stand."""

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.alerts import check_after
from pipeline.cli.inbox import exit_code, show_visit, tell_failures
from pipeline.cli.session import Json, Session, print_json, show
from pipeline.errors import ManifestRefused, RemoteFailed, UsageError

if TYPE_CHECKING:
    from pipeline.flow.fetch import Fetched
    from pipeline.flow.visit import Visit

_STATUS = "status"


def sync(
    ctx: typer.Context,
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="[SOURCE...]", help="Else all. First `status`: how those with an API stand."
        ),
    ] = None,
    follow: Annotated[
        bool, typer.Option("--follow", help="Go on, each source when it is due.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be asked; ask nobody.")
    ] = False,
    span: Annotated[
        str,
        typer.Option(
            "--range", metavar="FROM..UNTIL", help="Fetch this range; UNTIL may be left out."
        ),
    ] = "",
    as_json: Json = False,
) -> None:
    """Fetch what is new at providers, or show how that stands.

    Watched folders and SFTP servers are looked into as well; with --follow, `inbox` does that. A
    source that gives up does not stop the others; the exit code is then 7. What had come is kept,
    and the next call goes on with it.
    """
    session: Session = ctx.obj
    named = sources or []
    if named[:1] == [_STATUS]:
        _status(session, named[1:], as_json=as_json)
        return
    if follow and (as_json or dry_run or span):
        mend = "leave out one of them"
        raise UsageError("--follow never ends, and --json, --dry-run and --range do", mend)
    since, mark, until = span.partition("..")
    if span and not (since and mark):
        raise UsageError(f"--range {span!r} is none", "write 2026-01-01..2026-02-01")
    _fetch(session, named, (since, until), follow=follow, dry_run=dry_run, as_json=as_json)


def _fetch(
    session: Session,
    named: Sequence[str],
    span: tuple[str, str],
    *,
    follow: bool,
    dry_run: bool,
    as_json: bool,
) -> None:
    from pipeline.flow import fetch_follow
    from pipeline.flow.doors import without_api
    from pipeline.flow.fetch import FetchOrder, fetch
    from pipeline.report import document
    from pipeline.report.fetched import live

    if follow:
        with live() as tell:
            order = FetchOrder(session.home, session.settings, tell=tell)
            fetch_follow.follow(order, named, lambda found: _follow_up(session, found))
    others = [] if dry_run or any(span) else without_api(session.home, named)
    asked = [name for name in named if name not in others]
    found: Sequence[Fetched] = ()
    if asked or not named:
        with live() as tell:
            order = FetchOrder(session.home, session.settings, *span, dry_run=dry_run, tell=tell)
            found = fetch(order, asked)
        if not as_json and (found or not others):
            _show(found)
    visits = _collected(session, others, as_json=as_json)
    if as_json:
        told = [document.visited(one) for one in visits]
        print_json({"sources": [one.as_json() for one in found], "visits": told})
        _tell_failures(found)
    tell_failures(visits)
    if not dry_run:
        check_after(session, as_json=as_json)
    # What could not be reached counts before what was refused.
    if code := max(_code(found), exit_code(visits)):
        raise typer.Exit(code)


def _follow_up(session: Session, found: "Sequence[Fetched]") -> None:
    _show(found)
    check_after(session, as_json=False)


def _collected(session: Session, sources: Sequence[str], *, as_json: bool) -> "list[Visit]":
    """What watched folders and SFTP servers of some sources hold, taken."""
    from pipeline.flow.inbox import collect
    from pipeline.flow.visit import InboxOrder

    if not sources:
        return []
    tell = (lambda _visit: None) if as_json else show_visit
    order = InboxOrder(session.home, session.settings, lambda: datetime.now(UTC), tell=tell)
    return collect(order, sources)


def _show(found: "Sequence[Fetched]") -> None:
    from pipeline.report.fetched import fetched_screen

    show(lambda width: fetched_screen(found, width))
    _tell_failures(found)


def _tell_failures(found: "Sequence[Fetched]") -> None:
    for one in found:
        if one.error:
            sys.stderr.write(f"royalty: {one.error}\n")


def _code(found: "Sequence[Fetched]") -> int:
    if any(one.error for one in found):
        return RemoteFailed.exit_code
    refused = any(report.error for one in found for report in one.reports)
    return ManifestRefused.exit_code if refused else 0


def _status(session: Session, named: Sequence[str], *, as_json: bool) -> None:
    from pipeline.flow.fetch_status import status
    from pipeline.report.fetched import status_screen

    session = session.existing()
    found = status(session.home, session.settings, session.at, named)
    if as_json:
        print_json({"sources": [one.as_json() for one in found]})
    else:
        show(lambda width: status_screen(found, session.at, width))
