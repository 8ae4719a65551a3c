"""`royalty inbox`: take what watched folders and SFTP servers hold; `royalty owed`: what lacks."""

import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.alerts import check_after
from pipeline.cli.session import Json, Session, print_json, show
from pipeline.errors import LakeBusy, ManifestRefused, RemoteFailed, UsageError

if TYPE_CHECKING:
    from pipeline.flow.visit import InboxOrder, Visit


def inbox(
    ctx: typer.Context,
    sources: Annotated[
        list[str] | None, typer.Argument(metavar="[SOURCE...]", help="Else those whose turn it is.")
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Look again and again.")] = False,
    every: Annotated[
        float, typer.Option(min=1, help="Seconds between two looks, with --follow.")
    ] = 60.0,
    noticed: Annotated[
        bool, typer.Option("--noticed", help="Only sources that sent a notice, or should have.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take what sources have put into watched folders and on SFTP servers.

    The exit code is 7 where a source could not be reached, else 3 where a report was refused.
    """
    from pipeline.flow.fetch import FetchOrder
    from pipeline.flow.inbox import collect
    from pipeline.flow.pulling import pull_by
    from pipeline.flow.visit import InboxOrder
    from pipeline.report import document

    if follow and as_json:
        raise UsageError("--follow never ends, and --json is one document", "leave out one of them")
    session: Session = ctx.obj
    session.home.mkdir(parents=True, exist_ok=True)
    tell = (lambda _visit: None) if as_json else show_visit
    order = InboxOrder(
        session.home,
        session.settings,
        lambda: datetime.now(UTC),
        pull=pull_by(FetchOrder(session.home, session.settings)),
        tell=tell,
        rounds=not noticed,
    )
    named = sources or []
    visits = collect(order, named)
    if as_json:
        print_json({"visits": [document.visited(one) for one in visits]})
    elif not visits:
        sys.stderr.write("royalty: no source has its turn\n")
    tell_failures(visits)
    check_after(session, as_json=as_json)
    if follow:

        def look(again: "InboxOrder") -> "list[Visit]":
            found = collect(again, named)
            check_after(session, as_json=False)
            return found

        _follow(order, look, every)
    if code := exit_code(visits):
        raise typer.Exit(code)


def _follow(
    order: "InboxOrder", look: "Callable[[InboxOrder], list[Visit]]", every_s: float
) -> None:
    """Look until interrupted; what was refused once is not tried again until it changes."""
    again = replace(order, again=False, tell=_show_news)
    while True:
        time.sleep(every_s)
        try:
            tell_failures(look(again))
        except LakeBusy as error:
            sys.stderr.write(f"royalty: {error}\n")


def show_visit(visit: "Visit") -> None:
    """Show what a visit came to."""
    from pipeline.report.inbox import visit_screen

    show(lambda width: visit_screen(visit, width))


def _show_news(visit: "Visit") -> None:
    if visit.arrivals:
        show_visit(visit)


def tell_failures(visits: "Iterable[Visit]") -> None:
    """Tell why visits failed and reports were refused, a line each."""
    for visit in visits:
        if visit.failed is not None:
            sys.stderr.write(f"royalty: {visit.failed}\n")
        for arrival in visit.arrivals:
            if arrival.detail is not None:
                sys.stderr.write(f"royalty: {arrival.detail}\n")


def exit_code(visits: "Iterable[Visit]") -> int:
    """The exit code that visits come to."""
    from pipeline.vocab import ManifestState

    listed = list(visits)
    if any(visit.failed is not None for visit in listed):
        return RemoteFailed.exit_code
    refused = any(visit.count(ManifestState.REFUSED) for visit in listed)
    return ManifestRefused.exit_code if refused else 0


def owed(
    ctx: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Also what is here.")] = False,
    as_json: Json = False,
) -> None:
    """List the reports that are owed, late or lost for good."""
    from pipeline.flow.owed import owed
    from pipeline.report import document
    from pipeline.report.inbox import owed_screen
    from pipeline.vocab import Due

    session: Session = ctx.obj.existing()
    found = owed(session.home, session.settings, session.at)
    shown = [one for one in found if everything or one.state != Due.HERE]
    if as_json:
        print_json({"owed": document.values(shown), "in_all": len(found)})
    else:
        show(lambda width: owed_screen(shown, len(found), width))
