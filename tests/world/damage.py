"""What is done to a line of the benchmark manifest, and the fault that must come of it."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from pipeline.vocab import Fault

COLUMNS = (
    "service",
    "territory",
    "period_start",
    "period_end",
    "usage",
    "line_type",
    "sale_level",
    "isrc",
    "gtin",
    "title",
    "version",
    "artist",
    "release_title",
    "quantity",
    "currency",
    "amount",
)  # fmt: skip
BAD_BYTE = "\ue0ff"  # stands for the byte 0xFF in text, until the text is bytes

_ISRC, _GTIN, _TITLE, _VERSION, _ARTIST = (
    COLUMNS.index(name) for name in ("isrc", "gtin", "title", "version", "artist")
)
_CURRENCY, _AMOUNT = COLUMNS.index("currency"), COLUMNS.index("amount")
_UNREADABLE = ("n/a", "1.2.3", "#REF!", "--", "12 EUR", "0.1234567890123456789", "1000000000000")
_NO_CURRENCY = ("ZZZ", "EUX", "XQZ", "U$D", "???")

Cells = list[str]


class Planted(StrEnum):
    """One kind of bad line."""

    SHORT_RECORD = "short_record"
    LONG_RECORD = "long_record"
    EMPTY_EXTRA_CELL = "empty_extra_cell"
    STRAY_QUOTE = "stray_quote"
    INCH_MARK = "inch_mark"
    AMOUNT_UNREADABLE = "amount_unreadable"
    CURRENCY_MISSING = "currency_missing"
    CURRENCY_INVALID = "currency_invalid"
    ISRC_MALFORMED = "isrc_malformed"
    GTIN_CHECK_DIGIT = "gtin_check_digit"
    BAD_BYTE_IN_ISRC = "bad_byte_in_isrc"
    BAD_BYTE_IN_TITLE = "bad_byte_in_title"
    NUL_IN_TITLE = "nul_in_title"
    UNKNOWN_RECORDING = "unknown_recording"


@dataclass(frozen=True)
class Kind:
    """How often a kind stands among the bad lines, its fault (None: a sound line), its deed."""

    weight: int
    fault: Fault | None
    spoil: Callable[[Cells, int], str]
    structural: bool = False
    amount_lost: bool = False


def quoted(cell: str) -> str:
    """The cell as a CSV writer puts it down."""
    if any(mark in cell for mark in ',"\n\r'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def record(cells: Cells) -> str:
    """The cells as one CSV record without its line end."""
    return ",".join(quoted(cell) for cell in cells)


def _set(column: int, change: Callable[[str, int], str]) -> Callable[[Cells, int], str]:
    def spoil(cells: Cells, draw: int) -> str:
        return record([*cells[:column], change(cells[column], draw), *cells[column + 1 :]])

    return spoil


def _raw(column: int, change: Callable[[str], str]) -> Callable[[Cells], str]:
    """Changes a cell and puts it down as it is, without the quotes that it would need."""

    def spoil(cells: Cells) -> str:
        texts = [quoted(cell) for cell in cells]
        texts[column] = change(cells[column].replace('"', "").replace(",", ""))
        return ",".join(texts)

    return spoil


def _two_marks(cells: Cells) -> str:
    """A quote inside each of two unquoted fields."""
    once = [cell.replace('"', "").replace(",", "") for cell in cells]
    once[_TITLE] = once[_TITLE] + ' 7" Mix'
    once[_ARTIST] = once[_ARTIST] + ' 12" Band'
    return ",".join(once)


_STRAYS = (
    _raw(_TITLE, lambda title: f'"{title}" (Demo)'),
    _raw(_TITLE, lambda title: f'"{title}'),
    _two_marks,
)
_ISRC_FORMS: tuple[Callable[[str], str], ...] = (
    lambda isrc: isrc[:-1],
    lambda isrc: isrc + "0",
    lambda isrc: "12" + isrc[2:],
    lambda isrc: isrc[:5] + "O" + isrc[6:],
)


def _malformed(isrc: str, _draw: int) -> str:
    """One malformed text per ISRC, so that bad lines bring few new identities."""
    return _ISRC_FORMS[sum(isrc.encode()) % len(_ISRC_FORMS)](isrc)


def _wrong_check_digit(gtin: str, _draw: int) -> str:
    return gtin[:-1] + str((int(gtin[-1]) + 5) % 10)


KINDS: dict[Planted, Kind] = {
    Planted.SHORT_RECORD: Kind(
        120, Fault.FIELD_COUNT, lambda cells, draw: record(cells[: -1 - draw % 3]), structural=True
    ),
    Planted.LONG_RECORD: Kind(
        90, Fault.FIELD_COUNT, lambda cells, draw: record([*cells, f"x{draw % 9}"]), structural=True
    ),
    Planted.EMPTY_EXTRA_CELL: Kind(
        40, Fault.FIELD_COUNT, lambda cells, _draw: record([*cells, ""]), structural=True
    ),
    Planted.STRAY_QUOTE: Kind(
        120,
        Fault.BAD_QUOTING,
        lambda cells, draw: _STRAYS[draw % len(_STRAYS)](cells),
        structural=True,
    ),
    Planted.INCH_MARK: Kind(
        30, None, lambda cells, _draw: _raw(_VERSION, lambda _version: '7" Mix')(cells)
    ),
    Planted.AMOUNT_UNREADABLE: Kind(
        130,
        Fault.AMOUNT_UNREADABLE,
        _set(_AMOUNT, lambda _amount, draw: _UNREADABLE[draw % len(_UNREADABLE)]),
        amount_lost=True,
    ),
    Planted.CURRENCY_MISSING: Kind(
        100, Fault.CURRENCY_MISSING, _set(_CURRENCY, lambda _currency, _draw: "")
    ),
    Planted.CURRENCY_INVALID: Kind(
        0,  # stands on lines of doomed identities alone: each one halts an asset
        Fault.CURRENCY_INVALID,
        _set(_CURRENCY, lambda _currency, draw: _NO_CURRENCY[draw % len(_NO_CURRENCY)]),
    ),
    Planted.ISRC_MALFORMED: Kind(130, Fault.ISRC_MALFORMED, _set(_ISRC, _malformed)),
    Planted.GTIN_CHECK_DIGIT: Kind(130, Fault.GTIN_CHECK_DIGIT, _set(_GTIN, _wrong_check_digit)),
    Planted.BAD_BYTE_IN_ISRC: Kind(
        30, Fault.BAD_ENCODING, _set(_ISRC, lambda isrc, _draw: isrc[:4] + BAD_BYTE + isrc[5:])
    ),
    Planted.BAD_BYTE_IN_TITLE: Kind(
        40, Fault.ENCODING_REPAIRED, _set(_TITLE, lambda title, _draw: title + " " + BAD_BYTE)
    ),
    Planted.NUL_IN_TITLE: Kind(
        0,  # likewise
        Fault.BAD_ENCODING,
        _set(_TITLE, lambda title, _draw: title + "\0"),
    ),
    Planted.UNKNOWN_RECORDING: Kind(130, Fault.UNMATCHED, lambda cells, _draw: record(cells)),
}
STRUCTURAL = tuple(planted for planted, kind in KINDS.items() if kind.structural)
MIXED = tuple(planted for planted, kind in KINDS.items() if kind.weight)
NEEDS_CODES = (Planted.ISRC_MALFORMED, Planted.GTIN_CHECK_DIGIT, Planted.BAD_BYTE_IN_ISRC)


def reported_currency(text: str) -> str:
    """The currency cell of a record that only its cells spoil."""
    return text.rsplit(",", 2)[1]
