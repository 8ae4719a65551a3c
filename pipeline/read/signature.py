"""A report's header against a profile's: which of its columns is which, and what differs.

Cells of a header are compared without regard to case, to byte order marks and to blanks, of which
several count as one: such differences never tell two layouts apart. A name such as
`Earnings ({currency})` stands for that cell with any currency in it.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from pipeline.contract import currencies
from pipeline.read.profile_spec import Spec

CURRENCY = "{currency}"
"""What stands in a profile's column name for the currency that the report's names there."""

_SHOWN = 6


@dataclass(frozen=True)
class Match:
    """A header read against a profile.

    Attributes:
        own: the profile's columns that the report has, each with its name there.
        places: where each of those stands in the report, from 0, in the order of the profile.
        unknown: columns that the profile does not know and that have a name.
        missing: columns that the profile needs and the report lacks.
        currencies: what stands in place of `{currency}`, each once.
        twice: whether two columns of the report are one of the profile.
    """

    own: Mapping[str, str]
    places: tuple[int, ...]
    unknown: tuple[str, ...]
    missing: tuple[str, ...]
    currencies: tuple[str, ...]
    twice: bool

    def difference(self, spec: Spec) -> str:
        """Why the report is not of the profile's layout; nothing where it is."""
        unknown = () if spec.open else self.unknown
        found = [
            f"{what} {', '.join(map(repr, names[:_SHOWN]))}{' …' if len(names) > _SHOWN else ''}"
            for what, names in (("it lacks", self.missing), ("it has", unknown))
            if names
        ]
        if found:
            return "; ".join(found)
        moved = not spec.open and list(self.places) != sorted(self.places)
        if self.twice or moved:
            return "its columns stand in another order, or twice"
        if len(self.currencies) > 1:
            return f"its header names several currencies: {', '.join(self.currencies)}"
        return ""


@lru_cache(maxsize=4096)
def folded(cell: str) -> str:
    """A cell of a header as it is compared."""
    return " ".join(cell.replace("\ufeff", "").split()).casefold()


def match(spec: Spec, header: Sequence[str]) -> Match:
    """Reads a report's header against a profile that lists its columns."""
    plain, patterns = _names(spec)
    own: dict[str, str] = {}
    place: dict[str, int] = {}
    unknown: list[str] = []
    named: list[str] = []
    twice = False
    for at, cell in enumerate(header):
        name, currency = _known(folded(cell), plain, patterns)
        if name is None:
            # Columns without a name at the right are what a spreadsheet leaves of nothing.
            unknown += [cell] if folded(cell) else []
            continue
        twice |= name in own
        own.setdefault(name, cell)
        place.setdefault(name, at)
        named += [currency] if currency and currency not in named else []
    return Match(
        own,
        tuple(place[name] for name in spec.header if name in place),
        tuple(unknown),
        tuple(name for name in spec.header if name not in own and name not in spec.optional),
        tuple(named),
        twice,
    )


def own_names(spec: Spec, header: Sequence[str]) -> dict[str, str]:
    """Names of the report's columns, and the profile's names of them, each with the former."""
    found = {name: name for name in header}
    return found | dict(match(spec, header).own) if spec.header else found


def currency_of(spec: Spec, header: Sequence[str]) -> str | None:
    """The one currency that the header names where the profile looks for it."""
    named = match(spec, header).currencies if spec.header else ()
    return named[0] if len(named) == 1 else None


def _known(
    cell: str, plain: Mapping[str, str], patterns: Sequence[tuple[re.Pattern[str], str]]
) -> tuple[str | None, str | None]:
    """The profile's column that a cell names, and the currency within it."""
    if cell in plain:
        return plain[cell], None
    for pattern, name in patterns:
        found = pattern.fullmatch(cell)
        if found is not None and (code := _currency(found[1])) is not None:
            return name, code
    return None, None


def _currency(text: str) -> str | None:
    code = text.strip().upper()
    code = currencies.ALIASES.get(code, code)
    return code if code in currencies.ACTIVE or code in currencies.WITHDRAWN else None


def _names(spec: Spec) -> tuple[dict[str, str], list[tuple[re.Pattern[str], str]]]:
    """Every text that names a column, with the column: as it stands, and with a currency."""
    plain: dict[str, str] = {}
    patterns: list[tuple[re.Pattern[str], str]] = []
    for name in spec.header:
        for text in (name, *spec.also.get(name, ())):
            if CURRENCY in text:
                around = map(re.escape, folded(text).split(CURRENCY, maxsplit=1))
                patterns.append((re.compile("(.+)".join(around)), name))
            else:
                plain.setdefault(folded(text), name)
    return plain, patterns
