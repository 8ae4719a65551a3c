"""Where and when a decision holds, as people write it."""

from dataclasses import dataclass
from datetime import date

from pipeline.contract.territories import KNOWN
from pipeline.errors import UsageError


@dataclass(frozen=True)
class Limits:
    """Territories (everywhere where empty), first and last day (None: no limit)."""

    territories: tuple[str, ...] = ()
    valid_from: date | None = None
    valid_to: date | None = None


NO_LIMITS = Limits()


def limits(places: str | None, begins: str | None, ends: str | None) -> Limits:
    """Limits from text, such as `DE,AT` and `2026-07-01`.

    Raises:
        UsageError: a territory or a day is none, or the last day comes before the first.
    """
    codes = (places or "").upper().replace(",", " ").split()
    if unknown := [code for code in codes if code not in KNOWN]:
        raise UsageError(f"{unknown[0]!r} is no territory", "write DE or DE,AT")
    found = Limits(tuple(codes), _day(begins), _day(ends))
    if found.valid_from and found.valid_to and found.valid_to < found.valid_from:
        raise UsageError(f"a limit ends on {ends}, before it begins", "give both days in order")
    return found


def _day(given: str | None) -> date | None:
    try:
        return date.fromisoformat(given) if given else None
    except ValueError as error:
        raise UsageError(f"{given!r} is no day", "write it as 2026-07-01") from error
