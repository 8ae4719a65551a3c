"""Forms: how senders write periods, numbers, territories and durations, by name.

Each function turns reported text into the normal form of `Reported`; text that a form cannot
convert stays as it is, for a rule to find unsound, and blanks stay blanks.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Literal, TypeVar

import polars as pl

from pipeline.contract import dates, territories

Edge = Literal["start", "end"]
Known = TypeVar("Known")

_MONTHS = (
    *("JANUARY", "FEBRUARY", "MARCH", "APRIL", "MAY", "JUNE"),
    *("JULY", "AUGUST", "SEPTEMBER", "OCTOBER", "NOVEMBER", "DECEMBER"),
)
_MONTH_NUMBERS = {
    name: f"{number:02}"
    for number, full in enumerate(_MONTHS, start=1)
    for name in (full, full[:3])
}
_SHORT_MONTH = "(?P<name>" + "|".join(name[:3] for name in _MONTHS) + ")"
_LONG_MONTH = "(?P<name>" + "|".join(_MONTHS) + ")"
_YEAR = "(?P<year>[12][0-9]{3})"
_MONTH = "(?P<month>0[1-9]|1[0-2])"
_DAY = "(?P<day>[0-3][0-9])"
_LOOSE_MONTH = "(?P<month>0?[1-9]|1[0-2])"
_LOOSE_DAY = "(?P<day>[0-3]?[0-9])"
_TIME = r"(?:[T ][0-9]{1,2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]+)?)?(?: ?[AP]M| ?UTC|Z)?)?"
_SERIAL_ZERO = pl.date(1899, 12, 30)
"""The day 0 of spreadsheets, after the leap day that they count in 1900."""

PERIODS: dict[str, str] = {
    "MMM-YY": f"{_SHORT_MONTH}-(?P<short>[0-9]{{2}})",
    "MMM YYYY": f"{_SHORT_MONTH} {_YEAR}",
    "MMMM YYYY": f"{_LONG_MONTH} {_YEAR}",
    "YYYYMnn": f"{_YEAR}M{_LOOSE_MONTH}",
    "YYYYMM": f"{_YEAR}{_MONTH}",
    "YYYY-MM": f"{_YEAR}-{_MONTH}",
    "YYYY-MM-DD": f"{_YEAR}-{_MONTH}-{_DAY}",
    "YYYYMMDD": f"{_YEAR}{_MONTH}{_DAY}",
    "YYYY-Qn": f"{_YEAR}-?Q(?P<quarter>[1-4])",
    "MM/YYYY": f"{_MONTH}/{_YEAR}",
    "YYYY/MM": f"{_YEAR}/{_MONTH}",
    "YYYY/MM/DD": f"{_YEAR}/{_MONTH}/{_DAY}",
    "M/D/YYYY": f"{_LOOSE_MONTH}/{_LOOSE_DAY}/{_YEAR}{_TIME}",
    "M/D/YY": f"{_LOOSE_MONTH}/{_LOOSE_DAY}/(?P<short>[0-9]{{2}}){_TIME}",
    "D/M/YYYY": f"{_LOOSE_DAY}/{_LOOSE_MONTH}/{_YEAR}{_TIME}",
    "D.M.YYYY": f"{_LOOSE_DAY}\\.{_LOOSE_MONTH}\\.{_YEAR}{_TIME}",
    "YYYY-MM-DD hh:mm": f"{_YEAR}-{_MONTH}-{_DAY}{_TIME}",
    "serial": "(?P<serial>[2-6][0-9]{4})",
}
"""Form of a period by name: the text it reads, with the parts it names. Years `YY` are 20YY; a
`serial` is a spreadsheet's number of a day; a time of day is passed over."""


def period(cells: pl.Expr, names: Sequence[str], edge: Edge) -> pl.Expr:
    """The first or last day of reported periods as `YYYY-MM-DD`.

    Args:
        cells: reported text.
        names: forms from `PERIODS`, tried in this order.
        edge: which day of the period; a form with a day gives that day either way.

    Raises:
        ValueError: a name is no form; known ones are listed.
    """
    text = cells.str.strip_chars().str.to_uppercase()
    found = [_period(text, _looked_up(name, PERIODS, "period"), edge) for name in names]
    return pl.coalesce([*found, cells])


