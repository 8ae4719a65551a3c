"""Alarms begin once, grow once, end once; silences end by themselves; trying is honest."""

import json
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import UsageError
from pipeline.flow import silencing, trying
from pipeline.flow.firing import listed
from pipeline.flow.silencing import Word, end
from pipeline.flow.status import status
from pipeline.vocab import Fault
from pipeline.watch.channels import Message
from tests.flow import watched
from tests.flow.homes import SETTINGS, asked
from tests.flow.watched import DEPTH, ONLY_LOG, after, check, rules, settled, told, waiting


def lines_told(home: Path) -> list[str]:
    """What the file says, in order."""
    text = (
        (home / "told.jsonl").read_text(encoding="utf-8") if (home / "told.jsonl").exists() else ""
    )
    return [json.loads(one)["data"]["state"] for one in text.splitlines()]


def test_an_alarm_begins_grows_and_ends_once(home: Path) -> None:
    rules(home, DEPTH + ONLY_LOG)
    assert told(home, after(0)) == []
    waiting(home, 1)
    assert told(home, after(1)) == ["warning"]
    assert told(home, after(2)) == []
    waiting(home, 2, days=3)
    assert told(home, after(3)) == ["breach"]
    assert told(home, after(4)) == []
    settled(home, 5)
    assert told(home, after(5)) == ["resolved"]
    assert told(home, after(6)) == []
    assert lines_told(home) == ["warning", "breach", "resolved"]
    waiting(home, 3, days=7)
    assert told(home, after(7)) == ["breach"]
    assert lines_told(home) == ["warning", "breach", "resolved", "breach"]


@pytest.mark.parametrize("path", ["told.jsonl", "none/told.jsonl"])
def test_a_notebook_that_opens_the_lake_sees_what_a_check_did(path: str, home: Path) -> None:
    """Whether its channel could be told or not: no command renews the views for a notebook."""
    (home / "none").write_bytes(b"a file, so that no folder can be made")
    rules(home, f"{DEPTH}{ONLY_LOG.replace('told.jsonl', path)}")
    waiting(home, 1)
    assert told(home, after(1)) == ["warning"]
    with duckdb.connect(str(home / "lake.duckdb"), read_only=True) as con:
        assert con.execute("SELECT state FROM alarms").fetchall() == [("warning",)]
        called = con.execute("SELECT outcome FROM alarm_calls WHERE channel = 'log'").fetchall()
    assert set(called) == {("owed",), ("told" if path == "told.jsonl" else "failed",)}


def test_a_limit_must_hold_before_it_is_told(home: Path) -> None:
    rules(home, f'{DEPTH}for = "2 d"\n')
    waiting(home, 1)
    assert told(home, after(0)) == ["pending"]
    assert told(home, after(1)) == []
    assert told(home, after(2)) == ["warning"]
    waiting(home, 2, days=3)
    assert told(home, after(3)) == ["pending"]
    settled(home, 4)
    assert told(home, after(4)) == ["resolved"]


def test_a_clock_that_goes_back_tells_nothing_twice(home: Path) -> None:
    rules(home, DEPTH)
    waiting(home, 1, days=5)
    assert told(home, after(6)) == ["warning"]
    assert told(home, after(-30)) == []
    assert told(home, after(6)) == []


def test_what_a_rule_says_no_longer_is_resolved(home: Path) -> None:
    rules(home, DEPTH + ONLY_LOG)
    waiting(home, 1)
    told(home, after(1))
    rules(home, ONLY_LOG)
    (event,) = check(home, after(2)).events
    assert (event.state, event.detail) == ("resolved", "the rule is no more")
    assert lines_told(home) == ["warning", "resolved"]
    assert told(home, after(3)) == []


