"""The delimited samples: Symphonic, DistroKid in both layouts, The Orchard."""

from collections.abc import Callable

from pipeline.vocab import Fault
from tests.world import plants
from tests.world.sheet import Form, Sale, Sample, Sheet, sales
from tests.world.shelf import Item, Shelf

SERVICES = ("Spotify", "Apple Music", "YouTube", "Deezer", "TIDAL")
TERRITORIES = ("US", "GB", "DE", "FR", "JP", "KR", "BR", "SE")
_ALPHA_3 = {
    "US": "USA", "GB": "GBR", "DE": "DEU", "FR": "FRA", "JP": "JPN",
    "KR": "KOR", "BR": "BRA", "SE": "SWE", "BE": "BEL",
}  # fmt: skip
_SYMPHONIC = (
    "Reporting Period", "Label", "Release Name", "Release Version", "Release Artists", "UPC Code",
    "Catalogue", "Track Title", "Mix Version", "ISRC Code", "Track Artists",
    "Digital Service Provider", "Activity Period", "Territory", "Delivery", "Content Type",
    "Sale or Void", "Count", "Royalty ($US)",
)  # fmt: skip
_DISTROKID_13 = (
    "Reporting Date", "Sale Month", "Store", "Artist", "Title", "ISRC", "UPC", "Quantity",
    "Team Percentage", "Song/Album", "Country of Sale", "Songwriter Royalties Withheld",
    "Earnings (USD)",
)  # fmt: skip
_DISTROKID_15 = (
    "Date Inserted", "Reporting Date", "Sale Month", "Store", "Artist", "Title", "ISRC", "UPC",
    "Quantity", "Team Percentage", "Source Type", "Country of Sale",
    "Songwriter Royalties Withheld (USD)", "Earnings (USD)", "Recoup (USD)",
)  # fmt: skip
_ORCHARD = (
    "Period", "Activity Period", "DMS", "Territory", "Orchard UPC", "Manufacturer's UPC",
    "Label Catalog #", "Imprint Label", "Artist Name", "Release Name", "Track Name", "ISRC",
    "Volume", "Track #", "Quantity", "Trans Type", "Label Share Net Receipts",
    "Preferred Currency",
)  # fmt: skip


def _symphonic_row(item: Item, sale: Sale) -> list[str]:
    whole = sale.whole_release
    return [
        "SEP-26",
        item.label,
        item.release_title,
        "",
        item.release_artist,
        item.gtin,
        item.catalog_number,
        "" if whole else item.title,
        "" if whole else item.version,
        "" if whole else item.isrc,
        "" if whole else item.artist,
        sale.service,
        "AUG-26" if sale.quantity % 3 else "August 2026",
        _ALPHA_3[sale.territory],
        "Download" if whole else "Streaming",
        "Album" if whole else "Track",
        "Void" if sale.quantity < 0 else "Sale",
        str(sale.quantity),
        f"{sale.amount:f}",
    ]


def _distrokid_title(item: Item, sale: Sale) -> str:
    """DistroKid has no column for the version: it stands in the title."""
    if sale.whole_release:
        return item.release_title
    return f"{item.title} ({item.version})" if item.version else item.title


def _legacy_row(item: Item, sale: Sale) -> list[str]:
    whole = sale.whole_release
    return [
        "2026-08-28",
        "2026-07",
        sale.service,
        item.release_artist if whole else item.artist,
        _distrokid_title(item, sale),
        "" if whole else item.isrc,
        item.gtin,
        str(sale.quantity),
        "100",
        "Album" if whole else "Song",
        sale.territory,
        "0",
        f"{sale.amount:f}",
    ]


def _july_2025_row(item: Item, sale: Sale) -> list[str]:
    row = ["2026-09-27", "2026-09-25", "2026-08", *_legacy_row(item, sale)[2:], "0"]
    row[-2] = f"{sale.amount:f}"
    return row


def _orchard_row(item: Item, sale: Sale) -> list[str]:
    whole = sale.whole_release
    return [
        "2026M09",
        "2026M08" if sale.quantity % 3 else "2026M07",
        sale.service,
        sale.territory,
        item.gtin,
        "",
        item.catalog_number,
        item.label,
        item.release_artist if whole else item.artist,
        item.release_title,
        "" if whole else _distrokid_title(item, sale),
        "" if whole else item.isrc,
        "1",
        "" if whole else item.number,
        str(sale.quantity),
        "Return" if sale.quantity < 0 else "Album Download" if whole else "Stream",
        f"{sale.amount:f}".replace(".", ","),
        "USD",
    ]