def _looked_up(name: str, known: Mapping[str, Known], kind: str) -> Known:
    if name not in known:
        raise ValueError(f"no {kind} form {name!r}; known: {', '.join(known)}")
    return known[name]


def _period(text: pl.Expr, pattern: str, edge: Edge) -> pl.Expr:
    named = re.compile(pattern).groupindex
    part = text.str.extract_groups(f"^{pattern}$").struct.field
    if "serial" in named:
        days = part("serial").cast(pl.Int64, strict=False)
        return dates.iso(_SERIAL_ZERO + pl.duration(days=days))
    year = part("year") if "year" in named else pl.lit("20") + part("short")
    day = part("day").str.zfill(2) if "day" in named else pl.lit("01")
    first = dates.date(pl.concat_str(year, _month(part, named), day, separator="-"))
    if edge == "end" and "day" not in named:
        last_month = first.dt.offset_by("2mo") if "quarter" in named else first
        return dates.iso(last_month.dt.month_end())
    return dates.iso(first)


def _month(part: Callable[[str], pl.Expr], named: Mapping[str, int]) -> pl.Expr:
    if "name" in named:
        return part("name").replace_strict(_MONTH_NUMBERS, default=None)
    if "quarter" in named:
        firsts = {"1": "01", "2": "04", "3": "07", "4": "10"}
        return part("quarter").replace_strict(firsts, default=None)
    return part("month").str.zfill(2)


# A group is three digits after one to three that do not begin with 0: `0.258` with decimal comma
# is no grouped number, and nobody knows what it is.
_NUMBER = r"(?:(?:[0-9]+|[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}})+)(?:{mark}[0-9]*)?|{mark}[0-9]+)"
_POWER = "(?:[eE][+-]?[0-9]{1,3})?"
_MARKS = {"point": (".", ","), "comma": (",", ".")}
_DOUBTFUL = "?"


def number(cells: pl.Expr, name: str) -> pl.Expr:
    """Numbers with a decimal point and a leading minus, without grouping or blanks.

    Args:
        cells: reported text: grouped in threes or not, negative by a sign before or after or
            by parentheses, within blanks, with a sign of currency (`$`, `€`, `£`, `¥`) or without.
        name: `point` or `comma`, the decimal mark; the other of both groups.

    Text that `comma` cannot convert but that reads as a number with a point gets a `?`, so that
    no rule takes `0.258` for one.

    Raises:
        ValueError: another name.
    """
    mark, group = _looked_up(name, _MARKS, "number")
    digits = _NUMBER.format(mark=re.escape(mark), group=re.escape(group))
    pattern = (
        rf"^\s*(?:(?P<sign>[+\-\x{{2212}}])?\s*(?P<plain>{digits}{_POWER})"
        rf"|(?P<before>{digits})\s*(?P<after>[+\-\x{{2212}}])"
        rf"|\(\s*(?P<enclosed>{digits})\s*\))\s*$"
    )
    parts = _without_signs(cells).str.extract_groups(pattern).struct
    sign = pl.coalesce(parts.field("sign"), parts.field("after"), pl.lit("+"))
    negative = parts.field("enclosed").is_not_null() | (sign != "+")
    found = pl.coalesce(parts.field("plain"), parts.field("before"), parts.field("enclosed"))
    plain = found.str.replace_all(group, "", literal=True).str.replace(mark, ".", literal=True)
    signed = pl.when(negative).then(pl.lit("-") + plain).otherwise(plain)
    return pl.coalesce(signed, _doubtful(cells) if name == "comma" else cells)


def _without_signs(cells: pl.Expr) -> pl.Expr:
    """Cells without a sign of currency before or after a number."""
    before = cells.str.replace(r"^(\s*[(+\-\x{2212}]?\s*)(?:US\$|[$€£¥])", "${1}")
    return before.str.replace(r"[$€£¥](\s*\)?\s*)$", "${1}")


def _doubtful(cells: pl.Expr) -> pl.Expr:
    reads = cells.str.contains(rf"^[+-]?[0-9]*\.?[0-9]*{_POWER}$") & cells.str.contains("[0-9]")
    return pl.when(reads).then(cells + _DOUBTFUL).otherwise(cells)


_FOREIGN = {"point": r"[^0-9.\-\n]|[0-9.]-", "comma": r"[^0-9,\-\n]|[0-9,]-|,[0-9]*,"}


