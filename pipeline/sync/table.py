"""A table of a profile's TOML that says how reports come here, read key by key."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from pipeline.errors import UsageError


@dataclass(frozen=True)
class Table:
    """Reads one table; the first mistake ends it with a line that names source, table and key.

    Raises:
        UsageError: a key is unknown, missing, or of another type than it should be.
    """

    source: str
    name: str
    given: Mapping[str, Any]

    def only(self, known: Collection[str]) -> None:
        """Raise where the table has a key that it may not have."""
        for key in self.given:
            if key not in known:
                raise self.wrong(key, "is no key here", f"known: {', '.join(known)}")

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty; without a default it must be there."""
        value = self.given.get(key, default)
        if value is None:
            raise self.wrong(key, "is missing", f'write {key} = "…"')
        if not isinstance(value, str) or (not value and default is None):
            raise self.wrong(key, f"is no text: {value!r}", f'write {key} = "…"')
        return value

    def texts(self, key: str, default: tuple[str, ...] = ()) -> tuple[str, ...]:
        """A list of texts, or one."""
        value = self.given.get(key)
        if value is None:
            return default
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(one, str) and one for one in listed):
            raise self.wrong(key, "is no list of texts", f'write {key} = ["…"]')
        return tuple(listed)

    def number(self, key: str, default: float | None = None, least: float = 0) -> float:
        """A number, no less than `least`; without a default it must be there."""
        value = self.given.get(key, default)
        if value is None:
            raise self.wrong(key, "is missing", f"write {key} = {least:g} or more")
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value) or value < least:
            raise self.wrong(key, f"is {value!r}", f"write a number of {least:g} or more")
        return float(value)

    def whole(self, key: str, default: int | None = None, least: int = 0) -> int:
        """A whole number, no less than `least`; without a default it must be there."""
        value = self.number(key, default, least)
        if value != int(value):
            raise self.wrong(key, f"is {value!r}", "write a whole number")
        return int(value)

    def one_of(self, key: str, known: Collection[str], default: str | None = None) -> str:
        """One of the texts that are known; without a default it must be there."""
        value = self.text(key, default)
        if value not in known:
            raise self.wrong(key, f"knows no {value!r}", f"known: {', '.join(known)}")
        return value

    def place(self, key: str) -> str:
        """Source, table and key, as errors name them."""
        return f"source {self.source}: {self.name}.{key}"

    def wrong(self, key: str, what: str, mend: str) -> UsageError:
        """The error of a key."""
        return UsageError(f"{self.place(key)} {what}", mend)
