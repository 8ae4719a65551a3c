"""DSR flat files of any length over a catalog, for measuring; and the truth about them.

Two forms: blocks of a user-generated-content report (AS, MW, RU, SU, LI) and the single records of
a financial report to a record company (SR08). Each line's draws depend on its position alone.
"""

import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
import polars as pl

from tests.world.draws import Flags, Ints, below, chance, unit
from tests.world.identities import UNKNOWN, Identities, choose
from tests.world.names import CURRENCIES
from tests.world.truth import DECIMALS, money_text

CHUNK = 120_000  # lines: some 40 MB of text at a time; whole blocks, so a multiple of six
MODELS = ("SubscriptionModel", "AdvertisementSupportedModel")
CONTROLLERS = ("LBL_1", "Residual")
RATES = {"EUR": "1.0", "USD": "0.9134", "GBP": "1.1702"}
_UNREADABLE = "n/a"


class Form(StrEnum):
    """Which report is written."""

    UGC = "ugc"
    RECORD_COMPANIES = "record_companies"


@dataclass(frozen=True)
class Order:
    """What to write; `bad` is the share of lines whose amount or record is broken."""

    lines: int
    form: Form = Form.UGC
    seed: int = 1
    bad: float = 0.015


@dataclass(frozen=True)
class Drawn:
    """A chunk's lines as numbers; amounts in units of 10⁻¹⁰."""

    positions: Ints
    identity: Ints
    context: Ints
    quantity: Ints
    units: Ints
    unreadable: Flags
    short: Flags

    @property
    def lost(self) -> Flags:
        """Lines without an amount that could be read."""
        found: Flags = self.unreadable | self.short
        return found


def write(path: Path, catalog: Path, order: Order) -> dict[str, object]:
    """Writes the report, and its truth beside it as `<name>.truth.json`."""
    identities = choose(catalog, order.seed)
    path.parent.mkdir(parents=True, exist_ok=True)
    amounts: Counter[str] = Counter()
    unreadable = physical = blocks = 0
    with path.open("wb") as file:
        above = _above(order.form)
        file.write(above)
        for start in range(0, order.lines, CHUNK):
            drawn = _draw(np.arange(start, min(order.lines, start + CHUNK)), identities, order)
            text, begun = _WRITERS[order.form](drawn, identities.cells)
            file.write(text)
            physical += text.count(b"\n")
            blocks += begun
            unreadable += int(drawn.lost.sum())
            amounts.update(_sums(drawn, order.form))
        file.write(_foot(order.form, physical + above.count(b"\n") + 1, blocks))
    document: dict[str, object] = {
        "bytes": path.stat().st_size,
        "lines": order.lines,
        "records": physical,
        "unreadable_lines": unreadable,
        "amounts": {currency: money_text(amounts[currency]) for currency in sorted(amounts)},
    }
    path.with_name(path.name + ".truth.json").write_text(json.dumps(document, indent=2) + "\n")
    return document


def _draw(positions: Ints, identities: Identities, order: Order) -> Drawn:
    seed = order.seed
    block = _block_of(positions)
    context = (2 * len(CURRENCIES) * unit(seed, "context", positions) ** 2).astype(np.int64)
    identity = identities.ranks(unit(seed, "identity", block))
    unknown = chance(order.bad / 3, seed, "unknown", block)
    identity = np.where(
        unknown, len(identities) + below(UNKNOWN, seed, "stranger", block), identity
    )
    quantity = (1 / (unit(seed, "quantity", positions) + 0.0005)).astype(np.int64)
    sign = np.where(chance(0.012, seed, "returned", positions), -1, 1)
    price = 5_000_000 + below(70_000_000, seed, "price", positions)
    short = chance(order.bad / 3, seed, "short", positions)
    return Drawn(
        positions=positions,
        identity=identity,
        context=context,
        quantity=quantity * sign,
        units=quantity * price * sign,
        unreadable=chance(order.bad / 3, seed, "unreadable", positions) & ~short,
        short=short,
    )


def _block_of(positions: Ints) -> Ints:
    """The block of each line: blocks have one, two and three lines in turn."""
    found: Ints = positions // 6 * 3 + np.array([0, 1, 1, 2, 2, 2])[positions % 6]
    return found


