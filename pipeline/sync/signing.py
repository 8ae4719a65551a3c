"""HTTP message signatures (RFC 9421): ours on requests, the provider's on answers."""

import base64
import hashlib
import re
from typing import TYPE_CHECKING, Any

from pipeline.errors import UsageError
from pipeline.sync.failure import Failed
from pipeline.sync.spec import Key
from pipeline.sync.words import SigningAlgorithm
from pipeline.vocab import Fault

if TYPE_CHECKING:
    import httpx2
    from http_message_signatures import HTTPSignatureAlgorithm, HTTPSignatureKeyResolver

_DIGEST = re.compile(r"sha-256=:([A-Za-z0-9+/=]+):")


def digest_header(body: bytes) -> str:
    """The value of `Content-Digest` for a body (RFC 9530)."""
    return f"sha-256=:{base64.b64encode(hashlib.sha256(body).digest()).decode()}:"


def declared_digest(headers: "httpx2.Headers", *, whole: bool) -> str | None:
    """The SHA-256 that an answer declares of its body, in hexadecimal; None where it does not.

    Args:
        headers: of the answer.
        whole: whether the body is the whole report, so that `Repr-Digest` speaks of it too.
    """
    for name in ("content-digest", "repr-digest") if whole else ("content-digest",):
        if found := _DIGEST.search(headers.get(name, "")):
            try:
                return base64.b64decode(found[1], validate=True).hex()
            except ValueError:
                return ""
    return None


class Signer:
    """Signs requests with our key."""

    def __init__(self, key: Key, secret: str) -> None:
        """A signer; the secret is the key in PEM, or the shared one.

        Raises:
            UsageError: it is no such key.
        """
        from http_message_signatures import HTTPMessageSigner

        self._key = key
        self._signer = HTTPMessageSigner(
            signature_algorithm=_algorithm(key), key_resolver=_resolver(key, secret, private=True)
        )

    def sign(self, request: "httpx2.Request", body: bytes) -> None:
        """Put `Content-Digest`, `Signature-Input` and `Signature` on a request."""
        request.headers["Content-Digest"] = digest_header(body)
        self._signer.sign(
            request,
            key_id=self._key.key_id,
            covered_component_ids=self._key.components,
            label="sig",
            use_existing_digest=True,
        )


class Verifier:
    """Holds answers against the provider's key."""

    def __init__(self, key: Key, secret: str) -> None:
        """A verifier; the secret is the public key in PEM, or the shared one.

        Raises:
            UsageError: it is no such key.
        """
        from http_message_signatures import HTTPMessageVerifier

        self._key = key
        self._verifier = HTTPMessageVerifier(
            signature_algorithm=_algorithm(key), key_resolver=_resolver(key, secret, private=False)
        )

    def verify(self, response: "httpx2.Response", sha256: str) -> None:
        """Pass an answer whose signature is the provider's and whose body is what it signed.

        Raises:
            Failed: as SIGNATURE_MISMATCH.
        """
        from http_message_signatures import HTTPMessageSignaturesException

        required = tuple(f'"{name}"' for name in self._key.components)
        try:
            found = self._verifier.verify(response, require_components=required)
        except (HTTPMessageSignaturesException, ValueError, KeyError) as error:
            raise Failed(f"its signature is another ({error})", Fault.SIGNATURE_MISMATCH) from error
        if not any(one.parameters.get("keyid") == self._key.key_id for one in found):
            raise Failed("its signature is by another key", Fault.SIGNATURE_MISMATCH)
        if declared_digest(response.headers, whole=False) != sha256:
            raise Failed("its body is not what was signed", Fault.SIGNATURE_MISMATCH)


def _algorithm(key: Key) -> "type[HTTPSignatureAlgorithm]":
    from http_message_signatures import algorithms

    known: dict[SigningAlgorithm, type[HTTPSignatureAlgorithm]] = {
        SigningAlgorithm.ED25519: algorithms.ED25519,
        SigningAlgorithm.HMAC_SHA256: algorithms.HMAC_SHA256,
    }
    return known[key.algorithm]


def _resolver(key: Key, secret: str, *, private: bool) -> "HTTPSignatureKeyResolver":
    """Gives the one key that is known, to whoever names it."""
    from http_message_signatures import HTTPSignatureKeyResolver

    found = _loaded(key, secret, private=private)

    class Resolver(HTTPSignatureKeyResolver):
        def resolve_private_key(self, key_id: str) -> Any:
            return self.resolve_public_key(key_id)

        def resolve_public_key(self, key_id: str) -> Any:
            if key_id != key.key_id:
                raise KeyError(key_id)
            return found

    return Resolver()


def _loaded(key: Key, secret: str, *, private: bool) -> Any:
    """The key in the form that its algorithm needs."""
    from cryptography.hazmat.primitives import serialization
    from cryptography.hazmat.primitives.asymmetric import ed25519

    if key.algorithm is SigningAlgorithm.HMAC_SHA256:
        return secret.encode()
    try:
        if private:
            found: Any = serialization.load_pem_private_key(secret.encode(), password=None)
        else:
            found = serialization.load_pem_public_key(secret.encode())
    except (ValueError, TypeError) as error:
        raise UsageError(
            f"the key {key.key_id} is no PEM", "name the file of an Ed25519 key"
        ) from error
    if not isinstance(found, ed25519.Ed25519PrivateKey | ed25519.Ed25519PublicKey):
        raise UsageError(f"the key {key.key_id} is not of Ed25519", "name the file of one")
    return found
