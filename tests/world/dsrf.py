"""DSRF UGC reports in the form of the public YouTube samples: blocks of AS, MW, RU, SU and LI."""

from dataclasses import dataclass, field, replace
from decimal import Decimal

from pipeline.vocab import Fault
from tests.world.sheet import BAD_BYTE, Entry, Sale, Sample
from tests.world.shelf import Item

_COMMENTS = (
    (
        "#HEAD MessageVersion Profile ProfileVersion MessageId MessageCreatedDateTime FileNumber"
        " NumberofFiles UsageStartDate UsageEndDate SenderPartyId SenderName ServiceDescription"
        " RecipientPartyId RecipientName RepresentedRepertoire"
    ),
    (
        "#SY02.01 SummaryRecordId DistributionChannel DistributionChannelDPID CommercialModel"
        " UseType Territory ServiceDescription Usages Users Currency NetRevenue RightsController"
        " RightsControllerPartyId AllocatedUsages AllocatedRevenue AllocatedNetRevenue RightsType"
    ),
    (
        "#AS01 BlockId ResourceReference DspResourceId ISRC Title SubTitle DisplayArtistName"
        " DisplayArtistPartyId Duration ResourceType"
    ),
    (
        "#MW01.01 BlockId DspWorkId ISWC Title SubTitle ComposerAuthor ComposerAuthorPartyId"
        " Arranger ArrangerPartyId MusicPublisher MusicPublisherPartyId WorkContributor"
        " WorkContributorPartyId DataProvider ProprietaryWorkId"
    ),
    "#RU01 BlockId SummaryRecordId DspReleaseId Usages",
    (
        "#SU03.01 BlockId SalesTransactionId SummaryRecordId DspReleaseId Usages NetRevenue"
        " ValidityPeriodStart ValidityPeriodEnd"
    ),
    (
        "#LI01.01 BlockId SummaryRecordId RightsController RightsControllerProprietaryID"
        " RightsControllerWorkID RightShare% RightType AllocatedNetRevenue AllocatedAmount"
    ),
    (
        "#FOOT NumberOfLinesInFile NumberOfLinesInReport NumberOfSummaryRecords "
        "NumberOfBlocksInFile NumberOfBlocksInReport"
    ),
)
CONTROLLERS = ("LBL_1", "LBL_2", "Residual")
MODELS = {"1": "AdvertisementSupportedModel", "2": "SubscriptionModel"}
_RIGHT = "MakeAvailableRight"
_MESSAGE_IDS = {"SAMPLE": "1791446400000001", "SAMPLE2": "1791446400000002"}


@dataclass(frozen=True)
class Line:
    """One SU record with its LI; without an LI it is a usage that no money follows."""

    sale: Sale
    summary: str = "1"
    controller: str | None = "LBL_1"
    note: str = ""
    fault: Fault | None = None
    cells: int = 9


@dataclass(frozen=True)
class Block:
    """One asset and its lines."""

    item: Item
    lines: tuple[Line, ...]


