"""The lines of a fixture: sound ones, and what goes wrong in every format."""

from collections.abc import Iterator
from decimal import Decimal

from tests.formats.layout import Cells, Layout
from tests.world.sheet import Sale
from tests.world.shelf import Item, Shelf

SOUND = 9


def lines(layout: Layout, shelf: Shelf, sales: Iterator[Sale]) -> list[list[str]]:
    """The cells of each line in the order of the columns; a torn one has too few."""
    known = [_cells(layout, next(shelf.plain), next(sales)) for _ in range(SOUND)]
    changed = [
        {**_cells(layout, next(shelf.plain), next(sales)), **change}
        for change in (*_damage(layout, next(shelf.plain), next(shelf.upc)), *layout.more)
    ]
    # Lines may be the same without being one.
    rows = [*known, known[0], known[0], *changed]
    made = [[cells.get(column, "") for column in layout.header] for cells in rows]
    # On one physical line: the rest of a torn record is another.
    torn = [cell.replace("\n", " ") for cell in made[1][:-2]]
    made += [] if layout.whole else [torn]
    return made


def _cells(layout: Layout, item: Item, sale: Sale) -> Cells:
    said = {
        "isrc": item.isrc,
        "gtin": item.gtin,
        "title": f"{item.title} ({item.version})" if item.version else item.title,
        "artist": item.artist,
        "label": item.label,
        "release": item.release_title,
        "catalog_number": item.catalog_number,
        "asset": f"a{item.recording_id}",
        "service": sale.service,
        "territory": layout.territory(sale.territory),
        "quantity": str(sale.quantity),
        "amount": _number(layout, f"{sale.amount:f}"),
    }
    column, track, _ = layout.level
    cells = {layout.roles[role]: text for role, text in said.items() if role in layout.roles}
    return {**layout.constant, **cells, **({column: track} if column else {})}


def _damage(layout: Layout, item: Item, upc: Item) -> Iterator[Cells]:
    """Changes to a sound line, by the columns that the format has."""
    isrc = item.isrc
    yield from _of(
        layout,
        "isrc",
        isrc.lower(),
        f"ISRC {isrc}",
        f"{isrc[:2]}-{isrc[2:5]}-{isrc[5:7]}-{isrc[7:]}",
        "",
        isrc[:-1],
    )
    digits = upc.gtin
    shown = f"{digits[0]}.{digits[1:]}e+{len(digits) - 1}"
    yield from _of(layout, "gtin", shown, f"{digits}.0", digits[:6] + "000000", "8.6e+11", "")
    yield from _of(layout, "title", 'Say "Hello", She Said', "Żółć & Größe")
    amounts = ["-0.25", "(3.50)", "1,200.50", "0.000000001234", "0", "$ 4.75"]
    amounts += [] if layout.whole else ["", "n/a"]
    if not layout.reading.nothing:
        yield from _of(layout, "amount", *(_number(layout, text) for text in amounts))
        if "quantity" in layout.roles:
            late = {"quantity": "0", "amount": _number(layout, "-12.000001")}
            yield {layout.roles[role]: text for role, text in late.items()}
    yield from _of(layout, "quantity", "1,200" if layout.reading.mark == "." else "1.200")


def _of(layout: Layout, role: str, *texts: str) -> Iterator[Cells]:
    if role in layout.roles:
        yield from ({layout.roles[role]: text} for text in texts)


def _number(layout: Layout, text: str) -> str:
    """A number with the report's decimal mark."""
    if layout.reading.mark == ".":
        return text
    return text.translate(str.maketrans(",.", ".,"))


def units(layout: Layout, rows: list[list[str]]) -> int:
    """The units of whole lines as they are printed below a table, returns taken off."""
    if "quantity" not in layout.roles:
        return 0
    total = 0
    for row in rows:
        cells = dict(zip(layout.header, row, strict=False))
        column, value = layout.reading.minus
        count = cells.get(layout.roles["quantity"], "").replace(",", "")
        returned = bool(column) and cells.get(column) == value
        if len(row) == len(layout.header) and count:
            total += -int(Decimal(count)) if returned else int(Decimal(count))
    return total