def symphonic(shelf: Shelf, seed: int) -> Sample:
    """Comma, CRLF, alpha-3 territories, periods as SEP-26, Sale or Void."""
    roles = {
        "isrc": "ISRC Code", "gtin": "UPC Code", "title": "Track Title", "artist": "Track Artists",
        "quantity": "Count", "amount": "Royalty ($US)", "territory": "Territory",
    }  # fmt: skip
    form = Form(",", "\r\n", _SYMPHONIC, _symphonic_row, roles, quotes=True, currency="USD")
    garden = _garden("symphonic", form, shelf, seed)
    garden.sound(30)
    _everything(garden, (plants.quotes,))
    garden.line(next(shelf.plain).but(version='7" Mix'), 'version 7" Mix, unquoted')
    paid = next(garden.sales)
    garden.line(next(shelf.plain), "amount in parentheses: negative", sale=_minus(paid),
                amount=f"({paid.amount:f})", quantity=str(-paid.quantity))  # fmt: skip
    garden.sound(40)
    return garden.sheet.sample("symphonic_2026-09.csv")


def distrokid_legacy(shelf: Shelf, seed: int) -> Sample:
    """Tab, lone CR at the line ends, 13 columns."""
    form = _distrokid_form("\r", _DISTROKID_13, _legacy_row)
    garden = _garden("distrokid legacy", form, shelf, seed)
    garden.sound(25)
    _everything(garden, ())
    garden.sound(25)
    return garden.sheet.sample("distrokid_2026-08.tsv")


def distrokid_july_2025(shelf: Shelf, seed: int) -> Sample:
    """Tab, LF, the 15 columns since July 2025."""
    form = _distrokid_form("\n", _DISTROKID_15, _july_2025_row)
    garden = _garden("distrokid 2025", form, shelf, seed)
    garden.sound(35)
    _everything(garden, ())
    garden.sound(35)
    return garden.sheet.sample("distrokid_2026-09.tsv")


def orchard(shelf: Shelf, seed: int) -> Sample:
    """Semicolon, decimal comma, periods as 2026M09, UPCs that a spreadsheet has rounded."""
    roles = {
        "isrc": "ISRC", "gtin": "Orchard UPC", "title": "Track Name", "artist": "Artist Name",
        "quantity": "Quantity", "amount": "Label Share Net Receipts", "territory": "Territory",
        "currency": "Preferred Currency",
    }  # fmt: skip
    form = Form(";", "\n", _ORCHARD, _orchard_row, roles, quotes=True, currency="USD")
    garden = _garden("orchard", form, shelf, seed)
    garden.sound(30)
    _everything(garden, (plants.quotes, plants.currencies), decimal=",")
    for _ in range(6):
        item = next(shelf.upc)
        rounded = item.gtin[:6] + "000000"
        garden.line(item, "UPC rounded by a spreadsheet", Fault.GTIN_CHECK_DIGIT, gtin=rounded)
    garden.sound(30)
    return garden.sheet.sample("orchard_2026-09.csv")


def _distrokid_form(
    end: str, header: tuple[str, ...], row: Callable[[Item, Sale], list[str]]
) -> Form:
    roles = {
        "isrc": "ISRC", "gtin": "UPC", "title": "Title", "artist": "Artist",
        "quantity": "Quantity", "amount": "Earnings (USD)", "territory": "Country of Sale",
    }  # fmt: skip
    return Form("\t", end, header, row, roles, quotes=False, currency="USD")


def _garden(purpose: str, form: Form, shelf: Shelf, seed: int) -> plants.Garden:
    return plants.Garden(Sheet(form), shelf, sales(purpose, seed, TERRITORIES, SERVICES))


def _everything(
    garden: plants.Garden,
    more: tuple[Callable[[plants.Garden], None], ...],
    decimal: str = ".",
) -> None:
    """What goes wrong in every format, sound lines between the kinds, and what `more` plants."""
    plants.numbers(garden, decimal)
    for plant in (plants.identifiers, plants.matching, plants.encodings, plants.cells, *more):
        garden.sound(3)
        plant(garden)


def _minus(sale: Sale) -> Sale:
    return Sale(-sale.quantity, -sale.amount, sale.territory, sale.service)
