"""`royalty catalog`: the authoritative catalog that lines are matched against."""

from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.session import Json, Session, print_json, show

app = typer.Typer(name="catalog", help="The authoritative catalog.", no_args_is_help=True)


@app.command()
def load(
    ctx: typer.Context,
    source: Annotated[
        Path,
        typer.Argument(metavar="DIR", help="A folder of CSV or parquet files, a CSV or workbook."),
    ],
    partial: Annotated[
        bool, typer.Option("--partial", help="Leave out what offends a check, load the rest.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Load a new version of the catalog and make it current once it is whole."""
    from pipeline.flow.catalog import load
    from pipeline.report import document, results

    session: Session = ctx.obj
    loaded = load(session.home, source, partial, session.at)
    if as_json:
        print_json(document.loaded(loaded))
    else:
        show(lambda width: results.loaded_screen(loaded, width))


@app.command()
def stats(ctx: typer.Context, as_json: Json = False) -> None:
    """Show what the current version holds, and how well it can match and pay."""
    from pipeline.flow.catalog import stats
    from pipeline.report import document, results

    session: Session = ctx.obj.existing()
    found = stats(session.home)
    if as_json:
        print_json({"catalog": document.values(found)})
    elif found is None:
        show(lambda _width: results.pairs_screen("No catalog is loaded", {}))
    else:
        show(lambda _width: results.pairs_screen(f"Catalog {found['version']}", found))
