"""Everything that really goes wrong in a delimited report, planted once into each sample."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from pipeline.vocab import Fault
from tests.world.sheet import BAD_BYTE, Form, Sale, Sheet
from tests.world.shelf import Item, Shelf

_NO_ISRC = "QZZZZ2600999"  # a valid form that no catalog of ours holds


@dataclass(frozen=True)
class Garden:
    """A sheet with the shelf and the sales that its lines are drawn from."""

    sheet: Sheet
    shelf: Shelf
    sales: Iterator[Sale]

    @property
    def form(self) -> Form:
        """The sender's form."""
        return self.sheet.form

    def line(
        self,
        item: Item,
        note: str = "",
        fault: Fault | None = None,
        sale: Sale | None = None,
        **cells: str,
    ) -> None:
        """One record of an item; `cells` replace what stands in the columns of these roles."""
        sold = sale or next(self.sales)
        row = self.form.row(item, sold)
        for role, text in cells.items():
            row[self.form.column(role)] = text
        lost = fault is Fault.AMOUNT_UNREADABLE
        self.sheet.add(row, None if lost else sold.amount, note, fault, cells.get("currency"))

    def broken(
        self, change: Callable[[list[str]], str | list[str]], note: str, fault: Fault
    ) -> None:
        """One record that does not frame, as text or as cells; its amount counts nowhere."""
        made = change(self.form.row(next(self.shelf.plain), next(self.sales)))
        text = made if isinstance(made, str) else self.form.record(made)
        self.sheet.put(text, None, note, fault)

    def sound(self, count: int) -> None:
        """Lines that nothing befell, every fourth of an artist of another script."""
        for place in range(count):
            self.line(next(self.shelf.script if place % 4 == 3 else self.shelf.plain))


def identifiers(garden: Garden) -> None:
    """ISRCs and GTINs as they are delivered."""
    plain, line = garden.shelf.plain, garden.line
    line(next(plain), "ISRC missing", Fault.ISRC_MISSING, isrc="")
    line(next(plain), "ISRC too short", Fault.ISRC_MALFORMED, isrc="USA0025")
    line(
        next(plain), "'unknown' in the ISRC column: names none", Fault.ISRC_MISSING, isrc="unknown"
    )
    item = next(plain)
    code = item.isrc.lower()
    hyphens = f"{code[:2]}-{code[2:5]}-{code[5:7]}-{code[7:]}"
    line(item, "ISRC in lower case with hyphens", isrc=hyphens)
    item = next(plain)
    line(item, "ISRC with the prefix 'ISRC '", isrc=f"ISRC {item.isrc}")
    line(garden.shelf.icelandic, "ISRCC0101010: a valid Icelandic ISRC, no prefix")
    item = next(plain)
    wrong = item.gtin[:-1] + str((int(item.gtin[-1]) + 3) % 10)
    line(item, "wrong GTIN check digit", Fault.GTIN_CHECK_DIGIT, gtin=wrong)
    line(next(plain), "GTIN as 8.6e+11: digits are lost", Fault.GTIN_CHECK_DIGIT, gtin="8.6e+11")
    line(next(plain), "no GTIN beside an ISRC", gtin="")
    line(next(plain), "release level: a GTIN only", sale=_whole(garden))


def _whole(garden: Garden) -> Sale:
    return replace(next(garden.sales), whole_release=True)


def numbers(garden: Garden, decimal: str = ".") -> None:
    """Amounts and quantities that cannot be read, and those that look odd but can."""
    plain, line, sales = garden.shelf.plain, garden.line, garden.sales
    for text in ("n/a", f"1{decimal}2{decimal}3", f"0{decimal}1234567890123456789"):
        line(next(plain), f"amount {text!r}", Fault.AMOUNT_UNREADABLE, amount=text)
    line(next(plain), "quantity 'many'", Fault.QUANTITY_UNREADABLE, quantity="many")
    item, sold = next(plain), next(sales)
    back = replace(sold, quantity=-sold.quantity, amount=-sold.amount)
    line(item, "a sale, taken back by the next line", sale=sold)
    line(item, "negative line", sale=back)
    late = replace(sold, quantity=0, amount=Decimal("-0.0421"))
    line(next(plain), "late adjustment: quantity 0, negative amount", sale=late)
    item, sold = next(plain), next(sales)
    for place in range(3):
        line(item, f"identical line {place + 1} of 3", sale=sold)
    line(next(plain), "no such territory", Fault.TERRITORY_UNKNOWN, territory="Neverland")


