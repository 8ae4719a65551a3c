"""Lines that a person's word had paid, judged again once that word is undone."""

from collections.abc import Callable

import numpy as np
import polars as pl

from pipeline.contract.columns import PAYLOADS
from pipeline.faults import route
from pipeline.flow import guard
from pipeline.flow.concerned import Concerned
from pipeline.flow.emit import GROUPED
from pipeline.flow.judging import is_kept
from pipeline.flow.redecide import redecided
from pipeline.flow.replaying import Lifted, Replay, judge_again, tell
from pipeline.vocab import Status

_PLACE = ["manifest", "accounting_period", "offset"]
_DECIDED = ("recording_id", "release_id", "method")
_KEPT = ("ledger_id", "asset", "raw", "payload_sha256")
_NO_IDS = pl.lit([], dtype=pl.List(pl.String))


def apply(replay: Replay, concerned: Concerned) -> None:
    """Judge again whatever decisions concern: staged lines, and lines that such had paid."""

    def chosen(lines: pl.DataFrame) -> Lifted:
        return concerned.staged(lines), np.zeros(lines.height, dtype=np.uint32)

    judge_again(replay, chosen)
    reopen(replay, concerned.sold)


def reopen(replay: Replay, chosen: Callable[[pl.DataFrame], pl.Series]) -> None:
    """Judge chosen sold lines again; those that are free no longer are staged with their payload.

    A line whose payload was not kept was paid for another reason, and stays.

    Args:
        replay: at work.
        chosen: which lines of a file of sales.
    """
    kept = _kept(replay)
    if not kept.height:
        return
    for file, rows in replay.files("sales"):
        asked = chosen(rows).fill_null(value=False) & replay.pays(rows)
        if not asked.any():
            continue
        joined = rows.join(kept, on=_PLACE, how="left", maintain_order="left")
        reopened = asked & joined["raw"].is_not_null()
        if reopened.any():
            _reopen(replay, file, rows.filter(~reopened), joined.filter(reopened))


def _kept(replay: Replay) -> pl.DataFrame:
    """The payloads kept of sold lines, each once."""
    frames = [pl.DataFrame(schema=PAYLOADS), *(rows for _, rows in replay.files("payloads"))]
    columns = [pl.col(name).cast(PAYLOADS[name]) for name in (*_PLACE, *_KEPT)]
    return pl.concat([rows.select(columns) for rows in frames]).unique(_PLACE)


def _reopen(replay: Replay, file: str, others: pl.DataFrame, before: pl.DataFrame) -> None:
    """Judge the lines of one file and move those that must be staged again."""
    bare = before.drop(*_DECIDED, "score", "decided_at").with_columns(candidates=_NO_IDS)
    decided, sets = redecided(bare, replay.desk)
    dependent = decided["dependent"].to_numpy()
    names = pl.Series([status.value for status in route.STATUSES])
    status = names.gather(route.statuses(sets, dependent))
    after = decided.with_columns(
        faults=route.names_of(sets),
        old=pl.lit(Status.MATCHED.value),
        new=status,
        status=status,
        fault=route.deciding(sets & ~GROUPED),
    )
    free = status == Status.MATCHED.value
    replay.moves.attempted += before.height
    other = pl.any_horizontal(pl.col(n).ne_missing(after[n]) for n in _DECIDED)
    changed = before.select(other).to_series() | ~free
    if not changed.any():
        return
    replay.compared(after.filter(changed))
    replay.moves.moved(after)
    run = replay.run
    sold = after.filter(free).with_columns(decided_at=pl.lit(run.at), run=pl.lit(run.id))
    guard.refuse_broken("sales", sold)
    columns = others.columns
    replay.moves.replace("sales", file, pl.concat([others, sold.select(columns)]).sort("offset"))
    replay.moves.write(sold.filter(is_kept(replay.desk.rulings)), "payloads")
    staged = after.filter(~free).with_columns(run=pl.lit(run.id))
    replay.moves.write(staged, "staged")
    tell(replay, before, after, sets, dependent, attempt=False)