def test_a_silence_keeps_quiet_and_ends_by_itself(home: Path) -> None:
    rules(home, DEPTH + ONLY_LOG)
    silencing.silence(home, SETTINGS, after(0), Word("depth", "", "ada", "known"), "3 d")
    waiting(home, 3)
    assert told(home, after(1)) == ["breach"]
    (one,) = listed(home, SETTINGS, after(1)).firing
    assert (one.silenced_by, one.reason) == ("ada", "known")
    assert told(home, after(2)) == []
    assert lines_told(home) == []
    # It still stands when the silence is over: now it is told, once.
    assert told(home, after(3)) == []
    assert lines_told(home) == ["breach"]
    told(home, after(4))
    assert lines_told(home) == ["breach"]
    assert listed(home, SETTINGS, after(4)).firing[0].silenced_until is None


def test_what_came_and_went_under_a_silence_is_never_told(home: Path) -> None:
    rules(home, DEPTH + ONLY_LOG)
    silencing.silence(home, SETTINGS, after(0), Word("depth", "", "ada", "known"), "5 d")
    waiting(home, 1)
    assert told(home, after(1)) == ["warning"]
    settled(home, 2)
    assert told(home, after(2)) == ["resolved"]
    told(home, after(9))
    assert lines_told(home) == []


def test_whoever_heard_of_an_alarm_hears_of_its_end_once_the_silence_is_over(home: Path) -> None:
    rules(home, DEPTH + ONLY_LOG)
    waiting(home, 1)
    told(home, after(1))
    silencing.silence(home, SETTINGS, after(2), Word("depth", "", "ada", "known"), "5 d")
    settled(home, 3)
    assert told(home, after(3)) == ["resolved"]
    assert lines_told(home) == ["warning"]
    told(home, after(8))
    assert lines_told(home) == ["warning", "resolved"]


def test_a_warning_that_grew_under_a_silence_is_told_as_a_breach(home: Path) -> None:
    rules(home, DEPTH + ONLY_LOG)
    waiting(home, 1)
    told(home, after(1))
    silencing.silence(home, SETTINGS, after(2), Word("depth", "", "ada", "known"), "5 d")
    waiting(home, 3, days=3)
    assert told(home, after(3)) == ["breach"]
    told(home, after(9))
    assert lines_told(home) == ["warning", "breach"]


def test_a_silence_can_end_before_its_time(home: Path) -> None:
    rules(home, DEPTH + ONLY_LOG)
    word = Word("depth", "", "ada", "known")
    with pytest.raises(UsageError, match="depth is not silenced; it is: none"):
        silencing.unsilence(home, SETTINGS, after(0), word)
    silencing.silence(home, SETTINGS, after(0), word, "300 d")
    waiting(home, 1)
    told(home, after(1))
    silencing.unsilence(home, SETTINGS, after(2), word)
    told(home, after(2))
    assert lines_told(home) == ["warning"]


def test_a_silence_of_one_key_leaves_the_others(home: Path) -> None:
    rules(home, f'{DEPTH}per = ["fault"]\n{ONLY_LOG}')
    key = Fault.AMBIGUOUS.value
    silencing.silence(home, SETTINGS, after(0), Word("depth", key, "ada", "known"), "30 d")
    waiting(home, 1, fault=Fault.AMBIGUOUS)
    waiting(home, 1)
    assert told(home, after(1)) == [f"warning {key}", f"warning {Fault.UNMATCHED.value}"]
    (payload,) = [json.loads(one) for one in (home / "told.jsonl").read_text().splitlines()]
    assert payload["data"]["key"] == Fault.UNMATCHED


@pytest.mark.parametrize(
    ("until", "moment"),
    [
        ("2026-10-09", after(4).replace(hour=0) + timedelta(days=1)),
        ("2026-10-09T12:00", after(4).replace(hour=12)),
        ("2026-10-09T12:00+02:00", after(4).replace(hour=10)),
        ("3 d", after(3)),
    ],
)
def test_a_silence_ends_with_its_last_day(until: str, moment: object) -> None:
    assert end(until, after(0)) == moment


