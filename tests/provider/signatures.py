"""The provider's own signatures on its answers, sound or forged."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import httpx2
from http_message_signatures import HTTPMessageSigner, HTTPSignatureKeyResolver, algorithms

from pipeline.sync.signing import digest_header
from tests.provider.wire import Answer, Request

KEY_ID = "provider"


class _Shared(HTTPSignatureKeyResolver):
    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def resolve_private_key(self, _key_id: str) -> Any:
        """The shared secret."""
        return self._secret

    def resolve_public_key(self, _key_id: str) -> Any:
        """The same."""
        return self._secret


def signer(
    secret: str, forged: Callable[[Request], bool]
) -> Callable[[Request, Answer, str], None]:
    """Signs answers by HMAC; those to requests that `forged` names with another key."""

    def sign(request: Request, answer: Answer, base: str) -> None:
        key = b"another key" if forged(request) else secret.encode()
        message = SimpleNamespace(
            status_code=answer.status,
            headers=httpx2.Headers(answer.headers),
            request=httpx2.Request(request.method, f"{base}{request.target}"),
        )
        message.headers["Content-Digest"] = digest_header(answer.body)
        HTTPMessageSigner(
            signature_algorithm=algorithms.HMAC_SHA256, key_resolver=_Shared(key)
        ).sign(
            message,
            key_id=KEY_ID,
            covered_component_ids=("@status", "content-digest"),
            use_existing_digest=True,
        )
        for name in ("Content-Digest", "Signature-Input", "Signature"):
            answer.headers[name] = message.headers[name]

    return sign
