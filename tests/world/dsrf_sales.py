"""A financial report to a record company: sales, returns and streams in two currencies each."""

from collections.abc import Iterator
from decimal import Decimal

from pipeline.vocab import Fault
from tests.world.sheet import Entry, Sample, sales
from tests.world.shelf import Item, Shelf


def _names(text: str) -> list[str]:
    return text.split()


NAME = "DSR_SAMPLE_Tube_Sales_2026-09_EU_1of1_20261008T090000.tsv"
SUMMARY = _names(
    "SummaryRecordId DistributionChannelName DistributionChannelDPID CommercialModel UseType"
    " ReportingPeriodStartDate ReportingPeriodEndDate SubscriberType Subscribers ActiveSubscribers"
    " PromotionalActivity Territory ServiceDescription OfferType Quality Usages AllocatedUsages"
    " Returns MusicUsageRatio CurrencyOfTransaction CurrencyOfAccounting ExchangeRate"
    " ExchangeRateSource DateOfCurrencyExchange GrossRevenueInCurrencyOfTransaction"
    " GrossRevenueInCurrencyOfAccounting CalculationType CalculationValue DeductionType"
    " DeductionsInCurrencyOfTransaction DeductionsInCurrencyOfAccounting"
    " NetRevenueInCurrencyOfTransaction NetRevenueInCurrencyOfAccounting"
    " AllocatedRevenueInCurrencyOfTransaction AllocatedRevenueInCurrencyOfAccounting"
    " AllocatedNetRevenueInCurrencyOfTransaction AllocatedNetRevenueInCurrencyOfAccounting"
    " RightsControllerMarketShare SubscriptionFeeInCurrencyOfTransaction"
    " SubscriptionFeeInCurrencyOfAccounting UsageIndependentFeeType"
    " UsageIndependentFeeInCurrencyOfTransaction UsageIndependentFeeInCurrencyOfAccounting"
    " FinalTotalAmountInCurrencyOfTransaction FinalTotalAmountInCurrencyOfAccounting"
)
LINE = _names(
    "SalesTransactionId ReleaseGRid ReleaseICPN DspReleaseId LabelReleaseId ProprietaryReleaseId"
    " ReleaseContextReleaseGRid ReleaseType ReleaseTitle ReleaseSubTitle ReleaseDisplayArtistName"
    " ReleaseDisplayArtistPartyId ResourceISRC ResourceISAN DspResourceId LabelResourceId"
    " ProprietaryResourceId ResourceContextReleaseGRid ResourceType ResourceTitle ResourceSubTitle"
    " ResourceDisplayArtistName ResourceDisplayArtistPartyId SummaryRecordId SalesTransactionDate"
    " TotalUsages Returns NetUsage WholesalePriceInCurrencyOfTransaction"
    " WholesalePriceInCurrencyOfAccounting SuggestedConsumerPriceInCurrencyOfTransaction"
    " SuggestedConsumerPriceInCurrencyOfAccounting PriceType PriceRangeType"
    " PriceConsumerPaidExcSalesTaxInCurrencyOfTransaction"
    " PriceConsumerPaidExcSalesTaxInCurrencyOfAccounting DeductionType"
    " DeductionsInCurrencyOfTransaction DeductionsInCurrencyOfAccounting RightSharePercentage"
    " CalculatedUnitPriceInCurrencyOfTransaction CalculatedUnitPriceInCurrencyOfAccounting"
    " AllocatedRevenueInCurrencyOfTransaction AllocatedRevenueInCurrencyOfAccounting"
    " AllocatedNetRevenueInCurrencyOfTransaction AllocatedNetRevenueInCurrencyOfAccounting"
    " CopyrightObligationWithDSP"
)
_HEAD = _names(
    "MessageVersion Profile ProfileVersion MessageId MessageCreatedDateTime FileNumber"
    " NumberOfFiles UsageStartDate UsageEndDate SenderPartyId SenderName ServiceDescription"
    " RecipientPartyId RecipientName RepresentedRepertoire"
)

# Territory to the currencies of transaction and of accounting, and the rate between them.
_PLACES = {
    "GB": ("GBP", "EUR", "1.1702"), "US": ("USD", "USD", "1.0"), "SE": ("SEK", "EUR", "0.0871"),
}  # fmt: skip
_FEE = Decimal("25.5")
_CENTS = Decimal("0.000001")

Cells = dict[str, str]


def record_companies(shelf: Shelf, seed: int) -> Sample:
    """Tracks and releases, with returns, escapes, a missing cell and an amount that is none."""
    places = list(_PLACES)
    rows: list[tuple[Cells, Decimal | None, str, Fault | None]] = []
    sold = sales("record companies", seed, ("GB",), ("Tube",))
    items = [next(shelf.plain) for _ in range(24)]
    for number, item in enumerate(items):
        sale, place = next(sold), places[number % len(places)]
        rate = Decimal(_PLACES[place][2])
        back = {5: sale.quantity * 2, 11: sale.quantity}.get(number, number % 3)
        net = sale.quantity - back
        unit = (sale.amount / sale.quantity).quantize(_CENTS)
        due = unit * net * rate
        cells = {
            **_what(item, whole=number % 8 == 7), "SalesTransactionId": f"T{number}",
            "SummaryRecordId": place, "SalesTransactionDate": f"2026-09-{number + 1:02}",
            "TotalUsages": str(sale.quantity), "Returns": str(back), "NetUsage": str(net),
            "PriceType": "FULL", "RightSharePercentage": "100",
            "CalculatedUnitPriceInCurrencyOfTransaction": f"{unit:f}",
            "CalculatedUnitPriceInCurrencyOfAccounting": f"{unit * rate:f}",
            "AllocatedRevenueInCurrencyOfTransaction": f"{unit * net:f}",
            "AllocatedRevenueInCurrencyOfAccounting": f"{due:f}",
            "AllocatedNetRevenueInCurrencyOfTransaction": f"{unit * net:f}",
            "AllocatedNetRevenueInCurrencyOfAccounting": f"{due:f}",
            "CopyrightObligationWithDSP": "false",
        }  # fmt: skip
        rows.append(_spoiled(number, cells, due))
    return _written(rows)


