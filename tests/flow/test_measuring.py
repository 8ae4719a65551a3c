"""What rules see now is read off the lake itself; it is what its history says of now."""

from pathlib import Path

import polars as pl

from pipeline.faults import ledger
from pipeline.flow.measuring import seen
from pipeline.store import lake
from pipeline.store.records import CURSORS
from pipeline.vocab import Fault, Kind
from pipeline.watch.rules import load
from tests.flow.homes import SETTINGS
from tests.flow.watched import DEPTH, ONLY_LOG, after, plain, rules, settled, told, waiting

BY_SOURCE = f'{DEPTH}per = ["source"]\n{ONLY_LOG}'


def asked_of(home: Path, source: str, days: float) -> None:
    """Commit a request to a source that begins to wait, as a fetch would."""
    at = after(days)
    entry = {"ledger_id": ["a" * 64], "manifest": ["m" * 64], "accounting_period": ["2026-07"]}
    opened = pl.DataFrame({**entry, "fault": [Fault.UNMATCHED.value]})
    nothing = pl.lit(None, dtype=pl.String())
    cursor = {"source": source, "round": 1, "seq": 1}
    cursors = pl.DataFrame([{name: cursor.get(name) for name in CURSORS}], schema=CURSORS)
    with lake.begin(home, "fetch", at) as run:
        events = ledger.opened(opened, at=at, run=run.id, settings=SETTINGS).with_columns(
            kind=pl.lit(Kind.REQUEST.value), manifest=nothing, accounting_period=nothing
        )
        path = run.file("retry_ledger", "0")
        events.write_parquet(path)
        batch = lake.Batch(files=[lake.seal(path, "retry_ledger", 1)], cursors=cursors)
        lake.commit(home, run, batch, SETTINGS)


def test_a_request_waits_at_the_source_that_it_was_made_to(home: Path) -> None:
    rules(home, BY_SOURCE)
    asked_of(home, "shop", 0)
    assert told(home, after(1)) == ["warning shop"]


def test_now_is_the_same_after_a_look_at_the_past_as_before_it(home: Path) -> None:
    rules(home, BY_SOURCE, alone=False)
    waiting(home, 1)
    settled(home, 1)
    waiting(home, 3, days=2)
    for has_requests in (False, True):
        if has_requests:
            asked_of(home, "shop", 2.5)
        chosen = load(home).rules
        with seen(home, SETTINGS, chosen) as session:
            now = session.readings(plain(after(3)))
        with seen(home, SETTINGS, chosen) as session:
            past = session.readings(plain(after(0.5)))
            assert session.readings(plain(after(3))) == now
        with seen(home, SETTINGS, chosen) as session:
            assert session.readings(plain(after(3))) == now
            assert session.readings(plain(after(0.5))) == past
        assert now["depth", "–"].value == 3
        assert past["depth", "–"].value == 1
        assert (("depth", "shop") in now) is has_requests
