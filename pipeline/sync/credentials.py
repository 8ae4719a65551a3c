"""Credentials: from an environment variable or a file that only its owner reads, and nowhere else.

What is read here goes into requests alone; whatever is told, logged or stored passes `Redactor`.
"""

import base64
import os
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus

from pipeline.errors import UsageError
from pipeline.sync.spec import Secret

_HIDDEN = "[credential]"
_SHORTEST = 4
"""Shorter texts are not looked for: they would turn up everywhere by chance."""


def read(secret: Secret, home: Path, environment: Mapping[str, str] | None = None) -> str:
    """The credential itself.

    Args:
        secret: its place; a relative file is below the home.
        home: the home folder.
        environment: of the process where None.

    Raises:
        UsageError: it is not there, is empty, or others may read its file; never tells it.
    """
    place = secret.place
    if secret.kind == "env":
        found = (os.environ if environment is None else environment).get(place, "")
        if not found:
            raise UsageError(f"the environment variable {place} is not set", "export it")
        return found
    return _in_file(home / Path(place).expanduser())


def _in_file(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise UsageError(f"{path} is no file", "put the credential into one")
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            said = f"{path} with a credential is open to others (mode {stat.S_IMODE(mode):o})"
            raise UsageError(said, f"chmod 600 {path}")
        found = path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"the credential's file {path} cannot be read", "see to it") from error
    if not found:
        raise UsageError(f"the credential's file {path} is empty", "put it there")
    return found


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