def _what(item: Item, *, whole: bool) -> Cells:
    """Cells of the release, and of the resource where one was sold."""
    release = {
        "ReleaseICPN": item.gtin, "DspReleaseId": f"P{item.release_id}", "ReleaseType": "Album",
        "ReleaseTitle": item.release_title, "ReleaseDisplayArtistName": item.release_artist,
    }  # fmt: skip
    if whole:
        return release
    return {
        **release, "ResourceISRC": item.isrc, "DspResourceId": f"D{item.recording_id[1:]}",
        "ResourceType": "SoundRecording", "ResourceTitle": item.title,
        "ResourceSubTitle": item.version, "ResourceDisplayArtistName": item.artist,
    }  # fmt: skip


def _spoiled(
    number: int, cells: Cells, due: Decimal
) -> tuple[Cells, Decimal | None, str, Fault | None]:
    """The line, its amount, and what is odd about it."""
    title = cells["ReleaseTitle"] + r" \| Or \\ Both"
    no_amount = {**cells, "AllocatedNetRevenueInCurrencyOfAccounting": ""}
    unreadable = Fault.AMOUNT_UNREADABLE
    odd: dict[int, tuple[Cells, Decimal | None, str, Fault | None]] = {
        5: (cells, due, "more returns than sales", None),
        11: (cells, due, "as many returns as sales", None),
        7: (cells, due, "a whole release", None),
        14: ({**cells, "ReleaseTitle": title}, due, r"the escapes \| and \\", None),
        17: (no_amount, None, "no amount in the accounting currency", unreadable),
        20: (cells, None, "a cell less", Fault.FIELD_COUNT),
    }
    return odd.get(number, (cells, due, "", None))


def _written(rows: list[tuple[Cells, Decimal | None, str, Fault | None]]) -> Sample:
    head = (
        "HEAD", "dsrf/1.1/1.4/1.2", "FinancialReportingToRecordCompaniesProfileSRB", "1.0",
        "1791446400000003", "2026-10-08T09:00:00Z", "1", "1", "2026-09-01", "2026-09-30",
        "PADPIDA2013020802I", "Tube", "Sales", "PADPIDA2026010199X", "Sample", "",
    )  # fmt: skip
    comments = (("#HEAD", *_HEAD), ("#SY10", *SUMMARY), ("#SR08", *LINE))
    above = [head, *comments, *_summaries(rows)]
    texts = ["\t".join(cells) for cells in above]
    entries = []
    for cells, due, note, fault in rows:
        record = ["SR08", *(cells.get(name, "") for name in LINE)]
        text = "\t".join(record[:-1] if fault is Fault.FIELD_COUNT else record)
        texts.append(text)
        currency = _PLACES[cells["SummaryRecordId"]][1]
        entries.append(Entry(len(texts), (text + "\n").encode(), note, fault, currency, due))
    texts.append(f"SRFO\t{len(texts) + 1}\t{len(_PLACES)}")
    return Sample(NAME, "".join(f"{text}\n" for text in texts).encode(), tuple(entries))


def _summaries(
    rows: list[tuple[Cells, Decimal | None, str, Fault | None]],
) -> Iterator[tuple[str, ...]]:
    """One SY10 for each territory, whose total is that of its lines and a fee."""
    for place, (transaction, accounting, rate) in _PLACES.items():
        dues = [due for cells, due, _, _ in rows if cells["SummaryRecordId"] == place]
        total = sum((due for due in dues if due is not None), Decimal(0)) + _FEE
        cells = {
            "SummaryRecordId": place, "CommercialModel": "PayAsYouGoModel",
            "UseType": "PermanentDownload", "ReportingPeriodStartDate": "2026-09-01",
            "ReportingPeriodEndDate": "2026-09-30", "Territory": place, "Usages": "2400000",
            "AllocatedUsages": "310000", "Returns": "9", "MusicUsageRatio": "1",
            "CurrencyOfTransaction": transaction, "CurrencyOfAccounting": accounting,
            "ExchangeRate": rate, "ExchangeRateSource": "ECB",
            "DateOfCurrencyExchange": "2026-10-01T00:00:00Z",
            "UsageIndependentFeeType": "Storage|Delivery",
            "UsageIndependentFeeInCurrencyOfAccounting": f"{_FEE - 5:f}|5",
            "FinalTotalAmountInCurrencyOfAccounting": f"{total:f}",
        }  # fmt: skip
        yield ("SY10", *(cells.get(name, "") for name in SUMMARY))
