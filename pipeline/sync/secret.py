"""Secrets: named in a profile, kept in the environment or in a file that only its owner may read.

A secret never stands in a profile, and shows itself in no log, error or `repr`: whoever needs it
asks for `reveal`.
"""

import os
import stat
from collections.abc import Mapping
from pathlib import Path

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


def secret_in(table: Table, key: str, home: Path) -> Secret | None:
    """The secret that a key names; None where the key is not there.

    Raises:
        UsageError: it is missing where the profile says, or others may read its file.
    """
    given = table.given.get(key)
    return None if given is None else _found(table, key, given, home)


def secrets_in(table: Table, key: str, home: Path) -> tuple[Secret, ...]:
    """The secrets that a key lists: one, or several while they are being changed.

    Raises:
        UsageError: as `secret_in`; or there is none.
    """
    given = table.given.get(key)
    listed = given if isinstance(given, list) else [given]
    if not given:
        raise table.wrong(key, "is missing", _MEND)
    return tuple(_found(table, key, one, home) for one in listed)


def _found(table: Table, key: str, given: object, home: Path) -> Secret:
    # What was given is not shown: it may be the secret itself, put where it must not stand.
    if not isinstance(given, Mapping) or len(given) != 1:
        raise table.wrong(key, "does not say where the secret is kept", _MEND)
    ((kind, name),) = given.items()
    if kind not in {"env", "file"} or not isinstance(name, str) or not name:
        raise table.wrong(key, "does not say where the secret is kept", _MEND)
    text = _of_environment(table, key, name) if kind == "env" else _of_file(table, key, home / name)
    if not text:
        raise table.wrong(key, f"is empty in {name}", "put the secret there")
    return Secret(text)


def _of_environment(table: Table, key: str, name: str) -> str:
    text = os.environ.get(name)
    if text is None:
        raise table.wrong(key, f"is not in the environment as {name}", f"export {name}")
    return text.strip()


def _of_file(table: Table, key: str, path: Path) -> str:
    refuse_readable(table, key, path)
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        # Its cause would carry the bytes that were read.
        raise table.wrong(key, f"cannot be read from {path}", "put the secret there") from None


def refuse_readable(table: Table, key: str, path: Path) -> None:
    """Raise where a file of secrets is missing, or others than its owner may read it.

    Raises:
        UsageError: it is so.
    """
    try:
        found = path.stat()
    except OSError as error:
        raise table.wrong(key, f"names {path}, which is not there", "put it there") from error
    if not stat.S_ISREG(found.st_mode):
        raise table.wrong(key, f"names {path}, which is no file", "name a file")
    if found.st_mode & _FOR_OTHERS:
        mode = f"{stat.S_IMODE(found.st_mode):o}"
        raise table.wrong(key, f"names {path}, which others may read ({mode})", f"chmod 600 {path}")