def matching(garden: Garden) -> None:
    """Identities that the ladder must tell apart."""
    shelf, line = garden.shelf, garden.line
    stranger = next(shelf.plain).but(title="Nobody Knows This One", gtin="", isrc=_NO_ISRC)
    line(stranger, "unknown title under an unknown ISRC", Fault.UNMATCHED)
    nameless = next(shelf.plain).but(title="Lost Tape (Untitled)", gtin="", isrc="")
    line(nameless, "unknown title without identifiers", Fault.UNMATCHED)
    item = next(shelf.plain).but(isrc="QZZZZ2600998")
    line(item, "GTIN and title of a recording that bears another ISRC", Fault.ISRC_CONTRADICTED)
    line(next(shelf.nameless), "recording without ISRC: GTIN and title", Fault.ISRC_MISSING)
    first, second = next(shelf.alike)
    line(first, "one ISRC, two recordings with the same splits")
    first, second = next(shelf.unlike)
    line(second, "one ISRC, two recordings with different splits: the version chooses")
    first, second = next(shelf.unlike)
    vague = first.but(title="Untitled", version="", gtin="")
    line(vague, "one ISRC, two recordings with different splits, no hint", Fault.AMBIGUOUS)
    line(next(shelf.rerecorded), "re-recorded: the ISRC names one of two recordings")
    line(next(shelf.incomplete), "splits of 0.85", Fault.SPLITS_INCOMPLETE)
    line(next(shelf.unagreed), "no splits at all", Fault.SPLITS_INCOMPLETE)
    line(next(shelf.by_territory), "splits by territory: complete here")
    away = replace(next(garden.sales), territory="BE")
    line(
        next(shelf.by_territory), "splits by territory: not agreed in BE", Fault.SPLITS_INCOMPLETE,
        sale=away,
    )  # fmt: skip
    line(next(shelf.by_release), "one ISRC on several releases with different splits")


def encodings(garden: Garden) -> None:
    """Bytes that are not text."""
    plain, line = garden.shelf.plain, garden.line
    item = next(plain)
    line(
        item, "byte 0xE9 in the title", Fault.ENCODING_REPAIRED, title=f"{item.title} Caf{BAD_BYTE}"
    )
    item = next(plain)
    bad = item.isrc[:6] + BAD_BYTE + item.isrc[7:]
    line(item, "byte 0xE9 in the ISRC", Fault.BAD_ENCODING, isrc=bad)
    item = next(plain)
    line(item, "a NUL in the title", Fault.BAD_ENCODING, title=item.title + "\0")
    line(item, "sibling of the line with the NUL", Fault.ASSET_HALTED)


def cells(garden: Garden) -> None:
    """Records with another number of cells, and inch marks that are mere data."""
    changes: dict[str, Callable[[list[str]], list[str]]] = {
        "short record: two cells missing": lambda row: row[:-2],
        "long record: a cell too many": lambda row: [*row, "surplus"],
        "long record: the extra cell is empty": lambda row: [*row, ""],
    }
    for note, change in changes.items():
        garden.broken(change, note, Fault.FIELD_COUNT)
    item = next(garden.shelf.plain)
    garden.line(item, "inch mark in an unquoted title", title=f'{item.title} (7" Mix)')


def quotes(garden: Garden) -> None:
    """Quoted cells that are right, and quotes that break their record."""
    form, plain, line = garden.form, garden.shelf.plain, garden.line
    title = form.column("title")
    item = next(plain)
    line(item, "quoted title with the delimiter", title=f"{item.title}{form.delimiter} Then & Now")
    item = next(plain)
    line(item, "quoted title over two lines", title=f"{item.title}\n(Deluxe)")
    item = next(plain)
    line(item, "quoted title with doubled quotes", title=f'"{item.title}" of the Harbour')

    def after_close(row: list[str]) -> str:
        return _raw(form, row, title, f'"{row[title]}" (Demo)')

    def never_closed(row: list[str]) -> str:
        return _raw(form, row, title, f'"{row[title]}')

    def twice(row: list[str]) -> str:
        marked = _raw(form, row, title, f'{row[title]} 7" Mix').split(form.delimiter)
        marked[form.column("artist")] = 'The 12" Band'
        return form.delimiter.join(marked)

    garden.broken(after_close, "stray quote: text after a closed quote", Fault.BAD_QUOTING)
    garden.broken(never_closed, "stray quote: opened, never closed", Fault.BAD_QUOTING)
    garden.broken(twice, "quotes inside two unquoted cells", Fault.BAD_QUOTING)


def currencies(garden: Garden) -> None:
    """Currency codes where the format has a column for them."""
    plain, line = garden.shelf.plain, garden.line
    item = next(plain)
    line(item, "no such currency: halts its asset", Fault.CURRENCY_INVALID, currency="XQZ")
    line(item, "sibling of the line in XQZ", Fault.ASSET_HALTED)
    line(item, "another sibling of the line in XQZ", Fault.ASSET_HALTED)
    line(next(plain), "currency missing", Fault.CURRENCY_MISSING, currency="")
    line(next(plain), "alias of USD", Fault.CURRENCY_ALIAS, currency="US$")
    line(next(plain), "withdrawn in 2002", Fault.CURRENCY_INVALID, currency="DEM")


def _raw(form: Form, row: list[str], column: int, text: str) -> str:
    """The record with one cell put down as it is; no other cell needs quotes."""
    bare = [cell.replace(form.delimiter, " ").replace('"', "") for cell in row]
    bare[column] = text.replace(form.delimiter, " ")
    return form.delimiter.join(bare)
