"""`royalty sources`: the forms of report that are known."""

import shlex
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.session import Json, Name, Session, print_json, show
from pipeline.errors import UsageError

app = typer.Typer(name="sources", help="The forms of report that are known.", no_args_is_help=True)


@app.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List the profiles, those in the home's folder `sources` included."""
    from pipeline.read.profiles import load_profiles
    from pipeline.report import document, results

    session: Session = ctx.obj
    profiles = load_profiles(session.home)
    if as_json:
        print_json({"sources": [document.source(profile) for profile in profiles]})
    else:
        show(lambda width: results.sources_screen(profiles, width))


@app.command("show")
def show_(
    ctx: typer.Context, name: Annotated[str, typer.Argument()], as_json: Json = False
) -> None:
    """Show how a profile reads a report."""
    from pipeline.read.profiles import load_profiles
    from pipeline.report import document, results

    session: Session = ctx.obj
    known = {profile.name: profile for profile in load_profiles(session.home)}
    if name not in known:
        raise UsageError(f"there is no source {name!r}", f"known: {', '.join(known)}")
    if as_json:
        print_json(document.source(known[name]))
    else:
        show(lambda width: results.source_screen(known[name], width))


@app.command("draft")
def draft_(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A report as delivered.")],
    name: Annotated[
        str | None, typer.Option(help="What the source is to be called; else by the file's name.")
    ] = None,
    save: Annotated[
        bool, typer.Option("--save", help="Write it into the home's folder `sources`.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Propose a profile for a report that no source describes, with its first lines by it."""
    from pipeline.flow import drafting
    from pipeline.report import document
    from pipeline.report.drafted import drafted_screen

    session: Session = ctx.obj
    found = drafting.drafted(path, session.home, name)
    saved = drafting.save(found.draft, session.home) if save else None
    if as_json:
        print_json(document.drafted(found, saved))
        return
    own = shlex.quote(str(path))
    step = f"{session.royalty} ingest {own}" if saved else f"{session.royalty} sources draft {own}"
    what = f"read and mend {saved}, then: {step}" if saved else f"write it down: {step} --save"
    show(lambda width: drafted_screen(found, width, what))


@app.command("accept")
def accept_(
    ctx: typer.Context,
    manifest: Annotated[str, typer.Argument(help="Its id, or the beginning of it.")],
    name: Name,
    named: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="OURS=THEIRS", help="Which column is which; else as proposed."
        ),
    ] = None,
    as_json: Json = False,
) -> None:
    """Take the new layout of a report that is on hold for it, and read its lines by it."""
    from pipeline.flow.ingest import Order
    from pipeline.flow.relaying import accept
    from pipeline.report import document, results

    session: Session = ctx.obj
    names = None if named is None else dict(map(_pair, named))
    order = Order(session.home, session.settings, datetime.now(UTC))
    taken = accept(order, manifest, names, name=name)
    if as_json:
        print_json(document.layout_taken(taken))
    else:
        show(lambda _width: results.layout_screen(taken))


def _pair(given: str) -> tuple[str, str]:
    ours, mark, theirs = given.partition("=")
    if not (mark and ours and theirs):
        raise UsageError(f"--map {given!r} names no two columns", "write 'OURS=THEIRS'")
    return ours, theirs
