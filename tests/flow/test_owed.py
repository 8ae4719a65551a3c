"""What is owed and late, in the tables, in alerts and on screens."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.cli import main
from pipeline.errors import UsageError
from pipeline.flow.owed import notable, owed
from pipeline.flow.status import alerts, status
from tests.flow.homes import ALPHA, BETA, SETTINGS
from tests.flow.senders import deliver, folder, look, profile

CALENDAR = '[expected]\nevery = "month"\nsince = "2026-06"\ndue_days = 20\n'


def on(day: str) -> datetime:
    """The last moment of a day in UTC."""
    return datetime.fromisoformat(f"{day}T23:59:59").replace(tzinfo=UTC)


def states(home: Path, day: str) -> dict[str, str]:
    return {f"{one.report}{one.period}": one.state.value for one in owed(home, SETTINGS, on(day))}


def test_a_report_is_owed_then_late_then_here(home: Path) -> None:
    drop = folder(home, more=CALENDAR)
    assert states(home, "2026-06-30") == {}
    assert states(home, "2026-07-01") == {"2026-06": "owed"}
    assert states(home, "2026-07-20") == {"2026-06": "owed"}
    assert states(home, "2026-07-21") == {"2026-06": "late"}
    deliver(drop / "acme_2026-06.csv", (ALPHA, "1"))
    look(home)
    assert states(home, "2026-08-01") == {"2026-06": "here", "2026-07": "owed"}


def test_several_reports_of_a_period_are_told_apart(home: Path) -> None:
    more = f'{CALENDAR}[expected.reports]\nDE = "*_DE_*"\nUS = "*_US_*"\n'
    drop = folder(home, more=more)
    deliver(drop / "acme_DE_2026-06.csv", (ALPHA, "1"))
    look(home)
    assert states(home, "2026-07-21") == {"DE2026-06": "here", "US2026-06": "late"}


def test_another_source_s_report_is_no_answer(home: Path) -> None:
    profile(home, "acme", CALENDAR)
    deliver(folder(home, "other") / "other_2026-06.csv", (BETA, "1"))
    look(home)
    assert states(home, "2026-07-21") == {"2026-06": "late"}


def test_what_is_no_longer_kept_is_missing_for_good(home: Path) -> None:
    """Due on 20 July, kept for 30 days from then on, and told two weeks before."""
    profile(home, "acme", f"retention_days = 30\n{CALENDAR}")
    told = {
        day: [
            (one.fault, one.severity, f"{one.at:%Y-%m-%d}") for one in notable(home, SETTINGS, at)
        ]
        for day in ("2026-07-20", "2026-07-21", "2026-08-05", "2026-08-19", "2026-08-20")
        for at in [on(day)]
    }
    late = ("REPORT_LATE", "warning", "2026-07-21")
    closing = ("RETENTION_CLOSING", "high", "2026-08-05")
    assert told == {
        "2026-07-20": [],
        "2026-07-21": [late],
        "2026-08-05": [closing, late],
        "2026-08-19": [closing, late],
        "2026-08-20": [("REPORT_MISSING", "high", "2026-08-20")],
    }
    assert states(home, "2026-08-20")["2026-06"] == "missing"


def test_alerts_are_told_once_and_until_the_report_comes(home: Path) -> None:
    drop = folder(home, more=CALENDAR)
    first = alerts(home, SETTINGS, on("2026-07-21"), 10)
    assert [(one.fault, one.asset) for one in first[0]] == [("REPORT_LATE", "acme 2026-06")]
    assert alerts(home, SETTINGS, on("2026-07-29"), 10) == first
    deliver(drop / "acme_2026-06.csv", (ALPHA, "1"))
    look(home)
    assert alerts(home, SETTINGS, on("2026-07-29"), 10) == ([], 0)


def test_alerts_stand_among_those_of_reports_by_time(home: Path) -> None:
    drop = folder(home, more=CALENDAR)
    bad = deliver(drop / "acme_2026-08.csv", (ALPHA, "1"))
    bad.write_text(bad.read_text().replace("EUR", "???"))
    look(home)
    told, in_all = alerts(home, SETTINGS, on("2026-10-21"), 3)
    assert [one.fault for one in told] == ["REPORT_LATE", "CURRENCY_INVALID", "REPORT_LATE"]
    assert [f"{one.at:%m-%d}" for one in told] == ["10-21", "10-05", "08-21"]
    assert in_all == 4


def test_the_status_says_what_did_not_come(home: Path) -> None:
    folder(home, more=CALENDAR)
    shown = status(home, SETTINGS, on("2026-08-21"), 5).standing
    (group,) = shown.alerts
    assert (group.fault, group.assets) == ("REPORT_LATE", 2)
    assert shown.next[0].command == "owed"
    assert status(home, SETTINGS, on("2026-07-01"), 5).standing.alerts == ()


def test_a_calendar_that_is_wrong_is_said(home: Path) -> None:
    profile(home, "acme", CALENDAR.replace("month", "day"))
    with pytest.raises(UsageError, match=r"source acme: expected\.every knows no 'day'"):
        owed(home, SETTINGS, on("2026-07-01"))


def ran(capsys: pytest.CaptureFixture[str], *arguments: str | Path) -> tuple[int, Any, str]:
    """The exit code of a command, its JSON document or text, and its errors."""
    code = main.run([str(argument) for argument in arguments])
    told = capsys.readouterr()
    return code, json.loads(told.out) if "--json" in arguments else told.out, told.err


def test_the_commands_tell_it_as_json(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    drop = folder(
        home,
        more=CALENDAR.replace("2026-06", "2020-01").replace("since", 'until = "2020-02"\nsince'),
    )
    deliver(drop / "acme_2020-01.csv", (ALPHA, "1.50"))
    code, document, err = ran(capsys, "--home", home, "inbox", "acme", "--json")
    assert (code, err) == (0, "")
    (visit,) = document["visits"]
    assert (visit["source"], visit["occasion"], visit["committed"]) == ("acme", "asked", 1)
    assert visit["manifests"][0]["amounts"]["EUR"]["reported"] == "1.5"
    code, document, _ = ran(capsys, "--home", home, "owed", "--json")
    assert (code, document["in_all"]) == (0, 2)
    (late,) = document["owed"]
    assert (late["period"], late["due_on"], late["state"]) == ("2020-02", "2020-03-20", "late")
    code, document, _ = ran(capsys, "--home", home, "owed", "--all", "--json")
    assert [one["state"] for one in document["owed"]] == ["here", "late"]
    code, out, _ = ran(capsys, "--home", home, "owed")
    assert (code, "2020-03-20" in out, "2020-02-20" in out) == (0, True, False)


def test_the_exit_code_tells_of_refusals_and_of_servers_that_are_gone(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    drop = folder(home)
    deliver(drop / "acme_2026-06.csv", (ALPHA, "1")).write_text("no,report\n")
    code, out, err = ran(capsys, "--home", home, "inbox")
    assert (code, "refused" in out) == (3, True)
    assert err.startswith("royalty: ")
    assert "is not of source acme" in err
    for path in drop.iterdir():
        path.unlink()
    drop.rmdir()
    code, _, err = ran(capsys, "--home", home, "inbox")
    assert (code, "cannot be read" in err) == (7, True)
    code, _, err = ran(capsys, "--home", home, "inbox", "nobody")
    assert (code, err.count("\n")) == (2, 1)
