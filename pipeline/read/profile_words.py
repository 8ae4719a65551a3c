"""The words of a TOML table read one by one: a mistake is one line that names its place."""

import re
from collections.abc import Collection, Mapping
from typing import Any

from pipeline.errors import UsageError


class Words:
    """What a TOML says, key by key, each checked for its type."""

    def __init__(self, where: str, given: Mapping[str, Any]) -> None:
        """Keep the place of the file for its errors."""
        self._where = where
        self._given = given

    def _patterns(self, key: str) -> tuple[re.Pattern[str], ...]:
        given = self._texts(key, self._given.get(key, []))
        return tuple(self._compiled(key, text) for text in given)

    def _compiled(self, key: str, pattern: object) -> re.Pattern[str]:
        try:
            return re.compile(str(pattern))
        except re.error as error:
            raise self._wrong(key, f"is no pattern: {error}", "mend it") from error

    def _number(self, key: str) -> int:
        value = self._given.get(key, 0)
        if not isinstance(value, int) or isinstance(value, bool) or value < 0:
            raise self._wrong(key, f"is no count: {value!r}", "write a whole number")
        return value

    def _flag(self, key: str) -> bool:
        value = self._given.get(key, False)
        if not isinstance(value, bool):
            raise self._wrong(key, f"is {value!r}", "write true or false")
        return value

    def _table(self, key: str) -> dict[str, Any]:
        table = self._given.get(key, {})
        if not isinstance(table, dict):
            raise self._wrong(key, "is no table", f"write [{key}] and its keys below")
        return table

    def _text(self, key: str) -> str:
        value = self._given.get(key)
        if not isinstance(value, str) or not value:
            raise self._wrong(key, "is missing", f'write {key} = "…"')
        return value

    def _texts(self, key: str, value: object) -> tuple[str, ...]:
        """One text or a list of them."""
        texts = [value] if isinstance(value, str) else value
        if not isinstance(texts, list) or not all(isinstance(text, str) for text in texts):
            raise self._wrong(key, "is no text", "write text, or a list of texts")
        return tuple(texts)

    def _one_of(self, key: str, known: tuple[str, ...], default: str | None = None) -> str:
        value = self._given.get(key, default)
        if value not in known:
            raise self._wrong(key, f"knows no {value!r}", known_ones(known))
        return str(value)

    def _known(self, key: str, table: Mapping[str, Any], known: Collection[str]) -> None:
        for name in table:
            if name not in known:
                raise self._wrong(key or "profile", f"knows no {name!r}", known_ones(known))

    def _wrong(self, key: str, what: str, mend: str) -> UsageError:
        return UsageError(f"{self._where}: {key} {what}", mend)


def known_ones(names: Collection[str]) -> str:
    """The mend of a word that is none of these."""
    return f"known: {', '.join(names)}"
