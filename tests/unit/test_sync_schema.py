"""What `[api]` may say, and the one line that each mistake comes to."""

import tomllib
from typing import Any

import pytest

from pipeline.errors import UsageError
from pipeline.sync.schema import api_of
from pipeline.sync.secret import Place
from pipeline.sync.words import AuthKind, Contract, CursorForm, Paging, Payload, SigningAlgorithm

LEAST = """
base_url = "http://127.0.0.1:1/v1/"
[list]
path = "/reports"
[files]
path = "/reports/{id}"
"""
ROWS = """
base_url = "http://127.0.0.1:1"
payload = "json"
[list]
path = "/rows"
[rows]
key = ["id"]
fields = { isrc = "isrc" }
"""


def read(text: str, header: tuple[str, ...] = ()) -> Any:
    return api_of("acme", tomllib.loads(text), header)


def test_the_least_that_must_be_said() -> None:
    api = read(LEAST)
    assert (api.base_url, api.provider) == ("http://127.0.0.1:1/v1", "127.0.0.1:1")
    assert (api.payload, api.pages.kind, api.auth.kind) == (
        Payload.FILE,
        Paging.NONE,
        AuthKind.NONE,
    )
    assert api.secrets == ()


def test_everything_that_may_be_said() -> None:
    api = read(
        ROWS
        + """
contract = "freeze"
[auth]
kind = "oauth2"
client_id = "us"
token_url = "http://127.0.0.1:1/token"
secret = { env = "ACME_SECRET" }
[sign]
algorithm = "ed25519"
key_id = "ours"
secret = { file = "acme.pem" }
[pages]
kind = "cursor"
next = "paging.next"
param = "after"
cap = 7
[cursor]
field = "updated"
form = "date"
start = "2026-01-01"
overlap_s = 3600
latency_s = 172800
[limits]
requests = 60
window_s = 30
concurrency = 2
"""
    )
    assert api.auth.secret == Place("env", "ACME_SECRET", "acme: api.auth.secret")
    assert api.sign is not None
    assert (api.sign.algorithm, api.sign.secret) == (
        SigningAlgorithm.ED25519,
        Place("file", "acme.pem", "acme: api.sign.secret"),
    )
    assert api.secrets == (api.auth.secret, api.sign.secret)
    assert (api.pages.kind, api.pages.next, api.pages.cap) == (Paging.CURSOR, "paging.next", 7)
    assert (api.cursor.form, api.cursor.latency_s) == (CursorForm.DATE, 172_800.0)
    assert (api.limits.requests, api.limits.window_s) == (60, 30.0)
    assert api.rows.contract is Contract.FREEZE


def test_a_profile_with_a_header_names_its_own_fields() -> None:
    api = read(ROWS.replace('isrc = "isrc"', 'Song = "track.name"'), ("Song", "Cur"))
    assert api.rows.fields == {"Song": "track.name", "Cur": "Cur"}
    assert api.rows.contract is Contract.EVOLVE


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "api.list is missing"),
        ("[list]\npath = 1", "api.list.path is missing"),
        ('[list]\npath = "/a"', "api.base_url is no address: None"),
        (LEAST + "[limit]\nrequests = 1", "api knows no 'limit'"),
        (LEAST + "[limits]\nrequest = 1", "api.limits knows no 'request'; known: requests"),
        (LEAST + '[limits]\nrequests = "many"', "api.limits.requests is no such number: 'many'"),
        (LEAST + "[limits]\nconcurrency = 0", "api.limits.concurrency is no such number: 0"),
        (LEAST + "[retries]\nbase_s = -1", "api.retries.base_s is no such number: -1"),
        (LEAST + '[pages]\nkind = "scroll"', "api.pages.kind knows no 'scroll'; known: none, link"),
        (LEAST + '[pages]\nkind = "next"', "api.pages.next is missing"),
        (LEAST + '[pages]\nkind = "page"', "api.pages.param is missing"),
        (LEAST + '[cursor]\nfield = "at"', "api.cursor.start is missing"),
        (LEAST.replace('path = "/reports/{id}"', ""), "api.files.path is missing"),
        (ROWS.replace('key = ["id"]', ""), "api.rows.key is missing, and cursor.field too"),
        (ROWS + 'contract = "evolve"', "api.rows.contract is evolve; a canonical report"),
        (LEAST + '[auth]\nkind = "token"', "api.auth.secret is missing; token needs it"),
        (
            LEAST + '[auth]\nkind = "token"\nsecret = "s3cret"',
            'api.auth.secret does not say where the secret is kept; write { env = "NAME" }',
        ),
        (LEAST + "[auth]\nkind = 1", "api.auth.kind knows no 1; known: none, token, oauth2"),
        (LEAST + '[verify]\nkey_id = "a"', "api.verify.secret is missing; a signature needs it"),
    ],
)
def test_a_mistake_is_one_line_that_names_its_place(text: str, said: str) -> None:
    with pytest.raises(UsageError) as refused:
        read(text)
    assert str(refused.value).startswith(f"acme: {said}"), str(refused.value)
    assert "s3cret" not in str(refused.value)
