"""`royalty review`: the queue of what a machine may not decide, and what people decide of it."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from pipeline.cli.session import Json, Limit, Session, print_json, show
from pipeline.errors import UsageError
from pipeline.vocab import Binding, Decision

if TYPE_CHECKING:
    from pipeline.flow.adjudicate import Adjudicated

app = typer.Typer(
    name="review",
    help="The desk: identities that a person must decide, the most money first.",
    no_args_is_help=True,
)

Ids = Annotated[list[str], typer.Argument(metavar="ID...", help="Queue ids, or their beginnings.")]
OptionalIds = Annotated[
    list[str] | None, typer.Argument(metavar="[ID...]", help="Queue ids, or their beginnings.")
]
By = Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides; kept for ever.")]
Why = Annotated[str | None, typer.Option("--reason", help="Why; kept for ever.")]
Version = Annotated[
    str | None,
    typer.Option("--version", help="The row's version that was seen; refused if it has changed."),
]
Replace = Annotated[
    bool, typer.Option("--replace", help="Put this in the place of what was decided before.")
]
Bind = Annotated[
    Binding | None,
    typer.Option("--bind", help="What it is bound to; the strongest identifier by default."),
]
Territory = Annotated[str | None, typer.Option("--territory", help="Only there, such as DE,AT.")]
From = Annotated[str | None, typer.Option("--from", help="Only from this day on: 2026-07-01.")]
To = Annotated[str | None, typer.Option("--to", help="Only until this day, included.")]


@app.command("list")
def list_(
    ctx: typer.Context,
    by_artist: Annotated[
        bool, typer.Option("--by-artist", help="Keep the rows of an artist together.")
    ] = False,
    state: Annotated[str, typer.Option(help="open, rejected, missing or all.")] = "open",
    limit: Limit = 50,
    as_json: Json = False,
) -> None:
    """List what waits, the most money first, then the oldest."""
    from pipeline.flow.review_queue import listed
    from pipeline.report import document, review

    session: Session = ctx.obj.existing()
    found = listed(session.home, session.settings, limit, state=state, by_artist=by_artist)
    if as_json:
        print_json(document.values(found))
    else:
        show(lambda width: review.queue_screen(found, session.at, width))


@app.command("show")
def show_(
    ctx: typer.Context,
    queue_id: Annotated[str, typer.Argument(metavar="ID", help="A queue id, or its beginning.")],
    as_json: Json = False,
) -> None:
    """Show one row: reported fields beside each candidate, why it waits, what it is worth."""
    from pipeline.flow.review_entry import entry
    from pipeline.report import document, review

    session: Session = ctx.obj.existing()
    found = entry(session.home, session.settings, queue_id)
    if as_json:
        print_json(document.values(found))
    else:
        show(lambda width: review.entry_screen(found, session.at, width))


@app.command()
def accept(
    ctx: typer.Context,
    *,
    name: By,
    ids: OptionalIds = None,
    recording: Annotated[
        str | None, typer.Option(help="The catalog's id of the recording.")
    ] = None,
    release: Annotated[str | None, typer.Option(help="The catalog's id of the release.")] = None,
    from_file: Annotated[
        Path | None, typer.Option("--from-file", help="Take the answers of a workbook, as import.")
    ] = None,
    only_candidate: Annotated[
        bool, typer.Option("--only-candidate", help="Each row's only candidate.")
    ] = False,
    territory: Territory = None,
    begins: From = None,
    ends: To = None,
    bind: Bind = None,
    learn_alias: Annotated[
        bool, typer.Option("--learn-alias", help="Keep the reported artist as a spelling.")
    ] = False,
    reason: Why = None,
    version: Version = None,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Decide what rows are: one recording or release, paid from now on, everywhere or in limits."""
    from pipeline.flow.review_limits import limits

    if from_file is not None:
        if ids or recording or release:
            raise UsageError("both ids and a file are given", "give the one or the other")
        import_(ctx, from_file, name=name, partial=False, as_json=as_json)
        return
    more: dict[str, Any] = {
        "recording_id": recording,
        "release_id": release,
        "learns_alias": learn_alias,
        "only_candidate": only_candidate,
    }
    held = limits(territory, begins, ends)
    _decide(
        ctx, Decision.ACCEPT, ids or [], name=name, version=version, replaces=replace,
        as_json=as_json, reason=reason, bind=bind, limits=held, **more,
    )  # fmt: skip


