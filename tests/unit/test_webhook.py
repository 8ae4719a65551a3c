"""Which notices are believed: signatures are made here by hand, from the words of their forms."""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import UsageError
from pipeline.sync.webhook import MAX_SIGNATURES, Hook, NotBelieved, asks, believed
from pipeline.sync.webhook_app import Bucket

AT = datetime(2026, 11, 3, 12, tzinfo=UTC)
SECONDS = 1_793_707_200
"""That moment, counted by hand: 20,760 days of 86,400 s from 1970 on, and 12 hours."""
KEY, OLD_KEY = b"k" * 24, b"o" * 24
SECRET = "whsec_" + base64.b64encode(KEY).decode()
OLD_SECRET = "whsec_" + base64.b64encode(OLD_KEY).decode()
BODY = b'{"type": "report.ready", "data": {"report": "R-7"}}'
ID = "msg_1"


def hook(monkeypatch: pytest.MonkeyPatch, **more: Any) -> Hook:
    """A hook whose secrets are the new one and the old one."""
    monkeypatch.setenv("NEW_SECRET", SECRET)
    monkeypatch.setenv("OLD_SECRET", OLD_SECRET)
    given = {"secrets": [{"env": "NEW_SECRET"}, {"env": "OLD_SECRET"}], **more}
    return Hook.read("acme", given).armed(given, Path())


