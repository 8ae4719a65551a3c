"""Layouts of distributors that pay artists and small labels."""

from tests.formats.layout import Layout, Reading
from tests.formats.words import ALPHA_3, NAMES, columns, roles

_DISTROKID_ROLES = roles(
    "isrc=ISRC; gtin=UPC; title=Title; artist=Artist; service=Store; quantity=Quantity; "
    "territory=Country of Sale; amount=Earnings (USD)"
)

DISTROKID = Layout(
    "distrokid", "distrokid_bank_details.tsv",
    columns(
        "Reporting Date, Sale Month, Store, Artist, Title, ISRC, UPC, Quantity, Team Percentage, "
        "Song/Album, Country of Sale, Songwriter Royalties Withheld, Earnings (USD)"
    ),
    _DISTROKID_ROLES,
    Reading("Earnings (USD)", fixed="USD"),
    {"Reporting Date": "2025-05-20", "Sale Month": "2025-03", "Team Percentage": "100"},
    ("Song/Album", "Song", "Album"), delimiter="\t", end="\r", encoding="cp1252",
)  # fmt: skip
DISTROKID_2025 = Layout(
    "distrokid_2025", "distrokid_2025.tsv",
    columns(
        "Date Inserted, Reporting Date, Sale Month, Store, Artist, Title, ISRC, UPC, Quantity, "
        "Team Percentage, Source Type, Country of Sale, Songwriter Royalties Withheld (USD), "
        "Earnings (USD), Recoup (USD)"
    ),
    _DISTROKID_ROLES,
    Reading("Earnings (USD)", fixed="USD"),
    {"Date Inserted": "2025-09-27", "Reporting Date": "2025-09-25", "Sale Month": "2025-07"},
    ("Source Type", "Song", "Album"), delimiter="\t",
)  # fmt: skip
DISTROKID_2026 = Layout(
    "distrokid_2025", "distrokid_2026_euro.tsv",
    columns(
        "Date Inserted, Reporting Date, Sale Month, Store, Artist, Title, ISRC, UPC, Quantity, "
        "Team Percentage, Song/Album, Country of Sale, Songwriter Royalties Withheld (EUR), "
        "Earnings (EUR), Recoup (EUR)"
    ),
    {**_DISTROKID_ROLES, "amount": "Earnings (EUR)"},
    Reading("Earnings (EUR)", fixed="EUR"),
    {"Date Inserted": "2026-02-27", "Reporting Date": "2026-02-25", "Sale Month": "2025-12"},
    ("Song/Album", "Song", "Album"), delimiter="\t", end="\r\n", bom=True, quoted=True,
)  # fmt: skip
TUNECORE = Layout(
    "tunecore", "tunecore.csv",
    columns(
        "Sales Period, Posted Date, Store Name, Country Of Sale, Artist, Release Type, "
        "Release Title, Song Title, Label, UPC, Optional UPC, TC Song ID, Optional ISRC, "
        "Sales Type, # Units Sold, Per Unit Price, Net Sales, Net Sales Currency, Exchange Rate, "
        "Total Earned, Currency"
    ),
    roles(
        "isrc=Optional ISRC; gtin=UPC; title=Song Title; artist=Artist; label=Label; "
        "release=Release Title; service=Store Name; territory=Country Of Sale; "
        "quantity=# Units Sold; amount=Total Earned"
    ),
    Reading("Total Earned", "Currency"),
    {
        "Sales Period": "2026-07-01", "Posted Date": "2026-09-04", "Release Type": "Album",
        "TC Song ID": "4711", "Sales Type": "Stream", "Per Unit Price": "0.0041",
        "Net Sales": "9.99", "Net Sales Currency": "EUR", "Exchange Rate": "1.08",
        "Currency": "USD",
    },
    quoted=True,
    more=({"Optional ISRC": "", "TC Song ID": "USTCZ0928423"}, {"Currency": "CAD"}),
)  # fmt: skip
CDBABY = Layout(
    "cdbaby", "cdbaby_digital.txt",
    columns(
        "Report Date, Sales Date, Quantity, Price, Subtotal, Isrc, Barcode, CDBabySku, "
        "Album Name, Artist Name, Track Name, Partner Name, Transaction Type, Delivery Country"
    ),
    roles(
        "isrc=Isrc; gtin=Barcode; title=Track Name; artist=Artist Name; release=Album Name; "
        "catalog_number=CDBabySku; service=Partner Name; territory=Delivery Country; "
        "quantity=Quantity; amount=Subtotal"
    ),
    Reading("Subtotal", fixed="USD"),
    {
        "Report Date": "10/15/2023 12:00:00 AM", "Sales Date": "8/31/2023 12:00:00 AM",
        "Price": "0.004", "Transaction Type": "Stream",
    },
    delimiter="\t", end="\r\n",
)  # fmt: skip
SYMPHONIC = Layout(
    "symphonic", "symphonic.csv",
    columns(
        "Reporting Period, Label, Release Name, Release Version, Release Artists, UPC Code, "
        "Catalogue, Track Title, Mix Version, ISRC Code, Track Artists, "
        "Digital Service Provider, Activity Period, Territory, Delivery, Content Type, "
        "Sale or Void, Count, Royalty ($US)"
    ),
    roles(
        "isrc=ISRC Code; gtin=UPC Code; title=Track Title; artist=Track Artists; label=Label; "
        "release=Release Name; catalog_number=Catalogue; service=Digital Service Provider; "
        "territory=Territory; quantity=Count; amount=Royalty ($US)"
    ),
    Reading("Royalty ($US)", fixed="USD", minus=("Sale or Void", "Void")),
    {
        "Reporting Period": "JUN-25", "Activity Period": "June 2025", "Delivery": "Streaming",
        "Content Type": "Track", "Sale or Void": "Sale",
    },
    territory=ALPHA_3.__getitem__, end="\r\n",
    more=({"Sale or Void": "Void"}, {"Sale or Void": "Void", "Royalty ($US)": "-2.5"}),
)  # fmt: skip
BELIEVE = Layout(
    "believe", "believe.csv",
    columns(
        "Reporting month, Sales Month, Platform, Country / Region, Label Name, Artist Name, "
        "Release title, Track title, UPC, ISRC, Release Catalog nb, "
        "Streaming Subscription Type, Release type, Sales Type, Quantity, "
        "Client Payment Currency, Unit Price, Mechanical Fee, Gross Revenue, Client share rate, "
        "Net Revenue"
    ),
    roles(
        "isrc=ISRC; gtin=UPC; title=Track title; artist=Artist Name; label=Label Name; "
        "release=Release title; catalog_number=Release Catalog nb; service=Platform; "
        "territory=Country / Region; quantity=Quantity; amount=Net Revenue"
    ),
    Reading("Net Revenue", "Client Payment Currency", mark=","),
    {
        "Reporting month": "2026-08-01", "Sales Month": "2026-06-01", "Sales Type": "Streams",
        "Client Payment Currency": "EUR", "Unit Price": "0,00412", "Gross Revenue": "1,25",
    },
    delimiter=";", bom=True, territory=NAMES.__getitem__, quoted=True,
)  # fmt: skip
BELIEVE_POINT = Layout(
    "believe", "believe_point.csv", BELIEVE.header, BELIEVE.roles,
    Reading("Net Revenue", "Client Payment Currency"),
    {**BELIEVE.constant, "Unit Price": "0.00412", "Gross Revenue": "1.25"}, delimiter=";",
)  # fmt: skip
KONTOR = Layout(
    "kontor", "kontor.csv",
    columns(
        "Sales Period, Store, Ch.-Type, Channel ID, Country, Label, Product Type, Product Title, "
        "Product Artist, EAN, ISRC, GRID, Article No, Royalties, Units"
    ),
    roles(
        "isrc=ISRC; gtin=EAN; title=Product Title; artist=Product Artist; label=Label; "
        "catalog_number=Article No; service=Store; territory=Country; quantity=Units; "
        "amount=Royalties"
    ),
    Reading("Royalties", fixed="EUR", mark=","),
    {"Sales Period": "2026-07", "Ch.-Type": "Streaming", "Product Type": "Track"},
    delimiter=";", encoding="cp1252",
)  # fmt: skip

LAYOUTS = (
    DISTROKID,
    DISTROKID_2025,
    DISTROKID_2026,
    TUNECORE,
    CDBABY,
    SYMPHONIC,
    BELIEVE,
    BELIEVE_POINT,
    KONTOR,
)
