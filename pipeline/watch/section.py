"""A table of `alerts.toml`, read key by key; the first mistake ends it with a line and the mend."""

import math
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pipeline.errors import UsageError
from pipeline.watch.quantities import TIME, example, quantity

_LONGEST = timedelta(days=36_500)


@dataclass(frozen=True)
class Section:
    """One table.

    Raises:
        UsageError: a key is unknown, missing, or says what it cannot mean.
    """

    where: str
    given: Mapping[str, Any]

    def wrong(self, key: str, what: str, mend: str) -> UsageError:
        """The error of a key."""
        return UsageError(f"{self.where}.{key} {what}", mend)

    def only(self, known: Collection[str], what: str) -> None:
        """Raise where the table has a key that it may not have."""
        for key in self.given:
            if key not in known:
                raise self.wrong(key, what, f"known: {', '.join(known)}")

    def text(self, key: str, default: str | None = None) -> str:
        """A text that is not empty; without a default it must be there."""
        value = self.given.get(key, default)
        if value is None:
            raise self.wrong(key, "is missing", f'write {key} = "…"')
        if not isinstance(value, str) or not value:
            raise self.wrong(key, f"is no text: {value!r}", f'write {key} = "…"')
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts, or one; none where the key is not there."""
        value = self.given.get(key, [])
        listed = [value] if isinstance(value, str) else value
        if not isinstance(listed, list) or not all(isinstance(one, str) and one for one in listed):
            raise self.wrong(key, f"is {value!r}", f'write {key} = ["…"]')
        if key in self.given and not listed:
            raise self.wrong(key, "is empty", "leave it out, or name one")
        return tuple(listed)

    def one_of(self, key: str, known: Collection[str], default: str | None = None) -> str:
        """One of the texts that are known."""
        value = self.text(key, default)
        if value not in known:
            raise self.wrong(key, f"knows no {value!r}", f"known: {', '.join(known)}")
        return value

    def flag(self, key: str) -> bool:
        """Yes or no; no where the key is not there."""
        value = self.given.get(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, f"is {value!r}", "write true or false")
        return value

    def number(self, key: str, default: float) -> float:
        """A number above 0."""
        value = self.given.get(key, default)
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not math.isfinite(value) or value <= 0:
            raise self.wrong(key, f"is {value!r}", "write a number above 0")
        return float(value)

    def time(self, key: str, default: timedelta | None = None) -> timedelta:
        """A length of time; without a default it must be there."""
        if default is not None and key not in self.given:
            return default
        found = quantity(self.text(key), TIME)
        if found is None or found.value > _LONGEST.total_seconds():
            raise self.wrong(key, f"is {self.given[key]!r}", f'write "{example(TIME)}"')
        return timedelta(seconds=float(found.value))

    def counted(self, key: str, unit: str) -> int:
        """How many of something; 0 where the key is not there."""
        if key not in self.given:
            return 0
        found = quantity(self.text(key), unit)
        if found is None or found.value != int(found.value):
            raise self.wrong(key, f"is {self.given[key]!r}", f'write "1000 {unit}"')
        return int(found.value)