@app.command()
def reject(
    ctx: typer.Context,
    ids: Ids,
    *,
    name: By,
    candidate: Annotated[
        list[str] | None, typer.Option("--candidate", help="Only this one; all by default.")
    ] = None,
    bind: Bind = None,
    reason: Why = None,
    version: Version = None,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """None of these: the candidates are turned down; the rows come back with other ones."""
    _decide(
        ctx, Decision.REJECT, ids, name=name, version=version, replaces=replace, as_json=as_json,
        reason=reason, bind=bind, candidates=tuple(candidate or ()),
    )  # fmt: skip


@app.command()
def missing(
    ctx: typer.Context,
    *,
    ids: OptionalIds = None,
    name: Annotated[str, typer.Option("--by", metavar="NAME", help="Who decides.")] = "",
    reason: Why = None,
    version: Version = None,
    replace: Replace = False,
    out: Annotated[Path | None, typer.Option(help="Write the list: .xlsx or .csv.")] = None,
    as_json: Json = False,
) -> None:
    """Not in the catalog: collect rows as recordings to create; without ids, list them."""
    if ids:
        _decide(
            ctx, Decision.MISSING, ids, name=name, version=version, replaces=replace,
            as_json=as_json, reason=reason,
        )  # fmt: skip
        return
    from pipeline.flow import review_lists
    from pipeline.report import document, review

    session: Session = ctx.obj.existing()
    found = review_lists.missing(session.home, session.settings)
    if out is not None:
        review_lists.write(found, out)
    if as_json:
        print_json({"missing": document.values(found.to_dicts())})
    else:
        show(lambda width: review.missing_screen(found, out, width))


@app.command()
def exclude(
    ctx: typer.Context,
    ids: Ids,
    *,
    reason: Annotated[str, typer.Option("--reason", help="Why; kept for ever.")],
    name: By,
    territory: Territory = None,
    begins: From = None,
    ends: To = None,
    bind: Bind = None,
    version: Version = None,
    replace: Replace = False,
    as_json: Json = False,
) -> None:
    """Never to be paid, now and in reports to come: not ours, returned, written off."""
    from pipeline.flow.review_limits import limits

    held = limits(territory, begins, ends)
    _decide(
        ctx, Decision.EXCLUDE, ids, name=name, version=version, replaces=replace, as_json=as_json,
        reason=reason, bind=bind, limits=held,
    )  # fmt: skip


def _decide(
    ctx: typer.Context,
    kind: Decision,
    ids: list[str],
    *,
    name: str,
    version: str | None,
    as_json: bool,
    **said: Any,
) -> None:
    """Decide the same of some rows."""
    from pipeline.flow.adjudicate import decide
    from pipeline.flow.review_words import Word

    if version is not None and len(ids) > 1:
        raise UsageError("one version is given for several rows", "name one row, or no version")
    session: Session = ctx.obj.existing()
    words = [Word(one, kind, version, **said) for one in ids]
    done = decide(session.home, session.settings, session.at, words, name=name)
    _show(done, as_json=as_json)


@app.command()
def undo(
    ctx: typer.Context,
    decisions: Annotated[list[str], typer.Argument(metavar="DECISION...", help="Their ids.")],
    *,
    name: By,
    reason: Why = None,
    as_json: Json = False,
) -> None:
    """End decisions: what they alone had paid waits again."""
    from pipeline.flow import adjudicate

    session: Session = ctx.obj.existing()
    done = adjudicate.undo(
        session.home, session.settings, session.at, decisions, name=name, reason=reason
    )
    _show(done, as_json=as_json)


@app.command("export")
def export_(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A new .xlsx file.")],
    by_artist: Annotated[bool, typer.Option("--by-artist", help="Artist by artist.")] = False,
    as_json: Json = False,
) -> None:
    """Write what waits to a workbook, with columns for decisions; identifiers stay text."""
    from pipeline.flow.review_sheet import export
    from pipeline.report import document, review

    session: Session = ctx.obj.existing()
    done = export(session.home, session.settings, path, by_artist=by_artist)
    if as_json:
        print_json(document.values(done))
    else:
        show(lambda _width: review.exported_screen(done, session.royalty))


@app.command("import")
def import_(
    ctx: typer.Context,
    path: Annotated[Path, typer.Argument(metavar="FILE", help="A workbook that was exported.")],
    *,
    name: By,
    partial: Annotated[
        bool, typer.Option("--partial", help="Take in the rest where rows are refused.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Take in the answers of a workbook, all or none; changed, unknown and altered rows refuse."""
    from pipeline.flow.review_sheet import take_in

    session: Session = ctx.obj.existing()
    done = take_in(session.home, session.settings, session.at, path, name=name, partial=partial)
    _show(done, as_json=as_json)


def _show(done: "Adjudicated", *, as_json: bool) -> None:
    from pipeline.report import document, review

    if as_json:
        print_json(document.values(done))
    else:
        show(lambda width: review.adjudicated_screen(done, width))
