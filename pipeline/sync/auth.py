"""How requests are made ours: a token that is given, or one that is asked for and renewed."""

import asyncio
import base64
import json
from typing import TYPE_CHECKING, Protocol, assert_never

from pipeline.errors import RemoteFailed
from pipeline.sync.asked import Asked
from pipeline.sync.clock import Clock
from pipeline.sync.redactor import Redactor
from pipeline.sync.spec import Auth
from pipeline.sync.transfer import BodyReceiver, Came_co, Receiver
from pipeline.sync.words import AuthKind

if TYPE_CHECKING:
    from pathlib import Path

_EARLY_S = 30.0
"""A token is renewed so long before its end, for a request takes its time."""
_LIFE_S = 3600.0
"""Where its giver does not say how long a token lives."""
_MAX_BYTES = 2**20


class Sends(Protocol):
    """Sends a request as often as its policy allows."""

    async def send(
        self, asked: Asked, receiver: Receiver[Came_co], extra: dict[str, str] | None = None
    ) -> Came_co:
        """What came."""


class Authority:
    """Gives the headers that make a request ours; keeps an OAuth2 token as long as it lives."""

    def __init__(
        self, auth: Auth, secret: str, redact: Redactor, clock: Clock, folder: "Path"
    ) -> None:
        """An authority; tokens that it is given are kept out of all that is told."""
        self._auth = auth
        self._secret = secret
        self._redact = redact
        self._clock = clock
        self._folder = folder
        self._token = ""
        self._until = 0.0
        self._asking = asyncio.Lock()

    async def headers(self, sender: Sends) -> dict[str, str]:
        """The headers of a request.

        Raises:
            RemoteFailed: what came as a token is none.
        """
        match self._auth.kind:
            case AuthKind.NONE:
                return {}
            case AuthKind.TOKEN:
                return self._with(self._secret)
            case AuthKind.OAUTH2:
                async with self._asking:
                    return self._with(await self._given(sender))
            case _:
                assert_never(self._auth.kind)

    def _with(self, token: str) -> dict[str, str]:
        return {self._auth.header: f"{self._auth.scheme} {token}".strip()}

    async def _given(self, sender: Sends) -> str:
        """A token that lives long enough (RFC 6749 §4.4)."""
        now = self._clock.now()
        if self._token and now < self._until - _EARLY_S:
            return self._token
        pair = base64.b64encode(f"{self._auth.client_id}:{self._secret}".encode()).decode()
        self._redact.add(pair)
        scope = f"&scope={self._auth.scope}" if self._auth.scope else ""
        body = f"grant_type=client_credentials{scope}"
        asked = Asked("POST", self._auth.token_url, body=body, cursor=f"token {now:.6f}")
        receiver = BodyReceiver(_MAX_BYTES, None, self._folder)
        came = await sender.send(asked, receiver, {"Authorization": f"Basic {pair}"})
        try:
            told = json.loads(came.body)
            self._token = str(told["access_token"])
            self._until = now + float(told.get("expires_in", _LIFE_S))
        except (ValueError, KeyError, TypeError) as error:
            place = self._auth.token_url
            raise RemoteFailed(f"{place} gives no token", "see to auth.token_url") from error
        self._redact.add(self._token)
        return self._token

    def refused(self) -> bool:
        """Whether a request that was refused may be sent again, with another token."""
        again = bool(self._token)
        self._token = ""
        return again
