"""Every layout with its exact columns, as its sender writes it."""

from tests.formats.layout import Layout, Reading

_ALPHA_3 = {
    "US": "USA", "GB": "GBR", "DE": "DEU", "FR": "FRA", "JP": "JPN", "KR": "KOR", "BR": "BRA",
    "SE": "SWE",
}  # fmt: skip
_NAMES = {
    "US": "United States", "GB": "United Kingdom", "DE": "Germany", "FR": "France", "JP": "Japan",
    "KR": "South Korea", "BR": "Brazil", "SE": "Sweden",
}  # fmt: skip


def _columns(text: str, delimiter: str = ", ") -> tuple[str, ...]:
    return tuple(" ".join(text.split()).split(delimiter))


def _roles(text: str) -> dict[str, str]:
    """Role and column, written `role=Column; …`."""
    entries = (entry.partition("=") for entry in " ".join(text.split()).split("; "))
    return {role: column for role, _, column in entries}


_DISTROKID_ROLES = _roles(
    "isrc=ISRC; gtin=UPC; title=Title; artist=Artist; service=Store; quantity=Quantity; "
    "territory=Country of Sale; amount=Earnings (USD)"
)

DISTROKID = Layout(
    "distrokid", "distrokid_bank_details.tsv",
    _columns(
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
    _columns(
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
    _columns(
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
    _columns(
        "Sales Period, Posted Date, Store Name, Country Of Sale, Artist, Release Type, "
        "Release Title, Song Title, Label, UPC, Optional UPC, TC Song ID, Optional ISRC, "
        "Sales Type, # Units Sold, Per Unit Price, Net Sales, Net Sales Currency, Exchange Rate, "
        "Total Earned, Currency"
    ),
    _roles(
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
    _columns(
        "Report Date, Sales Date, Quantity, Price, Subtotal, Isrc, Barcode, CDBabySku, "
        "Album Name, Artist Name, Track Name, Partner Name, Transaction Type, Delivery Country"
    ),
    _roles(
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
    _columns(
        "Reporting Period, Label, Release Name, Release Version, Release Artists, UPC Code, "
        "Catalogue, Track Title, Mix Version, ISRC Code, Track Artists, "
        "Digital Service Provider, Activity Period, Territory, Delivery, Content Type, "
        "Sale or Void, Count, Royalty ($US)"
    ),
    _roles(
        "isrc=ISRC Code; gtin=UPC Code; title=Track Title; artist=Track Artists; label=Label; "
        "release=Release Name; catalog_number=Catalogue; service=Digital Service Provider; "
        "territory=Territory; quantity=Count; amount=Royalty ($US)"
    ),
    Reading("Royalty ($US)", fixed="USD", minus=("Sale or Void", "Void")),
    {
        "Reporting Period": "JUN-25", "Activity Period": "June 2025", "Delivery": "Streaming",
        "Content Type": "Track", "Sale or Void": "Sale",
    },
    territory=_ALPHA_3.__getitem__, end="\r\n",
    more=({"Sale or Void": "Void"}, {"Sale or Void": "Void", "Royalty ($US)": "-2.5"}),
)  # fmt: skip
FUGA_ROYALTY = Layout(
    "fuga_royalty", "cargo_2026Q2.zip",
    _columns(
        "Royalty ID, Asset ISRC, Asset Title, Asset Version, Asset Artist, Asset Duration, "
        "Sale net receipts calculation, Sale net receipts, Contract deal term, "
        "Contract Reference, Reported Royalty, Asset/Product, Territory, Quantity, Sale Type, "
        "Sale User Type, Sale Start date, Sale End date, Sale Store Name, DSP, "
        "Royalty Calculation Base, Product Reference, Asset Reference, Product Share, "
        "Asset Share, Exchange Rate, Currency, Product Title, Product Artist, Product UPC, "
        "Product Catalog Number, Product Label, Sale ID"
    ),
    _roles(
        "isrc=Asset ISRC; gtin=Product UPC; title=Asset Title; artist=Asset Artist; "
        "label=Product Label; release=Product Title; catalog_number=Product Catalog Number; "
        "asset=Asset Reference; service=DSP; territory=Territory; quantity=Quantity; "
        "amount=Reported Royalty"
    ),
    Reading("Reported Royalty", "Currency"),
    {
        "Sale Start date": "2026-04-01", "Sale End date": "2026-04-30", "Sale Type": "stream",
        "Sale User Type": "premium", "Currency": "EUR", "Exchange Rate": "1",
    },
    ("Asset/Product", "Asset", "Product"), quoted=True,
)  # fmt: skip
FUGA_ROYALTY_37 = Layout(
    "fuga_royalty", "royalty_extended_2026Q1.csv",
    (
        *FUGA_ROYALTY.header[:-1], "Report Run ID", "Report ID", "Sale ID", "Statement Run ID",
        "Statement Run Name",
    ),
    FUGA_ROYALTY.roles, FUGA_ROYALTY.reading,
    {**FUGA_ROYALTY.constant, "Report Run ID": "12", "Statement Run Name": "Q1"},
    FUGA_ROYALTY.level,
)  # fmt: skip
FUGA_SALES = Layout(
    "fuga_sales", "fuga_sales.csv",
    _columns(
        "Service, Start_Date, End_Date, Sale_Date, Label, Album title, Artist, Track title, UPC, "
        "ISRC, DSP ID, Country of sale, Sales type, User type, Quantity, Currency, "
        "Royalty per item, Total royalty"
    ),
    _roles(
        "isrc=ISRC; gtin=UPC; title=Track title; artist=Artist; label=Label; "
        "release=Album title; asset=DSP ID; service=Service; territory=Country of sale; "
        "quantity=Quantity; amount=Total royalty"
    ),
    Reading("Total royalty", "Currency"),
    {
        "Start_Date": "2026-08-01", "End_Date": "2026-08-31", "Sale_Date": "2026-08-15",
        "Sales type": "Download", "User type": "paid", "Currency": "USD",
    },
)  # fmt: skip
ORCHARD = Layout(
    "orchard", "orchard_decimal_comma.csv",
    _columns(
        "Period;Activity Period;DMS;Territory;Orchard UPC;Manufacturer's UPC;Label Catalog #;"
        "Imprint Label;Artist Name;Release Name;Track Name;ISRC;Volume;Track #;Quantity;"
        "Trans Type;Label Share Net Receipts;Preferred Currency", ";"
    ),
    _roles(
        "isrc=ISRC; gtin=Orchard UPC; title=Track Name; artist=Artist Name; "
        "label=Imprint Label; release=Release Name; catalog_number=Label Catalog #; service=DMS; "
        "territory=Territory; quantity=Quantity; amount=Label Share Net Receipts"
    ),
    Reading("Label Share Net Receipts", "Preferred Currency", mark=","),
    {
        "Period": "2017M10", "Activity Period": "2017M9", "Trans Type": "Stream",
        "Preferred Currency": "EUR",
    },
    delimiter=";", territory=_NAMES.__getitem__,
)  # fmt: skip
ORCHARD_RETAILER = Layout(
    "orchard_retailer", "orchard_retailer.txt",
    _columns(
        "Period, Activity Period, Retailer, Territory, Product UPC, Manufacturer UPC, "
        "Project Code, Product Code, Subaccount, Imprint Label, Artist Name, Product Name, "
        "Track Name, Track Artist, ISRC, Volume, Track #, Quantity, Unit Price, Discount, "
        "Trans Type, Total, Adjusted Total, Split Rate, Label Share Net Receipts, Publishing, "
        "Preferred Currency"
    ),
    _roles(
        "isrc=ISRC; gtin=Product UPC; title=Track Name; artist=Track Artist; "
        "label=Imprint Label; release=Product Name; catalog_number=Product Code; "
        "service=Retailer; territory=Territory; quantity=Quantity; "
        "amount=Label Share Net Receipts"
    ),
    Reading("Label Share Net Receipts", "Preferred Currency"),
    {"Period": "2024M03", "Activity Period": "2024M01", "Preferred Currency": "USD"},
    delimiter="\t", territory=_ALPHA_3.__getitem__, bom=True,
)  # fmt: skip
ORCHARD_ACCOUNT = Layout(
    "orchard_account", "orchard_account.csv",
    _columns(
        "STATEMENT PERIOD, ORIGINAL STATEMENT PERIOD, SALE START DATE, SALE END DATE, STORE, "
        "SALE COUNTRY, TRANSACTION TYPE, PRODUCT, TRACK, TRACK ARTIST, ISRC, DISPLAY UPC, "
        "SUBACCOUNT, QUANTITY, SALE CURRENCY, GROSS REVENUE SALE CURRENCY, ACCOUNT CURRENCY, "
        "NET SHARE ACCOUNT CURRENCY"
    ),
    _roles(
        "isrc=ISRC; gtin=DISPLAY UPC; title=TRACK; artist=TRACK ARTIST; release=PRODUCT; "
        "service=STORE; territory=SALE COUNTRY; quantity=QUANTITY; "
        "amount=NET SHARE ACCOUNT CURRENCY"
    ),
    Reading("NET SHARE ACCOUNT CURRENCY", "ACCOUNT CURRENCY"),
    {
        "STATEMENT PERIOD": "2026M08", "SALE START DATE": "2026-06-01",
        "SALE END DATE": "2026-06-30", "SALE CURRENCY": "JPY", "ACCOUNT CURRENCY": "USD",
    },
    bom=True, quoted=True,
)  # fmt: skip
BELIEVE = Layout(
    "believe", "believe.csv",
    _columns(
        "Reporting month, Sales Month, Platform, Country / Region, Label Name, Artist Name, "
        "Release title, Track title, UPC, ISRC, Release Catalog nb, "
        "Streaming Subscription Type, Release type, Sales Type, Quantity, "
        "Client Payment Currency, Unit Price, Mechanical Fee, Gross Revenue, Client share rate, "
        "Net Revenue"
    ),
    _roles(
        "isrc=ISRC; gtin=UPC; title=Track title; artist=Artist Name; label=Label Name; "
        "release=Release title; catalog_number=Release Catalog nb; service=Platform; "
        "territory=Country / Region; quantity=Quantity; amount=Net Revenue"
    ),
    Reading("Net Revenue", "Client Payment Currency", mark=","),
    {
        "Reporting month": "2026-08-01", "Sales Month": "2026-06-01", "Sales Type": "Streams",
        "Client Payment Currency": "EUR", "Unit Price": "0,00412", "Gross Revenue": "1,25",
    },
    delimiter=";", bom=True, territory=_NAMES.__getitem__, quoted=True,
)  # fmt: skip
BELIEVE_POINT = Layout(
    "believe", "believe_point.csv", BELIEVE.header, BELIEVE.roles,
    Reading("Net Revenue", "Client Payment Currency"),
    {**BELIEVE.constant, "Unit Price": "0.00412", "Gross Revenue": "1.25"}, delimiter=";",
)  # fmt: skip
KONTOR = Layout(
    "kontor", "kontor.csv",
    _columns(
        "Sales Period, Store, Ch.-Type, Channel ID, Country, Label, Product Type, Product Title, "
        "Product Artist, EAN, ISRC, GRID, Article No, Royalties, Units"
    ),
    _roles(
        "isrc=ISRC; gtin=EAN; title=Product Title; artist=Product Artist; label=Label; "
        "catalog_number=Article No; service=Store; territory=Country; quantity=Units; "
        "amount=Royalties"
    ),
    Reading("Royalties", fixed="EUR", mark=","),
    {"Sales Period": "2026-07", "Ch.-Type": "Streaming", "Product Type": "Track"},
    delimiter=";", encoding="cp1252",
)  # fmt: skip
APPLE = Layout(
    "apple", "apple_0826_EU.txt.gz",
    _columns(
        "Start Date, End Date, UPC, ISRC/ISBN, Vendor Identifier, Quantity, Partner Share, "
        "Extended Partner Share, Partner Share Currency, Sales or Return, Apple Identifier, "
        "Artist/Show/Developer/Author, Title, Label/Studio/Network/Developer/Publisher, Grid, "
        "Product Type Identifier, ISAN/Other Identifier, Country Of Sale, Pre-order Flag, "
        "Promo Code, Customer Price, Customer Currency"
    ),
    _roles(
        "isrc=ISRC/ISBN; gtin=UPC; title=Title; artist=Artist/Show/Developer/Author; "
        "label=Label/Studio/Network/Developer/Publisher; asset=Apple Identifier; "
        "territory=Country Of Sale; quantity=Quantity; amount=Extended Partner Share"
    ),
    Reading(
        "Extended Partner Share", "Partner Share Currency", minus=("Sales or Return", "R"),
        ends=("Total_",),
    ),
    {
        "Start Date": "07/26/2026", "End Date": "08/29/2026", "Partner Share": "0.0031",
        "Partner Share Currency": "EUR", "Sales or Return": "S", "Product Type Identifier": "SA",
    },
    delimiter="\t", more=({"Sales or Return": "R"},),
)  # fmt: skip
YOUTUBE_VIDEO = Layout(
    "youtube", "YouTube_Label_M_20260801_video.csv",
    _columns(
        "Adjustment Type, Video ID, Content Type, Policy, Video Title, Video Duration (sec), "
        "Username, Uploader, Channel Display Name, Channel ID, Claim Type, Claim Origin, "
        "Multiple Claims?, Category, Asset ID, Asset Labels, Asset Channel ID, Custom ID, ISRC, "
        "GRid, UPC, Artist, Asset Title, Album, Label, Owned Views, "
        "YouTube Revenue Split : Auction, YouTube Revenue Split : Reserved, "
        "YouTube Revenue Split : Partner Sold YouTube Served, "
        "YouTube Revenue Split : Partner Sold Partner Served, YouTube Revenue Split, "
        "Partner Revenue : Auction, Partner Revenue : Reserved, "
        "Partner Revenue : Partner Sold YouTube Served, "
        "Partner Revenue : Partner Sold Partner Served, Partner Revenue"
    ),
    _roles(
        "isrc=ISRC; gtin=UPC; title=Asset Title; artist=Artist; label=Label; release=Album; "
        "asset=Asset ID; quantity=Owned Views; amount=Partner Revenue"
    ),
    Reading("Partner Revenue", fixed="USD", ends=("Totals", "Legend", "*")),
    {"Video ID": "vid0001", "Content Type": "UGC", "Policy": "Monetize"},
    before=("YouTube revenue by video", "Report for,August 2026", ""),
    more=({"Asset ID": "A123|A456", "ISRC": ""}, {"Adjustment Type": "Late arrival"}),
)  # fmt: skip
YOUTUBE_ASSET = Layout(
    "youtube", "YouTube_Label_M_20260701_asset.csv",
    _columns(
        "Adjustment Type, Day, Country, Asset ID, Asset Title, Asset Labels, Asset Channel ID, "
        "Asset Type, Custom ID, ISRC, UPC, GRid, Artist, Album, Label, "
        "Administer Publish Rights, Owned Views, YouTube Revenue Split : Auction, "
        "YouTube Revenue Split : Reserved, YouTube Revenue Split : Partner Sold YouTube Served, "
        "YouTube Revenue Split : Partner Sold Partner Served, YouTube Revenue Split, "
        "Partner Revenue : Auction, Partner Revenue : Reserved, "
        "Partner Revenue : Partner Sold YouTube Served, "
        "Partner Revenue : Partner Sold Partner Served, Partner Revenue"
    ),
    {**YOUTUBE_VIDEO.roles, "territory": "Country"},
    Reading("Partner Revenue", fixed="USD"),
    {"Day": "20260714", "Asset Type": "Sound Recording"},
    before=("Asset Summary",), end="\r\n",
)  # fmt: skip
SPOTIFY = Layout(
    "spotify_licensor", "spotify_2026-08.csv",
    _columns(
        "Source, Geocuntry, Product, URI, UPC, EAN, ISRC, Type, Title, Artist, Composer, "
        "Album Name, Streams, Label, Payable invoice, Invoice currency, Payable EUR"
    ),
    _roles(
        "isrc=ISRC; gtin=UPC; title=Title; artist=Artist; label=Label; release=Album Name; "
        "asset=URI; territory=Geocuntry; quantity=Streams; amount=Payable invoice"
    ),
    Reading("Payable invoice", "Invoice currency"),
    {"Source": "Premium", "Product": "Family", "Invoice currency": "USD", "Payable EUR": "0.9"},
)  # fmt: skip
SONY = Layout(
    "sony_dto", "P0A1_M_20260801_20260831.csv",
    _columns(
        "Record Type, Provider Key, Client Key, Report Start Date, Report End Date, "
        "Vendor Key Name, Vendor Key, Country Key, Sales Type Key, External Id, "
        "UPC (Physical Album Product), Official SME Product #, ISRC/Official Track #, "
        "GRID/Official Digital ID (Album Level), GRID/Official Digital ID (Track Level), "
        "Product Type Key, Gross Units, Returned Units, Invoice Value, Invoice Value Currency, "
        "Wholesale Price per Unit (WPU), Retail Price per Unit (RPU), "
        "Retail Price per Unit (RPU) Currency, VAT/TAX, VAT/TAX Currency, Pricing Tier, "
        "Distribution Type Key, Transaction Type Key, Service Type Key, Media Key, "
        "Copyright Indicator, Label Name, Participant Full Name (Main artist for the album), "
        "Product Title, Track Title, Track Count, Track Length, Total Stream Duration, "
        "Campaign ID, Misc."
    ),
    _roles(
        "isrc=ISRC/Official Track #; gtin=UPC (Physical Album Product); title=Track Title; "
        "artist=Participant Full Name (Main artist for the album); label=Label Name; "
        "release=Product Title; asset=External Id; territory=Country Key; quantity=Gross Units; "
        "amount=Invoice Value"
    ),
    Reading("Invoice Value", "Invoice Value Currency", aside=("M",)),
    {
        "Record Type": "N", "Provider Key": "QJ76", "Client Key": "2222",
        "Report Start Date": "20260801", "Report End Date": "20260831",
        "Vendor Key Name": "A service", "Vendor Key": "P0A1", "Sales Type Key": "SA",
        "Returned Units": "0", "Invoice Value Currency": "USD", "Track Length": "00:03:25",
    },
    after=lambda _lines, _units, _money: (
        "M,QJ76,2222,20260801,20260831,A service,P0A1,US,10,12.5",
        "M,QJ76,2222,20260801,20260831,A service,P0A1,DE,10,3.25",
    ),
)  # fmt: skip
BANDCAMP = Layout(
    "bandcamp", "bandcamp_raw.csv",
    _columns(
        "date, paid to, item type, item name, artist, currency, item price, quantity, "
        "discount code, sub total, tax, shipping, transaction fee, fee type, item total, "
        "amount you received, bandcamp transaction id, paypal transaction id, net amount, "
        "package, option, item url, sku, catalog number, upc, isrc, buyer name, buyer email, "
        "buyer phone, buyer note, ship to name, ship to street, ship to city, ship to zip, "
        "ship to country, country, country code, city, customer fax"
    ),
    _roles(
        "isrc=isrc; gtin=upc; title=item name; artist=artist; catalog_number=catalog number; "
        "quantity=quantity; territory=country code; amount=net amount"
    ),
    Reading("net amount", "currency"),
    {
        "date": "9/15/23 12:03am", "paid to": "zqxperson-paid@example.org", "currency": "USD",
        "item price": "1.00", "item type": "track", "discount code": "zqxperson-code",
        "paypal transaction id": "zqxperson-paypal", "buyer name": "Zqxperson-Buyer",
        "buyer email": "zqxperson-mail@example.org", "buyer phone": "zqxperson-555",
        "buyer note": 'zqxperson "quoted"\nin two lines', "ship to name": "zqxperson-ship",
        "ship to street": "zqxperson-street 1", "ship to city": "zqxperson-town",
        "ship to zip": "zqxperson-zip", "country": "Utopia", "city": "zqxperson-city",
        "customer fax": "zqxperson-fax",
    },
    encoding="utf-16-le", bom=True, end="\r\n",
    more=({"item type": "refund", "net amount": "-1.00"}, {"currency": "JPY", "net amount": "100"}),
)  # fmt: skip
PRS = Layout(
    "prs", "prs_2026-04.csv",
    _columns("Record Number, CAE Number, Work Title, Amount (performance revenue), IP1"),
    _roles("title=Work Title; amount=Amount (performance revenue); artist=IP1"),
    Reading("Amount (performance revenue)", fixed="GBP"),
    {"Record Number": "17", "CAE Number": "123456789"},
)  # fmt: skip
MLC = Layout(
    "mlc_unclaimed", "unclaimedworkrightshares_20260801.tsv",
    _columns(
        "FeedProvidersRightShareId, FeedProvidersRecordingId, FeedProvidersWorkId, ISRC, "
        "DspRecordingId, RecordingTitle, RecordingSubTitle, AlternativeRecordingTitle, "
        "DisplayArtistName, DisplayArtistISNI, Duration, UnclaimedPercentage, "
        "PercentileForPrioritisation"
    ),
    _roles(
        "isrc=ISRC; title=RecordingTitle; artist=DisplayArtistName; asset=FeedProvidersRecordingId"
    ),
    Reading("", nothing=True),
    {"FeedProvidersRightShareId": "URS1", "Duration": "PT3M25S", "UnclaimedPercentage": "100.00"},
    delimiter="\t", headerless=True,
)  # fmt: skip

LAYOUTS = (
    *(DISTROKID, DISTROKID_2025, DISTROKID_2026, TUNECORE, CDBABY, SYMPHONIC, FUGA_ROYALTY),
    *(FUGA_ROYALTY_37, FUGA_SALES, ORCHARD, ORCHARD_RETAILER, ORCHARD_ACCOUNT, BELIEVE),
    *(
        BELIEVE_POINT,
        KONTOR,
        APPLE,
        YOUTUBE_VIDEO,
        YOUTUBE_ASSET,
        SPOTIFY,
        SONY,
        BANDCAMP,
        PRS,
        MLC,
    ),
)
