"""`royalty sources`: the forms of report that are known."""

import shlex
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.session import Json, Session, print_json, show
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
