"""A delimited sample report: records, what is planted in them, and the sums that must come out."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

import numpy as np

from pipeline.vocab import Fault
from tests.world.draws import below
from tests.world.shelf import Item

BAD_BYTE = "\ue0ff"  # stands for the byte 0xE9 until the text is bytes


@dataclass(frozen=True)
class Sale:
    """What a line reports of an item."""

    quantity: int
    amount: Decimal
    territory: str = "US"
    service: str = "Spotify"
    whole_release: bool = False


@dataclass(frozen=True)
class Form:
    """How a sender writes: header, line ends, and the columns that hold what we spoil."""

    delimiter: str
    end: str
    header: tuple[str, ...]
    row: Callable[[Item, Sale], list[str]]
    roles: dict[str, str]
    quotes: bool
    currency: str

    def column(self, role: str) -> int:
        """The place of the column that plays the role."""
        return self.header.index(self.roles[role])

    def record(self, cells: list[str]) -> str:
        """The cells as one record without its line end; a lone inch mark is left unquoted."""
        if not self.quotes:
            return self.delimiter.join(cells)
        several = sum('"' in cell for cell in cells) > 1
        return self.delimiter.join(self._quoted(cell, several=several) for cell in cells)

    def _quoted(self, cell: str, *, several: bool) -> str:
        marked = any(mark in cell for mark in (self.delimiter, "\n", "\r"))
        if marked or cell.startswith('"') or (several and '"' in cell):
            return '"' + cell.replace('"', '""') + '"'
        return cell


@dataclass(frozen=True)
class Entry:
    """One line as bytes; `amount` is null where it cannot be read."""

    line: int
    payload: bytes
    note: str
    fault: Fault | None
    currency: str
    amount: Decimal | None


@dataclass
class Sheet:
    """A report under construction."""

    form: Form
    entries: list[Entry] = field(default_factory=list)

    def add(
        self,
        cells: list[str],
        amount: Decimal | None,
        note: str = "",
        fault: Fault | None = None,
        currency: str | None = None,
    ) -> None:
        """One record of cells."""
        self.put(self.form.record(cells), amount, note, fault, currency)

    def put(
        self,
        text: str,
        amount: Decimal | None,
        note: str = "",
        fault: Fault | None = None,
        currency: str | None = None,
    ) -> None:
        """One record as it stands."""
        payload = _bytes(text + self.form.end)
        held = self.form.currency if currency is None else currency
        self.entries.append(Entry(self._next_line(), payload, note, fault, held, amount))

    def _next_line(self) -> int:
        """The physical line after the last entry's."""
        if not self.entries:
            return 2
        last = self.entries[-1]
        return last.line + len(last.payload.splitlines())

    def sample(self, name: str) -> "Sample":
        """The report, finished."""
        head = (self.form.delimiter.join(self.form.header) + self.form.end).encode()
        payload = head + b"".join(entry.payload for entry in self.entries)
        return Sample(name, payload, tuple(self.entries))


@dataclass(frozen=True)
class Sample:
    """A finished sample file and what is known of it."""

    name: str
    payload: bytes
    entries: tuple[Entry, ...]
    remark: str = ""

    def amounts(self) -> dict[str, Decimal]:
        """The sum of the readable amounts by currency as reported."""
        totals: dict[str, Decimal] = {}
        for entry in self.entries:
            if entry.amount is not None:
                totals[entry.currency] = totals.get(entry.currency, Decimal(0)) + entry.amount
        return dict(sorted(totals.items()))

    def unreadable(self) -> int:
        """The lines whose amount cannot be read."""
        return sum(entry.amount is None for entry in self.entries)


def sales(
    purpose: str, seed: int, territories: tuple[str, ...], services: tuple[str, ...]
) -> Iterator[Sale]:
    """Plausible sales without end."""
    position = 0
    while True:
        picks = [
            int(below(limit, seed, f"{purpose} {what}", np.array([position]))[0])
            for what, limit in (
                ("quantity", 900),
                ("price", 9_000_000),
                ("territory", len(territories)),
                ("service", len(services)),
            )
        ]
        quantity = picks[0] + 1
        amount = quantity * (Decimal(picks[1] + 900_000) / 10**10)
        yield Sale(quantity, amount, territories[picks[2]], services[picks[3]])
        position += 1


def _bytes(text: str) -> bytes:
    return text.encode().replace(BAD_BYTE.encode(), b"\xe9")
