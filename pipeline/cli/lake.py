"""`royalty lake`: keep the lake's folder tidy and its files whole."""

import typer

from pipeline.cli.session import Json, Session, print_json, show
from pipeline.errors import LakeDamaged

app = typer.Typer(name="lake", help="The files of the lake.", no_args_is_help=True)


@app.command()
def sweep(ctx: typer.Context, as_json: Json = False) -> None:
    """Remove what no commit names and what was replaced long ago."""
    from pipeline.report import document, results
    from pipeline.store import lake

    session: Session = ctx.obj.existing()
    report = lake.sweep(session.home, session.settings, session.at)
    if as_json:
        print_json(document.values(report))
    else:
        show(lambda _width: results.swept_screen(report))


@app.command()
def verify(ctx: typer.Context, as_json: Json = False) -> None:
    """Read every committed file again and compare it with its digest."""
    from pipeline.contract.columns import TABLES
    from pipeline.report import document, results
    from pipeline.store import lake

    session: Session = ctx.obj.existing()
    home, settings = session.home, session.settings
    damaged = lake.damaged(home, settings)
    files = sum(lake.files(home, table, settings).height for table in TABLES)
    if as_json:
        print_json({"files": files, "damaged": document.values(damaged)})
    else:
        show(lambda _width: results.checked_screen(damaged, files))
    if damaged:
        what = f"{damaged[0]} and {len(damaged) - 1} more" if damaged[1:] else f"{damaged[0]}"
        raise LakeDamaged(f"{what}: not what was written", "restore from a backup")
