"""One small DSR flat file of each profile that is read, with the damage that is usual in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from pipeline.read.dsrf_standard import standard
from pipeline.vocab import Fault
from tests.world import catalog, dsrf_sales
from tests.world.sheet import BAD_BYTE, Entry, Sale, Sample, sales
from tests.world.shelf import Item, Shelf, stock

_RATES = {"GB": ("GBP", "1.1702"), "SE": ("SEK", "0.0871")}


@dataclass
class File:
    """A file under construction: records in order, and an entry for each that is a line.

    Attributes:
        profile: what its HEAD says, with the version.
        single: whether it is of single records, and ends with their foot.
        width: cells to which a spreadsheet has padded every record; 0 where none has.
    """

    profile: tuple[str, str]
    single: bool = False
    width: int = 0
    rows: list[str] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    blocks: int = 0

    def __post_init__(self) -> None:
        """Write the HEAD."""
        self.put(
            "HEAD", "dsrf/1.1/1.4/1.2", *self.profile, "1791446400000002", "2026-10-08T09:00:00Z",
            "1", "1", "2026-09-01", "2026-09-30", "PADPIDA2013020802I", "Tube", "Music",
            "PADPIDA2026010199X", "Sample", "",
        )  # fmt: skip

    def put(self, *cells: str) -> None:
        """One record as it stands."""
        padding = [""] * (self.width + 1 - len(cells)) if self.width else []
        self.rows.append("\t".join([*cells, *padding]))

    def add(self, kind: str, **cells: str) -> None:
        """One record by the names of its cells."""
        names = standard().cells[kind]
        assert set(cells) <= set(names), (kind, set(cells) - set(names))
        self.put(kind, *(cells.get(name, "") for name in names))

    def line(
        self, amount: Decimal | None, currency: str, note: str = "", fault: Fault | None = None
    ) -> None:
        """The record put down last is a line."""
        payload = (self.rows[-1] + "\n").encode().replace(BAD_BYTE.encode(), b"\xe9")
        self.entries.append(Entry(len(self.rows), payload, note, fault, currency, amount))

    def sample(self, name: str) -> Sample:
        """The file, with its foot."""
        lines = str(len(self.rows) + 1)
        summaries = str(sum(row.startswith("SY") for row in self.rows))
        if self.single:
            self.put("SRFO", lines, summaries)
        else:
            self.put("FOOT", lines, lines, summaries, str(self.blocks), str(self.blocks))
        payload = "".join(row + "\n" for row in self.rows).encode()
        return Sample(name, payload.replace(BAD_BYTE.encode(), b"\xe9"), tuple(self.entries))


def samples(seed: int = catalog.SEED, recordings: int = catalog.RECORDINGS) -> list[Sample]:
    """A file of each profile; the same bytes each time."""
    shelf = stock(catalog.build(recordings), seed)
    return [
        dsrf_sales.record_companies(shelf, seed),
        _licensed(shelf, seed, "UgcProfile", "1.2"),
        _licensed(shelf, seed, "RoyaltyReportingProfile", "1.0"),
        _licensed_single(shelf, seed),
        _basic_audio(shelf, seed),
        _basic_audio_single(shelf, seed),
        _audio_visual(shelf, seed),
        _audio_visual_single(shelf, seed),
    ]


def write(folder: Path, recordings: int = catalog.RECORDINGS) -> list[str]:
    """Writes the files; returns one line per file."""
    folder.mkdir(parents=True, exist_ok=True)
    told = []
    for sample in samples(recordings=recordings):
        (folder / sample.name).write_bytes(sample.payload)
        sums = ", ".join(f"{total:f} {code}" for code, total in sample.amounts().items())
        told.append(f"{sample.name}: {len(sample.entries)} lines, {sums}")
    return told


def _name(service: str) -> str:
    return f"DSR_SAMPLE_Tube_{service}_2026-09_EU_1of1_20261008T090000.tsv"


def _summaries(file: File, kind: str, **cells: str) -> None:
    for number, (territory, (currency, _)) in enumerate(_RATES.items(), start=1):
        given = {
            "SummaryRecordId": str(number), "CommercialModel": "SubscriptionModel",
            "UseType": "Stream", "Territory": territory, "ServiceDescription": "Music",
            "Usages": "2400000", "Currency": currency, "NetRevenue": "9120.55", **cells,
        }  # fmt: skip
        file.add(kind, **given)


def _currency(summary: int) -> str:
    return list(_RATES.values())[summary - 1][0]


def _resource(item: Item, block: str = "") -> dict[str, str]:
    """Cells of a resource, in blocks and in single records alike."""
    named = {"BlockId": block, "ResourceReference": f"R{item.recording_id[1:]}"} if block else {}
    return {
        **named, "DspResourceId": f"D{item.recording_id[1:]}", "ISRC": item.isrc,
        "Title": item.title, "SubTitle": item.version, "DisplayArtistName": item.artist,
        "Duration": f"PT{item.duration_s}S", "ResourceType": "SoundRecording",
    }  # fmt: skip


def _licensed(shelf: Shelf, seed: int, profile: str, version: str) -> Sample:
    """Blocks with amounts due; an LI leaves the summary to its SU, or the other way round."""
    file = File((profile, version))
    royalty = profile.startswith("Royalty")
    _summaries(file, "SY07" if royalty else "SY02.02", RightsController="LBL_1")
    sold = sales(profile, seed, tuple(_RATES), ("Tube",))
    for place, item in enumerate(_taken(shelf.plain, 12), start=1):
        block, summary = str(place), 1 + place % 2
        file.blocks += 1
        file.add("AS01" if royalty else "AS01.01", **_resource(item, block))
        file.add("SU03.01" if royalty else "SU03.02", BlockId=block, SalesTransactionId=f"U{place}",
                 SummaryRecordId=str(summary) if place % 3 else "", Usages=str(place),
                 NetRevenue="1", ValidityPeriodStart="2026-09-01",
                 ValidityPeriodEnd="2026-09-30")  # fmt: skip
        if place == 8:
            file.line(None, _currency(summary), "a usage that no money follows")
            continue
        amount = next(sold).amount
        named = "" if place % 3 and place % 2 else str(summary)
        file.add("LI01.01" if royalty else "LI01.02", BlockId=block, SummaryRecordId=named,
                 RightsController="LBL_1", RightShare="100", RightType="MakeAvailableRight",
                 AllocatedNetRevenue="9", AllocatedAmount=f"{amount:f}")  # fmt: skip
        file.line(amount, _currency(summary))
    return file.sample(_name("Royalty" if royalty else "UGC"))


def _licensed_single(shelf: Shelf, seed: int) -> Sample:
    """Single records with amounts due, one short by a cell."""
    file = File(("UgcProfileSRB", "1.2"), single=True)
    _summaries(file, "SY02.02", RightsController="LBL_1")
    sold = sales("ugc single", seed, tuple(_RATES), ("Tube",))
    for place, item in enumerate(_taken(shelf.plain, 10), start=1):
        summary, amount = 1 + place % 2, next(sold).amount
        file.add("SR03.01", **_resource(item), SummaryRecordId=str(summary), ICPN=item.gtin,
                 ReleaseTitle=item.release_title, Usages=str(7 * place), RightsController="LBL_1",
                 RightType="MakeAvailableRight", AllocatedAmount=f"{amount:f}")  # fmt: skip
        if place == 4:
            file.rows[-1] = file.rows[-1].removesuffix("\t")
            file.line(None, _currency(summary), "a cell less", Fault.FIELD_COUNT)
            continue
        file.line(amount, _currency(summary))
    return file.sample(_name("UGCSingle"))


def _basic_audio(shelf: Shelf, seed: int) -> Sample:
    """Usage by reference, in a file that a spreadsheet has padded; one reference leads nowhere."""
    file = File(("BasicAudioProfile", "1.2"), width=24)
    _summaries(file, "SY02.02")
    zero = Decimal(0)
    for place, sale in enumerate(_some(sales("audio", seed, tuple(_RATES), ("Tube",)), 6), start=1):
        first, second = _taken(shelf.plain, 2)
        block, summary = str(place), 1 + place % 2
        file.blocks += 1
        file.add("RE01", BlockId=block, ReleaseReference="A", DspReleaseId=first.release_id,
                 ICPN=first.gtin, DisplayArtistName=first.release_artist,
                 Title=first.release_title, Label=first.label)  # fmt: skip
        for item in (first, second):
            file.add("AS02.02", **_resource(item, block))
        tracks = [f"R{item.recording_id[1:]}" for item in (first, second)]
        file.add("RE02", BlockId=block, ReleaseReference="T", DspSubReleaseId=f"T{place}",
                 UsedResources=tracks[1])  # fmt: skip
        used = {"BlockId": block, "SummaryRecordId": str(summary), "IsRoyaltyBearing": "true"}
        streams = str(sale.quantity)
        file.add("SU02", **used, TransactedResource=tracks[0], NumberOfStreams=streams)
        file.line(zero, _currency(summary))
        file.add("SU01", **used, TransactedRelease="T", SalesUpgrade="false", Usages="2",
                 Returns="0")  # fmt: skip
        file.line(zero, _currency(summary), "a release of one resource")
        file.add("SU01", **used, TransactedRelease="A", SalesUpgrade="false", Usages="1",
                 Returns="0")  # fmt: skip
        file.line(zero, _currency(summary), "the whole release")
    file.add("SU02", BlockId=str(file.blocks), SummaryRecordId="1", IsRoyaltyBearing="true",
             TransactedResource="nowhere", NumberOfStreams="5")  # fmt: skip
    file.line(zero, _currency(1), "a reference to no resource", Fault.FIELD_COUNT)
    return file.sample(_name("Audio"))


def _basic_audio_single(shelf: Shelf, seed: int) -> Sample:
    """Usage in single records; one has a byte that is no text in its title."""
    file = File(("BasicAudioProfileSRB", "1.2"), single=True)
    _summaries(file, "SY01.01")
    sold = sales("audio single", seed, tuple(_RATES), ("Tube",))
    for place, item in enumerate(_taken(shelf.plain, 8), start=1):
        spoiled = item.but(title=f"{item.title} Caf{BAD_BYTE}") if place == 3 else item
        fault = Fault.ENCODING_REPAIRED if place == 3 else None
        file.add("SR02", **_resource(spoiled), SummaryRecordId=str(1 + place % 2), ICPN=item.gtin,
                 ReleaseTitle=item.release_title, Label=item.label, SalesTransactionId=f"T{place}",
                 IsRoyaltyBearing="true", NumberOfStreams=str(next(sold).quantity))  # fmt: skip
        file.line(Decimal(0), _currency(1 + place % 2), "byte 0xE9 in a title" * bool(fault), fault)
    return file.sample(_name("AudioSingle"))


def _audio_visual(shelf: Shelf, seed: int) -> Sample:
    """Usage of films, which have an ISAN and no ISRC."""
    file = File(("AudioVisualProfile", "1.1"))
    _summaries(file, "SY06.01")
    sold = sales("film", seed, tuple(_RATES), ("Tube",))
    for place, item in enumerate(_taken(shelf.plain, 6), start=1):
        block, film = str(place), f"R{place}"
        file.blocks += 1
        file.add("RE03.01", BlockId=block, ReleaseReference="A", DspReleaseId=f"F{place}",
                 Title=item.release_title)  # fmt: skip
        file.add("AS03.01", BlockId=block, ResourceReference=film, DspResourceId=f"V{place}",
                 ISAN="0000000066470000Q", VideoType="Film", Title=item.title,
                 Duration="PT1H31M")  # fmt: skip
        file.add("SU04.01", BlockId=block, SummaryRecordId=str(1 + place % 2),
                 SalesTransactionId=f"T{place}", TransactedResource=film, IsRoyaltyBearing="true",
                 SalesUpgrade="false", Usages=str(next(sold).quantity), Returns="0")  # fmt: skip
        file.line(Decimal(0), _currency(1 + place % 2))
    return file.sample(_name("Film"))


def _audio_visual_single(shelf: Shelf, seed: int) -> Sample:
    """The same in single records."""
    file = File(("AudioVisualProfileSRB", "1.1"), single=True)
    _summaries(file, "SY01.01")
    sold = sales("film single", seed, tuple(_RATES), ("Tube",))
    for place, item in enumerate(_taken(shelf.plain, 6), start=1):
        file.add("SR05.01", SummaryRecordId=str(1 + place % 2), DspResourceId=f"V{place}",
                 VideoType="Film", Title=item.title, Duration="PT1H31M",
                 ReleaseTitle=item.release_title, SalesTransactionId=f"T{place}",
                 IsRoyaltyBearing="true", NumberOfStreams=str(next(sold).quantity))  # fmt: skip
        file.line(Decimal(0), _currency(1 + place % 2))
    return file.sample(_name("FilmSingle"))


def _taken(items: Iterator[Item], count: int) -> list[Item]:
    return [next(items) for _ in range(count)]


def _some(sold: Iterator[Sale], count: int) -> list[Sale]:
    return [next(sold) for _ in range(count)]
