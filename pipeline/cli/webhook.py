"""`royalty webhook`: listen for the notices that senders post."""

import logging
import sys
from datetime import UTC, datetime
from typing import Annotated

import typer

from pipeline.cli.session import Json, Session, print_json

app = typer.Typer(name="webhook", help="Notices that senders post.", no_args_is_help=True)

_ANSWER = ("inbox", "--noticed")
"""What answers a notice, as a process of its own."""


@app.command()
def serve(
    ctx: typer.Context,
    host: Annotated[str, typer.Option(help="The address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="The port; 0 takes a free one.")] = 8740,
    as_json: Json = False,
) -> None:
    """Listen for notices, keep each durably before it is answered, and fetch what they ask for."""
    from pipeline.errors import ManifestRefused
    from pipeline.flow import listening

    session: Session = ctx.obj
    home = session.home.resolve()
    home.mkdir(parents=True, exist_ok=True)
    listened = listening.hooks(home)
    at = listening.bound(host, port)
    bound_to = at.getsockname()[:2]
    if as_json:
        print_json({"host": bound_to[0], "port": bound_to[1], "sources": list(listened)})
        sys.stdout.flush()
    logging.basicConfig(format="%(asctime)s %(message)s", level=logging.INFO, stream=sys.stderr)
    logging.getLogger("uvicorn").setLevel(logging.WARNING)
    for source in listened:
        sys.stderr.write(f"listening on {bound_to[0]}:{bound_to[1]}/webhooks/{source}\n")
    command = [sys.executable, "-m", "pipeline.cli.main", "--home", str(home), *_ANSWER]
    answer = listening.Command(command, well=(0, ManifestRefused.exit_code))
    answerer = listening.Answerer(answer)
    listening.serve(home, listened, at, lambda: datetime.now(UTC), answerer)