def v1(key: bytes = KEY, name: str = ID, seconds: object = SECONDS, body: bytes = BODY) -> str:
    """A signature as Standard Webhooks prescribes it."""
    signed = f"{name}.{seconds}.".encode() + body
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def standard(
    signature: str | None = None, name: str = ID, seconds: object = SECONDS
) -> dict[str, str]:
    """The headers of a notice."""
    return {
        "webhook-id": name,
        "webhook-timestamp": f"{seconds}",
        "webhook-signature": signature or v1(name=name, seconds=seconds),
    }


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        pytest.param(standard(), "signed with the new secret", id="new"),
        pytest.param(standard(v1(OLD_KEY)), "signed with the old one", id="old"),
        pytest.param(standard(f"{v1(b'x')} {v1()}"), "one of two signatures fits", id="two"),
        pytest.param(standard(f"v1a,AAAA {v1()}"), "a form not known stands beside", id="v1a"),
        pytest.param(standard(f"v1,*?! {v1()}"), "what is no base64 stands beside", id="garbled"),
        pytest.param(standard(seconds=SECONDS - 300), "five minutes ago", id="slow"),
        pytest.param(standard(seconds=SECONDS + 300), "five minutes ahead", id="fast"),
    ],
)
def test_a_standard_notice_is_believed(
    headers: dict[str, str], why: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    notice = believed(hook(monkeypatch, subject="data.report"), headers, BODY, AT)
    said = (notice.source, notice.notice_id, notice.type, notice.subject)
    assert said == ("acme", ID, "report.ready", "R-7"), why
    assert abs(notice.sent_at - AT) <= timedelta(seconds=300)


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        pytest.param({}, BODY, id="no headers"),
        pytest.param({**standard(), "webhook-id": ""}, BODY, id="no id"),
        pytest.param({**standard(), "webhook-id": "msg_2"}, BODY, id="another id"),
        pytest.param({**standard(), "webhook-id": "a\nb"}, BODY, id="an id of two lines"),
        pytest.param({**standard(), "webhook-timestamp": f"{SECONDS + 1}"}, BODY, id="other time"),
        pytest.param(standard(seconds=f"{SECONDS}.0"), BODY, id="a time with decimals"),
        pytest.param({**standard(), "webhook-timestamp": f"0{SECONDS}"}, BODY, id="zeros before"),
        pytest.param(standard(seconds="٣"), BODY, id="a time in other digits"),
        pytest.param(standard(seconds=SECONDS - 301), BODY, id="too old"),
        pytest.param(standard(seconds=SECONDS + 301), BODY, id="too new"),
        pytest.param(standard(), BODY + b" ", id="another body"),
        pytest.param(standard(v1(body=b"\xff")), b"\xff", id="a body that is no text"),
        pytest.param(standard(v1(b"x" * 24)), BODY, id="another secret"),
        pytest.param(standard(v1().replace("v1,", "v2,")), BODY, id="another version"),
        pytest.param(standard(v1().replace("v1,", "")), BODY, id="no version"),
        pytest.param(standard("v1,"), BODY, id="empty"),
        pytest.param(standard(" ".join([v1(b"x")] * MAX_SIGNATURES + [v1()])), BODY, id="too many"),
    ],
)
def test_a_standard_notice_is_not_believed(
    headers: dict[str, str], body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(NotBelieved) as caught:
        believed(hook(monkeypatch), headers, body, AT)
    assert KEY.decode() not in str(caught.value)


OTHER = "whsec_plain-text"


def stripe(monkeypatch: pytest.MonkeyPatch) -> Hook:
    monkeypatch.setenv("STRIPE_SECRET", OTHER)
    given = {"style": "stripe", "secrets": {"env": "STRIPE_SECRET"}}
    return Hook.read("acme", given).armed(given, Path())


def hexed(secret: str = OTHER, seconds: object = SECONDS, body: bytes = BODY) -> str:
    """A signature as Stripe prescribes it; the secret is taken as it is written."""
    return hmac.new(secret.encode(), f"{seconds}.".encode() + body, hashlib.sha256).hexdigest()


@pytest.mark.parametrize(
    ("header", "fits"),
    [
        (f"t={SECONDS},v1={hexed()}", True),
        (f"t={SECONDS}, v1={hexed('old')}, v1={hexed()}", True),
        (f"t={SECONDS},v0={hexed()},v1={hexed()}", True),
        (f"t={SECONDS},v0={hexed()}", False),
        (f"t={SECONDS},v1={hexed('other')}", False),
        (f"t={SECONDS},t={SECONDS},v1={hexed()}", False),
        (f"t={SECONDS - 301},v1={hexed(seconds=SECONDS - 301)}", False),
        (f"v1={hexed()}", False),
        ("", False),
        ("t=,v1=,=,", False),
    ],
)
def test_a_stripe_notice(header: str, *, fits: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    headers = {"stripe-signature": header}
    if fits:
        notice = believed(stripe(monkeypatch), headers, BODY, AT)
        # The body names no id of its own, so that its digest is the id.
        assert notice.notice_id == f"sha256:{hashlib.sha256(BODY).hexdigest()}"
    else:
        with pytest.raises(NotBelieved):
            believed(stripe(monkeypatch), headers, BODY, AT)


@pytest.mark.parametrize(
    ("body", "notice_id", "type_"),
    [
        (b'{"id": "evt_1", "type": "a"}', "evt_1", "a"),
        (b'{"id": 7, "type": null}', None, None),
        (b'["id"]', None, None),
        (b"no json", None, None),
        (b"[" * 60_000, None, None),
        (b'{"type": "\\ud800"}', None, "?"),
        (b'{"type": {"a": 1}}', None, None),
    ],
)
def test_what_a_signed_body_says(
    body: bytes, notice_id: str | None, type_: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"stripe-signature": f"t={SECONDS},v1={hexed(body=body)}"}
    notice = believed(stripe(monkeypatch), headers, body, AT)
    assert notice.notice_id == (notice_id or f"sha256:{hashlib.sha256(body).hexdigest()}")
    assert notice.type == type_


def test_types_ask_or_do_not() -> None:
    listening = Hook.read("acme", {"types": ["report.ready", "report.replaced"]})
    assert [asks(listening, one) for one in ("report.ready", "ping", None)] == [True, False, False]
    assert asks(Hook.read("acme", {}), None)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"secret": "x"}, "webhook.secret is no key here"),
        ({}, "webhook.secrets is missing"),
        ({"secrets": "whsec_abc"}, "does not say where the secret is kept"),
        ({"secrets": [{"env": "NOT_SET"}]}, "is not in the environment as NOT_SET"),
        ({"secrets": [{"env": "NO_BASE64"}]}, "is no whsec_… in base64"),
        ({"style": "other"}, "knows no 'other'"),
        ({"tolerance_s": -1}, "webhook.tolerance_s is -1"),
        ({"body_bytes": 1.5}, "webhook.body_bytes is 1.5"),
        ({"per_minute": True}, "webhook.per_minute is True"),
    ],
)
def test_a_table_that_is_wrong_is_one_line(
    given: Mapping[str, Any], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NO_BASE64", "whsec_*")
    with pytest.raises(UsageError, match=r"^source acme: webhook\.") as caught:
        Hook.read("acme", given).armed(given, Path())
    assert said in str(caught.value)
    assert "whsec_abc" not in str(caught.value)


def test_a_hook_shows_no_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    listening = hook(monkeypatch)
    told = json.dumps(repr(listening)) + str(listening.secrets) + f"{listening.secrets[0]!s}"
    assert SECRET not in told
    assert base64.b64encode(KEY).decode() not in told


def test_a_bucket_gives_a_minute_s_worth_and_then_as_fast_as_it_fills() -> None:
    now = [0.0]
    bucket = Bucket(2, lambda: now[0])
    assert [bucket.wait_s() for _ in range(3)] == [0, 0, 30]
    now[0] = 29.0
    assert bucket.wait_s() == pytest.approx(1)
    now[0] = 30.0
    assert bucket.wait_s() == 0
    now[0] = 10_000.0
    assert [bucket.wait_s() for _ in range(3)] == [0, 0, 30]
