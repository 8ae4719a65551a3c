"""Credentials: where they stand, who may read them, and that nothing tells them; signatures."""

import base64
import hashlib
from pathlib import Path

import httpx2
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from pipeline.errors import UsageError
from pipeline.sync import credentials
from pipeline.sync.credentials import Redactor
from pipeline.sync.failure import Failed
from pipeline.sync.signing import Signer, Verifier, digest_header
from pipeline.sync.spec import Key, Secret
from pipeline.sync.words import SigningAlgorithm
from pipeline.vocab import Fault

TOLD = "t0p s3cret/+"


def kept(path: Path, mode: int, text: str = TOLD) -> Path:
    path.write_text(f"{text}\n", encoding="utf-8")
    path.chmod(mode)
    return path


def test_a_credential_comes_from_the_environment_or_a_file_of_its_owner(tmp_path: Path) -> None:
    assert credentials.read(Secret("env", "A"), tmp_path, {"A": TOLD}) == TOLD
    kept(tmp_path / "key", 0o600)
    assert credentials.read(Secret("file", "key"), tmp_path) == TOLD


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o666, 0o610])
def test_a_file_that_others_may_open_is_refused(mode: int, tmp_path: Path) -> None:
    kept(tmp_path / "key", mode)
    with pytest.raises(UsageError, match=f"is open to others .mode {mode:o}.; chmod 600") as error:
        credentials.read(Secret("file", "key"), tmp_path)
    assert TOLD not in str(error.value)


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        (Secret("env", "NOT_SET"), "the environment variable NOT_SET is not set"),
        (Secret("file", "absent"), "cannot be read"),
        (Secret("file", "."), "is no file"),
        (Secret("file", "blank"), "is empty"),
    ],
)
def test_a_credential_that_is_not_there(secret: Secret, said: str, tmp_path: Path) -> None:
    kept(tmp_path / "blank", 0o600, "")
    with pytest.raises(UsageError, match=said):
        credentials.read(secret, tmp_path, {})


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
    key = Key(algorithm, "k1", Secret("env", "K"), ("@method", "@target-uri", "content-digest"))
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