@dataclass
class Report:
    """A report under construction; `lost` LI records are counted in FOOT but not written."""

    recipient: str
    version: str
    territory: str
    currencies: dict[tuple[str, str], str]
    files: list[list[Block]]
    lost: int = 0
    _totals: dict[tuple[str, str], Decimal] = field(default_factory=dict)

    def samples(self, name: str) -> list[Sample]:
        """One file per part, all with the same head and summaries."""
        heads = [self._head(place + 1) for place in range(len(self.files))]
        bodies, first = [], 1
        for blocks in self.files:
            bodies.append(self._body(blocks, first))
            first += len(blocks)
        summaries = self._summaries()
        sizes = [
            len(head) + len(summaries) + len(rows) + 1
            for head, (rows, _) in zip(heads, bodies, strict=True)
        ]
        samples = []
        for place, (head, (rows, entries)) in enumerate(zip(heads, bodies, strict=True)):
            counts = (
                sizes[place] + self.lost,
                sum(sizes) + self.lost,
                len(summaries),
                len(self.files[place]),
                sum(map(len, self.files)),
            )
            above = head + summaries
            text = [*above, *rows, "\t".join(["FOOT", *map(str, counts)])]
            shifted = tuple(replace(each, line=each.line + len(above)) for each in entries)
            payload = "".join(row + "\n" for row in text).encode()
            part = name.format(place + 1, len(self.files))
            samples.append(
                Sample(part, payload.replace(BAD_BYTE.encode(), b"\xe9"), shifted, self._remark())
            )
        return samples

    def _remark(self) -> str:
        """What FOOT says of the whole report."""
        if self.lost:
            return "FOOT counts one line more than the file holds: an LI is missing."
        return "FOOT agrees with the report."

    def _head(self, number: int) -> list[str]:
        cells = (
            "HEAD", "dsrf/30", "UGCProfile", self.version, _MESSAGE_IDS[self.recipient],
            "2026-10-08T09:00:00Z", str(number), str(len(self.files)), "2026-07-01", "2026-09-30",
            "PADPIDA2013020802I", "YouTube", "AdSupport-music", "PADPIDA2026010199X",
            self.recipient, "|".join(CONTROLLERS),
        )  # fmt: skip
        return ["\t".join(cells), *(comment.replace(" ", "\t") for comment in _COMMENTS)]

    def _summaries(self) -> list[str]:
        """One record per summary id and rights controller: one id stands once per controller."""
        rows = []
        for (summary, controller), currency in self.currencies.items():
            total = self._totals.get((summary, controller), Decimal(0))
            cells = (
                "SY02.01", summary, "", "", MODELS[summary], "Stream", self.territory,
                "AdSupport-music", "2400000", "", currency, "9120.55", controller, "", "310000",
                "0.0", f"{total:f}", _RIGHT,
            )  # fmt: skip
            rows.append("\t".join(cells))
        return rows

    def _body(self, blocks: list[Block], first: int) -> tuple[list[str], list[Entry]]:
        """Records of the blocks, and an entry for each line of the report."""
        rows: list[str] = []
        entries: list[Entry] = []
        for number, block in enumerate(blocks, start=first):
            rows += _asset(str(number), block)
            for place, line in enumerate(block.lines, start=1):
                rows.append(_usage(str(number), place, block.item, line))
                if line.controller is not None:
                    rows.append(self._line(str(number), line))
                entries.append(self._entry(rows, line))
        return rows, entries

    def _line(self, block: str, line: Line) -> str:
        key = (line.summary, str(line.controller))
        self._totals[key] = self._totals.get(key, Decimal(0)) + line.sale.amount
        cells = [
            "LI01.01", block, line.summary, str(line.controller), "", "", "1.0000", _RIGHT, "0.0",
            f"{line.sale.amount:f}",
        ]  # fmt: skip
        return "\t".join(cells[: line.cells + 1])

    def _entry(self, rows: list[str], line: Line) -> Entry:
        """The entry of the record put down last."""
        currency = self.currencies.get((line.summary, str(line.controller)), "")
        readable = line.controller is not None and line.cells == 9
        amount = line.sale.amount if readable else None
        return Entry(len(rows), rows[-1].encode(), line.note, line.fault, currency, amount)


def _asset(block: str, asset: Block) -> list[str]:
    """AS, MW and RU of a block."""
    item = asset.item
    minutes, seconds = divmod(int(item.duration_s), 60)
    key = f"A{item.recording_id[1:]}{block}"
    used = sorted({line.summary for line in asset.lines})
    usages = str(sum(abs(line.sale.quantity) for line in asset.lines))
    return [
        "\t".join(
            ("AS01", block, key, key, item.isrc, item.title, item.version, item.artist, "",
             f"PT0H{minutes}M{seconds}S", "SoundRecording")
        ),
        "\t".join(("MW01.01", block, f"W{key}", "", item.title.upper(), "", "A. WRITER|B. WRITER")),
        *("\t".join(("RU01", block, summary, f"v{key}|w{key}", f"{usages}|1")) for summary in used),
    ]  # fmt: skip


def _usage(block: str, place: int, item: Item, line: Line) -> str:
    key = f"A{item.recording_id[1:]}{block}"
    cells = (
        "SU03.01", block, f"U{place}", line.summary, key, str(line.sale.quantity), "0.0",
        "20260701" if place % 2 else "20260816", "20260815" if place % 2 else "20260930",
    )  # fmt: skip
    return "\t".join(cells)
