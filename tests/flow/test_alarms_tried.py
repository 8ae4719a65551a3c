"""Trying is honest: what a trial tells is what fired when checks really ran."""

import json
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

from pipeline.flow import replay, trying
from pipeline.flow.entries import Choice
from pipeline.watch.rules import load
from tests.flow import watched
from tests.flow.homes import ALPHA, BETA, SETTINGS, asked, line, report, take
from tests.flow.senders import Clock, deliver, folder, look, profile
from tests.flow.watched import ONLY_LOG, after, check, rules

LAST = replace(SETTINGS, retry_attempts=1)
"""The first retry is the last."""
CALENDAR = '[expected]\nevery = "month"\nsince = "2026-06"\ndue_days = 20\n'
MANY = """
[rules.depth]
metric = "queue_depth"
per = ["fault"]
warning = "0 entries"
breach = "1 entries"
for = "20 h"
[rules.age]
metric = "queue_age"
queue = ["catalog", "due"]
warning = "2 d"
breach = "6 d"
[rules.sum]
metric = "money_waiting"
per = ["status"]
warning = "4 EUR"
breach = "12 EUR"
[rules.share]
metric = "share_waiting"
within = "4 d"
breach = "10 %"
[rules.bad]
metric = "fatal_lines"
within = "3 d"
warning = "0 lines"
[rules.bad-share]
metric = "fatal_share"
within = "3 d"
warning = "10 %"
[rules.up]
metric = "escalations"
within = "5 d"
warning = "0 entries"
[rules.shift]
metric = "drift_money"
finding = "money"
within = "2 d"
breach = "100 EUR"
[rules.finds]
metric = "drift_findings"
within = "2 d"
breach = "1 finding"
[rules.brief]
metric = "drift_findings"
within = "1 d"
breach = "1 finding"
for = "40 h"
[rules.owed]
metric = "reports_late"
breach = "0 reports"
[rules.silent]
metric = "source_silence"
warning = "36 h"
breach = "3 d"
"""


UNKNOWN = "GBAAA0000001"
"""An ISRC that the catalog has not."""


def unmatched(home: Path, name: str, count: int, days: float = 0) -> None:
    """Take a report with so many lines that wait for the catalog, 5 EUR each."""
    lines = [line(UNKNOWN, "5", title=f"{name} {n}", artist="Nobody") for n in range(count)]
    take(
        report(home.parent / f"{name}_2026-07.csv", lines), home, at=after(days), source="canonical"
    )


def excluded(home: Path, days: float) -> None:
    """End whatever waits."""
    ids = [one for (one,) in asked(home, "SELECT ledger_id FROM ledger_state WHERE is_open")]
    word = {"reason": "not ours", "name": "ada"}
    replay.exclude(home, SETTINGS, after(days), entries=ids, **word)


def history(home: Path) -> list[timedelta]:
    """What happened in ten days, and a check each day; the moments of the checks."""
    drop = folder(home, more=CALENDAR)
    profile(home, "api", '[api]\nbase_url = "http://localhost"\n')
    rules(home, MANY + ONLY_LOG, alone=False)
    done = {
        0.0: lambda: unmatched(home, "a", 1),
        0.75: lambda: watched.fetched(home, after(0.75), "api", after(0.75)),
        1.25: lambda: unmatched(home, "b", 2, days=1.25),
        2.25: lambda: take(_broken(home), home, at=after(2.25), source="canonical"),
        3.25: lambda: watched.found(home, after(3.25), _findings()),
        4.25: lambda: replay.retry(home, LAST, after(4.25), force=True),
        5.25: lambda: watched.fetched(home, after(5.25), "api", after(5.25)),
        6.25: lambda: replay.release(
            home, SETTINGS, after(6.25), Choice(everything=True), reason="checked", name="ada"
        ),
        7.25: lambda: excluded(home, 7.25),
        8.25: lambda: (
            deliver(drop / "acme_2026-08.csv", (ALPHA, "1")),
            look(home, clock=Clock(after(8.25))),
        ),
        9.25: lambda: unmatched(home, "c", 3, days=9.25),
    }
    moments = []
    for day in range(11):
        for when in [one for one in done if day - 1 < one <= day]:
            done[when]()
        moments.append(timedelta(days=day))
        check(home, after(day))
    return moments


def _broken(home: Path) -> Path:
    lines = [line(ALPHA, "7", "???"), line(ALPHA, "3"), line(BETA, "x"), line(BETA, "1")]
    return report(home.parent / "broken_2026-07.csv", lines)


def _findings() -> list[dict[str, object]]:
    manifest, period = "f" * 64, "2026-07"
    same = {
        "manifest": manifest,
        "accounting_period": period,
        "source": "acme",
        "severity": "high",
        "statistic": "share",
        "observed": 2.0,
        "lines": 5,
        "detail": "more",
        "currency": "EUR",
    }
    return [
        {**same, "finding": "money", "amount": Decimal(-250)},
        {**same, "finding": "volume", "amount": Decimal(9000)},
    ]


def test_trying_tells_what_fired_when_checks_really_ran(home: Path) -> None:
    """The same events with the same values, whatever has become of the lines since."""
    moments = [watched.plain(after() + one) for one in history(home)]
    rows = [
        (
            *(moment, *change.key, change.says.value, change.standing.level.value),
            *(change.reading.value, change.reading.limit, change.reading.unit or None),
            *(change.standing.warning_since, change.standing.breach_since, change.reading.detail),
        )
        for moment, change in trying.changed(home, SETTINGS, load(home), moments)
    ]
    real = watched.events(home)
    assert rows == real
    fired = {rule for _, rule, _, state, *_ in real if state in ("warning", "breach")}
    assert fired >= {one.split("]")[0] for one in MANY.split("[rules.")[1:]} - {"brief"}
    assert {state for _, _, _, state, *_ in real} >= {"pending", "calmed", "resolved", "breach"}


def test_what_is_told_is_exact(home: Path) -> None:
    rules(home, f'[rules.money]\nmetric = "money_waiting"\nbreach = "10.5 EUR"\n{ONLY_LOG}')
    lines = [
        line(UNKNOWN, "10.500000000000000001", title="x", artist="Nobody"),
        line(UNKNOWN, "99", "USD", title="y", artist="Nobody"),
    ]
    take(report(home.parent / "m_2026-07.csv", lines), home)
    (event,) = check(home, after(1)).events
    assert (event.key, event.value, event.unit) == ("EUR", Decimal("10.500000000000000001"), "EUR")
    (payload,) = [json.loads(one) for one in (home / "told.jsonl").read_text().splitlines()]
    assert payload["id"] == event.alarm_id
    assert payload["data"]["value"] == "10.500000000000000001"
    assert payload["data"]["limit"] == "10.5"
    assert payload["timestamp"] == "2026-10-06T09:00:00Z"
