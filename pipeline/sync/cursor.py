"""Cursors: an item's place in time or order, in one canonical text that sorts as it stands."""

from datetime import UTC, date, datetime, timedelta

from pipeline.sync.spec import Cursor
from pipeline.sync.words import CursorForm

_FORM = "%Y-%m-%dT%H:%M:%S.%fZ"


class CursorBroken(ValueError):
    """A text is no cursor of its form."""


def canonical(form: CursorForm, text: str) -> str:
    """The canonical text of a place; a time without a zone is UTC.

    Raises:
        CursorBroken: it is none.
    """
    try:
        match form:
            case CursorForm.TEXT:
                return text
            case CursorForm.EPOCH:
                return written_time(datetime.fromtimestamp(float(text), UTC))
            case CursorForm.DATE:
                return written_time(
                    datetime.combine(date.fromisoformat(text[:10]), datetime.min.time(), UTC)
                )
            case CursorForm.ISO:
                moment = datetime.fromisoformat(text)
                aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
                return written_time(aware.astimezone(UTC))
    except (ValueError, OverflowError, OSError) as error:
        raise CursorBroken(f"{text!r} is no {form.value} cursor") from error


def written_time(moment: datetime) -> str:
    """A moment as a canonical text."""
    return moment.astimezone(UTC).strftime(_FORM)


def time_of(text: str) -> datetime:
    """The moment of a canonical text."""
    return datetime.strptime(text, _FORM).replace(tzinfo=UTC)


def written(form: CursorForm, text: str) -> str:
    """A canonical text as the provider writes it."""
    match form:
        case CursorForm.TEXT:
            return text
        case CursorForm.EPOCH:
            return f"{time_of(text).timestamp():.0f}"
        case CursorForm.DATE:
            return text[:10]
        case CursorForm.ISO:
            return text.replace(".000000Z", "Z")


def before(cursor: Cursor, text: str) -> str:
    """The canonical text of a place, less the overlap; "" of "" and of what is no time."""
    if not text or cursor.form is CursorForm.TEXT:
        return text
    return written_time(time_of(text) - timedelta(seconds=cursor.overlap_s))


def final_until(cursor: Cursor, now: datetime) -> str:
    """Until where items are final: "" where they always are.

    A day is final once it is over and the latency has passed.
    """
    if not cursor.field or cursor.form is CursorForm.TEXT:
        return ""
    moment = now - timedelta(seconds=cursor.latency_s)
    if cursor.form is CursorForm.DATE:
        moment = datetime.combine(moment.date() - timedelta(days=1), datetime.min.time(), UTC)
    return written_time(moment)
