"""The layout of a quarterly export, and the two files that digest it.

```
sales.parquet  sales.csv  …       one pair per table of TABLES
digests.json                      quarter, time; SHA-256, bytes and rows of each file; sums
SHA256SUMS                        all of the above, in the form of coreutils: `sha256sum -c`
```

`digests.json` lists the tables' files and `SHA256SUMS` lists these and `digests.json`, so that one
signature over `SHA256SUMS` signs everything, and a folder of proofs can stand beside; a format that
has them gets another `FORMAT`.
"""

import hashlib
import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FORMAT = "royalty-audit-3"
"""What is written; earlier ones had fewer tables, and are still read."""
DIGESTS = "digests.json"
SUMS = "SHA256SUMS"
FORMS = ("parquet", "csv")
LINE_TABLES = ("sales", "staged", "quarantine")
"""The tables whose rows are the lines of manifests, each line in one of them."""
_FIRST = (*LINE_TABLES, "retry_ledger", "manifests", "conservation")
_SECOND = (*_FIRST, "control")
TABLES = (*_SECOND, "endings")
_TABLES_OF = {"royalty-audit-1": _FIRST, "royalty-audit-2": _SECOND, FORMAT: TABLES}


def files_of(export_format: str) -> tuple[str, ...]:
    """The names of the tables' files in an export of a format."""
    return tuple(f"{table}.{form}" for table in _TABLES_OF[export_format] for form in FORMS)


FILES = files_of(FORMAT)

_QUARTER = re.compile(r"([0-9]{4})Q([1-4])")
_PERIOD = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])|Q[1-4])")
_SUMS_LINE = re.compile(r"([0-9a-f]{64})  ([^\x00-\x1f]+)")


@dataclass(frozen=True)
class FileDigest:
    """One file: its SHA-256 in hex, its size, and its rows without the header."""

    sha256: str
    bytes: int
    rows: int


@dataclass(frozen=True)
class TableSum:
    """The lines of one table in one currency; `amount` is plain decimal text in that currency."""

    lines: int
    amount: str
    unreadable_lines: int


@dataclass(frozen=True)
class Digests:
    """What `digests.json` says.

    Attributes:
        quarter: such as `2026Q3`.
        created_at: the export's one clock reading, ISO 8601 in UTC.
        files: file name to digest; the tables' files alone.
        sums: table of lines to currency ('' where none is reported) to sum.
        format: of the export.
    """

    quarter: str
    created_at: str
    files: dict[str, FileDigest]
    sums: dict[str, dict[str, TableSum]]
    format: str = FORMAT


def periods_of(quarter: str) -> tuple[str, ...]:
    """The accounting periods inside a quarter: its three months and the quarter itself.

    Raises:
        ValueError: the text is not of the form `2026Q3`.
    """
    found = _QUARTER.fullmatch(quarter)
    if not found:
        raise ValueError(quarter)
    first = 3 * int(found[2]) - 2
    return (*(f"{found[1]}-{month:02}" for month in range(first, first + 3)), quarter)


def is_in_some_quarter(accounting_period: str) -> bool:
    """Whether an accounting period is a month or a quarter; undated ones ('') are neither."""
    return _PERIOD.fullmatch(accounting_period) is not None


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def canonical(document: object) -> bytes:
    """JSON with one spelling per document: keys in order, no blanks, UTF-8, no line end."""
    text = json.dumps(document, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return text.encode()


def rendered(digests: Digests) -> bytes:
    """The bytes of `digests.json`."""
    return canonical(asdict(digests))


def parsed(raw: bytes) -> Digests:
    """What the bytes of a `digests.json` say.

    Raises:
        ValueError: they are not what `rendered` writes; the text says what is wrong.
    """
    document: Any = json.loads(raw)
    if not isinstance(document, dict) or "format" not in document:
        raise ValueError("it does not say its format")
    if document["format"] not in _TABLES_OF:
        raise ValueError(f"its format is {document['format']!r}, not {FORMAT!r}")
    try:
        digests = Digests(
            quarter=document["quarter"],
            created_at=document["created_at"],
            files={name: FileDigest(**file) for name, file in document["files"].items()},
            sums={
                table: {currency: TableSum(**total) for currency, total in currencies.items()}
                for table, currencies in document["sums"].items()
            },
            format=document["format"],
        )
        periods_of(digests.quarter)
        _refuse_other_than_whole(digests)
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise ValueError("its entries are not those of this format") from error
    if rendered(digests) != raw:
        raise ValueError("it is not in canonical form")
    return digests


def _refuse_other_than_whole(digests: Digests) -> None:
    """Raise TypeError where a count is no whole number, such as 1.0 or true."""
    counts = [count for file in digests.files.values() for count in (file.bytes, file.rows)]
    for currencies in digests.sums.values():
        for total in currencies.values():
            counts += [total.lines, total.unreadable_lines]
    if any(type(count) is not int for count in counts):
        raise TypeError(counts)


def sums_text(sha256: Mapping[str, str]) -> str:
    """The text of `SHA256SUMS`: a line per file name, in order."""
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(sha256.items()))


def listed(text: str) -> dict[str, str]:
    """File name to SHA-256, as a text of `SHA256SUMS` lists them.

    Raises:
        ValueError: a line is not in the form of coreutils, or the lines are not in order.
    """
    sha256: dict[str, str] = {}
    for number, line in enumerate(text.split("\n")[:-1], 1):
        found = _SUMS_LINE.fullmatch(line)
        if not found:
            raise ValueError(f"line {number} is not `<SHA-256>  <file>`")
        sha256[found[2]] = found[1]
    if sums_text(sha256) != text:
        raise ValueError("its lines are not in order, one per file")
    return sha256
