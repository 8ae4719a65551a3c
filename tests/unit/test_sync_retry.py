"""When a request is sent again, and when its host is left alone."""

import socket
import sqlite3
import ssl
from collections.abc import Mapping

import httpx2
import pytest

from pipeline.sync.breaker import HostBreaker
from pipeline.sync.failure import Failed, of_error, of_status
from pipeline.sync.journal import Standing
from pipeline.sync.journal_file import connect
from pipeline.sync.limits import pause_s, policy
from pipeline.sync.retry import Policy
from pipeline.sync.slots import Slots
from pipeline.sync.spec import Breaker, Retries
from pipeline.sync.words import BreakerState
from pipeline.vocab import Fault

NOW = 1_000_000.0
RULES = Retries(attempts=4, base_s=1.0, cap_s=10.0, budget=0.2, floor=2, deadline_s=60.0)


def decided(
    failed: Failed, standing: Standing | None = None, draw: float = 0.5, retries: int = 0
) -> Failed:
    rules = Policy(RULES, lambda _request, _attempts: draw, lambda _since: (100, retries))
    return rules.decide("key", failed, standing or Standing(), NOW, NOW + RULES.deadline_s)


@pytest.mark.parametrize(
    ("attempts", "draw", "wait"),
    [(0, 0.5, 1.0), (1, 0.5, 2.0), (2, 1.0, 8.0), (2, 0.0, 0.0)],
)
def test_a_wait_is_drawn_from_nothing_to_the_doubled_base(
    attempts: int, draw: float, wait: float
) -> None:
    found = decided(Failed("x", Fault.SERVER_ERROR), Standing(attempts, attempts), draw)
    assert (found.wait_s, found.gives_up) == (wait, "")


def test_a_wait_is_capped_unless_the_provider_asks_for_more() -> None:
    assert decided(Failed("x", Fault.TIMEOUT), Standing(40, 0), 1.0).wait_s == 10.0
    asked = Failed("x", Fault.THROTTLED, retry_after_s=30.0)
    assert decided(asked).wait_s == 30.0
    shorter = Failed("x", Fault.THROTTLED, retry_after_s=0.1)
    assert decided(shorter).wait_s == 1.0


@pytest.mark.parametrize(
    ("failed", "standing", "retries", "why", "final"),
    [
        (Failed("404"), Standing(), 0, "another attempt would bring no other", True),
        (
            Failed("x", Fault.SIGNATURE_MISMATCH),
            Standing(),
            0,
            "another attempt would bring no other",
            True,
        ),
        (Failed("x", Fault.DNS), Standing(3, 3), 0, "4 attempts came to nothing", True),
        (Failed("x", Fault.DNS), Standing(9, 1), 0, "", False),
        (
            Failed("x", Fault.DNS, retry_after_s=61.0),
            Standing(),
            0,
            "its next attempt is due in 61 s, after this run's deadline",
            False,
        ),
        (
            Failed("x", Fault.DNS),
            Standing(),
            20,
            "the retry budget is used up (20 retries, 100 requests)",
            False,
        ),
        (Failed("x", Fault.DNS), Standing(), 19, "", False),
    ],
)
def test_when_it_is_not_sent_again(
    failed: Failed, standing: Standing, retries: int, why: str, final: bool
) -> None:
    found = decided(failed, standing, retries=retries)
    assert (found.gives_up, found.is_final) == (why, final)


@pytest.mark.parametrize(
    ("status", "headers", "fault", "after"),
    [
        (200, {}, "none", None),
        (206, {}, "none", None),
        (429, {}, Fault.THROTTLED, None),
        (429, {"retry-after": "7"}, Fault.THROTTLED, 7.0),
        (429, {"retry-after": "Mon, 12 Jan 1970 13:46:50 GMT"}, Fault.THROTTLED, 10.0),
        (429, {"retry-after": "soon"}, Fault.THROTTLED, None),
        (500, {}, Fault.SERVER_ERROR, None),
        (503, {"retry-after": "2"}, Fault.SERVER_ERROR, 2.0),
        (599, {}, Fault.SERVER_ERROR, None),
        (501, {}, None, None),
        (408, {}, Fault.TIMEOUT, None),
        (404, {}, None, None),
        (301, {}, None, None),
    ],
)
def test_what_a_status_means(
    status: int, headers: Mapping[str, str], fault: Fault | str | None, after: float | None
) -> None:
    failed = of_status(status, headers, NOW)
    assert (failed.fault if failed else "none") == fault
    assert (failed.retry_after_s if failed else None) == after


