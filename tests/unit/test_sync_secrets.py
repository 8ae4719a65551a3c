"""Credentials are taken out of whatever is told; messages are signed and verified."""

import base64
import hashlib

import httpx2
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipeline.errors import UsageError
from pipeline.sync.failure import Failed
from pipeline.sync.redactor import Redactor
from pipeline.sync.secret import Place
from pipeline.sync.signing import Signer, Verifier, digest_header
from pipeline.sync.spec import Key
from pipeline.sync.words import SigningAlgorithm
from pipeline.vocab import Fault

TOLD = "t0p s3cret/+"


@pytest.mark.parametrize(
    "form",
    [
        TOLD,
        "t0p%20s3cret%2F%2B",
        "t0p+s3cret%2F%2B",
        base64.b64encode(TOLD.encode()).decode(),
    ],
)
def test_every_form_of_a_credential_is_taken_out(form: str) -> None:
    assert Redactor([TOLD])(f"a {form} b") == "a [credential] b"


def test_texts_without_credentials_stay() -> None:
    assert Redactor([TOLD, "abc"])("abc def") == "abc def"


def pair() -> tuple[str, str]:
    """A private and a public key in PEM."""
    key = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"seed").digest())
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    public = key.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    return private.decode(), public.decode()


def keys(algorithm: SigningAlgorithm) -> tuple[Key, str, str]:
    private, public = pair() if algorithm is SigningAlgorithm.ED25519 else (TOLD, TOLD)
    key = Key(
        algorithm,
        "k1",
        Place("env", "K", "acme: api.sign.secret"),
        ("@method", "@target-uri", "content-digest"),
    )
    return key, private, public


def signed(algorithm: SigningAlgorithm, body: bytes = b"paid") -> httpx2.Request:
    key, private, _ = keys(algorithm)
    request = httpx2.Request("POST", "http://127.0.0.1:1/a?b=1", content=body)
    Signer(key, private).sign(request, body)
    return request


@pytest.mark.parametrize("algorithm", SigningAlgorithm)
def test_a_signed_message_passes(algorithm: SigningAlgorithm) -> None:
    key, _, public = keys(algorithm)
    Verifier(key, public).verify(signed(algorithm), hashlib.sha256(b"paid").hexdigest())


@pytest.mark.parametrize("algorithm", SigningAlgorithm)
@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("Content-Digest", digest_header(b"other")),
        ("Signature", "sig=:AAAA:"),
        ("Signature-Input", 'sig=("@method");keyid="k1"'),
        ("Signature-Input", ""),
    ],
)
def test_a_message_that_was_altered_is_a_mismatch(
    algorithm: SigningAlgorithm, header: str, value: str
) -> None:
    key, _, public = keys(algorithm)
    message = signed(algorithm)
    message.headers[header] = value
    with pytest.raises(Failed) as failed:
        Verifier(key, public).verify(message, hashlib.sha256(b"paid").hexdigest())
    assert failed.value.fault is Fault.SIGNATURE_MISMATCH


@pytest.mark.parametrize("algorithm", SigningAlgorithm)
def test_another_body_or_no_signature_is_a_mismatch(algorithm: SigningAlgorithm) -> None:
    key, _, public = keys(algorithm)
    verifier = Verifier(key, public)
    with pytest.raises(Failed, match="its body is not what was signed"):
        verifier.verify(signed(algorithm), hashlib.sha256(b"other").hexdigest())
    bare = httpx2.Request("GET", "http://127.0.0.1:1/a")
    with pytest.raises(Failed, match="its signature is another"):
        verifier.verify(bare, hashlib.sha256(b"").hexdigest())


def test_a_key_of_another_kind_is_refused() -> None:
    key, _, _ = keys(SigningAlgorithm.ED25519)
    with pytest.raises(UsageError, match="the key k1 is no PEM") as error:
        Signer(key, TOLD)
    assert TOLD not in str(error.value)
