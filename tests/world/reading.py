"""A second reading of delimited text, record by record with regular expressions, csv and Decimal.

It shares nothing with the generator or the pipeline: what both say of a file is held against it.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator
from decimal import Decimal, localcontext

READABLE = re.compile(r"-?\d{1,12}(?:\.\d{1,18})?")


def records(text: str, delimiter: str) -> Iterator[tuple[int, list[str] | None]]:
    """Physical line and cells of each record; null and one physical line where it breaks."""
    cell = rf'(?:"(?:[^"]|"")*"|(?!")[^{delimiter}\r\n]*)'
    record = re.compile(rf"({cell}(?:{delimiter}{cell})*)(?:\r\n|\n|\r)")
    position, line = 0, 1
    while position < len(text):
        match = record.match(text, position)
        cells = cells_of(match[1], delimiter) if match else None
        physical = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)").match(text, position)
        taken = match if match and cells is not None else physical
        assert taken is not None
        yield line, cells
        line += len(re.findall(r"\r\n|\n|\r", taken[0]))
        position = taken.end()


def cells_of(record: str, delimiter: str) -> list[str] | None:
    """The record's cells; null where a quote breaks it."""
    cell = rf'"(?:[^"]|"")*"|(?!")[^{delimiter}]*'
    if not re.fullmatch(rf"(?:{cell})(?:{delimiter}(?:{cell}))*", record):
        return None
    found = [match[1] for match in re.finditer(rf"(?:^|{delimiter})({cell})", record)]
    if sum('"' in each and not each.startswith('"') for each in found) > 1:
        return None
    (read,) = csv.reader(io.StringIO(record, newline=""), delimiter=delimiter)
    return read


def totals(money: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Exact sums by currency."""
    sums: dict[str, Decimal] = {}
    with localcontext(prec=60):
        for currency, amount in money:
            sums[currency] = sums.get(currency, Decimal(0)) + amount
    return sums
