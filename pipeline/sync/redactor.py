"""Keeps secrets out of whatever is told, logged or stored."""

import base64
from collections.abc import Iterable
from urllib.parse import quote, quote_plus

_HIDDEN = "[credential]"
_SHORTEST = 4
"""Shorter texts are not looked for: they would turn up everywhere by chance."""


class Redactor:
    """Takes credentials out of texts, in every form in which a request writes them."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Know these credentials from the start."""
        self._forms: set[str] = set()
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Know one more, such as a token that was just given."""
        if len(secret) < _SHORTEST:
            return
        coded = base64.b64encode(secret.encode()).decode()
        escaped = secret.encode("unicode_escape").decode()
        self._forms |= {secret, quote(secret, safe=""), quote_plus(secret), coded, escaped}

    def __call__(self, text: str) -> str:
        """The text without any of them, the longest taken first."""
        for form in sorted(self._forms, key=len, reverse=True):
            text = text.replace(form, _HIDDEN)
        return text
