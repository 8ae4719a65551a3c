"""The command `royalty`: its groups, and how errors end it.

Nothing slow is imported here, nor by the modules of the commands: each command imports what it
needs when it runs, so that help comes at once.
"""

import io
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer
from typer.exceptions import TyperException

from pipeline import memory
from pipeline.cli import (
    alerts,
    audit,
    bench,
    catalog,
    control,
    drift,
    drift_metadata,
    inbox,
    ingest,
    lake,
    quarantine,
    review,
    review_more,
    sources,
    status,
    sync,
    webhook,
)
from pipeline.cli.session import DEFAULT_HOME, Session
from pipeline.errors import PipelineError

_INTERRUPTED = 130
_BY_DUCKDB = "Query interrupted"
"""What DuckDB 2.0 raises in place of KeyboardInterrupt where that comes during a query."""
_NO_ROOM = "OutOfMemoryException"
"""DuckDB's name for a question that cannot even spill; its module is not imported for a name."""

app = typer.Typer(
    name="royalty",
    help="From the sales reports of streaming services to a lake whose money adds up.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
for _group in (
    catalog.app,
    sources.app,
    review.app,
    quarantine.app,
    control.app,
    drift.app,
    audit.app,
    lake.app,
    webhook.app,
    alerts.app,
):
    app.add_typer(_group)
drift.app.command("metadata")(drift_metadata.metadata)
app.command("ingest")(ingest.ingest)
app.command("restate")(ingest.restate)
app.command("inbox")(inbox.inbox)
app.command("owed")(inbox.owed)
app.command("sync")(sync.sync)
app.command("retry")(quarantine.retry)
app.command("exclude")(quarantine.exclude)
app.command("status")(status.status)
app.command("explain")(review_more.explain)
app.command("bench")(bench.bench)


@app.callback()
def _home(
    ctx: typer.Context,
    home: Annotated[
        Path, typer.Option("--home", envvar="ROYALTY_HOME", help="The folder of the lake.")
    ] = DEFAULT_HOME,
) -> None:
    ctx.obj = Session.of(home)


def main() -> None:
    """Run the command that was typed, and exit with its code.

    At once: to take the interpreter and its libraries down piece by piece is 0.2 s of every
    command, when all that was to be kept has been closed.
    """
    memory.keep()
    # Numpy's linear algebra begins with a thread that spins for a tenth of a second; none is done.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    code = run(sys.argv[1:])
    for stream in (sys.stdout, sys.stderr):
        # What went wrong with one was told; one that was closed from the start is None.
        with suppress(AttributeError, OSError, ValueError):
            stream.flush()
    os._exit(code)


def run(arguments: list[str]) -> int:
    """The exit code of a command; what went wrong is one line on stderr."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            # A terminal that cannot write a title's script shows its code points.
            stream.reconfigure(errors="backslashreplace")
    try:
        code = typer.main.get_command(app).main(
            args=arguments, prog_name="royalty", standalone_mode=False
        )
        sys.stdout.flush()
    except PipelineError as error:
        return _told(str(error), error.exit_code)
    except TyperException as error:
        mend = "`royalty --help` and `royalty COMMAND --help` list what there is"
        return _told(f"{error.format_message().rstrip('.')}; {mend}", error.exit_code)
    except (BrokenPipeError, SystemExit):
        # Whoever read the output has gone; typer and rich leave when they notice.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as error:  # noqa: BLE001 - no user of a command shall see a traceback
        return _unexpected(error)
    if code == _INTERRUPTED:
        return _interrupted()
    return code if isinstance(code, int) else 0


def _unexpected(error: Exception) -> int:
    """The line of an error that nobody foresaw, or its traceback where ROYALTY_DEBUG is set."""
    if isinstance(error, RuntimeError) and str(error) == _BY_DUCKDB:
        return _interrupted()
    if type(error).__name__ == _NO_ROOM:
        return _told("a question to the lake found no room; raise the setting query_bytes", 1)
    if os.environ.get("ROYALTY_DEBUG"):
        import traceback

        traceback.print_exception(error)
        return 1
    if isinstance(error, OSError) and error.strerror:
        where = f"{error.filename}: " if error.filename else ""
        return _told(f"{where}{error.strerror}; see to that place's rights and room", 1)
    what = f"{type(error).__name__}: {error}"
    return _told(f"{what}; a defect of the pipeline: ROYALTY_DEBUG=1 shows where", 1)


def _interrupted() -> int:
    return _told("interrupted; what was not committed yet has changed nothing", _INTERRUPTED)


def _told(line: str, code: int) -> int:
    """The code, with its line on stderr."""
    from pipeline.report.layout import plain

    sys.stderr.write(f"royalty: {plain(' '.join(line.split()))}\n")
    return code


if __name__ == "__main__":
    main()
