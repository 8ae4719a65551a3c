"""Rounds: which range of a source is asked for, and by what request."""

from datetime import UTC, datetime
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.flow.fetch import FetchOrder
from pipeline.settings import Settings
from pipeline.store import fetched
from pipeline.store.fetched import Taken
from pipeline.sync import asked, cursor
from pipeline.sync.asked import Asked
from pipeline.sync.journal import Round, Standing
from pipeline.sync.spec import Api
from pipeline.sync.words import Payload


def next_round(order: FetchOrder, api: Api, taken: Taken) -> Round:
    """A new round: the range that was asked for, or what has come since the last.

    Raises:
        UsageError: the range is none, or reaches into what was taken.
    """
    rules = api.cursor
    if order.since:
        return _backfill(order, api, taken)
    first = cursor.canonical(rules.form, rules.start) if rules.start else ""
    since = cursor.before(rules, taken.value) if taken.value else first
    now = datetime.fromtimestamp(order.clock.now(), UTC)
    return Round(taken.round + 1, max(since, first), cursor.final_until(rules, now))


def _backfill(order: FetchOrder, api: Api, taken: Taken) -> Round:
    """A range before what was taken, for rows that were taken must not come again."""
    rules = api.cursor
    if not rules.field:
        raise UsageError(f"{api.source} has no cursor to fetch a range by", "leave out --range")
    try:
        since = cursor.canonical(rules.form, order.since)
        until = cursor.canonical(rules.form, order.until) if order.until else taken.earliest
    except cursor.CursorBroken as error:
        raise UsageError(str(error), f"write it as in {rules.start}") from error
    reached = taken.earliest
    if api.payload is not Payload.FILE and reached and not since < until <= reached:
        mend = "a range must end there or before, or its rows would count twice"
        raise UsageError(f"{api.source} was taken from {reached} on", mend)
    return Round(taken.round + 1, since, until, backfill=True)


def listing(api: Api, begun: Round) -> Asked:
    """The request for a round's listing, before it is cut into pages."""
    form = api.cursor.form
    query = dict(api.listing.query)
    if api.listing.since and begun.since:
        query[api.listing.since] = cursor.written(form, begun.since)
    if api.listing.until and begun.until:
        query[api.listing.until] = cursor.written(form, begun.until)
    return asked.get(f"{api.base_url}{api.listing.path}", query.items(), f"round {begun.number}")


def standings_in(home: Path, since: datetime | None, settings: Settings) -> dict[str, Standing]:
    """Where requests stand by the ledger since a source's last round was over, by signature.

    Raises:
        LakeBusy, LakeDamaged: as `ensure_views`.
    """
    rows = fetched.open_requests(home, since, settings).iter_rows()
    return {row[0]: Standing(*row[1:]) for row in rows}
