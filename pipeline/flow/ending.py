"""Lines and deliveries whose life ends: they are counted as excluded, and never paid."""

from collections.abc import Sequence

import polars as pl

from pipeline.faults import ledger, route
from pipeline.flow.delivery import Key
from pipeline.flow.replaying import EXCLUDED, Replay
from pipeline.store import lake
from pipeline.vocab import Ending, Kind, Outcome, Status

_PLACES = {
    Ending.DUPLICATE: ("staged", "quarantine"),
    # What was invalid stays in sight: the correction need not hold it.
    Ending.REPLACED: ("staged",),
}


def end_lines(replay: Replay, lines: pl.DataFrame, detail: str) -> None:
    """Exclude single lines of staged and quarantined files, and end their entries.

    Args:
        replay: at work.
        lines: with their `ledger_id`.
        detail: why, and who said so.
    """
    ids = lines["ledger_id"].implode()
    ended = pl.concat(
        _end(replay, table, file, rows, ending)
        for table in ("staged", "quarantine")
        for file, rows in replay.files(table)
        if (ending := rows["ledger_id"].is_in(ids)).any()
    )
    known = replay.state_of(ended)
    replay.close(known, Outcome.DISCARDED, detail)
    _discard_unknown(replay, ended.join(known, on="ledger_id", how="anti"), detail)


def end_delivery(replay: Replay, key: Key, ending: Ending, detail: str) -> int:
    """Exclude whatever of a delivery waits, and end its entries; how many lines that were.

    A line for which a group stood has no entry of its own: that the group's ends is told once.
    """
    mine = (pl.col("manifest") == key[0]) & (pl.col("accounting_period") == key[1])
    lines = 0
    for table in _PLACES[ending]:
        for file, rows in replay.files(table):
            waits = mine & (pl.col("status") != EXCLUDED) if table == "staged" else mine
            going = rows.select(waits.alias("going")).to_series()
            if going.any():
                ended = _end(replay, table, file, rows, going)
                lines += ended.height
                replay.close(replay.state_of(ended), Outcome.DISCARDED, detail)
    groups = replay.states.filter(mine & pl.col("is_open") & (pl.col("kind") != Kind.LINE.value))
    replay.close(groups, Outcome.DISCARDED, detail)
    return lines


def ending_of(
    key: Key,
    ending: Ending,
    *,
    reason: str,
    name: str,
    by: Key | None = None,
    reversal: Key | None = None,
) -> lake.Batch:
    """The record that a delivery pays no longer.

    Args:
        key: the delivery.
        ending: why.
        reason: what the person says.
        name: who.
        by: the delivery that replaces it.
        reversal: the delivery that reverses what it had paid; None where it had paid nothing.
    """
    none: Sequence[None] = (None, None)
    values = (*key, ending.value, *(by or none), *(reversal or none), reason.strip(), name.strip())
    row = dict(zip(lake.ENDINGS, values, strict=True))
    return lake.Batch(endings=pl.DataFrame([row], schema=lake.ENDINGS))


def _end(
    replay: Replay, table: str, file: str, rows: pl.DataFrame, ending: pl.Series
) -> pl.DataFrame:
    """Move lines of one file to the excluded ones, and tell what the ledger must know of them."""
    before = rows.filter(ending)
    old = pl.col("status") if table == "staged" else pl.lit(Status.QUARANTINED.value)
    gone = before.with_columns(old=old, new=pl.lit(EXCLUDED)).with_columns(
        status=pl.lit(EXCLUDED),
        candidates=pl.lit([], dtype=pl.List(pl.String)),
        run=pl.lit(replay.run.id),
    )
    replay.moves.attempted += gone.height
    replay.moves.moved(gone)
    replay.moves.replace(table, file, rows.filter(~ending))
    replay.moves.write(gone, "staged")
    named = [name for name in ledger.ENTRY if name in before.columns and name != "fault"]
    return before.select(*named, route.deciding(route.sets_of(before["faults"])))


def _discard_unknown(replay: Replay, lines: pl.DataFrame, detail: str) -> None:
    """Begin and end an entry for lines that had none of their own: a group stood for them."""
    if not lines.height:
        return
    run = replay.run
    opened = ledger.opened(lines, at=run.at, run=run.id, settings=replay.settings)
    replay.moves.write(opened, "retry_ledger")
    replay.close(ledger.state(opened), Outcome.DISCARDED, detail)
