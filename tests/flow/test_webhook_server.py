"""`royalty webhook serve` as its own process, met over real sockets by honest and other senders."""

import http.client
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from pipeline.flow import notices
from pipeline.store import books, lake
from tests.flow.demo_home import ROOT
from tests.flow.homes import ALPHA, BETA, SETTINGS, asked
from tests.flow.senders import KEY, SECRET, deliver, folder, held, look, signed

HOOK = '[webhook]\nsecrets = [{ env = "ACME_OLD" }, { env = "ACME_SECRET" }]\nbody_bytes = 1000\n'
OLD = "whsec_b2xkIHNlY3JldCBvZiBhY21l"
BODY = b'{"type": "report.ready"}'
BOOKED = "SELECT notice_id, outcome FROM notices ORDER BY ALL"


@dataclass
class Server:
    """A server that listens, and what it said."""

    process: subprocess.Popen[str]
    port: int
    log: Path

    def post(
        self,
        headers: Mapping[str, str],
        body: bytes | Iterator[bytes] = BODY,
        source: str = "acme",
    ) -> http.client.HTTPResponse:
        """Send a notice; the whole answer is read."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        chunked = not isinstance(body, bytes)
        connection.request("POST", f"/webhooks/{source}", body, headers, encode_chunked=chunked)
        answer = connection.getresponse()
        answer.said = answer.read()  # type: ignore[attr-defined]  # kept for who compares answers
        connection.close()
        return answer

    def send(self, notice_id: str, **more: object) -> int:
        """The status that a signed notice is answered with."""
        return self.post(signed(BODY, notice_id, **more)).status  # type: ignore[arg-type]  # at, key

    def end(self, by: int = signal.SIGTERM) -> int:
        """The exit code once it was told to end."""
        self.process.send_signal(by)
        return self.process.wait(60)


@contextmanager
def serving(home: Path) -> Iterator[Server]:
    """A server of a home; it is killed at the end, if it has not ended."""
    log = home.parent / "log"
    with log.open("a") as errors:
        process = subprocess.Popen(
            [
                *(sys.executable, "-m", "pipeline.cli.main", "--home", str(home)),
                *("webhook", "serve", "--port", "0", "--json"),
            ],
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            cwd=ROOT,
            env={**os.environ, "ACME_SECRET": SECRET, "ACME_OLD": OLD},
        )
    try:
        assert process.stdout is not None
        lines = [process.stdout.readline() for _ in range(7)]
        told = json.loads("".join(lines))
        assert (told["host"], told["sources"]) == ("127.0.0.1", ["acme"])
        yield Server(process, told["port"], log)
    finally:
        process.kill()
        process.wait(60)
        process.stdout.close()


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    """A server whose source has an empty folder, looked at a moment ago."""
    folder(home, more=HOOK)
    look_now(home)
    with serving(home) as found:
        yield found


def look_now(home: Path) -> None:
    """Look at every source by the clock of this machine, so that none is silent."""
    look(home, clock=lambda: datetime.now(UTC))  # type: ignore[arg-type]  # a clock as any other


def until(is_so: Callable[[], bool]) -> None:
    """Return once something is so."""
    end = time.monotonic() + 120
    while not is_so():
        assert time.monotonic() < end
        time.sleep(0.1)


def test_a_notice_is_answered_and_its_report_taken(server: Server, home: Path) -> None:
    deliver(home.parent / "drop-acme" / "acme_2026-07.csv", (ALPHA, "1.25"), (BETA, "2"))
    assert server.send("msg_1") == 204
    assert server.send("msg_1") == 204, "twice is well"
    until(lambda: asked(home, BOOKED) == [("msg_1", "fetched")])
    assert held(home) == (2, Decimal("3.25"))
    assert server.end() == 0
    with pytest.raises(ConnectionError):
        server.send("msg_2")


def test_notices_told_at_once_are_one(server: Server, home: Path) -> None:
    with ThreadPoolExecutor(8) as executor:
        answers = list(executor.map(lambda _: server.send("msg_1"), range(16)))
    assert answers == [204] * 16
    until(lambda: asked(home, BOOKED) == [("msg_1", "unchanged")])


def test_forgers_learn_nothing_and_leave_nothing(server: Server, home: Path) -> None:
    now = datetime.now(UTC)
    answers = [
        server.post({}),
        server.post(signed(BODY, "msg_1", key=b"x" * 32)),
        server.post(signed(b"another", "msg_1")),
        server.post(signed(BODY, "msg_1", at=now - timedelta(seconds=310))),
        server.post(signed(BODY, "msg_1", at=now + timedelta(seconds=310))),
        server.post(signed(BODY, "msg_1"), source="nobody"),
        server.post(signed(BODY, "msg_1"), source="%2e%2e"),
    ]
    seen = {(one.status, one.said) for one in answers}  # type: ignore[attr-defined]  # see post
    assert seen == {(401, b"not believed\n")}
    assert notices.waiting(home) == []
    assert server.send("msg_1") == 204


def test_clocks_may_differ_by_five_minutes(server: Server) -> None:
    now = datetime.now(UTC)
    answers = [server.send(f"msg_{s}", at=now + timedelta(seconds=s)) for s in (-280, 280)]
    assert answers == [204, 204]


def test_a_secret_that_is_being_replaced_is_believed_too(server: Server) -> None:
    assert server.send("msg_1", key=b"old secret of acme") == 204


@pytest.mark.parametrize("chunked", [False, True])
def test_a_body_that_is_too_large_is_not_read(server: Server, *, chunked: bool) -> None:
    large = b"x" * 1001
    body = iter([large[:600], large[600:]]) if chunked else large
    assert server.post(signed(large, "msg_1"), body).status == 413
    fits = b"x" * 1000
    assert server.post(signed(fits, "msg_2"), fits).status == 204


def test_a_sender_that_says_less_than_it_sends_harms_nobody(server: Server) -> None:
    """It states ten bytes and leaves after five."""
    with socket.create_connection(("127.0.0.1", server.port), timeout=30) as stranger:
        head = "POST /webhooks/acme HTTP/1.1\r\nhost: a\r\ncontent-length: 10\r\n\r\n"
        stranger.sendall(head.encode() + b"12345")
    assert server.send("msg_1") == 204


def test_too_many_are_told_when_to_come_again(home: Path) -> None:
    folder(home, more=f"{HOOK}per_minute = 3")
    look_now(home)
    with serving(home) as server:
        forged = [server.post({}) for _ in range(5)]
        assert [one.status for one in forged] == [401, 401, 401, 429, 429]
        signed_ones = [server.post(signed(BODY, f"msg_{n}")) for n in range(5)]
        assert [one.status for one in signed_ones] == [204, 204, 204, 429, 429]
        # Three a minute are one each 20 s.
        assert 0 < int(signed_ones[-1].headers["retry-after"]) <= 20
        assert len(list((notices.folder(home)).rglob("*.json"))) == 3


def test_a_busy_lake_makes_no_sender_wait(server: Server, home: Path) -> None:
    """The books are open to a writer all the while, as in a long commit."""
    with lake.exclusive(home, SETTINGS), books.writing(home, SETTINGS):
        begun = time.monotonic()
        answers = [server.send(f"msg_{n}") for n in range(10)]
        spent = time.monotonic() - begun
    assert answers == [204] * 10
    assert spent < 5, "ten answers take some milliseconds each, and the writer never lets go"
    until(lambda: [outcome for _, outcome in asked(home, BOOKED)] == ["unchanged"] * 10)


def test_killed_between_the_answer_and_the_fetch(server: Server, home: Path) -> None:
    deliver(home.parent / "drop-acme" / "acme_2026-07.csv", (ALPHA, "1"))
    with lake.exclusive(home, SETTINGS):
        assert server.send("msg_1") == 204
        assert server.end(signal.SIGKILL) == -signal.SIGKILL
        assert [one.notice.notice_id for one in notices.waiting(home)] == ["msg_1"]
    # What waits from before is answered without a further notice.
    with serving(home) as again:
        until(lambda: asked(home, BOOKED) == [("msg_1", "fetched")])
        assert again.send("msg_1") == 204
    assert held(home) == (1, Decimal(1))


def test_secrets_stand_nowhere(server: Server, home: Path) -> None:
    server.send("msg_1")
    server.post(signed(BODY, "msg_2", key=b"x" * 32))
    until(lambda: asked(home, BOOKED) == [("msg_1", "unchanged")])
    server.end()
    texts = [path.read_bytes() for path in home.rglob("*") if path.is_file()]
    texts.append(server.log.read_bytes())
    secrets = (SECRET.encode(), SECRET.removeprefix("whsec_").encode(), KEY, OLD.encode())
    assert [one for one in secrets for text in texts if one in text] == []
    log = server.log.read_text()
    assert "a notice of acme came" in log
    assert "a notice to acme is not believed: no signature fits" in log


def test_a_secret_that_is_not_there_is_one_line(home: Path) -> None:
    folder(home, more=HOOK)
    done = subprocess.run(
        [sys.executable, "-m", "pipeline.cli.main", "--home", str(home), "webhook", "serve"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (2, "")
    said = "source acme: webhook.secrets is not in the environment as ACME_OLD; export ACME_OLD\n"
    assert done.stderr.endswith(said)
