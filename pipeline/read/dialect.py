"""How the bytes of a delimited manifest are to be read."""

import codecs
from dataclasses import dataclass

SUPPORTED = {"utf-8": 1, "latin-1": 1, "cp1252": 1, "utf-16-le": 2, "utf-16-be": 2}
"""Each encoding that is read, with the bytes of its code unit."""

_NAMES = {codecs.lookup(name).name: name for name in SUPPORTED}


@dataclass(frozen=True, kw_only=True)
class Dialect:
    """The form of a delimited file, declared by its profile and never guessed.

    Attributes:
        delimiter: one ASCII character between cells.
        quote: one ASCII character that may enclose a cell; None where there is none.
        escape: character before a literal quote inside quotes; None: quotes are doubled.
        encoding: utf-8, latin-1, cp1252, utf-16-le or utf-16-be; a byte order mark is skipped.
        header: whether the first record names the columns.
        columns: the names where there is no header.
        skip: physical lines before the header (a preamble).
        footer: physical lines at the end that are no records.
        comment: text that opens a comment line.
        context: first cells of records of one physical line that are no records of the table.
        pad_short: whether a short record of one physical line is padded (CELLS_PADDED).
    """

    delimiter: str = ","
    quote: str | None = '"'
    escape: str | None = None
    encoding: str = "utf-8"
    header: bool = True
    columns: tuple[str, ...] | None = None
    skip: int = 0
    footer: int = 0
    comment: str | None = None
    context: tuple[str, ...] = ()
    pad_short: bool = False

    def __post_init__(self) -> None:
        """Refuse what cannot be framed.

        Raises:
            ValueError: a mark that is not one ASCII character, equal marks, a comment sign that
                no line could begin with, an unknown encoding, or neither header nor columns.
        """
        marks = [self.delimiter, *(mark for mark in (self.quote, self.escape) if mark is not None)]
        if any(len(mark) != 1 or not mark.isascii() or mark in "\r\n\0" for mark in marks):
            raise ValueError("delimiter, quote and escape are one ASCII character each")
        if len(set(marks)) != len(marks):
            raise ValueError("delimiter, quote and escape must differ")
        if any(not sign.isascii() or set(sign) & set("\r\n\0") for sign in self.signs):
            raise ValueError("a comment sign is ASCII text within one line")
        if not self.header and not self.columns:
            raise ValueError("a dialect without a header names its columns")
        if self.columns is not None:
            object.__setattr__(self, "columns", tuple(self.columns))
        object.__setattr__(self, "encoding", _canonical(self.encoding))

    @property
    def signs(self) -> tuple[str, ...]:
        """Every text that opens a physical line which is no record."""
        quote = self.quote or ""
        cells = dict.fromkeys(mark + cell + mark for cell in self.context for mark in ("", quote))
        found = [cell + self.delimiter for cell in cells]
        return (self.comment, *found) if self.comment else tuple(found)

    @property
    def unit(self) -> int:
        """Bytes of one code unit."""
        return SUPPORTED[self.encoding]

    @property
    def bom(self) -> bytes:
        """The byte order mark of the encoding, empty where it has none."""
        marks = {
            "utf-8": codecs.BOM_UTF8,
            "utf-16-le": codecs.BOM_UTF16_LE,
            "utf-16-be": codecs.BOM_UTF16_BE,
        }
        return marks.get(self.encoding, b"")


def _canonical(encoding: str) -> str:
    """One spelling for each supported encoding."""
    try:
        found = _NAMES.get(codecs.lookup(encoding).name)
    except LookupError:
        found = None
    if found is None:
        raise ValueError(f"encoding {encoding!r} is not one of {', '.join(SUPPORTED)}")
    return found
