"""The sums of a report by Python's csv and Decimal; nothing of the pipeline is imported here."""

import csv
import io
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from tests.formats.layout import Layout

csv.field_size_limit(2**24)


@dataclass
class Sums:
    """What a report says.

    Attributes:
        lines: records of the table.
        unreadable: of those, the ones without an amount that can be read.
        amounts: by currency as reported.
    """

    lines: int = 0
    unreadable: int = 0
    amounts: dict[str, Decimal] = field(default_factory=lambda: defaultdict(Decimal))

    def money(self) -> dict[str, Decimal]:
        """The sums that are not zero."""
        return {currency: total for currency, total in self.amounts.items() if total}


def sums(layout: Layout, text: bytes) -> Sums:
    """Reads a report from its bytes."""
    reading = layout.reading
    found = Sums()
    for row in _table(layout, text):
        found.lines += 1
        if reading.nothing:
            continue
        cells = (
            dict(zip(layout.header, row, strict=False)) if len(row) == len(layout.header) else {}
        )
        amount = number(cells.get(reading.amount, ""), reading.mark)
        if amount is None:
            found.unreadable += 1
            continue
        column, value = reading.minus
        if column and cells[column] == value:
            amount = -abs(amount)
        found.amounts[cells[reading.currency] if reading.currency else reading.fixed] += amount
    return found


def number(text: str, mark: str) -> Decimal | None:
    """A number as people write it; None where it is none."""
    plain = text.strip().replace("$", "").replace(" ", "")
    negative = plain.startswith("(") and plain.endswith(")")
    plain = plain.strip("()").replace("," if mark == "." else ".", "").replace(mark, ".")
    try:
        value = Decimal(plain)
    except InvalidOperation:
        return None
    return -value if negative else value


def _table(layout: Layout, text: bytes) -> Iterator[list[str]]:
    """The records of the table, torn ones too."""
    told = text.decode(layout.encoding).removeprefix("\ufeff")
    rows = csv.reader(io.StringIO(told, newline=""), delimiter=layout.delimiter)
    inside = layout.headerless
    for row in rows:
        if not inside:
            inside = tuple(row) == layout.header
        elif not row or row[0] in layout.reading.aside:
            continue
        elif row[0].startswith(layout.reading.ends or ("\0",)):
            return
        else:
            yield row
