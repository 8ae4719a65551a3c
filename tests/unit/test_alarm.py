"""The state machine of an alarm, as a table of looks and of what each makes of it."""

from datetime import datetime, timedelta

import pytest

from pipeline.vocab_watch import Alarm, Level
from pipeline.watch.alarm import CALM, Reading, Standing, changes, is_silenced, step

BEGIN = datetime(2026, 10, 5, 9)  # noqa: DTZ001 - as the lake shows clocks: UTC, no zone
LEVELS = {".": Level.CALM, "w": Level.WARNING, "B": Level.BREACH}

CASES = [
    # name, minutes a level must hold, minute and level of each look, events as minute and word
    ("nothing is ever seen", 0, "0. 1. 2.", ""),
    ("a warning is told once and ends once", 0, "0. 1w 2w 3w 4. 5.", "1 warning, 4 resolved"),
    ("a breach comes at once", 0, "0B 1B 2.", "0 breach, 2 resolved"),
    ("a warning grows to a breach", 0, "0w 1w 2B 3B 4.", "0 warning, 2 breach, 4 resolved"),
    ("a breach about its limit calls once", 0, "0B 1w 2B 3w 4B 5.", "0 breach, 5 resolved"),
    (
        "resolved, and fired again",
        0,
        "0w 1. 2w 3B 4.",
        "0 warning, 1 resolved, 2 warning, 3 breach, 4 resolved",
    ),
    ("too short to be told", 5, "0w 4w 4.", "0 pending, 4 calmed"),
    ("told when it has held", 5, "0w 4w 5w 6w 7.", "0 pending, 5 warning, 7 resolved"),
    ("told at the first look after", 5, "0w 90w", "0 pending, 90 warning"),
    ("a gap begins anew", 5, "0w 4. 6w 9w 11w", "0 pending, 4 calmed, 6 pending, 11 warning"),
    (
        "a breach must hold as a breach",
        5,
        "0w 4B 5B 8B 9B",
        "0 pending, 4 pending, 5 warning, 9 breach",
    ),
    (
        "a spike of a warning that stands",
        5,
        "0w 5w 6B 7w 9B 14B",
        "0 pending, 5 warning, 6 pending, 7 calmed, 9 pending, 14 breach",
    ),
    ("a breach from the first look on", 5, "0B 5B", "0 pending, 5 breach"),
    ("a breach that waits and falls", 5, "0B 3w 5w", "0 pending, 3 calmed, 5 warning"),
    ("the clock goes back while it waits", 5, "10w 2w 6w 7w", "10 pending, 2 pending, 7 warning"),
    (
        "the clock goes back while it fires",
        0,
        "10w 2w 3B 1B 0.",
        "10 warning, 3 breach, 0 resolved",
    ),
]


@pytest.mark.parametrize(
    ("hold", "looks", "events"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_each_look_is_told_once(hold: int, looks: str, events: str) -> None:
    standing, found = CALM, []
    for look in looks.split():
        minute, level = int(look[:-1]), LEVELS[look[-1]]
        moment = BEGIN + timedelta(minutes=minute)
        standing, says = step(standing, level, moment, timedelta(minutes=hold))
        if says is not None:
            found.append(f"{minute} {says.value}")
    assert ", ".join(found) == events


def test_an_alarm_at_rest_knows_nothing_of_what_was() -> None:
    for level in (Level.WARNING, Level.BREACH):
        before = Standing(level, BEGIN, BEGIN)
        assert step(before, Level.CALM, BEGIN, timedelta()) == (CALM, Alarm.RESOLVED)


def test_what_has_no_value_any_more_is_resolved() -> None:
    """A currency in which nothing waits any more, a rule that was taken away."""
    standing = {("money", "EUR"): Standing(Level.BREACH, BEGIN, BEGIN), ("gone", ""): CALM}
    (change,) = changes({}, standing, {"money": timedelta(hours=1)}, BEGIN)
    assert (change.key, change.says, change.standing) == (("money", "EUR"), Alarm.RESOLVED, CALM)


def test_alarms_of_a_rule_stand_apart() -> None:
    seen = {("money", "EUR"): Reading(Level.BREACH), ("money", "USD"): Reading(Level.WARNING)}
    standing = {("money", "USD"): Standing(Level.WARNING, BEGIN, None)}
    (change,) = changes(seen, standing, {"money": timedelta()}, BEGIN)
    assert (change.key, change.says) == (("money", "EUR"), Alarm.BREACH)


@pytest.mark.parametrize(
    ("silences", "silenced"),
    [
        ([], False),
        ([("money", "")], True),
        ([("money", "EUR")], True),
        ([("money", "USD")], False),
        ([("age", ""), ("age", "EUR")], False),
    ],
)
def test_a_silence_is_of_a_rule_or_of_one_alarm(
    silences: list[tuple[str, str]], silenced: bool
) -> None:
    assert is_silenced(("money", "EUR"), silences) is silenced