@pytest.mark.parametrize(
    ("headers", "window", "pause"),
    [
        ({"ratelimit-policy": '"day";q=100;w=60'}, (100, 60.0), 0.0),
        ({"ratelimit-policy": '"a";q=100;w=10, "b";q=60;w=60'}, (60, 60.0), 0.0),
        ({"ratelimit": '"day";r=0;t=12'}, None, 12.0),
        ({"ratelimit": '"day";r=3;t=12'}, None, 0.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "5"}, None, 5.0),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "1796000000"}, None, 0.0),
        ({"ratelimit-policy": "nonsense"}, None, 0.0),
        ({}, None, 0.0),
    ],
)
def test_what_limits_are_learned_from_headers(
    headers: Mapping[str, str], window: tuple[int, float] | None, pause: float
) -> None:
    assert (policy(headers), pause_s(headers)) == (window, pause)


@pytest.fixture
def con() -> sqlite3.Connection:
    return connect(None)


def test_a_slot_counts_until_one_window_after_its_answer(con: sqlite3.Connection) -> None:
    slots = Slots(con, "host", concurrency=9, hold_ms=60_000)
    slots.allow((2, 1.0))
    assert slots.take("a", 0)
    assert slots.take("b", 10)
    # Neither answer has come: a window after they were sent is not enough.
    assert not slots.take("c", 5_000)
    slots.free("a", 5_000)
    assert not slots.take("c", 6_000)
    assert slots.take("c", 6_002)


def test_windows_are_kept_together(con: sqlite3.Connection) -> None:
    slots = Slots(con, "host", concurrency=100, hold_ms=0)
    slots.allow((5, 1.0), (0, 9.0), (3, 2.0))
    assert [(rate.limit, rate.interval) for rate in slots.rates] == [(3, 2000)]
    slots.allow((1, 1.0), (100, 10.0))
    assert [(rate.limit, rate.interval) for rate in slots.rates] == [(1, 1000), (10, 10_000)]


def test_no_more_are_under_way_than_allowed(con: sqlite3.Connection) -> None:
    slots = Slots(con, "host", concurrency=2, hold_ms=60_000)
    assert [slots.take(name, 0) for name in "abc"] == [True, True, False]
    slots.free("a", 50)
    assert slots.take("c", 60)
    # A process that died: its slot is free once no request can take longer.
    assert slots.take("d", 60_200)


def test_a_breaker_opens_probes_and_closes(con: sqlite3.Connection) -> None:
    rules = Breaker(failures=3, open_s=10.0, cap_s=15.0)
    breaker, other = HostBreaker(con, "host", rules), HostBreaker(con, "host", rules)
    for _ in range(2):
        breaker.told(Fault.SERVER_ERROR, NOW)
    assert breaker.wait_s(NOW) == 0
    breaker.told(Fault.CONNECT, NOW)
    assert (breaker.state(NOW), other.wait_s(NOW)) == (BreakerState.OPEN, 10.0)
    # One probe goes through; all others wait for what it comes to.
    assert breaker.state(NOW + 10) is BreakerState.HALF_OPEN
    assert (breaker.wait_s(NOW + 10), other.wait_s(NOW + 10)) == (0, 60.0)
    breaker.told(Fault.TIMEOUT, NOW + 11)
    assert other.wait_s(NOW + 11) == 15.0
    assert breaker.wait_s(NOW + 26) == 0
    breaker.told(None, NOW + 27)
    assert (breaker.state(NOW + 27), other.wait_s(NOW + 27)) == (BreakerState.CLOSED, 0)


def test_to_be_throttled_trips_no_breaker(con: sqlite3.Connection) -> None:
    breaker = HostBreaker(con, "host", Breaker(failures=1))
    breaker.told(Fault.THROTTLED, NOW)
    assert breaker.state(NOW) is BreakerState.CLOSED


@pytest.mark.parametrize(
    ("cause", "said", "fault"),
    [
        (ssl.SSLCertVerificationError("self-signed"), "the certificate of host:1 is not", None),
        (socket.gaierror(-2, "unknown"), "the name host:1 is not known", Fault.DNS),
        (ConnectionRefusedError(), "no connection to host:1", Fault.CONNECT),
    ],
)
def test_a_connection_that_fails_says_to_whom(
    cause: OSError, said: str, fault: Fault | None
) -> None:
    error = httpx2.ConnectError("no")
    error.__cause__ = cause
    failed = of_error(error, "host:1", in_body=False)
    assert failed.why.startswith(said)
    # Nothing but the sender changes a certificate: it is not asked for again.
    assert (failed.fault, failed.is_transient) == (fault, fault is not None)
