"""`royalty review decisions|aliases|splits` and `royalty explain`: what stands, and why."""

from typing import Annotated

import typer

from pipeline.cli.review import By, From, Territory, To, Why, app
from pipeline.cli.session import Json, Session, print_json, show
from pipeline.errors import UsageError


@app.command()
def decisions(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Those undone too.")] = False,
    as_json: Json = False,
) -> None:
    """List the decisions that stand, the latest first."""
    from pipeline.flow import review_lists
    from pipeline.report import document, review

    session: Session = ctx.obj.existing()
    found = review_lists.decisions(session.home, session.settings, every=every)
    if as_json:
        print_json({"decisions": document.values(found)})
    else:
        show(lambda width: review.decisions_screen(found, width))


@app.command()
def aliases(ctx: typer.Context, as_json: Json = False) -> None:
    """List the spellings of artists that decisions taught; `undo` withdraws one."""
    from pipeline.flow import review_lists
    from pipeline.report import document, review

    session: Session = ctx.obj.existing()
    found = review_lists.aliases(session.home, session.settings)
    if as_json:
        print_json({"aliases": document.values(found)})
    else:
        show(lambda width: review.aliases_screen(found, width))


@app.command()
def splits(
    ctx: typer.Context,
    recording: Annotated[str, typer.Argument(help="The catalog's id of the recording.")],
    *,
    party: Annotated[list[str], typer.Option("--party", help="A party; one per --share.")],
    share: Annotated[list[str], typer.Option("--share", help="Its share, such as 0.15.")],
    name: By,
    territory: Territory = None,
    begins: From = None,
    ends: To = None,
    reason: Why = None,
    as_json: Json = False,
) -> None:
    """Complete a recording's splits: its lines are paid where all shares sum to exactly 1."""
    from pipeline.flow.review_limits import limits
    from pipeline.flow.review_splits import Shares, complete
    from pipeline.report import document, review

    if len(party) != len(share):
        raise UsageError(
            f"{len(party)} parties and {len(share)} shares are given", "give a share for each"
        )
    session: Session = ctx.obj.existing()
    held = limits(territory, begins, ends)
    said = Shares(recording, tuple(zip(party, share, strict=True)), held, reason)
    done = complete(session.home, session.settings, session.at, said, name=name)
    if as_json:
        print_json(document.values(done))
    else:
        show(lambda width: review.completed_screen(done, width))


def explain(
    ctx: typer.Context,
    manifest: Annotated[str, typer.Argument(help="A manifest, its beginning, or the file.")],
    line: Annotated[int, typer.Argument(min=1, help="Where the line begins, from 1.")],
    as_json: Json = False,
) -> None:
    """Explain one line: status, faults, method, candidates, and what people decided."""
    from pipeline.flow.explain import explain
    from pipeline.report import document, explained

    session: Session = ctx.obj.existing()
    found = explain(session.home, session.settings, manifest, line)
    if as_json:
        print_json({"lines": document.values(found)})
    else:
        show(lambda width: explained.explain_screen(found, session.at, width))
