"""Channels against real receivers on loopback: a file, a server, a mail server."""

import base64
import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pipeline.vocab_watch import Alarm
from pipeline.watch.channels import ChannelFailed, Message, to_apprise, to_file, to_webhook

KEY = b"0123456789abcdef0123456789abcdef"
SECRET = "whsec_" + base64.b64encode(KEY).decode()
AT = datetime(2026, 10, 5, 9, 30, tzinfo=UTC)
MESSAGE = Message(
    id="ab" * 32,
    at=datetime(2026, 10, 5, 9),  # noqa: DTZ001 - as the lake shows clocks: UTC, no zone
    rule="late",
    title="reports that are late",
    key="Čas",
    state=Alarm.BREACH.value,
    severity="high",
    metric="report_lateness",
    value="864000",
    limit="259200",
    unit="s",
    detail=None,
    words="breach: late Čas: reports that are late: 10 d (limit 3 d)",
)


@dataclass
class Hook:
    """A receiver of webhooks that keeps what it was sent."""

    answers: list[int]
    got: list[tuple[dict[str, str], bytes]] = field(default_factory=list)
    url: str = ""


@contextmanager
def hook(*answers: int) -> Iterator[Hook]:
    """A server that answers with these codes in turn, the last for ever."""
    kept = Hook(list(answers))

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            kept.got.append((headers, body))
            self.send_response(kept.answers.pop(0) if len(kept.answers) > 1 else kept.answers[0])
            self.send_header("location", "/elsewhere")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_address[1]}/hook?token=s3cret"
    try:
        yield kept
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_a_webhook_is_signed_as_standard_webhooks_says() -> None:
    with hook(204) as kept:
        to_webhook(kept.url, SECRET, MESSAGE, AT, 5)
    ((headers, body),) = kept.got
    seconds = int(AT.timestamp())
    signed = hmac.digest(KEY, f"{MESSAGE.id}.{seconds}.".encode() + body, hashlib.sha256)
    assert headers["webhook-signature"] == f"v1,{base64.b64encode(signed).decode()}"
    assert (headers["webhook-id"], headers["webhook-timestamp"]) == (MESSAGE.id, str(seconds))
    assert headers["content-type"] == "application/json"
    sent = json.loads(body)
    assert (sent["id"], sent["type"]) == (MESSAGE.id, "alarm.breach")
    assert sent["timestamp"] == "2026-10-05T09:00:00Z"
    assert sent["data"]["key"] == "Čas"
    assert (sent["data"]["value"], sent["data"]["unit"]) == ("864000", "s")


@pytest.mark.parametrize("code", [301, 400, 404, 429, 500, 503])
def test_any_answer_but_yes_is_a_failure(code: int) -> None:
    with hook(code) as kept, pytest.raises(ChannelFailed, match=f"the answer was {code}"):
        to_webhook(kept.url, SECRET, MESSAGE, AT, 5)
    assert len(kept.got) == 1


def test_a_server_that_is_gone_is_a_failure_without_its_address() -> None:
    with hook(204) as kept:
        url = kept.url
    with pytest.raises(ChannelFailed, match=r"no answer \(ConnectError\)") as raised:
        to_webhook(url, SECRET, MESSAGE, AT, 5)
    assert "s3cret" not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize("secret", ["", "plain", "whsec_", "whsec_a", SECRET + "!"])
def test_a_secret_of_another_form_signs_nothing(secret: str) -> None:
    with hook(204) as kept, pytest.raises(ChannelFailed, match="its secret is no whsec_"):
        to_webhook(kept.url, secret, MESSAGE, AT, 5)
    assert kept.got == []


@pytest.mark.parametrize("url", ["", "nowhere", "ftp://127.0.0.1/", "http://[bad"])
def test_an_address_that_is_none_is_a_failure(url: str) -> None:
    with pytest.raises(ChannelFailed, match="no answer"):
        to_webhook(url, SECRET, MESSAGE, AT, 5)


def test_a_file_gets_a_line_each(tmp_path: Path) -> None:
    path = tmp_path / "deep" / "told.jsonl"
    for _ in range(2):
        to_file(path, MESSAGE)
    lines = path.read_text(encoding="utf-8").splitlines()
    assert [json.loads(line)["id"] for line in lines] == [MESSAGE.id] * 2
    assert path.stat().st_mode & 0o077 == 0


def test_a_line_that_was_cut_swallows_no_other(tmp_path: Path) -> None:
    path = tmp_path / "told.jsonl"
    path.write_bytes(b'{"id": "cut')
    to_file(path, MESSAGE)
    first, second = path.read_text(encoding="utf-8").splitlines()
    assert (first, json.loads(second)["id"]) == ('{"id": "cut', MESSAGE.id)


def test_a_file_that_cannot_be_written_is_a_failure(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ChannelFailed):
        to_file(tmp_path / "file" / "told.jsonl", MESSAGE)


class Sink:
    """A mail server that keeps what it is sent."""

    def __init__(self) -> None:
        self.got: list[tuple[list[str], str]] = []

    async def handle_DATA(  # noqa: N802 - aiosmtpd asks for the name
        self, _server: object, _session: object, envelope: object
    ) -> str:
        content = envelope.content.decode()  # type: ignore[attr-defined]  # of aiosmtpd, untyped
        self.got.append((list(envelope.rcpt_tos), content))  # type: ignore[attr-defined]  # likewise
        return "250 OK"


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_mail_is_delivered_by_apprise() -> None:
    pytest.importorskip("apprise")
    from aiosmtpd.controller import Controller

    sink = Sink()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = Controller(sink, hostname="127.0.0.1", port=port)
    server.start()
    try:
        address = f"mailto://127.0.0.1:{port}?from=lake@label.test&to=ops@label.test"
        to_apprise(address, MESSAGE, 5)
    finally:
        server.stop()
    ((recipients, content),) = sink.got
    assert recipients == ["ops@label.test"]
    assert "Subject: " in content
    assert MESSAGE.id[:16] in _decoded(content)
    assert "reports that are late: 10 d (limit 3 d)" in _decoded(content)


def _decoded(content: str) -> str:
    import email
    from email.message import Message as Mail

    mail: Mail = email.message_from_string(content)
    parts = [part for part in mail.walk() if not part.is_multipart()]
    return "".join(part.get_payload(decode=True).decode() for part in parts)


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_mail_that_nobody_takes_is_a_failure() -> None:
    pytest.importorskip("apprise")
    with pytest.raises(ChannelFailed, match="apprise does not know such an address"):
        to_apprise("carrier-pigeon", MESSAGE, 5)
    with pytest.raises(ChannelFailed, match="apprise could not deliver it"):
        to_apprise("mailto://127.0.0.1:9?from=a@label.test&to=b@label.test", MESSAGE, 1)
