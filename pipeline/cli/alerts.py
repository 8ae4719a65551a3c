"""`royalty alerts`: who must know, by which rules, and how often these would have called anyone."""

import sys
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from pipeline.cli.session import Json, Limit, Session, print_json, show
from pipeline.errors import RemoteFailed, UsageError

if TYPE_CHECKING:
    from pipeline.flow.telling import Speak
    from pipeline.watch.channels import Message

app = typer.Typer(
    name="alerts",
    help="What a person must see; rules, SLAs, silences.",
    invoke_without_command=True,
)

RuleName = Annotated[str, typer.Argument(metavar="RULE", help="See `royalty alerts rules`.")]
KeyName = Annotated[
    str, typer.Argument(metavar="[KEY]", help="One alarm of it, such as a currency; else all.")
]
RulesFile = Annotated[
    Path | None, typer.Option("--rules", metavar="FILE", help="Rules that are not in force yet.")
]
Reason = Annotated[str, typer.Option("--reason", help="Why; kept in the books.")]
Name = Annotated[str, typer.Option("--by", metavar="NAME", help="Who says so; kept in the books.")]


@app.callback()
def alerts(ctx: typer.Context, limit: Limit = 50, as_json: Json = False) -> None:
    """List the alerts, the latest first; with a command, see to alarms and their rules."""
    if ctx.invoked_subcommand is not None:
        return
    from pipeline.flow.status import alerts
    from pipeline.report import document, queue
    from pipeline.watch.rules import load

    session: Session = ctx.obj.existing()
    # Whoever looks here for what is wrong must not be told "no alerts" while nothing is watched.
    load(session.home)
    found, in_all = alerts(session.home, session.settings, session.at, limit)
    if as_json:
        print_json({"alerts": document.values(found), "in_all": in_all})
    else:
        show(lambda width: queue.alerts_screen(found, in_all, width))


@app.command("list")
def list_(ctx: typer.Context, as_json: Json = False) -> None:
    """List what fires, what is silenced, and what was resolved lately."""
    from pipeline.flow.firing import listed
    from pipeline.report import document
    from pipeline.report.alarms import listed_screen

    session: Session = ctx.obj.existing()
    found = listed(session.home, session.settings, session.at)
    if as_json:
        print_json(document.values(found))
    else:
        show(lambda width: listed_screen(found, session.at, width, session.royalty))


@app.command("show")
def show_(ctx: typer.Context, rule: RuleName, limit: Limit = 50, as_json: Json = False) -> None:
    """Show one rule and its events: what fired, who was told, who silenced it."""
    from pipeline.flow.firing import history
    from pipeline.report.alarm_rules import rule_document, rule_screen

    session: Session = ctx.obj.existing()
    found, events = history(session.home, session.settings, rule, limit)
    if as_json:
        print_json(rule_document(found, events))
    else:
        show(lambda width: rule_screen(found, events, width))


@app.command()
def check(ctx: typer.Context, as_json: Json = False) -> None:
    """Evaluate the rules and tell channels what they are owed; for cron.

    The exit code is 7 where a channel could not be told: it is tried again by the next check.
    """
    from pipeline.flow.alarms import check
    from pipeline.report import document

    session: Session = ctx.obj.existing()
    speak = None if as_json else _speaker()
    found = check(session.home, session.settings, session.at, speak)
    if as_json:
        print_json(document.values(found))
    _tell_failures(found.failures)
    if found.failures:
        raise typer.Exit(RemoteFailed.exit_code)


@app.command()
def silence(
    ctx: typer.Context,
    rule: RuleName,
    key: KeyName = "",
    *,
    until: Annotated[
        str, typer.Option("--until", help='The last day, such as 2026-12-24, or "3 d".')
    ],
    reason: Reason,
    name: Name,
    as_json: Json = False,
) -> None:
    """Keep a rule from telling anyone until a day; it ends by itself."""
    from pipeline.flow.silencing import Word, silence
    from pipeline.report import document
    from pipeline.report.layout import note

    session: Session = ctx.obj.existing()
    word = Word(rule, key, name, reason)
    event = silence(session.home, session.settings, session.at, word, until)
    if as_json:
        print_json(document.values(event))
    else:
        what = f"{rule} {key}".strip()
        show(lambda _width: [note(f"{what} is silenced until {event.until:%Y-%m-%d %H:%M} UTC")])


@app.command()
def unsilence(
    ctx: typer.Context,
    rule: RuleName,
    key: KeyName = "",
    *,
    reason: Reason,
    name: Name,
    as_json: Json = False,
) -> None:
    """End a silence before its time."""
    from pipeline.flow.silencing import Word, unsilence
    from pipeline.report import document
    from pipeline.report.layout import note

    session: Session = ctx.obj.existing()
    event = unsilence(session.home, session.settings, session.at, Word(rule, key, name, reason))
    if as_json:
        print_json(document.values(event))
    else:
        show(lambda _width: [note(f"{f'{rule} {key}'.strip()} is no longer silenced")])


@app.command()
def rules(ctx: typer.Context, file: RulesFile = None, as_json: Json = False) -> None:
    """List the rules that hold, with the file that says so, and the channels."""
    from pipeline.report.alarm_rules import rules_document, rules_screen
    from pipeline.watch.rules import load

    session: Session = ctx.obj
    found = load(session.home, file)
    if as_json:
        print_json(rules_document(found))
    else:
        show(lambda width: rules_screen(found, width))


@app.command("try")
def try_(
    ctx: typer.Context,
    *,
    rule: Annotated[str | None, typer.Option("--rule", help="One rule alone.")] = None,
    since: Annotated[
        str | None, typer.Option("--since", metavar="DATE", help="Else from the first commit on.")
    ] = None,
    file: RulesFile = None,
    step: Annotated[str, typer.Option("--step", help='Between two looks, such as "6 h".')] = "1 d",
    as_json: Json = False,
) -> None:
    """Replay history: how often each rule would have fired, for how long, and when.

    The lake is looked at as it was known at each step, and where a command changed it.
    """
    from pipeline.flow.trying import TrialOrder, attempt
    from pipeline.report.trial import trial_document, trial_screen

    session: Session = ctx.obj.existing()
    order = TrialOrder(_day(since), _step(step), rule, file)
    found = attempt(session.home, session.settings, session.at, order)
    if as_json:
        print_json(trial_document(found))
    else:
        show(lambda width: trial_screen(found, width))


def _day(text: str | None) -> date | None:
    try:
        return None if text is None else date.fromisoformat(text)
    except ValueError as error:
        raise UsageError(f"--since {text!r} is no day", "write 2026-01-31") from error


def _step(text: str) -> timedelta:
    from pipeline.watch.quantities import TIME, quantity

    found = quantity(text, TIME)
    if found is None or not found.value:
        raise UsageError(f"--step {text!r} is no length of time", 'write "6 h"')
    return timedelta(seconds=float(found.value))


def check_after(session: Session, *, as_json: bool) -> None:
    """Check the rules at the end of a command that may have changed the lake; never fails it."""
    from pipeline.flow.alarms import after

    speak = None if as_json else _speaker()
    _tell_failures(after(session.home, session.settings, datetime.now(UTC), speak))


def _speaker() -> "Speak":
    """Says events on the screen, below what the command has shown."""

    def speak(message: "Message") -> None:
        from pipeline.report.layout import note

        show(lambda _width: [note(message.words, "bold")])

    return speak


def _tell_failures(failures: "list[str] | tuple[str, ...]") -> None:
    from pipeline.report.layout import plain

    for failure in failures:
        sys.stderr.write(f"royalty: {plain(failure)}\n")
