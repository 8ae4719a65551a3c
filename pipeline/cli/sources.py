"""`royalty sources`: the forms of report that are known."""

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
