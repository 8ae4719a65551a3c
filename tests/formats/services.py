"""Layouts of services, shops and societies themselves."""

from decimal import Decimal

from tests.formats.layout import Layout, Reading
from tests.formats.words import columns, roles


def _totals(lines: int, units: int, money: Decimal) -> tuple[str, ...]:
    """What ends an Apple report."""
    return f"Total_Rows\t{lines}", f"Total_Amount\t{money:f}", f"Total_Units\t{units}"


APPLE = Layout(
    "apple", "apple_0826_EU.txt.gz",
    columns(
        "Start Date, End Date, UPC, ISRC/ISBN, Vendor Identifier, Quantity, Partner Share, "
        "Extended Partner Share, Partner Share Currency, Sales or Return, Apple Identifier, "
        "Artist/Show/Developer/Author, Title, Label/Studio/Network/Developer/Publisher, Grid, "
        "Product Type Identifier, ISAN/Other Identifier, Country Of Sale, Pre-order Flag, "
        "Promo Code, Customer Price, Customer Currency"
    ),
    roles(
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
    delimiter="\t", whole=True, after=_totals, more=({"Sales or Return": "R"},),
)  # fmt: skip
YOUTUBE_VIDEO = Layout(
    "youtube", "YouTube_Label_M_20260801_video.csv",
    columns(
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
    roles(
        "isrc=ISRC; gtin=UPC; title=Asset Title; artist=Artist; label=Label; release=Album; "
        "asset=Asset ID; quantity=Owned Views; amount=Partner Revenue"
    ),
    Reading("Partner Revenue", fixed="USD", ends=("Totals", "Legend", "*")),
    {"Video ID": "vid0001", "Content Type": "UGC", "Policy": "Monetize"},
    before=("YouTube revenue by video", "Report for,August 2026", ""),
    after=lambda _lines, _units, _money: ("", "Legend", "* UGC: uploaded by a user, claimed"),
    more=({"Asset ID": "A123|A456", "ISRC": ""}, {"Adjustment Type": "Late arrival"}),
)  # fmt: skip
YOUTUBE_ASSET = Layout(
    "youtube", "YouTube_Label_M_20260701_asset.csv",
    columns(
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
    columns(
        "Source, Geocuntry, Product, URI, UPC, EAN, ISRC, Type, Title, Artist, Composer, "
        "Album Name, Streams, Label, Payable invoice, Invoice currency, Payable EUR"
    ),
    roles(
        "isrc=ISRC; gtin=UPC; title=Title; artist=Artist; label=Label; release=Album Name; "
        "asset=URI; territory=Geocuntry; quantity=Streams; amount=Payable invoice"
    ),
    Reading("Payable invoice", "Invoice currency"),
    {"Source": "Premium", "Product": "Family", "Invoice currency": "USD", "Payable EUR": "0.9"},
)  # fmt: skip
SONY = Layout(
    "sony_dto", "P0A1_M_20260801_20260831.csv",
    columns(
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
    roles(
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
    columns(
        "date, paid to, item type, item name, artist, currency, item price, quantity, "
        "discount code, sub total, tax, shipping, transaction fee, fee type, item total, "
        "amount you received, bandcamp transaction id, paypal transaction id, net amount, "
        "package, option, item url, sku, catalog number, upc, isrc, buyer name, buyer email, "
        "buyer phone, buyer note, ship to name, ship to street, ship to city, ship to zip, "
        "ship to country, country, country code, city, customer fax"
    ),
    roles(
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
    columns("Record Number, CAE Number, Work Title, Amount (performance revenue), IP1"),
    roles("title=Work Title; amount=Amount (performance revenue); artist=IP1"),
    Reading("Amount (performance revenue)", fixed="GBP"),
    {"Record Number": "17", "CAE Number": "123456789"},
)  # fmt: skip
MLC = Layout(
    "mlc_unclaimed", "unclaimedworkrightshares_20260801.tsv",
    columns(
        "FeedProvidersRightShareId, FeedProvidersRecordingId, FeedProvidersWorkId, ISRC, "
        "DspRecordingId, RecordingTitle, RecordingSubTitle, AlternativeRecordingTitle, "
        "DisplayArtistName, DisplayArtistISNI, Duration, UnclaimedPercentage, "
        "PercentileForPrioritisation"
    ),
    roles(
        "isrc=ISRC; title=RecordingTitle; artist=DisplayArtistName; asset=FeedProvidersRecordingId"
    ),
    Reading("", nothing=True),
    {"FeedProvidersRightShareId": "URS1", "Duration": "PT3M25S", "UnclaimedPercentage": "100.00"},
    delimiter="\t", headerless=True,
)  # fmt: skip

LAYOUTS = (APPLE, YOUTUBE_VIDEO, YOUTUBE_ASSET, SPOTIFY, SONY, BANDCAMP, PRS, MLC)
