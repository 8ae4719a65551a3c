"""The inbox: what sources have for us is fetched, taken, and told to the books.

A source that sends notices is looked at when it has sent one, or has been silent for longer than
its profile expects; any other when it is its turn; and each when a person names it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import RemoteFailed, UsageError
from pipeline.flow import attempts, landing, notices
from pipeline.flow.arrivals import Arrival
from pipeline.flow.doors import Door, doors
from pipeline.flow.notices import Waiting
from pipeline.flow.visit import InboxOrder, Visit, visit
from pipeline.settings import Settings
from pipeline.store import lake
from pipeline.store.sql import query
from pipeline.store.steps import Step, reach
from pipeline.sync.webhook import asks
from pipeline.vocab import ManifestState, NoticeOutcome, Occasion

Answered = list[tuple[Waiting, NoticeOutcome]]

_NAMED = 3
"""How many of the things that notices name are told."""


def collect(order: InboxOrder, sources: Sequence[str] = ()) -> list[Visit]:
    """Look at sources, and take what is there; one visit each.

    Args:
        order: what is asked for.
        sources: those to look at; where none is named, those whose turn it is.

    Raises:
        UsageError: a source is unknown, or its profile does not say how its reports come.
        CatalogError, LakeBusy, LakeDamaged: nothing can be taken at all.
    """
    known = doors(order.home)
    for source in sources:
        if source not in known:
            mend = f"known: {', '.join(known) or 'none'}; write [folder], [sftp] or [api] there"
            raise UsageError(f"no profile says how reports of {source!r} come", mend)
    landing.sweep(order.home)
    asking, ignored = _sorted(known, _unsettled(order))
    _record(order, None, [(one, NoticeOutcome.IGNORED) for one in ignored])
    visits = []
    for door, found in list(_turns(order, known, asking, sources)):
        visit(order, door, found)
        _record(order, found, _answers(found, asking.get(door.source, ())))
        _run_errands(found)
        _record_failed(order, found)
        order.tell(found)
        visits.append(found)
    return visits


def _turns(
    order: InboxOrder,
    known: Mapping[str, Door],
    asking: Mapping[str, Sequence[Waiting]],
    sources: Sequence[str],
) -> Iterator[tuple[Door, Visit]]:
    """The sources to look at now, and why."""
    heard = _heard(order.home, order.settings)
    for source, door in known.items():
        if sources and source not in sources:
            continue
        if sources:
            yield door, Visit(source, Occasion.ASKED)
        elif source in asking:
            yield door, Visit(source, Occasion.NOTICE, _told(asking[source]))
        elif not door.has_hook:
            # Nobody fetches over HTTP for whoever gave no way to.
            has_way = set(door.beside) & {"folder", "sftp"} or order.pull is not None
            if order.rounds and has_way:
                yield door, Visit(source, Occasion.ROUND)
        elif why := _silence(order, door, heard.get(source)):
            yield door, Visit(source, Occasion.SILENCE, why)


def _sorted(
    known: Mapping[str, Door], waiting: Iterable[Waiting]
) -> tuple[dict[str, list[Waiting]], list[Waiting]]:
    """The notices that ask for a fetch, by source, and those that ask for nothing.

    Nothing is asked by a type that the profile does not name, or by a source that is no more.
    """
    asking: dict[str, list[Waiting]] = {}
    ignored: list[Waiting] = []
    for one in waiting:
        door = known.get(one.notice.source)
        if door is not None and _asks(door, one):
            asking.setdefault(door.source, []).append(one)
        else:
            ignored.append(one)
    return asking, ignored


def _asks(door: Door, one: Waiting) -> bool:
    """Whether a notice asks for a fetch; where `[webhook]` is wrong, each does."""
    with suppress(UsageError):
        hook = door.hook()
        return hook is None or asks(hook, one.notice.type)
    return True


def _told(asking: Sequence[Waiting]) -> str:
    """How many notices ask, and what the first of them name."""
    named = list(dict.fromkeys(one.notice.subject for one in asking if one.notice.subject))
    count = f"{len(asking)} notice{'' if len(asking) == 1 else 's'}"
    if not named:
        return count
    return f"{count} ({', '.join(named[:_NAMED])}{' …' if named[_NAMED:] else ''})"


def _silence(order: InboxOrder, door: Door, heard_at: datetime | None) -> str | None:
    """Why a source is polled that should send notices; None while it is not to be."""
    if heard_at is None:
        return "no notice has ever come: polling takes over"
    try:
        hook = door.hook()
    except UsageError as error:
        return str(error)
    window = timedelta(hours=hook.window_h if hook else 0)
    if order.clock() - heard_at < window:
        return None
    hours = window.total_seconds() / 3600
    return f"no notice since {heard_at:%Y-%m-%d %H:%M} UTC, for {hours:g} h: polling takes over"


def _heard(home: Path, settings: Settings) -> dict[str, datetime]:
    """When each source was last heard or looked at."""
    with lake.reading(home, settings) as con:
        rows = con.execute(query("inbox/heard")).fetchall()
    return {source: at.replace(tzinfo=UTC) for source, at in rows}


def _unsettled(order: InboxOrder) -> list[Waiting]:
    """The notices that wait; of those that the books hold the files are put away."""
    found = notices.waiting(order.home)
    if not found:
        return []
    notices.sweep(order.home)
    with lake.reading(order.home, order.settings) as con:
        settled = set(con.execute(query("inbox/settled")).fetchall())
    done = [one for one in found if (one.notice.source, one.notice.notice_id) in settled]
    notices.forget(done)
    return [one for one in found if one not in done]


def _answers(found: Visit, asking: Iterable[Waiting]) -> Answered:
    """What became of notices; those of a visit that failed go on waiting."""
    if found.failed is not None:
        return []
    if found.count(ManifestState.COMMITTED):
        outcome = NoticeOutcome.FETCHED
    elif found.count(ManifestState.REFUSED):
        outcome = NoticeOutcome.REFUSED
    else:
        outcome = NoticeOutcome.UNCHANGED
    return [(one, outcome) for one in asking]


def _record(order: InboxOrder, found: Visit | None, answered: Answered) -> None:
    """Tell the books what came, whence, and which notices that answers; nothing if nothing is new.

    Raises:
        LakeBusy, LakeDamaged: as `lake.commit`; what came is in the lake, and will be unchanged.
    """
    visits = [found] if found is not None and _is_told(found) else []
    if not (visits or answered):
        return
    batch = lake.Batch(
        arrivals=_frame([_arrival(a) for one in visits for a in one.news], lake.ARRIVALS),
        notices=_frame([_notice(*one) for one in answered], lake.NOTICES),
        visits=_frame([_visit(one) for one in visits], lake.VISITS),
    )
    _commit(order, batch, visits)
    reach(Step.SETTLED)
    notices.forget([one for one, _ in answered])
    for one in visits:
        for berth, landed in one.landed:
            berth.forget([landed])


def _record_failed(order: InboxOrder, found: Visit) -> None:
    """Tell the ledger of attempts that came to nothing, where no commit has told it already."""
    if any(tried.has_failed for tried in found.tried):
        _commit(order, lake.Batch(), [found])


def _commit(order: InboxOrder, batch: lake.Batch, visits: Iterable[Visit]) -> None:
    """Commit what came, with the attempts that it took."""
    with lake.begin(order.home, "inbox", order.clock()) as run:
        tried = [tried for one in visits for tried in one.tried]
        attempts.write([event for one in tried for event in one.events], "", batch, run)
        lake.commit(order.home, run, batch, order.settings)
    for one in tried:
        one.events.clear()


def _is_told(found: Visit) -> bool:
    """Whether the books need to know of a visit: it found something, or ends a silence.

    A look that found nothing is no event: it would be one a minute, for ever.
    """
    answers = found.failed is None and found.occasion in {Occasion.NOTICE, Occasion.SILENCE}
    return answers or bool(found.news) or found.pulled.committed > 0


def _run_errands(found: Visit) -> None:
    """Do what is to be done at the sender's; what cannot be is told, and done next time."""
    try:
        for errand in found.errands:
            errand()
    except RemoteFailed as error:
        found.failed = found.failed or str(error)


def _frame(rows: list[dict[str, Any]], schema: dict[str, pl.DataType]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=schema, orient="row")


def _arrival(arrival: Arrival) -> dict[str, Any]:
    return {name: getattr(arrival, name) for name in lake.ARRIVALS} | {"state": arrival.state.value}


def _notice(one: Waiting, outcome: NoticeOutcome) -> dict[str, Any]:
    found = {name: getattr(one.notice, name, None) for name in lake.NOTICES}
    return found | {"outcome": outcome.value}


def _visit(found: Visit) -> dict[str, Any]:
    counts = {state.value: found.count(state) for state in ManifestState}
    said = {"source": found.source, "occasion": found.occasion.value}
    return {**said, **counts, "detail": found.failed or found.why or None}