@pytest.mark.parametrize(
    ("until", "line_"),
    [
        ("soon", "--until 'soon' is no end"),
        ("2026-13-01", "--until '2026-13-01' is no end"),
        ("2026-10-04", "--until '2026-10-04' is over"),
        ("2 y", "--until '2 y' is no end"),
        ("400 d", "--until '400 d' is more than a year ahead"),
        ("9999999999999999999 d", "is more than a year ahead"),
    ],
)
def test_an_end_that_is_none_is_said(until: str, line_: str) -> None:
    with pytest.raises(UsageError, match=line_):
        end(until, after(0))


def test_a_silence_is_signed_and_of_a_rule_that_is(home: Path) -> None:
    with pytest.raises(UsageError, match="there is no rule 'nothing'"):
        silencing.silence(home, SETTINGS, after(0), Word("nothing", "", "ada", "x"), "3 d")
    for word in (Word("late", "", " ", "x"), Word("late", "", "ada", "")):
        with pytest.raises(UsageError, match="is signed and has a reason"):
            silencing.silence(home, SETTINGS, after(0), word, "3 d")


def test_the_terminal_waits_for_somebody_who_reads(home: Path) -> None:
    rules(home, DEPTH)
    waiting(home, 1)
    told(home, after(1))
    said: list[Message] = []
    assert check(home, after(2), said.append).events == ()
    assert [one.words for one in said] == [
        (
            "warning: depth: entries that wait: 1 entry (limit 0 entries), queue due, "
            f"fault {Fault.UNMATCHED.value}"
        )
    ]
    check(home, after(3), said.append)
    assert len(said) == 1


def test_the_status_shows_what_fires(home: Path) -> None:
    rules(home, DEPTH)
    waiting(home, 3)
    assert status(home, SETTINGS, after(0), 5).firing == ()
    told(home, after(1))
    shown = status(home, SETTINGS, after(2), 5)
    (one,) = shown.firing
    assert (one.rule, one.level, one.value, one.unit) == ("depth", "breach", 3, "entries")
    step = shown.standing.next[0]
    assert (step.command, step.why) == ("alerts list", "1 alarm calls for a person")
    silencing.silence(home, SETTINGS, after(2), Word("depth", "", "ada", "known"), "3 d")
    shown = status(home, SETTINGS, after(3), 5)
    assert shown.firing[0].silenced_by == "ada"
    assert "alerts list" not in {one.command for one in shown.standing.next}


def test_a_check_of_a_home_without_a_lake_says_nothing(tmp_path: Path) -> None:
    assert check(tmp_path, after(0)).events == ()


def test_a_trial_says_how_often_how_long_and_when(home: Path) -> None:
    rules(home, "")
    waiting(home, 1)
    waiting(home, 2, days=3)
    settled(home, 5)
    waiting(home, 1, days=8)
    draft = home.parent / "draft.toml"
    draft.write_text(DEPTH, encoding="utf-8")
    order = trying.TrialOrder(rule="depth", file=draft)
    trial = trying.attempt(home, SETTINGS, after(10), order)
    (tried,) = trial.tried
    spans = [(one.began_at, one.breached_at, one.ended_at, one.worst) for one in tried.firings]
    plain = watched.plain
    assert spans == [
        (plain(after(0)), plain(after(3)), plain(after(5)), 3),
        (plain(after(8)), None, None, 1),
    ]
    assert (tried.worst, tried.worst_at) == (3, plain(after(3)))
    assert tried.firings[1].lasted(trial.until) == timedelta(days=2)
    # Nothing of it stands in the books.
    assert asked(home, "SELECT count(*)::INTEGER FROM alarms") == [(0,)]


def test_a_trial_of_too_many_steps_is_refused(home: Path) -> None:
    waiting(home, 1)
    order = trying.TrialOrder(step=timedelta(seconds=1))
    with pytest.raises(UsageError, match=r"steps are too many; give a longer --step"):
        trying.attempt(home, SETTINGS, after(30), order)
    with pytest.raises(UsageError, match="has not come yet"):
        trying.attempt(home, SETTINGS, after(0), trying.TrialOrder(since=after(40).date()))