def numbers(cells: pl.Series, name: str) -> pl.Series:
    """`number` of one column of text, at a tenth of its cost where most cells are plain numbers.

    One look at the joined text tells whether anything foreign is there at all (10 ns a line);
    the expression (hundreds) is put only to the cells that hold it.

    Raises:
        ValueError: neither `point` nor `comma`.
    """
    foreign = _looked_up(name, _FOREIGN, "number")
    plain = cells.str.replace(",", ".", literal=True) if name == "comma" else cells
    if not _holds(cells, foreign):
        return plain
    rest = cells.str.contains(rf"{foreign}|\n").arg_true()
    found = cells.gather(rest).to_frame().select(number(pl.col(cells.name), name)).to_series()
    return plain.scatter(rest, found)


def _holds(cells: pl.Series, foreign: str) -> bool:
    """Whether some cell holds a match or a line end, which would pass for the joint of two."""
    joined = cells.str.join("\n")
    joints = joined.str.count_matches("\n", literal=True).item()
    expected = max(len(cells) - cells.null_count() - 1, 0)
    return bool(joints != expected or joined.str.contains(foreign).any())


TERRITORIES: dict[str, Callable[[pl.Expr], pl.Expr]] = {
    "alpha2": territories.from_alpha2,
    "alpha3": territories.from_alpha3,
    "name": territories.from_name,
}
"""Form of a territory by name."""


def territory(cells: pl.Expr, names: Sequence[str] = ("alpha2", "alpha3")) -> pl.Expr:
    """Territories as ISO 3166-1 alpha-2 or as a code that DDEX allows beyond it.

    Args:
        cells: reported codes in any case; `UK`, `EL`, `WW` and such are translated.
        names: forms from `TERRITORIES`, tried in this order.

    Raises:
        ValueError: a name is no form; known ones are listed.
    """
    found = [_looked_up(name, TERRITORIES, "territory")(cells) for name in names]
    return pl.coalesce([*found, cells])


_ISO_DURATION = (
    r"^P(?:([0-9]{1,3})D)?"
    r"(?:T(?:([0-9]{1,4})H)?(?:([0-9]{1,5})M)?(?:([0-9]{1,7})(?:\.([0-9]+))?S)?)?$"
)
_CLOCK = r"^(?:([0-9]{1,2}):)?([0-9]{1,3}):([0-5][0-9])(?:[.,]([0-9]+))?$"
_SECONDS = r"^([0-9]{1,7})(?:\.([0-9]+))?$"
_HAS_PART = "[0-9]"


def duration(cells: pl.Expr) -> pl.Expr:
    """Whole seconds as text: of `PT3M25S` (ISO 8601), `3:25`, `1:02:03` or plain seconds.

    Parts of a second are rounded, half up. Nothing lasts 0 s: that and a blank are null.
    """
    text = cells.str.strip_chars().str.to_uppercase()
    parts = [text.str.extract(_ISO_DURATION, n) for n in range(1, 6)]
    iso = pl.when(text.str.contains(_ISO_DURATION) & text.str.contains(_HAS_PART)).then(
        _count(parts[0], 86_400)
        + _count(parts[1], 3_600)
        + _count(parts[2], 60)
        + _count(parts[3], 1)
        + _half_up(parts[4])
    )
    clock = pl.when(text.str.contains(_CLOCK)).then(
        _count(text.str.extract(_CLOCK, 1), 3_600)
        + _count(text.str.extract(_CLOCK, 2), 60)
        + _count(text.str.extract(_CLOCK, 3), 1)
        + _half_up(text.str.extract(_CLOCK, 4))
    )
    plain = pl.when(text.str.contains(_SECONDS)).then(
        _count(text.str.extract(_SECONDS, 1), 1) + _half_up(text.str.extract(_SECONDS, 2))
    )
    seconds = pl.coalesce(iso, clock, plain)
    kept = pl.when(seconds.is_null() & (text != "")).then(cells)
    return pl.when(seconds > 0).then(seconds.cast(pl.String)).otherwise(kept)


def _count(digits: pl.Expr, seconds: int) -> pl.Expr:
    return digits.cast(pl.UInt32).fill_null(0) * seconds


def _half_up(fraction: pl.Expr) -> pl.Expr:
    return fraction.str.contains("^[5-9]").fill_null(value=False).cast(pl.UInt32)
