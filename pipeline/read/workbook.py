"""Reports in workbooks (xlsx, xlsm, xlsb, xls): the sheet with the report becomes delimited text.

Numbers become the shortest text that reads as the same number, whole ones without a point; dates
become ISO 8601. So identifiers that were typed as numbers keep their digits, and amounts are those
that the sheet holds, to the last digit.
"""

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.errors import ManifestRefused
from pipeline.read.containers import holds_workbook
from pipeline.read.dialect import Dialect
from pipeline.read.headers import header, numbered
from pipeline.read.profile import Profile, profile_of
from pipeline.read.profile_spec import Spec

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_DIALECT = Dialect(delimiter=",", quote='"')
_HEAD_ROWS = 200
_OLD = b"\xd0\xcf\x11\xe0"
_DAYS = ("YYYY-MM-DD", "YYYY-MM-DD hh:mm", "YYYY-MM", "serial")
_SPANS: Mapping[str, Sequence[str]] = {
    "period": ("period_start", "period_end"),
    "activity": ("activity_start", "activity_end"),
}


@dataclass(frozen=True)
class Sheet:
    """The sheet of a workbook that holds a report.

    Attributes:
        name: of the sheet.
        profile: how its text is read.
        plain: where that text is.
    """

    name: str
    profile: Profile
    plain: Path


def is_workbook(path: Path) -> bool:
    """Whether a file is a workbook, by its content."""
    try:
        with path.open("rb") as file:
            begin = file.read(8)
    except OSError:
        return False
    return begin.startswith(_OLD) or (begin.startswith(b"PK\x03\x04") and holds_workbook(path))


def sheet_of(path: Path, profiles: Sequence[Profile], to: Path) -> Sheet:
    """The one sheet whose header fits a profile, as text in a file.

    Args:
        path: the workbook.
        profiles: those to choose from.
        to: the file to be.

    Raises:
        ManifestRefused: it cannot be opened, or not exactly one sheet is a report.
    """
    specs = [_adapted(profile.spec) for profile in profiles if profile.kind == "delimited"]
    with _opened(path) as book:
        names = list(book.sheet_names)
        found = [
            (name, spec)
            for name in names
            for spec in _fitting(book.get_sheet_by_name(name).iter_rows(), specs)
        ]
        name, spec = _only(path, names, found)
        rows = book.get_sheet_by_name(name).iter_rows()
        return Sheet(name, _written(rows, spec, to), to)


def heads(path: Path) -> dict[str, bytes]:
    """The first rows of each sheet as delimited text, by the sheet's name.

    Raises:
        ManifestRefused: it cannot be opened.
    """
    with _opened(path) as book:
        return {name: _head(book.get_sheet_by_name(name).iter_rows()) for name in book.sheet_names}


@contextmanager
def _opened(path: Path) -> Iterator["CalamineWorkbook"]:
    """A workbook, told by its content, whatever its name."""
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        with path.open("rb") as file, CalamineWorkbook.from_filelike(file) as book:
            yield book
    except (CalamineError, OSError) as error:
        raise ManifestRefused(f"{path} is no workbook: {error}", "save it again as xlsx") from error


def _only(path: Path, names: Sequence[str], found: Sequence[tuple[str, Spec]]) -> tuple[str, Spec]:
    if len(found) == 1:
        return found[0]
    mend = "deliver the sheet with the lines alone, or name its source with --source"
    if found:
        fits = ", ".join(f"{name!r} as {spec.name}" for name, spec in found)
        raise ManifestRefused(f"{path} holds several reports: {fits}", mend)
    sheets = ", ".join(map(repr, names))
    mend = f"draft a profile for it: royalty sources draft {path}"
    raise ManifestRefused(f"no sheet of {path} is a known report; it has {sheets}", mend)


def _fitting(rows: Iterable[Sequence[Any]], specs: Sequence[Spec]) -> list[Spec]:
    """The profiles that a sheet fits; those that know all of its columns before others."""
    head = _head(rows)
    headers = [(spec, header(spec, head)) for spec in specs if spec.dialect.header]
    fits = [(spec, found.unknown) for spec, found in headers if not found.difference]
    return [spec for spec, unknown in fits if not unknown] or [spec for spec, _ in fits]


def _head(rows: Iterable[Sequence[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows(_texts(islice(rows, _HEAD_ROWS), ".", ()))
    return text.getvalue().encode()


def _written(rows: Iterable[Sequence[Any]], spec: Spec, to: Path) -> Profile:
    """Write a sheet's rows and tell how they are read."""
    iterator = iter(rows)
    first = list(islice(iterator, _HEAD_ROWS))
    found = header(spec, _head(first))
    profile = profile_of(numbered(spec, found), found.columns, found.dialect)
    mark = "." if "point" in spec.forms.get("number", ("point",)) else ","
    monthly = _monthly(spec, profile)
    with to.open("x", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerows(_texts(first, mark, monthly))
        writer.writerows(_texts(iterator, mark, monthly))
    return profile


def _monthly(spec: Spec, profile: Profile) -> set[int]:
    """Places of the columns in which a date stands for its month."""
    months = {
        name
        for group, names in _SPANS.items()
        if not any(_has_day(form) for form in spec.forms.get(group, ()) if form not in _DAYS)
        for name in names
    }
    columns = {column for name in months for column in profile.columns.get(name, ())}
    return {at for at, column in enumerate(profile.header) if column in columns}


def _has_day(form: str) -> bool:
    return "D" in form


def _adapted(spec: Spec) -> Spec:
    """A profile for the text that is made of a sheet: its own marks, and dates as ISO 8601."""
    forms = {
        group: (*names, *(form for form in _DAYS if form not in names))
        if group in (*_SPANS, "release_date")
        else names
        for group, names in spec.forms.items()
    }
    period = spec.period
    if period.forms:
        added = tuple(form for form in _DAYS if form not in period.forms)
        period = replace(period, forms=(*period.forms, *added))
    ours = spec.dialect
    dialect = replace(
        _DIALECT, header=ours.header, columns=ours.columns, skip=ours.skip, footer=ours.footer
    )
    return replace(spec, dialect=dialect, encodings=(), delimiters=(), forms=forms, period=period)


def _texts(
    rows: Iterable[Sequence[Any]], mark: str, monthly: Collection[int]
) -> Iterator[list[str]]:
    for row in rows:
        cells = [_text(cell, mark, month=at in monthly) for at, cell in enumerate(row)]
        # A row of nothing is a blank line, so that lines count as rows do.
        yield cells if any(cells) else []


def _text(cell: Any, mark: str, *, month: bool) -> str:
    """A cell as text that reads as the same value."""
    match cell:
        case bool():
            return str(cell).upper()
        case float():
            return _number(cell).replace(".", mark)
        case date():
            return _day(cell, month=month)
        case timedelta():
            return str(int(cell.total_seconds()))
        case _:
            return str(cell)


def _day(day: date, *, month: bool) -> str:
    """A date, its time of day where it has one, or its month alone."""
    if month:
        return day.strftime("%Y-%m")
    timed = isinstance(day, datetime) and day.time() != time()
    return day.strftime("%Y-%m-%d %H:%M:%S" if timed else "%Y-%m-%d")


def _number(number: float) -> str:
    return f"{Decimal(repr(number)).normalize():f}"
