"""Layouts of those that distribute for labels."""

from tests.formats.layout import Layout, Reading
from tests.formats.words import ALPHA_3, NAMES, columns, roles

FUGA_ROYALTY = Layout(
    "fuga_royalty", "cargo_2026Q2.zip",
    columns(
        "Royalty ID, Asset ISRC, Asset Title, Asset Version, Asset Artist, Asset Duration, "
        "Sale net receipts calculation, Sale net receipts, Contract deal term, "
        "Contract Reference, Reported Royalty, Asset/Product, Territory, Quantity, Sale Type, "
        "Sale User Type, Sale Start date, Sale End date, Sale Store Name, DSP, "
        "Royalty Calculation Base, Product Reference, Asset Reference, Product Share, "
        "Asset Share, Exchange Rate, Currency, Product Title, Product Artist, Product UPC, "
        "Product Catalog Number, Product Label, Sale ID"
    ),
    roles(
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
    columns(
        "Service, Start_Date, End_Date, Sale_Date, Label, Album title, Artist, Track title, UPC, "
        "ISRC, DSP ID, Country of sale, Sales type, User type, Quantity, Currency, "
        "Royalty per item, Total royalty"
    ),
    roles(
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
    columns(
        "Period;Activity Period;DMS;Territory;Orchard UPC;Manufacturer's UPC;Label Catalog #;"
        "Imprint Label;Artist Name;Release Name;Track Name;ISRC;Volume;Track #;Quantity;"
        "Trans Type;Label Share Net Receipts;Preferred Currency", ";"
    ),
    roles(
        "isrc=ISRC; gtin=Orchard UPC; title=Track Name; artist=Artist Name; "
        "label=Imprint Label; release=Release Name; catalog_number=Label Catalog #; service=DMS; "
        "territory=Territory; quantity=Quantity; amount=Label Share Net Receipts"
    ),
    Reading("Label Share Net Receipts", "Preferred Currency", mark=","),
    {
        "Period": "2017M10", "Activity Period": "2017M9", "Trans Type": "Stream",
        "Preferred Currency": "EUR",
    },
    delimiter=";", territory=NAMES.__getitem__,
)  # fmt: skip
ORCHARD_RETAILER = Layout(
    "orchard_retailer", "orchard_retailer.txt",
    columns(
        "Period, Activity Period, Retailer, Territory, Product UPC, Manufacturer UPC, "
        "Project Code, Product Code, Subaccount, Imprint Label, Artist Name, Product Name, "
        "Track Name, Track Artist, ISRC, Volume, Track #, Quantity, Unit Price, Discount, "
        "Trans Type, Total, Adjusted Total, Split Rate, Label Share Net Receipts, Publishing, "
        "Preferred Currency"
    ),
    roles(
        "isrc=ISRC; gtin=Product UPC; title=Track Name; artist=Track Artist; "
        "label=Imprint Label; release=Product Name; catalog_number=Product Code; "
        "service=Retailer; territory=Territory; quantity=Quantity; "
        "amount=Label Share Net Receipts"
    ),
    Reading("Label Share Net Receipts", "Preferred Currency"),
    {"Period": "2024M03", "Activity Period": "2024M01", "Preferred Currency": "USD"},
    delimiter="\t", territory=ALPHA_3.__getitem__, bom=True,
)  # fmt: skip
ORCHARD_ACCOUNT = Layout(
    "orchard_account", "orchard_account.csv",
    columns(
        "STATEMENT PERIOD, ORIGINAL STATEMENT PERIOD, SALE START DATE, SALE END DATE, STORE, "
        "SALE COUNTRY, TRANSACTION TYPE, PRODUCT, TRACK, TRACK ARTIST, ISRC, DISPLAY UPC, "
        "SUBACCOUNT, QUANTITY, SALE CURRENCY, GROSS REVENUE SALE CURRENCY, ACCOUNT CURRENCY, "
        "NET SHARE ACCOUNT CURRENCY"
    ),
    roles(
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

LAYOUTS = (FUGA_ROYALTY, FUGA_ROYALTY_37, FUGA_SALES, ORCHARD, ORCHARD_RETAILER, ORCHARD_ACCOUNT)
