"""Secrets: named in a profile, kept in the environment or in a file that only its owner may read.

A secret never stands in a profile, and shows itself in no log, error or `repr`: whoever needs it
asks for `reveal`.
"""

import os
import stat
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.sync.table import Table

_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_MEND = 'write { env = "NAME" } or { file = "path" }'


class Secret:
    """A text that is not to be seen."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        """Keep a text out of sight."""
        self._text = text

    def reveal(self) -> str:
        """The text itself, for those who sign, verify or log in with it."""
        return self._text

    def __repr__(self) -> str:
        """Nothing of the text, not even its length."""
        return "Secret(***)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        """Raise: a secret is not written anywhere.

        Raises:
            TypeError: always.
        """
        raise TypeError("a secret is not to be pickled")


@dataclass(frozen=True)
class Place:
    """Where a secret is kept.

    Attributes:
        kind: `env` or `file`.
        name: of the variable, or the file's path; a relative one is below the home.
        key: source, table and key that name it, for errors.
    """

    kind: str
    name: str
    key: str

    def secret(self, home: Path) -> Secret:
        """The secret that is kept there.

        Raises:
            UsageError: it is missing or empty, or others may read its file; never tells it.
        """
        if self.kind == "env":
            text = self._of_environment()
        else:
            path = home / Path(self.name).expanduser()
            refuse_readable(self.key, path)
            text = self._of_file(path)
        if not text:
            raise UsageError(f"{self.key} is empty in {self.name}", "put the secret there")
        return Secret(text)

    def _of_environment(self) -> str:
        text = os.environ.get(self.name)
        if text is None:
            said = f"{self.key} is not in the environment as {self.name}"
            raise UsageError(said, f"export {self.name}")
        return text.strip()

    def _of_file(self, path: Path) -> str:
        try:
            return path.read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            # Its cause would carry the bytes that were read.
            said = f"{self.key} cannot be read from {path}"
            raise UsageError(said, "put the secret there") from None


def place_of(key: str, given: object) -> Place:
    """The place that a profile names.

    Args:
        key: source, table and key.
        given: what stands there.

    Raises:
        UsageError: it is none.
    """
    # What was given is not shown: it may be the secret itself, put where it must not stand.
    pairs = list(given.items()) if isinstance(given, Mapping) else []
    kind, name = pairs[0] if len(pairs) == 1 else ("", "")
    if kind not in {"env", "file"} or not isinstance(name, str) or not name:
        raise UsageError(f"{key} does not say where the secret is kept", _MEND)
    return Place(kind, name, key)


def secret_in(table: Table, key: str, home: Path) -> Secret | None:
    """The secret that a key names; None where the key is not there.

    Raises:
        UsageError: it is missing where the profile says, or others may read its file.
    """
    given = table.given.get(key)
    return None if given is None else place_of(table.place(key), given).secret(home)


def secrets_in(table: Table, key: str, home: Path) -> tuple[Secret, ...]:
    """The secrets that a key lists: one, or several while they are being changed.

    Raises:
        UsageError: as `secret_in`; or there is none.
    """
    given = table.given.get(key)
    listed = given if isinstance(given, list) else [given]
    if not given:
        raise table.wrong(key, "is missing", _MEND)
    return tuple(place_of(table.place(key), one).secret(home) for one in listed)


def refuse_readable(key: str, path: Path) -> None:
    """Raise where a file of secrets is missing, or others than its owner may read it.

    Raises:
        UsageError: it is so.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise UsageError(f"{key} names {path}, which is not there", "put it there") from error
    if not stat.S_ISREG(found.st_mode):
        raise UsageError(f"{key} names {path}, which is no file", "name a file")
    if found.st_mode & _FOR_OTHERS:
        mode = f"{stat.S_IMODE(found.st_mode):o}"
        said = f"{key} names {path}, which others may read ({mode})"
        raise UsageError(said, f"chmod 600 {path}")