def _sums(drawn: Drawn, form: Form) -> Mapping[str, int]:
    named = _currencies(form)
    rows = pl.DataFrame(
        {"currency": pl.Series(named).gather(drawn.context // 2), "units": drawn.units}
    ).filter(pl.Series(~drawn.lost))
    return dict(rows.group_by("currency").agg(pl.col("units").sum()).iter_rows())


def _currencies(form: Form) -> list[str]:
    """The currency due in each territory."""
    if form is Form.UGC:
        return list(CURRENCIES.values())
    return [name if name in RATES else "EUR" for name in CURRENCIES.values()]


def _amounts(units: Ints) -> pl.Series:
    size = pl.Series(np.abs(units))
    return pl.select(
        pl.concat_str(
            pl.when(pl.Series(units < 0)).then(pl.lit("-")).otherwise(pl.lit("")),
            (size // 10**DECIMALS).cast(pl.String),
            pl.lit("."),
            (size % 10**DECIMALS).cast(pl.String).str.zfill(DECIMALS),
        )
    ).to_series()


def _text(rows: pl.Series) -> bytes:
    sink = io.BytesIO()
    rows.to_frame().write_csv(sink, include_header=False, quote_style="never")
    return sink.getvalue()


def _record(*cells: pl.Series | str) -> pl.Expr:
    """Cells with tabs between them."""
    return pl.concat_str([pl.lit(cell) for cell in cells], separator="\t")


def _ugc(drawn: Drawn, identities: pl.DataFrame) -> tuple[bytes, int]:
    """Blocks of an AS, MW and RU record, and an SU with its LI for each line."""
    block = _block_of(drawn.positions)
    first = np.append(True, block[1:] != block[:-1])
    item = {name: identities[name].gather(drawn.identity) for name in identities.columns}
    number = pl.Series(block + 1).cast(pl.String)
    key = "A" + pl.Series(drawn.identity * 7919 + 10**14).cast(pl.String)
    summary = pl.Series(drawn.context // 2 * 2 + 1).cast(pl.String)
    controller = pl.Series(CONTROLLERS).gather(drawn.context % 2)
    count = pl.Series(drawn.quantity).cast(pl.String)
    video = "v" + pl.Series(drawn.positions).cast(pl.String).str.zfill(10)
    amount = (
        pl.Series(drawn.unreadable)
        .to_frame("lost")
        .select(pl.when("lost").then(pl.lit(_UNREADABLE)).otherwise(pl.lit(_amounts(drawn.units))))
        .to_series()
    )
    above = pl.concat_str(
        _record("AS01", number, key, key, item["isrc"], item["title"], item["version"],
                item["artist"], "", "PT3M25S", "SoundRecording"),
        pl.lit("\n"),
        _record("MW01.01", number, "W" + key, "T9109247316", item["title"].str.to_uppercase(), "",
                "A. WRITER|B. WRITER", "", "", "", "ACME SONGS", "", "", "", "ACME::W"),
        pl.lit("\n"),
        _record("RU01", number, summary, video + "|w" + video, count + "|1"),
        pl.lit("\n"),
    )  # fmt: skip
    used = _record("SU03.01", number, "U" + pl.Series(drawn.positions).cast(pl.String), summary,
                   key, count, "0.0", "20260701", "20260930")  # fmt: skip
    paid = _record("LI01.01", number, summary, controller, "", "", "1.0000", "MakeAvailableRight",
                   "0.0")  # fmt: skip
    last = (
        pl.when(pl.lit(pl.Series(drawn.short)))
        .then(pl.lit(""))
        .otherwise(pl.lit("\t") + pl.lit(amount))
    )
    rows = pl.select(
        pl.concat_str(
            pl.when(pl.lit(pl.Series(first))).then(above).otherwise(pl.lit("")),
            used, pl.lit("\n"), paid, last,
        )
    ).to_series()  # fmt: skip
    return _text(rows), int(first.sum())


def _record_companies(drawn: Drawn, identities: pl.DataFrame) -> tuple[bytes, int]:
    """One SR08 record for each line."""
    item = {
        name: identities[name].gather(drawn.identity).str.replace_all("\n", " ", literal=True)
        for name in identities.columns
    }
    position = pl.Series(drawn.positions).cast(pl.String)
    key = pl.Series(drawn.identity).cast(pl.String)
    summary = pl.Series(drawn.context + 1).cast(pl.String)
    sold, back = np.maximum(drawn.quantity, 0), np.maximum(-drawn.quantity, 0)
    due = _amounts(drawn.units)
    amount = (
        pl.Series(drawn.unreadable)
        .to_frame("lost")
        .select(pl.when("lost").then(pl.lit(_UNREADABLE)).otherwise(pl.lit(due)))
        .to_series()
    )
    day = "2026-09-" + pl.Series(drawn.positions % 30 + 1).cast(pl.String).str.zfill(2)
    record = _record(
        "SR08", "T" + position, "", item["gtin"], "R" + key, "", "", "", "Album",
        item["release_title"], "", item["artist"], "", item["isrc"], "", "D" + key, "", "", "",
        "SoundRecording", item["title"], item["version"], item["artist"], "", summary, day,
        pl.Series(sold).cast(pl.String), pl.Series(back).cast(pl.String),
        pl.Series(drawn.quantity).cast(pl.String), "", "", "", "", "FULL", "", "", "", "", "", "",
        "100", "0.0031", "0.0034", due, due, due, amount,
    )  # fmt: skip
    last = pl.when(pl.lit(pl.Series(drawn.short))).then(pl.lit("")).otherwise(pl.lit("\tfalse"))
    return _text(pl.select(pl.concat_str(record, last)).to_series()), 0


_WRITERS = {Form.UGC: _ugc, Form.RECORD_COMPANIES: _record_companies}


def _above(form: Form) -> bytes:
    """The HEAD and the summaries."""
    profile = {
        Form.UGC: ("UgcProfile", "1.1"),
        Form.RECORD_COMPANIES: ("FinancialReportingToRecordCompaniesProfileSRB", "1.0"),
    }[form]
    head = (
        "HEAD", "dsrf/30", *profile, "1791446400000001", "2026-10-08T09:00:00Z", "1", "1",
        "2026-09-01", "2026-09-30", "PADPIDA2013020802I", "Tube", "Music", "PADPIDA2026010199X",
        "Bench", "",
    )  # fmt: skip
    return "".join("\t".join(cells) + "\n" for cells in (head, *_SUMMARIES[form]())).encode()


def _ugc_summaries() -> Iterator[tuple[str, ...]]:
    for place, (territory, currency) in enumerate(CURRENCIES.items()):
        for controller in CONTROLLERS:
            yield (
                "SY02.01", str(place * 2 + 1), "", "", MODELS[place % 2], "Stream", territory,
                "Music", "2400000", "", currency, "9120.55", controller, "", "310000", "0.0",
                "0.0", "MakeAvailableRight",
            )  # fmt: skip


def _sales_summaries() -> Iterator[tuple[str, ...]]:
    due = _currencies(Form.RECORD_COMPANIES)
    for place, ((territory, currency), name) in enumerate(
        zip(CURRENCIES.items(), due, strict=True)
    ):
        for number, model in enumerate(MODELS):
            yield (
                "SY10", str(2 * place + number + 1), "", "", model, "OnDemandStream", "2026-09-01",
                "2026-09-30", "", "", "", "", territory, "Music", "", "", "2400000", "310000", "0",
                "1", currency, name, RATES.get(currency, "0.5"), "ECB", "2026-10-01T00:00:00Z", "",
                "", "", "", "", "0", "0", "0", "0", "0", "0", "0", "0", "", "", "0", "", "", "",
                "0", "0",
            )  # fmt: skip


_SUMMARIES = {Form.UGC: _ugc_summaries, Form.RECORD_COMPANIES: _sales_summaries}


def _foot(form: Form, records: int, blocks: int) -> bytes:
    summaries = str(2 * len(CURRENCIES))
    cells = {
        Form.UGC: ("FOOT", str(records), str(records), summaries, str(blocks), str(blocks)),
        Form.RECORD_COMPANIES: ("SRFO", str(records), summaries),
    }[form]
    return ("\t".join(cells) + "\n").encode()
