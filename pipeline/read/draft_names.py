"""What senders call the columns of a report, in plain words: more than our own profiles know."""

import re
from collections.abc import Mapping

NAMES: Mapping[str, tuple[str, ...]] = {
    "service": (
        *("service", "store", "store name", "dsp", "dms", "platform", "retailer", "partner"),
        *("partner name", "channel", "digital service provider", "sale store name", "source"),
    ),
    "period_start": (
        *("period", "reporting period", "report period", "reporting date", "reporting month"),
        *("statement period", "report date", "period start", "start date", "report start date"),
        *("accounting period", "sales period", "date from", "from date"),
    ),
    "period_end": ("period end", "end date", "report end date", "date to", "to date"),
    "activity_start": (
        *("activity period", "sale month", "sales month", "sales date", "sale date", "month"),
        *("transaction date", "transaction month", "consumption month", "usage month"),
        *("sale start date", "activity month", "date", "usage period", "activity start"),
    ),
    "activity_end": ("sale end date", "activity end"),
    "territory": (
        *("territory", "country", "country of sale", "country region", "region", "country code"),
        *("delivery country", "geo country", "sale country", "consumer country", "country key"),
        "territory code",
    ),
    "usage": (
        *("usage type", "delivery", "sale type", "sales type", "trans type", "transaction type"),
        *("commercial model", "use type", "streaming subscription type", "distribution channel"),
        *("user type", "subscription type"),
    ),
    "right_type": ("right type", "rights type"),
    "rights_controller": ("rights controller", "rights holder"),
    "currency": (
        *("currency", "currency code", "payment currency", "preferred currency"),
        *("client payment currency", "invoice currency", "partner share currency"),
        *("net sales currency", "account currency", "royalty currency"),
    ),
    "isrc": ("isrc", "isrc code", "track isrc", "asset isrc", "isrc isbn", "recording isrc"),
    "gtin": (
        *("upc", "ean", "gtin", "barcode", "upc code", "icpn", "product upc", "release upc"),
        *("manufacturer s upc", "upc ean", "album upc", "release barcode", "product ean"),
    ),
    "dsp_asset_id": ("asset id", "dsp resource id", "track id", "uri", "video id"),
    "catalog_number": (
        *("catalog number", "catalogue number", "catalogue", "catalog", "label catalog"),
        *("cat no", "catalog no", "release catalog nb", "product catalog number", "article no"),
    ),
    "title": (
        *("title", "track title", "song title", "track", "song", "track name", "song name"),
        *("asset title", "recording title", "work title", "resource title"),
    ),
    "version": ("version", "mix version", "track version", "asset version", "sub title", "remix"),
    "artist": (
        *("artist", "artist name", "track artist", "track artists", "artists", "performer"),
        *("display artist", "asset artist", "display artist name", "main artist"),
    ),
    "label": ("label", "label name", "imprint", "imprint label", "record label", "product label"),
    "release_title": (
        *("release title", "release name", "album", "album name", "album title", "release"),
        *("product title", "product name"),
    ),
    "release_date": ("release date", "original release date"),
    "duration_s": ("duration", "track duration", "asset duration", "length"),
    "sale_level": (),
    "line_type": (),
    "quantity": (
        *("quantity", "units", "units sold", "count", "streams", "plays", "views", "qty"),
        *("net units", "usages", "total units", "number of streams", "owned views"),
    ),
    "amount": (
        *("amount", "earnings", "net revenue", "net amount", "royalty", "royalties", "net share"),
        *("net sales", "total earned", "label share net receipts", "net receipts", "payable"),
        *("extended partner share", "subtotal", "net payable", "amount due", "total royalty"),
        *("net income", "your share", "net earnings", "reported royalty", "revenue"),
    ),
    "unit_price": ("unit price", "price", "per unit price", "price per unit", "royalty per item"),
    "gross_amount": (
        "gross revenue",
        "gross amount",
        "gross",
        "gross receipts",
        "sale net receipts",
    ),
}
"""By canonical column; without what stands in parentheses, in lower case."""

_PERSONAL = re.compile(
    r"^(?:buyer|ship to|customer name|first name|last name|surname)\b"
    r"|\b(?:e?mail|phone|telephone|mobile|fax|street|address|zip|postcode|birth|birthday|gender)\b"
)


def names_a_person(column: str) -> bool:
    """Whether a column's name says that it names or finds a person."""
    return bool(_PERSONAL.search(" ".join(re.split(r"[\W_]+", column.casefold())).strip()))
